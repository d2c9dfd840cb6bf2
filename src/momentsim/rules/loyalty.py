"""The bond between customer and company: displacement, grievance, wallet, churn hazard.

A displacement fades exponentially to its level of rest and a grievance to 0, so the integrated churn hazard has a
closed form in two entire functions, and the expected value to a fixed date is a finite sum over pay dates. All are
exact under splitting of time, which is why the loyalty ledger adds up exactly.
"""

from __future__ import annotations

import math
from typing import Final

from momentsim.compiler.decorators import compiled, compiled_inside

_LN2 = math.log(2.0)
_WIDE_EIN_TERMS = tuple((-1.0) ** (order + 1) / (order * math.factorial(order)) for order in range(1, 14))
"""Coefficients of Ein's power series, from z on: enough for z up to 1/2."""
_EIN_TERMS = _WIDE_EIN_TERMS[:8]
"""Enough where `is_near`."""
_EXP_TERMS = tuple(1.0 / math.factorial(order) for order in range(7))
"""Coefficients of the exponential function's power series, from 1 on."""
_NEAR = 0.125
_WIDE = 0.5
_NEAR_EXPONENT = 0.03125
LASTING_TERMS: Final = 8
"""Terms of `lasting` that are enough where `is_near`: to 2e-13."""
_LASTING_TERMS = tuple((-1.0) ** order / math.factorial(order) for order in range(LASTING_TERMS))
_USUAL_RATIO = 2.0
_WIDE_LASTING_TERMS = tuple(
    (-1.0) ** order / (math.factorial(order) * (_USUAL_RATIO + order)) for order in range(13)
)
"""Coefficients of `lasting` at the usual ratio, from 1 on: enough for z up to 1/2, and no division at each z."""
_USUAL_LASTING_TERMS = _WIDE_LASTING_TERMS[:LASTING_TERMS]


@compiled
def fade(displacement: float, elapsed: float, half_life: float) -> float:
    """A displacement after `elapsed` (same unit as `half_life`)."""
    return float(displacement * 2.0 ** (-elapsed / half_life))


@compiled
def ein(z: float) -> float:
    """Entire exponential integral Ein(z) = integral of (1 - exp(-v))/v from 0 to z, by its power series.

    Good to about 1e-13 for |z| <= 6, which bounds of displacement and slope keep (DLMF 6.6.4). Near 0, where nearly
    all customers are, eight terms are enough for 1e-14, thirteen up to 1/2; they are summed without a test after each.
    """
    if is_near(z):
        return near_ein(z)
    if is_wide(z):
        return wide_ein(z)
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
    """Ein(z) for |z| <= 1/8, good to 1e-14: sum over n = 1..8 of (-1)^(n+1) z^n / (n n!), by Horner's scheme."""
    total = _EIN_TERMS[7]
    for order in range(6, -1, -1):
        total = total * z + _EIN_TERMS[order]
    return total * z


@compiled_inside
def is_wide(z: float) -> bool:
    """Whether `wide_ein` and `wide_lasting` serve for this z."""
    return abs(z) <= _WIDE


@compiled_inside
def wide_ein(z: float) -> float:
    """Ein(z) for |z| <= 1/2, good to 1e-15: thirteen terms, by Horner's scheme."""
    total = _WIDE_EIN_TERMS[12]
    for order in range(11, -1, -1):
        total = total * z + _WIDE_EIN_TERMS[order]
    return total * z


@compiled_inside
def wide_lasting(z: float) -> float:
    """`lasting` at the usual ratio for |z| <= 1/2, good to 1e-14: thirteen terms, by Horner's scheme."""
    total = _WIDE_LASTING_TERMS[12]
    for order in range(11, -1, -1):
        total = total * z + _WIDE_LASTING_TERMS[order]
    return total


