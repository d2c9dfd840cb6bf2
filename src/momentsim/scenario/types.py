"""The scenario, typed: what a planner may write, with unit, range, default and one sentence for each key.

Durations are seconds, shares are 0..1 and money is in the scenario's one currency once a file is read.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from momentsim.scenario.laws.law import Law, Part
from momentsim.scenario.quantities import Beginning, Duration, Name, ServiceGoal
from momentsim.scenario.sections.base import (
    ALL_DAYS,
    FEW,
    MANY,
    Count,
    NonNegative,
    Positive,
    Section,
    Weekday,
)
from momentsim.scenario.sections.careers import Careers
from momentsim.scenario.sections.crises import (
    Blackout,
    CalledReserves,
    Compensation,
    Notice,
    PreCancellation,
    SelfServiceOffer,
    Storm,
    StormDay,
)
from momentsim.scenario.sections.customers import Customers, Segment
from momentsim.scenario.sections.demand import Demand, RatePeriod, Volume
from momentsim.scenario.sections.diverting import Divert, Voicemail
from momentsim.scenario.sections.levers import Lever
from momentsim.scenario.sections.moments import Moment, Promise, SelfServiceFit, Selling
from momentsim.scenario.sections.opening import Opening
from momentsim.scenario.sections.opening_hours import OpeningHours
from momentsim.scenario.sections.people import Incentives, Teams
from momentsim.scenario.sections.programmes import Programme
from momentsim.scenario.sections.recovery import Recovery, RecoveryTeam, SpeechAnalytics
from momentsim.scenario.sections.settings import SWITCHES, Behaviour, Economics, Run
from momentsim.scenario.sections.shift_rules import BreakRule, ShiftKind, ShiftRules
from momentsim.scenario.sections.waiting import (
    Announcement,
    CallbackOffer,
    Detector,
    Message,
    Redial,
    Routing,
    Waiting,
)
from momentsim.scenario.sections.workforce import Break, Group, HeadsPeriod, PlannedHeads, Shift, Workforce

__all__ = [
    "ALL_DAYS",
    "SWITCHES",
    "Announcement",
    "Behaviour",
    "Blackout",
    "Break",
    "BreakRule",
    "CallbackOffer",
    "CalledReserves",
    "Careers",
    "Compensation",
    "Count",
    "Customers",
    "Demand",
    "Detector",
    "Divert",
    "Economics",
    "Group",
    "HeadsPeriod",
    "Incentives",
    "Law",
    "Lever",
    "Message",
    "Moment",
    "NonNegative",
    "Notice",
    "Opening",
    "OpeningHours",
    "Part",
    "PlannedHeads",
    "Positive",
    "PreCancellation",
    "Programme",
    "Promise",
    "RatePeriod",
    "Recovery",
    "RecoveryTeam",
    "Redial",
    "Routing",
    "Run",
    "Scenario",
    "Section",
    "Segment",
    "SelfServiceFit",
    "SelfServiceOffer",
    "Selling",
    "ServiceGoal",
    "Shift",
    "ShiftKind",
    "ShiftRules",
    "SpeechAnalytics",
    "Storm",
    "StormDay",
    "Teams",
    "Voicemail",
    "Volume",
    "Waiting",
    "Weekday",
    "Workforce",
]


class Scenario(Section):
    """One complete scenario."""

    name: Annotated[str, Field(min_length=1, max_length=100)] = Field(description="Name of the scenario.")
    description: Annotated[str, Field(max_length=20_000)] = Field(
        "", description="What it is about, in a sentence or two."
    )
    start: Beginning = Field(description="First instant simulated, at a full interval.")
    horizon: Duration = Field(gt=0, le=3 * 366 * 86400, description="How long new moments arise.")
    interval: Duration = Field(
        1800, ge=60, le=86400, description="Length of a reporting interval; divides a day."
    )
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = Field(1, description="Seed of all random numbers.")
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = Field(
        "USD", description="The one currency, as three capital letters."
    )
    customers: Customers = Field(description="Who may call.")
    moments: dict[Name, Moment] = Field(min_length=1, max_length=MANY, description="Contact reasons by name.")
    demand: Demand = Field(description="How many moments, and when.")
    workforce: Workforce = Field(description="Who answers.")
    opening: Opening = Field(Opening(), description="How the first instant finds the centre.")
    opening_hours: dict[Name, OpeningHours] = Field(
        {},
        max_length=FEW,
        description="When queues are open, by queue, or `all` for those that are not listed; left out: always.",
    )
    divert: dict[Name, Divert] = Field(
        {},
        max_length=FEW,
        description="When callers are sent away from a queue, by queue, or `all` for those that are not listed; left "
        "out: never.",
    )
    routing: Routing = Field(Routing(), description="Who gets the next contact.")
    waiting: Waiting = Field(Waiting(), description="The queue.")
    crises: dict[Name, Storm] = Field({}, max_length=FEW, description="Crises by name.")
    levers: dict[Name, Lever] = Field(
        {}, max_length=FEW, description="What can be done while it runs, by name; a crisis may have its own."
    )
    programmes: dict[Name, Programme] = Field(
        {}, max_length=FEW, description="What is done about people and habits, by name."
    )
    recovery: Recovery | None = Field(
        None, description="How bad moments are noticed and made good; left out: they are not."
    )
    behaviour: Behaviour = Field(Behaviour(), description="Switches, and overrides of evidence parameters.")
    economics: Economics = Field(Economics(), description="Prices.")
    run: Run = Field(Run(), description="How it is run.")
