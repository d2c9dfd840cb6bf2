"""Opening hours as rows for the engine: for every queue the times at which it is open, in order."""

from __future__ import annotations

from datetime import date

import numpy as np

from momentsim.contract.plan import DAY, HOURS, NEVER, OPEN_SPAN, Table
from momentsim.prepare.calendar import Calendar, of_seconds
from momentsim.prepare.laws import LawBook
from momentsim.scenario.sections.opening_hours import Span, hours_of, spans_of_dates
from momentsim.scenario.types import OpeningHours, Scenario

_ALWAYS = ((-DAY, NEVER),)


def hours_rows(
    scenario: Scenario, queues: tuple[str, ...], book: LawBook, calendar: Calendar, until: int
) -> tuple[Table, Table]:
    """HOURS and OPEN_SPAN rows up to time `until`; none where no queue has hours."""
    if not scenario.opening_hours:
        return np.zeros(0, HOURS), np.zeros(0, OPEN_SPAN)
    rows = np.zeros(len(queues), HOURS)
    parts = [np.zeros(0, OPEN_SPAN)]
    first = 0
    for row, queue in zip(rows, queues, strict=True):
        hours = hours_of(scenario.opening_hours, queue)
        spans = list(_ALWAYS) if hours is None else _spans(hours, calendar, until)
        row["first_span"], row["last_span"] = first, first + len(spans)
        first += len(spans)
        parts.append(np.array(spans, OPEN_SPAN))
        if hours is not None:
            _fill_closed(row, hours, book)
    return rows, np.concatenate(parts)


def _fill_closed(row: np.void, hours: OpeningHours, book: LawBook) -> None:
    """What callers do who find the queue closed."""
    closed = hours.closed
    row["disconnects"], row["message"] = hours.at_closing == "disconnect", closed.message
    row["call_again"], row["self_service"] = closed.call_again, closed.self_service
    row["delay_law"] = book.add(closed.delay)


def _spans(hours: OpeningHours, calendar: Calendar, until: int) -> list[Span]:
    """Engine times at which a queue is open; over midnight without a break."""
    days = calendar.days(0, until)
    midnight = calendar.midnight(days[0])
    return [
        (midnight + of_seconds(start), midnight + of_seconds(end))
        for start, end in spans_of_dates(hours, date.fromordinal(days[0]), len(days))
    ]
