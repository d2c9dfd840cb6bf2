"""Each queue with its own numbers, where there are several."""

from __future__ import annotations

import math

from rich.console import Console

from momentsim.measures.summary import Tabular
from momentsim.report.numbers import show_number
from momentsim.report.summary_reading import whole
from momentsim.report.terminal import new_table, print_notes, print_table

COLUMNS = {
    "offered": ("offered", "attempts"),
    "abandoned %": ("abandoned_share", "share"),
    "service level %": ("service_level", "share"),
    "mean wait s": ("wait_mean_s", "s"),
    "handling s": ("handle_mean_s", "s"),
}
"""Headings, and the measures below them with their units; more of them and all intervals are in summary.csv."""
NOTE = "All measures by queue, with intervals: summary.csv, scope skill."
PASSED_ON = "What is passed on is offered to both queues."


def print_queues(console: Console, summary: Tabular) -> None:
    """A short table of queues; nothing where there is only one."""
    queues = _by_queue(summary)
    if len(queues) < 2:
        return
    table = new_table("queue", *COLUMNS)
    for queue, values in queues.items():
        table.add_row(
            queue, *(show_number(values.get(name, math.nan), unit) for name, unit in COLUMNS.values())
        )
    print_table(console, table)
    passed_on = whole(summary)["transferred_share"]["value"] > 0
    print_notes(console, [f"{PASSED_ON} {NOTE}" if passed_on else NOTE])


def _by_queue(summary: Tabular) -> dict[str, dict[str, float]]:
    wanted = {name for name, _unit in COLUMNS.values()}
    queues: dict[str, dict[str, float]] = {}
    columns = (summary[name] for name in ("measure", "scope", "item", "value"))
    for measure, scope, item, value in zip(*columns, strict=True):
        if scope == "skill" and measure in wanted:
            queues.setdefault(str(item), {})[measure] = math.nan if value is None else float(value)
    return queues
