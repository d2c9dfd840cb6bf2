"""Written quantities and the numbers behind them: `6 min` is 360.0 seconds, `12 %` is 0.12.

Parsing takes every way of writing that has one reading, and returns None for text of another form, so that
callers can say what they wanted instead. Every `format_*` writes text that reads back to the very same number.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from itertools import pairwise

TICKS_PER_SECOND = 1_000_000
SECONDS_PER_HOUR = 3600
SECONDS_PER_DAY = 86_400
SECONDS_PER_YEAR = 31_557_600  # 365.25 days
LONGEST_DURATION_S = 10 * SECONDS_PER_YEAR
"""The longest duration that a law gives; what a draw takes longer is cut there.

It is more than twice the longest run (three leap years, a leap year of warm-up, a week of run-out), so no cut
ends anything within a run. And it is short enough that sums of a time and thousands of durations are still times:
64 bits of microseconds hold 292,000 years.
"""

DURATION_UNITS: dict[str, float] = {
    "s": 1,
    "min": 60,
    "h": SECONDS_PER_HOUR,
    "d": SECONDS_PER_DAY,
    "weeks": 7 * SECONDS_PER_DAY,
    "years": SECONDS_PER_YEAR,
}
"""Canonical units of a duration, in seconds."""

UNIT_SPELLINGS: dict[str, str] = {
    **{unit: unit for unit in DURATION_UNITS},
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("day", "days"), "d"),
    **dict.fromkeys(("w", "wk", "wks", "week"), "weeks"),
    **dict.fromkeys(("y", "yr", "yrs", "year"), "years"),
}
"""Every accepted spelling of a unit of duration, in small letters; `m` is none, it may be a minute or a month."""
PERCENT = ("%", "percent", "per cent", "pct")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SETS_OF_DAYS = {
    **dict.fromkeys(("weekdays", "workdays"), (0, 4)),
    **dict.fromkeys(("weekend", "weekends"), (5, 6)),
    **dict.fromkeys(("daily", "every day", "all", "all days"), (0, 6)),
}

_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_QUANTITY = re.compile(
    rf"\s*({_NUMBER})\s*((?:(?![\d_])\w|[%/$€£¥₹])\S*(?:\s.*?)?)?\s*", re.ASCII | re.DOTALL
)
_SIGN_FIRST = re.compile(rf"\s*([$€£¥₹]|[A-Z]{{3}})\s*({_NUMBER})\s*(/?\s*\w*|per \w+)\s*", re.ASCII)
_PARTS_OF_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+\.?)(?:\s*,\s*|\s+and\s+|\s*)", re.ASCII)
_CLOCKED = re.compile(r"(\d{1,4}):([0-5]\d):([0-5]\d(?:\.\d+)?)", re.ASCII)
_TIME_OF_DAY = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_HALF_DAY = re.compile(
    r"(1[0-2]|0?[1-9])(?::([0-5]\d)(?::([0-5]\d))?)?\s*(?:([ap])m|([ap])\.\s?m\.)", re.ASCII | re.IGNORECASE
)
_TIMESTAMP = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:T|\s+)(\S.*)", re.ASCII)
_FRACTION = re.compile(r"(.+:\d{2}:\d{2})\.(\d{1,6})", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_BETWEEN_DAYS = re.compile(r"\s*(?:[-\u2013\u2014]|\.\.|\bto\b|\bthrough\b)\s*")
_AMONG_DAYS = re.compile(r"[\s,;+&]+(?:and\s+)?")
_MAX_TEXT = 64


def ticks(seconds: float) -> int:
    """Engine time of a number of seconds: whole microseconds, rounded to the nearest."""
    return round(seconds * TICKS_PER_SECOND)


def seconds(engine_ticks: int) -> float:
    """Seconds of a number of microseconds."""
    return engine_ticks / TICKS_PER_SECOND


def parse_quantity(text: str) -> tuple[float, str] | None:
    """Number and unit of text like `6 min`; the unit is empty when there is none. Only finite numbers.

    A sign or code of a currency may stand first: `$36/h` is 36 and `$/h`.
    """
    if len(text) > _MAX_TEXT:
        return None
    if (match := _QUANTITY.fullmatch(text)) is not None:
        number, unit = float(match[1]), (match[2] or "").rstrip()
    elif (match := _SIGN_FIRST.fullmatch(text)) is not None:
        number, unit = (
            float(match[2]),
            match[1] + (f" {match[3]}" if match[3].startswith("per") else match[3]),
        )
    else:
        return None
    return (number, unit) if math.isfinite(number) else None


def duration_unit(written: str) -> str | None:
    """The unit of duration that a word names, in any case and with or without a point; None for another word."""
    return UNIT_SPELLINGS.get(written.lower().removesuffix("."))


def parse_duration(text: str) -> float | None:
    """Seconds of text like `6 min`, `8 h 30 min` or `00:04:00`; None without a known unit."""
    quantity = parse_quantity(text)
    if quantity is None:
        return _clocked_duration(text.strip())
    unit = duration_unit(quantity[1])
    duration_s = _sum_of_parts(text.strip()) if unit is None else quantity[0] * DURATION_UNITS[unit]
    return duration_s if duration_s is not None and math.isfinite(duration_s) else None


def _clocked_duration(text: str) -> float | None:
    """Seconds of hours, minutes and seconds with colons between; one colon alone could be either of them."""
    match = _CLOCKED.fullmatch(text)
    return float(match[1]) * SECONDS_PER_HOUR + float(match[2]) * 60 + float(match[3]) if match else None


def _sum_of_parts(text: str) -> float | None:
    """Seconds of `8 h 30 min`: every unit smaller than the one before it."""
    found = list(_PARTS_OF_DURATION.finditer(text))
    if not found or "".join(part[0] for part in found) != text:
        return None
    units = [DURATION_UNITS[unit] for part in found if (unit := duration_unit(part[2])) is not None]
    descending = all(larger > smaller for larger, smaller in pairwise(units))
    if len(units) < len(found) or not descending:
        return None
    return sum(float(part[1]) * unit for part, unit in zip(found, units, strict=True))


def parse_share(text: str) -> float | None:
    """0..1 of text like `12 %`; None for anything else."""
    quantity = parse_quantity(text)
    return quantity[0] / 100 if quantity is not None and quantity[1] in PERCENT else None


def parse_time_of_day(text: str) -> int | None:
    """Seconds since midnight of `08:30`, `08:30:15` or `8:30 am`; `24:00` is the end of the day."""
    match = _TIME_OF_DAY.fullmatch(text)
    if match is not None:
        hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    elif (match := _HALF_DAY.fullmatch(text)) is not None:
        afternoon = (match[4] or match[5]).lower() == "p"
        hour, minute, second = int(match[1]) % 12 + 12 * afternoon, int(match[2] or 0), int(match[3] or 0)
    else:
        return None
    total = hour * SECONDS_PER_HOUR + minute * 60 + second
    return total if minute < 60 and second < 60 and total <= SECONDS_PER_DAY else None


def parse_timestamp(text: str) -> datetime | None:
    """Local time of `2007-02-14 06:00`, seconds if wanted; None for another form or an impossible date.

    The year stands first, so that `2007/2/14 6:00 am` has one reading too.
    """
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return None
    fraction = _FRACTION.fullmatch(match[5])
    second_of_day = parse_time_of_day(fraction[1] if fraction else match[5])
    if second_of_day is None or second_of_day >= SECONDS_PER_DAY:
        return None
    microsecond = int(fraction[2].ljust(6, "0")) if fraction else 0
    try:
        midnight = datetime(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return None
    return midnight + timedelta(seconds=second_of_day, microseconds=microsecond)


def parse_weekdays(text: str) -> tuple[int, ...] | None:
    """Weekdays (0 is Monday) of `mon`, `Wednesday`, `mon-fri`, `Sat, Sun` or `weekend`; None for anything else.

    `fri-mon` goes over the weekend. A day may be named by any beginning of its English name from two letters on.
    """
    days: list[int] = []
    text = text.strip().lower()
    if len(text) > _MAX_TEXT:
        return None
    for part in [text] if text in _SETS_OF_DAYS else _AMONG_DAYS.split(_BETWEEN_DAYS.sub("-", text)):
        ends = _SETS_OF_DAYS.get(part) or tuple(map(_weekday, part.split("-")))
        if len(ends) > 2 or None in ends or (len(ends) == 2 and ends[0] == ends[1]):
            return None
        first, last = int(ends[0] or 0), int(ends[-1] or 0)
        days += [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    return tuple(days)


def _weekday(word: str) -> int | None:
    """Place of a weekday by its English name, in short or in the plural."""
    word = word.removesuffix(".")
    short = word if len(word) >= 2 else "-"
    return next((day for day, name in enumerate(WEEKDAYS) if f"{name}s".startswith(short)), None)


def parse_date(text: str) -> date | None:
    """Date of `2007-02-14`; None for another form or an impossible date."""
    if _DATE.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def format_number(number: float) -> str:
    """Shortest text that reads back to the same number; whole numbers without a point."""
    if isinstance(number, int) or (number == int(number) and abs(number) < 1e15):
        return str(int(number))
    return repr(float(number))


def format_duration(duration_s: float) -> str:
    """`360.0` as `6 min`: the largest unit that gives a short number and reads back exactly."""
    for unit in ("years", "weeks", "d", "h", "min"):
        number = duration_s / DURATION_UNITS[unit]
        if number >= 1 and number * 2 == int(number * 2) and number * DURATION_UNITS[unit] == duration_s:
            return f"{format_number(number)} {_singular(unit, number)}"
    return f"{format_number(duration_s)} s"


def brief_duration(duration_s: float) -> str:
    """A duration in four digits, in the largest unit of which it is at least two: `4.217 min`."""
    limits = (
        (2 * SECONDS_PER_YEAR, "years"),
        (2 * SECONDS_PER_DAY, "d"),
        (2 * SECONDS_PER_HOUR, "h"),
        (120, "min"),
    )
    unit = next((unit for least, unit in limits if duration_s >= least), "s")
    return f"{duration_s / DURATION_UNITS[unit]:.4g} {unit}"


def format_share(share: float) -> str:
    """`0.12` as `12 %`; a plain number where percent would not read back exactly."""
    percent = float(f"{share * 100:.10g}")
    return f"{format_number(percent)} %" if percent / 100 == share else format_number(share)


def format_time_of_day(second_of_day: float) -> str:
    """Seconds since midnight as `08:30`, with seconds only where needed."""
    hour, rest = divmod(int(second_of_day), SECONDS_PER_HOUR)
    minute, second = divmod(rest, 60)
    return f"{hour:02d}:{minute:02d}" + (f":{second:02d}" if second else "")


def format_timestamp(moment: datetime) -> str:
    """Local time as `2007-02-14 06:00`, with seconds only where needed."""
    if moment.microsecond:
        return moment.isoformat(sep=" ")
    return moment.isoformat(sep=" ", timespec="seconds" if moment.second else "minutes")


def horizon_end(start: datetime, horizon_s: float) -> datetime:
    """First instant after the horizon."""
    return start + timedelta(seconds=horizon_s)


def _singular(unit: str, number: float) -> str:
    return unit[:-1] if number == 1 and unit in ("weeks", "years") else unit
