"""The verdict of a comparison in words: what is gained, at what cost, true at its stated confidence.

Ends of intervals are rounded outward, so that what is read out is never narrower than what was found.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from momentsim.report.numbers import (
    DIVISORS,
    WORD_DIGITS,
    decimals_for,
    is_money,
    plain,
    scale,
    suffix_of,
    with_unit,
)


def outward(low: float, high: float, unit: str) -> tuple[str, str]:
    """Both ends of an interval in its reading unit, low rounded down and high rounded up."""
    low, high = scale(low, unit), scale(high, unit)
    suffix = suffix_of(max(abs(low), abs(high)), unit)
    low, high = low / DIVISORS[suffix], high / DIVISORS[suffix]
    decimals = decimals_for((low + high) / 2, (high - low) / 2, WORD_DIGITS)
    if is_money(unit) and not suffix:
        decimals = min(decimals, 2)
    size = 10.0**decimals
    ends = math.floor(low * size) / size, math.ceil(high * size) / size
    return plain(ends[0], decimals) + suffix, plain(ends[1], decimals) + suffix


def sentences(verdicts: pd.DataFrame, currency: str) -> dict[str, str]:
    """By variant: "18 to 41 more customers stay, at 4,200 to 5,100 USD less." """
    return {str(row["case"]): sentence(row, currency) for row in verdicts.to_dict(orient="records")}


def comparison_words(verdicts: pd.DataFrame, sentences: Mapping[str, str], currency: str) -> tuple[str, ...]:
    """A line per variant, with its sentence and price, and what the sentences promise."""
    lines = [
        f"{row['case']}: {sentences[str(row['case'])]} {price_words(row, currency)}"
        for row in verdicts.to_dict(orient="records")
    ]
    replications = int(verdicts["replications"].max())
    return (*lines, confidence_note(len(verdicts), replications)) if replications > 1 else tuple(lines)


def sentence(row: Mapping[Any, Any], currency: str) -> str:
    """The sentence of one row of verdicts."""
    if not math.isfinite(row["cost_low"]):
        return "One replication tells nothing about how sure this is."
    gain = _customers(row) if row["gain"] == "customers kept" else _level(row)
    return f"{gain}, {_cost(row['cost_low'], row['cost_high'], currency)}."


def price_words(row: Mapping[Any, Any], currency: str) -> str:
    """What a customer kept costs, or why there is no price."""
    if not math.isfinite(row["price"]):
        return f"No price per customer kept: {row['price_blank']}."
    low, high = row["price_low"], row["price_high"]
    if high <= 0:
        return "It keeps customers and costs less."
    least, most = outward(low, high, currency)
    if low <= 0:
        return f"A customer kept costs at most {most} {currency}; it may even cost less in all."
    return f"A customer kept costs {with_unit(row['price'], currency)} ({least} to {most})."


def confidence_note(variants: int, replications: int) -> str:
    """What the sentences promise."""
    number = 2 * variants
    of_all = f"Sentences: all {number} intervals in them hold together with 95 %"
    return f"{of_all} (Bonferroni, paired t, {replications} replications)."


def _customers(row: Mapping[Any, Any]) -> str:
    low, high = row["gained_low"], row["gained_high"]
    if low == high == 0:
        return "As many customers stay"
    if low > 0 or high < 0:
        least, most = amounts(low, high, "customers")
        return f"{least} to {most} {'more' if low > 0 else 'fewer'} customers stay"
    fewer, more = apart(low, high, "customers")
    return f"Between {fewer} fewer and {more} more customers stay"


def _level(row: Mapping[Any, Any]) -> str:
    low, high = row["gained_low"], row["gained_high"]
    if low == high == 0:
        return "The service level is the same"
    if low > 0 or high < 0:
        least, most = amounts(low, high, "share")
        return f"The service level is {least} to {most} points {'higher' if low > 0 else 'lower'}"
    lower, higher = apart(low, high, "share")
    return f"The service level is between {lower} points lower and {higher} points higher"


def _cost(low: float, high: float, currency: str) -> str:
    if low == high == 0:
        return "at the same cost"
    if low > 0 or high < 0:
        least, most = amounts(low, high, currency)
        return f"at {least} to {most} {currency} {'more' if low > 0 else 'less'}"
    less, more = apart(low, high, currency)
    return f"at between {less} {currency} less and {more} {currency} more"


def amounts(low: float, high: float, unit: str) -> tuple[str, str]:
    """Both ends of an interval that leaves out 0, without signs, the smaller amount first."""
    smaller, larger = sorted((abs(low), abs(high)))
    return outward(smaller, larger, unit)


def apart(low: float, high: float, unit: str) -> tuple[str, str]:
    """Both ends of an interval around 0, without signs."""
    least, most = outward(low, high, unit)
    return least.removeprefix("-"), most
