"""Side files: counts by interval (volumes, heads, requirements) and observed durations, with errors by line or cell.

All of them are read here: a number has one reading or is refused (`written_numbers`), a row is known by its start
and, where the file tells queues or groups apart, by its queue or group; how long it lasts is in `row_grid`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from momentsim import units
from momentsim.errors import Problem, ScenarioError
from momentsim.scenario.files.headings import DAY_NUMBER, END, NO_TIMES, START, names_of, time_columns
from momentsim.scenario.files.row_grid import CountRow, check_unique, shorten_problems
from momentsim.scenario.files.side_rows import Row, SideRows, open_rows
from momentsim.scenario.files.written_numbers import Marks, TwoReadings, read_numbers
from momentsim.scenario.files.written_times import turn_of_twelve, with_year_first, without_zones
from momentsim.scenario.readings import timestamp_readings
from momentsim.scenario.written import show_value
from momentsim.suggestions import did_you_mean, suggestion

MOST_NOTED = 1000
"""Bad lines after which reading stops; a file of another kind would have one on every line."""
MAX_COUNT = 1e9
COUNT_COLUMNS = {"offered": False, "heads": True}
"""Columns of count files, and whether they hold whole numbers only."""

_HOW_DAYS = (
    "write their dates in a column 'date', or say the first: momentsim fit FILE --first-date 2021-01-01"
)
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


@dataclass(slots=True)
class _Cells:
    """Columns of a file as written, row by row; a column that the file does not have is empty."""

    name: str
    lines: list[int]
    columns: dict[str, list[str]]
    semicolons: bool
    numbers: dict[str, int]
    """Numbers of the columns in a sheet; 1 in a CSV."""

    def of(self, column: str) -> list[str]:
        return self.columns[column]

    def problem(self, line: int, column: str, what: str, allowed: str, meant: str = "") -> Problem:
        """What is wrong in a cell; with line 0 in the whole file."""
        number = self.numbers.get(column, 1) if line else 0
        return Problem(self.name, line, number, column, what, allowed, meant)


class Counted(NamedTuple):
    """Rows of a count file in the order of the file, and how messages call it: the file, and the sheet."""

    rows: list[CountRow]
    name: str


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


def read_counts_by_queue(
    path: Path, column: str, *, first_date: date | None = None
) -> dict[str, list[tuple[datetime, float]]]:
    """The same for every queue of a file, in the order of the file; one queue without a name where it tells none."""
    cells = _count_cells(path, column, None, QUEUES, first_date=first_date)
    names = list(dict.fromkeys(text.strip() for text in cells.of("queue"))) or [""]
    chosen = {name: _chosen(cells, Split("queue", name) if len(names) > 1 else QUEUES) for name in names}
    return {name: _pairs(_count_rows(own, column, False)) for name, own in chosen.items()}


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
) -> Counted:
    """Rows of a count file in the order of the file; numbers from 0 up, `whole` ones without fraction.

    `better` is a column that is read in place of `column` where the file has it.
    """
    only_whole = COUNT_COLUMNS.get(column, False) if whole is None else whole
    cells = _chosen(_count_cells(path, column, shown_as, split, better=better), split)
    column = better if better in cells.columns else column
    return Counted(_count_rows(cells, column, only_whole), cells.name)


def _count_cells(
    path: Path,
    column: str,
    shown_as: str | None,
    split: Split,
    *,
    better: str = "",
    first_date: date | None = None,
) -> _Cells:
    """The columns of a count file, of all its queues or groups."""
    name = shown_as if shown_as is not None else str(path)
    when = START if first_date is None else DAY_NUMBER
    required = (split.column,) if split.needed else ()
    found = open_rows(path, name, partial(_has_headings, (when, column, *required)))
    column = better if better and better in found.headings else column
    cells = _cells_of(found, (when, column, *required), (END, split.column))
    if first_date is not None:
        _date_days(cells, first_date)
    return cells


def _date_days(cells: _Cells, first_date: date) -> None:
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
    _raise_if_any(problems, cells.name)
    first = min(map(int, numbers), default=0)
    starts = [(first_date + timedelta(days=int(text) - first)).isoformat() for text in numbers]
    cells.columns[START], cells.numbers[START] = starts, cells.numbers[DAY_NUMBER]


def _count_rows(cells: _Cells, column: str, only_whole: bool) -> list[CountRow]:
    numbers, problems = _numbers(cells, column)
    _plain_dates(cells)
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
            rows.append(CountRow(line, start, value, length_s, start_at))
        if len(problems) > MOST_NOTED:
            break
    problems += check_unique(rows, cells.name)
    _raise_if_any(problems, cells.name)
    return rows


def read_samples(path: Path, *, shown_as: str | None = None) -> list[float]:
    """Observed durations, the column `seconds` of a CSV or a sheet; at least one, each from 0 up.

    Times and durations of a sheet are read as seconds.
    """
    name = shown_as if shown_as is not None else str(path)
    found = open_rows(path, name, partial(_has_headings, ("seconds",)), as_seconds=True)
    cells = _cells_of(found, ("seconds",), ())
    numbers, problems = _numbers(cells, "seconds")
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
    _raise_if_any(problems, cells.name)
    return samples


def _numbers(cells: _Cells, column: str) -> tuple[Sequence[float | TwoReadings | None], list[Problem]]:
    """The numbers of a column, and what is wrong with how they are written."""
    numbers, marks = read_numbers(cells.of(column), cells.semicolons)
    problems = []
    if marks.contradiction >= 0:
        problems.append(_contradiction(cells, column, marks))
    for line, text, value in zip(cells.lines, cells.of(column), numbers, strict=True):
        if isinstance(value, TwoReadings):
            what = f"{show_value(text.strip())} can be read as {value.thousands} or as {value.decimals[:-1]}"
            allowed = f"write {value.thousands} or {value.decimals}; no other row says what the mark is for"
            problems.append(cells.problem(line, column, what, allowed))
        if len(problems) > MOST_NOTED:
            break
    return numbers, problems


def _contradiction(cells: _Cells, column: str, marks: Marks) -> Problem:
    text = cells.of(column)[marks.contradiction].strip()
    meant = [f"'{marks.decimal}' for decimals"] if marks.decimal else []
    meant += [f"'{marks.thousands}' for thousands"] if marks.thousands else []
    what = f"{show_value(text)} is not written like the rows before it, which have {' and '.join(meant)}"
    return cells.problem(cells.lines[marks.contradiction], column, what, "one way in a column")


def _plain_dates(cells: _Cells) -> None:
    """Writes dates as local ones, year first, where starts and ends together have one reading; else says all."""
    starts, ends = cells.of("interval_start"), cells.of(END)
    texts_as_written = [text.strip() for text in starts]
    texts, odd = without_zones([*starts, *ends])
    if odd is not None:
        what, allowed = f"{show_value(texts[odd.place])} {odd.why}", "write local times like 2007-02-14 06:00"
        raise ScenarioError([_problem_of_time(cells, odd.place, what, allowed)])
    texts, undecided = with_year_first(texts)
    starts[:], ends[:] = texts[: len(starts)], texts[len(starts) :]
    if undecided is not None:
        readings = " or as ".join(undecided.readings)
        what = f"{show_value(texts[undecided.place])} can be read as {readings}"
        allowed = "write the year first, with four digits; no row says which is meant"
        raise ScenarioError([_problem_of_time(cells, undecided.place, what, allowed)])
    times = [units.parse_timestamp(text) for text in starts]
    turn = turn_of_twelve(times, texts_as_written)
    if turn is not None and (time := times[turn]) is not None:
        both = " or as ".join(map(units.format_timestamp, (time, time + timedelta(hours=12))))
        what = f"{show_value(texts_as_written[turn])} can be read as {both}"
        allowed = "write am and pm, or hours up to 24; no row says which half of the day it is"
        raise ScenarioError([_problem_of_time(cells, turn, what, allowed)])


def _problem_of_time(cells: _Cells, place: int, what: str, allowed: str) -> Problem:
    """A problem of a start, or of an end, which are counted after all starts."""
    count = len(cells.lines)
    column, row = (END, place - count) if place >= count else ("interval_start", place)
    return cells.problem(cells.lines[row], column, what, allowed)


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


def _chosen(cells: _Cells, split: Split) -> _Cells:
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


def _has_headings(columns: tuple[str, ...], headings: list[str]) -> bool:
    """Whether a row of a sheet may be the one with headings: all needed columns have a name in it."""
    times = time_columns(headings, lambda: headings)
    return all(names_of(column, headings) or (column == START and times.first >= 0) for column in columns)


def _cells_of(rows: SideRows, needed: tuple[str, ...], others: tuple[str, ...]) -> _Cells:
    """The needed columns of a file and those of the others that it has."""
    header = rows.headings
    top: list[Row] = []
    times = time_columns(header, partial(_top_row, rows, top)) if START in needed else NO_TIMES
    of_times = {START, END} if times.first >= 0 else set()
    places = _places(header, needed, [*needed, *others], of_times, rows)
    numbers = {column: rows.column(place) for column, place in places.items()}
    if times.first >= 0:
        numbers |= {START: rows.column(times.first), END: rows.column(max(times.end, times.first))}
    cells = _Cells(rows.name, [], {column: [] for column in (*needed, *others)}, rows.semicolons, numbers)
    read = sorted({*places.values(), *(place for place in times if place >= 0)})
    refused = rows.refused_lines(read)
    for line, row in chain(top, rows.body):
        if rows.is_sheet and line not in refused and not any(row[place].strip() for place in read):
            continue  # what else is written beside a table is not asked for
        cells.lines.append(line)
        for column, place in places.items():
            cells.columns[column].append(row[place])
        if times.first >= 0:
            for column, text in zip((START, END), times.times(row), strict=True):
                cells.columns.setdefault(column, []).append(text)
    _raise_if_any(rows.problems(read, cells.lines), rows.name)
    return cells


def _top_row(rows: SideRows, taken: list[Row]) -> list[str]:
    """The first row, put among those that were taken; the headings where there is none."""
    taken.extend(islice(rows.body, 1))
    return taken[0][1] if taken else rows.headings


def _places(
    header: list[str], needed: Iterable[str], wanted: Iterable[str], of_times: set[str], rows: SideRows
) -> dict[str, int]:
    """Where each column stands, under its own name or under the only other name that the file has.

    Those `of_times` are known already.
    """
    positions = {column: names_of(column, header) for column in wanted if column not in of_times}
    missing = [column for column in needed if column in positions and not positions[column]]
    if missing:
        what = f"the header has no column {' and no column '.join(repr(column) for column in missing)}"
        seen = ", ".join(map(repr, rows.headings)) or "nothing"
        counted = names_of(DAY_NUMBER, header) if START in missing else []
        meant = f"if {counted[0]!r} counts days, {_HOW_DAYS}" if counted else ""
        raise ScenarioError(
            [rows.problem(what, f"needed are {', '.join(needed)}; found {seen}"[:300], meant)]
        )
    for column, names in positions.items():
        if len(set(names)) > 1:
            what = f"{' and '.join(repr(other) for other in names)} could both be {column!r}"
            raise ScenarioError([rows.problem(what, f"call the one that is meant {column!r}")])
        if len(names) > 1:
            raise ScenarioError([rows.problem(f"the column {names[0]!r} is there twice", "each column once")])
    return {column: header.index(names[0]) for column, names in positions.items() if names}


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


def _raise_if_any(problems: list[Problem], name: str) -> None:
    if problems:
        raise ScenarioError(shorten_problems(problems, name))