@compiled
def lasting(z: float, ratio: float) -> float:
    """Integral over v from 0 to 1 of v^(ratio - 1) exp(-z v) dv, by its power series: sum of (-z)^m / (m! (ratio + m)).

    It is to a grievance what Ein is to a displacement: v is the share of the displacement that is left, and a
    grievance falls as v^ratio where `ratio` > 0 is the half-life of displacements over that of grievances. With
    180 and 90 days the ratio is 2 and the integral elementary, (1 - (1 + z) exp(-z)) / z^2; but half-lives are
    assumptions that plausible worlds vary, and the series serves every ratio alike: it is the lower incomplete
    gamma function over z^ratio (DLMF 8.7.1), good to about 1e-13 for |z| <= 7.
    """
    if is_near(z) and ratio == _USUAL_RATIO:
        total = _USUAL_LASTING_TERMS[LASTING_TERMS - 1]
        for order in range(LASTING_TERMS - 2, -1, -1):
            total = total * z + _USUAL_LASTING_TERMS[order]
        return total
    if is_wide(z) and ratio == _USUAL_RATIO:
        return wide_lasting(z)
    if is_near(z):
        power = 1.0
        total = 1.0 / ratio
        for order in range(1, LASTING_TERMS):
            power *= z
            total += _LASTING_TERMS[order] * power / (ratio + order)
        return total
    term = 1.0
    total = 1.0 / ratio
    order = 0
    while abs(term) > 1e-17 and order < 80:
        order += 1
        term *= -z / order
        total += term / (ratio + order)
    return total


@compiled_inside
def is_near_exponent(z: float) -> bool:
    """Whether `near_exp` serves for this z."""
    return abs(z) <= _NEAR_EXPONENT


@compiled_inside
def near_exp(z: float) -> float:
    """exp(z) for |z| <= 1/32, good to 1e-14: sum over n = 0..6 of z^n / n!, by Horner's scheme."""
    total = _EXP_TERMS[6]
    for order in range(5, -1, -1):
        total = total * z + _EXP_TERMS[order]
    return total


@compiled
def hazard_integral(
    rate: float,
    away: float,
    churn_slope: float,
    half_life: float,
    duration: float,
    left: float,
    grievance: float,
    ratio: float,
) -> float:
    """Churn hazard integrated over `duration`, for a hazard of `rate` at rest and without a grievance.

    The hazard is rate x exp(-churn_slope x away x v) x (1 + grievance x v^ratio), v = 2^(-s/half_life) the share of a
    displacement that is left after s. `away` is how far behaviour is from its level of rest, SD; `grievance` is
    the open one times its weight on the hazard; `ratio` is the half-life of displacements over that of
    grievances. `rate` is per unit of time of `duration` and `half_life`; callers have 2^(-duration/half_life) at
    hand as `left`. With z = churn_slope x away and k = ln 2 / half_life it equals
    rate x (duration - (Ein(z) - Ein(z left)) / k + grievance / k x (L(z) - left^ratio L(z left))), L being `lasting`.
    """
    z = churn_slope * away
    total = duration
    if z != 0.0:
        total -= (ein(z) - ein(z * left)) * half_life / _LN2
    if grievance != 0.0:
        kept = left * left if ratio == 2.0 else left**ratio
        total += grievance * (lasting(z, ratio) - kept * lasting(z * left, ratio)) * half_life / _LN2
    return rate * total


@compiled
def shown_of_target(elapsed: float, lag: float, relaxing: float) -> float:
    """How much of a gap between a wallet's target and its rest shows in the wallet after `elapsed`, none before.

    The wallet follows its target with half-life `lag`, the target goes to its rest with half-life `relaxing`
    (all in one unit): a chain of two, a expm1(d t) / d x l with rates l and r of half-lives lag and relaxing,
    a = exp(-l t), d = l - r; without a jump where the two half-lives meet.
    """
    follows = _LN2 / lag
    faster = (follows - _LN2 / relaxing) * elapsed
    grown = 1.0 if abs(faster) < 1e-12 else math.expm1(faster) / faster
    return math.exp(-follows * elapsed) * follows * elapsed * grown


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
