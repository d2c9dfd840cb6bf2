"""Side files: counts by interval (volumes, heads, requirements) and observed durations, with errors by line or cell.

All of them are read here: a number has one reading or is refused (`written_numbers`), a row is known by its start
and, where the file tells queues or groups apart, by its queue or group; how long it lasts is in `row_grid`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from momentsim import units
from momentsim.errors import ScenarioError
from momentsim.scenario.files.call_rows import check_calls
from momentsim.scenario.files.columns import (
    LOCAL_TIMES,
    MOST_NOTED,
    Columns,
    columns_of,
    has_headings,
    local_time,
    numbers_of,
    raise_if_any,
    write_local_times,
)
from momentsim.scenario.files.headings import CALL, DAY_NUMBER, END, START, names_of
from momentsim.scenario.files.row_grid import CountRow, check_unique
from momentsim.scenario.files.side_rows import open_rows
from momentsim.scenario.files.written_numbers import TwoReadings
from momentsim.scenario.readings import timestamp_readings
from momentsim.scenario.written import show_value
from momentsim.suggestions import did_you_mean, suggestion

MAX_COUNT = 1e9
COUNT_COLUMNS = {"offered": False, "heads": True}
"""Columns of count files, and whether they hold whole numbers only."""
_WITH_BLANKS = re.compile(r"\d{1,3}(?: \d{3})+")
_NEXT_MIDNIGHT = re.compile(r"[ T]24:00(:00)?$")


class Split(NamedTuple):
    """Whose rows of a file are meant, where it has rows of several queues or groups."""

    column: str
    chosen: str | None = None
    needed: bool = False
    """The file must have the column."""
    advice: str = "like 'queue: NAME' beside the file, or sum them first"
    """How to say it."""
    of_several: bool = False
    """`chosen` counts only where there are rows of several."""


QUEUES = Split("queue")
"""Counts of whatever queue there is, of one only."""


class Counted(NamedTuple):
    """Rows of a count file in the order of the file, and how messages call it: the file, and the sheet."""

    rows: list[CountRow]
    name: str
    of_calls: bool = False
    """Each row names the call that it is."""


def read_counts(
    path: Path,
    column: str,
    *,
    shown_as: str | None = None,
    queue: str | None = None,
    first_date: date | None = None,
) -> list[tuple[datetime, float]]:
    """Pairs (interval_start, number) of a CSV or a sheet, each start once; ScenarioError with every bad line.

    A file with a column `queue` has rows of one queue, or `queue` says which are meant. With `first_date` a column
    that counts days (`Index`) says when: its smallest number is that date.
    """
    split = QUEUES if queue is None else Split("queue", queue, needed=True)
    cells = _chosen(_count_cells(path, column, shown_as, split, first_date=first_date), split)
    return _pairs(_count_rows(cells, column, COUNT_COLUMNS.get(column, False)))


def count_rows_by_queue(
    path: Path,
    column: str,
    *,
    first_date: date | None = None,
    zone: ZoneInfo | None = None,
    advice: str = LOCAL_TIMES,
) -> dict[str, Counted]:
    """Rows of every queue of a file, in its order; one queue without a name where it tells none.

    A start may be there twice: where the clock is set back it is. With a `zone` the times of the file say theirs, and
    become local times of that one; without it `advice` says what to do with times of Greenwich. Raises ScenarioError
    with every other bad line.
    """
    cells = _count_cells(path, column, None, QUEUES, first_date=first_date)
    names = list(dict.fromkeys(text.strip() for text in cells.of("queue"))) or [""]
    chosen = {name: _chosen(cells, Split("queue", name) if len(names) > 1 else QUEUES) for name in names}
    return {
        name: Counted(_count_rows(own, column, False, once=False, zone=zone, advice=advice), own.name)
        for name, own in chosen.items()
    }


def _pairs(rows: list[CountRow]) -> list[tuple[datetime, float]]:
    return [(row.interval_start, row.value) for row in rows]


def count_rows(
    path: Path,
    column: str,
    *,
    shown_as: str | None = None,
    whole: bool | None = None,
    split: Split = QUEUES,
    better: str = "",
    may_be_calls: bool = False,
) -> Counted:
    """Rows of a count file in the order of the file; numbers from 0 up, `whole` ones without fraction.

    `better` is a column that is read in place of `column` where the file has it. Where it has neither, each row that
    names a call may be one; then, and where all counts are 1, a start may be there twice.
    """
    only_whole = COUNT_COLUMNS.get(column, False) if whole is None else whole
    found = _count_cells(path, column, shown_as, split, better=better, may_be_calls=may_be_calls)
    cells = _chosen(found, split)
    column = better if better in cells.columns else column
    of_calls = CALL in cells.columns
    raise_if_any(check_calls(cells) if of_calls else [], cells.name)
    return Counted(_count_rows(cells, column, only_whole, may_be_calls=may_be_calls), cells.name, of_calls)


def _count_cells(
    path: Path,
    column: str,
    shown_as: str | None,
    split: Split,
    *,
    better: str = "",
    first_date: date | None = None,
    may_be_calls: bool = False,
) -> Columns:
    """The columns of a count file, of all its queues or groups."""
    name = shown_as if shown_as is not None else str(path)
    when = START if first_date is None else DAY_NUMBER
    required = (split.column,) if split.needed else ()
    wanted = [(when, column, *required), *([(when, CALL, *required)] if may_be_calls else [])]
    found = open_rows(path, name, lambda headings: any(has_headings(columns, headings) for columns in wanted))
    column = better if better and better in found.headings else column
    if may_be_calls and not names_of(column, found.headings) and names_of(CALL, found.headings):
        cells = columns_of(found, wanted[1], (split.column,))
        cells.columns |= {column: ["1"] * len(cells.lines), END: []}
        return cells
    cells = columns_of(
        found, wanted[0] if column in wanted[0] else (when, column, *required), (END, split.column)
    )
    if first_date is not None:
        _date_days(cells, first_date)
    return cells


def _date_days(cells: Columns, first_date: date) -> None:
    """Starts of rows that are numbered by day."""
    numbers = [text.strip() for text in cells.of(DAY_NUMBER)]
    odd = [
        place
        for place, text in enumerate(numbers)
        if not (text.isascii() and text.isdigit() and len(text) < 6)
    ]
    what = "{} is not the number of a day"
    problems = [
        cells.problem(
            cells.lines[place], DAY_NUMBER, what.format(show_value(numbers[place])), "write 1, 2, 3, ..."
        )
        for place in odd[:MOST_NOTED]
    ]
    raise_if_any(problems, cells.name)
    first = min(map(int, numbers), default=0)
    starts = [(first_date + timedelta(days=int(text) - first)).isoformat() for text in numbers]
    cells.columns[START], cells.numbers[START] = starts, cells.numbers[DAY_NUMBER]


def _count_rows(
    cells: Columns,
    column: str,
    only_whole: bool,
    *,
    once: bool = True,
    may_be_calls: bool = False,
    zone: ZoneInfo | None = None,
    advice: str = LOCAL_TIMES,
) -> list[CountRow]:
    numbers, problems = numbers_of(cells, column)
    write_local_times(cells, in_greenwich=zone is not None, advice=advice)
    rows: list[CountRow] = []
    ends = cells.of(END) or [""] * len(cells.lines)
    start_at = cells.numbers["interval_start"]
    for line, written, end, text, value in zip(
        cells.lines, cells.of("interval_start"), ends, cells.of(column), numbers, strict=True
    ):
        start, length_s, complaint = _times(written.strip(), end.strip())
        if complaint:
            problems.append(cells.problem(line, *complaint))
        if isinstance(value, TwoReadings):
            continue
        wrong = _count_complaint(text.strip(), value, only_whole, column)
        if wrong:
            problems.append(cells.problem(line, column, *wrong))
        if start is not None and value is not None and not wrong:
            rows.append(CountRow(line, local_time(start, zone), value, length_s, start_at))
        if len(problems) > MOST_NOTED:
            break
    if once and not (may_be_calls and all(row.value == 1.0 for row in rows)):
        problems += check_unique(rows, cells.name)
    raise_if_any(problems, cells.name)
    return rows


def read_samples(path: Path, *, shown_as: str | None = None) -> list[float]:
    """Observed durations, the column `seconds` of a CSV or a sheet; at least one, each from 0 up.

    Times and durations of a sheet are read as seconds.
    """
    name = shown_as if shown_as is not None else str(path)
    found = open_rows(path, name, partial(has_headings, ("seconds",)), as_seconds=True)
    cells = columns_of(found, ("seconds",), ())
    numbers, problems = numbers_of(cells, "seconds")
    samples: list[float] = []
    for line, text, value in zip(cells.lines, cells.of("seconds"), numbers, strict=True):
        if isinstance(value, TwoReadings):
            continue
        if value is None or not 0 <= value <= units.LONGEST_DURATION_S:
            what = f"{show_value(text.strip())} is not a duration"
            allowed = f"write seconds from 0 up, like 93.5, to {units.LONGEST_DURATION_S}"
            problems.append(cells.problem(line, "seconds", what, allowed))
        else:
            samples.append(value)
        if len(problems) > MOST_NOTED:
            break
    if not samples and not problems:
        problems.append(cells.problem(0, "seconds", "the file has no rows", "write at least one duration"))
    raise_if_any(problems, cells.name)
    return samples


def _times(written: str, end: str) -> tuple[datetime | None, float, tuple[str, ...]]:
    """Start and length of a row, 0 where it does not say; and key and words of what is wrong."""
    start = units.parse_timestamp(written)
    of_day = units.parse_date(written) if start is None else None
    if of_day is not None and not end:
        return datetime(of_day.year, of_day.month, of_day.day), float(units.SECONDS_PER_DAY), ()
    if start is None:
        allowed = "write a real local date and time like 2007-02-14 06:00"
        if not any(map(str.isdigit, written)):
            allowed += ", and leave out lines of totals and notes"
        meant = suggestion(timestamp_readings(written), quoted=False)
        return (
            None,
            0.0,
            ("interval_start", f"{show_value(written)} is not a date with a time", allowed, meant),
        )
    if not end:
        return start, 0.0, ()
    ends = units.parse_timestamp(_NEXT_MIDNIGHT.sub(" 00:00", end))
    if ends is not None and _NEXT_MIDNIGHT.search(end):
        ends += timedelta(days=1)
    if ends is None or ends <= start:
        return start, 0.0, (END, f"{show_value(end)} is no time after {written}", "write when the row ends")
    return start, _with_last((ends - start).total_seconds()), ()


def _with_last(length_s: float) -> float:
    """A row from 09:00 to 09:29:59, or to 09:29, lasts half an hour: its last second or minute counts."""
    if (length_s + 1) % 300 == 0:
        return length_s + 1
    return length_s + 60 if (length_s + 60) % 900 == 0 else length_s


def _chosen(cells: Columns, split: Split) -> Columns:
    """The rows of the queue or group that is meant; all, where the file does not tell them apart."""
    told = [cell.strip() for cell in cells.of(split.column)]
    known = list(dict.fromkeys(told))
    if not told or (len(known) == 1 and (split.chosen is None or split.of_several)):
        return cells
    if split.chosen is None:
        line = cells.lines[told.index(known[1])]
        what = f"there are rows of several {split.column}s: {', '.join(known)}"[:200]
        raise ScenarioError([cells.problem(line, split.column, what, f"say whose are meant, {split.advice}")])
    if split.chosen not in known:
        what = f"no rows of the {split.column} '{split.chosen}'"
        allowed = f"it has: {', '.join(known)}"[:200]
        raise ScenarioError(
            [cells.problem(0, split.column, what, allowed, did_you_mean(split.chosen, known))]
        )
    kept = [index for index, item in enumerate(told) if item == split.chosen]
    columns = {
        column: [texts[index] for index in kept] if texts else [] for column, texts in cells.columns.items()
    }
    return replace(cells, lines=[cells.lines[index] for index in kept], columns=columns)


def _count_complaint(text: str, value: float | None, whole: bool, column: str) -> tuple[str, str] | None:
    kind = "a whole number" if whole else "a number"
    if value is None and _WITH_BLANKS.fullmatch(text):
        return f"{show_value(text)} is not a number", f"write {text.replace(' ', '')}, without blanks"
    if value is None:
        return (
            f"{show_value(text)} is not a number" if text else "the cell is empty"
        ), f"write {kind} from 0 up"
    if value < 0:
        return f"{text} is negative", f"write {kind} from 0 up"
    if value > MAX_COUNT:
        return f"{text} is too large", f"at most {units.format_number(MAX_COUNT)}"
    return (
        (
            f"{text} is not a whole number",
            "heads are whole people" if column == "heads" else "counts to replay are whole",
        )
        if whole and value != int(value)
        else None
    )
