"""Allowed patterns: a kind of shift, a time of day at which it starts, and the weekdays on which it is worked.

Where breaks fall is not part of a pattern: a pattern and every possible begin of each of its breaks would be
hundreds of thousands. See `cover`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim import units
from momentsim.errors import MomentsimError
from momentsim.questions.shifts.requirement import FloatArray, Requirement
from momentsim.scenario.sections.base import ALL_DAYS
from momentsim.scenario.sections.shift_rules_checks import day_sets
from momentsim.scenario.types import ShiftKind, ShiftRules

MOST_CELLS = 6_000_000
"""Slots that all patterns cover together; as programmes they take some hundred megabytes, and minutes."""
IntArray = npt.NDArray[np.int64]


class BreakWindow(NamedTuple):
    """Where a break may begin, in slots after the start of the shift, and how long it lasts."""

    begins: tuple[int, ...]
    length: int
    paid: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern; times in slots."""

    kind: str
    start: int
    """Slots after midnight."""
    length: int
    days: tuple[int, ...]
    """0 is Monday."""
    windows: tuple[BreakWindow, ...]

    @property
    def paid(self) -> int:
        """Paid slots of one day."""
        return self.length - sum(window.length for window in self.windows if not window.paid)

    @property
    def cells(self) -> int:
        """Slots of its work and of all its possible breaks."""
        breaks = sum(len(window.begins) * window.length for window in self.windows)
        return len(self.days) * (self.length + breaks)


@dataclass(frozen=True)
class CoverWeek:
    """What is to be covered, in slots so short that every shift, break and interval is a number of them."""

    slot_s: int
    need: FloatArray
    """Heads on the roster by slot from Monday 00:00 on; NaN outside the horizon."""
    patterns: tuple[Pattern, ...]

    @property
    def slots_a_day(self) -> int:
        """Slots of a day."""
        return units.SECONDS_PER_DAY // self.slot_s

    def at_work(self, pattern: Pattern, begin: int = 0, length: int | None = None) -> IntArray:
        """Slots of the week from `begin` slots after each start on; over Sunday midnight it goes on with Monday."""
        count = pattern.length if length is None else length
        starts = np.array(pattern.days) * self.slots_a_day + pattern.start + begin
        return ((starts[:, None] + np.arange(count)) % len(self.need)).ravel()


def week_of(requirement: Requirement, rules: ShiftRules) -> CoverWeek:
    """The week and all allowed patterns that reach some requirement."""
    slot_s = _slot_s(requirement, rules)
    need = np.repeat(requirement.week(), requirement.interval_s // slot_s)
    week = CoverWeek(slot_s, need, ())
    wanted = np.nan_to_num(need) > 0
    made, cells = [], 0
    for pattern in _patterns(rules, slot_s, by_day=requirement.by_day):
        if wanted[week.at_work(pattern)].any():
            made.append(pattern)
            cells += pattern.cells
        if cells > MOST_CELLS:
            raise MomentsimError(
                f"the shift rules allow more than {len(made) - 1:,} patterns over steps of {slot_s // 60} min, which "
                "are too many to plan at once, take a longer start_every, fewer kinds, or days_off_together: on"
            )
    return CoverWeek(slot_s, need, tuple(made))


def _slot_s(requirement: Requirement, rules: ShiftRules) -> int:
    times = [requirement.interval_s, rules.earliest_start, rules.start_every]
    for kind in rules.kinds.values():
        times.append(kind.length)
        for pause in kind.breaks:
            times += [pause.earliest, pause.length]
            if pause.latest - pause.earliest >= rules.break_every:
                times.append(rules.break_every)
    return math.gcd(units.SECONDS_PER_DAY, *(round(time) for time in times))


def _patterns(rules: ShiftRules, slot_s: int, *, by_day: bool) -> Iterator[Pattern]:
    for name, kind in rules.kinds.items():
        windows = tuple(_windows(kind, rules, slot_s))
        days = [(day,) for day in rules.days] if by_day else day_sets(rules, kind.days_per_week)
        latest = rules.earliest_start + rules.window_s - kind.length
        for start in np.arange(rules.earliest_start, latest + 1, rules.start_every):
            for chosen in days:
                yield Pattern(
                    name,
                    round(start) % units.SECONDS_PER_DAY // slot_s,
                    round(kind.length) // slot_s,
                    tuple(ALL_DAYS.index(day) for day in chosen),
                    windows,
                )


def _windows(kind: ShiftKind, rules: ShiftRules, slot_s: int) -> Iterator[BreakWindow]:
    for pause in kind.breaks:
        begins = np.arange(round(pause.earliest), round(pause.latest) + 1, round(rules.break_every)) // slot_s
        yield BreakWindow(tuple(int(begin) for begin in begins), round(pause.length) // slot_s, pause.paid)


def out_of_reach(week: CoverWeek) -> npt.NDArray[np.bool_]:
    """Slots with a requirement at which no pattern can be at work, wherever its breaks fall."""
    reached = np.zeros(len(week.need), np.bool_)
    for pattern in week.patterns:
        surely = np.ones(pattern.length, np.bool_)
        for window in pattern.windows:  # on break here wherever it begins
            surely[window.begins[-1] : window.begins[0] + window.length] = False
        reached[week.at_work(pattern).reshape(len(pattern.days), -1)[:, surely]] = True
    return ~reached & (np.nan_to_num(week.need) > 0)
