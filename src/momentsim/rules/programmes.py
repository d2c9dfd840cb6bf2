"""How strong a programme is on a date, how several of them mix, and what a gift is worth."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled

_STEEPNESS = 8.0


@compiled
def s_curve(share: float) -> float:
    """Logistic adoption, 0 at share 0 and 1 at share 1 of its time, half way in the middle."""
    low = 1.0 / (1.0 + math.exp(0.5 * _STEEPNESS))
    level = 1.0 / (1.0 + math.exp(_STEEPNESS * (0.5 - share)))
    return (level - low) / (1.0 - 2.0 * low)


@compiled
def adoption_strength(elapsed: float, adoption: float, along_s_curve: bool) -> float:
    """Strength 0..1 so long after the first effect; times in one unit."""
    if elapsed < 0.0:
        return 0.0
    if elapsed >= adoption:
        return 1.0
    share = elapsed / adoption
    return s_curve(share) if along_s_curve else share


@compiled
def share_left(elapsed: float, half_life: float) -> float:
    """Share of an effect that is left so long after its end: 2^(-elapsed / half_life); half-life 0: all of it."""
    if half_life <= 0.0:
        return 1.0
    return math.exp(-math.log(2.0) * elapsed / half_life)


@compiled
def strength(
    now: float, begins: float, adoption: float, along_s_curve: bool, ends: float, half_life: float
) -> float:
    """Strength 0..1 of a programme: rising from `begins`, whole after `adoption`, fading from `ends` on.

    With half-life 0 nothing is left from the end on. Times in one unit.
    """
    if now < ends:
        return adoption_strength(now - begins, adoption, along_s_curve)
    if half_life <= 0.0:
        return 0.0
    return adoption_strength(ends - begins, adoption, along_s_curve) * share_left(now - ends, half_life)


@compiled
def mix_values(usual: float, kept: float, total: float, pulled: float) -> float:
    """A value that programmes pull to targets: `kept` is the product of (1 - s), `total` the sum of s and `pulled`
    the sum of s times target.

    One programme gives usual + s (target - usual). Of several the order does not matter: the usual value keeps
    the weight `kept`, and targets share the rest by their strengths, so no value leaves their range.
    """
    if total <= 0.0:
        return usual
    return usual * kept + (1.0 - kept) * pulled / total


@compiled
def gift_jump(step: float, amount: float) -> float:
    """Jump of attitude by a gift, SD: step x root of its cost, so twice the money moves 1.41 times as far."""
    return step * math.sqrt(amount)
