"""How agents' state moves: fatigue, occupancy, load. Times in hours or minutes as named; scores in SD."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled


@compiled
def clip(value: float, low: float, high: float) -> float:
    """`value` kept within low..high."""
    return min(max(value, low), high)


@compiled
def towards_one(level: float, increment: float) -> float:
    """A level in 0..1 after an increment that bites less the higher it is: level + increment*(1 - level)."""
    return clip(level + increment * (1.0 - level), 0.0, 1.0)


@compiled
def moving_average(average: float, state: float, hours: float, memory_h: float) -> float:
    """Exponentially weighted average after `hours` spent in `state`."""
    return state + (average - state) * math.exp(-hours / memory_h)


@compiled
def load_speed(
    load: float, overwork: float, gain: float, centre: float, steepness: float, overwork_slowing: float
) -> float:
    """Speed under load: 1 + gain*tanh(steepness*(load - centre)) - overwork_slowing*overwork, within 0.8..1.15.

    `gain` is negative in the slow-down mode (E2.6.5, KC and Terwiesch 2009; E2.6.6 for the other sign).
    """
    speed = 1.0 + gain * math.tanh(steepness * (load - centre)) - overwork_slowing * overwork
    return clip(speed, 0.8, 1.15)


@compiled
def pressure(load: float, threshold: float) -> float:
    """0 up to the occupancy threshold, 1 at full load."""
    return clip((load - threshold) / (1.0 - threshold), 0.0, 1.0)


@compiled
def solution_probability(base: float, shift: float, factor: float) -> float:
    """Probability of solving: `base` shifted on the logit scale, times a factor in 0..1."""
    if base <= 0.0 or base >= 1.0:
        return base * factor
    odds = base / (1.0 - base) * math.exp(shift)
    return odds / (1.0 + odds) * factor
