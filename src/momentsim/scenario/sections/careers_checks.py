"""Checks of careers: somebody stays, and tenures fit the exits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from momentsim import units
from momentsim.scenario.findings import Finding
from momentsim.scenario.types import Scenario

MOST_YEARLY_EXITS = 0.95
"""More exits than that a year are no turnover but a closure; hazards stay moderate below it."""
OUT_OF_BALANCE = 3.0
"""Factor between a group's mean tenure and the one its exits lead to above which a warning says so."""


def check_yearly_exits(scenario: Scenario) -> Iterator[Finding]:
    """Somebody stays for a year."""
    for name, group in scenario.workforce.groups.items():
        if group.careers is not None and group.careers.yearly_exits > MOST_YEARLY_EXITS:
            yield Finding(
                ("workforce", "groups", name, "careers", "yearly_exits"),
                f"{units.format_share(group.careers.yearly_exits)} leave within a year",
                f"at most {units.format_share(MOST_YEARLY_EXITS)}",
            )


def warn_tenure_out_of_balance(scenario: Scenario) -> Iterator[Finding]:
    """Exits and mean tenure belong together: in the long run tenure is about one over the yearly exits."""
    for name, group in scenario.workforce.groups.items():
        if group.careers is None or group.careers.yearly_exits == 0:
            continue
        usual = units.SECONDS_PER_YEAR / group.careers.yearly_exits
        ratio = max(group.tenure_mean / usual, usual / max(group.tenure_mean, 1.0))
        if ratio > OUT_OF_BALANCE:
            found = units.format_duration(group.tenure_mean)
            yield Finding(
                ("workforce", "groups", name, "tenure_mean"),
                f"a mean tenure of {found} does not fit "
                f"{units.format_share(group.careers.yearly_exits)} of exits a year",
                "experience will drift; in the long run mean tenure is about "
                f"{units.format_number(round(1 / group.careers.yearly_exits, 1))} years",
            )


Check = Callable[[Scenario], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (check_yearly_exits,)
WARNINGS: tuple[Check, ...] = (warn_tenure_out_of_balance,)
