"""Redials against their exact law: nobody answers, so attempts per moment depend on the redial shares only.

With shares p after the first failed attempt and q after each further one, a moment makes 1 + p / (1 - q)
attempts on average: 1 always, a second with probability p, each further one with probability q.
"""

from __future__ import annotations

from typing import Final

from momentsim.validation.proof import Proof, prove_estimate
from momentsim.validation.simulation import load_text, sample
from momentsim.validation.texts import REDIALS

REPLICATIONS: Final = 32


def redial_proofs() -> list[Proof]:
    """Attempts per moment, and that each of them was abandoned."""
    loaded = load_text(REDIALS)
    redial = loaded.scenario.waiting.redial
    exact = 1.0 + redial.first / (1.0 - redial.further)
    measures = sample(loaded, REPLICATIONS).measures()
    return [
        prove_estimate("redials", "attempts per moment", "attempts", exact, measures["contacts_per_moment"]),
        prove_estimate("redials", "abandoned share", "share", 1.0, measures["abandoned_share"]),
    ]
