"""Checks of section `levers`: what they name exists, times run forwards, prices and thresholds make sense."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from momentsim import units
from momentsim.contract.plan import Comparison, Watched
from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.findings import Finding
from momentsim.scenario.sections.crises_checks import horizon_words
from momentsim.scenario.sections.lever_conditions import Condition, read_condition
from momentsim.scenario.sections.levers import CallIn, ExtraLines
from momentsim.scenario.sections.opening_hours_checks import queues_in
from momentsim.scenario.sections.operation_checks import known_names
from momentsim.scenario.types import Lever, Scenario

_CONDITIONS = ("when", "undo_when")
_UPWARD = (Comparison.ABOVE, Comparison.AT_LEAST)


def check_times(scenario: Scenario) -> Iterator[Finding]:
    """Levers are pulled and undone within the horizon, and undone after they were pulled."""
    end = units.horizon_end(scenario.start, scenario.horizon)
    for path, lever in _levers(scenario):
        for key in ("at", "until"):
            moment = getattr(lever, key)
            if isinstance(moment, datetime) and not scenario.start <= moment <= end:
                what = f"{units.format_timestamp(moment)} is outside the horizon"
                yield Finding((*path, key), what, horizon_words(scenario))
        if isinstance(lever.at, datetime) and isinstance(lever.until, datetime) and lever.until <= lever.at:
            what = f"{units.format_timestamp(lever.until)} is not after the pull"
            yield Finding((*path, "until"), what, f"it is pulled {units.format_timestamp(lever.at)}")


def check_sizes(scenario: Scenario) -> Iterator[Finding]:
    """The size that is pulled exists, and each size has its own price where there is a price at all."""
    for path, lever in _levers(scenario):
        if lever.size is not None and lever.size not in lever.sizes:
            yield Finding((*path, "size"), *known_names(lever.size, lever.sizes, "size"))
        priced = any(size.price is not None for size in lever.sizes.values())
        for name, size in lever.sizes.items():
            if size.price is None and (priced or "price" in lever.model_fields_set):
                what = f"the size '{name}' has no price, and others do"
                yield Finding((*path, "sizes", name), what, "write 'price' in each size")


def check_conditions(scenario: Scenario) -> Iterator[Finding]:
    """Conditions name queues and groups that exist, and what pulls a lever does not undo it at once."""
    for path, lever in _levers(scenario):
        found = {
            key: read_condition(text) for key in _CONDITIONS if (text := getattr(lever, key)) is not None
        }
        for key, condition in found.items():
            yield from _place(scenario, (*path, key), condition)
        if len(found) == 2 and (words := _overlap(found["when"], found["undo_when"])):
            yield Finding(
                (*path, "undo_when"),
                f"{words} holds while 'when' does, so that it would be undone at once",
                "leave room between the two, like when: queue > 80 and undo_when: queue < 10",
            )


def _place(scenario: Scenario, path: KeyPath, condition: Condition) -> Iterator[Finding]:
    if not condition.place:
        return
    of_groups = condition.watched == Watched.ON_DUTY
    known = tuple(scenario.workforce.groups) if of_groups else queues_in(scenario)
    if condition.place not in known:
        yield Finding(path, *known_names(condition.place, known, "group" if of_groups else "queue"))


def _overlap(when: Condition, undo: Condition) -> str:
    """Words for the undoing condition if some value fulfils both; empty if none does, or they watch other things."""
    if (when.watched, when.place) != (undo.watched, undo.place):
        return ""
    upward = when.comparison in _UPWARD
    if upward == (undo.comparison in _UPWARD):
        return "this condition, which points the same way,"
    low, high = (when, undo) if upward else (undo, when)
    both_include = Comparison.AT_LEAST in (low.comparison,) and Comparison.AT_MOST in (high.comparison,)
    apart = high.threshold < low.threshold or (high.threshold == low.threshold and not both_include)
    return "" if apart and high.threshold < low.threshold else "this condition, with no threshold of its own,"


def check_reserves(scenario: Scenario) -> Iterator[Finding]:
    """Called groups are reserves, and called by one lever only: the same people cannot come twice."""
    groups = scenario.workforce.groups
    reserves = [name for name, group in groups.items() if group.reserve]
    seen = {
        call.group: f"crises.{name}.reserves.{lever}"
        for name, storm in scenario.crises.items()
        for lever, call in storm.reserves.items()
    }
    for path, lever in _levers(scenario):
        if not isinstance(lever, CallIn):
            continue
        place = (*path, "group")
        if lever.group not in groups:
            yield Finding(place, *known_names(lever.group, reserves, "reserve group"))
        elif lever.group not in reserves:
            what = f"the group '{lever.group}' is not a reserve"
            yield Finding(place, what, f"write workforce.groups.{lever.group}.reserve: on")
        elif lever.group in seen:
            what = f"'{lever.group}' is already called by '{seen[lever.group]}'"
            yield Finding(place, what, "call each group by one lever; it may have several sizes")
        seen.setdefault(lever.group, str(path[-1]))


def check_limits(scenario: Scenario) -> Iterator[Finding]:
    """What is widened has a limit."""
    for path, lever in _levers(scenario):
        if isinstance(lever, ExtraLines) and scenario.waiting.lines is None:
            yield Finding((*path, "lines"), "there is no limit of lines", "write waiting.lines")


def _levers(scenario: Scenario) -> Iterator[tuple[KeyPath, Lever]]:
    for name, lever in scenario.levers.items():
        yield ("levers", name), lever


Check = Callable[[Scenario], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    check_times,
    check_sizes,
    check_conditions,
    check_reserves,
    check_limits,
)
