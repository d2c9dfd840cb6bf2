"""Numbers as spreadsheets write them: what a point or a comma means is proved by the column, or not known.

`1.412` beside `;` is 1,412 calls in one country and a little more than one in another, and so is `1,412`. A mark is
for decimals where another cell of the column cannot be read otherwise (`12,5`, `0.412`), and for thousands where one
has several (`1.412.000`), where the other mark is for decimals, or where they stand together (`1.412,5`). In a file
whose cells are separated by commas a point is for decimals unless the column proves the opposite. An apostrophe or a
blank that breaks no line (`1'412`) is always for thousands; a plain blank may stand between two numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from momentsim import units

_GROUPED: Final = re.compile(r"[-+]?\d{1,3}(?:[.,]\d{3})+", re.ASCII)
_OPEN: Final = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
"""One mark before three digits: thousands or decimals."""
_APART: Final = re.compile(
    r"([-+]?\d{1,3}(?:(['\u2019\u00a0\u2009\u202f])\d{3})(?:\2\d{3})*)([.,]\d+)?", re.ASCII
)
_OTHER: Final = {".": ",", ",": "."}


class TwoReadings(NamedTuple):
    """A number that nothing in its column decides."""

    thousands: str
    """How it is read if the mark is for thousands, written without one."""
    decimals: str
    """How it is read if the mark is for decimals, written so that it has one reading only."""


class Marks(NamedTuple):
    """Which marks the cells of a column prove to be for what; empty where none is proved."""

    decimal: str
    thousands: str
    contradiction: int
    """Place of the first cell that contradicts those before it; -1 if none does."""


def read_number(text: str) -> float | None:
    """A plain number with a point for decimals, without a unit; None for anything else."""
    quantity = units.parse_quantity(text)
    return quantity[0] if quantity is not None and not quantity[1] else None


def read_numbers(cells: Sequence[str], semicolons: bool) -> tuple[list[float | TwoReadings | None], Marks]:
    """The numbers of a column, what nobody can decide, None for what is no number; and the marks found."""
    cells = [_together(cell.strip()) for cell in cells]
    marks = marks_of(cells, semicolons)
    decimal = marks.decimal or (_OTHER.get(marks.thousands, "") if semicolons else "")
    thousands = marks.thousands or _OTHER.get(decimal, "")
    if not (decimal or semicolons or thousands == "."):
        decimal = "."  # and what a comma means is still open
    return [_read(cell, decimal, thousands) for cell in cells], marks


def _together(text: str) -> str:
    """A number without the blanks or apostrophes between its thousands."""
    match = _APART.fullmatch(text)
    return text if match is None else f"{match[1].replace(match[2], '')}{match[3] or ''}"


def marks_of(cells: Iterable[str], semicolons: bool) -> Marks:
    """What the cells of a column prove about points and commas; where commas separate cells none is for decimals."""
    decimal = thousands = ""
    for place, cell in enumerate(cells):
        found_decimal, found_thousands = _proof(cell.strip())
        if found_decimal == "," and not semicolons:
            continue
        clash = (found_decimal and (decimal or found_decimal) != found_decimal) or (
            found_thousands and (thousands or found_thousands) != found_thousands
        )
        decimal, thousands = decimal or found_decimal, thousands or found_thousands
        if clash or (decimal and decimal == thousands):
            return Marks(decimal, thousands, place)
    return Marks(decimal, thousands, -1)


def _proof(text: str) -> tuple[str, str]:
    """Mark for decimals and mark for thousands that one cell proves."""
    found = [letter for letter in text if letter in _OTHER]
    if not found or _OPEN.fullmatch(text):
        return "", ""
    last = found[-1]
    whole, _mark, _rest = text.rpartition(last)
    if len(found) == 1:
        return (last, "") if read_number(text.replace(last, ".")) is not None else ("", "")
    if len(set(found)) == 1:
        return ("", last) if _GROUPED.fullmatch(text) else ("", "")
    return (last, found[0]) if found.count(last) == 1 and _GROUPED.fullmatch(whole) else ("", "")


def _read(text: str, decimal: str, thousands: str) -> float | TwoReadings | None:
    if "," not in text and "." not in text:
        return read_number(text)
    if thousands and thousands in text:
        whole, mark, rest = text.partition(decimal) if decimal else (text, "", "")
        if not _GROUPED.fullmatch(whole) or _OTHER[thousands] in whole:
            return None
        return read_number(whole.replace(thousands, "") + mark.replace(decimal or ".", ".") + rest)
    mark = "," if "," in text else "."
    if decimal == mark:
        return read_number(text.replace(mark, "."))
    if _OPEN.fullmatch(text):
        return TwoReadings(text.replace(mark, ""), text.replace(mark, ".") + "0")
    return None
