"""Days that remember: what comes on a day, and on the days after it, against the gamma law and its Gaussian copula.

Two standard normal scores with correlation r make two gamma factors whose covariance is the sum of c_n^2 r^n over
n >= 1, with c_n the coefficients of the factor in normalised Hermite polynomials of the score (Mehler). Scores of
dates n days apart have correlation r = day_factor_correlation^n, closed days among them. Given the factors counts
are Poisson, so with m moments on a usual day the variance of a day's count is m + m^2 cv^2, and the covariance of two
days m^2 times that of their factors.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from momentsim.contract.plan import DAY, MINUTE
from momentsim.fit import count_table
from momentsim.fit.busyness import fit_busyness, relative_covariances
from momentsim.measures.statistics import estimate, interval
from momentsim.prepare import Blueprint, Reference, lower, prepare
from momentsim.validation.proof import (
    Proof,
    SampledEstimate,
    half_widths_allowed,
    prove_equal,
    prove_estimate,
)
from momentsim.validation.simulation import FloatArray, load_text
from momentsim.validation.texts import DAY_MEMORY

CASE: Final = "day_memory"
FIRST: Final = datetime(2024, 1, 1)
REPLICATIONS: Final = 40
HALF_HOURS: Final = 48
APART: Final = (1, 3, 7)
WIDEST_CORRELATION: Final = 0.04
"""Largest half-width of a correlation that proves anything."""
BIAS: Final = {"fitted day_factor_cv": 0.008, "fitted day_factor_correlation": 0.02}
"""How far the fit of two years may be off on average, beyond chance."""
LATER_D: Final = 100
"""Days by which the second start is later."""


def day_memory_proofs() -> list[Proof]:
    """Mean, spread and correlation of days, the numbers that the fit finds, and the same dates from a later start."""
    blueprint = _blueprint(FIRST)
    counts = np.array([_half_hours(blueprint, number) for number in range(1, REPLICATIONS + 1)])
    demand = blueprint.volumes.busyness
    per_day = demand.volumes["call"].per_day or 0.0
    squares = hermite_squares(demand.day_factor_cv)
    variance = demand.day_factor_cv**2
    days = counts.sum(axis=2) / per_day - 1.0
    proofs = [
        prove_estimate(
            CASE, "moments a day", "moments", per_day, _sampled(per_day * (1.0 + days.mean(axis=1)))
        ),
        _prove(
            "variance to mean of a day",
            "ratio",
            1.0 + per_day * variance,
            1.0 + per_day * _spread(days, per_day),
        ),
    ]
    for apart in APART:
        exact = covariance(squares, demand.day_factor_correlation**apart) / variance
        products = (days[:, apart:] * days[:, :-apart]).mean(axis=1) / variance
        proofs.append(_prove(f"correlation of dates {apart} apart", "correlation", exact, products))
    return [
        *proofs,
        *_proofs_of_fit(counts, demand.day_factor_cv, demand.day_factor_correlation),
        _later_start(),
    ]


def hermite_squares(cv: float, terms: int = 40) -> FloatArray:
    """Squares of the coefficients of a gamma factor with mean 1 in normalised Hermite polynomials, from n = 1 on."""
    from scipy.special import gammaincinv, ndtr

    scores = np.linspace(-8.0, 8.0, 4001)
    density = np.exp(-(scores**2) / 2.0) / math.sqrt(2.0 * math.pi) * (scores[1] - scores[0])
    shape = 1.0 / cv**2
    factor = gammaincinv(shape, ndtr(scores)) / shape * density
    before, here = np.zeros_like(scores), np.ones_like(scores)
    squares = []
    for order in range(1, terms + 1):
        before, here = here, (scores * here - math.sqrt(order - 1.0) * before) / math.sqrt(order)
        squares.append(float(factor @ here) ** 2)
    return np.array(squares)


def covariance(squares: FloatArray, correlation: float) -> float:
    """Covariance of two factors whose scores have this correlation."""
    return float(squares @ correlation ** np.arange(1, len(squares) + 1))


def _blueprint(start: datetime) -> Blueprint:
    loaded = load_text(DAY_MEMORY, overrides=[f"start={start:%Y-%m-%d} 00:00"])
    return lower(loaded, Reference.neutral(loaded.scenario.moments))


def _half_hours(blueprint: Blueprint, replication: int) -> FloatArray:
    """Moments by date and half hour, as the engine would get them."""
    prepared = prepare(blueprint, replication)
    counts = [
        np.bincount(
            (prepared.moments_of_day(day)["began"] - day * DAY) // (30 * MINUTE), minlength=HALF_HOURS
        )
        for day in range(prepared.days)
    ]
    return np.array(counts, np.float64)


def _spread(days: FloatArray, per_day: float) -> FloatArray:
    """Squared CV of the day factor by replication: the mean is known, and Poisson noise is taken off."""
    return np.asarray((days**2).mean(axis=1) - 1.0 / per_day)


def _sampled(values: FloatArray) -> SampledEstimate:
    estimated = estimate(values[:, None])
    low, high = interval(estimated)
    return SampledEstimate(float(estimated.value[0]), float(high[0] - low[0]) / 2, len(values))


def _prove(figure: str, unit: str, exact: float, values: FloatArray, *, bias: float = 0.0) -> Proof:
    found = _sampled(values)
    return Proof(
        case=CASE,
        figure=figure,
        unit=unit,
        exact=exact,
        found=found.value,
        half_width=found.half_width,
        widest=WIDEST_CORRELATION * max(1.0, abs(exact)),
        tolerance=half_widths_allowed(found.replications) * found.half_width + bias,
        replications=found.replications,
    )


def _proofs_of_fit(counts: FloatArray, cv: float, correlation: float) -> list[Proof]:
    times = [
        FIRST + timedelta(days=day, minutes=30 * half)
        for day in range(counts.shape[1])
        for half in range(HALF_HOURS)
    ]
    tables = [count_table(zip(times, one.ravel().tolist(), strict=True)) for one in counts]
    fits = [fit_busyness(relative_covariances(table)) for table in tables]
    known = {"fitted day_factor_cv": cv, "fitted day_factor_correlation": correlation}
    found = (
        np.array([fit.day_factor_cv for fit in fits]),
        np.array([fit.day_factor_correlation for fit in fits]),
    )
    return [
        _prove(figure, "CV" if figure.endswith("cv") else "correlation", exact, values, bias=BIAS[figure])
        for (figure, exact), values in zip(known.items(), found, strict=True)
    ]


def _later_start() -> Proof:
    """Half hours with the same count on every date that both starts touch: all of them."""
    whole, later = (_half_hours(_blueprint(FIRST + timedelta(days=days)), 1) for days in (0, LATER_D))
    same = int((whole[LATER_D:] == later[: len(whole) - LATER_D]).sum())
    return prove_equal(CASE, "half hours alike from a later start", "half hours", whole[LATER_D:].size, same)
