"""What a comparison comes to, on the terminal: a sentence per variant, places by net benefit, and the front."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from momentsim.questions.compare.words import confidence_note, price_words
from momentsim.report.numbers import WORD_DIGITS, show_number

WIDTH = 100


def print_verdicts(
    console: Console, verdicts: pd.DataFrame, sentences: Mapping[str, str], *, baseline: str, currency: str
) -> None:
    """The sentence of every variant, the price of a customer kept, and what they promise."""
    width = min(console.width, WIDTH)
    console.print(Text(f"Against {baseline}", style="bold"))
    for row in verdicts.to_dict(orient="records"):
        text = Text(f"  {row['case']}: ", style="bold")
        text.append(sentences[str(row["case"])], style="not bold")
        text.append(f" {price_words(row, currency)}", style="not bold")
        text.append(_chance(float(row["probability_better"])), style="not bold")
        console.print(text, width=width)
    replications = int(verdicts["replications"].max())
    if replications > 1:
        console.print(Text(confidence_note(len(verdicts), replications), style="dim"), width=width)
    console.print()


def print_ranking(console: Console, ranking: pd.DataFrame, currency: str) -> None:
    """Places by net benefit, and who is on the front of cost against value."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.add_column(f"by net benefit, {currency}", overflow="fold")
    for column in ("cost", "value, net", "net benefit", "place", "on front, P"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("beaten by", overflow="fold")
    for row in ranking.to_dict(orient="records"):
        amounts = (
            show_number(float(row[name]), currency, math.nan, WORD_DIGITS)
            for name in ("cost_total", "value_net", "net_benefit")
        )
        table.add_row(
            str(row["case"]), *amounts, _place(row["best_place"], row["worst_place"]),
            _probability(float(row["on_front_probability"])), str(row["beaten_by"] or ""),
        )  # fmt: skip
    width = min(console.width, WIDTH)
    console.print(table, width=width)
    console.print()
    for note in (
        "Place: by net benefit, all places hold together with 95 % (Bonferroni over all pairs).",
        "On front: no other case costs less and gives more value; P: chance of it, by draws of the means.",
    ):
        console.print(Text(note, style="dim"), width=width)
    console.print()


def _chance(probability: float) -> str:
    if math.isnan(probability):
        return ""
    return f" Chance of a higher net benefit: {_probability(probability)}."


def _place(best: float, worst: float) -> str:
    return f"{best:.0f}" if best == worst else f"{best:.0f} to {worst:.0f}"


def _probability(value: float) -> str:
    """Three decimals, and never a certainty that draws cannot give."""
    if math.isnan(value):
        return ""
    return "> 0.999" if value > 0.9995 else "< 0.001" if value < 0.0005 else f"{value:.3f}"
