"""The programme behind a cover, as matrices: agents by pattern, breaks by begin, missing heads by slot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.questions.shifts.patterns import CoverWeek, Pattern
from momentsim.questions.shifts.requirement import FloatArray
from momentsim.scenario.types import ShiftRules

Constraint = tuple[Any, FloatArray | float, FloatArray | float]
"""A sparse matrix, and the limits of its rows."""


class SlotCosts(NamedTuple):
    """What a slot counts."""

    work: float
    """A paid slot of one agent, as expected to be paid."""
    shortage: float
    """A head missing for a slot; infinite: none may."""


@dataclass(frozen=True)
class Model:
    """Columns are agents by pattern, then breaks by pattern, window and begin, then used shifts, then shortage."""

    cost: FloatArray
    lower: FloatArray
    upper: FloatArray
    whole: npt.NDArray[np.bool_]
    """Heads and used shifts."""
    is_break: npt.NDArray[np.bool_]
    constraints: tuple[Constraint, ...]
    patterns: int
    least_counts: bool
    """A used shift has at least a number of heads above 1."""


class _Entries:
    """Entries of a sparse matrix, row by row."""

    def __init__(self) -> None:
        self.rows: list[npt.NDArray[np.int64]] = []
        self.columns: list[npt.NDArray[np.int64]] = []
        self.values: list[FloatArray] = []
        self.height = 0

    def add(self, rows: npt.ArrayLike, columns: npt.ArrayLike, value: float) -> None:
        """The same value at each of these places; a single row or column stands for all."""
        row, column = np.broadcast_arrays(np.asarray(rows, np.int64), np.asarray(columns, np.int64))
        self.rows.append(row.ravel())
        self.columns.append(column.ravel())
        self.values.append(np.full(row.size, value))

    def row(self, *terms: tuple[npt.ArrayLike, float]) -> None:
        """A new row, as (columns, value)."""
        for columns, value in terms:
            self.add(self.height, np.atleast_1d(np.asarray(columns, np.int64)), value)
        self.height += 1

    def matrix(self, height: int, width: int) -> Any:
        """The matrix."""
        from scipy.sparse import csr_array

        values, rows, columns = (np.concatenate(parts) for parts in (self.values, self.rows, self.columns))
        return csr_array((values, (rows, columns)), shape=(height, width))


class _Layout(NamedTuple):
    """Where the columns of each kind begin."""

    breaks: int
    used: int
    shortage: int
    width: int


def model_of(week: CoverWeek, rules: ShiftRules, prices: SlotCosts) -> Model:
    """The programme for a week under the rules."""
    shifts = _used_shifts(week, rules)
    short = np.flatnonzero(np.nan_to_num(week.need) > 0)
    breaks = len(week.patterns)
    used = breaks + sum(len(window.begins) for pattern in week.patterns for window in pattern.windows)
    layout = _Layout(breaks, used, used + len(shifts), used + len(shifts) + len(short))
    cost, upper = np.zeros(layout.width), np.full(layout.width, np.inf)
    cost[: layout.breaks] = [prices.work * pattern.paid * len(pattern.days) for pattern in week.patterns]
    is_short = np.arange(layout.width) >= layout.shortage
    if np.isfinite(prices.shortage):
        cost[is_short] = prices.shortage
    else:
        upper[is_short] = 0.0
    upper[layout.used : layout.shortage] = 1.0
    place = np.arange(layout.width)
    is_break = (place >= layout.breaks) & (place < layout.used)
    return Model(
        cost,
        np.zeros(layout.width),
        upper,
        ~is_break & ~is_short,
        is_break,
        tuple(_constraints(week, rules, layout, shifts, short)),
        len(week.patterns),
        bool(shifts),
    )


def _used_shifts(week: CoverWeek, rules: ShiftRules) -> list[list[int]]:
    """Patterns of each shift (kind and start), where a used one has at least some heads."""
    if rules.least_per_shift <= 1:
        return []
    patterns_of: dict[tuple[str, int], list[int]] = {}
    for column, pattern in enumerate(week.patterns):
        patterns_of.setdefault((pattern.kind, pattern.start), []).append(column)
    return list(patterns_of.values())


def _constraints(
    week: CoverWeek, rules: ShiftRules, layout: _Layout, shifts: list[list[int]], short: npt.NDArray[np.int64]
) -> Iterator[Constraint]:
    covered, linked = _Entries(), _Entries()
    column = layout.breaks
    for number, pattern in enumerate(week.patterns):
        covered.add(week.at_work(pattern), number, 1.0)
        for window in pattern.windows:
            begins = np.arange(column, column + len(window.begins))
            for begin, place in zip(window.begins, begins, strict=True):
                covered.add(week.at_work(pattern, begin, window.length), place, -1.0)
            linked.row((begins, 1.0), (number, -1.0))
            column += len(window.begins)
    covered.add(short, layout.shortage + np.arange(len(short)), 1.0)
    need = np.nan_to_num(week.need)
    yield covered.matrix(len(need), layout.width)[short], need[short], np.inf
    if linked.height:
        yield linked.matrix(linked.height, layout.width), 0.0, 0.0
    most, limits = _limits(week.patterns, rules)
    if shifts:
        limits += _least(most, rules.least_per_shift, layout.used, shifts, _most_at_once(week))
    if limits:
        yield most.matrix(most.height, layout.width), -np.inf, np.array(limits)


def _limits(patterns: tuple[Pattern, ...], rules: ShiftRules) -> tuple[_Entries, list[float]]:
    """Rows that are at most a number: agents in all, starts at one time, shares of kinds."""
    entries, limits = _Entries(), []
    everybody = np.arange(len(patterns))
    if rules.most_heads is not None:
        entries.row((everybody, 1.0))
        limits.append(float(rules.most_heads))
    if rules.most_per_start is not None:
        starts: dict[tuple[int, int], list[int]] = {}
        for column, pattern in enumerate(patterns):
            for day in pattern.days:
                starts.setdefault((day, pattern.start), []).append(column)
        for columns in starts.values():
            entries.row((columns, 1.0))
            limits.append(float(rules.most_per_start))
    for name, kind in rules.kinds.items():
        if kind.most_share < 1.0 and len(patterns):
            own = [column for column, pattern in enumerate(patterns) if pattern.kind == name]
            entries.row((own, 1.0), (everybody, -kind.most_share))
            limits.append(0.0)
    return entries, limits


def _least(entries: _Entries, least: int, used: int, shifts: list[list[int]], most: float) -> list[float]:
    """A used shift has at least so many heads, one that is not used has none."""
    for number, columns in enumerate(shifts):
        entries.row((used + number, float(least)), (columns, -1.0))
        entries.row((columns, 1.0), (used + number, -most))
    return [0.0] * (2 * len(shifts))


def _most_at_once(week: CoverWeek) -> float:
    """Heads of one shift beyond which more are of no use: on seven days each peak could have its own."""
    return float(7.0 * np.ceil(np.nanmax(week.need)) + 10.0)
