"""Checks of programmes: their groups exist, times run forwards, weights add up, and none contradicts another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from momentsim import units
from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.findings import Finding
from momentsim.scenario.sections.operation_checks import known_names
from momentsim.scenario.sections.programmes import (
    Empowerment,
    HomeWorking,
    IncentiveChange,
    Programme,
    ScriptChange,
    Training,
    WowBudget,
)
from momentsim.scenario.types import Scenario

_TARGETS = (IncentiveChange, ScriptChange, Empowerment)
"""Kinds that say how a group works in the end: two at once would contradict each other."""


def check_groups(scenario: Scenario) -> Iterator[Finding]:
    """A programme names groups that exist, each once, and at least one takes part."""
    groups = scenario.workforce.groups
    for name, programme in scenario.programmes.items():
        path: KeyPath = ("programmes", name, "groups")
        for position, group in enumerate(programme.groups or ()):
            if group not in groups:
                yield Finding((*path, position), *known_names(group, groups, "group"))
            elif group in (programme.groups or ())[:position]:
                yield Finding((*path, position), f"'{group}' is listed twice", "list each group once")
        if programme.groups is None and all(group.reserve for group in groups.values()):
            yield Finding(("programmes", name), "nobody takes part: all groups are reserves", "name 'groups'")


def check_times(scenario: Scenario) -> Iterator[Finding]:
    """A programme starts within the horizon and ends after its lead time is over."""
    horizon_end = units.horizon_end(scenario.start, scenario.horizon)
    for name, programme in scenario.programmes.items():
        path: KeyPath = ("programmes", name)
        start = programme.start or scenario.start
        if not scenario.start <= start < horizon_end:
            span = f"it runs from {units.format_timestamp(scenario.start)} to {units.format_timestamp(horizon_end)}"
            what = f"{units.format_timestamp(start)} is outside the horizon"
            yield Finding((*path, "start"), what, span)
        begins = _begins(scenario, programme)
        if programme.end is None:
            continue
        if programme.end <= start:
            what = f"it ends at {units.format_timestamp(programme.end)}, before it starts"
            yield Finding((*path, "end"), what, f"after {units.format_timestamp(start)}")
        elif programme.end <= begins:
            what = f"it ends at {units.format_timestamp(programme.end)}, before its lead time is over"
            yield Finding((*path, "end"), what, f"after {units.format_timestamp(begins)}")


def check_weights(scenario: Scenario) -> Iterator[Finding]:
    """Weights of incentives add up to 100 %."""
    for name, programme in scenario.programmes.items():
        if isinstance(programme, IncentiveChange):
            total = programme.handling_time + programme.resolution + programme.customer_voice
            if abs(total - 1.0) > 1e-6:
                what = f"the weights add up to {units.format_share(round(total, 9))}"
                yield Finding(("programmes", name, "customer_voice"), what, "together they are 100 %")


def check_something_changes(scenario: Scenario) -> Iterator[Finding]:
    """Empowerment says of what; a gift is paid for by its budget."""
    for name, programme in scenario.programmes.items():
        if isinstance(programme, Empowerment) and programme.autonomy is programme.authority is None:
            what = "this does not say what agents may do"
            yield Finding(("programmes", name), what, "give 'autonomy' or 'authority'")
        if isinstance(programme, WowBudget) and programme.budget_per_month < programme.gift:
            what = "the budget does not pay for one gift"
            yield Finding(("programmes", name, "budget_per_month"), what, "at least 'gift'")


def check_contradictions(scenario: Scenario) -> Iterator[Finding]:
    """Two programmes of one kind that say how the same group works in the end are not in force at once."""
    named = [(name, each) for name, each in scenario.programmes.items() if isinstance(each, _TARGETS)]
    for position, (name, programme) in enumerate(named):
        for other, earlier in named[:position]:
            same = programme.kind == earlier.kind and _shared_groups(scenario, programme, earlier)
            if same and _overlap(scenario, programme, earlier):
                what = f"'{other}' is a programme of the same kind for {', '.join(same)} at the same time"
                yield Finding(
                    ("programmes", name), what, "give the first one an 'end' before the other begins"
                )


def _begins(scenario: Scenario, programme: Programme) -> datetime:
    """End of the lead time; the last date there is where that lies beyond."""
    try:
        return (programme.start or scenario.start) + timedelta(seconds=programme.lead_time)
    except OverflowError:
        return datetime.max


def _shared_groups(scenario: Scenario, one: Programme, other: Programme) -> list[str]:
    names = [name for name, group in scenario.workforce.groups.items() if not group.reserve]
    return [name for name in one.groups or names if name in (other.groups or names)]


def _overlap(scenario: Scenario, one: Programme, other: Programme) -> bool:
    return _begins(scenario, one) < (other.end or datetime.max) and _begins(scenario, other) < (
        one.end or datetime.max
    )


def warn_without_effect(scenario: Scenario) -> Iterator[Finding]:
    """A programme whose effect begins after the horizon, or has nothing to act on, only costs."""
    horizon_end = units.horizon_end(scenario.start, scenario.horizon)
    for name, programme in scenario.programmes.items():
        if _begins(scenario, programme) >= horizon_end:
            what = "the lead time ends after the horizon, so it costs and does nothing"
            yield Finding(("programmes", name, "lead_time"), what)
        if isinstance(programme, HomeWorking) and programme.availability > 0:
            groups = scenario.workforce.groups
            idle = [each for each in _shared_groups(scenario, programme, programme) if each in groups]
            if all(groups[each].shrinkage == 0 for each in idle):
                what = "no group has shrinkage, so nobody is available who was not"
                yield Finding(("programmes", name, "availability"), what, "see workforce.groups.*.shrinkage")


def warn_short_for_training(scenario: Scenario) -> Iterator[Finding]:
    """A course longer than the days left over for it is not finished within the horizon."""
    for name, programme in scenario.programmes.items():
        if isinstance(programme, Training):
            days = programme.hours / programme.hours_per_day
            if days * units.SECONDS_PER_DAY > scenario.horizon:
                what = f"a course takes {days:.3g} days, longer than the horizon"
                yield Finding(("programmes", name, "hours_per_day"), what)


Check = Callable[[Scenario], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    check_groups,
    check_times,
    check_weights,
    check_something_changes,
    check_contradictions,
)
WARNINGS: tuple[Check, ...] = (warn_without_effect, warn_short_for_training)
