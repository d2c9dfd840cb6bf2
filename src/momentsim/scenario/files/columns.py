"""Columns of a side file as written, found by their headings: numbers in one reading, and times as local ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain, islice
from typing import Final
from zoneinfo import ZoneInfo

from momentsim import units
from momentsim.errors import Problem, ScenarioError
from momentsim.scenario.files.headings import DAY_NUMBER, END, NO_TIMES, START, names_of, time_columns
from momentsim.scenario.files.row_grid import shorten_problems
from momentsim.scenario.files.side_rows import Row, SideRows
from momentsim.scenario.files.written_numbers import Marks, TwoReadings, read_numbers
from momentsim.scenario.files.written_times import (
    WrongZone,
    Zoned,
    turn_of_twelve,
    with_year_first,
    without_zones,
)
from momentsim.scenario.written import show_value

MOST_NOTED: Final = 1000
"""Bad lines after which reading stops; a file of another kind would have one on every line."""
ZONED_YEARS: Final = range(1900, 2101)
"""Years whose times are taken from one zone to another."""
LOCAL_TIMES: Final = "write local times like 2007-02-14 06:00"
_HOW_DAYS: Final = (
    "write their dates in a column 'date', or say the first: momentsim fit FILE --first-date 2021-01-01"
)


@dataclass(slots=True)
class Columns:
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


def has_headings(columns: tuple[str, ...], headings: list[str]) -> bool:
    """Whether a row of a sheet may be the one with headings: all needed columns have a name in it."""
    times = time_columns(headings, lambda: headings)
    return all(names_of(column, headings) or (column == START and times.first >= 0) for column in columns)


def columns_of(rows: SideRows, needed: tuple[str, ...], others: tuple[str, ...]) -> Columns:
    """The needed columns of a file and those of the others that it has."""
    header = rows.headings
    top: list[Row] = []
    times = time_columns(header, partial(_top_row, rows, top)) if START in needed else NO_TIMES
    of_times = {START, END} if times.first >= 0 else set()
    places = _places(header, needed, [*needed, *others], of_times, rows)
    numbers = {column: rows.column(place) for column, place in places.items()}
    if times.first >= 0:
        numbers |= {START: rows.column(times.first), END: rows.column(max(times.end, times.first))}
    cells = Columns(rows.name, [], {column: [] for column in (*needed, *others)}, rows.semicolons, numbers)
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
    raise_if_any(rows.problems(read, cells.lines), rows.name)
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


def numbers_of(cells: Columns, column: str) -> tuple[Sequence[float | TwoReadings | None], list[Problem]]:
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


def _contradiction(cells: Columns, column: str, marks: Marks) -> Problem:
    text = cells.of(column)[marks.contradiction].strip()
    meant = [f"'{marks.decimal}' for decimals"] if marks.decimal else []
    meant += [f"'{marks.thousands}' for thousands"] if marks.thousands else []
    what = f"{show_value(text)} is not written like the rows before it, which have {' and '.join(meant)}"
    return cells.problem(cells.lines[marks.contradiction], column, what, "one way in a column")


def write_local_times(
    cells: Columns,
    columns: Sequence[str] = (START, END),
    *,
    in_greenwich: bool = False,
    advice: str = LOCAL_TIMES,
) -> None:
    """Writes dates as local ones, year first, where these columns together have one reading; else says all.

    The first column has the starts of the rows. `in_greenwich` takes times that all say their zone and writes those of
    Greenwich (`local_time` makes them local): their differences are durations, also where a clock is set. `advice` says
    what to do where a zone leaves open what the local time is.
    """
    texts_as_written = [text.strip() for text in cells.of(columns[0])]
    as_written = [text.strip() for column in columns for text in cells.of(column)]
    zoned, odd = without_zones(as_written)
    if in_greenwich:
        odd, advice = _first_local(zoned), "leave out the time zone: such times are local ones"
    if odd is not None:
        what = f"{show_value(as_written[odd.place])} {odd.why}"
        raise ScenarioError([_problem_of_time(cells, columns, odd.place, what, advice)])
    texts, undecided = with_year_first(zoned.texts)
    _write(cells, columns, texts)
    if undecided is not None:
        readings = " or as ".join(undecided.readings)
        what = f"{show_value(texts[undecided.place])} can be read as {readings}"
        allowed = "write the year first, with four digits; no row says which is meant"
        raise ScenarioError([_problem_of_time(cells, columns, undecided.place, what, allowed)])
    times = [units.parse_timestamp(text) for text in cells.of(columns[0])]
    turn = turn_of_twelve(times, texts_as_written)
    if turn is not None and (time := times[turn]) is not None:
        both = " or as ".join(map(units.format_timestamp, (time, time + timedelta(hours=12))))
        what = f"{show_value(texts_as_written[turn])} can be read as {both}"
        allowed = "write am and pm, or hours up to 24; no row says which half of the day it is"
        raise ScenarioError([_problem_of_time(cells, columns, turn, what, allowed)])
    if in_greenwich:
        _write(cells, columns, _times_of_greenwich(cells, columns, as_written, zoned._replace(texts=texts)))


def _write(cells: Columns, columns: Sequence[str], texts: Iterable[str]) -> None:
    """Put texts in the place of the cells of these columns, one column after the other."""
    rest = iter(texts)
    for column in columns:
        cells.of(column)[:] = list(islice(rest, len(cells.of(column))))


def _times_of_greenwich(
    cells: Columns, columns: Sequence[str], as_written: Sequence[str], zoned: Zoned
) -> list[str]:
    """Each time as it is in Greenwich; raises ScenarioError where none is known."""
    read = [units.parse_timestamp(text) for text in zoned.texts]
    for place, time in enumerate(read):
        if time is not None and time.year not in ZONED_YEARS:
            what = f"{show_value(as_written[place])} has no known time in other zones"
            allowed = f"years from {ZONED_YEARS[0]} to {ZONED_YEARS[-1]}"
            raise ScenarioError([_problem_of_time(cells, columns, place, what, allowed)])
    return [
        text if time is None or ahead is None else units.format_timestamp(time - ahead)
        for text, time, ahead in zip(zoned.texts, read, zoned.ahead, strict=True)
    ]


def local_time(time: datetime, zone: ZoneInfo | None) -> datetime:
    """The local time in a zone of a time of Greenwich; without a zone the time is local."""
    return time if zone is None else time.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def _first_local(zoned: Zoned) -> WrongZone | None:
    """The first time without a zone."""
    places = (
        place
        for place, (text, ahead) in enumerate(zip(zoned.texts, zoned.ahead, strict=True))
        if text and ahead is None
    )
    return next((WrongZone(place, "says no zone") for place in places), None)


def _problem_of_time(cells: Columns, columns: Sequence[str], place: int, what: str, allowed: str) -> Problem:
    """A problem of a time, counted through all columns of times."""
    for column in columns:
        if place < len(cells.of(column)):
            return cells.problem(cells.lines[place], column, what, allowed)
        place -= len(cells.of(column))
    raise AssertionError("a place is within one of the columns")


def raise_if_any(problems: list[Problem], name: str) -> None:
    if problems:
        raise ScenarioError(shorten_problems(problems, name))
