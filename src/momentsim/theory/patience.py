"""Exact figures of a queue with any law of patience: M/M/n+G, by the building blocks of Zeltyn and Mandelbaum.

Poisson arrivals at rate r, exponential handling, n agents, first come first served; each contact has a patience
with survival S(x) = P(patience > x). Write mu = 1/handling time, a = r/mu, and H(x) = E[min(patience, x)], the
integral of S. The wait V that a contact with endless patience would have is 0 with some probability, and above
0 it has a density proportional to exp(r*H(x) - n*mu*x) (Baccelli and Hebuterne 1981). With

    J = integral of exp(r*H(x) - n*mu*x),  E = sum over j < n of a^j/j! / (a^(n-1)/(n-1)!) = 1 / B(n-1, a),

    density of V = r * exp(r*H(x) - n*mu*x) / (E + r*J),    P(V = 0) = E / (E + r*J)
    P(abandoned) = (1 + (r - n*mu)*J) / (E + r*J),          E[wait] = integral of H(x) * density
    P(answered by t) = P(V = 0) + integral to t of S(x) * density
    P(abandoned by t) = integral of (1 - S(min(x, t))) * density

The exponent is concave (its slope r*S(x) - n*mu only falls), so the integrals end where it has fallen by 50
below its peak. They are taken panel by panel with Gauss-Legendre nodes; jumps of S lie on edges of panels.
**Numerical error** of every share: below 1e-9 (the tests compare with Erlang A, with twice as many panels and
with the identity P(abandoned) = integral of (1 - S) * density).

Sources: F. Baccelli and G. Hebuterne, "On queues with impatient customers" (1981); S. Zeltyn and A. Mandelbaum,
"Call centers with impatient customers: many-server asymptotics of the M/M/n+G queue" (2005), section 2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from momentsim.theory import arguments
from momentsim.theory.erlang import SECONDS_PER_HOUR, QueueFigures, erlang_b

FloatArray = NDArray[np.float64]
Curve = Callable[[FloatArray], FloatArray]

FALL = 50.0
"""The integrals end where the logarithm of the integrand has fallen by this much below its peak."""
PANELS = 600
NODES = 16
LONGEST_S = 1e9
"""Longest wait looked at, seconds: 30 years."""


class Patience(NamedTuple):
    """A law of patience, seconds."""

    survival: Curve
    """P(patience > x)."""
    limited_mean: Curve
    """E[min(patience, x)]."""
    kinks: tuple[float, ...] = ()
    """Times at which the survival jumps or bends."""


def exponential(mean_s: float) -> Patience:
    """Patience without memory."""
    return Patience(lambda x: np.exp(-x / mean_s), lambda x: -mean_s * np.expm1(-x / mean_s))


def constant(patience_s: float) -> Patience:
    """Everybody hangs up after the same time."""
    return Patience(
        lambda x: np.where(x < patience_s, 1.0, 0.0), lambda x: np.minimum(x, patience_s), (patience_s,)
    )


def endless() -> Patience:
    """Nobody hangs up."""
    return Patience(np.ones_like, np.copy)


def uniform(low_s: float, high_s: float) -> Patience:
    """Any patience between two times, equally likely; low_s < high_s."""
    width = high_s - low_s

    def limited_mean(x: FloatArray) -> FloatArray:
        into = np.clip(x, low_s, high_s) - low_s
        return np.minimum(x, low_s) + into - 0.5 * into**2 / width

    return Patience(lambda x: np.clip((high_s - x) / width, 0.0, 1.0), limited_mean, (low_s, high_s))


def lognormal(median_s: float, sigma: float) -> Patience:
    """Lognormal; `sigma` is the SD of the logarithm."""
    from scipy.special import ndtr

    mean_s = median_s * math.exp(0.5 * sigma * sigma)

    def standard(x: FloatArray) -> FloatArray:
        return np.asarray(np.log(np.maximum(x, 1e-300) / median_s) / sigma)

    return Patience(
        lambda x: np.asarray(ndtr(-standard(x))),
        lambda x: np.asarray(mean_s * ndtr(standard(x) - sigma) + x * ndtr(-standard(x))),
    )


def weibull(scale_s: float, shape: float) -> Patience:
    """Weibull: P(patience > x) = exp(-(x / scale)^shape)."""
    from scipy.special import gammainc

    mean_s = scale_s * math.gamma(1.0 + 1.0 / shape)
    return Patience(
        lambda x: np.exp(-((x / scale_s) ** shape)),
        lambda x: np.asarray(mean_s * gammainc(1.0 / shape, (x / scale_s) ** shape)),
    )


def gamma(mean_s: float, shape: float) -> Patience:
    """Gamma with this mean; Erlang where the shape is whole."""
    from scipy.special import gammainc, gammaincc

    scale_s = mean_s / shape
    return Patience(
        lambda x: np.asarray(gammaincc(shape, x / scale_s)),
        lambda x: np.asarray(mean_s * gammainc(shape + 1.0, x / scale_s) + x * gammaincc(shape, x / scale_s)),
    )


def mixture(parts: Sequence[tuple[float, Patience]]) -> Patience:
    """A share of contacts with each law; (weight, law), weights add up to 1."""
    return Patience(
        lambda x: np.asarray(sum(weight * law.survival(x) for weight, law in parts)),
        lambda x: np.asarray(sum(weight * law.limited_mean(x) for weight, law in parts)),
        tuple(kink for _, law in parts for kink in law.kinks),
    )


def queue_with_patience(
    arrivals_per_hour: float,
    handling_time_s: float,
    agents: int,
    patience: Patience,
    threshold_s: float = 20.0,
    *,
    panels: int = PANELS,
) -> QueueFigures:
    """Long-run figures of M/M/n+G; formulas and sources: head of this file.

    `arrivals_per_hour` > 0; `handling_time_s` > 0; `agents` whole >= 1; `threshold_s` >= 0. Raises ValueError
    naming each wrong argument; so also when so many never hang up that the queue has no end.
    """
    problems = arguments.centre_problems(arrivals_per_hour, handling_time_s, agents, threshold_s)
    arguments.check("queue_with_patience", problems)
    rate, served = arrivals_per_hour / SECONDS_PER_HOUR, agents / handling_time_s

    def exponent(x: FloatArray) -> FloatArray:
        return np.asarray(rate * patience.limited_mean(x) - served * x)

    end, peak = _support(exponent)
    x, widths = _nodes(end, (*patience.kinks, threshold_s), panels)
    density = rate * np.exp(exponent(x) - peak) * widths
    idle = math.exp(-peak) / erlang_b(rate * handling_time_s, agents - 1)
    total = idle + float(density.sum())
    density /= total
    waits, stays = float(density.sum()), patience.survival(x)
    answered_later = density * stays
    wait_mean_s = float(density @ patience.limited_mean(x))
    # (1 + (r - n*mu)*J) / (E + r*J), every term divided by exp(peak)
    abandoned_share = math.exp(-peak) / total + (1.0 - served / rate) * waits
    answered_share = 1.0 - abandoned_share
    return QueueFigures(
        wait_probability=waits,
        wait_mean_s=wait_mean_s,
        abandoned_share=abandoned_share,
        service_level_share=1.0 - waits + float(answered_later[x < threshold_s].sum()),
        occupancy=rate * handling_time_s * answered_share / agents,
        queue_mean=rate * wait_mean_s,
        blocked_share=0.0,
        answered_wait_mean_s=float(answered_later @ x) / answered_share,
        abandoned_in_threshold_share=float(
            density @ (1.0 - patience.survival(np.minimum(x, np.nextafter(threshold_s, math.inf))))
        ),
    )


def _support(exponent: Curve) -> tuple[float, float]:
    """Where a concave exponent that starts at 0 has fallen by `FALL` below its peak, and the peak."""
    end = 1.0
    while end < LONGEST_S:
        values = exponent(np.linspace(0.0, end, 4097))
        peak = float(values.max())
        if values[-1] < peak - FALL:
            return end, peak
        end *= 1.5
    raise ValueError(
        "queue_with_patience: the queue grows without end; allowed: more agents, or fewer who never hang up"
    )


def _nodes(end: float, edges: Sequence[float], panels: int) -> tuple[FloatArray, FloatArray]:
    """Gauss-Legendre nodes and weights on panels that are even, and finer near 0 where laws may be steep."""
    inside = [edge for edge in edges if 0.0 < edge < end]
    even, fine = np.linspace(0.0, end, panels + 1), np.geomspace(1e-9 * end, end, panels)
    all_edges = np.unique(np.concatenate([even, fine, inside]))
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    half = 0.5 * np.diff(all_edges)[:, None]
    x = all_edges[:-1, None] + half * (nodes + 1.0)
    return x.ravel(), (half * weights).ravel()
