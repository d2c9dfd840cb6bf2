"""Counts of arrivals by date and time of day, or by date alone, and what varies in them beyond chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from momentsim.errors import MomentsimError
from momentsim.units import SECONDS_PER_DAY, SECONDS_PER_HOUR

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NEVER_SILENT: Final = 10.0
"""Where so many calls are usual, a time without any was closed or not recorded: by chance it comes once in 20,000."""
_NIGHT_S: Final = 4 * SECONDS_PER_HOUR
"""Clocks are set forward and back before this time of a Sunday."""
_ONE_A_DAY: Final = (0,)
"""When the rows of a date start, where there is one for the whole day."""


@dataclass(frozen=True, slots=True)
class DailyCounts:
    """Whole days of counts: every date has the same intervals."""

    first_s: int
    """Time of day at which the first interval starts, seconds."""
    interval_s: int
    dates: npt.NDArray[np.int64]
    """Ordinal of each date, rising; 1 is Monday, 1 January of year 1."""
    counts: npt.NDArray[np.float64]
    """Date by interval."""

    @property
    def weekdays(self) -> npt.NDArray[np.int64]:
        """By date, 0 for Monday."""
        return (self.dates - 1) % 7

    @property
    def whole_days(self) -> bool:
        """Whether there is one count a day, which does not say when within it calls come."""
        return self.interval_s == SECONDS_PER_DAY

    @property
    def present(self) -> list[int]:
        """Weekdays of which there are dates, Monday (0) first."""
        return sorted(set(self.weekdays.tolist()))

    def regroup(self, length_s: int) -> DailyCounts:
        """Counts of longer intervals from the first one on; what does not fill a last one is left out."""
        size = length_s // self.interval_s
        whole = self.counts.shape[1] // size
        sums = self.counts[:, : whole * size].reshape(len(self.counts), whole, size).sum(axis=2)
        return DailyCounts(self.first_s, length_s, self.dates, sums)

    def usual(self) -> npt.NDArray[np.float64]:
        """Mean count of each interval on that weekday; date by interval."""
        means = np.zeros_like(self.counts)
        for day in self.present:
            means[self.weekdays == day] = self.counts[self.weekdays == day].mean(axis=0)
        return means

    def residuals(self) -> npt.NDArray[np.float64]:
        """Counts less what is usual, enlarged so that their squares are unbiased: n / (n - 1) of a weekday."""
        return (self.counts - self.usual()) * self.enlargement()[:, None]

    def enlargement(self) -> npt.NDArray[np.float64]:
        """By date what residuals are enlarged by, since a mean of few dates follows them: root of n / (n - 1)."""
        dates = np.bincount(self.weekdays, minlength=7)[self.weekdays]
        return np.asarray(np.sqrt(dates / (dates - 1.0)))

    def while_open(self) -> DailyCounts:
        """The same without the weekdays on which nobody ever called."""
        calls = np.bincount(self.weekdays, self.counts.sum(axis=1), minlength=7)
        return self.without(calls[self.weekdays] == 0)

    def silent(self) -> npt.NDArray[np.int64]:
        """Dates on which nobody called, as chance explains less than once in twenty thousand times."""
        usual = self.usual().sum(axis=1)
        return np.asarray(self.dates[(self.counts.sum(axis=1) == 0) & (usual > NEVER_SILENT)])

    def without(self, left_out: npt.NDArray[np.bool_]) -> DailyCounts:
        """The same without some dates."""
        return DailyCounts(self.first_s, self.interval_s, self.dates[~left_out], self.counts[~left_out])


def count_table(rows: Iterable[tuple[datetime, float]]) -> DailyCounts:
    """Dates by intervals from pairs (start, count), as `read_counts` gives them; one row a day at 00:00 is that day.

    Every date of a weekday must have the same intervals, every weekday that occurs at least two dates, and the
    intervals must divide a day. Intervals that other weekdays have and all dates of one have not are closed then:
    nobody called. Raises MomentsimError with what is wrong.
    """
    by_date: dict[datetime, dict[int, float]] = {}
    places: dict[datetime, int] = {}
    for place, (start, count) in enumerate(rows, start=1):
        first = places.setdefault(start, place)
        if first != place:
            what = f"{start:%Y-%m-%d %H:%M} is there twice, as row {first} and as row {place}"
            raise MomentsimError(
                f"{what}; take one queue, or sum the queues, and one row for an hour that is repeated"
            )
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
        by_date.setdefault(midnight, {})[int((start - midnight).total_seconds())] = count
    if not by_date:
        raise MomentsimError("there are no counts to fit")
    _fill_closed(by_date)
    usual, _ = Counter(tuple(sorted(day)) for day in by_date.values()).most_common(1)[0]
    _check(by_date, usual)
    dates = sorted(by_date)
    return DailyCounts(
        first_s=usual[0],
        interval_s=SECONDS_PER_DAY if usual == _ONE_A_DAY else usual[1] - usual[0],
        dates=np.array([date.toordinal() for date in dates], np.int64),
        counts=np.array([[by_date[date][second] for second in usual] for date in dates], np.float64),
    )


def clock_changes(starts: Sequence[datetime]) -> list[date]:
    """Sundays with an hour between midnight and 4:00 twice, or without one that the other Sundays have."""
    sundays: dict[date, Counter[int]] = {}
    for start in starts:
        if start.weekday() == 6:
            second = start.hour * 3600 + start.minute * 60 + start.second
            sundays.setdefault(start.date(), Counter())[second] += 1
    whole, number = (
        Counter(tuple(sorted(found)) for found in sundays.values()).most_common(1)[0] if sundays else ((), 0)
    )
    steps = {after - before for before, after in pairwise(whole)}
    if number < 2 or len(steps) != 1:
        return []
    an_hour = SECONDS_PER_HOUR // min(steps)
    changed = []
    for day, found in sundays.items():
        twice = [second for second, times in found.items() if times == 2]
        missing = [second for second in whole if second not in found]
        odd = twice or missing
        if (
            not (twice and missing)
            and len(odd) == an_hour
            and max(odd) < _NIGHT_S
            and max(found.values()) <= 2
        ):
            changed.append(day)
    return sorted(changed)


def dates_in_part(starts: Sequence[datetime]) -> list[date]:
    """The first and the last date where they lack intervals of their weekday's other dates, or else of all."""
    by_date: dict[date, set[int]] = {}
    for start in starts:
        by_date.setdefault(start.date(), set()).add(
            start.hour * SECONDS_PER_HOUR + start.minute * 60 + start.second
        )
    in_part = []
    for day in sorted({min(by_date), max(by_date)}) if by_date else ():
        others = [found for other, found in by_date.items() if other != day]
        alike = [
            found for other, found in by_date.items() if other != day and other.weekday() == day.weekday()
        ]
        usual = Counter(map(frozenset, alike or others)).most_common(1)
        if usual and by_date[day] < usual[0][0]:
            in_part.append(day)
    return in_part


