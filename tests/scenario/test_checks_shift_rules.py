"""Shift rules that contradict each other are refused with the key and what to do."""

from __future__ import annotations

import pytest

from momentsim.scenario.sections.shift_rules_checks import day_sets
from momentsim.scenario.types import ShiftKind, ShiftRules

from .scenario_fixtures import Loaded, Problems

FULL = "kinds: {full: {length: 8 h}}"
PAUSE = "kinds: {full: {length: 8 h, breaks: [{earliest: 3 h, latest: 5 h, length: 30 min}"


def with_rules(plain: str, rules: str) -> str:
    return plain.replace("heads: 14", f"heads: 14, shift_rules: {{{rules}}}")


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("kinds: {}", "shift_rules.kinds: this is empty, at least one is needed"),
        ("kinds: {full: {length: 8}}", "shift_rules.kinds.full.length: 8 has no unit"),
        ("kinds: {full: {length: 17 h}}", "kinds.full.length: 17 h is outside the range"),
        (f'{FULL}, earliest_start: "09:00", latest_end: "16:00"', "8 h does not fit into 09:00 to 16:00"),
        (f"{FULL}, start_every: 301 s", "start_every: 301 s is not a whole number of minutes"),
        (f"{PAUSE.replace('latest: 5 h', 'latest: 2 h')}]}}}}", "2 h is before the earliest, 3 h"),
        (f"{PAUSE.replace('latest: 5 h', 'latest: 7.5 h')}]}}}}", "the break may end 8 h after the start"),
        (
            f"{PAUSE}, {{earliest: 5 h, latest: 6 h, length: 15 min}}]}}}}",
            "from 5.5 h on, in the order of the shift",
        ),
        (f"{FULL}, days: [mon, mon]", "shift_rules.days: a weekday is listed twice"),
        (f"{FULL}, days: []", "shift_rules.days: the list is empty"),
        (f"{FULL}, days: [sat, sun]", "kinds.full.days_per_week: 5 days a week, but shifts start on 2 only"),
        (
            "kinds: {full: {length: 8 h, days_per_week: 3}}, days: [mon, wed, fri], days_off_together: on",
            "no 3 of mon, wed, fri leave the days off together",
        ),
        (f"{FULL}, least_per_shift: 5, most_heads: 4", "least_per_shift: 5 at least, but most_heads is 4"),
        ("kinds: {full: {length: 8 h, most_share: 40 %}}", "all kinds together may have 40 % of the agents"),
        (f"{FULL}, earliest_strat: 3", "unknown key"),
    ],
)
def test_bad_rules(rules: str, message: str, plain: str, problems: Problems) -> None:
    found = problems(with_rules(plain, rules))
    assert any(message in line for line in found), found


def test_good_rules_are_read(plain: str, loaded: Loaded) -> None:
    rules = loaded(with_rules(plain, f"{PAUSE}]}}}}")).scenario.workforce.groups["frontline"].shift_rules
    assert rules is not None
    assert rules.kinds["full"].breaks[0].latest == 5 * 3600


@pytest.mark.parametrize(("together", "count"), [(False, 21), (True, 7)])
def test_choices_of_days(together: bool, count: int) -> None:
    rules = ShiftRules(kinds={"full": ShiftKind(length=28800)}, days_off_together=together)
    chosen = day_sets(rules, 5)
    assert len(set(chosen)) == count
    assert ("mon", "tue", "wed", "thu", "fri") in chosen
    assert ("mon", "tue", "wed", "sat", "sun") in chosen
    assert (("mon", "wed", "thu", "fri", "sun") in chosen) is not together


@pytest.mark.parametrize(
    ("start", "end", "hours"), [(0, 86400, 24), (0, 0, 24), (6 * 3600, 6 * 3600, 24), (79200, 21600, 8)]
)
def test_the_window_may_go_over_midnight(start: int, end: int, hours: int) -> None:
    rules = ShiftRules(kinds={"full": ShiftKind(length=28800)}, earliest_start=start, latest_end=end)
    assert rules.window_s == hours * 3600
