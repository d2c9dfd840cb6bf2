"""What a variant is worth, on the terminal: the answer, a row per condition; in full months, chain and numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from momentsim.questions.worth.words import paragraph
from momentsim.questions.worth.worth import BENEFIT, COST, KEPT, VALUE
from momentsim.report.glossary import explained
from momentsim.report.numbers import WORD_DIGITS, reading_unit, show_number, span
from momentsim.report.terminal import headings, new_table, print_answer, print_notes, print_table, print_words
from momentsim.report.verdicts import Verdict
from momentsim.units import format_duration, format_number

STEPS = {
    "variant": "what the variant sets",
    "encounter": "from agents to the encounter",
    "experience": "from encounters to what is remembered",
    "loyalty": "from memory to loyalty and money",
}
"""Headings of the steps of the chain."""
SHOWN = {KEPT: "customers kept", BENEFIT: "net benefit", VALUE: "value", COST: "cost"}


def print_worth(
    console: Console, table: pd.DataFrame, months: pd.DataFrame, about: Mapping[str, Any], currency: str
) -> None:
    """The paragraph to read out, and a row per condition with intervals that hold for all of them together."""
    variant = str(about["variant"])
    asked = f"What is {variant} worth?" + (f" {about['question']}" if about["question"] else "")
    print_answer(console, asked, paragraph(table, months, variant, currency))
    conditions = _conditions(table, currency)
    print_table(console, conditions)
    console.print()
    note = (
        f"With minus without, 95 % intervals that hold for all conditions together (Bonferroni, paired t, "
        f"{int(table['replications'].min())} replications). Value: expected margin of customers "
        f"{about['outlook']}. Customers kept: by twelve months after the horizon. --full: month by month, the chain "
        "from agents to money, and the numbers behind it."
    )
    print_notes(console, [explained(headings(conditions)), note])


def print_months(console: Console, months: pd.DataFrame, currency: str) -> None:
    """A row per month: what it brings and costs, and net since the start."""
    print_words(console, "Month by month, as things stand", "bold")
    print_table(console, _months(months, currency))
    console.print()


def _months(months: pd.DataFrame, currency: str) -> Table:
    """A row per month: what it brings and costs, and net since the start."""
    amounts_of = (f"{each}, {currency}" for each in ("brings", "costs", "net since the start"))
    shown = new_table("month", *amounts_of, "")
    said = {Verdict.BETTER: "ahead", Verdict.WORSE: "behind"}
    for row in months.to_dict(orient="records"):
        amounts = (show_number(row[name], currency, math.nan, WORD_DIGITS) for name in ("value", "cost"))
        so_far = span(row["so_far_low"], row["so_far_high"], currency, WORD_DIGITS)
        shown.add_row(f"{row['month']:.0f}", *amounts, so_far, said.get(row["verdict"], str(row["verdict"])))
    return shown


def _conditions(table: pd.DataFrame, currency: str) -> Table:
    kept, benefit, *rest = (
        title if name == KEPT else f"{title}, {currency}" for name, title in SHOWN.items()
    )
    shown = new_table("condition", kept, benefit, "finding", *rest, left=("finding",))
    for row in table.to_dict(orient="records"):
        kept, benefit, *rest = (
            span(
                row[f"{name}_low"],
                row[f"{name}_high"],
                "customers" if name == KEPT else currency,
                WORD_DIGITS,
            )
            for name in SHOWN
        )
        shown.add_row(str(row["condition"]), kept, benefit, str(row["finding"]), *rest)
    return shown


def print_chain(console: Console, chain: pd.DataFrame) -> None:
    """What each step from agents to money does as things stand: both sides and the paired difference."""
    rows = chain[chain["condition"] == chain["condition"].iloc[0]].dropna(subset=["without", "with_it"])
    print_words(console, "The chain from agents to money, as things stand", "bold")
    shown = new_table("step", "", "without", "with it", "difference")
    step = ""
    for row in rows.to_dict(orient="records"):
        begins, step = row["step"] != step, str(row["step"])
        shown.add_row(step if begins else "", *_link(row))
    print_table(console, shown, names=2)
    console.print()
    note = "Paired differences, with it minus without, each with its own 95 % interval. Other conditions: chain.csv."
    print_notes(console, [note])


def _link(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """One row of the chain: the measure with its unit, both sides, and the interval of the difference."""
    unit, half = str(row["unit"]), 0.5 * abs(row["high"] - row["low"])
    sides = [show_number(row[side], unit, half) for side in ("without", "with_it")]
    same = row["low"] == row["high"] == 0
    moved = "0" if same else span(row["low"], row["high"], unit, WORD_DIGITS)
    return (f"{row['title']}, {reading_unit(unit)}", *sides, moved)


def print_numbers(console: Console, numbers: pd.DataFrame, *, everything: bool = False) -> None:
    """The numbers that the variant sets; with `everything` all behind the answer, with range, tag and source."""
    print_words(console, "The numbers behind it", "bold")
    rest = int((numbers["step"] != "variant").sum())
    numbers = numbers if everything else numbers[numbers["step"] == "variant"]
    columns = "value", "plausible", "tag", "source"
    shown = new_table("number", *columns, left=("value", "tag", "source"))
    step = ""
    for row in numbers.to_dict(orient="records"):
        if row["step"] != step:
            step = str(row["step"])
            shown.add_row(Text(STEPS.get(step, step), style="bold"))
        shown.add_row(*_number(row))
    print_table(console, shown)
    console.print()
    if not everything:
        note = f"{rest} numbers of the model stand between these and money: --all-parameters, or numbers.csv."
        print_notes(console, [note])


def _number(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """One row: a number of the registry with its source, or a setting with who set it."""
    value = f"{row['before']} -> {row['value']}" if row["before"] else str(row["value"])
    if not isinstance(row["tag"], str) or not row["tag"]:
        return f"  {row['name']}", value, "", "", f"set by {row['set_by']}"
    shape = format_duration if row["evidence_unit"] == "s" else format_number
    plausible = f"{shape(row['low'])} to {shape(row['high'])}"
    unit = "" if row["step"] == "variant" else f" {row['unit']}"
    return f"  {row['name']}", value + unit, plausible, str(row["tag"]), str(row["source"]).split(" (")[0]
