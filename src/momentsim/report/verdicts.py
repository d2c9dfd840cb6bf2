"""What may be said of a difference: one function decides, for every sentence, table, mark and title.

A claim needs an interval that leaves out 0; where it does not, the word is `can't tell`. Words of size stand beside
the same interval, its ends rounded outward, so that what is read out is never narrower than what was found. A first
place is claimed only where places that hold together say so, and being alone on a front where all others together
are unlikely to be on it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from momentsim.measures.catalogue.measure import Better
from momentsim.report.numbers import (
    DIVISORS,
    WORD_DIGITS,
    decimals_for,
    is_money,
    scale,
    suffix_of,
    with_suffix,
)

DOUBT: Final = 0.05
"""Chance of being wrong that a claim may have."""
WHOLE_PEOPLE: Final = 5.0
"""From so many on customers are told as whole people."""


class Verdict(StrEnum):
    """The word for a difference."""

    BETTER = "better"
    WORSE = "worse"
    HIGHER = "higher"
    LOWER = "lower"
    UNSURE = "can't tell"
    SAME = "same"
    UNKNOWN = ""
    """Without an interval nothing is said."""

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out 0, so that a direction may be named."""
        return self in CLEAR


CLEAR: Final = frozenset({Verdict.BETTER, Verdict.WORSE, Verdict.HIGHER, Verdict.LOWER})
WORD_WIDTH: Final = len(Verdict.UNSURE)
"""Letters of the longest word, so that numbers before them stand below each other."""
MARKS: Final = {
    Verdict.BETTER: "*",
    Verdict.WORSE: "!",
    Verdict.HIGHER: " ",
    Verdict.LOWER: " ",
    Verdict.UNSURE: "?",
    Verdict.SAME: "=",
    Verdict.UNKNOWN: " ",
}
"""One character each, where there is no room for the word; the sign of a number says higher or lower."""
MARKS_NOTE: Final = "* better, ! worse, ? can't tell, = same"


def decide(low: float, high: float, better: Better = "neither") -> Verdict:
    """The word for a difference that lies between `low` and `high`."""
    if math.isnan(low) or math.isnan(high):
        return Verdict.UNKNOWN
    if low == high == 0:
        return Verdict.SAME
    if low <= 0 <= high:
        return Verdict.UNSURE
    up = low > 0
    if better == "neither":
        return Verdict.HIGHER if up else Verdict.LOWER
    return Verdict.BETTER if up == (better == "up") else Verdict.WORSE


NOT_VARIED: Final = "what is assumed about people was not varied"
"""Said wherever an answer rests on the registered values alone, so that its intervals are of luck only."""
SURELY_FIRST: Final = ", and clearly so against all others"
"""Said of a first place that no other case or point may hold, by places that hold together."""


def first_words(worst_place: float) -> str:
    """`is` for the case that is first in every order that may be true, else `may be`."""
    return "is" if worst_place == 1 else "may be"


def is_alone(others: Iterable[float]) -> bool:
    """Whether one may be called the only one, when each other has this chance of being one too (Boole's bound)."""
    chances = list(others)
    return not any(math.isnan(chance) for chance in chances) and sum(chances) <= DOUBT


def change_words(low: float, high: float, unit: str, words: tuple[str, str], same: str) -> str:
    """`18 to 41 more`, `between 10 fewer and 12 more`; `words` are for above and below 0, `same` for none."""
    above, below = words
    named = unit_words(unit)
    verdict = decide(low, high)
    if verdict is Verdict.SAME:
        return same
    if verdict.is_clear:
        least, most = amounts(low, high, unit)
        size = least if least == most else f"{least} to {most}"
        return f"{size}{named} {above if verdict is Verdict.HIGHER else below}"
    fewer, more = apart(low, high, unit)
    return f"between {fewer}{named} {below} and {more}{named} {above}"


def customers_words(low: float, high: float) -> str:
    """`18 to 41 more customers stay`."""
    if decide(low, high) is Verdict.SAME:
        return "as many customers stay"
    return f"{change_words(low, high, 'customers', ('more', 'fewer'), '')} customers stay"


def signed_words(low: float, high: float, unit: str) -> str:
    """A change with its signs: `+1,200 to +1,900 USD`, `-40 to +13 USD`, `0 USD`; empty without an interval."""
    name = unit_words(unit)
    verdict = decide(low, high)
    if verdict is Verdict.UNKNOWN:
        return ""
    if verdict is Verdict.SAME:
        return f"0{name}"
    if verdict.is_clear:
        sign = "+" if verdict is Verdict.HIGHER else "-"
        least, most = amounts(low, high, unit)
        return f"{sign}{least}{name}" if least == most else f"{sign}{least} to {sign}{most}{name}"
    fewer, more = apart(low, high, unit)
    return f"-{fewer} to +{more}{name}"


def unit_words(unit: str) -> str:
    """Unit of a change, with a space before it."""
    return {"share": " points", "customers": "", "1 to 5": "", "factor": ""}.get(unit, f" {unit}")


def outward(low: float, high: float, unit: str) -> tuple[str, str]:
    """Both ends of an interval in its reading unit, low rounded down and high rounded up."""
    low, high = scale(low, unit), scale(high, unit)
    suffix = suffix_of(max(abs(low), abs(high)), unit)
    low, high = low / DIVISORS[suffix], high / DIVISORS[suffix]
    decimals = decimals_for((low + high) / 2, (high - low) / 2, WORD_DIGITS)
    if is_money(unit) and not suffix:
        decimals = min(decimals, 2)
    if unit == "customers" and max(abs(low), abs(high)) >= WHOLE_PEOPLE:
        decimals = 0
    size = 10.0**decimals
    ends = math.floor(low * size) / size, math.ceil(high * size) / size
    return with_suffix(ends[0], decimals, suffix), with_suffix(ends[1], decimals, suffix)


def amounts(low: float, high: float, unit: str) -> tuple[str, str]:
    """Both ends of an interval that leaves out 0, without signs, the smaller amount first."""
    smaller, larger = sorted((abs(low), abs(high)))
    return outward(smaller, larger, unit)


def apart(low: float, high: float, unit: str) -> tuple[str, str]:
    """Both ends of an interval around 0, without signs."""
    least, most = outward(low, high, unit)
    return least.removeprefix("-"), most
