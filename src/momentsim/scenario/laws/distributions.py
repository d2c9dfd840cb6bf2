"""Distributions of durations and what is known of them exactly: mean, variance, median, quantiles, survival.

One class a family, in seconds, over numbers or arrays. The engine draws from rows made of these
(`momentsim.prepare.laws`); checks, proofs and `momentsim explain` ask them. Formulas: N. L. Johnson, S. Kotz and
N. Balakrishnan, "Continuous univariate distributions" (1994), volumes 1 and 2.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]
_FAR_S = 1e15  # thirty million years: where a search for a quantile gives up
_HALVINGS = 110  # of an interval of 1e15 s: down to the last digit of a double


class Distribution(ABC):
    """A law of durations from 0 up, in seconds. Shares are 0..1."""

    @property
    @abstractmethod
    def mean(self) -> float:
        """Mean, seconds; infinite when it may never end."""

    @property
    @abstractmethod
    def variance(self) -> float:
        """Variance, square seconds; infinite when it may never end."""

    @abstractmethod
    def survival(self, time: npt.ArrayLike) -> FloatArray:
        """Share of durations longer than `time` (seconds), accurate in the tail."""

    @abstractmethod
    def quantile(self, share: npt.ArrayLike) -> FloatArray:
        """The shortest duration (seconds) that at least this share of durations does not exceed."""

    @abstractmethod
    def excess(self, limit: float) -> float:
        """Mean time beyond `limit` (seconds), E[max(T - limit, 0)]: by how much the mean falls when cut there."""

    def share_beyond(self, limit: float) -> float:
        """Share of the mean (0..1) that is lost when durations are cut at `limit` seconds; 0 without a mean."""
        return self.excess(limit) / self.mean if 0.0 < self.mean < math.inf else 0.0

    def cdf(self, time: npt.ArrayLike) -> FloatArray:
        """Share of durations of at most `time` (seconds): the distribution function."""
        return np.asarray(1.0 - self.survival(time))

    @property
    def cv(self) -> float:
        """Coefficient of variation, SD over mean; 0 for no time at all, NaN when it may never end."""
        if math.isinf(self.mean):
            return math.nan
        return math.sqrt(self.variance) / self.mean if self.mean > 0 else 0.0

    @property
    def median(self) -> float:
        """Median, seconds."""
        return float(self.quantile(0.5))


@dataclass(frozen=True)
class Never(Distribution):
    """Without end."""

    @property
    def mean(self) -> float:
        return math.inf

    @property
    def variance(self) -> float:
        return math.inf

    def excess(self, limit: float) -> float:
        return math.inf

    def survival(self, time: npt.ArrayLike) -> FloatArray:
        return np.ones_like(_array(time))

    def quantile(self, share: npt.ArrayLike) -> FloatArray:
        return np.full_like(_array(share), math.inf)


@dataclass(frozen=True)
class Constant(Distribution):
    """Always the same `value`, seconds."""

    value: float

    @property
    def mean(self) -> float:
        return self.value

    @property
    def variance(self) -> float:
        return 0.0

    def excess(self, limit: float) -> float:
        return max(self.value - limit, 0.0)

    def survival(self, time: npt.ArrayLike) -> FloatArray:
        return np.where(_array(time) < self.value, 1.0, 0.0)

    def quantile(self, share: npt.ArrayLike) -> FloatArray:
        return np.full_like(_array(share), self.value)


@dataclass(frozen=True)
class Exponential(Distribution):
    """Exponential with `mean` seconds: S(t) = exp(-t / mean)."""

    mean_s: float

    @property
    def mean(self) -> float:
        return self.mean_s

    @property
    def variance(self) -> float:
        return self.mean_s**2

    def excess(self, limit: float) -> float:
        return self.mean_s * float(self.survival(limit))

    def survival(self, time: npt.ArrayLike) -> FloatArray:
        return np.asarray(np.exp(-_from_0(time) / self.mean_s))

    def quantile(self, share: npt.ArrayLike) -> FloatArray:
        return np.asarray(-self.mean_s * np.log1p(-_array(share)))


@dataclass(frozen=True)
class Lognormal(Distribution):
    """Lognormal: the logarithm is normal with mean ln `median_s` and SD `sigma` (above 0)."""

    median_s: float
    sigma: float

    @property
    def mean(self) -> float:
        return self.median_s * math.exp(0.5 * self.sigma**2)

    @property
    def variance(self) -> float:
        return self.mean**2 * math.expm1(self.sigma**2)

    def excess(self, limit: float) -> float:
        """The integral of the density is Phi again, moved by sigma."""
        from scipy.special import ndtr

        score = math.log(limit / self.median_s) / self.sigma
        beyond = self.mean * float(ndtr(self.sigma - score)) - limit * float(ndtr(-score))
        return max(beyond, 0.0)

    def survival(self, time: npt.ArrayLike) -> FloatArray:
        from scipy.special import ndtr

        with np.errstate(divide="ignore"):
            return np.asarray(ndtr(-np.log(_from_0(time) / self.median_s) / self.sigma))

    def quantile(self, share: npt.ArrayLike) -> FloatArray:
        from scipy.special import ndtri

        return np.asarray(self.median_s * np.exp(self.sigma * ndtri(_array(share))))


@dataclass(frozen=True)
class Gamma(Distribution):
    """Gamma, density ~ t^(shape-1) exp(-t/scale), `scale` in seconds; Erlang when `shape` is whole."""

    shape: float
    scale: float

    @property
    def mean(self) -> float:
        return self.shape * self.scale

    @property
    def variance(self) -> float:
        return self.shape * self.scale**2

    def excess(self, limit: float) -> float:
        """t times the density is that of shape + 1."""
        from scipy.special import gammaincc

        place = limit / self.scale
        beyond = self.mean * gammaincc(self.shape + 1.0, place) - limit * gammaincc(self.shape, place)
        return max(float(beyond), 0.0)

    def survival(self, time: npt.ArrayLike) -> FloatArray:
        from scipy.special import gammaincc

        return np.asarray(gammaincc(self.shape, _from_0(time) / self.scale))

    def quantile(self, share: npt.ArrayLike) -> FloatArray:
        from scipy.special import gammainccinv, gammaincinv

        share = _array(share)
        upper = share > 0.5
        values = np.where(upper, gammainccinv(self.shape, 1.0 - share), gammaincinv(self.shape, share))
        return np.asarray(self.scale * values)


@dataclass(frozen=True)
class Weibull(Distribution):
    """Weibull: S(t) = exp(-(t / scale)^shape), `scale` in seconds."""

    shape: float
    scale: float

    @property
    def mean(self) -> float:
        return self.scale * math.gamma(1.0 + 1.0 / self.shape)

    @property
    def variance(self) -> float:
        return self.mean**2 * weibull_square_cv(self.shape)

    def excess(self, limit: float) -> float:
        """With v = (t / scale)^shape the integral of t times the density is an incomplete gamma function."""
        from scipy.special import gammaincc

        with np.errstate(over="ignore"):
            place = float(np.power(limit / self.scale, self.shape))
        beyond = self.mean * float(gammaincc(1.0 + 1.0 / self.shape, place)) - limit * math.exp(-place)
        return max(beyond, 0.0)

    def survival(self, time: npt.ArrayLike) -> FloatArray:
        return np.asarray(np.exp(-((_from_0(time) / self.scale) ** self.shape)))

    def quantile(self, share: npt.ArrayLike) -> FloatArray:
        return np.asarray(self.scale * (-np.log1p(-_array(share))) ** (1.0 / self.shape))


def weibull_square_cv(shape: float) -> float:
    """Squared coefficient of variation of the Weibull law, without loss of digits for large shapes."""
    return math.expm1(math.lgamma(1.0 + 2.0 / shape) - 2.0 * math.lgamma(1.0 + 1.0 / shape))


@dataclass(frozen=True)
class Uniform(Distribution):
    """Uniform from `low` to `high`, seconds."""

    low: float
    high: float

    @property
    def mean(self) -> float:
        return (self.low + self.high) / 2

    @property
    def variance(self) -> float:
        return (self.high - self.low) ** 2 / 12

    def excess(self, limit: float) -> float:
        return _excess_between(self.low, self.high, limit)

    def survival(self, time: npt.ArrayLike) -> FloatArray:
        return np.clip((self.high - _array(time)) / (self.high - self.low), 0.0, 1.0)

    def quantile(self, share: npt.ArrayLike) -> FloatArray:
        return np.asarray(self.low + (self.high - self.low) * _array(share))


@dataclass(frozen=True)
class Empirical(Distribution):
    """Observed durations in seconds, sorted: between two neighbours every duration is equally likely.

    So it runs from the smallest to the largest, and its mean is that of the midpoints of neighbours.
    """

    observed: tuple[float, ...]

    @property
    def mean(self) -> float:
        low, high = self._neighbours()
        return float((low + high).mean() / 2)

    @property
    def variance(self) -> float:
        low, high = self._neighbours()
        away_low, away_high = low - self.mean, high - self.mean
        return float((away_low**2 + away_low * away_high + away_high**2).mean() / 3)

    def excess(self, limit: float) -> float:
        low, high = self._neighbours()
        pieces = zip(low.tolist(), high.tolist(), strict=True)
        return math.fsum(_excess_between(*piece, limit) for piece in pieces) / len(low)

    def survival(self, time: npt.ArrayLike) -> FloatArray:
        time, observed = _array(time), np.array(self.observed)
        last = len(observed) - 1
        below = np.searchsorted(observed, time, side="right") - 1
        if last == 0:
            return np.where(below < 0, 1.0, 0.0)
        piece = np.clip(below, 0, last - 1)
        width = observed[piece + 1] - observed[piece]
        share = np.where(width > 0, (time - observed[piece]) / np.where(width > 0, width, 1.0), 1.0)
        return np.where(below < 0, 1.0, np.where(below >= last, 0.0, 1.0 - (piece + share) / last))

    def quantile(self, share: npt.ArrayLike) -> FloatArray:
        places = np.linspace(0.0, 1.0, len(self.observed))
        return np.asarray(np.interp(_array(share), places, self.observed))

    def _neighbours(self) -> tuple[FloatArray, FloatArray]:
        observed = np.array(self.observed)
        return (observed[:-1], observed[1:]) if len(observed) > 1 else (observed, observed)


@dataclass(frozen=True)
class Mixture(Distribution):
    """With each of these probabilities, the duration follows that part. Hyperexponential: exponential parts."""

    weights: tuple[float, ...]
    parts: tuple[Distribution, ...]

    @property
    def mean(self) -> float:
        return sum(weight * part.mean for weight, part in zip(self.weights, self.parts, strict=True))

    @property
    def variance(self) -> float:
        if math.isinf(self.mean):
            return math.inf
        return sum(
            weight * (part.variance + (part.mean - self.mean) ** 2)
            for weight, part in zip(self.weights, self.parts, strict=True)
        )

    def excess(self, limit: float) -> float:
        pairs = zip(self.weights, self.parts, strict=True)
        return sum(weight * part.excess(limit) for weight, part in pairs)

    def survival(self, time: npt.ArrayLike) -> FloatArray:
        pairs = zip(self.weights, self.parts, strict=True)
        return np.asarray(sum(weight * part.survival(time) for weight, part in pairs))

    def quantile(self, share: npt.ArrayLike) -> FloatArray:
        share = _array(share)
        ends = np.stack([part.quantile(share) for part in self.parts])
        low, high = np.minimum(ends.min(axis=0), _FAR_S), np.minimum(ends.max(axis=0), _FAR_S)
        missed = self.cdf(high) < share * (1.0 - 1e-15)
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            reached = self.cdf(middle) >= share
            low, high = np.where(reached, low, middle), np.where(reached, middle, high)
        return np.where(missed, math.inf, high)


def _array(values: npt.ArrayLike) -> FloatArray:
    return np.asarray(values, np.float64)


def _excess_between(low: float, high: float, limit: float) -> float:
    """Mean time beyond a limit when every duration from `low` to `high` is equally likely."""
    if limit <= low:
        return 0.5 * (low + high) - limit
    return 0.5 * (high - limit) ** 2 / (high - low) if limit < high else 0.0


def _from_0(time: npt.ArrayLike) -> FloatArray:
    """Times before the start count as the start."""
    return np.maximum(_array(time), 0.0)
