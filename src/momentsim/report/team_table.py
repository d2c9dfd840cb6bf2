"""The best and the worst team, with what luck alone would make of them."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from momentsim.measures.summary import Tabular
from momentsim.measures.teams import Spread, spreads
from momentsim.report.numbers import plain
from momentsim.report.terminal import new_table, print_notes, print_table
from momentsim.scenario.types import Scenario

TITLES = {"delight_share": "delighted", "let_down_share": "let down", "resolved_share": "solved"}
CAUTION = (
    "By luck: how far apart the same teams would lie if all were exactly alike. Best and worst of each "
    "replication, then averaged: no team is the best for good."
)


def print_teams(console: Console, scenario: Scenario, teams: Tabular) -> None:
    """A short table for teams that do the same work; nothing where there are no two of them."""
    teams_apart = list(spreads(scenario, teams))
    if not teams_apart:
        return
    table = new_table("teams, % of moments", "best", "worst", "apart", "by luck")
    groups: tuple[str, ...] = ()
    for spread in teams_apart:
        if spread.groups != groups:
            groups = spread.groups
            table.add_row(Text(", ".join(groups), style="bold"))
        table.add_row(f"  {TITLES[spread.column]}", *_numbers(spread))
    print_table(console, table)
    print_notes(console, [CAUTION])


def _numbers(spread: Spread) -> tuple[str, ...]:
    apart = abs(spread.best - spread.worst)
    return tuple(plain(100.0 * share, 1) for share in (spread.best, spread.worst, apart, spread.by_chance))
