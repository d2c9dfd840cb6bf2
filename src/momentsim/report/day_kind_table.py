"""Kinds of days beside each other, where a scenario has them."""

from __future__ import annotations

from rich.console import Console

from momentsim.measures.summary import Tabular
from momentsim.report.numbers import show_number
from momentsim.report.terminal import new_table, print_notes, print_table

COLUMNS = {
    "days": ("days", "days"),
    "offered a day": ("offered_per_day", "attempts"),
    "abandoned %": ("abandoned_share", "share"),
    "service level %": ("service_level", "share"),
    "mean wait s": ("wait_mean_s", "s"),
}
"""Headings, and the columns of day_kinds.csv below them with their units."""
NOTE = "Contacts count on the date on which they arrive. By queue, with intervals: day_kinds.csv."


def print_day_kinds(console: Console, kinds: Tabular) -> None:
    """A short table of all queues together; nothing where there are no kinds of days."""
    if not len(kinds):
        return
    table = new_table("kind of day", *COLUMNS)
    for place, skill in enumerate(kinds["skill"]):
        if skill == "all":
            numbers = [(float(kinds[name][place]), unit) for name, unit in COLUMNS.values()]
            table.add_row(str(kinds["kind"][place]), *(show_number(*number) for number in numbers))
    print_table(console, table)
    print_notes(console, [NOTE])
