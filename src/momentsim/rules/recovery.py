"""Complaints, what recovery gives back, and offers. Shares 0..1, scores in SD, money in one currency."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled
from momentsim.rules.workload import solution_probability


@compiled
def complaint_probability(stakes: float, minor: float, serious: float, serious_at: float) -> float:
    """Share of customers let down who complain: `minor` at stakes 0, `serious` from stakes `serious_at` on (E2.15.7).

    Smooth in between: 3t^2 - 2t^3 of the way at t = stakes / serious_at.
    """
    way = min(stakes / serious_at, 1.0)
    return minor + (serious - minor) * way * way * (3.0 - 2.0 * way)


@compiled
def promptness(delay: float, half_life: float) -> float:
    """1 for help at once, half of it after each half-life (same unit as `delay`)."""
    return float(2.0 ** (-max(delay, 0.0) / half_life))


@compiled
def generosity(amount: float, price: float, scale: float) -> float:
    """How much of what money can do an amount does: 1 - exp(-amount / (scale * price of what failed)), concave."""
    if amount <= 0.0:
        return 0.0
    base = scale * price
    return 1.0 - math.exp(-amount / base) if base > 0.0 else 1.0


@compiled
def attitude_share(
    prompt: float, money: float, gift: float, apology: float, alone: float, paradox: float
) -> float:
    """Share of the harm to attitude that recovery gives back; above 1 is the paradox (satisfaction only, E2.15.1).

    prompt * (apology * (alone + (1 - alone) * money) + gift) + paradox * prompt^4 * money. `money` is the
    generosity of the compensation and `gift` what a gift restores; `apology` and `paradox` are 0 without an
    apology. Words alone do little (E2.15.4), words and money together most (E2.15.5), and quickly (E2.15.6).
    """
    words = apology * (alone + (1.0 - alone) * money)
    return prompt * (words + gift) + paradox * prompt**4 * money


@compiled
def behaviour_share(prompt: float, money: float, compensation: float) -> float:
    """Share of the harm to behaviour that compensation gives back: never more than all of it (E2.15.1, E2.15.4)."""
    return min(prompt * money * compensation, 1.0)


@compiled
def justice(money: float, words: float, of_money: float) -> float:
    """Justice of a recovery, 0..1: of_money * money * (1 + words); words alone do none (E2.15.4, E2.15.5)."""
    return min(of_money * money * (1.0 + words), 1.0)


@compiled
def grievance_share(prompt: float, just: float, closes: float) -> float:
    """Share of the grievance that a recovery closes, 0..1: closes * prompt * justice (E2.15.2)."""
    return min(closes * prompt * just, 1.0)


@compiled
def pushy_offer_harm(harm: float, stakes: float) -> float:
    """What an offer in the wrong moment takes from its outcome, SD: half at stakes 0, all of it at stakes 1."""
    return harm * (0.5 + 0.5 * stakes)


@compiled
def acceptance(base: float, slope: float, displacement: float) -> float:
    """Probability that an offer is taken: `base` with its logit shifted by what experience did to attitude."""
    return solution_probability(base, slope * displacement, 1.0)
