"""Sections `behaviour`, `economics` and `run`: switches, prices, and how a scenario is run."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from momentsim.scenario.quantities import LIFETIME, Duration, Money, Name, Outlook, Share, Switch
from momentsim.scenario.sections.base import FEW, MANY, Positive, Section


class Behaviour(Section):
    """Switches of behaviour, and overrides of evidence parameters. `behaviour: off` switches all off."""

    anger: Switch = Field(True, description="Anger from waits and failures, and what it does to talk time.")
    fatigue: Switch = Field(True, description="Agents tire within the shift.")
    load: Switch = Field(True, description="Handling times react to load.")
    learning: Switch = Field(True, description="Novices are slower and solve less.")
    emotional_intelligence: Switch = Field(True, description="Emotional intelligence of agents matters.")
    emotional_labour: Switch = Field(
        True,
        description="Agents feel with customers or put on a face, which shows in quality and in burnout.",
    )
    scripting: Switch = Field(
        True, description="A script harms moments of truth, and shortens routine talks and makes them alike."
    )
    memory: Switch = Field(True, description="Experience changes attitude, behaviour and wallet.")
    crisis_multipliers: Switch = Field(True, description="A crisis changes patience, redial and resolution.")
    feedback: Switch = Field(True, description="What customers lived through changes what they do next.")
    incentives: Switch = Field(True, description="Agents follow what their team leaders look at.")
    knowledge: Switch = Field(
        True, description="Agents differ in knowledge, and customers ask again elsewhere."
    )
    teams: Switch = Field(True, description="Teams and sites differ in quality.")
    matching: Switch = Field(True, description="Matched agents serve their segments better.")
    expectations: Switch = Field(True, description="Expectations adapt: praise raises the bar.")
    grievances: Switch = Field(
        True, description="A let-down leaves a grievance, and customers with one leave more readily."
    )
    buffering: Switch = Field(
        True, description="Strong relations forgive product failures and punish broken promises."
    )
    brand: Switch = Field(True, description="A crisis moves what everybody thinks of the firm.")
    word_of_mouth: Switch = Field(
        True,
        description="Where customers are won at all: delights bring customers, let-downs keep them away.",
    )
    selling: Switch = Field(True, description="Offers in the wrong moment harm.")
    burnout: Switch = Field(True, description="Strain wears agents out over weeks (groups with careers).")
    engagement: Switch = Field(
        True, description="How agents are led keeps them or not (groups with careers)."
    )
    calibration: Switch = Field(
        True,
        description="Handling times and shares solved that are written are those of the reference operation, with "
        "all that makes single talks longer or shorter there; off: they are those before such effects.",
    )
    textbook: Switch = Field(
        False,
        description="What is not written is as in a textbook: every need is solved, nobody calls again after a "
        "failed attempt, agents are alike, passing on takes no time, and customers need not be described. "
        "`behaviour: off` switches this on.",
    )
    load_mode: Literal["speedup", "slowdown"] = Field(
        "speedup", description="Do agents work faster or slower under load? Both are published."
    )
    parameters: dict[str, float] = Field(
        {}, max_length=MANY, description="Evidence parameters by name; see `momentsim evidence`."
    )


SWITCHES = (
    "anger",
    "fatigue",
    "load",
    "learning",
    "emotional_intelligence",
    "emotional_labour",
    "scripting",
    "memory",
    "crisis_multipliers",
    "feedback",
    "incentives",
    "knowledge",
    "teams",
    "matching",
    "expectations",
    "grievances",
    "buffering",
    "brand",
    "word_of_mouth",
    "selling",
    "burnout",
    "engagement",
    "calibration",
)
"""Keys that `behaviour: off` switches off."""


class Economics(Section):
    """Prices, and how far the value of a customer is counted."""

    outlook: Outlook = Field(
        LIFETIME,
        description="How far the margins of a customer are counted: until they leave, or to so many months after "
        "the horizon. All `value_*` and `net_benefit` use it; `value_net_12m` stands beside them.",
    )
    discount_rate: Share = Field(
        0.10,
        description="What a margin is worth less for each year after the scenario's start: a margin earned after t "
        "years counts (1 + rate)^-t.",
    )
    telephony_per_minute: Money = Field(0.02, description="Per minute of a line in use.")
    self_service_session: Money = Field(0.10, description="Per session of self-service.")
    notice_message: Money = Field(0.05, description="Per proactive notice sent.")
    overtime_factor: Positive = Field(1.5, le=100, description="Overtime pay over normal pay.")


class Run(Section):
    """How it is run; nothing here changes the law of what is simulated."""

    replications: Annotated[int, Field(ge=1, le=100_000)] = Field(
        20, description="Independent repetitions of the simulation."
    )
    antithetic: Switch = Field(
        False,
        description="Replications in pairs: whatever is drawn high in one is drawn low in the other.",
    )
    precision: Share | None = Field(
        None,
        gt=0,
        description="Instead of a number of replications: repeat until the 95 % interval of each chosen measure "
        "is this far to either side, in percentage points for shares and points, relative to the value otherwise.",
    )
    precision_measures: Annotated[tuple[Name, ...], Field(min_length=1, max_length=FEW)] | None = Field(
        None,
        description="Measures that `precision` is about; else service_level, abandoned_share, wait_mean_s and "
        "cost_total.",
    )
    max_replications: Annotated[int, Field(ge=20, le=100_000)] | None = Field(
        None, description="Where a run with `precision` ends in any case; else 200."
    )
    run_out: Duration = Field(
        7 * 86400, ge=0, le=7 * 86400, description="Longest time to drain open moments."
    )
