"""How long a row of counts lasts, which is stated or proved, and whether the rows fill the time they have to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from momentsim import units
from momentsim.errors import Problem, ScenarioError

MAX_PROBLEMS = 20
"""Problems of one file that are told."""
_ENOUGH_STEPS: Final = 3
"""Equal steps between rows that prove rows longer than the interval where rows may be missing."""
_USUAL_SHARE: Final = 0.75
"""Share of all steps that must be alike to prove rows longer than the interval."""


@dataclass(frozen=True, slots=True)
class CountRow:
    """One row of a count file, with its line in the file."""

    line: int
    interval_start: datetime
    value: float
    length_s: float = 0.0
    """How long it lasts, where the file says so."""
    column: int = 1
    """Where its start stands in a sheet."""


class CountTable(tuple[tuple[datetime, float], ...]):
    """Pairs (interval start, number) in order of time, all rows equally long."""

    row_s: float
    """How long a row lasts, seconds."""

    def __new__(cls, rows: Iterable[tuple[datetime, float]], row_s: float) -> CountTable:
        """A table of these rows."""
        table = super().__new__(cls, rows)
        table.row_s = row_s
        return table

    def __reduce__(self) -> tuple[type[CountTable], tuple[tuple[tuple[datetime, float], ...], float]]:
        """For the way to another process."""
        return CountTable, (tuple(self), self.row_s)

    def __repr__(self) -> str:
        """Rows and their length: two tables that mean the same look the same."""
        return f"CountTable({super().__repr__()}, {self.row_s})"


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows that a count file must have, each once."""

    start: datetime
    horizon_s: float
    """How long it is, warm-up included."""
    interval_s: float
    """How long a row lasts."""
    sparse: bool = False
    """Rows may be missing."""
    warm_up_s: float = 0.0
    """How much of it comes before the scenario's start."""
    anchor: datetime | None = None
    """A row that is on the grid, where rows do not begin with the horizon; they may reach beyond its ends."""
    of_calls: bool = False
    """Rows are calls: where there is none nobody came, and none may be left out."""

    @property
    def name(self) -> str:
        """What the time of the grid is called."""
        return "warm-up and horizon" if self.warm_up_s else "the horizon"

    @property
    def end(self) -> datetime:
        """First instant after it."""
        return units.horizon_end(self.start, self.horizon_s)

    @property
    def step(self) -> timedelta:
        """From one row to the next."""
        return timedelta(seconds=self.interval_s)

    def starts(self) -> Iterator[datetime]:
        """Start of every row that shares time with warm-up and horizon."""
        first = self.start
        if self.anchor is not None:
            first -= (self.start - self.anchor) % self.step
        number = -((first - self.end) // self.step)
        return (first + self.step * index for index in range(number))

    def has_start(self, start: datetime) -> bool:
        """Does a row begin then, within warm-up and horizon or beyond them?"""
        return not (start - (self.anchor or self.start)) % self.step

    def overlaps(self, start: datetime) -> bool:
        """Does a row that begins then share time with warm-up and horizon?"""
        return start < self.end and start + self.step > self.start


def row_length_s(
    rows: Sequence[CountRow], grid: Grid, name: str, *, advice: str, stated: float = 0.0
) -> float:
    """Seconds that each row lasts: as stated beside the file or in it, else as its steps prove.

    `grid` is that of the scenario's intervals. Rows of one interval or less than one are proved by their usual step.
    Longer ones are where at least three quarters of the steps are alike and none is shorter; where rows may be
    missing, at least three steps. Raises ScenarioError where nothing proves it: `advice` says how to state it.
    """
    told = {row.length_s: row.line for row in rows}
    if not stated and len(told) == 1:
        stated = rows[0].length_s
    elif len(told) > 1:
        lengths = " and ".join(units.format_duration(length) for length in sorted(told)[-2:] if length)
        what = (
            f"rows last {lengths}" if 0.0 not in told else "some rows say how long they last and some do not"
        )
        raise ScenarioError([Problem(name, max(told.values()), 1, "interval_end", what, "all rows alike")])
    if stated:
        longer, shorter = stated % grid.interval_s == 0, grid.interval_s % stated == 0
        if not (longer or shorter):
            what = f"rows of {units.format_duration(stated)} do not fit"
            allowed = f"intervals last {units.format_duration(grid.interval_s)}; a row is a whole part or a multiple"
            raise ScenarioError([Problem(name, 0, 0, "interval_start", what, allowed)])
        return stated
    return _proved_s(rows, grid, name, advice)


def _proved_s(rows: Sequence[CountRow], grid: Grid, name: str, advice: str) -> float:
    starts = sorted({row.interval_start for row in rows})
    steps = [(after - before).total_seconds() for before, after in pairwise(starts)]
    if not steps:
        if starts and grid.horizon_s > grid.interval_s and grid.overlaps(starts[0]):
            raise _unproved("there is only one row", grid, name, advice)
        return grid.interval_s
    counts = Counter(steps)
    usual = min(counts, key=lambda step: (-counts[step], step))
    if usual <= grid.interval_s:
        return usual if grid.interval_s % usual == 0 else grid.interval_s
    if not grid.sparse and (min(steps) <= grid.interval_s or usual % grid.interval_s):
        return grid.interval_s  # that rows are missing, or where no interval starts, is told of each
    alike = counts[usual] >= _USUAL_SHARE * len(steps) and all(step % usual == 0 for step in counts)
    enough = not grid.sparse or counts[usual] >= _ENOUGH_STEPS
    whole_days = usual < units.SECONDS_PER_DAY or starts[0] == _midnight(starts[0])
    if alike and enough and whole_days and usual % grid.interval_s == 0:
        return usual
    shown = " or ".join(units.format_duration(step) for step in sorted(counts)[:3])
    raise _unproved(f"rows begin {shown}{' and more' if len(counts) > 3 else ''} apart", grid, name, advice)


def _midnight(time: datetime) -> datetime:
    return time.replace(hour=0, minute=0, second=0, microsecond=0)


def _unproved(found: str, grid: Grid, name: str, advice: str) -> ScenarioError:
    interval = units.format_duration(grid.interval_s)
    what = f"nothing says how long a row lasts: {found}, and intervals last {interval}"
    return ScenarioError([Problem(name, 0, 0, "interval_start", what, advice)])


def rows_on_grid(
    rows: Sequence[CountRow],
    grid: Grid,
    name: str,
    *,
    advice: str,
    stated: float = 0.0,
    may_be_short: bool = False,
) -> tuple[CountTable, list[Problem]]:
    """The rows that share time with a grid of intervals, in order, and what is wrong with them."""
    length_s = row_length_s(rows, grid, name, advice=advice, stated=stated)
    if length_s < grid.interval_s and not may_be_short:
        length_s = grid.interval_s
    anchor = min((row.interval_start for row in rows), default=None) if length_s > grid.interval_s else None
    wanted = replace(grid, interval_s=length_s, anchor=anchor)
    kept = [row for row in rows if not grid.sparse or wanted.overlaps(row.interval_start)]
    table = CountTable(sorted((row.interval_start, row.value) for row in kept), length_s)
    if grid.sparse and not kept:
        return table, [_outside(rows, len(rows), grid, name)]
    if anchor is not None and (anchor - grid.start) % timedelta(seconds=grid.interval_s):
        what = f"{units.format_timestamp(anchor)} is not the start of an interval"
        allowed = f"intervals last {units.format_duration(grid.interval_s)}"
        return table, [Problem(name, kept[0].line, kept[0].column, "interval_start", what, allowed)]
    return table, check_grid(kept, wanted, name)


def by_interval(table: CountTable, grid: Grid) -> CountTable:
    """The same for every interval: what a longer row says holds in each of its intervals."""
    pieces = round(table.row_s / grid.interval_s)
    if pieces <= 1:
        return table
    step = timedelta(seconds=grid.interval_s)
    rows = ((start + step * piece, value) for start, value in table for piece in range(pieces))
    return CountTable((row for row in rows if grid.start <= row[0] < grid.end), grid.interval_s)


def check_unique(rows: Iterable[CountRow], name: str) -> list[Problem]:
    """No two rows begin at the same time."""
    seen: dict[datetime, int] = {}
    problems: list[Problem] = []
    for row in rows:
        first = seen.setdefault(row.interval_start, row.line)
        if first != row.line:
            what = f"{units.format_timestamp(row.interval_start)} is here twice"
            already = f"it is already on line {first}"
            problems.append(Problem(name, row.line, row.column, "interval_start", what, already))
    return problems


def check_grid(rows: Sequence[CountRow], grid: Grid, name: str) -> list[Problem]:
    """Every row of the grid is there once (at most once if sparse); what lies elsewhere is an error."""
    problems = check_unique(rows, name)
    outside = [row for row in rows if not grid.overlaps(row.interval_start)]
    if outside:
        problems.append(_outside(outside, len(rows), grid, name))
        if len(outside) == len(rows):
            return shorten_problems(problems, name)
    for row in rows:
        if not grid.has_start(row.interval_start) and grid.overlaps(row.interval_start):
            what, allowed = _off_grid(row.interval_start, grid)
            problems.append(Problem(name, row.line, row.column, "interval_start", what, allowed))
    if grid.sparse or grid.of_calls:
        return shorten_problems(problems, name)
    seen = {row.interval_start for row in rows}
    missing = [start for start in grid.starts() if start not in seen]
    if missing:
        first = units.format_timestamp(missing[0])
        what = (
            f"{len(missing)} interval{'s are' if len(missing) > 1 else ' is'} missing, the first is {first}"
        )
        allowed = f"write every interval of {grid.name}, 0 where it is closed"
        problems.append(Problem(name, 0, 0, "interval_start", what, allowed))
    return shorten_problems(problems, name)


def _outside(rows: Sequence[CountRow], count: int, grid: Grid, name: str) -> Problem:
    """One problem for all rows of another time."""
    first = min(rows, key=lambda row: row.interval_start).interval_start
    last = max(rows, key=lambda row: row.interval_start).interval_start
    allowed = f"it runs from {units.format_timestamp(grid.start)} to {units.format_timestamp(grid.end)}"
    meant = ""
    if len(rows) == 1:
        what = f"{units.format_timestamp(first)} is outside {grid.name}"
    else:
        share = "all" if len(rows) == count else f"{len(rows)} of"
        span = f"{units.format_timestamp(first)} to {units.format_timestamp(last)}"
        what = f"{share} {count} rows, from {span}, are outside {grid.name}"
    if len(rows) == count and not grid.warm_up_s:
        meant = f'did you mean start: "{units.format_timestamp(first)}"?'
    topmost = min(rows, key=lambda row: row.line)
    return Problem(name, topmost.line, topmost.column, "interval_start", what, allowed, meant)


def _off_grid(start: datetime, grid: Grid) -> tuple[str, str]:
    written = units.format_timestamp(start)
    lasts = "intervals" if grid.anchor is None else "rows"
    return (
        f"{written} is not the start of an interval",
        f"{lasts} last {units.format_duration(grid.interval_s)}",
    )


def shorten_problems(problems: list[Problem], name: str) -> list[Problem]:
    """The first problems of a file, and how many more there are."""
    if len(problems) <= MAX_PROBLEMS:
        return problems
    rest = len(problems) - MAX_PROBLEMS
    last = problems[MAX_PROBLEMS - 1]
    return [
        *problems[:MAX_PROBLEMS],
        Problem(name, last.line, last.column + 1, "", f"and {rest} more problems in this file"),
    ]
