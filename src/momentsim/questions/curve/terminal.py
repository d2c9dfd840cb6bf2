"""A curve on the terminal: the answer in words, and a row per time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from momentsim.questions.curve.curve import BENEFIT, COST, UNSERVED, VALUE
from momentsim.questions.curve.words import answer_words, hours_words, when
from momentsim.report.numbers import WORD_DIGITS, span

WIDTH: Final = 118
SHOWN: Final = {
    VALUE: "customer value",
    UNSERVED: "never helped",
    COST: "cost",
    BENEFIT: "net benefit",
}


def print_curve(console: Console, table: pd.DataFrame, about: Mapping[str, Any]) -> None:
    """The answer, then differences from never pulled by time, and what an hour more costs from one time to the next."""
    width, currency = min(console.width, WIDTH), str(about["currency"])
    console.print(Text(f"What does each hour of waiting with {about['lever']} cost?", style="bold"))
    console.print()
    for sentence in answer_words(table, str(about["lever"]), currency):
        console.print(Text(sentence), width=width)
    console.print()
    console.print(_times(table, currency), width=width)
    console.print()
    note = (
        f"Against never pulled, 95 % intervals that hold for all times together (Bonferroni, paired t, "
        f"{about['finished']} replications). The last column: net benefit by each hour since the time before. Value: "
        f"expected margin of customers {about['outlook']}. What is assumed about people was not varied."
    )
    console.print(Text(note, style="dim"), width=width)
    console.print()


def _times(table: pd.DataFrame, currency: str) -> Table:
    shown = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    shown.add_column("after", justify="right", no_wrap=True)
    shown.add_column("pulled at", no_wrap=True)
    told = {name: title for name, title in SHOWN.items() if table[name].notna().any()}
    for name, title in told.items():
        shown.add_column(title if name == UNSERVED else f"{title}, {currency}", justify="right", no_wrap=True)
    if len(table) > 1:
        shown.add_column(f"an hour more, {currency}", justify="right", no_wrap=True)
    for row in table.to_dict(orient="records"):
        spans = [_span(row, f"{name}_never", "customers" if name == UNSERVED else currency) for name in told]
        hour = [_span(row, f"{BENEFIT}_hour", currency)] if len(table) > 1 else []
        shown.add_row(hours_words(row["pulled_s"]), when(row["pulled_at"]), *spans, *hour)
    return shown


def _span(row: Mapping[Any, Any], name: str, unit: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return "0" if low == high == 0 else span(low, high, unit, WORD_DIGITS)
