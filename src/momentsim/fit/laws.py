"""Laws of durations from observed ones, some of which may have ended before their time (censored on the right).

The patience of who was answered is only known to be longer than the wait: mean patience is not the mean wait of those
who hung up. Laws are fitted by maximum likelihood with those waits as censored, and stand beside the estimate of
Kaplan and Meier, which assumes no law. Estimates and curve are those of scipy.stats (`CensoredData`, `ecdf`); standard
errors come from the curvature of the likelihood, and the family is the one of least BIC (its sample size being the
number of durations seen to their end: Volinsky and Raftery 2000).
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.errors import MomentsimError
from momentsim.scenario.laws.law import GAMMA_SHAPES, MAX_SIGMA, WEIBULL_SHAPES

FAMILIES: Final = ("exponential", "weibull", "lognormal", "gamma")
"""Families of laws, as a scenario calls them."""
LEAST_SEEN: Final = 20
"""Durations seen to their end from which a law is fitted."""
SHORTEST_S: Final = 0.5
"""What a duration of 0 is taken for: logs have whole seconds, and laws no time at all."""
SHOWN_S: Final = (5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0, 1200.0)
"""Times at which a law is compared with what was observed."""
FAR_OFF: Final = 4.0
"""Standard errors beyond which a law is said not to follow what was observed."""
NEAR: Final = 0.03
"""Shares that lie so near are alike to a planner, whatever many rows prove."""
Z_95: Final = 1.959963984540054
_STEP: Final = 1e-3
"""Of the logarithm of a parameter, in differences of the likelihood."""
_IMPOSSIBLE: Final = 1e300
_FAR: Final = 10.0
"""Logarithm of a shape, and of a scale over the mean, beyond which no search goes."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Survival:
    """Share that lasts longer than some times, with 95 % intervals, and what the law says."""

    at_s: Numbers
    observed: Numbers
    low: Numbers
    high: Numbers
    by_law: Numbers
    off: Numbers
    """Distance of the law in standard errors of what was observed."""


@dataclass(frozen=True, slots=True)
class LawFit:
    """A fitted law of durations, in seconds, with 95 % intervals."""

    family: str
    """One of `FAMILIES`."""
    mean: float
    mean_log_error: float
    """Standard error of the logarithm of the mean."""
    shape: float
    """`shape` of a Weibull or gamma law, `sigma` of a lognormal one; 1 for an exponential one."""
    shape_log_error: float
    seen: int
    """Durations seen to their end."""
    censored: int
    """Durations that ended before their time."""
    longest: float
    """Longest observed duration of both kinds; beyond it the law is a guess."""
    survival: Survival

    @property
    def mean_interval(self) -> tuple[float, float]:
        """95 % interval of the mean, seconds."""
        return _interval(self.mean, self.mean_log_error)

    @property
    def shape_interval(self) -> tuple[float, float]:
        """95 % interval of the shape."""
        return _interval(self.shape, self.shape_log_error)

    @property
    def follows(self) -> bool:
        """Whether the law lies near what was observed at all times shown: within chance, or three points."""
        gaps = np.abs(self.survival.by_law - self.survival.observed)
        return not bool(np.any((self.survival.off > FAR_OFF) & (gaps > NEAR)))

    def section(self) -> dict[str, Any]:
        """The law as a scenario writes it."""
        law: dict[str, Any] = {"distribution": self.family, "mean": f"{self.mean:.4g} s"}
        if self.family != "exponential":
            law["sigma" if self.family == "lognormal" else "shape"] = float(f"{self.shape:.4g}")
        return law


def fit_law(seen: Numbers, censored: Numbers, *, families: Sequence[str] = FAMILIES) -> LawFit:
    """The law of durations of which `seen` ended and `censored` did not yet, seconds; NaN and waits of 0 are left out.

    Where all were seen to their end the mean is their own, and only the shape is that of the law. Raises MomentsimError
    with fewer than twenty durations seen to their end.
    """
    seen = seen[~np.isnan(seen)]
    seen = np.where(seen > 0.0, seen, SHORTEST_S)
    censored = censored[censored > 0.0]
    if len(seen) < LEAST_SEEN:
        what = f"{len(seen)} of {len(seen) + len(censored)} were seen to their end"
        raise MomentsimError(f"{what}; a law needs {LEAST_SEEN} at least")
    sample = _Sample(*np.unique(seen, return_counts=True), *np.unique(censored, return_counts=True))
    fits = [_fit_family(family, sample) for family in families]
    allowed = [fit for fit in fits if _is_allowed(fit)] or fits[:1]
    best = min(allowed, key=lambda fit: len(fit.logs) * math.log(len(seen)) - 2.0 * fit.likelihood)
    covariance = _covariance(best, sample)
    mean, error = best.mean(best.logs), 0.0
    if len(censored):
        steps = np.eye(len(best.logs)) * _STEP
        slope = np.array([math.log(best.mean(best.logs + step) / mean) / _STEP for step in steps])
        error = math.sqrt(max(float(slope @ covariance @ slope), 0.0))
    else:
        mean = float(seen.mean())
        error = float(seen.std(ddof=1)) / math.sqrt(len(seen)) / mean
    has_shape = len(best.logs) > 1
    return LawFit(
        family=best.family,
        mean=mean,
        mean_log_error=error,
        shape=math.exp(best.logs[1]) if has_shape else 1.0,
        shape_log_error=math.sqrt(max(float(covariance[1, 1]), 0.0)) if has_shape else 0.0,
        seen=len(seen),
        censored=len(censored),
        longest=float(max(seen.max(), censored.max(initial=0.0))),
        survival=_survival(best, seen, censored),
    )


