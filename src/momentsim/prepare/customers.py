"""Segments: cuts of loyalty classes, spread of value, and the churn hazard under the reference operation."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import DAY, SEGMENT, YEAR, Table
from momentsim.draws import name_key, normal_quantile
from momentsim.prepare.recovery import fill_tier
from momentsim.scenario.sections.customers import prospects_of
from momentsim.scenario.types import Segment

NORM_NODES = 64
"""Nodes of the Gauss-Hermite rule over n ~ N(0,1); 32 already agree to 12 digits for churn slopes below 1."""
HIGHEST_CHURN = 1.0 - 1e-9
"""A yearly churn of 100 % is read as this: a hazard must be finite."""


@functools.cache
def norm_nodes() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Nodes and weights (sum 1) of the Gauss-Hermite rule for a standard normal variable."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NORM_NODES)
    return nodes, weights / weights.sum()


def heterogeneity(churn_slope: float, half_life_d: float, jump_rate: float) -> float:
    """Yearly mean of the factor by which displacements raise the mean hazard; 1 or a little more.

    Under the reference operation jumps of y have mean 0 and come as a Poisson process, `jump_rate` being the
    sum over reasons of (moments per customer and year) x (mean squared jump of y). With relaxation exp(-k t)
    and y(0) = 0 that is shot noise: Var y(t) = jump_rate * (1 - exp(-2 k t)) / (2 k). For a normal y the mean
    of exp(-slope*y) is exp(slope^2 Var/2), averaged here over twelve months by Gauss-Legendre quadrature.
    Without the factor everyday service would be counted twice: observed churn already contains it (MODEL 1).
    """
    relaxation = math.log(2.0) * (YEAR / DAY) / half_life_d  # per year
    nodes, weights = np.polynomial.legendre.leggauss(32)
    years = 0.5 * (nodes + 1.0)
    variance = jump_rate * -np.expm1(-2.0 * relaxation * years) / (2.0 * relaxation)
    return float(0.5 * np.sum(weights * np.exp(0.5 * churn_slope * churn_slope * variance)))


def yearly_churn(hazard: float, churn_slope: float, factor: float) -> float:
    """Share that leaves within a year at yearly `hazard`: mean over n of 1 - exp(-h e^(-slope n) factor)."""
    nodes, weights = norm_nodes()
    return float(-np.sum(weights * np.expm1(-hazard * factor * np.exp(-churn_slope * nodes))))


def solve_hazard(churn: float, churn_slope: float, factor: float) -> float:
    """Yearly hazard h0 whose expected twelve-month churn is `churn` (0..1); bisection on its logarithm.

    The fragile leave first, so a closed form at time 0 would be too low: the mean is taken over dispositions
    n and, by `factor` (see `heterogeneity`), over what everyday service does to them under the reference
    operation.
    """
    if churn <= 0.0:
        return 0.0
    target = min(churn, HIGHEST_CHURN)
    low, high = -60.0, 60.0
    for _ in range(100):
        middle = 0.5 * (low + high)
        if yearly_churn(math.exp(middle), churn_slope, factor) < target:
            low = middle
        else:
            high = middle
    return math.exp(0.5 * (low + high))


def score_cut(share_below: float) -> float:
    """Score under which this share of a standard normal base lies; infinite at 0 and 1."""
    if share_below <= 0.0:
        return -math.inf
    return math.inf if share_below >= 1.0 else float(normal_quantile(share_below))


def segment_rows(
    segments: Mapping[str, Segment],
    churn_slope: float,
    half_life_d: float,
    jump_rates: Mapping[str, float],
    horizon_s: float = 0.0,
) -> Table:
    """SEGMENT rows, customers numbered in one run per segment; `jump_rates` of `heterogeneity` by segment.

    Prospects, enough for so long a horizon, are numbered behind the customers of their segment.
    """
    rows = np.zeros(len(segments), SEGMENT)
    first = first_prospect = 0
    for row, (name, segment) in zip(rows, segments.items(), strict=True):
        factor = heterogeneity(churn_slope, half_life_d, jump_rates.get(name, 0.0))
        row["first_customer"], row["customers"] = first, segment.customers
        row["key"] = name_key("customers", name)
        row["margin"] = segment.yearly_margin
        row["value_sigma"] = math.sqrt(math.log1p(segment.value_cv**2))
        row["hazard"] = solve_hazard(segment.yearly_churn, churn_slope, factor) / YEAR
        row["usual_hazard"], row["wallet_rest"] = row["hazard"], 1.0
        row["detractor_below"] = score_cut(segment.detractors)
        row["promoter_above"] = score_cut(1.0 - segment.promoters)
        row["patience_factor"], row["expectation"] = segment.patience_factor, segment.expectation
        row["prospects"], row["first_prospect"] = prospects_of(segment, horizon_s), first_prospect
        row["joining"] = segment.acquired_per_year * segment.customers / YEAR
        first += segment.customers + int(row["prospects"])
        first_prospect += int(row["prospects"])
        fill_tier(row, segment)
    return rows
