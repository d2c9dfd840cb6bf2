"""A shift plan on the terminal: words, heads per shift and weekday, and where people are short or over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from momentsim.questions.shifts.words import basis_words, plan_words, worst_spans
from momentsim.report.numbers import plain
from momentsim.scenario.sections.base import ALL_DAYS

WIDTH = 118


def print_plan(console: Console, about: Mapping[str, Any], week: pd.DataFrame, cover: pd.DataFrame) -> None:
    """Everything a planner wants to see first."""
    width = min(console.width, WIDTH)
    console.print(Text(f"Shifts of {about['group']}", style="bold"))
    for sentence in plan_words(about, week, cover):
        console.print(Text(sentence), width=width)
    console.print()
    console.print(_heads(week), width=width)
    console.print()
    places = _places(cover, int(about["interval_s"]))
    if places.row_count:
        console.print(places, width=width)
        console.print()
    for note in basis_words(about):
        console.print(Text(note, style="dim"), width=width)
    console.print()


def _heads(week: pd.DataFrame) -> Table:
    table = _new_table("shift", "kind")
    for title in (*ALL_DAYS, "paid h"):
        table.add_column(title, justify="right", no_wrap=True)
    for row in week.to_dict(orient="records"):
        table.add_row(
            f"{row['start']}-{row['end']}",
            str(row["kind"]),
            *(plain(row[day], 0) if row[day] else "" for day in ALL_DAYS),
            plain(row["paid_hours"], 0),
        )
    sums = [plain(float(week[day].sum()), 0) for day in ALL_DAYS]
    table.add_row(
        *(
            Text(cell, style="bold")
            for cell in ("together", "", *sums, plain(float(week["paid_hours"].sum()), 0))
        )
    )
    return table


def _places(cover: pd.DataFrame, interval_s: int) -> Table:
    table = _new_table("most", "when")
    for title in ("head-hours", "at most", "of required"):
        table.add_column(title, justify="right", no_wrap=True)
    for column in ("under", "over"):
        for index, (when, hours, most, required) in enumerate(worst_spans(cover, column, interval_s)):
            first = column if index == 0 else ""
            table.add_row(first, when, plain(hours, 1), plain(most, 1), plain(required, 1))
    return table


def _new_table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