def _interval(value: float, log_error: float) -> tuple[float, float]:
    return value * math.exp(-Z_95 * log_error), value * math.exp(Z_95 * log_error)


class _Sample(NamedTuple):
    """Different durations and how often each occurs; logs have whole seconds."""

    seen: Numbers
    times_seen: npt.NDArray[np.int64]
    censored: Numbers
    times_censored: npt.NDArray[np.int64]

    def likelihood(self, law: _Law) -> float:
        """Its logarithm; very small where the law says that this cannot be."""
        with np.errstate(all="ignore"):
            seen, censored = law.logpdf(self.seen), law.logsf(self.censored)
            found = float((seen * self.times_seen).sum() + (censored * self.times_censored).sum())
        return found if math.isfinite(found) else -_IMPOSSIBLE


@dataclass(frozen=True, slots=True)
class _FamilyFit:
    """A family at its maximum: logarithms of scale and shape."""

    family: str
    logs: Numbers
    likelihood: float

    def law(self, logs: Numbers) -> _Law:
        return _law_of(self.family, logs)

    def mean(self, logs: Numbers) -> float:
        return self.law(logs).mean()


class _Law(NamedTuple):
    """A family of scipy with its parameters; frozen ones are slow to make."""

    family: Any
    shapes: tuple[float, ...]
    scale: float

    def mean(self) -> float:
        return float(self.family.mean(*self.shapes, scale=self.scale))

    def logpdf(self, times: Numbers) -> Numbers:
        return np.asarray(self.family.logpdf(times, *self.shapes, scale=self.scale))

    def logsf(self, times: Numbers) -> Numbers:
        return np.asarray(self.family.logsf(times, *self.shapes, scale=self.scale))

    def sf(self, times: Numbers) -> Numbers:
        return np.asarray(self.family.sf(times, *self.shapes, scale=self.scale))


def _law_of(family: str, logs: Numbers) -> _Law:
    """Of logarithms of scale and shape."""
    from scipy import stats

    families = {"exponential": stats.expon, "weibull": stats.weibull_min, "lognormal": stats.lognorm}
    scale, *shapes = np.exp(logs).tolist()
    return _Law(families.get(family, stats.gamma), tuple(shapes), scale)


_LIMITS: Final = {"weibull": WEIBULL_SHAPES, "lognormal": (0.0, MAX_SIGMA), "gamma": GAMMA_SHAPES}
"""Shapes that a scenario takes, by family."""


def _fit_family(family: str, sample: _Sample) -> _FamilyFit:
    from scipy.optimize import minimize

    seen, censored = sample.seen @ sample.times_seen, sample.censored @ sample.times_censored
    start = np.log([(seen + censored) / sample.times_seen.sum()])  # the exponential law itself
    if family != "exponential":

        def lack(logs: Numbers) -> float:
            return -sample.likelihood(_law_of(family, logs)) / size

        scale, size = float(start[0]), int(sample.times_seen.sum() + sample.times_censored.sum())
        bounds = [(scale - _FAR, scale + _FAR), (-_FAR, _FAR)]
        start = minimize(
            lack, [scale, 0.0], method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-13, "gtol": 1e-8}
        ).x
    logs = np.asarray(start, np.float64)
    return _FamilyFit(family, logs, sample.likelihood(_law_of(family, logs)))


def _is_allowed(fit: _FamilyFit) -> bool:
    """Whether a scenario takes the shape; beyond its limits a mean hangs on durations that nobody saw."""
    shape = math.exp(fit.logs[-1])
    least, most = _LIMITS.get(fit.family, (0.0, math.inf))
    return least <= shape <= most


def _covariance(fit: _FamilyFit, sample: _Sample) -> Numbers:
    """Of the logarithms of the parameters: the inverse of the curvature at the maximum."""
    steps = np.eye(len(fit.logs)) * 5 * _STEP
    curvature = np.empty((len(fit.logs), len(fit.logs)))
    for row, one in enumerate(steps):
        for column, other in enumerate(steps):
            signs = ((1, 1), (1, -1), (-1, 1), (-1, -1))
            values = [a * b * sample.likelihood(fit.law(fit.logs + a * one + b * other)) for a, b in signs]
            curvature[row, column] = -sum(values) / (4.0 * one[row] * other[column])
    return np.asarray(np.linalg.inv(curvature), np.float64)


def _survival(fit: _FamilyFit, seen: Numbers, censored: Numbers) -> Survival:
    """Kaplan and Meier's curve at the times shown while it is known, beside the law."""
    from scipy.stats import CensoredData, ecdf

    curve: Any = ecdf(CensoredData(uncensored=seen, right=censored)).sf
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", RuntimeWarning
        )  # where nobody, or everybody, is left there is no interval
        limits: Any = curve.confidence_interval(0.95, method="log-log")
    known = curve.quantiles[(curve.probabilities > 0.0) & (curve.probabilities < 1.0)]
    shown = [time for time in SHOWN_S if len(known) and known[0] <= time <= known[-1]]
    places = np.searchsorted(curve.quantiles, shown, side="right") - 1
    observed, low, high = (
        np.asarray(step.probabilities, np.float64)[places] for step in (curve, limits.low, limits.high)
    )
    law = fit.law(fit.logs).sf(np.array(shown))
    error = np.maximum((high - low) / (2.0 * Z_95), 1e-12)
    return Survival(np.array(shown), observed, low, high, law, np.nan_to_num(np.abs(law - observed) / error))
