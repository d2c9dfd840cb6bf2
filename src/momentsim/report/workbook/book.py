"""Writes one workbook, in memory: text is never a formula, a formula never without its value, bytes never differ.

XlsxWriter stores 0 beside a formula unless told its value, and viewers that do not recalculate show that; so every
formula is written with the number that it gives.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import xlsxwriter
from xlsxwriter.chart import Chart
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from momentsim.report.numbers import is_money
from momentsim.report.stored_folder import Cell, StoredTable

CREATED: Final = datetime(2000, 1, 1)
"""Of every workbook: with the day on which it is made, the same results would give other bytes."""
NEVER_FORMULAS: Final[dict[str, Any]] = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
SECONDS_PER_DAY: Final = 86400.0
"""Spreadsheets keep durations as fractions of a day."""
WIDEST: Final = 60
NARROWEST: Final = 8
MOST_CHARACTERS: Final = 32_767
"""What a cell holds."""
LOOKED_AT: Final = 200
"""Rows that decide how wide a column is."""

FORMATS: Final[dict[str, dict[str, Any]]] = {
    "text": {},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "title": {"bold": True, "font_size": 16},
    "section": {"bold": True, "font_size": 12},
    "note": {"italic": True, "font_color": "#595959", "text_wrap": True, "valign": "top"},
    "header": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E8E8E8"},
    "input": {"bg_color": "#FFF2CC", "border": 1, "num_format": "#,##0.00"},
    "choice": {"bg_color": "#FFF2CC", "border": 1},
    "share": {"num_format": "0.0%"},
    "money": {"num_format": "#,##0"},
    "cents": {"num_format": "#,##0.00"},
    "count": {"num_format": "#,##0"},
    "number": {"num_format": "#,##0.00"},
    "fine": {"num_format": "0.0000"},
    "duration": {"num_format": "[h]:mm:ss"},
    "time": {"num_format": "yyyy-mm-dd hh:mm"},
}
NUMBERS: Final = ("count", "number", "fine")
WITHOUT_UNIT: Final = ("replications", "probability_better", "variance_reduction", "point")
"""Columns that the column `unit` does not speak of."""
SMALL: Final = 100.0
"""Below this, numbers are shown with decimals."""


class Book:
    """A workbook under way; `content` ends it."""

    def __init__(self, title: str) -> None:
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._buffer, NEVER_FORMULAS)
        self._book.set_properties({"title": title, "created": CREATED})
        self._formats = {name: self._book.add_format(dict(made_of)) for name, made_of in FORMATS.items()}

    def format(self, name: str) -> Any:
        """A format by its name in `FORMATS`."""
        return self._formats[name]

    def sheet(self, name: str, widths: Sequence[float] = ()) -> Sheet:
        """A new sheet; names are at most 31 characters."""
        made = self._book.add_worksheet(name)
        made.hide_gridlines(2)
        made.set_landscape()
        made.set_paper(9)  # A4
        made.fit_to_pages(1, 0)
        for column, width in enumerate(widths):
            made.set_column(column, column, width)
        return Sheet(self, made)

    def chart(self, kind: str, subtype: str = "") -> Chart:
        """A native chart, to be placed on a sheet."""
        made = self._book.add_chart({"type": kind, **({"subtype": subtype} if subtype else {})})
        assert made is not None, kind
        return made

    def define(self, name: str, sheet: str, row: int, column: int) -> None:
        """Name one cell, so that formulas read like words."""
        cell = xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)
        self._book.define_name(name, f"='{sheet}'!{cell}")

    def content(self) -> bytes:
        """The finished file."""
        self._book.close()
        return self._buffer.getvalue()


class Sheet:
    """One sheet; cells are counted from 0."""

    def __init__(self, book: Book, sheet: Worksheet) -> None:
        self.book = book
        self.raw = sheet

    @property
    def name(self) -> str:
        """Name of the sheet."""
        return str(self.raw.get_name())

    def put(self, row: int, column: int, value: Cell, style: str = "text") -> None:
        """Write one value: text as text, whatever it begins with; numbers that are not finite stay blank."""
        chosen = self.book.format(style)
        if isinstance(value, datetime):
            self.raw.write_datetime(row, column, value, chosen)
        elif isinstance(value, str):
            self.raw.write_string(row, column, value[:MOST_CHARACTERS], chosen)
        elif value is None or not math.isfinite(value):
            self.raw.write_blank(row, column, None, chosen)
        else:
            self.raw.write_number(row, column, value, chosen)

    def put_row(self, row: int, values: Iterable[Cell], style: str = "text", first: int = 0) -> None:
        """Write values side by side, from column `first` on."""
        for column, value in enumerate(values, start=first):
            self.put(row, column, value, style)

    def formula(self, row: int, column: int, formula: str, value: float | str, style: str = "number") -> None:
        """A live formula and the value that it has now."""
        self.raw.write_formula(row, column, formula, self.book.format(style), value)

    def paragraph(self, row: int, text: str, columns: int, style: str = "wrapped", width: int = 100) -> None:
        """A sentence across columns, in a row high enough for it."""
        self.raw.merge_range(row, 0, row, columns - 1, "", self.book.format(style))
        self.put(row, 0, text, style)
        self.raw.set_row(row, 15.0 * max(1, math.ceil(len(text) / width)))

    def table(self, table: StoredTable, row: int = 0, styles: Mapping[str, str] | None = None) -> None:
        """A table with its header, a filter, and the header kept in sight; columns as wide as what is in them."""
        self.put_row(row, table, "header")
        rows = 0
        for column, (name, values) in enumerate(table.items()):
            style = (styles or {}).get(name) or style_of(values)
            rows = len(values)
            units = table.get("unit") if style in NUMBERS and name not in WITHOUT_UNIT else None
            for index, value in enumerate(values):
                by_unit = style_for(str(units[index]), value) if units and isinstance(value, float) else style
                self.put(row + 1 + index, column, value, by_unit)
            self.raw.set_column(column, column, _width(name, values))
        self.raw.freeze_panes(row + 1, 1)
        self.raw.autofilter(row, 0, row + max(rows, 1), max(len(table) - 1, 0))
        self.raw.repeat_rows(row)


def style_of(values: Sequence[Cell]) -> str:
    """How a column of one kind is shown."""
    first = next((value for value in values if value is not None), None)
    if isinstance(first, datetime):
        return "time"
    if first is None or isinstance(first, str):
        return "text"
    numbers = [value for value in values if isinstance(value, float)]
    if all(value.is_integer() for value in numbers):
        return "count"
    largest = max(map(abs, numbers))
    return "fine" if largest < 10.0 else "number" if largest < 1e5 else "count"


def style_for(unit: str, value: float) -> str:
    """How a number of a unit is shown."""
    if unit in ("share", "%"):
        return "share"
    if is_money(unit):
        return "money" if abs(value) >= SMALL else "cents"
    return "count" if abs(value) >= SMALL or value.is_integer() else "number"


def _width(name: str, values: Sequence[Cell]) -> float:
    """Characters that a column shows without cutting."""
    longest = max((_length(value) for value in values[:LOOKED_AT]), default=0)
    return float(min(WIDEST, max(NARROWEST, min(len(name), 16), longest) + 2))


def _length(value: Cell) -> int:
    return len(value) if isinstance(value, str) else 16 if isinstance(value, datetime) else 10
