"""What a proof is, and when it has proved something.

A sampled figure is compared with its exact value by Student's t over independent replications. The whole run
raises a false alarm with a probability below `FALSE_ALARM`, however the checks depend on each other, because
each of at most `MOST_CHECKS` sampled checks gets an equal part of it (Bonferroni). The price of so few false
alarms is a wide band, so the interval itself must be narrow: a figure whose 95 % interval is wider than the
project allows has proved nothing, and that fails too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from momentsim.measures import students_t

FALSE_ALARM: Final = 1e-6
"""Probability that any of the sampled checks of a whole run fails although the program is right."""
MOST_CHECKS: Final = 200
"""Sampled checks among which it is divided."""
WIDEST_RELATIVE: Final = 0.01
"""Largest half-width of a 95 % interval, relative to the exact value."""
WIDEST_SHARE: Final = 0.005
"""The same for shares, absolute: half a percentage point."""
CONFIDENCE: Final = 0.95
LARGEST_EDGE: Final = 1e-9
"""Largest share of time that a chain may spend at the place where it is cut."""


class ProofOutcome(StrEnum):
    """How a proof ended."""

    PASSED = "passed"
    FAILED = "failed"
    PROVED_NOTHING = "proved nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One figure held against its exact value."""

    case: str
    """Name of the case that it belongs to."""
    figure: str
    """What is compared."""
    unit: str
    exact: float
    found: float
    half_width: float = 0.0
    """Of the 95 % interval of `found`; 0 where nothing is sampled."""
    widest: float = math.inf
    """Largest half-width that proves anything."""
    tolerance: float = 0.0
    """Largest distance between `found` and `exact` that passes."""
    replications: int = 1

    @property
    def is_sampled(self) -> bool:
        """Whether `found` is an estimate; otherwise it is exact arithmetic about one run."""
        return math.isfinite(self.widest)

    @property
    def verdict(self) -> ProofOutcome:
        """Failed when out of tolerance or not a number; proved nothing when the interval is too wide."""
        if not abs(self.found - self.exact) <= self.tolerance:  # also when one is not a number
            return ProofOutcome.FAILED
        return ProofOutcome.PASSED if self.half_width <= self.widest else ProofOutcome.PROVED_NOTHING

    @property
    def has_passed(self) -> bool:
        """Whether it proved its point."""
        return self.verdict is ProofOutcome.PASSED

    @property
    def z(self) -> float:
        """Distance in standard errors; NaN where nothing is sampled."""
        if not self.is_sampled or self.half_width == 0.0:
            return math.nan
        error = self.half_width / students_t.quantile(self.replications - 1, CONFIDENCE)
        return (self.found - self.exact) / error

    def content(self) -> dict[str, Any]:
        """As plain data; what has no meaning is None."""
        return {
            "case": self.case,
            "figure": self.figure,
            "unit": self.unit,
            "sampled": self.is_sampled,
            "exact": _number(self.exact),
            "found": _number(self.found),
            "half_width": _number(self.half_width) if self.is_sampled else None,
            "widest_half_width": _number(self.widest),
            "tolerance": _number(self.tolerance),
            "z": _number(self.z),
            "replications": self.replications,
            "verdict": self.verdict.value,
        }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def half_widths_allowed(replications: int) -> float:
    """How many half-widths of a 95 % interval `found` may lie from the exact value.

    The ratio of two t quantiles with `replications` - 1 degrees of freedom: two-sided at
    FALSE_ALARM / MOST_CHECKS, and at 95 %.
    """
    degrees = replications - 1
    return students_t.quantile(degrees, 1.0 - FALSE_ALARM / MOST_CHECKS) / students_t.quantile(
        degrees, CONFIDENCE
    )


@dataclass(frozen=True, slots=True)
class SampledEstimate:
    """An estimate with its 95 % interval."""

    value: float
    half_width: float
    replications: int


def prove_estimate(case: str, figure: str, unit: str, exact: float, estimated: SampledEstimate) -> Proof:
    """A proof about an estimate; `unit` "share" has its own limit of width."""
    return Proof(
        case=case,
        figure=figure,
        unit=unit,
        exact=exact,
        found=estimated.value,
        half_width=estimated.half_width,
        widest=WIDEST_SHARE if unit == "share" else WIDEST_RELATIVE * abs(exact),
        tolerance=half_widths_allowed(estimated.replications) * estimated.half_width,
        replications=estimated.replications,
    )


def prove_equal(case: str, figure: str, unit: str, exact: float, found: float) -> Proof:
    """A proof that two numbers are equal."""
    return Proof(case=case, figure=figure, unit=unit, exact=float(exact), found=float(found))


def prove_small_share(case: str, share: float) -> Proof:
    """A proof that a chain was cut where it hardly ever is."""
    figure = "share of time at the cut of the chain"
    return Proof(case=case, figure=figure, unit="share", exact=0.0, found=share, tolerance=LARGEST_EDGE)
