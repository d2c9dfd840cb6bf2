"""Sections `routing` and `waiting`: who gets the next contact, and what callers do in the queue."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from momentsim.scenario.laws.law import Law, Part
from momentsim.scenario.quantities import Duration, ServiceGoal, Share, Switch
from momentsim.scenario.sections.base import Section


class Detector(Section):
    """How well moments of truth are told from others when they arrive; for `heart` and `order: detected`."""

    sensitivity: Share = Field(0.8, description="Share of moments of truth that are found.")
    specificity: Share = Field(0.9, description="Share of other moments that are left alone.")
    stakes_above: Share = Field(0.7, description="From these stakes on a moment is a moment of truth.")


class Routing(Section):
    """Who gets the next contact, and which contact is next."""

    agent_choice: Literal[
        "longest_idle", "highest_emotional_intelligence", "most_skilled", "least_occupied", "heart"
    ] = Field(
        "longest_idle",
        description="Which of the free agents takes it. heart: detected moments of truth go to the most "
        "empathetic agents, who are kept free for them and take them first.",
    )
    heart_agents: Share = Field(
        0.25,
        description="Under heart: share of agents, those of the highest emotional intelligence, kept for "
        "moments of truth.",
    )
    detector: Detector = Field(Detector(), description="How moments of truth are detected.")
    order: Literal["first_come", "stakes", "value", "anger", "detected"] = Field(
        "first_come",
        description="Within one priority: first come, or the higher band of this score first. stakes knows the "
        "truth; detected knows what the detector says.",
    )


class Redial(Section):
    """Calling again after hanging up or hearing busy."""

    first: Share = Field(0.5, description="Probability after the first failed attempt.")
    further: Share = Field(0.5, description="Probability after each further one.")
    delay: Law = Field(Law(median=1200, sigma=1.0), description="Time until the next attempt.")


class Waiting(Section):
    """The queue."""

    lines: Annotated[int, Field(ge=1, le=10_000_000)] | None = Field(
        None, description="Lines: waiting plus talking; further callers hear busy. No limit when left out."
    )
    patience: Law = Field(
        Law(
            distribution="mixture",
            parts=(
                Part(weight=0.05, law=Law(distribution="exponential", mean=6)),
                Part(weight=0.95, law=Law(median=270, sigma=1.1)),
            ),
        ),
        description="How long callers wait before they hang up.",
    )
    announce_wait: Switch = Field(False, description="Tell callers the expected wait; some then balk.")
    announced_handling_time: Annotated[Duration, Field(ge=1)] | None = Field(
        None, description="Handling time the announcement reckons with; left out: a moving mean of the last."
    )
    redial: Redial = Field(Redial(), description="Calling again after a failed attempt.")
    service_level: ServiceGoal = Field(ServiceGoal(0.8, 20.0), description="Share answered within seconds.")
    service_level_abandons: Literal[
        "count", "ignore", "ignore_short", "ignore_in_threshold", "credit_in_threshold"
    ] = Field(
        "count",
        description="Formula of the service level, by how abandoned contacts count: as missed; not at all; "
        "not the short ones; not those within the threshold; or those within the threshold as served in time.",
    )
    short_abandon: Duration = Field(5, description="An abandoned contact is short up to this wait.")
