"""The verdict of a comparison in words: what is gained, at what cost, true at its stated confidence.

Ends of intervals are rounded outward, so that what is read out is never narrower than what was found.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from momentsim.report.numbers import capitalise, with_unit
from momentsim.report.verdicts import Verdict, change_words, customers_words, decide


def sentences(verdicts: pd.DataFrame, currency: str) -> dict[str, str]:
    """By variant: "18 to 41 more customers stay, at 4,200 to 5,100 USD less." """
    return {str(row["case"]): sentence(row, currency) for row in verdicts.to_dict(orient="records")}


def sentence(row: Mapping[Any, Any], currency: str) -> str:
    """The sentence of one row of verdicts."""
    if not math.isfinite(row["cost_low"]):
        return "One replication tells nothing about how sure this is."
    return f"{capitalise(_gain(row))}, {_cost(row['cost_low'], row['cost_high'], currency)}."


def price_words(row: Mapping[Any, Any], currency: str) -> str:
    """What a customer kept costs if all that is assumed holds, or why there is no price.

    How many stay hangs on assumed shares, so an interval of luck alone would promise too much: the amount is rounded to
    two digits and stands without one. In plausible worlds `price_in_worlds` has the range.
    """
    if not math.isfinite(row["price"]):
        return f"No price per customer kept: {row['price_blank']}."
    if decide(row["gained_low"], row["gained_high"]) is not Verdict.HIGHER:
        return "No price per customer kept: that any is kept can't be told."
    cost = decide(row["cost_low"], row["cost_high"])
    if cost is Verdict.LOWER:
        return "It keeps customers and costs less."
    if cost is not Verdict.HIGHER:
        return "No price per customer kept: whether it costs anything can't be told."
    rounded = float(f"{row['price']:.{PRICE_DIGITS}g}")
    return f"A customer kept costs about {with_unit(rounded, currency)} if what is assumed holds."


PRICE_DIGITS: Final = 2


def confidence_note(variants: int, replications: int) -> str:
    """What the sentences promise."""
    number = 2 * variants
    of_all = f"Sentences: all {number} intervals in them hold together with 95 %"
    return f"{of_all} (Bonferroni, paired t, {replications} replications)."


def _gain(row: Mapping[Any, Any]) -> str:
    low, high = row["gained_low"], row["gained_high"]
    if row["gain"] == "customers kept":
        return customers_words(low, high)
    if decide(low, high) is Verdict.SAME:
        return "the service level is the same"
    return f"the service level is {change_words(low, high, 'share', ('higher', 'lower'), '')}"


def _cost(low: float, high: float, currency: str) -> str:
    if decide(low, high) is Verdict.SAME:
        return "at the same cost"
    return f"at {change_words(low, high, currency, ('more', 'less'), '')}"
