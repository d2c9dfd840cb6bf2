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
    """Mean raw experience, SD."""
    spread: float = 1.0
    """SD of raw experience."""
    delight_above: float = 0.84
    """Disconfirmation d above which a moment is a delight."""
    let_down_below: float = -0.84
    usual: float = 0.0
    """Mean disconfirmation among customers who live on with what they lived through: 0 or close to it."""
    jump: float = 0.0
    """Mean jump of attitude, SD: the price of a contact; never above 0."""
    usual_behaviour: float = 0.0
    """What the usual contact adds to behaviour, SD: the jump that moves the hazard of leaving as all do on average."""
    usual_grievance: float = 0.0
    """What it adds to the grievance; likewise."""
    usual_wallet: float = 0.0
    """What it adds to the wallet's target, relative."""
    adapts_from: float = 0.0
    """Disconfirmation above which expectations rise; their mean step is 0."""
    delight_share: float = 0.2
    let_down_share: float = 0.2
    let_down_unsolved: float = 0.2
    """Share of moments that are let-downs and whose need was not met."""
    expected_wait: float = 0.0
    """Mean perceived wait, minutes: of every attempt that stood in a queue or met an agent."""
    talk_factor: float = 1.0
    """On talks, so that their mean is that of the written law (from `calibration.py`, as the next three)."""
    resolution_shift: float = 0.0
    """On the logit of resolution, so that the written share is solved at the first answered contact."""
    talk_left: float = 0.0
    """Mean talk over the written one, less 1, that these leave."""
    resolution_left: float = 0.0
    """Share solved at the first answered contact, less the written one, that these leave."""


@dataclass(frozen=True, slots=True)
class SegmentReference:
    """The bond of a segment's customers under the reference operation at its rate of contacts (from `bond.py`)."""

    rest: float = 0.0
    """Where attitude goes without contacts, SD: it balances the mean jump of contacts, so that the mean stays 0."""
    grievance: float = 0.0
    """Mean open grievance: the usual one."""
    wallet_rest: float = 1.0
    """Where wallets go without wallet events: it balances them, so that the mean wallet stays 1."""
    attitude_law: tuple[float, ...] = ()
    """Evenly spaced quantiles of the displacement of attitude; empty: all are 0."""
    promise_lean: float = 0.0
    """What broken promises take from attitudes, SD; strong relations feel them more, so theirs lie below the mean."""
    product_lean: float = 0.0
    """What product failures take; strong relations feel them less."""
    churn_factor: float = 1.0
    """Mean over a year of what the bond multiplies the hazard of leaving by; observed churn has it in it."""
    churn_spread: float = 0.0
    """Relative variance of that factor over customers."""
    usual_factor: float = 1.0
    """The same mean for a customer of displacement 0 who lives on among the usual contacts."""


@dataclass(frozen=True, slots=True)
class UsualService:
    """How customers are served under the reference operation: what they are used to."""

    calls: float = 0.0
    """Calls that it was seen on, of its horizon; without any, nothing else is known."""
    service_level: float = 0.0
    """Share, by the scenario's goal and formula."""
    wait_s: float = 0.0
    """Mean wait of answered calls, seconds; 0 if none was."""
    hung_up: float = 0.0
    """Share of calls, as the next: hung up while waiting."""
    turned_away: float = 0.0
    """Heard busy, balked, were diverted, or cut off at closing."""
    solved: float = 0.0
    """Share of first answers that solved it."""


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
    segments: Mapping[str, SegmentReference] = field(default_factory=dict)
    service: UsualService = UsualService()

    @classmethod
    def neutral(cls, reasons: Iterable[str]) -> Reference:
        """Experience is its own measure: centre 0, spread 1, labels at +-0.84 (20th, 80th percentile)."""
        return cls({name: ReasonReference() for name in reasons})

    def of(self, reason: str) -> ReasonReference:
        """The reference of one reason."""
        return self.reasons.get(reason, self.fallback)

    def segment(self, name: str) -> SegmentReference:
        """The reference of one segment; neutral where there is none."""
        return self.segments.get(name, SegmentReference())

    def strain_of(self, group: str) -> float:
        """The usual strain of one group."""
        return self.strain.get(group, self.usual_strain)
