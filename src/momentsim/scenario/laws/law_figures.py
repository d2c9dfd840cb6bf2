"""From the keys of a law to its distribution: whatever way it is given, the same moments come out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from momentsim.scenario.laws.distributions import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Lognormal,
    Mixture,
    Never,
    Uniform,
    Weibull,
    weibull_square_cv,
)
from momentsim.scenario.laws.law import GAMMA_SHAPES, MAX_CV, MAX_SIGMA, WEIBULL_SHAPES, Law, LawQuantile

DEFAULT_CV = 1.0
"""Of a lognormal law given by its mean or median only: sigma 0.83 of handling times (E2.6.1, Brown et al. 2005)."""


def distribution_of(law: Law, samples: Mapping[str, Sequence[float]] | None = None) -> Distribution:
    """The distribution of a checked law, in seconds; `samples` are the observed durations by file name.

    A law without any spread (`cv: 0`, a quantile equal to the median, `low` equal to `high`) is constant.
    """
    if law.distribution == "empirical":
        return Empirical(tuple(sorted((samples or {})[law.file or ""])))
    if law.distribution == "mixture" or law.parts is not None:
        return _mixture(law, samples)
    return _MAKERS[law.distribution](law)


def cv_range(law: Law) -> tuple[float, float]:
    """Smallest and largest coefficient of variation that the family of a law can have, 0 (constant) apart."""
    if law.distribution == "hyperexponential":
        return 1.0, MAX_CV
    if law.distribution == "uniform":
        return 0.0, 1.0 / math.sqrt(3.0)
    if law.distribution == "gamma":
        return GAMMA_SHAPES[1] ** -0.5, GAMMA_SHAPES[0] ** -0.5
    if law.distribution == "weibull":
        low, high = WEIBULL_SHAPES
        return math.sqrt(weibull_square_cv(high)), math.sqrt(weibull_square_cv(low))
    return 0.0, math.sqrt(math.expm1(MAX_SIGMA**2))


def quantile_range(law: Law) -> tuple[float, float]:
    """Smallest and largest ratio of the given quantile to the median that the family of a law can have."""
    share = law.quantile.share if law.quantile else 0.5
    if law.distribution == "lognormal":
        ends = 1.0, _lognormal_ratio(share)
    elif law.distribution == "uniform":
        ends = 1.0, 2.0 * share
    elif law.distribution == "weibull":
        ends = _weibull_ratio(share, WEIBULL_SHAPES[0]), _weibull_ratio(share, WEIBULL_SHAPES[1])
    else:
        ends = _gamma_ratio(share, GAMMA_SHAPES[0]), _gamma_ratio(share, GAMMA_SHAPES[1])
    return min(ends), max(ends)


def _mixture(law: Law, samples: Mapping[str, Sequence[float]] | None) -> Distribution:
    parts = [part for part in law.parts or () if part.weight > 0]
    total = sum(part.weight for part in parts)
    return Mixture(
        tuple(part.weight / total for part in parts),
        tuple(distribution_of(part.law, samples) for part in parts),
    )


def _never(law: Law) -> Distribution:
    return Never()


def _constant(law: Law) -> Distribution:
    return Constant(law.mean if law.mean is not None else law.median or 0.0)


def _exponential(law: Law) -> Distribution:
    if law.quantile is not None:
        return Exponential(-law.quantile.at / math.log1p(-law.quantile.share))
    return Exponential(law.mean if law.mean is not None else (law.median or 0.0) / math.log(2.0))


def _lognormal(law: Law) -> Distribution:
    if law.quantile is not None:
        from scipy.special import ndtri

        sigma = math.log(law.quantile.at / (law.median or 0.0)) / float(ndtri(law.quantile.share))
    elif law.sigma is not None:
        sigma = law.sigma
    else:
        cv = DEFAULT_CV if law.cv is None else law.cv
        sigma = math.sqrt(math.log1p(cv * cv))
    of_mean = (law.mean or 0.0) * math.exp(-0.5 * sigma * sigma)
    median = of_mean if law.median is None else law.median
    return Lognormal(median, sigma) if sigma > 0 and median > 0 else Constant(median)


def _gamma(law: Law) -> Distribution:
    if law.cv == 0.0:
        return _constant(law)
    if law.quantile is not None:
        if law.quantile.at == law.median:
            return _constant(law)
        shape = _shape_for(law.quantile, law.median or 0.0)
    else:
        shape = law.shape if law.shape is not None else (law.cv or 1.0) ** -2
    return _scale(law, Gamma(shape, 1.0))


def _erlang(law: Law) -> Distribution:
    return _scale(law, Gamma(float(law.phases or 1), 1.0))


def _weibull(law: Law) -> Distribution:
    if law.cv == 0.0:
        return _constant(law)
    if law.quantile is not None:
        if law.quantile.at == law.median:
            return _constant(law)
        spread = math.log(-math.log1p(-law.quantile.share) / math.log(2.0))
        shape = spread / math.log(law.quantile.at / (law.median or 0.0))
    elif law.shape is not None:
        shape = law.shape
    else:
        square_cv = (law.cv or 1.0) ** 2
        shape = _root(lambda shape: math.log(weibull_square_cv(shape) / square_cv), *WEIBULL_SHAPES)
    return _scale(law, Weibull(shape, 1.0))


def _uniform(law: Law) -> Distribution:
    if law.low is not None and law.high is not None:
        low, high = law.low, law.high
    else:
        middle = law.mean if law.mean is not None else law.median or 0.0
        half = math.sqrt(3.0) * (law.cv or 0.0) * middle
        if law.quantile is not None:
            half = (law.quantile.at - middle) / (2.0 * law.quantile.share - 1.0)
        low, high = max(middle - half, 0.0), middle + half
    return Uniform(low, high) if high > low else Constant(low)


def _hyperexponential(law: Law) -> Distribution:
    """Two exponential parts with balanced means (each contributes half of the mean), from mean and CV.

    p = (1 + sqrt((c^2 - 1) / (c^2 + 1))) / 2, means m / 2p and m / 2(1 - p); W. Whitt (1982), "Approximating a
    point process by a renewal process", section 3.1.
    """
    cv = max(law.cv or 1.0, 1.0)  # checks let pass what is less by rounding
    lean = math.sqrt((cv * cv - 1.0) / (cv * cv + 1.0))
    if lean == 0.0:
        return Exponential(law.mean or 0.0)
    often = 0.5 * (1.0 + lean)
    rare = 1.0 / (cv * cv + 1.0) / (1.0 + lean)  # 1 - often, without loss of digits
    half = 0.5 * (law.mean or 0.0)
    return Mixture((often, rare), (Exponential(half / often), Exponential(half / rare)))


_MAKERS: dict[str, Callable[[Law], Distribution]] = {
    "never": _never,
    "constant": _constant,
    "exponential": _exponential,
    "lognormal": _lognormal,
    "gamma": _gamma,
    "erlang": _erlang,
    "weibull": _weibull,
    "uniform": _uniform,
    "hyperexponential": _hyperexponential,
}


def _scale(law: Law, standard: Gamma | Weibull) -> Distribution:
    """A law of scale 1 stretched to the given scale, mean or median; exponential when its shape is 1."""
    if law.scale is not None:
        scale = law.scale
    elif law.mean is not None:
        scale = law.mean / standard.mean
    else:
        scale = (law.median or 0.0) / standard.median
    if standard.shape == 1.0:
        return Exponential(scale)
    return type(standard)(standard.shape, scale)


def _shape_for(known: LawQuantile, median: float) -> float:
    """The shape of a gamma law at which the known quantile is that many times the median."""
    wanted = math.log(known.at / median)
    return _root(lambda shape: math.log(_gamma_ratio(known.share, shape)) - wanted, *GAMMA_SHAPES)


def _lognormal_ratio(share: float) -> float:
    """Quantile over median of the widest lognormal law."""
    from scipy.special import ndtri

    return math.exp(MAX_SIGMA * float(ndtri(share)))


def _gamma_ratio(share: float, shape: float) -> float:
    standard = Gamma(shape, 1.0)
    return float(standard.quantile(share)) / standard.median


def _weibull_ratio(share: float, shape: float) -> float:
    return float((-math.log1p(-share) / math.log(2.0)) ** (1.0 / shape))


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """The root of a monotone function of a positive number, to the last digits."""
    from scipy.optimize import brentq

    ends = math.log(low * (1.0 - 1e-9)), math.log(high * (1.0 + 1e-9))
    return math.exp(brentq(lambda logarithm: function(math.exp(logarithm)), *ends, xtol=1e-15, rtol=1e-15))
