"""Cells of a sheet as the text that a CSV would have: numbers with a point, dates with the year first, times as 08:30.

Formulas are read by the value that was stored with them; one without is refused where it is needed.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from momentsim import units
from momentsim.scenario.files.workbook import (
    LAST_COLUMN,
    LAST_ROW,
    Area,
    Shows,
    TablePlace,
    Workbook,
    area_of,
    column_number,
)
from momentsim.scenario.files.workbook_parts import AGAIN, ROOM, Attributes, Listener

MAX_CELLS: Final = 300_000
MAX_MERGED: Final = 10_000
MAX_ELEMENTS: Final = 4 * MAX_CELLS
"""A cell with a formula and a value, and its row."""
_DIGITS: Final = "0123456789"
_EPOCHS: Final = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
_WHOLE_DATES: Final = 366
"""Days from which on a number that is shown as a time of day is a date with one."""
_ISO: Final = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2})?)(?:\.\d*)?Z?", re.ASCII)

Cell = tuple[int, int]
"""Row and column, from 1."""


@dataclass(slots=True)
class Cells:
    """Cells with a value by row and column, what is wrong with others, and which are merged into one."""

    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    refused: dict[Cell, tuple[str, str]] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)


def read_cells(book: Workbook, place: TablePlace, *, as_seconds: bool = False) -> Cells:
    """The cells of an area; times and durations as seconds where these are what is read. Raises ScenarioError."""
    reader = _Sheet(book, place.area, as_seconds)
    book.parts.listen(place.sheet.part, Listener(reader.start, reader.end), MAX_ELEMENTS)
    return reader.cells


@dataclass(slots=True)
class _Sheet:
    """Listens to a sheet."""

    book: Workbook
    area: Area
    as_seconds: bool
    cells: Cells = field(default_factory=Cells)
    count: int = 0
    row: int = 0
    column: int = 0
    kind: str = ""
    style: str = ""
    pieces: list[str] = field(default_factory=list)
    is_formula: bool = False
    is_stored: bool = False
    is_spoken: bool = False
    is_inside: bool = False
    """In the area that is read."""
    columns: dict[str, int] = field(default_factory=dict)
    """Numbers of columns by their letters, as met."""

    def start(self, tag: str, attributes: Attributes) -> bool:
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "v":
            self.is_stored = True
            return self.is_inside
        elif tag == "t":
            self.is_stored = True
            return self.is_inside and not self.is_spoken
        elif tag == "row":
            self.row, self.column = self._number(attributes.get("r"), self.row, LAST_ROW), 0
        elif tag == "f":
            self.is_formula = True
        elif tag == "rPh":
            self.is_spoken = True
        elif tag == "mergeCell" and (area := area_of(attributes.get("ref", ""))) is not None:
            self.cells.merged.append(area)
            if len(self.cells.merged) > MAX_MERGED:
                raise self.book.parts.refused(f"the sheet has more than {MAX_MERGED:,} merged cells", ROOM)
        return False

    def end(self, tag: str, text: str) -> None:
        if tag in ("v", "t"):
            self.pieces.append(text)
        elif tag == "rPh":
            self.is_spoken = False
        elif tag == "c" and self.is_inside:
            self._end_cell()

    def _number(self, written: str | None, last: int, most: int) -> int:
        number = last + 1 if written is None else int(written) if written[:8].isdecimal() else 0
        if not 1 <= number <= most:
            raise self.book.parts.broken("a row or a cell has no place")
        return number

    def _start_cell(self, attributes: Attributes) -> None:
        self.count += 1
        if self.count > MAX_CELLS:
            raise self.book.parts.refused(f"the sheet has more than {MAX_CELLS:,} cells", ROOM)
        written = attributes.get("r")
        if written is None:
            self.column += 1
        else:
            letters = written.rstrip(_DIGITS)
            if (known := self.columns.get(letters)) is None:
                known = column_number(letters) if letters.isalpha() and len(letters) <= 3 else 0
                self.columns[letters] = known
            self.column = known
        if not 1 <= self.column <= LAST_COLUMN or self.row < 1:
            raise self.book.parts.broken("a row or a cell has no place")
        area = self.area
        self.is_inside = (
            area.first_row <= self.row <= area.last_row
            and area.first_column <= self.column <= area.last_column
        )
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "0")
        self.pieces = []
        self.is_formula = self.is_stored = False

    def _end_cell(self) -> None:
        where = self.row, self.column
        text = "".join(self.pieces)
        if self.is_formula and not (text or (self.is_stored and self.kind == "str")):
            self.cells.refused[where] = "this formula has no stored value", AGAIN
            return
        if self.kind == "e":
            self.cells.refused[where] = f"the cell has the error {text[:20]}", "mend its formula"
            return
        shown = self._text(text)
        if shown.strip():
            self.cells.rows.setdefault(self.row, {})[self.column] = shown

    def _text(self, text: str) -> str:
        """What a cell says, by the kind of its value."""
        if self.kind == "s":
            place = int(text) if text.strip()[:9].isdecimal() else -1
            if not 0 <= place < len(self.book.texts):
                raise self.book.parts.broken("a cell refers to a text that is not there")
            return self.book.texts[place]
        if self.kind == "b":
            return "TRUE" if text.strip() == "1" else "FALSE"
        if self.kind == "d":
            found = _ISO.fullmatch(text.strip())
            return f"{found[1]} {found[2]}" if found else text
        if self.kind != "n" or not text.strip():
            return text
        try:
            number = float(text)
        except ValueError:
            return text
        return self._of_number(number) if math.isfinite(number) else text

    def _of_number(self, number: float) -> str:
        style = int(self.style) if self.style[:9].isdecimal() else 0
        formats = self.book.formats
        shown = formats[style] if style < len(formats) else Shows.NUMBER
        if shown is Shows.NUMBER:
            return number_text(number)
        if self.as_seconds:
            return number_text(round(number * units.SECONDS_PER_DAY, 3))
        return time_text(number, shown, from_1904=self.book.from_1904)


def number_text(number: float) -> str:
    """A number in the 15 digits that Excel keeps: what it adds up to in binary beyond them nobody wrote."""
    return units.format_number(float(f"{number:.15g}"))


def time_text(days: float, shown: Shows, *, from_1904: bool) -> str:
    """A date, a time of day or both, of a number of days, to the second."""
    seconds = round(days * units.SECONDS_PER_DAY)
    if not 0 <= seconds < 2_958_466 * units.SECONDS_PER_DAY:  # the year 10000
        return number_text(days)
    if shown is Shows.TIME and days < _WHOLE_DATES:
        minute, second = divmod(seconds, 60)  # with seconds, which a duration of 4:15 would leave open
        return f"{minute // 60:02d}:{minute % 60:02d}:{second:02d}"
    moment = _EPOCHS[from_1904] + timedelta(seconds=seconds)
    if shown is Shows.DATE and seconds % units.SECONDS_PER_DAY == 0:
        return f"{moment:%Y-%m-%d}"
    return moment.isoformat(sep=" ", timespec="seconds")
