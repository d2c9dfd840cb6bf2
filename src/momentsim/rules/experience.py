"""From episodes to a remembered experience. Scores in SD, minutes for waits, effort on 1..5."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled


@compiled
def perceived_wait(minutes: float, stakes: float, urgent: float, informed: float) -> float:
    """Minutes as they feel: x (1 + urgent x stakes - informed), never below 0 (E2.14.2).

    `urgent` is what stakes of 1 add, `informed` what being told the wait takes off (0 where nobody is told).
    """
    return minutes * max(1.0 + urgent * stakes - informed, 0.0)


@compiled
def wait_score(minutes: float, expected: float, size: float, scale: float) -> float:
    """Score of a perceived wait, SD: -size x ln(1 + m / scale), m the minutes beyond the expected (MODEL 7, E2.14.1).

    It has no floor: a longer wait is always worse, by less and less for each minute.
    """
    return -size * math.log1p(max(minutes - expected, 0.0) / scale)


@compiled
def wait_anger(minutes: float, expected: float, per_minute: float, cap: float) -> float:
    """Anger a wait adds (before the damping by anger already there), capped per contact (E2.7.3)."""
    return min(per_minute * max(minutes - expected, 0.0), cap)


@compiled
def peak_end_memory(
    best: float,
    worst: float,
    end: float,
    mean: float,
    peak_weight: float,
    end_weight: float,
    mean_weight: float,
) -> float:
    """Peak-end memory of an experience, SD (MODEL 7, E2.14.7).

    The peak is the best episode above 0 plus the worst below 0, each 0 if there is none: so memory rises with every
    episode and has no steps.
    """
    peak = max(best, 0.0) + min(worst, 0.0)
    return peak_weight * peak + end_weight * end + mean_weight * mean


@compiled
def self_service_success(
    simple: float, at_stakes: float, stakes: float, complexity: float, slope: float
) -> float:
    """Success in self-service: logit straight in stakes between the two given points, falling with complexity.

    `simple` is the success at stakes 0, `at_stakes` at stakes 1, both at average complexity (E2.19.2).
    """
    if simple <= 0.0:
        return 0.0
    low = max(at_stakes, 1e-6)
    high = min(simple, 1.0 - 1e-9)
    logit = (1.0 - stakes) * math.log(high / (1.0 - high)) + stakes * math.log(low / max(1.0 - low, 1e-9))
    return 1.0 / (1.0 + math.exp(slope * complexity - logit))


@compiled
def balk_probability(announced: float, patience_median: float, strength: float) -> float:
    """Share of callers whom an announced wait turns away: strength*(1 - exp(-announced/median)) (E2.5.3)."""
    return strength * (1.0 - math.exp(-announced / max(patience_median, 1.0)))


@compiled
def told_wait(expected: float, band: float) -> float:
    """The wait that is told: the expected one, rounded up to whole bands, at least one (E2.5.2). Any unit of time."""
    return max(math.ceil(expected / band), 1) * band


@compiled
def patience_when_told(patience: float, told: float, before: float, after: float) -> float:
    """Minutes until a caller hangs up who was told a wait of `told` minutes and has this patience otherwise (E2.5.1).

    The hazard of hanging up at minute t is multiplied by m(t) = before^(told - t) until the wait told is over, then by
    after^(t - told); 0 < before <= 1 <= after. So patience passes at the speed m(t), and t solves

        integral of m from 0 to t = patience,

    which is a logarithm on either side of `told`. Exact as a hazard where patience is exponential; for other laws the
    time of the law itself is stretched. A caller without end of patience never gets here.
    """
    slow, fast = -math.log(before), math.log(after)
    start = math.exp(-slow * told)  # speed at the beginning
    spent = (1.0 - start) / slow if slow > 0.0 else told  # patience used up when the wait told is over
    if patience > spent:
        rest = patience - spent
        return told + (math.log1p(fast * rest) / fast if fast > 0.0 else rest)
    if patience <= 0.0 or slow <= 0.0:
        return max(patience, 0.0)
    return max(told + math.log(start + slow * patience) / slow, 0.0)


@compiled
def talk_when_told(over: float, per_minute: float, most: float) -> float:
    """Seconds added to a talk after a wait `over` minutes beyond the one told; no more after `most` (E2.5.1)."""
    return per_minute * min(max(over, 0.0), most)


@compiled
def survey_probability(response: float, extreme: float, score: float) -> float:
    """Probability of answering: higher at the extremes of the score, U-shaped (E2.17.7)."""
    return response + extreme * min(score * score / 4.0, 1.0)
