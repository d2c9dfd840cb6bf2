"""Section `crises`: storms with their timeline, blackouts and the levers that can be pulled."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from momentsim.scenario.laws.law import Law
from momentsim.scenario.quantities import (
    Beginning,
    Duration,
    Money,
    Name,
    Share,
    Switch,
    TimeOfDay,
    Timestamp,
)
from momentsim.scenario.sections.base import MANY, Count, NonNegative, Positive, Section, StandardDeviations
from momentsim.scenario.sections.lever_time import LeverTime
from momentsim.scenario.sections.waiting import Redial


class StormDay(Section):
    """One day of a storm."""

    scheduled: Count = Field(description="Services planned: flights, lines, households' supply.")
    failed: Count = Field(description="How many of them failed: were cancelled, cut, out of order.")
    announced_from: TimeOfDay = Field(6 * 3600, description="First announcement of the day.")
    announced_until: TimeOfDay = Field(18 * 3600, description="Last announcement of the day.")


class Blackout(Section):
    """Front line without instructions."""

    start: Beginning = Field(description="From when.")
    end: Timestamp = Field(description="Until when.")
    resolution_factor: Share = Field(0.6, description="Multiplies resolution of crisis moments.")
    handling_factor: Positive = Field(1.3, ge=0.01, le=100, description="Multiplies their handling time.")


class PreCancellation(Section):
    """Lever: a share of the failures is decided and announced earlier, and the harm is softened by the warning.

    The affected learn that much earlier, so their calls come earlier too. How many fail stays with `days`.
    """

    share: Share = Field(0.7, description="Share of the affected who are told ahead.")
    hours_ahead: Duration = Field(
        14 * 3600, description="By how much earlier than the announcements in `days`."
    )


class CalledReserves(Section):
    """Lever: call in a reserve group."""

    group: Name = Field(description="A group of the workforce with `reserve: on`.")
    at: LeverTime = Field(description="When the call goes out.")
    delay: Law = Field(Law(median=3 * 3600, sigma=0.4), description="Time until a called agent is ready.")
    show_up: Share = Field(0.8, description="Share of those called who come.")
    until: LeverTime = Field(
        "never",
        description="When they are sent home, at the end of an interval; never: they stay to the end.",
    )
    until_short_for: Duration | None = Field(
        None,
        gt=0,
        description="Sent home once the queues they serve have been short for so long without a break, from the last "
        "announcement in `days` on.",
    )
    short_queue: Count = Field(
        10, description="A queue is short in an interval in which no more wait on average."
    )


class SelfServiceOffer(Section):
    """Lever: affected customers are offered a way to help themselves."""

    at: LeverTime = Field(description="When it is switched on.")
    adoption: Share = Field(0.5, description="Share of affected customers who try it.")
    success: Share = Field(0.7, description="Success at average complexity.")
    cost: Money = Field(0, description="One-off cost of switching it on.")


class Notice(Section):
    """Lever: tell affected customers before they call."""

    at: LeverTime = Field(description="From when notices are sent.")
    reach: Share = Field(0.8, description="Share of affected customers who get it.")
    clarity: Share = Field(0.6, description="0.3 poor, 0.9 complete with a way to act.")
    hours_ahead: Duration = Field(0, description="Time between the notice and the disruption.")


class Compensation(Section):
    """Lever: pay affected customers."""

    at: LeverTime = Field(description="When it is announced.")
    amount: Money = Field(description="Face value per affected customer.")
    delay: Duration = Field(2 * 86400, description="From the disruption to the customer's hands.")
    apology: Switch = Field(True, description="With an apology that admits the fault.")
    form: Literal["voucher", "cash"] = Field(
        "voucher",
        description="Not all vouchers are used, and those cost less than their face value; cash does not.",
    )


class Refund(Section):
    """What failed is paid back to those who ask for their money: a cost of the event, not a lever.

    Everybody has a right to it, so it wins nobody back; fewer take it where they were helped.
    """

    amount: Money = Field(gt=0, description="Paid back to an affected customer who takes the money.")
    unmet: Share = Field(0.8, description="Share of them who do where nobody met their need.")
    met: Share = Field(0.2, description="Share of them who do though they were helped.")


class HelpedElsewhere(Section):
    """Help by others than the centre: at the airport, in a shop. Left out: nobody is.

    Whoever is helped elsewhere before the centre has met the need calls no more. What was lived through until then
    counts; the help itself is no merit of the centre, and the need is not one that nobody met.
    """

    share: Share = Field(0.3, description="Share of the affected who can find it.")
    delay: Law = Field(
        Law(median=24 * 3600, sigma=0.8), description="From the announcement until they have found it."
    )
    hub_dependence: Share = Field(
        0.0,
        description="How far those who help there need the centre themselves: they fail by this times the share of "
        "attempts that fail lately, and the customer comes again after another delay.",
    )


class Storm(Section):
    """A crisis of operations: many customers need help at once."""

    kind: Literal["storm"] = Field("storm", description="What sort of crisis it is.")
    moment: Name = Field(description="Reason of the affected.")
    status_moment: Name | None = Field(None, description="Reason of status calls by the others.")
    days: dict[str, StormDay] = Field(
        min_length=1, max_length=MANY, description='By date, quoted, like "2007-02-14".'
    )
    customers_per_service: Positive = Field(
        119, le=1e6, description="Customers of one service: on a flight, behind a cable."
    )
    party_size: Positive = Field(
        1.7,
        ge=0.01,
        le=1e4,
        description="Customers who share one contact: a household, those who travel together.",
    )
    call_share: Share = Field(0.85, description="Affected parties that will call.")
    status_share: Share = Field(0.25, description="Unaffected parties that call for status on a storm day.")
    status_threshold: Count = Field(50, description="Failures in a day above which others start to ask.")
    first_contact_delay: Law = Field(
        Law(distribution="exponential", mean=15 * 3600),
        description="From the announcement to the first contact.",
    )
    stakes: Share | None = Field(None, description="Stakes of the affected; the reason's own when left out.")
    severity: NonNegative = Field(1.0, le=4, description="Harm done by the event itself, SD at stakes 1.")
    price: Money | None = Field(
        None,
        gt=0,
        description="Price of what failed, against which compensation is judged; the reason's when left out.",
    )
    refund: Refund | None = Field(None, description="What is paid back; left out: nothing.")
    helped_elsewhere: HelpedElsewhere | None = Field(
        None, description="Help by others than the centre; left out: nobody is helped elsewhere."
    )
    anger: Share = Field(0.3, description="Anger the event itself leaves.")
    brand_shock: StandardDeviations = Field(
        0.0, ge=0, le=3, description="How far what everybody thinks of the firm falls when it begins, in SD."
    )
    patience_factor: Positive = Field(
        4.0, ge=0.001, le=1000, description="Multiplies patience of the affected."
    )
    resolution_factor: Share = Field(
        1.0, description="Multiplies resolution of crisis moments (what could help runs out)."
    )
    redial: Redial = Field(Redial(first=0.9, further=0.9), description="Calling again in the crisis.")
    reconnect: Share | None = Field(
        None,
        description="Share of unsolved crisis moments that contact again; the reason's own when left out.",
    )
    reconnect_delay: Law | None = Field(
        None, description="Time until they do; the reason's own when left out."
    )
    pre_cancel: PreCancellation | None = Field(None, description="Lever: announce failures ahead.")
    blackouts: tuple[Blackout, ...] = Field((), max_length=MANY, description="Spells without instructions.")
    reserves: dict[Name, CalledReserves] = Field(
        {}, max_length=MANY, description="Lever: reserve groups called in."
    )
    self_service_offer: SelfServiceOffer | None = Field(
        None, description="Lever: affected customers help themselves."
    )
    notice: Notice | None = Field(None, description="Lever: tell affected customers first.")
    compensation: Compensation | None = Field(None, description="Lever: pay affected customers.")
