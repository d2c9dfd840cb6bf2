"""Checks of crises: they name moments and reserves that exist, and happen within the horizon."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from momentsim import units
from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.findings import Finding
from momentsim.scenario.readings import words_of_no_date
from momentsim.scenario.sections.operation_checks import crisis_moments, known_names
from momentsim.scenario.types import Scenario, Storm


def check_moments(scenario: Scenario) -> Iterator[Finding]:
    """A crisis names moments that exist."""
    for name, storm in scenario.crises.items():
        for key, moment in crisis_moments(storm):
            if moment not in scenario.moments:
                yield Finding(("crises", name, key), *known_names(moment, scenario.moments, "moment"))


def check_days(scenario: Scenario) -> Iterator[Finding]:
    """Storm days are real dates within the horizon, and make sense in themselves."""
    for name, storm in scenario.crises.items():
        for written, day in storm.days.items():
            path: KeyPath = ("crises", name, "days", written)
            date_there = units.parse_date(written)
            if date_there is None:
                yield Finding(path, *words_of_no_date(written))
            elif not _day_within(date_there, scenario):
                yield Finding(path, f"{written} is outside the horizon", horizon_words(scenario))
            if day.failed > day.scheduled:
                what = f"{day.failed} failed of {day.scheduled} scheduled"
                yield Finding((*path, "failed"), what, "at most as many as were scheduled")
            if day.announced_from >= day.announced_until:
                yield Finding(
                    (*path, "announced_until"), "announcements end before they begin", "see 'announced_from'"
                )


def check_timestamps(scenario: Scenario) -> Iterator[Finding]:
    """Levers and blackouts happen within the horizon."""
    for name, storm in scenario.crises.items():
        for path, moment in _timestamps(storm, ("crises", name)):
            if not scenario.start <= moment <= units.horizon_end(scenario.start, scenario.horizon):
                yield Finding(
                    path, f"{units.format_timestamp(moment)} is outside the horizon", horizon_words(scenario)
                )


def check_blackouts(scenario: Scenario) -> Iterator[Finding]:
    """Blackouts run forwards and do not overlap."""
    for name, storm in scenario.crises.items():
        for position, blackout in enumerate(storm.blackouts):
            path: KeyPath = ("crises", name, "blackouts", position)
            if blackout.start >= blackout.end:
                yield Finding((*path, "end"), "the blackout ends before it begins", "see 'start'")
            for other in storm.blackouts[:position]:
                if blackout.start < other.end and other.start < blackout.end:
                    yield Finding(
                        (*path, "start"), "this blackout overlaps another", "blackouts must not overlap"
                    )


def check_reserves(scenario: Scenario) -> Iterator[Finding]:
    """Called reserves are reserve groups."""
    groups = scenario.workforce.groups
    reserves = [name for name, group in groups.items() if group.reserve]
    for name, storm in scenario.crises.items():
        for lever, call in storm.reserves.items():
            path: KeyPath = ("crises", name, "reserves", lever, "group")
            if call.group not in groups:
                yield Finding(path, *known_names(call.group, reserves, "reserve group"))
            elif call.group not in reserves:
                what = f"the group '{call.group}' is not a reserve"
                yield Finding(path, what, f"write workforce.groups.{call.group}.reserve: on")


def check_released(scenario: Scenario) -> Iterator[Finding]:
    """Reserves are sent home after they were called, and a length of the queue is given where it is asked for."""
    for name, storm in scenario.crises.items():
        for lever, call in storm.reserves.items():
            path: KeyPath = ("crises", name, "reserves", lever)
            if isinstance(call.until, datetime) and isinstance(call.at, datetime) and call.until <= call.at:
                what = f"{units.format_timestamp(call.until)} is not after the call"
                yield Finding((*path, "until"), what, f"they are called {units.format_timestamp(call.at)}")
            usual = type(call).model_fields["short_queue"].default
            if call.until_short_for is None and call.short_queue != usual:
                yield Finding((*path, "short_queue"), "nothing asks for it", "write 'until_short_for' too")


def check_called_once(scenario: Scenario) -> Iterator[Finding]:
    """A reserve group is called by one lever only: the same people cannot come twice."""
    seen: dict[str, str] = {}
    for name, storm in scenario.crises.items():
        for lever, call in storm.reserves.items():
            if call.group in seen:
                path: KeyPath = ("crises", name, "reserves", lever, "group")
                yield Finding(
                    path, f"'{call.group}' is already called by '{seen[call.group]}'", "call each group once"
                )
            seen.setdefault(call.group, lever)


def warn_crisis_moment_without_volume(scenario: Scenario) -> Iterator[Finding]:
    """Baselines are observed in calm times: a reason without ordinary volume has none of its own."""
    for name, storm in scenario.crises.items():
        for key, moment in crisis_moments(storm):
            if moment in scenario.moments and moment not in scenario.demand.volumes:
                what = f"'{moment}' has no ordinary volume in demand"
                yield Finding(
                    ("crises", name, key), what, "its everyday level is taken from the other reasons"
                )


def _day_within(day: date, scenario: Scenario) -> bool:
    end = units.horizon_end(scenario.start, scenario.horizon)
    return (
        datetime.combine(day, datetime.max.time()) > scenario.start
        and datetime.combine(day, datetime.min.time()) < end
    )


def horizon_words(scenario: Scenario) -> str:
    """From when to when the horizon runs."""
    end = units.horizon_end(scenario.start, scenario.horizon)
    return f"it runs from {units.format_timestamp(scenario.start)} to {units.format_timestamp(end)}"


def _timestamps(storm: Storm, path: KeyPath) -> Iterator[tuple[KeyPath, datetime]]:
    for position, blackout in enumerate(storm.blackouts):
        yield (*path, "blackouts", position, "start"), blackout.start
        yield (*path, "blackouts", position, "end"), blackout.end
    levers: list[tuple[KeyPath, object]] = [
        ((*path, "reserves", lever, key), getattr(call, key))
        for lever, call in storm.reserves.items()
        for key in ("at", "until")
    ]
    for key in ("self_service_offer", "notice", "compensation"):
        lever_section = getattr(storm, key)
        if lever_section is not None:
            levers.append(((*path, key, "at"), lever_section.at))
    yield from ((place, at) for place, at in levers if isinstance(at, datetime))  # and not `never`


def check_pre_cancel(scenario: Scenario) -> Iterator[Finding]:
    """Nothing is announced ahead of the start: those moments would be lost."""
    for name, storm in scenario.crises.items():
        days = {written: units.parse_date(written) for written, day in storm.days.items() if day.failed}
        for written, day in days.items():
            if storm.pre_cancel is None or day is None:
                continue
            seconds = storm.days[written].announced_from - storm.pre_cancel.hours_ahead
            first = datetime.combine(day, datetime.min.time()) + timedelta(seconds=seconds)
            if _day_within(day, scenario) and first < scenario.start:
                what = f"failures of {written} would be announced at {units.format_timestamp(first)}"
                start = units.format_timestamp(scenario.start)
                path: KeyPath = ("crises", name, "pre_cancel", "hours_ahead")
                yield Finding(path, what, f"not before the start, {start}")


def warn_brand_without_money(scenario: Scenario) -> Iterator[Finding]:
    """A brand moves money through customers who are won or buy; elsewhere what they say only."""
    won = any(segment.acquired_per_year > 0.0 for segment in scenario.customers.segments.values())
    sold = any(moment.selling is not None for moment in scenario.moments.values())
    for name, storm in scenario.crises.items():
        if storm.brand_shock > 0.0 and not (won or sold):
            yield Finding(
                ("crises", name, "brand_shock"),
                "it moves what customers say and no money, since nobody is won and nothing is sold",
                "write customers.segments.*.acquired_per_year, like 10 %",
            )


Check = Callable[[Scenario], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    check_moments,
    check_days,
    check_timestamps,
    check_blackouts,
    check_pre_cancel,
    check_reserves,
    check_released,
    check_called_once,
)
WARNINGS: tuple[Check, ...] = (warn_crisis_moment_without_volume, warn_brand_without_money)
