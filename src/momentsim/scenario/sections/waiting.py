"""Sections `routing` and `waiting`: who gets the next contact, and what callers do in the queue."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from momentsim.scenario.laws.law import Law, Part
from momentsim.scenario.quantities import Duration, Name, ServiceGoal, Share, Switch
from momentsim.scenario.sections.base import FEW, MANY, Count, Section


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
    between_queues: Literal["preference", "longest_wait"] = Field(
        "preference",
        description="Which of their queues agents take from, within one priority: as `skills` lists them, or that of "
        "the call that has waited longest.",
    )
    between_groups: Literal["alike", "preference", "specialists"] = Field(
        "alike",
        description="Whose free agents a call asks first: all alike; by the place of its queue in their `skills`; or "
        "those with the fewest skills. Among equals agent_choice decides.",
    )


class Redial(Section):
    """Calling again after hanging up or hearing busy."""

    first: Share = Field(0.5, description="Probability after the first failed attempt.")
    further: Share = Field(0.5, description="Probability after each further one.")
    delay: Law = Field(Law(median=1200, sigma=1.0), description="Time until the next attempt.")


class CallbackOffer(Section):
    """A callback offered to those who would have to wait in a queue; who takes it hangs up and keeps the place."""

    wait_above: Duration | None = Field(
        None, description="Offered where the expected wait is longer; see the next key."
    )
    waiting_above: Count | None = Field(
        None,
        description="Offered where more wait already, callbacks among them. With neither key it is offered to all "
        "who would have to wait, with both where one of them holds.",
    )
    acceptance: Share = Field(0.375, description="Share of those who are offered one who take it.")
    called: Literal["in_turn", "when_quiet"] = Field(
        "in_turn",
        description="in_turn: the callback keeps the caller's place in the queue; when_quiet: it comes when an agent "
        "is free and nobody waits on the line.",
    )
    promise: Duration | None = Field(
        None,
        gt=0,
        description="Time told, within which the call comes; left out: `promise_margin` times the expected wait, in "
        "whole 5 minutes.",
    )
    promise_margin: Annotated[float, Field(ge=0.1, le=100)] = Field(
        1.5, description="Time told as a multiple of the expected wait."
    )
    tries: Annotated[int, Field(ge=1, le=10)] = Field(2, description="Calls made until one is answered.")
    no_answer: Share = Field(0.07, description="Share of calls that nobody answers.")
    ring: Duration = Field(30, le=3600, description="Agent's time of a call that nobody answers.")
    again_after: Duration = Field(900, description="From such a call to the next try.")


class Message(Section):
    """What everybody hears before the queue, also when an agent is free; who hears busy does not."""

    answers: dict[Name, Share] = Field(
        {},
        max_length=MANY,
        description="By moment: share of its callers whose only question it answers. They hang up, their need met.",
    )
    status_calls: Share = Field(0.5, description="The same share of status calls in a crisis.")
    lost: Share = Field(
        0.05, description="Share of all others who hang up on it too, their need unmet (they balk)."
    )


class Announcement(Section):
    """What callers of a queue are told."""

    tells: Literal["wait", "place", "nothing"] = Field(
        "wait",
        description="To those who have to wait: the expected wait, their place in the queue, or nothing.",
    )
    band: Annotated[Duration, Field(ge=60, le=3600)] = Field(
        300, description="The wait is told in whole bands of this length, in minutes."
    )
    message: Message | None = Field(None, description="A message before the queue; left out: none.")


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
    announce_wait: Switch = Field(
        False,
        description="Tell callers of all queues, exactly and by the agents of the whole centre, how long it will take; "
        "some then balk, nothing else changes. `announcements` tells more, by queue.",
    )
    announcements: dict[Name, Announcement] = Field(
        {},
        max_length=FEW,
        description="What callers are told, by queue, or `all` for those that are not listed; left out: nothing.",
    )
    callbacks: dict[Name, CallbackOffer] = Field(
        {},
        max_length=FEW,
        description="Callbacks offered, by queue, or `all` for those that are not listed; left out: none.",
    )
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
