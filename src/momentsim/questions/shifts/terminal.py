"""A shift plan on the terminal: words, heads per shift and weekday, and where people are short or over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from momentsim.questions.shifts.words import basis_words, plan_words, worst_spans
from momentsim.report.glossary import explained
from momentsim.report.numbers import plain
from momentsim.report.terminal import headings, new_table, print_answer, print_notes, print_table
from momentsim.scenario.sections.base import ALL_DAYS

FEW_SHIFTS = 15
"""Shifts on the first screen, those with most paid hours."""


def print_plan(
    console: Console,
    about: Mapping[str, Any],
    week: pd.DataFrame,
    cover: pd.DataFrame,
    *,
    full: bool = False,
) -> None:
    """The paragraph to read out and heads per shift; in full all shifts, and where people are short or over."""
    print_answer(console, f"Shifts of {about['group']}", plan_words(about, week, cover))
    shown = week if full else week.loc[sorted(week["paid_hours"].nlargest(FEW_SHIFTS).index)]
    tables = [_heads(week, shown), *([_places(cover, int(about["interval_s"]))] if full else [])]
    for table in tables:
        if table.row_count:
            print_table(console, table, names=2)
            console.print()
    terms = explained(headings(*(table for table in tables if table.row_count)))
    print_notes(
        console, [terms, *basis_words(about)] if full else [terms, _short_note(about, len(shown), len(week))]
    )


def _short_note(about: Mapping[str, Any], shown: int, known: int) -> str:
    """What the numbers are, and where the rest is."""
    left_out = f"{shown} of {known} shifts, those with most paid hours. " if shown < known else ""
    return f"{left_out}{' '.join(basis_words(about))} --full: all shifts, and where people are short or over the most."


def _heads(week: pd.DataFrame, shown: pd.DataFrame) -> Table:
    """Heads of the shifts that are shown, and the sums of all."""
    table = new_table("shift", "kind", *ALL_DAYS, "paid h", left=("kind",))
    for row in shown.to_dict(orient="records"):
        table.add_row(
            f"{row['start']}-{row['end']}",
            str(row["kind"]),
            *(plain(row[day], 0) if row[day] else "" for day in ALL_DAYS),
            plain(row["paid_hours"], 0),
        )
    sums = [plain(float(week[day].sum()), 0) for day in ALL_DAYS]
    every = "together" if len(shown) == len(week) else f"all {len(week)}"
    cells = (every, "", *sums, plain(float(week["paid_hours"].sum()), 0))
    table.add_row(*(Text(cell, style="bold") for cell in cells))
    return table


def _places(cover: pd.DataFrame, interval_s: int) -> Table:
    table = new_table("most", "when", "head-hours", "at most", "of required", left=("when",))
    for column in ("under", "over"):
        for index, (when, hours, most, required) in enumerate(worst_spans(cover, column, interval_s)):
            first = column if index == 0 else ""
            table.add_row(first, when, plain(hours, 1), plain(most, 1), plain(required, 1))
    return table
