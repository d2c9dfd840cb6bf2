"""What script, emotions and emotional intelligence do in a talk (MODEL 6). Shares 0..1, quality in SD."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled


@compiled
def logistic(score: float) -> float:
    """1/(1 + exp(-score)), also for scores so large that the exponential would overflow."""
    if score >= 0.0:
        return 1.0 / (1.0 + math.exp(-score))
    grown = math.exp(score)
    return grown / (1.0 + grown)


@compiled
def emotional_demand(stakes: float, anger: float) -> float:
    """How much feeling a talk asks for: 1 - (1 - stakes)*(1 - anger), what neither of them spares."""
    return 1.0 - (1.0 - stakes) * (1.0 - anger)


@compiled
def stress(pressure: float, fatigue: float) -> float:
    """Stress 0..1 of load pressure and fatigue, each 0..1: what neither of them spares."""
    return 1.0 - (1.0 - pressure) * (1.0 - fatigue)


@compiled
def labour_effect(labour: float, usual_share: float, gain: float, harm: float) -> float:
    """Quality by emotional labour: (gain + harm) * demand * (deep - usual share) (E2.10.1).

    `labour` is the demand where it is met by deep acting, minus the demand where on the surface. At the share
    `usual_share` of deep acts the mean is 0: what the usual agent does is in everything that was observed.
    """
    met = labour * (1.0 - usual_share) if labour > 0.0 else labour * usual_share
    return (gain + harm) * met


@compiled
def empathy_effect(
    intelligence: float, stakes: float, at_stakes: float, at_routine: float, freedom: float
) -> float:
    """What emotional intelligence (z) does for quality: only at stakes, only with freedom (E2.9.4, E2.12.1).

    `freedom` is (1 - script) * autonomy * calm, 0..1: a joint effect, not a sum.
    """
    return intelligence * (at_stakes * stakes - at_routine * (1.0 - stakes)) * freedom


@compiled
def script_pace(script: float, usual: float, stakes: float, speed: float) -> float:
    """Factor on talk times: a full script shortens routine talks by `speed` against none (E2.12.1).

    1 at the usual script, at which handling times were observed, and at stakes 1, which no script shortens.
    """
    most = speed * (1.0 - stakes)
    return (1.0 - most * script) / (1.0 - most * usual)


@compiled
def knowledge_shown(knowledge: float, script: float, stakes: float, alike: float) -> float:
    """What is left of differences in knowledge: a full script takes `alike` of them away in routine (E2.12.1)."""
    return knowledge * (1.0 - alike * script * (1.0 - stakes))
