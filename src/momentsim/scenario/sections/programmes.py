"""Section `programmes`: what a firm does about its people and habits, with cost, lead time, duration and decay.

A programme has a strength between 0 and 1 on every date: 0 until its start and lead time are over, rising while
it is adopted, 1 until its end, and fading from then on. The strength is settled at midnight for the whole date.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from momentsim.scenario.quantities import Beginning, Duration, Money, Name, Share, Switch, Timestamp
from momentsim.scenario.sections.base import FEW, Positive, Section, StandardDeviations

_YEAR_S = 31_557_600.0
_DAY_S = 86_400.0


class _Programme(Section):
    """What every kind of programme has."""

    groups: Annotated[tuple[Name, ...], Field(min_length=1, max_length=FEW)] | None = Field(
        None, description="Groups of the workforce that take part; all but reserves when left out."
    )
    start: Beginning | None = Field(
        None, description="When it is decided and paid for; the scenario's start when left out."
    )
    lead_time: Duration = Field(0, description="From the start until the first effect.")
    adoption: Duration = Field(
        90 * _DAY_S,
        description="From the first effect to the full one, in a straight line; in training agents take turns over it.",
    )
    end: Timestamp | None = Field(None, description="When it is stopped; it stays when left out.")
    decay_half_life: Duration | None = Field(
        None,
        gt=0,
        description="Time in which the effect halves after the end; it is gone at once when left out.",
    )
    cost: Money = Field(0, description="One-off, at the start.")
    cost_per_agent: Money = Field(0, description="For each agent of its groups, once.")
    cost_per_month: Money = Field(
        0, description="For each month from the end of the lead time to the end, within the horizon."
    )


class _Training(_Programme):
    """What training programmes share: agents take turns over `adoption`, off the phones and paid."""

    decay_half_life: Duration | None = Field(
        _YEAR_S, gt=0, description="Time in which an agent's gain halves after the course."
    )
    end: Timestamp | None = Field(None, description="No course begins from here on; the gains stay.")
    cost_per_agent: Money = Field(0, description="For each agent whose course begins.")
    hours_per_day: Duration = Field(
        4 * 3600,
        gt=0,
        le=_DAY_S,
        description="Most of it on one day, from the beginning of the agent's time.",
    )


class EmpathyTraining(_Training):
    """Agents learn to read and handle emotions; does nothing where `behaviour.emotional_intelligence` is off."""

    kind: Literal["empathy_training"] = Field(description="What sort of programme it is.")
    gain: StandardDeviations = Field(
        0.45,
        ge=0,
        le=2,
        description="Emotional intelligence gained from the day after the course, SD (15 points).",
    )
    hours: Duration = Field(
        20 * 3600, gt=0, le=1000 * 3600, description="Rostered time off the phones per agent."
    )


class SkillTraining(_Training):
    """Agents learn to work faster, and some of it rubs off; does nothing where `behaviour.learning` is off."""

    kind: Literal["skill_training"] = Field(description="What sort of programme it is.")
    speed: Share = Field(
        0.10, description="Speed gained from the day after the course (contacts per hour of work)."
    )
    spill_over: Share = Field(
        0.05, description="Speed gained by an untrained agent when all peers of the group are trained."
    )
    hours: Duration = Field(
        40 * 3600, gt=0, le=1000 * 3600, description="Rostered time off the phones per agent."
    )


class EmpathyHiring(_Programme):
    """Agents hired from now on are chosen for their emotional intelligence."""

    kind: Literal["empathy_hiring"] = Field(description="What sort of programme it is.")
    gain: StandardDeviations = Field(
        0.5, ge=0, le=2, description="Emotional intelligence of new hires above the group's own, SD."
    )
    cost_per_hire: Money = Field(
        0, description="For each agent hired this way, beside what replacing an agent costs anyway."
    )


class AiAssist(_Programme):
    """Software that tells agents what to do next: novices gain, experts hardly."""

    kind: Literal["ai_assist"] = Field(description="What sort of programme it is.")
    learning_months: Positive = Field(
        0.9, le=120, description="Months in which a novice's gap falls by 63 %, with the software."
    )
    novice_gap: Share = Field(0.15, le=0.9, description="How much slower a complete novice works with it.")
    exit_factor: Positive = Field(
        0.6, le=10, description="Multiplies exits of agents in their first three months."
    )
    cost_per_agent_month: Money = Field(
        0, description="Licence for each agent and month, as `cost_per_month`."
    )


class IncentiveChange(_Programme):
    """Agents are paid and praised for other things. The three weights add up to 100 %."""

    kind: Literal["incentive_change"] = Field(description="What sort of programme it is.")
    handling_time: Share = Field(description="New weight of short handling times.")
    resolution: Share = Field(description="New weight of solving it.")
    customer_voice: Share = Field(description="New weight of what customers say.")
    managers_too: Switch = Field(
        True, description="Are managers judged likewise? If not, old habits stay and the gap shows."
    )
    habit: Share = Field(
        0.5, description="Share of the old practice that stays where managers are judged as before."
    )


class ScriptChange(_Programme):
    """Agents are scripted more or less than before."""

    kind: Literal["script_change"] = Field(description="What sort of programme it is.")
    script: Share = Field(description="How scripted they are in the end.")


class Empowerment(_Programme):
    """Agents may decide more, or spend more, on their own. Give one of `autonomy`, `authority`, or both."""

    kind: Literal["empowerment"] = Field(description="What sort of programme it is.")
    autonomy: Share | None = Field(None, description="How freely they may act in the end.")
    authority: Money | None = Field(None, description="What they may spend on a customer without approval.")


class ExpertTeams(_Programme):
    """Small teams own their customers and their result: freer, longer calls that solve more, fewer exits."""

    kind: Literal["expert_teams"] = Field(description="What sort of programme it is.")
    autonomy: Share = Field(0.8, description="How freely they may act in the end.")
    longer_calls: Share = Field(0.10, description="Lengthening of talks.")
    resolution_points: Share = Field(
        0.10, le=0.5, description="Rise of resolution at the mean of the scenario's moments (logit shift)."
    )
    absence_factor: Positive = Field(0.76, le=10, description="Multiplies the odds of an absent day.")
    exit_factor: Positive = Field(0.52, le=10, description="Multiplies exits.")
    strength: Share = Field(1.0, description="How much of the whole bundle is done.")


class ServicePledges(_Programme):
    """A promise to customers that the house lives by; adopted slowly, along an S-curve."""

    kind: Literal["service_pledges"] = Field(description="What sort of programme it is.")
    adoption: Duration = Field(
        180 * _DAY_S, description="From the first effect to the full one, along an S-curve."
    )
    one_voice: Share = Field(0.5, description="How alike agents answer in the end.")
    quality: StandardDeviations = Field(0.10, ge=-1, le=1, description="Quality of talks gained, SD.")
    engagement: StandardDeviations = Field(0.20, ge=-1, le=1, description="Engagement of agents gained, SD.")


class HomeWorking(_Programme):
    """Agents work from home: fewer lost minutes, a little faster, and they stay."""

    kind: Literal["home_working"] = Field(description="What sort of programme it is.")
    speed: Share = Field(0.04, description="Speed gained.")
    availability: Share = Field(
        0.09,
        description="More rostered heads available, at most up to all: acts on the group's shrinkage only.",
    )
    exit_factor: Positive = Field(0.5, le=10, description="Multiplies exits.")


class WowBudget(_Programme):
    """Small gifts or letters to customers after a contact with an agent of these groups, from a monthly budget.

    Who gets one is drawn, so that an everyday month spends the budget; more is never spent.
    """

    kind: Literal["wow_budget"] = Field(description="What sort of programme it is.")
    budget_per_month: Money = Field(description="Most that is spent in a month of full strength.")
    gift: Money = Field(gt=0, description="Cost of one gift, with a return that grows with its square root.")
    words_only: Switch = Field(
        False, description="A letter: moves attitude but not behaviour, as words do little for spending."
    )


Programme = Annotated[
    EmpathyTraining
    | SkillTraining
    | EmpathyHiring
    | AiAssist
    | IncentiveChange
    | ScriptChange
    | Empowerment
    | ExpertTeams
    | ServicePledges
    | HomeWorking
    | WowBudget,
    Field(discriminator="kind"),
]
"""One programme of any kind."""
Training = (EmpathyTraining, SkillTraining)
"""Kinds with courses."""
