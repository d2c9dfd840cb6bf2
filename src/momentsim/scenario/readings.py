"""What text may have meant that is refused because it has several readings, or only one that is not written so.

Each function gives every reading as it would be written in a scenario file, the more usual first; none where nothing
sensible is near. `units.py` takes what has one reading.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from momentsim import units
from momentsim.scenario.files.written_numbers import TwoReadings, read_numbers
from momentsim.suggestions import suggestion

_MARKED = re.compile(
    r"\s*(?P<sign>[$€£¥₹]|[A-Z]{3}\s)?\s*(?P<number>[-+]?\d[\d.,' _\u00a0\u202f\u2019]*)(?P<unit>[^\d\s.,].*?|)\s*"
)
_LARGEST = 1e15
"""Beyond it nobody wrote a number by hand."""
_SPACED = re.compile(r"[-+]?\d{1,3}([ '_\u00a0\u202f\u2019]\d{3})+([.,]\d+)?")
_SPACES = re.compile(r"[ '_\u00a0\u202f\u2019]")
_THOUSANDS = {"k": 1_000, "K": 1_000, "m": 1_000_000, "M": 1_000_000, "mn": 1_000_000}
_DAYS_OF_MONTH, _WEEKS_OF_MONTH = 30, 4
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:,?(?:\s+|T)(\S.*))?", re.ASCII)
_DAY_OF_MONTH = re.compile(
    r"(\d{1,2})(?:\.|st|nd|rd|th)?[\s-]+([A-Za-z]{3,})\.?,?[\s-]+(\d{4})(?:,?\s+(\S.*))?", re.ASCII
)
_MONTH_AND_DAY = re.compile(
    r"([A-Za-z]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?:,?\s+(\S.*))?", re.ASCII
)
_ZONED = re.compile(r"(.*\d)\s*(?:Z|UTC|GMT|[-+]\d{2}:?\d{2})", re.ASCII)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_COLON = re.compile(r"(\d{1,3}):([0-5]\d)", re.ASCII)
_HOURS_AND_MINUTES = re.compile(
    r"(\d{1,2})\s*(?:[.h]|h\.)\s*([0-5]\d)?\s*(am|pm)?|([01]\d|2[0-3])([0-5]\d)", re.ASCII
)
_TIMES_BY_NAME = {"noon": ("12:00",), "midnight": ("00:00", "24:00"), "midday": ("12:00",)}
_ONE_TO_OTHER = re.compile(
    r"\s*(.*?\d.*?)\s*(?:[-\u2013\u2014:\u2026]|\.{2,3}|\bto\b)\s*(\d.*?)\s*", re.ASCII
)


def number_readings(text: str) -> list[str]:
    """Of a number with marks for thousands or a comma for decimals: `1,200 USD` is 1200 USD or 1.2 USD."""
    match = _MARKED.fullmatch(text) if len(text) <= 64 else None
    if match is None:
        return []
    unit = " ".join(part for part in (match["unit"].strip(), (match["sign"] or "").strip()) if part)
    written = match["number"].strip()
    spaced = _SPACED.fullmatch(written) is not None
    number = _SPACES.sub("", written) if spaced else written
    known = units.parse_quantity(number)
    if known is not None and abs(known[0]) > _LARGEST:
        return []
    if known is not None and not known[1]:
        word, _, rest = unit.partition(" ")
        if word in _THOUSANDS:
            return [f"{units.format_number(known[0] * _THOUSANDS[word])} {rest}".strip()]
        return [f"{number} {unit}".strip()] if spaced else []
    read = read_numbers([number], semicolons=True)[0][0]
    if read is None:
        return []
    both = (float(read.thousands), float(read.decimals)) if isinstance(read, TwoReadings) else (read,)
    return [f"{units.format_number(each)} {unit}".strip() for each in both]


def duration_readings(text: str) -> list[str]:
    """Of a duration: `4:00` is 4 min or 4 h, `1 month` 30 d or 4 weeks."""
    text = text.strip()
    if (match := _COLON.fullmatch(text)) is not None:
        return [_with_parts(match, "min", "s"), _with_parts(match, "h", "min")]
    if (match := _HOURS_AND_MINUTES.fullmatch(text)) is not None and "h" in text and match[2]:
        return [_with_parts(match, "h", "min")]
    quantity = units.parse_quantity(text)
    if quantity is None or abs(quantity[0]) > _LARGEST:
        return [each for each in number_readings(text) if units.parse_duration(each) is not None]
    number, word = quantity[0], quantity[1].lower().rstrip(".s")
    if word in ("month", "mo", "mth"):
        written = units.format_number(number * _DAYS_OF_MONTH), units.format_number(number * _WEEKS_OF_MONTH)
        return [f"{written[0]} d", f"{written[1]} weeks"]
    return [f"{units.format_number(number)} min"] if word == "m" else []


def _with_parts(match: re.Match[str], larger: str, smaller: str) -> str:
    """`4 min 30 s`, without parts that are nothing."""
    parts = [
        f"{int(match[place])} {unit}" for place, unit in ((1, larger), (2, smaller)) if int(match[place])
    ]
    return " ".join(parts) or f"0 {smaller}"


def time_readings(value: object) -> list[str]:
    """Of a time of day: `8.30`, `0830` and 8 are 08:30, 08:30 and 08:00, and 830 is 08:30 or minutes: 13:50."""
    if isinstance(value, int | float) and not 0 <= value <= units.SECONDS_PER_DAY:
        return []
    if isinstance(value, int):
        of_digits = value // 100 * 3600 + value % 100 * 60 if value >= 100 and value % 100 < 60 else None
        others = [value * 3600] if value <= 24 else [value * 60] if value <= 1440 else [value]
        return _times_of_day([of_digits, *others] if value != 0 else [0])
    if isinstance(value, float):
        hour, rest = divmod(value, 1)
        minute = round(rest * 100)
        return _times_of_day(
            [int(hour) * 3600 + minute * 60 if minute < 60 else None, round(value * 60) * 60]
        )
    if not isinstance(value, str):
        return []
    text = value.strip().lower().replace("o'clock", "h").removesuffix(" uhr")
    if text in _TIMES_BY_NAME:
        return list(_TIMES_BY_NAME[text])
    half_day = re.fullmatch(r"(\d{1,2}(?::\d{2})?)\s*[ap]\.?m\.?", text)
    if half_day is not None:  # 13 pm
        text = half_day[1]
    if (match := _HOURS_AND_MINUTES.fullmatch(text)) is not None:
        written = f"{match[1] or match[4]}:{match[2] or match[5] or '00'} {match[3] or ''}".strip()
    else:
        written = f"{text}:00" if text.isdecimal() else text
    second = units.parse_time_of_day(written)
    return _times_of_day([second])


def _times_of_day(seconds: list[int | None]) -> list[str]:
    known = dict.fromkeys(
        second for second in seconds if second is not None and 0 <= second <= units.SECONDS_PER_DAY
    )
    return [units.format_time_of_day(second) for second in known if second % 60 == 0]


def timestamp_readings(text: str) -> list[str]:
    """Of a date with or without a time: with points the day is first, with slashes it may be the month."""
    if len(text) > 64:
        return []
    text = text.strip()
    zoned = _ZONED.fullmatch(text)
    if zoned is not None and units.parse_timestamp(zoned[1]) is not None:
        text = zoned[1]
    if (match := _DAY_FIRST.fullmatch(text)) is not None:
        year = int(match[4]) + (2000 if len(match[4]) == 2 else 0)
        dates = [(year, int(match[3]), int(match[1]))]
        dates += [] if match[2] == "." else [(year, int(match[1]), int(match[3]))]
        return _timestamps(dates, match[5])
    if (match := _DAY_OF_MONTH.fullmatch(text)) is not None:
        return _timestamps([(int(match[3]), _month(match[2]), int(match[1]))], match[4])
    if (match := _MONTH_AND_DAY.fullmatch(text)) is not None:
        return _timestamps([(int(match[3]), _month(match[1]), int(match[2]))], match[4])
    for hour in ("", " 00:00"):
        moment = units.parse_timestamp(f"{text}{hour}")
        if moment is not None:
            return [units.format_timestamp(moment)]
    if text.endswith("24:00") and (midnight := units.parse_timestamp(f"{text[:-5]}00:00")) is not None:
        return [units.format_timestamp(midnight + timedelta(days=1))]
    return []


def date_readings(text: str) -> list[str]:
    """The same for a date without a time."""
    return [each[:10] for each in timestamp_readings(text) if each.endswith("00:00")]


def words_of_no_date(written: str) -> tuple[str, str, str]:
    """What is wrong with a text that is no date, what is allowed and what was meant."""
    return (
        f"'{written}' is not a date",
        "write a real date like 2007-02-14",
        suggestion(date_readings(written)),
    )


def _month(word: str) -> int:
    """Number of a month by its English name, in short or in full; 0 for another word."""
    return next((place for place, name in enumerate(_MONTHS, 1) if name.startswith(word.lower())), 0)


def _timestamps(dates: list[tuple[int, int, int]], time: str | None) -> list[str]:
    """Real dates among these (year, month, day), at a time of day or at midnight."""
    second = 0 if time is None else units.parse_time_of_day(time)
    found: dict[str, None] = {}
    for year, month, day in dates:
        try:
            midnight = datetime(year, month, day)
        except ValueError:
            continue
        if second is not None:
            found[units.format_timestamp(midnight + timedelta(seconds=second))] = None
    return list(found)


def range_ends(text: str) -> tuple[str, str] | None:
    """Both ends of what was meant as a range, `8-14` or `2 to 6 min`, in one unit; None for anything else."""
    match = _ONE_TO_OTHER.fullmatch(text) if len(text) <= 64 else None
    if match is None or units.parse_duration(text) is not None:
        return None
    low, high = units.parse_quantity(match[1]), units.parse_quantity(match[2])
    if low is None or high is None or low[0] >= high[0]:
        return None
    unit = low[1] or high[1]
    lowest, highest = (f"{units.format_number(end[0])} {end[1] or unit}".strip() for end in (low, high))
    return lowest, highest
