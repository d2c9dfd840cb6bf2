"""The bond between customer and company: displacement, churn hazard, and what the future is worth.

A displacement fades exponentially, so the integrated churn hazard has a closed form in the entire function
Ein, and the expected value to a fixed date is a finite sum over pay dates. Both are exact under splitting of
time, which is why the loyalty ledger adds up exactly.
"""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled, compiled_inside

_LN2 = math.log(2.0)
_EIN_TERMS = tuple((-1.0) ** (order + 1) / (order * math.factorial(order)) for order in range(1, 10))
"""Coefficients of Ein's power series, from z on."""
_EXP_TERMS = tuple(1.0 / math.factorial(order) for order in range(7))
"""Coefficients of the exponential function's power series, from 1 on."""
_NEAR = 0.125
_NEAR_EXPONENT = 0.015625


@compiled
def fade(displacement: float, elapsed: float, half_life: float) -> float:
    """A displacement after `elapsed` (same unit as `half_life`)."""
    return float(displacement * 2.0 ** (-elapsed / half_life))


@compiled
def ein(z: float) -> float:
    """Entire exponential integral Ein(z) = integral of (1 - exp(-v))/v from 0 to z, by its power series.

    Good to about 1e-13 for |z| <= 6, which bounds of displacement and slope keep (DLMF 6.6.4). Near 0, where nearly
    all customers are, nine terms are enough for 1e-15 and are summed without a test after each.
    """
    if is_near(z):
        return near_ein(z)
    term = z
    total = z
    order = 1
    while abs(term) > 1e-17 * abs(total) and order < 80:
        order += 1
        term *= -z / order
        total += term / order
    return total


@compiled_inside
def is_near(z: float) -> bool:
    """Whether `near_ein` serves for this z."""
    return abs(z) <= _NEAR


@compiled_inside
def near_ein(z: float) -> float:
    """Ein(z) for |z| <= 1/8, good to 1e-15: sum over n = 1..9 of (-1)^(n+1) z^n / (n n!), by Horner's scheme."""
    total = _EIN_TERMS[8]
    for order in range(7, -1, -1):
        total = total * z + _EIN_TERMS[order]
    return total * z


@compiled_inside
def is_near_exponent(z: float) -> bool:
    """Whether `near_exp` serves for this z."""
    return abs(z) <= _NEAR_EXPONENT


@compiled_inside
def near_exp(z: float) -> float:
    """exp(z) for |z| <= 1/64, good to 1e-16: sum over n = 0..6 of z^n / n!, by Horner's scheme."""
    total = _EXP_TERMS[6]
    for order in range(5, -1, -1):
        total = total * z + _EXP_TERMS[order]
    return total


@compiled
def hazard_integral(
    rate: float, y: float, churn_slope: float, half_life: float, duration: float, left: float
) -> float:
    """Integral over `duration` of rate * exp(-churn_slope * y * 2^(-s/half_life)) ds, for a hazard of `rate` at y = 0.

    `rate` is per unit of time of `duration` and `half_life`. Equals
    rate * (duration - (Ein(z) - Ein(z*f)) / k) with z = churn_slope*y, k = ln 2/half_life, and
    f = 2^(-duration/half_life), which callers have at hand as `left`.
    """
    if y == 0.0:
        return rate * duration
    z = churn_slope * y
    return rate * (duration - (ein(z) - ein(z * left)) * half_life / _LN2)


@compiled
def jump_within(displacement: float, jump: float, bound: float) -> float:
    """Displacement after a jump, kept within -bound..bound."""
    return min(max(displacement + jump, -bound), bound)


@compiled
def response(disconfirmation: float, loss_aversion: float, gain_exponent: float) -> float:
    """U: d^gain_exponent above zero, -loss_aversion*|d| below (MODEL 7; Mittal et al. 1998, Oliver 1980)."""
    if disconfirmation >= 0.0:
        return math.pow(disconfirmation, gain_exponent)
    return loss_aversion * disconfirmation


@compiled
def wallet_size(up: float, down: float, kappa: float, log_gap: float, causal_share: float) -> float:
    """Log size g of deepening: solves up*kappa*g + down*kappa*2g = causal_share*log_gap."""
    return causal_share * log_gap / (kappa * (up + 2.0 * down))


@compiled
def spend_factor(norm: float, spend_slope: float) -> float:
    """Spending of a customer of disposition `norm` relative to the mean over N(0, 1) norms."""
    return math.exp(spend_slope * norm - 0.5 * spend_slope * spend_slope)
