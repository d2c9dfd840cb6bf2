"""Dates as spreadsheets write them: what the whole column proves to be day, month and year, or that nobody knows.

`02.03.2026 08:00` is a day in March in one country, and `02/03/2026` one in February in another. A column in which a
day above 12 stands first, or second, has one reading, and every cell is read so; else nobody knows. A year of two
digits stands last, or first where lines stand between (`26-03-02`).

`20250302 0800` and `2-Mar-2025 8:00` have one reading. Hours that go from 12 to 1 within a date may be those of a clock
of twelve hours without am and pm, and are refused.

A time with a zone is the local time of that zone as it is written. Times of Greenwich may be those of any place, and a
reader that knows where the centre is takes all of them as instants.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from momentsim import units
from momentsim.scenario.readings import timestamp_readings

_YEAR_LAST: Final = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:,?(?:\s+|T)(\S.*))?", re.ASCII)
_WITHOUT_MARKS: Final = re.compile(
    r"((?:19|20)\d{2})(\d{2})(\d{2})(?:[ T]?(\d{1,2}):?(\d{2})(.*))?", re.ASCII
)
_NAMED_MONTH: Final = re.compile(r"(?=.*[a-z]{3}).*\d{4}(?:,?\s.*)?", re.ASCII | re.IGNORECASE)
_ZONE: Final = re.compile(
    r"(.*:\d{2}(?:\.\d+)?)\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})", re.ASCII | re.IGNORECASE
)
_GREENWICH: Final = re.compile(r"Z|UTC|GMT|[+-]00:?(00)?", re.IGNORECASE)
_SPAN_OF_YEARS: Final = 10
"""Years that the rows of one file may be apart, where their years have two digits."""
_LAST_OF_2000S: Final = 69
"""Of years of two digits; later ones are of the century before."""


class Undecided(NamedTuple):
    """The first cell of a column that nothing decides, and all that it could be."""

    place: int
    readings: tuple[str, ...]


class WrongZone(NamedTuple):
    """The first cell whose zone leaves open what the local time is."""

    place: int
    why: str


class Zoned(NamedTuple):
    """Cells without their zones, and how far each zone is ahead of Greenwich; None where a cell says none."""

    texts: list[str]
    ahead: list[timedelta | None]


def with_year_first(cells: Sequence[str]) -> tuple[list[str], Undecided | None]:
    """The cells, with dates as `2026-03-02 08:00` where the column has one reading; else the first that has more."""
    texts = [_with_lines(cell.strip()) for cell in cells]
    places = [place for place, text in enumerate(texts) if _YEAR_LAST.fullmatch(text)]
    found: list[dict[int, str]] = []
    for reading in (_day_first, _month_first, _two_digits_first):
        dates = {place: reading(texts[place]) for place in places}
        if places and all(map(_is_date, dates.values())) and _near(dates, texts) and dates not in found:
            found.append(dates)
    if not found:
        return texts, None
    if len(found) > 1:
        place = next(place for place in places if len({dates[place] for dates in found}) > 1)
        return texts, Undecided(place, tuple(dict.fromkeys(dates[place] for dates in found)))
    return [found[0].get(place, text) for place, text in enumerate(texts)], None


def _with_lines(text: str) -> str:
    """`20250302 0800` and `2 Mar 2025 8:00 am` as `2025-03-02 08:00`; all else as it is."""
    if (match := _WITHOUT_MARKS.fullmatch(text)) is not None:
        time = f"{match[4]}:{match[5]}{match[6]}" if match[4] else ""
        return f"{match[1]}-{match[2]}-{match[3]} {time}".strip()
    if _is_date(text) or _NAMED_MONTH.fullmatch(text) is None:
        return text
    readings = timestamp_readings(text)
    return (readings[0] if ":" in text else readings[0][:10]) if len(readings) == 1 else text


def turn_of_twelve(times: Sequence[datetime | None], texts: Sequence[str]) -> int | None:
    """Place of the first time that goes from 12 to 1 within a date, where none says which half of the day it is."""
    hours = {time.hour for time in times if time is not None}
    if not hours <= set(range(1, 13)) or any(re.search("[ap]", text, re.IGNORECASE) for text in texts):
        return None
    for place, (before, time) in enumerate(pairwise(times), start=1):
        if before is None or time is None or before.date() != time.date():
            continue
        if (before.hour, time.hour) == (12, 1):
            return place
    return None


def _near(dates: dict[int, str], texts: Sequence[str]) -> bool:
    """Years of two digits are those of one file, and so near each other."""
    short = [int(date[:4]) for place, date in dates.items() if len(_parts(texts[place])[4]) == 2]
    return not short or max(short) - min(short) <= _SPAN_OF_YEARS


def _parts(text: str) -> re.Match[str]:
    match = _YEAR_LAST.fullmatch(text)
    assert match is not None, "only texts of this form come here"
    return match


def _day_first(text: str) -> str:
    match = _parts(text)
    return _iso(match[4], match[3], match[1], match[5])


def _month_first(text: str) -> str:
    match = _parts(text)
    return _iso(match[4], match[1], match[3], match[5])


def _two_digits_first(text: str) -> str:
    """`26-03-02`; nothing else has its year first here."""
    match = _parts(text)
    if match[2] != "-" or len(match[4]) == 4 or len(match[1]) == 1:
        return ""
    return _iso(match[1], match[3], match[4], match[5])


def _iso(year: str, month: str, day: str, time: str | None) -> str:
    if len(year) == 2:
        year = f"{'20' if int(year) <= _LAST_OF_2000S else '19'}{year}"
    return f"{year}-{month:0>2}-{day:0>2} {time or ''}".strip()


def _is_date(text: str) -> bool:
    """Ends of rows may be at 24:00."""
    text = text.replace(" 24:00", " 00:00")
    return units.parse_timestamp(text) is not None or units.parse_date(text) is not None


def without_zones(cells: Sequence[str]) -> tuple[Zoned, WrongZone | None]:
    """The cells without their zones, where all have one; and the first whose zone says not what the local time is."""
    texts = [cell.strip() for cell in cells]
    zoned = {place: match for place, text in enumerate(texts) if (match := _ZONE.fullmatch(text)) is not None}
    places = range(len(texts))
    found = Zoned(
        [zoned[place][1] if place in zoned else texts[place] for place in places],
        [_ahead(zoned[place][2]) if place in zoned else None for place in places],
    )
    without = next((place for place, text in enumerate(texts) if text and place not in zoned), None)
    if zoned and without is not None:
        return found, WrongZone(without, "has no zone, and other rows have one")
    if zoned and all(_GREENWICH.fullmatch(match[2]) for match in zoned.values()):
        why = "is a time of Greenwich (UTC), which may not be the local one"
        return found, WrongZone(next(iter(zoned)), why)
    return found, None


def _ahead(zone: str) -> timedelta:
    """How far a zone is ahead of Greenwich: one hour for `+01:00`, `+0100` and `+01`."""
    if zone[0] not in "+-":
        return timedelta(0)
    digits = zone[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return size if zone[0] == "+" else -size
