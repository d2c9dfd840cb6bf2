"""Dates as spreadsheets write them: whether the day or the month stands first is proved by the column, or not known.

`02.03.2026 08:00` is a day in March in one country, and `02/03/2026` one in February in another. A column in which a
day above 12 stands first, or second, has one reading, and every cell is read so; else nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from momentsim import units

_YEAR_LAST: Final = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:,?(?:\s+|T)(\S.*))?", re.ASCII)


class TwoDates(NamedTuple):
    """The first cell of a column that nothing decides."""

    place: int
    day_first: str
    month_first: str


def with_year_first(cells: Sequence[str]) -> tuple[list[str], TwoDates | None]:
    """The cells, with dates as `2026-03-02 08:00` where the column has one reading; and the first cell that has two."""
    texts = [cell.strip() for cell in cells]
    year_last = [place for place, text in enumerate(texts) if _YEAR_LAST.fullmatch(text)]
    day_first = {place: _year_first(texts[place], day=1, month=3) for place in year_last}
    month_first = {place: _year_first(texts[place], day=3, month=1) for place in year_last}
    readings = [each for each in (day_first, month_first) if all(map(_is_date, each.values()))]
    if not year_last or not readings:
        return texts, None
    if len(readings) == 2 and day_first != month_first:
        open_one = next(place for place in year_last if day_first[place] != month_first[place])
        return texts, TwoDates(open_one, day_first[open_one], month_first[open_one])
    return [readings[0].get(place, text) for place, text in enumerate(texts)], None


def _year_first(text: str, *, day: int, month: int) -> str:
    parts = _YEAR_LAST.fullmatch(text)
    if parts is None:
        return text
    return f"{parts[4]}-{parts[month]:0>2}-{parts[day]:0>2} {parts[5] or ''}".strip()


def _is_date(text: str) -> bool:
    return units.parse_timestamp(text) is not None or units.parse_date(text) is not None
