"""Section `moments`: the contact reasons, each a kind of need with its stakes and its handling."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from momentsim.scenario.laws.law import Law
from momentsim.scenario.quantities import Duration, Money, Name, Share, Switch
from momentsim.scenario.sections.base import NonNegative, Section


class SelfServiceFit(Section):
    """How a reason fares in self-service."""

    adoption: Share = Field(0.0, description="Share of moments that start in self-service.")
    success_simple: Share = Field(
        0.58, description="Success on a simple case of average complexity, stakes 0."
    )
    success_at_stakes: Share = Field(0.05, description="Success on a case of average complexity, stakes 1.")
    complexity_slope: float = Field(
        0.8, ge=0, le=5, description="Fall of the logit of success per SD of complexity."
    )
    break_out: Share = Field(
        0.7, description="Share of failures that go on to a person; the rest give up silently."
    )
    context_passed: Share = Field(0.5, description="Share of break-outs whose context reaches the agent.")
    duration: Law = Field(Law(mean=180, cv=0.8), description="Time spent in self-service.")


class Promise(Section):
    """What is still due after the talk that solves it: a visit, a call back, a delivery."""

    within: Duration = Field(gt=0, description="From the talk to the due date.")
    kept: Share = Field(description="Share of promises that are kept.")
    repeat_failure: Share = Field(
        0.0, description="Share of kept promises after which the same thing fails again."
    )
    repeat_after: Law = Field(
        Law(distribution="exponential", mean=7 * 86400), description="Time until it does."
    )


class Selling(Section):
    """Offers at the end of a talk."""

    pressure: Share = Field(description="Share of talks in which an offer is made.")
    margin: Money = Field(description="Margin of one sale, over as long as it is meant to count.")
    acceptance: Share = Field(
        description="Share of customers who take it after real help, as they are at the start."
    )
    only_after_help: Switch = Field(
        False, description="Offers are made only after real help: solved, well served and calm."
    )


class Escalated(Section):
    """How it goes on once a need is passed on to those who may decide. What is left out is as in the first talk."""

    handling_time: Law | None = Field(None, description="Talk time with the colleague.")
    wrap_up: Law | None = Field(None, description="After-call work of the colleague.")
    patience: Law | None = Field(None, description="Patience in the colleague's queue, from joining it.")


class Moment(Section):
    """A contact reason: one kind of need."""

    stakes: Share = Field(0.2, description="0 routine, 1 a moment of truth.")
    builder: Switch = Field(False, description="Can it deepen the relation, or only harm it?")
    failure: Literal["product", "promise"] | None = Field(
        None, description="What breaks when it goes wrong: strong relations forgive a product, not a promise."
    )
    price: Money | None = Field(
        None,
        gt=0,
        description="Price of what fails, against which compensation is judged; a share of the margin when left out.",
    )
    owner: Name = Field("operations", description="The department that causes it.")
    skill: Name | None = Field(
        None, description="Queue that serves it; the only skill when there is just one."
    )
    priority: int = Field(5, ge=1, le=9, description="1 is served first.")
    head_start: Duration = Field(
        0, description="Within one priority, stands in the queue as if it had come this much earlier."
    )
    handling_time: Law = Field(
        description="Talk time as observed in the reference operation, with all that makes single talks longer or "
        "shorter there (`behaviour.calibration`)."
    )
    wrap_up: Law | None = Field(None, description="After-call work; none when left out.")
    complexity_sd: NonNegative = Field(0.0, le=3, description="Spread of complexity between moments, SD.")
    resolution: Share = Field(
        0.70, description="Share that the first contact with an agent solves, as observed there."
    )
    reconnect: Share = Field(0.95, description="Share of unsolved moments that contact again.")
    reconnect_delay: Law = Field(
        Law(median=86400, sigma=1.0), description="Time until an unsolved moment returns."
    )
    beyond_authority: Share = Field(
        0.0, description="Share of needs that ask for a decision the front line may not take."
    )
    escalates_to: Name | None = Field(
        None,
        description="Skill of those who may decide; when left out such needs wait again in their own queue.",
    )
    escalated: Escalated = Field(
        Escalated(), description="Times of the second stage; left out: those of the first."
    )
    patience: Law | None = Field(None, description="Overrides waiting.patience for this reason.")
    expected_wait: Duration | None = Field(
        None,
        description="Wait that customers find normal; the mean of the reference operation when left out.",
    )
    self_service: SelfServiceFit | None = Field(
        None, description="Self-service for this reason; left out: goes straight to a person."
    )
    promise: Promise | None = Field(
        None, description="What is still due after the talk that solves it; left out: nothing."
    )
    selling: Selling | None = Field(None, description="What is offered in its talks; left out: nothing.")
