"""Written quantities and the numbers behind them: `6 min` is 360.0 seconds, `12 %` is 0.12.

Parsing returns None for text of another form, so that callers can say what they wanted instead. Every
`format_*` writes text that reads back to the very same number.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta

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
    **dict.fromkeys(("sec", "second", "seconds"), "s"),
    **dict.fromkeys(("minute", "minutes"), "min"),
    **dict.fromkeys(("hour", "hours"), "h"),
    **dict.fromkeys(("day", "days"), "d"),
    "week": "weeks",
    "year": "years",
}
"""Every accepted spelling of a unit of duration."""

WRONG_SPELLINGS: dict[str, str] = {
    **dict.fromkeys(("m", "mins"), "min"),
    "secs": "s",
    **dict.fromkeys(("hr", "hrs"), "h"),
    **dict.fromkeys(("w", "wk", "wks"), "weeks"),
    **dict.fromkeys(("y", "yr", "yrs"), "years"),
}
"""Spellings that are refused (`m` may be a month or a minute), with what was probably meant."""

_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_QUANTITY = re.compile(rf"\s*({_NUMBER})\s*(\S.*?)?\s*", re.ASCII)
_TIME_OF_DAY = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_TIMESTAMP = re.compile(r"(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_MAX_TEXT = 64


def ticks(seconds: float) -> int:
    """Engine time of a number of seconds: whole microseconds, rounded to the nearest."""
    return round(seconds * TICKS_PER_SECOND)


def seconds(engine_ticks: int) -> float:
    """Seconds of a number of microseconds."""
    return engine_ticks / TICKS_PER_SECOND


def parse_quantity(text: str) -> tuple[float, str] | None:
    """Number and unit of text like `6 min`; the unit is empty when there is none. Only finite numbers."""
    match = _QUANTITY.fullmatch(text) if len(text) <= _MAX_TEXT else None
    if match is None:
        return None
    number = float(match[1])
    return (number, match[2] or "") if math.isfinite(number) else None


def parse_duration(text: str) -> float | None:
    """Seconds of text like `6 min`; None without a known unit."""
    quantity = parse_quantity(text)
    if quantity is None or quantity[1] not in UNIT_SPELLINGS:
        return None
    duration_s = quantity[0] * DURATION_UNITS[UNIT_SPELLINGS[quantity[1]]]
    return duration_s if math.isfinite(duration_s) else None


def parse_share(text: str) -> float | None:
    """0..1 of text like `12 %`; None for anything else."""
    quantity = parse_quantity(text)
    return quantity[0] / 100 if quantity is not None and quantity[1] == "%" else None


def parse_time_of_day(text: str) -> int | None:
    """Seconds since midnight of `08:30` or `08:30:15`; `24:00` is the end of the day."""
    match = _TIME_OF_DAY.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    total = hour * SECONDS_PER_HOUR + minute * 60 + second
    return total if minute < 60 and second < 60 and total <= SECONDS_PER_DAY else None


def parse_timestamp(text: str) -> datetime | None:
    """Local time of `2007-02-14 06:00`, seconds if wanted; None for another form or an impossible date."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    microsecond = int((match[7] or "").ljust(6, "0"))
    try:
        return datetime(year, month, day, hour, minute, second, microsecond)
    except ValueError:
        return None


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
