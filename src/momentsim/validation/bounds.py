"""Two more shapes of a proof: a share of many trials, and a figure that must stay below a limit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from momentsim.validation.proof import (
    FALSE_ALARM,
    MOST_CHECKS,
    Proof,
    ProofOutcome,
    SampledEstimate,
    half_widths_allowed,
)

WIDEST_COVERAGE: Final = 0.02
"""Largest half-width of a share of trials: two percentage points."""
NORMAL_95: Final = 1.959964
"""Two-sided 95 % quantile of the normal law."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpperBound(Proof):
    """A sampled figure that must lie below the limit written in `exact`, by more than `tolerance`.

    A program in which the figure reached the limit would pass with a probability below FALSE_ALARM / MOST_CHECKS.
    """

    @property
    def verdict(self) -> ProofOutcome:
        """Failed when the upper end of the wide interval reaches the limit, or is not a number."""
        return ProofOutcome.PASSED if self.found + self.tolerance < self.exact else ProofOutcome.FAILED


def below(case: str, figure: str, unit: str, limit: float, estimated: SampledEstimate) -> UpperBound:
    """A proof that a figure is below a limit."""
    return UpperBound(
        case=case,
        figure=figure,
        unit=unit,
        exact=limit,
        found=estimated.value,
        half_width=estimated.half_width,
        widest=limit,
        tolerance=half_widths_allowed(estimated.replications) * estimated.half_width,
        replications=estimated.replications,
    )


def share_of_trials(case: str, figure: str, share: float, hits: int, trials: int) -> Proof:
    """A proof that independent trials hit with this probability; bounds by the binomial law, no approximation."""
    half_width = NORMAL_95 * math.sqrt(share * (1.0 - share) / trials)
    return Proof(
        case=case,
        figure=figure,
        unit="share",
        exact=share,
        found=hits / trials,
        half_width=half_width,
        widest=WIDEST_COVERAGE,
        tolerance=binomial_tolerance(share, trials),
        replications=trials,
    )


def binomial_tolerance(share: float, trials: int) -> float:
    """Smallest distance from `share` that right trials exceed with probability FALSE_ALARM / MOST_CHECKS at most."""
    from scipy.special import bdtr, bdtrc

    missed = 1
    while True:
        low, high = math.ceil(share * trials) - missed, math.floor(share * trials) + missed
        outside = (float(bdtr(low - 1, trials, share)) if low > 0 else 0.0) + (
            float(bdtrc(high, trials, share)) if high < trials else 0.0
        )
        if outside <= FALSE_ALARM / MOST_CHECKS:
            return max(share - low / trials, high / trials - share) + 1e-12
        missed += 1
