"""What a variant is worth, on the terminal: the answer, a row per condition, the chain, and the numbers behind it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from momentsim.questions.worth.months import break_even_words
from momentsim.questions.worth.words import answer_words
from momentsim.questions.worth.worth import BENEFIT, COST, KEPT, VALUE
from momentsim.report.numbers import WORD_DIGITS, reading_unit, show_number, span
from momentsim.report.verdicts import Verdict
from momentsim.units import format_duration, format_number

WIDTH = 118
NAME_WIDTH = 34
"""Room for a key, so that it is not broken."""
STEPS = {
    "variant": "what the variant sets",
    "encounter": "from agents to the encounter",
    "experience": "from encounters to what is remembered",
    "loyalty": "from memory to loyalty and money",
}
"""Headings of the steps of the chain."""
SHOWN = {KEPT: "customers kept", VALUE: "value", COST: "cost", BENEFIT: "net benefit"}


def print_worth(
    console: Console, table: pd.DataFrame, months: pd.DataFrame, about: Mapping[str, Any], currency: str
) -> None:
    """The answer in words, a row per condition with intervals that hold for all of them together, and the months."""
    width = min(console.width, WIDTH)
    console.print(Text(f"What is {about['variant']} worth?", style="bold"))
    if about["question"]:
        console.print(Text(str(about["question"])), width=width)
    console.print()
    for sentence in answer_words(table, str(about["variant"]), currency):
        console.print(Text(sentence), width=width)
    console.print(Text(f"{break_even_words(months, str(about['variant']))}. {NOT_VARIED}."), width=width)
    console.print()
    console.print(_conditions(table, currency), width=width)
    console.print()
    note = (
        f"With minus without, 95 % intervals that hold for all conditions together (Bonferroni, paired t, "
        f"{int(table['replications'].min())} replications). Value: expected margin of customers "
        f"{about['outlook']}. Customers kept: by twelve months after the horizon."
    )
    console.print(Text(note, style="dim"), width=width)
    console.print()
    console.print(_months(months, currency), width=width)
    console.print()


NOT_VARIED = "What is assumed about people was not varied (`compare` with --worlds 64 does)"


def _months(months: pd.DataFrame, currency: str) -> Table:
    """A row per month: what it brings and costs, and net since the start."""
    shown = _new_table("month")
    for column in ("brings", "costs"):
        shown.add_column(f"{column}, {currency}", justify="right", no_wrap=True)
    shown.add_column(f"net since the start, {currency}", justify="right", no_wrap=True)
    shown.add_column("", no_wrap=True)
    said = {Verdict.BETTER: "ahead", Verdict.WORSE: "behind"}
    for row in months.to_dict(orient="records"):
        amounts = (show_number(row[name], currency, math.nan, WORD_DIGITS) for name in ("value", "cost"))
        so_far = span(row["so_far_low"], row["so_far_high"], currency, WORD_DIGITS)
        shown.add_row(f"{row['month']:.0f}", *amounts, so_far, said.get(row["verdict"], str(row["verdict"])))
    return shown


def _conditions(table: pd.DataFrame, currency: str) -> Table:
    shown = _new_table("condition")
    for name, title in SHOWN.items():
        shown.add_column(title if name == KEPT else f"{title}, {currency}", justify="right", no_wrap=True)
    shown.add_column("finding", overflow="fold")
    for row in table.to_dict(orient="records"):
        spans = [
            span(
                row[f"{name}_low"],
                row[f"{name}_high"],
                "customers" if name == KEPT else currency,
                WORD_DIGITS,
            )
            for name in SHOWN
        ]
        shown.add_row(str(row["condition"]), *spans, str(row["finding"]))
    return shown


def print_chain(console: Console, chain: pd.DataFrame) -> None:
    """What each step from agents to money does as things stand: both sides and the paired difference."""
    rows = chain[chain["condition"] == chain["condition"].iloc[0]].dropna(subset=["without", "with_it"])
    console.print(Text("The chain from agents to money, as things stand", style="bold"))
    shown = _new_table("step")
    shown.add_column("", overflow="fold")
    for column in ("without", "with it", "difference"):
        shown.add_column(column, justify="right", no_wrap=True)
    step = ""
    for row in rows.to_dict(orient="records"):
        begins, step = row["step"] != step, str(row["step"])
        shown.add_row(step if begins else "", *_link(row))
    console.print(shown, width=min(console.width, WIDTH))
    console.print()
    note = "Paired differences, with it minus without, each with its own 95 % interval. Other conditions: chain.csv."
    console.print(Text(note, style="dim"), width=min(console.width, WIDTH))
    console.print()


def _link(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """One row of the chain: the measure with its unit, both sides, and the interval of the difference."""
    unit, half = str(row["unit"]), 0.5 * abs(row["high"] - row["low"])
    sides = [show_number(row[side], unit, half) for side in ("without", "with_it")]
    same = row["low"] == row["high"] == 0
    moved = "0" if same else span(row["low"], row["high"], unit, WORD_DIGITS)
    return (f"{row['title']}, {reading_unit(unit)}", *sides, moved)


def print_numbers(console: Console, numbers: pd.DataFrame, *, everything: bool = False) -> None:
    """The numbers that the variant sets; with `everything` all behind the answer, with range, tag and source."""
    console.print(Text("The numbers behind it", style="bold"))
    rest = int((numbers["step"] != "variant").sum())
    numbers = numbers if everything else numbers[numbers["step"] == "variant"]
    shown = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    shown.add_column("number", overflow="fold", min_width=NAME_WIDTH)
    for column in ("value", "plausible", "tag", "source"):
        shown.add_column(column, overflow="fold", justify="right" if column == "plausible" else "left")
    step = ""
    for row in numbers.to_dict(orient="records"):
        if row["step"] != step:
            step = str(row["step"])
            shown.add_row(Text(STEPS.get(step, step), style="bold"))
        shown.add_row(*_number(row))
    console.print(shown, width=min(console.width, WIDTH))
    console.print()
    if not everything:
        note = f"{rest} numbers of the model stand between these and money: --all-parameters, or numbers.csv."
        console.print(Text(note, style="dim"), width=min(console.width, WIDTH))
        console.print()


def _number(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """One row: a number of the registry with its source, or a setting with who set it."""
    value = f"{row['before']} -> {row['value']}" if row["before"] else str(row["value"])
    if not isinstance(row["tag"], str) or not row["tag"]:
        return f"  {row['name']}", value, "", "", f"set by {row['set_by']}"
    shape = format_duration if row["evidence_unit"] == "s" else format_number
    plausible = f"{shape(row['low'])} to {shape(row['high'])}"
    unit = "" if row["step"] == "variant" else f" {row['unit']}"
    return f"  {row['name']}", value + unit, plausible, str(row["tag"]), str(row["source"]).split(" (")[0]


def _new_table(first: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.add_column(first, overflow="fold")
    return table
