"""Checks of shift rules: they leave some shift that may be worked, and do not contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, pairwise

from momentsim import units
from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.findings import Finding
from momentsim.scenario.sections.base import ALL_DAYS, Weekday
from momentsim.scenario.sections.shift_rules import ShiftKind, ShiftRules
from momentsim.scenario.types import Scenario

_ROUNDING = 1e-6
"""Of a minute: 4.1 h is no whole number of seconds in floating point."""


def rules_in(scenario: Scenario) -> Iterator[tuple[KeyPath, ShiftRules]]:
    """Shift rules of every group that has some, with their key."""
    for name, group in scenario.workforce.groups.items():
        if group.shift_rules is not None:
            yield ("workforce", "groups", name, "shift_rules"), group.shift_rules


def day_sets(rules: ShiftRules, days_per_week: int) -> list[tuple[Weekday, ...]]:
    """Every choice of weekdays that an agent may work; none if the rules leave none."""
    allowed = tuple(day for day in ALL_DAYS if day in rules.days)
    chosen = combinations(allowed, days_per_week)
    return [days for days in chosen if not rules.days_off_together or _off_together(days)]


def _off_together(days: tuple[Weekday, ...]) -> bool:
    """Days off follow one another, over Sunday too."""
    off = [day not in days for day in ALL_DAYS]
    return sum(off[index - 1] != off[index] for index in range(len(off))) <= 2


def check_lengths(scenario: Scenario) -> Iterator[Finding]:
    """Every kind fits between the earliest start and the latest end; times are whole minutes."""
    for path, rules in rules_in(scenario):
        for name, kind in rules.kinds.items():
            if kind.length > rules.window_s:
                span = (
                    f"{units.format_time_of_day(rules.earliest_start)} to "
                    f"{units.format_time_of_day(rules.latest_end)}"
                )
                what = f"{units.format_duration(kind.length)} does not fit into {span}"
                yield Finding((*path, "kinds", name, "length"), what, "see earliest_start and latest_end")
        yield from _find_uneven(rules, path)


def _find_uneven(rules: ShiftRules, path: KeyPath) -> Iterator[Finding]:
    times: list[tuple[KeyPath, float]] = [
        (("earliest_start",), rules.earliest_start), (("start_every",), rules.start_every),
        (("break_every",), rules.break_every),
    ]  # fmt: skip
    for name, kind in rules.kinds.items():
        times.append((("kinds", name, "length"), kind.length))
        for index, pause in enumerate(kind.breaks):
            where = ("kinds", name, "breaks", index)
            times += [((*where, key), getattr(pause, key)) for key in ("earliest", "latest", "length")]
    for key, value in times:
        if abs(value / 60 - round(value / 60)) > _ROUNDING:
            what = f"{units.format_number(value)} s is not a whole number of minutes"
            yield Finding((*path, *key), what, "shifts and breaks are planned by the minute")


def check_breaks(scenario: Scenario) -> Iterator[Finding]:
    """Windows run forwards, lie inside the shift, and follow one another."""
    for path, rules in rules_in(scenario):
        for name, kind in rules.kinds.items():
            yield from _breaks(kind, (*path, "kinds", name, "breaks"))


def _breaks(kind: ShiftKind, path: KeyPath) -> Iterator[Finding]:
    for index, pause in enumerate(kind.breaks):
        if pause.earliest > pause.latest:
            what = f"{units.format_duration(pause.latest)} is before the earliest, "
            what += units.format_duration(pause.earliest)
            yield Finding((*path, index, "latest"), what, "a window runs forwards")
        if pause.latest + pause.length >= kind.length:
            over = units.format_duration(pause.latest + pause.length)
            what = f"the break may end {over} after the start"
            allowed = f"the shift lasts {units.format_duration(kind.length)}, and work goes on after a break"
            yield Finding((*path, index), what, allowed)
    for index, (one, other) in enumerate(pairwise(kind.breaks), start=1):
        if other.earliest < one.latest + one.length:
            what = "the break may begin before the one before it ends"
            allowed = f"from {units.format_duration(one.latest + one.length)} on, in the order of the shift"
            yield Finding((*path, index, "earliest"), what, allowed)


def check_days(scenario: Scenario) -> Iterator[Finding]:
    """Some choice of days is allowed for each kind."""
    for path, rules in rules_in(scenario):
        if len(set(rules.days)) < len(rules.days):
            yield Finding((*path, "days"), "a weekday is listed twice", "list each day once")
        if not rules.days:
            yield Finding((*path, "days"), "the list is empty", "leave 'days' out for every day")
            continue
        for name, kind in rules.kinds.items():
            where = (*path, "kinds", name, "days_per_week")
            if kind.days_per_week > len(set(rules.days)):
                what = f"{kind.days_per_week} days a week, but shifts start on {len(set(rules.days))} only"
                yield Finding(where, what, "see shift_rules.days")
            elif not day_sets(rules, kind.days_per_week):
                what = f"no {kind.days_per_week} of {', '.join(rules.days)} leave the days off together"
                yield Finding(where, what, "see shift_rules.days and days_off_together")


def check_limits(scenario: Scenario) -> Iterator[Finding]:
    """Least and most go together, and the kinds may make up everybody."""
    for path, rules in rules_in(scenario):
        for key in ("most_heads", "most_per_start"):
            most = getattr(rules, key)
            if most is not None and most < rules.least_per_shift:
                what = f"{rules.least_per_shift} at least, but {key} is {most}"
                yield Finding((*path, "least_per_shift"), what, f"at most {key}")
        together = sum(kind.most_share for kind in rules.kinds.values())
        if together < 1.0 - 1e-9:
            what = f"all kinds together may have {units.format_share(round(together, 9))} of the agents"
            yield Finding((*path, "kinds"), what, "raise most_share of some kind, together 100 % or more")


CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    check_lengths,
    check_breaks,
    check_days,
    check_limits,
)
