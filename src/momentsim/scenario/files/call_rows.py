"""Rows that are calls, one each, in a file that is replayed: counts of the second or minute in which they came.

Either each row has a name of its call (`Call Id`), or all counts are 1 and rows begin when those of a grid can not: two
at once, or at odd seconds. Calls of one second are as many as there are rows; a replay tells them apart by nothing
else, so their order in the file does not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from momentsim.errors import Problem
from momentsim.scenario.files.columns import Columns
from momentsim.scenario.files.headings import CALL
from momentsim.scenario.files.row_grid import CountRow, Grid
from momentsim.scenario.written import show_value

SECOND_S: Final = 1.0
MINUTE_S: Final = 60.0


def are_calls(rows: Sequence[CountRow], grid: Grid) -> bool:
    """Whether rows can only be calls: all counts are 1, and two come at once, or at seconds that fit no grid."""
    if len(rows) < 2 or any(row.value != 1.0 or row.length_s for row in rows):
        return False
    starts = [row.interval_start for row in rows]
    if len(set(starts)) < len(starts):
        return True
    return any(start.second or start.microsecond for start in starts) and not _fits_a_grid(starts, grid)


def _fits_a_grid(starts: Sequence[datetime], grid: Grid) -> bool:
    """Whether the usual step between rows is a length that all of them can have."""
    steps = Counter(after - before for before, after in pairwise(sorted(starts)))
    usual = min(steps, key=lambda step: (-steps[step], step))
    interval = timedelta(seconds=grid.interval_s)
    return not (interval % usual or (starts[0] - grid.start) % usual or any(step % usual for step in steps))


def counts_of_calls(rows: Sequence[CountRow], start: datetime, row_s: float) -> list[CountRow]:
    """How many calls came in each second, or in each minute where all times are whole minutes.

    `row_s` is how long rows last as stated, 0 where it is not; they begin with `start`. Each has the line of its first
    call.
    """
    whole_minutes = all(not (row.interval_start.second or row.interval_start.microsecond) for row in rows)
    length_s = row_s or (MINUTE_S if whole_minutes else SECOND_S)
    step = timedelta(seconds=length_s)
    counts: dict[datetime, CountRow] = {}
    for row in rows:
        begins = row.interval_start - (row.interval_start - start) % step
        first = counts.get(begins)
        came = 1.0 if first is None else first.value + 1.0
        line, column = (row.line, row.column) if first is None else (first.line, first.column)
        counts[begins] = CountRow(line, begins, came, length_s, column)
    return list(counts.values())


def check_calls(cells: Columns) -> list[Problem]:
    """Each row names its call, and no other row does."""
    problems = []
    lines: dict[str, int] = {}
    for line, text in zip(cells.lines, cells.of(CALL), strict=True):
        first = lines.setdefault(text.strip(), line)
        if not text.strip():
            problems.append(cells.problem(line, CALL, "the cell is empty", "each row names its call"))
        elif first != line:
            what = f"the call {show_value(text.strip())} is here twice"
            problems.append(cells.problem(line, CALL, what, f"it is already on line {first}; one row a call"))
    return problems
