"""Section `recovery`: how bad moments are noticed, and the team that makes them good."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from momentsim.scenario.laws.law import Law
from momentsim.scenario.quantities import Duration, Money, MoneyPerHour, Share, Switch, TimeOfDay
from momentsim.scenario.sections.base import ALL_DAYS, Section, Weekdays


class SpeechAnalytics(Section):
    """A detector in what was said to agents."""

    sensitivity: Share = Field(description="Share of let-downs with a talk that it marks.")
    specificity: Share = Field(description="Share of other moments with a talk that it leaves alone.")


class RecoveryTeam(Section):
    """People who call back customers that were let down."""

    people: Annotated[int, Field(ge=1, le=100_000)] = Field(description="How many work at the same time.")
    handling_time: Law = Field(description="Working time for one case.")
    start: TimeOfDay = Field(description="They work from this time of day.")
    end: TimeOfDay = Field(description="They begin no case from this time of day on.")
    days: Weekdays = Field(ALL_DAYS, description="Weekdays on which they work.")
    cost_per_hour: MoneyPerHour = Field(description="Loaded cost of an hour of one of them.")


class Recovery(Section):
    """How bad moments are noticed and made good."""

    survey: Switch = Field(False, description="A detractor's answer to the survey is followed up.")
    speech_analytics: SpeechAnalytics | None = Field(
        None, description="Talks are searched for let-downs; left out: they are not."
    )
    complaints: Switch = Field(
        False, description="Complaints of customers who were let down are followed up."
    )
    listening: Share = Field(0.0, description="Share of public posts that are found by search and calls.")
    team: RecoveryTeam | None = Field(None, description="Who makes it good; left out: it is only noticed.")
    order: Literal["first_come", "stakes", "value"] = Field(
        "first_come", description="Which case is next: noticed first, highest stakes, most valuable customer."
    )
    delay: Duration = Field(0, description="From noticing to the earliest start.")
    give_up_after: Duration = Field(14 * 86400, gt=0, description="A case noticed so long ago is dropped.")
    apology: Switch = Field(True, description="They apologise.")
    compensation: Money = Field(0, description="Face value per customer whose case is made good.")
    compensation_form: Literal["voucher", "cash"] = Field(
        "voucher",
        description="Not all vouchers are used, and those cost less than their face value; cash does not.",
    )
    gift: Money = Field(0, description="A gift or letter for each of them, at what it costs.")
