"""Laws of durations as rows for the engine: one row a law, the parts of a mixture in consecutive rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from momentsim.compiled import compiled
from momentsim.plan import LAW, NEVER, SECOND, Family, Table
from momentsim.rules.durations import exponential_quantile, lognormal_quantile
from momentsim.scenario.types import Law

_NEVER: Final = int(Family.NEVER)
_CONSTANT: Final = int(Family.CONSTANT)
_EXPONENTIAL: Final = int(Family.EXPONENTIAL)
_LOGNORMAL: Final = int(Family.LOGNORMAL)
_MIXTURE: Final = int(Family.MIXTURE)
DEFAULT_CV: Final = 1.0
"""Of a lognormal law given by its mean only: sigma 0.83 of handling times (E2.6.1, Brown et al. 2005)."""


class LawBook:
    """Collects laws while a scenario is lowered; equal laws share a row."""

    def __init__(self, samples: Mapping[str, Any]) -> None:
        self._files = samples
        self._rows: list[npt.NDArray[np.void]] = []
        self._samples: list[npt.NDArray[np.float64]] = []
        self._places: dict[Law, int] = {}

    def add(self, law: Law | None) -> int:
        """Row of `law`; -1 for no law."""
        if law is None:
            return -1
        if law not in self._places:
            self._places[law] = self._reserve(1)
            self._fill(self._places[law], law, 1.0)
        return self._places[law]

    def mean(self, row: int) -> float:
        """Mean of the law in a row, microseconds."""
        return float(self._rows[row]["mean"])

    def table(self) -> Table:
        """All rows, LAW."""
        return np.array([row[()] for row in self._rows], LAW)

    def samples(self) -> npt.NDArray[np.float64]:
        """Samples of all empirical laws, microseconds, sorted within each law."""
        return np.concatenate([np.zeros(0), *self._samples])

    def _reserve(self, rows: int) -> int:
        first = len(self._rows)
        self._rows += [np.zeros((), LAW) for _ in range(rows)]
        return first

    def _fill(self, place: int, law: Law, weight: float) -> None:
        row = self._rows[place]
        row["weight"] = weight
        if law.distribution == "mixture":
            self._fill_mixture(row, law)
        elif law.distribution == "empirical":
            self._fill_empirical(row, law)
        elif law.distribution == "never":
            row["family"], row["a"], row["mean"] = Family.NEVER, math.inf, math.inf
        elif law.distribution == "lognormal":
            _fill_lognormal(row, *lognormal_shape(law))
        else:
            _fill_scale(row, law)

    def _fill_mixture(self, row: npt.NDArray[np.void], law: Law) -> None:
        parts = [part for part in law.parts or () if part.weight > 0]
        total = sum(part.weight for part in parts)
        first = self._reserve(len(parts))
        row["family"], row["first"], row["count"] = Family.MIXTURE, first, len(parts)
        for offset, part in enumerate(parts):
            self._fill(first + offset, part.law, part.weight / total)
        rows = self._rows[first : first + len(parts)]
        row["mean"] = sum(float(part["weight"] * part["mean"]) for part in rows)

    def _fill_empirical(self, row: npt.NDArray[np.void], law: Law) -> None:
        durations = np.sort(np.asarray(self._files[law.file or ""], np.float64)) * SECOND
        row["family"], row["count"] = Family.EMPIRICAL, len(durations)
        row["first"] = sum(len(samples) for samples in self._samples)
        row["mean"] = (durations[1:] + durations[:-1]).mean() / 2 if len(durations) > 1 else durations[0]
        self._samples.append(durations)


@compiled
def quantiles(
    laws: npt.NDArray[np.void], samples: npt.NDArray[np.float64], law: int, shares: npt.NDArray[np.float64]
) -> None:
    """Replace each share 0..1 by the quantile of a law, microseconds (NEVER: without end), in place."""
    for place in range(len(shares)):
        shares[place] = quantile(laws, samples, law, shares[place])


@compiled
def quantile(laws: npt.NDArray[np.void], samples: npt.NDArray[np.float64], law: int, share: float) -> float:
    """Quantile of one law; a mixture takes its part by the place of `share` among the cumulated weights."""
    row = laws[law]
    if row["family"] == _MIXTURE:
        part = row["first"]
        last = part + row["count"] - 1
        while part < last and share >= laws[part]["weight"]:
            share -= laws[part]["weight"]
            part += 1
        row = laws[part]
        share = min(max(share / row["weight"], 1e-17), 1.0 - 1e-16)
    family = row["family"]
    if family == _EXPONENTIAL:
        return exponential_quantile(share, row["a"])
    if family == _LOGNORMAL:
        return lognormal_quantile(share, row["a"], row["b"])
    if family == _CONSTANT:
        return float(row["a"])
    if family == _NEVER:
        return float(NEVER)
    place = share * (row["count"] - 1)
    below = row["first"] + min(int(place), max(row["count"] - 2, 0))
    above = min(below + 1, row["first"] + row["count"] - 1)
    return float(samples[below] + (samples[above] - samples[below]) * (place - (below - row["first"])))


def lognormal_shape(law: Law) -> tuple[float, float]:
    """Median in microseconds and sigma of the logarithm."""
    cv = DEFAULT_CV if law.cv is None else law.cv
    sigma = law.sigma if law.sigma is not None else math.sqrt(math.log1p(cv * cv))
    of_mean = (law.mean or 0.0) * math.exp(-0.5 * sigma * sigma)
    return (of_mean if law.median is None else law.median) * SECOND, sigma


def _fill_lognormal(row: npt.NDArray[np.void], median: float, sigma: float) -> None:
    """A lognormal row; a constant one where there is no spread, so that compiled code meets no log of 0."""
    row["mean"] = median * math.exp(0.5 * sigma * sigma)
    if sigma == 0.0 or median == 0.0:
        row["family"], row["a"] = Family.CONSTANT, median
    else:
        row["family"], row["a"], row["b"] = Family.LOGNORMAL, math.log(median), sigma


def _fill_scale(row: npt.NDArray[np.void], law: Law) -> None:
    """A constant or exponential row, from its mean or its median."""
    mean = law.mean
    if mean is None:
        mean = law.median or 0.0
        mean = mean / math.log(2.0) if law.distribution == "exponential" else mean
    spread = law.distribution == "exponential" and mean > 0
    row["family"] = Family.EXPONENTIAL if spread else Family.CONSTANT
    row["a"] = row["mean"] = mean * SECOND
