"""Laws of durations as rows for the engine: one row a law, the parts of a mixture in consecutive rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from momentsim.compiler.decorators import compiled
from momentsim.contract.plan import LAW, SECOND, Family, Table
from momentsim.rules.durations import (
    SCORE_LIMIT,
    SCORE_STEP,
    SCORE_STEPS,
    part_share,
    straight,
    table_place,
    table_quantile,
    two_number_quantile,
)
from momentsim.scenario.laws import distributions as known
from momentsim.scenario.laws.law_figures import distribution_of
from momentsim.scenario.types import Law

_SQRT_2_PI: Final = math.sqrt(2.0 * math.pi)


class LawBook:
    """Collects laws while a scenario is lowered; equal laws share a row."""

    def __init__(self, samples: Mapping[str, Any]) -> None:
        self._files = samples
        self._rows: list[npt.NDArray[np.void]] = []
        self._samples: list[npt.NDArray[np.float64]] = []
        self._places: dict[Law, int] = {}
        self._gamma_tables: dict[float, int] = {}

    def add(self, law: Law | None) -> int:
        """Row of `law`; -1 for no law."""
        if law is None:
            return -1
        if law not in self._places:
            self._places[law] = self._reserve(1)
            self._fill(self._places[law], distribution_of(law, self._files))
        return self._places[law]

    def mean(self, row: int) -> float:
        """Mean of the law in a row, microseconds."""
        return float(self._rows[row]["mean"])

    def table(self) -> Table:
        """All rows, LAW."""
        return np.array([row[()] for row in self._rows], LAW)

    def samples(self) -> npt.NDArray[np.float64]:
        """Samples of all empirical laws, microseconds, sorted within each law, and tables of gamma laws."""
        return np.concatenate([np.zeros(0), *self._samples])

    def _reserve(self, rows: int) -> int:
        first = len(self._rows)
        self._rows += [np.zeros((), LAW) for _ in range(rows)]
        return first

    def _fill(self, row_number: int, law: known.Distribution) -> None:
        row = self._rows[row_number]
        row["weight"] = 1.0
        row["mean"] = law.mean * SECOND
        if isinstance(law, known.Mixture):
            self._fill_mixture(row, law)
        elif isinstance(law, known.Empirical):
            durations = np.array(law.observed) * SECOND
            row["family"], row["count"] = Family.EMPIRICAL, len(durations)
            row["first"] = self._keep(durations)
        elif isinstance(law, known.Gamma):
            row["family"], row["a"], row["count"] = Family.GAMMA, law.scale * SECOND, SCORE_STEPS
            row["first"] = self._gamma_table(law.shape)
        else:
            _fill_closed(row, law)

    def _fill_mixture(self, row: npt.NDArray[np.void], law: known.Mixture) -> None:
        first = self._reserve(len(law.parts))
        row["family"], row["first"], row["count"] = Family.MIXTURE, first, len(law.parts)
        for offset, (weight, part) in enumerate(zip(law.weights, law.parts, strict=True)):
            self._fill(first + offset, part)
            self._rows[first + offset]["weight"] = weight
        rows = self._rows[first : first + len(law.parts)]
        row["mean"] = sum(float(part["weight"] * part["mean"]) for part in rows)

    def _keep(self, values: npt.NDArray[np.float64]) -> int:
        first = sum(len(samples) for samples in self._samples)
        self._samples.append(values)
        return first

    def _gamma_table(self, shape: float) -> int:
        """First sample of the table of a shape; laws of equal shape share it."""
        if shape not in self._gamma_tables:
            self._gamma_tables[shape] = self._keep(gamma_table(shape))
        return self._gamma_tables[shape]


def gamma_table(shape: float) -> npt.NDArray[np.float64]:
    """Quantiles of the gamma law of scale 1: at each score its logarithm, and the slope by step.

    y = ln x(z) solves P(shape, x) = Phi(z), so dy/dz = phi(z) / (x f(x)). Far below, where x itself is no
    number any more, P(shape, x) = x^shape / Gamma(shape + 1).
    """
    from scipy.special import gammainccinv, gammaincinv, gammaln, log_ndtr, ndtr

    scores = np.linspace(-SCORE_LIMIT, SCORE_LIMIT, SCORE_STEPS + 1)
    logarithms = (log_ndtr(scores) + gammaln(shape + 1.0)) / shape
    plain = logarithms > math.log(1e-18 * shape)
    low, high = plain & (scores <= 0), scores > 0
    logarithms[low] = np.log(gammaincinv(shape, ndtr(scores[low])))
    logarithms[high] = np.log(gammainccinv(shape, ndtr(-scores[high])))
    log_density = shape * logarithms - np.exp(logarithms) - gammaln(shape)  # of ln x
    slopes = np.exp(-0.5 * scores**2 - log_density) / _SQRT_2_PI
    return np.stack([logarithms, slopes * SCORE_STEP], axis=1).ravel()


def _fill_closed(row: npt.NDArray[np.void], law: known.Distribution) -> None:
    """A row of a law that two numbers describe."""
    if isinstance(law, known.Lognormal):
        median = law.median_s * SECOND
        row["family"], row["a"], row["b"] = Family.LOGNORMAL, math.log(median), law.sigma
        row["mean"] = median * math.exp(0.5 * law.sigma * law.sigma)
    elif isinstance(law, known.Exponential) and law.mean_s > 0:
        row["family"], row["a"] = Family.EXPONENTIAL, law.mean_s * SECOND
    elif isinstance(law, known.Weibull):
        row["family"], row["a"], row["b"] = Family.WEIBULL, law.scale * SECOND, 1.0 / law.shape
    elif isinstance(law, known.Uniform):
        row["family"], row["a"], row["b"] = Family.UNIFORM, law.low * SECOND, (law.high - law.low) * SECOND
    elif isinstance(law, known.Never):
        row["family"], row["a"] = Family.NEVER, math.inf
    else:
        row["family"], row["a"] = Family.CONSTANT, law.mean * SECOND


@compiled
def quantiles(
    laws: npt.NDArray[np.void], samples: npt.NDArray[np.float64], law: int, shares: npt.NDArray[np.float64]
) -> None:
    """Replace each share 0..1 by the quantile of a law, microseconds (infinite without end), in place."""
    for index in range(len(shares)):
        shares[index] = quantile(laws, samples, law, shares[index])


@compiled
def quantile(laws: npt.NDArray[np.void], samples: npt.NDArray[np.float64], law: int, share: float) -> float:
    """Quantile of one law; a mixture takes its part by the place of `share` among the cumulated weights."""
    row = laws[law]
    if row["family"] == Family.MIXTURE:
        part = row["first"]
        last = part + row["count"] - 1
        while part < last and share >= laws[part]["weight"]:
            share -= laws[part]["weight"]
            part += 1
        row = laws[part]
        share = part_share(share, row["weight"])
    if row["family"] == Family.EMPIRICAL:
        step, rest = straight(share, row["count"] - 1)
        low, high = row["first"] + step, row["first"] + min(step + 1, row["count"] - 1)
        return float((1.0 - rest) * samples[low] + rest * samples[high])
    if row["family"] == Family.GAMMA:
        step, rest = table_place(share)
        at = row["first"] + 2 * step
        return table_quantile(rest, samples[at], samples[at + 1], samples[at + 2], samples[at + 3], row["a"])
    return two_number_quantile(row["family"], share, row["a"], row["b"])
