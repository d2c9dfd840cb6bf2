"""How agents fare over weeks and years: strain, burnout, absence, exits, learning. Tenure in months, states in SD."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled

_FIRST_MONTHS = 3.0
_YEAR_MONTHS = 12.0


@compiled
def wear_after(wear: float, growth: float, weekly_recovery: float, days: float) -> float:
    """Wear after `days`, of which a share goes every week: wear*(1 - recovery)^(days/7) + growth (E2.10.1)."""
    return float(wear * (1.0 - weekly_recovery) ** (days / 7.0) + growth)


@compiled
def keep_within(level: float, bound: float) -> float:
    """A level kept smoothly within -bound..bound: the level itself near 0."""
    return bound * math.tanh(level / bound)


@compiled
def absence_probability(usual: float, odds_factor: float) -> float:
    """Probability whose odds are `odds_factor` times those of `usual` (E2.11.1)."""
    return usual * odds_factor / (1.0 - usual + usual * odds_factor)


@compiled
def exit_exposure(before: float, after: float, first: float, year: float, later: float) -> float:
    """Integral of the tenure factor from tenure `before` to `after`: first months, first year, later (E2.11.3)."""
    early = min(after, _FIRST_MONTHS) - min(before, _FIRST_MONTHS)
    middle = min(max(after, _FIRST_MONTHS), _YEAR_MONTHS) - min(max(before, _FIRST_MONTHS), _YEAR_MONTHS)
    late = max(after, _YEAR_MONTHS) - max(before, _YEAR_MONTHS)
    return first * early + year * middle + later * late


@compiled
def exit_factor(burnout: float, engagement: float, per_burnout: float, per_engagement: float) -> float:
    """Factor on the hazard of quitting: exp(per_burnout*b - per_engagement*m) (E2.11.3)."""
    return math.exp(per_burnout * burnout - per_engagement * engagement)


@compiled
def inexperience(tenure: float, tau: float) -> float:
    """1 for a complete novice, 0 in the end: exp(-tenure/tau) (E2.11.6)."""
    return math.exp(-tenure / tau)


@compiled
def learning_pace(lacking: float, gap: float) -> float:
    """Factor on handling times of somebody of this inexperience: speed is 1 - gap*lacking (E2.11.6)."""
    return 1.0 / (1.0 - gap * lacking)
