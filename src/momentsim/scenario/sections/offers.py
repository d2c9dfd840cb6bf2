"""Parts of section `moments`: what is promised at the end of a talk, and what is offered there."""

from __future__ import annotations

from pydantic import Field

from momentsim.scenario.laws.law import Law
from momentsim.scenario.quantities import Duration, Money, Share, Switch
from momentsim.scenario.sections.base import Section


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
