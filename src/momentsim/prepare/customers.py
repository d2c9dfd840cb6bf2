"""Segments: cuts of loyalty classes, spread of value, and the churn hazard under the reference operation."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import SEGMENT, YEAR, Table
from momentsim.draws import name_key, normal_quantile
from momentsim.prepare.bond import LAW_POINTS
from momentsim.prepare.recovery import fill_tier
from momentsim.prepare.reference import Reference, SegmentReference
from momentsim.rules.grievances import lean_of
from momentsim.scenario.sections.customers import prospects_of
from momentsim.scenario.types import Segment

SMALLEST_SPREAD = 1e-9
EVEN_NORMS = 4001
NORM_NODES = 64
"""Nodes of the Gauss-Hermite rule over n ~ N(0,1); 32 already agree to 12 digits for churn slopes below 1."""
HIGHEST_CHURN = 1.0 - 1e-9
"""A yearly churn of 100 % is read as this: a hazard must be finite."""


@functools.cache
def norm_nodes() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Nodes and weights (sum 1) of the Gauss-Hermite rule for a standard normal variable."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NORM_NODES)
    return nodes, weights / weights.sum()


def yearly_churn(
    hazard: float, churn_slope: float, bond: SegmentReference, leans: npt.NDArray[np.float64]
) -> float:
    """Share that leaves within a year at yearly `hazard`: mean over n of 1 - E exp(-h e^(-slope (n + lean)) A).

    A, what a customer's bond multiplies the hazard by over the year, has the mean and the relative variance of the
    reference operation (`bond.churn_factor`, `churn_spread`); its law is taken for a gamma law. `leans` are those of
    behaviour at the nodes of the norm.
    """
    nodes, weights = norm_nodes()
    rates = hazard * bond.churn_factor * np.exp(-churn_slope * (nodes + leans))
    spread = bond.churn_spread
    stayed = -rates if spread < SMALLEST_SPREAD else -np.log1p(spread * rates) / spread
    return float(-np.sum(weights * np.expm1(stayed)))


def solve_hazard(churn: float, values: Mapping[str, float], bond: SegmentReference) -> float:
    """Yearly hazard h0 whose expected twelve-month churn is `churn` (0..1); bisection on its logarithm.

    Hazards add up over time: for the share of any other time it gives the hazard of that time.

    The fragile leave first, so a closed form at time 0 would be too low: the mean is taken over dispositions
    n and over what everyday service does to bonds under the reference operation: observed churn has it in it.
    """
    if churn <= 0.0:
        return 0.0
    target = min(churn, HIGHEST_CHURN)
    leans = values["kappa"] * leans_of(norm_nodes()[0], values, bond)
    low, high = -60.0, 60.0
    for _ in range(100):
        middle = 0.5 * (low + high)
        if yearly_churn(math.exp(middle), values["churn_slope"], bond, leans) < target:
            low = middle
        else:
            high = middle
    return math.exp(0.5 * (low + high))


def leans_of(
    norms: npt.NDArray[np.float64], values: Mapping[str, float], bond: SegmentReference
) -> npt.NDArray[np.float64]:
    """Mean attitudes in the calm of customers of these norms."""
    if bond.promise_lean == 0.0 == bond.product_lean:
        return np.zeros(len(norms))
    promise, product = bond.promise_lean, bond.product_lean
    amplify, buffer = values["amplify_promise"], values["buffer_product"]
    return np.array([lean_of(float(norm), promise, product, amplify, buffer) for norm in norms])


@functools.cache
def even_norms() -> npt.NDArray[np.float64]:
    """Norms, equally likely, that stand for all."""
    shares = (np.arange(EVEN_NORMS) + 0.5) / EVEN_NORMS
    return np.array([float(normal_quantile(float(share))) for share in shares])


def score_cut(share_below: float, values: Mapping[str, float], bond: SegmentReference) -> float:
    """Score n + x under which this share of the base lies at the start; infinite at 0 and 1."""
    if share_below <= 0.0:
        return -math.inf
    if share_below >= 1.0:
        return math.inf
    if not any(bond.attitude_law):
        return float(normal_quantile(share_below))
    scores = even_norms() + leans_of(even_norms(), values, bond)
    places = np.linspace(0.0, 1.0, len(bond.attitude_law))
    low, high = -20.0, 20.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        if float(np.interp(middle - scores, bond.attitude_law, places).mean()) < share_below:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def segment_rows(
    segments: Mapping[str, Segment], values: Mapping[str, float], reference: Reference, horizon_s: float = 0.0
) -> Table:
    """SEGMENT rows, customers numbered in one run per segment.

    Prospects, enough for so long a horizon, are numbered behind the customers of their segment.
    """
    rows = np.zeros(len(segments), SEGMENT)
    first = first_prospect = 0
    for row, (name, segment) in zip(rows, segments.items(), strict=True):
        bond = reference.segment(name)
        row["first_customer"], row["customers"] = first, segment.customers
        row["key"] = name_key("customers", name)
        row["margin"] = segment.yearly_margin
        row["value_sigma"] = math.sqrt(math.log1p(segment.value_cv**2))
        churn, months = segment.observed_churn
        row["hazard"] = solve_hazard(churn, values, bond) * (12 / months) / YEAR
        row["usual_hazard"] = row["hazard"] * bond.usual_factor
        row["observed_hazard"] = row["hazard"] * bond.churn_factor
        row["observed_spread"] = bond.churn_spread if bond.churn_spread >= SMALLEST_SPREAD else 0.0
        row["usual_over_rest"] = bond.usual_factor * math.exp(
            values["churn_slope"] * values["kappa"] * bond.rest
        )
        row["attitude_rest"], row["behaviour_rest"] = bond.rest, values["kappa"] * bond.rest
        row["promise_lean"], row["product_lean"] = bond.promise_lean, bond.product_lean
        row["grievance"], row["wallet_rest"] = bond.grievance, bond.wallet_rest
        row["detractor_below"] = score_cut(segment.detractors, values, bond)
        row["promoter_above"] = score_cut(1.0 - segment.promoters, values, bond)
        row["patience_factor"], row["expectation"] = segment.patience_factor, segment.expectation
        row["prospects"], row["first_prospect"] = prospects_of(segment, horizon_s), first_prospect
        row["joining"] = segment.acquired_per_year * segment.customers / YEAR
        first += segment.customers + int(row["prospects"])
        first_prospect += int(row["prospects"])
        fill_tier(row, segment)
    return rows


def attitude_laws(segments: Mapping[str, Segment], reference: Reference) -> npt.NDArray[np.float64]:
    """[segments x quantiles] of attitudes at the start; all 0 where nothing is known."""
    laws = [reference.segment(name).attitude_law or (0.0,) * LAW_POINTS for name in segments]
    return np.array(laws, np.float64)
