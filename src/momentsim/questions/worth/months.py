"""The return of a variant month by month, and the month in which it has paid for itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from momentsim.measures.facts import Sample
from momentsim.measures.months import SECONDS_PER_MONTH, net_by_month
from momentsim.measures.statistics import Estimate, difference, interval, simultaneous
from momentsim.report.verdicts import Verdict, decide

COLUMNS: Final = ("month", "ends", "value", "cost", "net", "so_far", "so_far_low", "so_far_high", "verdict")
TEXTS: Final = ("ends", "verdict")


def month_table(without: Sample, with_it: Sample) -> pd.DataFrame:
    """A row per month: what the variant brings and costs, and net since the start with an interval.

    With minus without. Intervals of `so_far` hold together for all months (95 %, Bonferroni); `verdict` is `better`
    where the variant is ahead, `worse` where it is behind. The last row's `so_far` is the difference of net benefit.
    """
    sides = [net_by_month(side) for side in (without, with_it)]
    value, cost = (difference(before, after) for before, after in zip(*sides, strict=True))
    net = Estimate(value.value - cost.value, value.influence - cost.influence)
    so_far = Estimate(np.cumsum(net.value), np.cumsum(net.influence, axis=1))
    limits = interval(so_far, simultaneous(len(so_far.value)))
    scenario = without.scenario
    ends = [min((month + 1) * SECONDS_PER_MONTH, scenario.horizon) for month in range(len(net.value))]
    return pd.DataFrame(
        {
            "month": np.arange(1, len(ends) + 1),
            "ends": [scenario.start + timedelta(seconds=end) for end in ends],
            "value": value.value,
            "cost": cost.value,
            "net": net.value,
            "so_far": so_far.value,
            "so_far_low": limits.low,
            "so_far_high": limits.high,
            "verdict": [
                str(decide(float(low), float(high), "up"))
                for low, high in zip(limits.low, limits.high, strict=True)
            ],
        },
        columns=list(COLUMNS),
    )


class BreakEven(NamedTuple):
    """Months in which a variant may have paid for itself and stays ahead; None: not within the horizon."""

    earliest: int | None
    """The first month after the last one in which it is behind for sure."""
    latest: int | None
    """The first month from which on it is ahead for sure."""


def break_even(months: pd.DataFrame) -> BreakEven:
    """When it pays for itself, by the intervals that hold together."""
    verdicts = [str(word) for word in months["verdict"]]
    behind = [index for index, word in enumerate(verdicts) if word == Verdict.WORSE]
    unsure = [index for index, word in enumerate(verdicts) if word != Verdict.BETTER]
    earliest = behind[-1] + 2 if behind else 1
    latest = unsure[-1] + 2 if unsure else 1
    last = len(verdicts)
    return BreakEven(earliest if earliest <= last else None, latest if latest <= last else None)


def break_even_words(months: pd.DataFrame, variant: str) -> str:
    """The month of break-even in a sentence that claims no more than the intervals, without a full stop."""
    if not months["so_far_low"].notna().any():
        return f"One replication tells nothing about when {variant} pays for itself"
    if months["verdict"].eq(Verdict.SAME).all():
        return f"{variant} neither brings nor costs anything in any month"
    found, last = break_even(months), len(months)
    within = "the first month" if last == 1 else f"these {last} months"
    if found.earliest is None:
        return f"{variant} does not pay for itself within {within}"
    if found.latest is None:
        return f"Whether {variant} pays for itself within {within} can't be told"
    if found.earliest == found.latest:
        return f"{variant} has paid for itself from month {found.latest} on"
    return f"{variant} has paid for itself from month {found.earliest} on at the earliest, {found.latest} at the latest"
