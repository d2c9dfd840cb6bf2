"""Checks of section `levers`: what they name exists, times run forwards, prices and thresholds make sense."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime

from momentsim import units
from momentsim.contract.plan import Comparator, Watched
from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.findings import Finding
from momentsim.scenario.sections.crises_checks import horizon_words
from momentsim.scenario.sections.lever_conditions import TriggerCondition, read_condition
from momentsim.scenario.sections.levers import (
    AnnouncementLever,
    Callback,
    CallIn,
    ExtraLines,
    LoginCap,
    Overtime,
    PauseOffers,
    Price,
    Priority,
    StartProgramme,
    sizes_of,
)
from momentsim.scenario.sections.opening_hours_checks import queues_in
from momentsim.scenario.sections.operation_checks import known_names
from momentsim.scenario.sections.waiting_checks import callers_of, findings_of_announcement, moments_of_queue
from momentsim.scenario.types import Lever, Scenario

_CONDITIONS = ("when", "undo_when")
_UPWARD = (Comparator.ABOVE, Comparator.AT_LEAST)


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
            if size.price is None and (priced or lever.price != Price()):
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


def _place(scenario: Scenario, path: KeyPath, condition: TriggerCondition) -> Iterator[Finding]:
    if not condition.place:
        return
    of_groups = condition.watched == Watched.ON_DUTY
    known = tuple(scenario.workforce.groups) if of_groups else queues_in(scenario)
    if condition.place not in known:
        yield Finding(path, *known_names(condition.place, known, "group" if of_groups else "queue"))


def _overlap(when: TriggerCondition, undo: TriggerCondition) -> str:
    """Words for the undoing condition if some value fulfils both; empty if none does, or they watch other things."""
    if (when.watched, when.place) != (undo.watched, undo.place):
        return ""
    upward = when.comparison in _UPWARD
    if upward == (undo.comparison in _UPWARD):
        return "this condition, which points the same way,"
    apart = undo.threshold < when.threshold if upward else undo.threshold > when.threshold
    return "" if apart else "this condition, with no threshold of its own,"


def check_reserves(scenario: Scenario) -> Iterator[Finding]:
    """Called groups are reserves, and called by one lever only: the same people cannot come twice."""
    groups = scenario.workforce.groups
    reserves = [name for name, group in groups.items() if group.reserve]
    seen = {
        call.group: f"crises.{name}.reserves.{lever}"
        for name, storm in scenario.crises.items()
        for lever, call in storm.reserves.items()
    }
    no_reserve = "the group '{0}' is not a reserve", "write workforce.groups.{0}.reserve: on"
    calls = [(path, lever.group) for path, lever in _levers(scenario) if isinstance(lever, CallIn)]
    yield from _groups_asked_once(
        calls, groups, (reserves, "reserve group"), no_reserve, ("called", "call"), seen
    )


def check_limits(scenario: Scenario) -> Iterator[Finding]:
    """What is widened has a limit."""
    for path, lever in _levers(scenario):
        if isinstance(lever, ExtraLines) and scenario.waiting.lines is None:
            yield Finding((*path, "lines"), "there is no limit of lines", "write waiting.lines")
        if isinstance(lever, LoginCap) and scenario.workforce.login_cap is None:
            yield Finding(
                (*path, "agents"), "there is no limit of agents logged in", "write workforce.login_cap"
            )


def check_overtime(scenario: Scenario) -> Iterator[Finding]:
    """Those asked to stay are a group with shifts of its own, and asked by one lever."""
    groups = scenario.workforce.groups
    rostered = [name for name, group in groups.items() if not group.reserve]
    a_reserve = "'{0}' is a reserve, which stays until it is sent home", "use call_in, and 'until'"
    asked = [(path, lever.group) for path, lever in _levers(scenario) if isinstance(lever, Overtime)]
    yield from _groups_asked_once(asked, groups, (rostered, "group"), a_reserve, ("asked", "ask"), {})


def _groups_asked_once(
    asked: Iterable[tuple[KeyPath, str]],
    groups: Collection[str],
    fitting: tuple[Collection[str], str],
    unfit: tuple[str, str],
    verb: tuple[str, str],
    seen: dict[str, str],
) -> Iterator[Finding]:
    """Groups that levers name exist, fit, and are asked by one lever only; `seen` are those asked elsewhere."""
    for path, group in asked:
        place = (*path, "group")
        if group not in groups:
            yield Finding(place, *known_names(group, *fitting))
        elif group not in fitting[0]:
            yield Finding(place, *(words.format(group) for words in unfit))
        elif group in seen:
            what = f"'{group}' is already {verb[0]} by '{seen[group]}'"
            yield Finding(place, what, f"{verb[1]} each group by one lever; it may have several sizes")
        seen.setdefault(group, str(path[-1]))


def check_moments(scenario: Scenario) -> Iterator[Finding]:
    """Levers on moments name ones that exist, and offers are paused where some are made."""
    for path, lever in _levers(scenario):
        moment = lever.moment if isinstance(lever, Priority | PauseOffers) else None
        if moment is not None and moment not in scenario.moments:
            yield Finding((*path, "moment"), *known_names(moment, scenario.moments, "moment"))
        elif isinstance(lever, PauseOffers):
            asked = scenario.moments if moment is None else {moment: scenario.moments[moment]}
            if all(each.selling is None for each in asked.values()):
                where = "in any moment" if moment is None else f"in '{moment}'"
                key = "kind" if moment is None else "moment"
                yield Finding((*path, key), f"no offers are made {where}", "write moments.*.selling")


def check_programmes(scenario: Scenario) -> Iterator[Finding]:
    """A programme that waits for a lever has no other time, waits for one, and is started once."""
    seen: dict[str, str] = {}
    for path, lever in _levers(scenario):
        if not isinstance(lever, StartProgramme):
            continue
        place: KeyPath = (*path, "programme")
        programme = scenario.programmes.get(lever.programme)
        if programme is None:
            yield Finding(place, *known_names(lever.programme, scenario.programmes, "programme"))
            continue
        if programme.start is not None or programme.end is not None:
            where = f"programmes.{lever.programme}"
            yield Finding(
                place, f"'{lever.programme}' has times of its own", f"leave out 'start' and 'end' of {where}"
            )
        if programme.kind == "home_working":
            yield Finding(
                place, "home working changes the roster, which is made before the run", "give it a 'start'"
            )
        if lever.programme in seen:
            what = f"'{lever.programme}' already waits for '{seen[lever.programme]}'"
            yield Finding(place, what, "one lever starts it")
        seen.setdefault(lever.programme, str(path[-1]))
        if lever.at_most > 1:
            yield Finding((*path, "at_most"), "a programme is started once", "write 1, or leave it out")


def warn_conditions(scenario: Scenario) -> Iterator[Finding]:
    """Conditions that can never hold, or always do, as far as limits say."""
    for path, lever in _levers(scenario):
        for key in _CONDITIONS:
            text = getattr(lever, key)
            if text is None:
                continue
            condition = read_condition(text)
            high = _highest(scenario, condition)
            if _holds(condition, 0.0) and _holds(condition, high):
                yield Finding((*path, key), "this always holds", _span(condition, high))
            elif not _holds(condition, 0.0) and not _holds(condition, high):
                yield Finding((*path, key), "this never holds", _span(condition, high))
        if lever.at == "never" and lever.when is None and lever.until != "never":
            yield Finding(
                (*path, "until"), "only a playbook or a hand pulls it", "write 'at' or 'when' as well"
            )


def _holds(condition: TriggerCondition, value: float) -> bool:
    return {
        Comparator.ABOVE: value > condition.threshold,
        Comparator.BELOW: value < condition.threshold,
        Comparator.AT_LEAST: value >= condition.threshold,
        Comparator.AT_MOST: value <= condition.threshold,
    }[condition.comparison]


def _highest(scenario: Scenario, condition: TriggerCondition) -> float:
    """The most that can be watched, as far as limits of the scenario say; infinity for no limit."""
    if condition.watched == Watched.ABANDONED:
        return 1.0
    if condition.watched == Watched.QUEUE and scenario.waiting.lines is not None:
        opened = [lever.lines for _, lever in _levers(scenario) if isinstance(lever, ExtraLines)]
        opened += [
            size.lines or 0
            for _, lever in _levers(scenario)
            if isinstance(lever, ExtraLines)
            for size in lever.sizes.values()
        ]
        return float(scenario.waiting.lines + sum(opened))
    if condition.watched == Watched.LONGEST_WAIT:
        return scenario.horizon + scenario.run.run_out
    return math.inf


def _span(condition: TriggerCondition, high: float) -> str:
    word = condition.watched.name.lower()
    if condition.watched == Watched.ABANDONED:
        return f"{word} is from 0 % to 100 %"
    if math.isinf(high):
        return f"{word} is 0 or more"
    shape = units.format_duration if condition.watched == Watched.LONGEST_WAIT else units.format_number
    return f"{word} is from 0 to {shape(high)}"


def check_offers(scenario: Scenario) -> Iterator[Finding]:
    """Callback offers and announcements are for queues that callers reach first, one lever of a kind for each queue."""
    queues = queues_in(scenario)
    seen: dict[tuple[str, str], str] = {}
    for path, lever in _levers(scenario):
        if not isinstance(lever, Callback | AnnouncementLever):
            continue
        place = (*path, "queue")
        if lever.queue not in queues:
            yield Finding(place, *known_names(lever.queue, queues, "queue"))
        elif not moments_of_queue(scenario, lever.queue):
            what = f"no moment reaches the queue '{lever.queue}' first; who is passed on stays on the line"
            yield Finding(place, what, "name a moment's own skill")
        elif (lever.kind, lever.queue) in seen:
            what = f"'{seen[lever.kind, lever.queue]}' is a lever of this kind for '{lever.queue}' already"
            yield Finding(place, what, "write one lever for each queue; it may have several sizes")
        elif isinstance(lever, Callback) and not callers_of(scenario, lever.queue):
            what = f"no agent of the queue '{lever.queue}' could call anybody back"
            yield Finding(place, what, "give a group with heads this skill")
        seen.setdefault((lever.kind, lever.queue), str(path[-1]))
        if isinstance(lever, AnnouncementLever):
            for name, size in sizes_of(lever).items():
                if isinstance(size, AnnouncementLever):
                    inside = ("sizes", name, "announcement") if name else ("announcement",)
                    yield from findings_of_announcement(
                        scenario, lever.queue, size.announcement, (*path, *inside)
                    )


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
    check_overtime,
    check_moments,
    check_programmes,
    check_offers,
)
WARNINGS: tuple[Check, ...] = (warn_conditions,)