def _fill_closed(by_date: dict[datetime, dict[int, float]]) -> None:
    """Exports leave out what is closed: 0 there, where all dates of each weekday have the same intervals."""
    by_weekday: dict[int, set[tuple[int, ...]]] = {}
    for midnight, day in by_date.items():
        by_weekday.setdefault(midnight.weekday(), set()).add(tuple(sorted(day)))
    if any(len(found) > 1 for found in by_weekday.values()):
        return
    everything = {second for found in by_weekday.values() for seconds in found for second in seconds}
    for day in by_date.values():
        day.update(dict.fromkeys(everything - day.keys(), 0.0))


class TooFewCounts(MomentsimError):
    """Counts that are good, but of too few dates or intervals."""


def _check(by_date: dict[datetime, dict[int, float]], usual: tuple[int, ...]) -> None:
    uneven = [date for date, day in by_date.items() if tuple(sorted(day)) != usual]
    if uneven:
        first = min(uneven)
        share = f"{len(uneven)} of {len(by_date)} dates"
        what = f"{share} have other intervals than the rest, the first is {first:%Y-%m-%d}"
        raise MomentsimError(f"{what}; leave out incomplete days, or write 0 where nobody called")
    steps = (
        {SECONDS_PER_DAY} if usual == _ONE_A_DAY else {after - before for before, after in pairwise(usual)}
    )
    if len(steps) != 1 or SECONDS_PER_DAY % min(steps):
        found = (
            ", ".join(str(timedelta(seconds=step)) for step in sorted(steps)[:3])
            or "one row a day, not at 00:00"
        )
        problem = MomentsimError if steps else TooFewCounts
        raise problem(f"the intervals of a day must have one length that divides a day; found {found}")
    dates = Counter(date.weekday() for date in by_date)
    for day, number in sorted(dates.items()):
        if number < 2:
            raise TooFewCounts(f"there is only one {WEEKDAYS[day]}; a weekday needs two dates at least")
