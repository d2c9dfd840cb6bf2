"""What a room's policies are worth: nothing pulled is 0, the policy that a search found is 100.

The score is a ratio of two mean differences of net benefit over the same storms, with Fieller's interval
(`measures/price.py`). Everything is made from the observations of the ordinary comparison (`pairs.csv` of its folder),
so that whoever has the folder can repeat it. Below 0 (worse than doing nothing) and above 100 (better than what the
search found) are possible.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from momentsim.app.cases import REFERENCE
from momentsim.measures.price import price
from momentsim.measures.statistics import Estimate, difference, interval, simultaneous
from momentsim.questions.compare.compare import NOTHING
from momentsim.questions.compare.verdicts import BENEFIT
from momentsim.report.numbers import WORD_DIGITS, show_number
from momentsim.report.verdicts import change_words

FULL: Final = 100.0
NO_SCORE: Final = "no score: whether the reference is better than doing nothing can't be told"
ONE_STORM: Final = "no score yet: one storm tells nothing about how sure this is"
NOTHING_HELPS: Final = "no score: the search found no lever that helps, so nothing can be measured against it"


class PolicyScore(NamedTuple):
    """One policy: its score with the interval, NaN where there is none, and the money behind it."""

    case: str
    score: float
    low: float
    high: float
    value: float
    """Net benefit above that of doing nothing, a storm on average."""
    value_low: float
    value_high: float


def scores(observations: pd.DataFrame, reference: str = REFERENCE) -> list[PolicyScore]:
    """All cases by the net benefit that each storm gave them; intervals hold together with 95 % (Bonferroni).

    `observations` has columns case, measure, replication and value. Scores are blank where the reference is not
    clearly better than doing nothing.
    """
    estimates = benefits(observations)
    nothing = estimates[NOTHING]
    best = difference(nothing, estimates[reference])
    contestants = [case for case in estimates if case not in (NOTHING, reference)]
    confidence = simultaneous(max(1, len(contestants)))
    found = []
    for case, estimated in estimates.items():
        gained = difference(nothing, estimated)
        limits = interval(gained, confidence)
        ratio = price(gained, best, confidence)
        told = (FULL * ratio.value, FULL * ratio.low, FULL * ratio.high)
        found.append(
            PolicyScore(case, *told, float(gained.value[0]), float(limits.low[0]), float(limits.high[0]))
        )
    return found


def benefits(observations: pd.DataFrame) -> dict[str, Estimate]:
    """Net benefit by case, one influence a storm; a clean 0 where two cases differ in nothing."""
    kept = observations[observations["measure"] == BENEFIT]
    found = {}
    for case, rows in kept.groupby("case", sort=False):
        values = rows["value"].to_numpy(float)
        mean = values.mean()
        found[str(case)] = Estimate(np.array([mean]), (values - mean)[:, None])
    return found


def why_no_score(found: Sequence[PolicyScore], storms: int, *, is_empty: bool) -> str:
    """Why there is no score; empty where there is one."""
    if is_empty:
        return NOTHING_HELPS
    if storms < 2:
        return ONE_STORM
    return "" if any(math.isfinite(one.score) for one in found) else NO_SCORE


def score_words(one: PolicyScore) -> str:
    """`87, 81 to 93`; ends are rounded outward."""
    if not math.isfinite(one.score):
        return ""
    low, high = math.floor(one.low), math.ceil(one.high)
    return f"{one.score:.0f}" if one.low == one.high else f"{one.score:.0f}, {low} to {high}"


def money_words(one: PolicyScore, currency: str) -> str:
    """`9.48 M to 9.72 M USD more than doing nothing`."""
    if math.isnan(one.value_low):
        size = show_number(abs(one.value), currency, math.nan, WORD_DIGITS)
        return f"{size} {currency} {'more' if one.value >= 0 else 'less'} than doing nothing, in one storm"
    words = change_words(one.value_low, one.value_high, currency, ("more", "less"), "as much")
    return f"{words} {'as' if words == 'as much' else 'than'} doing nothing"
