"""The reference: what experience is like in the calm in which baselines were observed (measured in `pilot.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class ReasonReference:
    """What experiences of one reason are like under the reference operation."""

    centre: float = 0.0
    """Raw experience at which the mean jump is 0, SD."""
    spread: float = 1.0
    """SD of raw experience."""
    delight_above: float = 0.84
    """Disconfirmation d above which a moment is a delight."""
    let_down_below: float = -0.84
    usual: float = 0.0
    """Mean disconfirmation: above 0, since losses weigh more and the centre makes the mean jump 0."""
    jump_square: float = 0.0
    """Mean squared jump of the behaviour displacement y."""
    adapts_from: float = 0.0
    """Disconfirmation above which expectations rise; their mean step is 0."""
    delight_share: float = 0.2
    let_down_share: float = 0.2
    let_down_unsolved: float = 0.2
    """Share of moments that are let-downs and whose need was not met."""
    expected_wait: float = 0.0
    """Mean perceived wait, minutes: of every attempt that stood in a queue or met an agent."""

    def grievance(self, values: Mapping[str, float]) -> float:
        """Mean grievance that a moment at stakes 1 opens, by evidence parameters."""
        solved = self.let_down_share - self.let_down_unsolved
        return solved * values["grievance_solved"] + self.let_down_unsolved * values["grievance_unsolved"]


@dataclass(frozen=True, slots=True)
class Reference:
    """References by reason; reasons without experiences of their own take the fallback."""

    reasons: dict[str, ReasonReference]
    fallback: ReasonReference = ReasonReference()
    expectation_law: tuple[float, ...] = ()
    """Evenly spaced quantiles of expectations in the calm; empty: all are 0."""
    strain: Mapping[str, float] = field(default_factory=dict)
    """Strain by group, surface acts per hour worked: at this, burnout neither grows nor falls."""
    usual_strain: float = 0.0
    """Of all groups together, for groups that the reference operation does not have."""

    @classmethod
    def neutral(cls, reasons: Iterable[str]) -> Reference:
        """Experience is its own measure: centre 0, spread 1, labels at +-0.84 (20th, 80th percentile)."""
        return cls({name: ReasonReference() for name in reasons})

    def of(self, reason: str) -> ReasonReference:
        """The reference of one reason."""
        return self.reasons.get(reason, self.fallback)

    def strain_of(self, group: str) -> float:
        """The usual strain of one group."""
        return self.strain.get(group, self.usual_strain)
