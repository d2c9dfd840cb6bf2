"""A curve on the terminal: the answer in words, and a row per time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
from rich.console import Console
from rich.table import Table

from momentsim.questions.curve.curve import BENEFIT, COST, UNSERVED, VALUE
from momentsim.questions.curve.words import answer_words, hours_words, when
from momentsim.report.glossary import explained
from momentsim.report.numbers import WORD_DIGITS, span
from momentsim.report.terminal import headings, new_table, print_answer, print_notes, print_table

SHOWN: Final = {
    VALUE: "customer value",
    UNSERVED: "never helped",
    COST: "cost",
    BENEFIT: "net benefit",
}


def print_curve(console: Console, table: pd.DataFrame, about: Mapping[str, Any]) -> None:
    """The answer, then differences from never pulled by time, and what an hour more costs from one time to the next."""
    currency = str(about["currency"])
    question = f"What does each hour of waiting with {about['lever']} cost?"
    print_answer(console, question, answer_words(table, str(about["lever"]), currency))
    times = _times(table, currency)
    print_table(console, times)
    console.print()
    note = (
        f"Against never pulled, 95 % intervals that hold for all times together (Bonferroni, paired t, "
        f"{about['finished']} replications). The last column: net benefit by each hour since the time before. Value: "
        f"expected margin of customers {about['outlook']}. What is assumed about people was not varied."
    )
    print_notes(console, [explained(headings(times)), note])


def _times(table: pd.DataFrame, currency: str) -> Table:
    told = {name: title for name, title in SHOWN.items() if table[name].notna().any()}
    titles = [title if name == UNSERVED else f"{title}, {currency}" for name, title in told.items()]
    hour_more = [f"an hour more, {currency}"] if len(table) > 1 else []
    shown = new_table("after", "pulled at", *titles, *hour_more, left=("pulled at",))
    for row in table.to_dict(orient="records"):
        spans = [_span(row, f"{name}_never", "customers" if name == UNSERVED else currency) for name in told]
        hour = [_span(row, f"{BENEFIT}_hour", currency)] if len(table) > 1 else []
        shown.add_row(hours_words(row["pulled_s"]), when(row["pulled_at"]), *spans, *hour)
    return shown


def _span(row: Mapping[Any, Any], name: str, unit: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return "0" if low == high == 0 else span(low, high, unit, WORD_DIGITS)
