"""Wall-clock and engine time: dates are proleptic ordinals, times microseconds since the engine begins.

The engine begins with the scenario, or with its warm-up.

There is no daylight saving: every day has 24 hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from momentsim.contract.plan import DATE, Table
from momentsim.units import ticks

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Places dates and times of day on the engine's time line."""

    start: datetime

    def time(self, moment: datetime) -> int:
        """Engine time of a local date and time; negative before the start."""
        return (moment - self.start) // timedelta(microseconds=1)

    def midnight(self, day: int) -> int:
        """Engine time at which the date of ordinal `day` begins."""
        return self.time(datetime.fromordinal(day))

    def day_of(self, time: int) -> int:
        """Ordinal of the date at an engine time."""
        return (self.start + timedelta(microseconds=time)).toordinal()

    def days(self, begin: int, end: int) -> range:
        """Ordinals of all dates that share time with begin..end (end excluded)."""
        return range(self.day_of(begin), self.day_of(max(end - 1, begin)) + 1)


def date_rows(calendar: Calendar, until: int) -> Table:
    """DATE rows of every date that the run touches."""
    days = calendar.days(0, until)
    rows = np.zeros(len(days), DATE)
    rows["ordinal"] = days
    rows["begins"] = [max(calendar.midnight(day), 0) for day in days]
    rows["weekday"] = (rows["ordinal"] - 1) % 7
    return rows


def weekday(day: int) -> str:
    """Weekday of the date of ordinal `day`, as written in scenarios."""
    return WEEKDAYS[(day - 1) % 7]  # ordinal 1, 0001-01-01, is a Monday


def ordinal(text: str) -> int:
    """Ordinal of a date like `2007-02-14`."""
    return date.fromisoformat(text).toordinal()


def of_seconds(duration_s: float) -> int:
    """Engine time of a duration in seconds, as a plain int."""
    return int(ticks(duration_s))
