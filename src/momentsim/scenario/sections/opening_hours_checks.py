"""Checks of opening hours: queues and dates exist, periods do not overlap, and somebody is there when it is open."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from momentsim import units
from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.findings import Finding
from momentsim.scenario.readings import words_of_no_date
from momentsim.scenario.sections.base import ALL_DAYS, Weekday
from momentsim.scenario.sections.opening_hours import (
    EVERY_QUEUE,
    OpenPeriod,
    OpenSpan,
    Span,
    hours_of,
    joined,
    spans_of_dates,
    spans_of_weekday,
    without,
)
from momentsim.scenario.sections.operation_checks import known_names, skills_of
from momentsim.scenario.types import Group, OpeningHours, Scenario

MAX_OPENINGS = 2_000_000
"""Times at which some queue opens, over the run."""
TOLERATED_S = 3600
"""On a day; people come a little earlier than callers and stay a little longer."""
MOST_DATES = 7
"""Dates that one warning names."""
_MIDNIGHT_ADVICE = 'it ends at "24:00" at the latest; write two periods across midnight'


def queues_in(scenario: Scenario) -> tuple[str, ...]:
    """Queues by the names that results have: the skills, or one named after the only moment, or `voice`."""
    skills = skills_of(scenario)
    if skills:
        return skills
    return tuple(scenario.moments) if len(scenario.moments) == 1 else ("voice",)


def check_queues(scenario: Scenario) -> Iterator[Finding]:
    """Hours are given for queues that exist."""
    queues = queues_in(scenario)
    for name in scenario.opening_hours:
        if name != EVERY_QUEUE and name not in queues:
            yield Finding(("opening_hours", name), *known_names(name, (*queues, EVERY_QUEUE), "queue"))


def check_spans(scenario: Scenario) -> Iterator[Finding]:
    """Periods run forwards and do not overlap on the same day; weekdays are listed once."""
    for path, hours in _hours_in(scenario):
        for position, period in enumerate(hours.weekly):
            where: KeyPath = (*path, "weekly", position)
            yield from _runs_forwards(period, where)
            if len(set(period.days)) < len(period.days):
                yield Finding((*where, "days"), "a weekday is listed twice", "list each day once")
            if not period.days:
                yield Finding((*where, "days"), "the list is empty", "leave 'days' out for every day")
        told: set[int] = set()
        for weekday in ALL_DAYS:
            today = [each for each, period in enumerate(hours.weekly) if weekday in period.days]
            for finding in _overlaps(hours.weekly, today, told, (*path, "weekly")):
                yield finding._replace(what=f"{finding.what} on {weekday}")
        for written, spans in hours.dates.items():
            for position, span in enumerate(spans):
                yield from _runs_forwards(span, (*path, "dates", written, position))
            yield from _overlaps(spans, range(len(spans)), set(), (*path, "dates", written))


def check_dates(scenario: Scenario) -> Iterator[Finding]:
    """Holidays and dates are real, and each is told once."""
    for path, hours in _hours_in(scenario):
        for position, written in enumerate(hours.holidays):
            yield from _real_date(written, (*path, "holidays", position))
            if written in hours.holidays[:position]:
                yield Finding((*path, "holidays", position), f"'{written}' is listed twice", "list it once")
        for written in hours.dates:
            yield from _real_date(written, (*path, "dates", written))
            if written in hours.holidays:
                what = f"'{written}' is a holiday and has hours of its own"
                yield Finding((*path, "dates", written), what, "write it in one of the two")


def check_ever_open(scenario: Scenario) -> Iterator[Finding]:
    """Every queue opens at some time of the run, and not more often than the memory holds."""
    midnight = datetime.combine(scenario.start.date(), time.min)
    first = int((scenario.start - midnight).total_seconds())
    days = math.ceil((first + scenario.horizon + scenario.run.run_out) / units.SECONDS_PER_DAY)
    outside = [(0, first), (int(first + scenario.horizon), days * units.SECONDS_PER_DAY)]
    openings = 0
    for path, hours in _hours_in(scenario):
        if any(period.start >= period.end or not period.days for period in hours.weekly):
            continue  # told already
        times = spans_of_dates(hours, scenario.start.date(), days)
        openings += len(times) * (len(queues_in(scenario)) if path[-1] == EVERY_QUEUE else 1)
        if not without(times, outside):
            last = scenario.start + timedelta(seconds=scenario.horizon)
            what = f"it never opens from {units.format_timestamp(scenario.start)} to {units.format_timestamp(last)}"
            advice = "write hours in 'weekly' or 'dates'; leave the queue out for one that is always open"
            yield Finding((*path, "weekly"), what, advice)
    if openings > MAX_OPENINGS:
        what = f"the queues open about {openings:,} times"
        yield Finding(("opening_hours",), what, f"at most {MAX_OPENINGS:,}; take a shorter horizon")


def check_closed(scenario: Scenario) -> Iterator[Finding]:
    """Shares of what callers do are parts of one whole; self-service is there if they go to it."""
    for path, hours in _hours_in(scenario):
        closed = hours.closed
        total = closed.call_again + closed.self_service
        if total > 1 + 1e-9:
            what = f"call_again and self_service add up to {units.format_share(round(total, 9))}"
            yield Finding((*path, "closed", "self_service"), what, "together they are at most 100 %")
        if closed.self_service and not closed.message:
            what = "nobody is told of self-service where there is no message"
            yield Finding((*path, "closed", "self_service"), what, "write 'message: on', or leave it out")
        for name, moment in scenario.moments.items():
            queue = moment.skill or queues_in(scenario)[0]
            own = hours_of(scenario.opening_hours, queue) is hours
            if closed.self_service and own and moment.self_service is None:
                what = f"the moment '{name}' of this queue has no self-service to go to"
                advice = f"give it moments.{name}.self_service, or leave this out"
                yield Finding((*path, "closed", "self_service"), what, advice)


def warn_rosters(scenario: Scenario) -> Iterator[Finding]:
    """People who are rostered while all of their queues are closed, and queues that are open while nobody is."""
    if not scenario.opening_hours:
        return
    queues = queues_in(scenario)
    idle = {name: _idle_words(scenario, group, queues) for name, group in scenario.workforce.groups.items()}
    for name, words in idle.items():
        if words:
            what = f"people are rostered while all their queues are closed: {words}"
            advice = "they are paid and nobody can call; see opening_hours"
            yield Finding(("workforce", "groups", name), what, advice)
    for queue in queues:
        words = _empty_words(scenario, queue, queues)
        if words:
            key = queue if queue in scenario.opening_hours else EVERY_QUEUE
            what = f"the queue '{queue}' is open while nobody is rostered for it: {words}"
            yield Finding(("opening_hours", key), what, "callers wait in vain then; see workforce.groups")


def warn_unattended(scenario: Scenario) -> Iterator[Finding]:
    """Queues that are always open, as nothing else is written, while heads are there at some times of the day only."""
    queues = queues_in(scenario)
    for queue in queues:
        if hours_of(scenario.opening_hours, queue) is not None:
            continue
        words = _unattended_words(scenario, queue, queues)
        if words:
            what = f"nobody is rostered for the queue '{queue}', which has no hours: {words}"
            advice = (
                "calls that come then ring in vain, those again in the run-out too; write 'opening_hours'"
            )
            yield Finding(("workforce", "groups"), what, advice)


def _hours_in(scenario: Scenario) -> Iterator[tuple[KeyPath, OpeningHours]]:
    for name, hours in scenario.opening_hours.items():
        yield ("opening_hours", name), hours


def _real_date(written: str, path: KeyPath) -> Iterator[Finding]:
    day = units.parse_date(written)
    if day is None or day.isoformat() != written:
        yield Finding(path, *words_of_no_date(written))


def _runs_forwards(period: OpenPeriod | OpenSpan, path: KeyPath) -> Iterator[Finding]:
    if period.start >= period.end:
        yield Finding((*path, "end"), f"{_span(period)} does not run forwards", _MIDNIGHT_ADVICE)


def _overlaps(
    periods: Sequence[OpenPeriod | OpenSpan], today: Sequence[int], told: set[int], path: KeyPath
) -> Iterator[Finding]:
    """Of the periods of one day, those that begin before another one has ended; each is told once."""
    latest = -1
    for position in sorted(today, key=lambda each: (periods[each].start, each)):
        period = periods[position]
        if latest >= 0 and position not in told and period.start < min(period.end, periods[latest].end):
            told.add(position)
            what = f"{_span(period)} overlaps {_span(periods[latest])}"
            yield Finding((*path, position, "start"), what, "hours of a day must not overlap")
        if latest < 0 or period.end > periods[latest].end:
            latest = position


def _span(period: OpenPeriod | OpenSpan) -> str:
    return f"{units.format_time_of_day(period.start)} to {units.format_time_of_day(period.end)}"


def _open_on(scenario: Scenario, queue: str, day: Weekday | date) -> list[Span]:
    hours = hours_of(scenario.opening_hours, queue)
    if hours is None:
        return [(0, units.SECONDS_PER_DAY)]
    return spans_of_dates(hours, day, 1) if isinstance(day, date) else spans_of_weekday(hours, day)


def _dates_of_their_own(scenario: Scenario) -> list[date]:
    """Dates of the run that some queue lists, as holidays or with hours of their own."""
    written = {each for _, hours in _hours_in(scenario) for each in (*hours.holidays, *hours.dates)}
    first = scenario.start.date()
    last = (scenario.start + timedelta(seconds=scenario.horizon - 1)).date()
    days = [day for day in map(units.parse_date, sorted(written)) if day is not None]
    return [day for day in days if first <= day <= last]


def _rostered_on(group: Group, weekday: Weekday) -> list[Span]:
    """When somebody of a group is rostered on a weekday; nothing of what stands in files or is planned."""
    if group.planned is not None:
        return []
    if isinstance(group.heads, int):
        return [(0, units.SECONDS_PER_DAY)] if group.heads else []
    periods = group.heads if isinstance(group.heads, tuple) else ()
    spans = [(p.start, p.end) for p in periods if p.heads and weekday in p.days]
    before = ALL_DAYS[ALL_DAYS.index(weekday) - 1]
    for shift in (group.shifts or {}).values():
        end = shift.start + int(shift.length)
        if shift.heads and weekday in shift.days:
            spans.append((shift.start, min(end, units.SECONDS_PER_DAY)))
        if shift.heads and before in shift.days and end > units.SECONDS_PER_DAY:
            spans.append((0, end - units.SECONDS_PER_DAY))
    return joined(spans)


def _idle_words(scenario: Scenario, group: Group, queues: tuple[str, ...]) -> str:
    if group.reserve:
        return ""

    def idle(day: Weekday | date) -> list[Span]:
        is_open = [span for queue in group.skills or queues for span in _open_on(scenario, queue, day)]
        return without(_rostered_on(group, _weekday_of(day)), is_open)

    return _words_of(idle, _dates_of_their_own(scenario))


def _empty_words(scenario: Scenario, queue: str, queues: tuple[str, ...]) -> str:
    if hours_of(scenario.opening_hours, queue) is None:
        return ""
    return _unattended_words(scenario, queue, queues)


def _unattended_words(scenario: Scenario, queue: str, queues: tuple[str, ...]) -> str:
    """When a queue is open and nobody is rostered for it; nothing where rosters stand in files or are planned."""
    groups = [each for each in scenario.workforce.groups.values() if queue in (each.skills or queues)]
    if not groups or any(each.heads_file or each.shifts_file or each.planned for each in groups):
        return ""

    def unattended(day: Weekday | date) -> list[Span]:
        there = [span for group in groups for span in _rostered_on(group, _weekday_of(day))]
        return without(_open_on(scenario, queue, day), there)

    return _words_of(unattended, _dates_of_their_own(scenario))


def _weekday_of(day: Weekday | date) -> Weekday:
    return ALL_DAYS[day.weekday()] if isinstance(day, date) else day


def _words_of(spans_on: Callable[[Weekday | date], list[Span]], dates: Sequence[date]) -> str:
    """Spans by weekday in words, then those of dates that are unlike their weekday; days of the same spans together.

    Nothing where they are hardly any.
    """
    of_weekday = {weekday: spans_on(weekday) for weekday in ALL_DAYS}
    of_date = {day: spans_on(day) for day in dates}
    unlike = {
        day: spans
        for day, spans in of_date.items()
        if _is_much(spans) and spans != of_weekday[_weekday_of(day)]
    }
    if not any(map(_is_much, of_weekday.values())):
        of_weekday = {}
    words: list[tuple[Weekday | date, list[Span]]] = [*of_weekday.items(), *list(unlike.items())[:MOST_DATES]]
    days: dict[str, list[str]] = {}
    for day, spans in words:
        clock = units.format_time_of_day
        times = " and ".join(f"{clock(start)} to {clock(end)}" for start, end in spans)
        if times:
            days.setdefault(times, []).append(str(day))
    told = [f"{', '.join(names)} {times}" for times, names in days.items()]
    if len(unlike) > MOST_DATES:
        told.append(f"and on {len(unlike) - MOST_DATES} more dates")
    return "; ".join(told)


def _is_much(spans: Sequence[Span]) -> bool:
    return sum(end - start for start, end in spans) > TOLERATED_S


Check = Callable[[Scenario], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (check_queues, check_spans, check_dates, check_ever_open, check_closed)
WARNINGS: tuple[Check, ...] = (warn_rosters, warn_unattended)
