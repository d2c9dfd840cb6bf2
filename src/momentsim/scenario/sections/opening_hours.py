"""Section `opening_hours`: when each queue is open, and what callers do who find it closed. Left out: always open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final, Literal

from pydantic import Field

from momentsim.scenario.laws.law import Law
from momentsim.scenario.quantities import Share, Switch, TimeOfDay
from momentsim.scenario.sections.base import ALL_DAYS, FEW, MANY, Section, Weekday, Weekdays
from momentsim.units import SECONDS_PER_DAY

EVERY_QUEUE: Final = "all"
"""Key of the hours of all queues that have none of their own."""

Span = tuple[int, int]
"""Start and end, seconds since a midnight; the end is excluded."""


class OpenSpan(Section):
    """From one time of day to another, on one date."""

    start: TimeOfDay = Field(description="Open from this time of day.")
    end: TimeOfDay = Field(description='Closed from this time of day on, at most "24:00".')


class OpenPeriod(Section):
    """From one time of day to another, on weekdays."""

    start: TimeOfDay = Field(description="Open from this time of day.")
    end: TimeOfDay = Field(description='Closed from this time of day on, at most "24:00".')
    days: Weekdays = Field(ALL_DAYS, description="Weekdays on which it holds.")


class Closed(Section):
    """What callers hear and do who find the queue closed, or are disconnected when it closes."""

    message: Switch = Field(
        True,
        description="They are told when it opens, and do as the next keys say; off: it rings in vain, and they dial "
        "again as after busy (`waiting.redial`).",
    )
    call_again: Share = Field(0.8, description="Share of them who call again after the next opening.")
    delay: Law = Field(Law(median=3600, sigma=1.0), description="From that opening to the call.")
    self_service: Share = Field(
        0.0,
        description="Share of them who try self-service at once instead, as an attempt of its own; the rest give up.",
    )


class OpeningHours(Section):
    """When one queue is open."""

    weekly: tuple[OpenPeriod, ...] = Field(
        max_length=FEW, description="Open on these weekdays between these times; closed outside them."
    )
    holidays: tuple[str, ...] = Field(
        (), max_length=MANY, description='Dates on which it stays closed, quoted, like "2026-12-25".'
    )
    dates: dict[str, tuple[OpenSpan, ...]] = Field(
        {}, max_length=MANY, description="Dates with hours of their own, instead of `weekly`."
    )
    at_closing: Literal["serve", "disconnect"] = Field(
        "serve",
        description="Who waits when it closes: serve: is still answered, and agents whose shift ends finish the queue "
        "first; disconnect: is cut off and told that it is closed.",
    )
    closed: Closed = Field(Closed(), description="What callers do who find it closed.")


def hours_of(hours: Mapping[str, OpeningHours], queue: str) -> OpeningHours | None:
    """The hours of a queue: its own, or those of all; None: always open."""
    return hours.get(queue, hours.get(EVERY_QUEUE))


def spans_of_weekday(hours: OpeningHours, weekday: Weekday) -> list[Span]:
    """When it is open on a usual day, in order."""
    return joined((period.start, period.end) for period in hours.weekly if weekday in period.days)


def spans_of_dates(hours: OpeningHours, first: date, days: int) -> list[Span]:
    """When it is open on so many dates, in order: seconds since the midnight at which the first one begins."""
    of_weekday = [spans_of_weekday(hours, weekday) for weekday in ALL_DAYS]
    of_date = {day: [(span.start, span.end) for span in spans] for day, spans in hours.dates.items()}
    of_date |= {day: [] for day in hours.holidays}
    spans: list[Span] = []
    for offset in range(days):
        day = first + timedelta(days=offset)
        midnight = offset * SECONDS_PER_DAY
        today = of_date.get(day.isoformat(), of_weekday[day.weekday()])
        spans += [(midnight + start, midnight + end) for start, end in today]
    return joined(spans)


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same times in order, each once: spans that touch or overlap become one, empty ones none."""
    whole: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((start, end))
    return whole


def without(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """The parts of spans that lie in none of the others."""
    left = joined(spans)
    for start, end in joined(others):
        left = [part for first, last in left for part in ((first, min(last, start)), (max(first, end), last))]
        left = [(first, last) for first, last in left if first < last]
    return left
