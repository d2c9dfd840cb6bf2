"""A comparison on the terminal: the first screen; in full a sentence per variant, places, and the front."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from momentsim.measures.catalogue import Measure
from momentsim.questions.compare.first_screen import (
    Cell,
    ComparisonTables,
    cells,
    key_measures,
    paragraph,
    price_of,
    title_of,
)
from momentsim.questions.compare.verdicts import BENEFIT, VALUE
from momentsim.questions.compare.words import confidence_note
from momentsim.questions.worlds.findings import Worlds
from momentsim.report.glossary import explained
from momentsim.report.numbers import WORD_DIGITS, capitalise, reading_unit, show_number
from momentsim.report.tables import SELF_EVIDENT, MeasureRow
from momentsim.report.terminal import new_table, print_answer, print_notes, print_table, print_words
from momentsim.report.verdicts import MARKS, MARKS_NOTE, WHOLE_PEOPLE, WORD_WIDTH, Verdict

MOST_COLUMNS = 3
"""Variants that stand side by side in 80 columns; more stand below each other, measures in columns."""


def print_first_screen(console: Console, compared: ComparisonTables) -> None:
    """The paragraph to read out, then all cases side by side in the measures that matter."""
    print_answer(console, "", paragraph(compared))
    measures = key_measures(compared)
    if len(compared.variants) <= MOST_COLUMNS:
        print_table(console, _side_by_side(compared, measures))
    else:
        print_table(console, _with_marks(compared, measures))
    console.print()
    together = f" for all {len(compared.variants)} variants together" if len(compared.variants) > 1 else ""
    marks = "" if len(compared.variants) <= MOST_COLUMNS else f"{MARKS_NOTE}. "
    note = (
        f"{marks}Differences from {compared.baseline}; a word needs a paired 95 % interval that leaves out 0, measure "
        f"by measure{together}. --full: all intervals, measures and places."
    )
    print_notes(console, [_what_is_in(compared, measures), note])


def _what_is_in(compared: ComparisonTables, measures: list[Measure]) -> str:
    """Which money counts where, and what a moment is, as far as they are shown."""
    shown = {each.name for each in measures}
    notes = []
    if BENEFIT in shown and VALUE in shown:
        value = capitalise(title_of(compared, next(each for each in measures if each.name == VALUE)))
        notes.append(
            f"{value}: what happened to present customers, and sales. Net benefit: that, with word of mouth, "
            "customers won and paid tiers, less cost."
        )
    notes.append(explained(title_of(compared, each) for each in measures if each.name != BENEFIT))
    return " ".join([*filter(None, notes), "momentsim explain FILE MEASURE: what else a measure means."])


def _side_by_side(compared: ComparisonTables, measures: list[Measure]) -> Table:
    """A row per measure: the baseline, and beside it what each variant changes."""
    table = new_table("", compared.baseline, *compared.variants, left=())
    found = cells(compared, measures)
    for index, measure in enumerate(measures):
        row = compared.rows(compared.variants[0])[measure.name]
        base = level_words(measure, row)
        shown = (difference_words(found[name][index]) for name in compared.variants)
        table.add_row(_named(compared, measure, row.unit), base, *shown)
    return table


def _with_marks(compared: ComparisonTables, measures: list[Measure]) -> Table:
    """A row per variant, best net benefit first, a column per measure."""
    rows = compared.rows(compared.variants[0])
    table = new_table("", *(_named(compared, each, rows[each.name].unit) for each in measures), left=())
    base = (level_words(one, rows[one.name]) for one in measures)
    table.add_row(compared.baseline, *(f"{number}  " for number in base))
    found = cells(compared, measures)
    for name in compared.ranked:
        table.add_row(name, *(difference_words(cell, mark=True) for cell in found[name]))
    return table


def level_words(measure: Measure, row: MeasureRow) -> str:
    """What the baseline has; blank for what only means something as a difference: no revenue is in it."""
    if measure.name in (BENEFIT, VALUE):
        return ""
    value = row.numbers["baseline"]
    whole = measure.unit == "customers" and abs(value) >= WHOLE_PEOPLE
    return show_number(round(value) if whole else value, measure.unit, math.nan, WORD_DIGITS)


def _named(compared: ComparisonTables, measure: Measure, unit: str) -> str:
    title = title_of(compared, measure)
    return (
        title
        if measure.unit in SELF_EVIDENT and measure.unit != "money"
        else f"{title}, {reading_unit(unit)}"
    )


def difference_words(cell: Cell | None, *, mark: bool = False) -> str:
    """A difference in the table: `+1,234 better`; with a mark in place of the word where there is little room."""
    if cell is None or math.isnan(cell.row.numbers["difference"]):
        return ""
    value, unit = cell.row.numbers["difference"], cell.measure.unit
    half = math.nan if unit == "customers" and abs(value) >= WHOLE_PEOPLE else _half(cell.row)
    value = round(value) if unit == "customers" and abs(value) >= WHOLE_PEOPLE else value
    number = "0" if cell.verdict is Verdict.SAME else show_number(value, unit, half, SHORT_DIGITS)
    sign = "+" if value > 0 and number.strip("0.,") else ""
    return f"{sign}{number} {MARKS[cell.verdict] if mark else cell.verdict.ljust(WORD_WIDTH)}"


def _half(row: MeasureRow) -> float:
    return (row.numbers["high_all"] - row.numbers["low_all"]) / 2


SHORT_DIGITS = 3


def print_verdicts(
    console: Console,
    verdicts: pd.DataFrame,
    sentences: Mapping[str, str],
    *,
    baseline: str,
    currency: str,
    worlds: Worlds | None = None,
) -> None:
    """The sentence of every variant, the price of a customer kept, and what they promise."""
    print_words(console, f"Against {baseline}", "bold")
    for row in verdicts.to_dict(orient="records"):
        text = Text(f"  {row['case']}: ", style="bold")
        text.append(sentences[str(row["case"])], style="not bold")
        if price := price_of(row, currency, worlds):
            text.append(f" {price}", style="not bold")
        text.append(_chance(float(row["probability_better"])), style="not bold")
        print_words(console, text)
    replications = int(verdicts["replications"].max())
    print_notes(console, [confidence_note(len(verdicts), replications)] if replications > 1 else [])


def print_staffing(console: Console, sentences: Mapping[str, str]) -> None:
    """Whose heads each variant has, and what that does to hours and pay."""
    if not sentences:
        return
    print_words(console, "People", "bold")
    for case, sentence in sentences.items():
        text = Text(f"  {case}: ", style="bold")
        print_words(console, text.append(sentence, style="not bold"))
    console.print()


def print_ranking(console: Console, ranking: pd.DataFrame, currency: str, baseline: str) -> None:
    """Places by net benefit, and who is on the front of cost against value; amounts are above the baseline's.

    Net benefit has no revenue in it, only what was changed, so its own level would read as a loss.
    """
    levels = ranking.set_index("case").loc[baseline]
    titles = (
        f"against {baseline}, {currency}",
        "cost",
        "value",
        "net benefit",
        "place",
        "on front, P",
        "behind",
    )
    table = new_table(*titles, left=("behind",))
    for row in ranking.to_dict(orient="records"):
        amounts = (
            show_number(float(row[name] - levels[name]), currency, math.nan, WORD_DIGITS)
            for name in ("cost_total", "value_net", "net_benefit")
        )
        table.add_row(
            str(row["case"]), *amounts, _place(row["best_place"], row["worst_place"]),
            _probability(float(row["on_front_probability"])), str(row["beaten_by"] or ""),
        )  # fmt: skip
    print_table(console, table)
    console.print()
    notes = (
        "Place: by net benefit, all places hold together with 95 % (Bonferroni over all pairs).",
        "On front: no other case costs less and gives more value; P: chance of it, by draws of the means.",
    )
    print_notes(console, notes)


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
