"""Rows of a side file, whatever it is: a CSV, plain or packed, or a sheet of an Excel workbook.

`plan.xlsx#Heads` is a sheet, `plan.xlsx#Heads!A1:D50` a range of it, `plan.xlsx#heads_in_june` the name of a range, and
`plan.xlsx` the only sheet.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from momentsim.errors import Problem, ScenarioError, cell_name
from momentsim.scenario.files.plain_files import (
    MAX_CELL,
    bytes_of,
    csv_delimiter,
    csv_rows,
    refuse_packed,
    separator_line,
    unpack,
)
from momentsim.scenario.files.sheet_cells import Cells, read_cells
from momentsim.scenario.files.workbook import Area, read_workbook
from momentsim.scenario.files.workbook_parts import open_parts

MAX_BYTES: Final = 20_000_000
MAX_ROWS: Final = 400_000
"""Enough for three years of five minutes."""
MAX_HEADINGS: Final = 200
ROWS_ABOVE: Final = 20
"""Rows of a sheet with titles and notes, among which the one with headings is looked for."""
_LINE: Final = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|$)")
_BOOK: Final = re.compile(r"(.*\.xls[xmb])(?:#([^/\\]*))?", re.IGNORECASE | re.DOTALL)

Row = tuple[int, list[str]]
"""Line in its file, or row in its sheet, and cells."""


@dataclass(slots=True)
class SideRows:
    """Headings and rows of a side file, each as wide as the headings."""

    name: str
    """For messages: the file, and the sheet."""
    heading_line: int
    headings: list[str]
    body: Iterator[Row]
    semicolons: bool
    """A comma does not separate cells, and so it may be for decimals."""
    numbers: Sequence[int] = ()
    """Numbers of the columns in their sheet; in a CSV they have none."""
    cells: Cells | None = None

    def column(self, place: int) -> int:
        """Number of a column for a message; 1 in a CSV, where only the line is told."""
        return self.numbers[place] if place < len(self.numbers) else 1

    @property
    def is_sheet(self) -> bool:
        """Whether these are cells of a workbook."""
        return self.cells is not None

    def problem(self, what: str, allowed: str, meant: str = "") -> Problem:
        """What is wrong with the headings."""
        return Problem(self.name, self.heading_line, self.column(0), "", what, allowed, meant)

    def refused_lines(self, places: Iterable[int]) -> set[int]:
        """Rows with a cell in one of these columns that has no value."""
        columns = {self.numbers[place] for place in places} if self.cells is not None else set()
        return (
            {row for row, column in self.cells.refused if column in columns}
            if self.cells is not None
            else set()
        )

    def problems(self, places: Iterable[int], lines: Iterable[int]) -> list[Problem]:
        """What is wrong with cells of these columns and lines before anybody reads what they say."""
        if self.cells is None:
            return []
        columns = {self.numbers[place]: self.headings[place] for place in places}
        wanted = set(lines)
        found = [
            Problem(self.name, row, column, columns[column], *words)
            for (row, column), words in self.cells.refused.items()
            if column in columns and row in wanted
        ]
        return found + self._merged(columns, max(wanted, default=0))

    def _merged(self, columns: dict[int, str], last: int) -> list[Problem]:
        """Cells that are one, of which only the first has a value, in the rows of the table."""
        problems = []
        for area in self.cells.merged if self.cells is not None else ():
            first = next(
                (column for column in columns if area.first_column <= column <= area.last_column), None
            )
            if first is not None and area.last_row > self.heading_line and area.first_row <= last:
                what = f"{_range_name(area)} are merged into one cell"
                allowed = "unmerge them, and write each its value"
                problems.append(
                    Problem(self.name, area.first_row, area.first_column, columns[first], what, allowed)
                )
        return problems


def file_of(name: str) -> str:
    """The file that a name means, without sheet and range."""
    return _split(name)[0]


def _split(name: str) -> tuple[str, str | None]:
    """File and, where it is a workbook, what is meant in it."""
    match = _BOOK.fullmatch(name)
    return (name, None) if match is None else (match[1], match[2] or "")


def open_rows(
    path: Path, name: str, has_headings: Callable[[list[str]], bool], *, as_seconds: bool = False
) -> SideRows:
    """Opens a side file; raises ScenarioError.

    `name` is how messages call it. The row with headings is the first that `has_headings`, among the first lines, else
    the first, in a sheet the first that is not blank; times and durations come as seconds in a sheet where these are
    what is read.
    """
    file, wanted = _split(str(path))
    if wanted is None:
        text = text_of(path, name)
        above, begins = _above_headings(text, has_headings)
        rows = csv_rows(text[begins:], name, above=above)
        line, first = next(rows, (1, []))
        semicolons = csv_delimiter(text[begins:]) != ","
        return SideRows(name, line, [cell.strip() for cell in first], rows, semicolons)
    return _of_sheet(Path(file), _split(name)[0], wanted, has_headings, as_seconds)


def _above_headings(text: str, has_headings: Callable[[list[str]], bool]) -> tuple[int, int]:
    """How many lines of titles a CSV has above its headings, and where they end; none if it has no headings."""
    if separator_line(text) is not None:
        return 0, 0
    for above, line in enumerate(islice(_LINE.finditer(text), ROWS_ABOVE)):
        if len(line[0]) > MAX_CELL:
            break
        cells = next(csv.reader([line[1]], delimiter=csv_delimiter(line[1])), [])
        if has_headings([cell.strip() for cell in cells]):
            return above, line.start()
    return 0, 0


def _of_sheet(
    path: Path, name: str, wanted: str, has_headings: Callable[[list[str]], bool], as_seconds: bool
) -> SideRows:
    book = read_workbook(open_parts(bytes_of(path, name, MAX_BYTES), name))
    place = book.find(wanted)
    shown = f"{name}#{place.sheet.title}"
    cells = read_cells(book, place, as_seconds=as_seconds)
    if len(cells.rows) > MAX_ROWS + 1:
        raise ScenarioError(
            [Problem(shown, 0, 0, "", f"the sheet has {len(cells.rows):,} rows", f"at most {MAX_ROWS:,}")]
        )
    lines = sorted(cells.rows)
    for line in lines[:ROWS_ABOVE]:
        if has_headings([text.strip() for _column, text in sorted(cells.rows[line].items())]):
            break
    else:
        line = lines[0] if lines else 1
    heading = sorted(cells.rows.get(line, {}).items())
    if len(heading) > MAX_HEADINGS:
        what = f"there are {len(heading):,} headings"
        raise ScenarioError([Problem(shown, line, heading[0][0], "", what, f"at most {MAX_HEADINGS}")])
    numbers = [column for column, _text in heading]
    later = [row for row in lines if row > line]
    body = _rows_below(cells, later, numbers, shown)
    return SideRows(shown, line, [text.strip() for _column, text in heading], body, False, numbers, cells)


def _rows_below(cells: Cells, lines: Iterable[int], numbers: Sequence[int], shown: str) -> Iterator[Row]:
    """Cells of the columns with headings; a row without any of them is passed over."""
    broken = {row for row, column in cells.refused if column in set(numbers)}
    for line in sorted(broken.union(lines)):
        row = cells.rows.get(line, {})
        found = [row.get(column, "") for column in numbers]
        for column, text in zip(numbers, found, strict=True):
            if len(text) > MAX_CELL:
                what = f"a cell with {len(text):,} characters"
                raise ScenarioError([Problem(shown, line, column, "", what, f"at most {MAX_CELL:,}")])
        if line in broken or any(text.strip() for text in found):
            yield line, found


def notes_on(path: Path, name: str) -> list[Problem]:
    """What is not looked at in a workbook, or may surprise; nothing of other files. Raises ScenarioError."""
    file, wanted = _split(str(path))
    if wanted is None:
        return []
    shown = _split(name)[0]
    book = read_workbook(open_parts(bytes_of(Path(file), shown, MAX_BYTES), shown))
    sheet = book.find(wanted).sheet
    return [Problem(f"{shown}#{sheet.title}", 0, 0, "", what) for what in book.notes(sheet)]


def _range_name(area: Area) -> str:
    first = cell_name(area.first_row, area.first_column)
    return f"{first}:{cell_name(area.last_row, area.last_column)}"


def text_of(path: Path, name: str) -> str:
    """Contents of a CSV of bearable size, unpacked if need be."""
    try:
        content = bytes_of(path, name, MAX_BYTES)
        if path.suffix == ".gz":
            content = unpack(content, name, MAX_BYTES)
        refuse_packed(content, name, "a workbook's name ends in .xlsx; else save the sheet as 'CSV UTF-8'")
        text = _decoded(content)
    except UnicodeDecodeError:
        raise ScenarioError(
            [Problem(name, 0, 0, "", "the file is not UTF-8", "save it as 'CSV UTF-8'")]
        ) from None
    if "\0" in text:
        raise ScenarioError([Problem(name, 0, 0, "", "the file contains a NUL byte", "a CSV is plain text")])
    rows = max(text.count("\n"), text.count("\r"))
    if rows > MAX_ROWS + 1:
        raise ScenarioError([Problem(name, 0, 0, "", f"the file has {rows:,} rows", f"at most {MAX_ROWS:,}")])
    return text


def _decoded(content: bytes) -> str:
    """The text of a file: UTF-16 where its first bytes say so, UTF-8, or Western letters of one byte each.

    Bytes from 0xA0 up are the same letters in Latin-1 and in Windows' own set. The others, 0x80 to 0x9F, are what the
    old sets of DOS and Mac write letters with, and say nothing certain.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if re.search(rb"[\x80-\x9f]", content):
            raise
        return content.decode("latin-1")
