"""Numbers as people read them: as many digits as the interval supports, thousands apart, percent."""

from __future__ import annotations

import math
from collections.abc import Sequence

BLANK = "-"
SCALES = ((1e9, " bn"), (1e6, " M"), (1e5, " k"))
"""From this size on, amounts of money are written in billions, millions, thousands."""

DIVISORS = {" bn": 1e9, " M": 1e6, " k": 1e3, "": 1.0}
TABLE_DIGITS = 4
"""Most significant digits of a number with a fraction, in tables."""

WORD_DIGITS = 3
"""The same in sentences."""


def decimals_for(value: float, half_width: float, digits: int = TABLE_DIGITS) -> int:
    """Decimals that show two digits of the half-width, and at most `digits` digits of the value."""
    known = math.isfinite(half_width) and half_width > 0
    if not math.isfinite(value) or (value == 0 and not known):
        return 0
    if not known and float(value).is_integer():
        return 0
    most = digits - 1 - math.floor(math.log10(max(abs(value), half_width if known else 0.0)))
    wanted = 1 - math.floor(math.log10(half_width)) if known else most
    return max(0, min(6, most, wanted))


def trials(replications: int, members: int) -> str:
    """`20 replications`, or `10 antithetic pairs of replications` where each unit has two members."""
    units, kind = replications // members, "replication" if members == 1 else "antithetic pair"
    many = f"{'one' if units == 1 else units} {kind}{'' if units == 1 else 's'}"
    return many if members == 1 else f"{many} of replications"


def scale(value: float, unit: str) -> float:
    """The number in its reading unit: shares as percent."""
    return 100.0 * value if unit == "share" else value


def reading_unit(unit: str) -> str:
    """Unit to print beside it."""
    return "%" if unit == "share" else unit


def is_money(unit: str) -> bool:
    """`money`, or a currency code."""
    return unit == "money" or (len(unit) == 3 and unit.isupper())


def plain(value: float, decimals: int) -> str:
    """Thousands apart, never `-0`."""
    if not math.isfinite(value):
        return BLANK
    text = f"{abs(value):,.{decimals}f}"
    return f"-{text}" if value < 0 and any(digit in "123456789" for digit in text) else text


def show_number(value: float, unit: str, half_width: float = math.nan, digits: int = TABLE_DIGITS) -> str:
    """A number in its reading unit without the unit's name; long amounts of money as `1.37 M`."""
    number, half = scale(value, unit), scale(half_width, unit)
    suffix = suffix_of(number, unit)
    size = DIVISORS[suffix]
    decimals = decimals_for(number / size, half / size, digits)
    return plain(number / size, _of_money(decimals, suffix, unit)) + suffix


def _of_money(decimals: int, suffix: str, unit: str) -> int:
    """Money that is written out has no more than cents."""
    return min(decimals, 2) if is_money(unit) and not suffix else decimals


def suffix_of(number: float, unit: str) -> str:
    """Suffix that keeps an amount of money short; counts are written out."""
    if not (is_money(unit) and math.isfinite(number)):
        return ""
    return next((suffix for size, suffix in SCALES if abs(number) >= size), "")


def span(low: float, high: float, unit: str, digits: int = TABLE_DIGITS) -> str:
    """An interval as `38.9 to 39.8` or `22 k to 153 k`, with the digits it supports; blank without one."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    low, high = scale(low, unit), scale(high, unit)
    suffix = suffix_of(max(abs(low), abs(high)), unit)
    low, high = low / DIVISORS[suffix], high / DIVISORS[suffix]
    decimals = _of_money(decimals_for((low + high) / 2, (high - low) / 2, digits), suffix, unit)
    return f"{with_suffix(low, decimals, suffix)} to {with_suffix(high, decimals, suffix)}"


def with_suffix(number: float, decimals: int, suffix: str) -> str:
    """Each end says itself in what it is counted; nothing is nothing in any unit."""
    written = plain(number, decimals)
    return written if written.strip("-+0.") == "" else written + suffix


def with_unit(value: float, unit: str, half_width: float = math.nan) -> str:
    """For sentences: `39.4 %`, `1.37 M USD`, `46,505`; counts carry no unit, the sentence names them."""
    if unit == "s":
        return duration(value)
    name = reading_unit(unit)
    named = f" {name}" if name in ("%", "h") or is_money(name) else ""
    return show_number(value, unit, half_width, WORD_DIGITS) + named


def duration(seconds: float) -> str:
    """`8 s`, `4 min 30 s`, `2 h 5 min`."""
    if not math.isfinite(seconds):
        return BLANK
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s" if whole >= 10 or seconds == whole else f"{seconds:.1f} s"
    large, small, names = (60, 1, ("min", "s")) if whole < 3600 else (3600, 60, ("h", "min"))
    first, rest = divmod(round(whole / small), large // small)
    return f"{first} {names[0]}" + (f" {rest} {names[1]}" if rest else "")


def join_words(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def capitalise(text: str) -> str:
    """A text as the beginning of a sentence: names within it stay as they are."""
    return f"{text[0].upper()}{text[1:]}"
