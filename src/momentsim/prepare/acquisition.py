"""Customers who join, lowered: prospects, what a newcomer is worth, and the volumes of a larger base."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import Table
from momentsim.prepare.customers import norm_nodes
from momentsim.scenario.sections.customers import prospects_of
from momentsim.scenario.types import Segment

FloatArray = npt.NDArray[np.float64]


def growth(segments: Mapping[str, Segment], horizon_s: float) -> float:
    """By how much volumes rise so that prospects have as many moments as customers of their segment.

    A prospect's moments are told from joining on; until then they are filtered, so that those who were there
    keep the rate they have without any prospects.
    """
    there = sum(segment.customers * segment.contact_weight for segment in segments.values())
    more = sum(prospects_of(segment, horizon_s) * segment.contact_weight for segment in segments.values())
    return 1.0 + more / there if there > 0.0 else 1.0


def newcomer_values(
    segments: Table, effects: Table, dates: npt.NDArray[np.int64], pay_dates: npt.NDArray[np.int64]
) -> FloatArray:
    """[dates x segments]: expected margin to the outlook date of an average customer who joins on each date.

    margin/12 x sum over later pay dates of the mean over n ~ N(0, 1) of spend(n) exp(-h0 e^(-slope n) t), the
    displacement being 0.
    """
    nodes, weights = norm_nodes()
    slope, spend = float(effects["churn_slope"][0]), float(effects["spend_slope"][0])
    spending = weights * np.exp(spend * nodes - 0.5 * spend * spend)
    values = np.zeros((len(dates), len(segments)))
    for column, segment in enumerate(segments):
        rates = segment["hazard"] * np.exp(-slope * nodes)
        for row, date in enumerate(dates):
            ahead = (pay_dates[pay_dates > date] - date).astype(np.float64)
            survival = np.exp(-rates[:, None] * ahead).sum(axis=1)
            values[row, column] = segment["margin"] / 12.0 * float(spending @ survival)
    return values
