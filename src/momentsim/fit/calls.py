"""Calls one by one, as a log tells them: when they came, how long they waited, how that ended, how long they took."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from momentsim.errors import MomentsimError
from momentsim.fit.counts import NEVER_SILENT
from momentsim.units import SECONDS_PER_DAY

HALF_HOUR_S: Final = 1800
Seconds = npt.NDArray[np.float64]


class Ending(IntEnum):
    """How the wait of a call ended."""

    SERVED = 0
    ABANDONED = 1
    LEFT = 2
    """For another reason than patience: a limit of the wait, a key, the next queue, closing."""
    UNKNOWN = 3


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of one queue in order of their coming. Durations are in seconds, NaN where the log does not say."""

    starts: Sequence[datetime]
    """Local times."""
    ends: npt.NDArray[np.int64]
    """`Ending` of each."""
    wait: Seconds
    talk: Seconds
    """Hold included."""
    wrap_up: Seconds
    notes: tuple[str, ...] = ()
    """What was left out, or taken for granted."""

    def of(self, ending: Ending) -> npt.NDArray[np.bool_]:
        """Which calls ended so."""
        return np.asarray(self.ends == ending)


def in_order(
    starts: Sequence[datetime],
    ends: Sequence[Ending],
    wait: Sequence[float],
    talk: Sequence[float],
    wrap_up: Sequence[float],
    notes: Sequence[str] = (),
) -> Calls:
    """Calls of these rows, sorted by time."""
    order = sorted(range(len(starts)), key=starts.__getitem__)

    def sort(column: Sequence[float]) -> Seconds:
        return np.array([column[place] for place in order], np.float64)

    return Calls(
        [starts[place] for place in order],
        np.array([ends[place] for place in order], np.int64),
        sort(wait),
        sort(talk),
        sort(wrap_up),
        tuple(notes),
    )


def count_calls(
    starts: Sequence[datetime], interval_s: int = HALF_HOUR_S, *, clock_set: Collection[date] = ()
) -> tuple[list[tuple[datetime, float]], list[str]]:
    """Counts by interval for `fit_arrivals`, and notes on the dates that were left out.

    Every date has the intervals between the earliest and the latest call of all dates. Left out are dates on which
    nobody called though at least ten calls are usual (closed, or not recorded), those on which the clock is set, and
    the first and the last date where the log begins late or ends early by as much. Raises MomentsimError where there
    are no calls.
    """
    if not starts:
        raise MomentsimError("there are no calls to count")
    first = min(starts).toordinal()
    number = max(starts).toordinal() - first + 1
    counts = np.zeros((number, SECONDS_PER_DAY // interval_s))
    for start in starts:
        second = (start - start.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
        counts[start.toordinal() - first, int(second // interval_s)] += 1.0
    notes = []
    kept = _open_dates(counts, first)
    if (closed := np.flatnonzero(~kept & _open_weekdays(counts, first))).size:
        notes.append(f"nobody called on {_dates(first + closed)}: left out, as closed")
    days = np.array(
        [day.toordinal() for day in sorted(clock_set) if 0 <= day.toordinal() - first < number], np.int64
    )
    if days.size:
        kept[days - first] = False
        notes.append(f"the clock was set on {_dates(days)}: left out")
    for row, part in ((0, _before_first(counts[0])), (number - 1, _after_last(counts[-1]))):
        others = kept & (np.arange(number) != row)
        alike = others & ((np.arange(number) - row) % 7 == 0)
        usual = counts[alike if alike.any() else others]
        if kept[row] and len(usual) and usual[:, part].sum(axis=1).mean() > NEVER_SILENT:
            kept[row] = False
            notes.append(f"{_dates(np.array([first + row]))} is in the log in part only: left out")
    used = np.flatnonzero(counts[kept].any(axis=0))
    rows = [
        (
            datetime.fromordinal(int(first + row)) + timedelta(seconds=int(place) * interval_s),
            float(counts[row, place]),
        )
        for row in np.flatnonzero(kept)
        for place in range(used[0], used[-1] + 1)
    ]
    return rows, notes


def _open_weekdays(counts: Seconds, first: int) -> npt.NDArray[np.bool_]:
    """Dates whose weekday has calls at all."""
    weekdays = (first - 1 + np.arange(len(counts))) % 7
    return np.asarray(np.bincount(weekdays, counts.sum(axis=1), minlength=7)[weekdays] > 0)


def _open_dates(counts: Seconds, first: int) -> npt.NDArray[np.bool_]:
    """Dates with calls, and those that may have none by chance."""
    totals = counts.sum(axis=1)
    weekdays = (first - 1 + np.arange(len(counts))) % 7
    busy = np.bincount(weekdays, totals, minlength=7) / np.maximum(
        np.bincount(weekdays, totals > 0, minlength=7), 1
    )
    return np.asarray((totals > 0) | ((busy[weekdays] > 0) & (busy[weekdays] <= NEVER_SILENT)))


def _before_first(counts: Seconds) -> slice:
    return slice(0, int(np.flatnonzero(counts)[0]))


def _after_last(counts: Seconds) -> slice:
    return slice(int(np.flatnonzero(counts)[-1]) + 1, len(counts))


def _dates(ordinals: npt.NDArray[np.int64]) -> str:
    shown = ", ".join(date.fromordinal(int(day)).isoformat() for day in ordinals[:3])
    return shown if len(ordinals) <= 3 else f"{shown} and {len(ordinals) - 3} more dates"
