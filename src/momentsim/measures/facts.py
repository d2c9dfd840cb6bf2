"""Facts: the sums that measures are made of, each with its words, its unit and the scopes it exists in.

A measure is a fact, or a ratio of sums of facts, so everything that a number means is written here once and
printed by the tables, the reference page and the tests alike.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import Names
from momentsim.measures.digest import Digest
from momentsim.scenario.types import Scenario

FloatArray = npt.NDArray[np.float64]
Columns = dict[str, FloatArray]
"""Fact name -> array of shape (replications, items of the scope); NaN: has no meaning in this replication."""

SCOPES: Final = ("all", "reason", "skill", "group", "segment")


class Sample(NamedTuple):
    """Replications of one scenario: what every table of results is made from."""

    scenario: Scenario
    names: Names
    digests: tuple[Digest, ...]

    @property
    def members(self) -> int:
        """Successive replications that are one independent unit."""
        return members_of(self.scenario)


def members_of(scenario: Scenario) -> int:
    """2 where replications are antithetic pairs, else 1."""
    return 2 if scenario.run.antithetic else 1


class Fact(NamedTuple):
    """What a sum means."""

    words: str
    unit: str
    scopes: tuple[str, ...]
    counted: str


BY_ARRIVAL: Final = "the interval in which the leg arrived, and the queue it waited in; those of the horizon"
BY_ATTEMPT: Final = "the time at which the attempt was made, within the horizon"
AFTER: Final = "the time after the horizon's end"
BY_TIME: Final = "the interval in which the time passes, within the horizon"
BY_MOMENT: Final = (
    "when the moment began, within the horizon; it is followed to its end, in the run-out if need be"
)
AT_END: Final = "the horizon's end"
WHOLE: Final = "the horizon"
COSTS: Final = "the horizon: hours until its end, contacts that arrived and moments that began within it"

_CONTACT = ("all", "reason", "skill")
_MOMENT = ("all", "reason", "segment")
_STAFF = ("all", "group")
_CUSTOMER = ("all", "segment")
_CRISIS = ("all", "skill")


def _facts(scopes: tuple[str, ...], counted: str, unit: str, **words: str) -> dict[str, Fact]:
    return {name: Fact(text, unit, scopes, counted) for name, text in words.items()}


FACTS: Final[dict[str, Fact]] = {
    **_facts(
        _CONTACT,
        BY_ARRIVAL,
        "attempts",
        offered="attempts that reached the phone while the queue was open, those passed on counted once more where "
        "they wait again",
        offered_on_line="of these, attempts that did not take a callback",
        answered="attempts answered by an agent, likewise",
        answered_on_line="of these, attempts that were not called back",
        abandoned="attempts whose caller hung up while waiting",
        blocked="attempts that heard busy",
        balked="attempts whose caller left on hearing the announced wait",
        closed="attempts that found the queue closed (`opening_hours`), not among those offered",
        disconnected="attempts cut off while waiting, since the queue closed",
        diverted="attempts that were offered and then diverted (`divert`): waited too long, or found too many waiting",
        diverted_closed="attempts diverted since the queue was closed, not among those offered nor those `closed`",
        answered_at_home="attempts answered by an agent of the customer's home site (`workforce.home_sites`)",
        messages="messages that were left after diverting (`divert.*.voicemail`), by the queue that calls back",
        messages_answered="of these, messages whose customer was called back",
        informed="attempts that the message before the queue answered, not among those offered",
        callback_offers="attempts that were offered a callback",
        callbacks="of these, attempts that took it",
        called_back="of these, attempts that were called back and answered; among those answered",
        callbacks_kept="of these, attempts called within the time told, answered or not",
        not_called="of these, attempts that were never called, since the queue closed",
        answered_in_threshold="attempts answered on the line within the threshold",
        abandoned_in_threshold="attempts whose caller hung up within the threshold",
        abandoned_short="attempts whose caller hung up within `waiting.short_abandon`",
        service_met="attempts that met the service level, by the scenario's formula",
        service_base="attempts in the base of the service level, by the scenario's formula",
        contained="attempts solved in self-service, which stands before the reason's own queue",
        gave_up="attempts that left self-service with nothing and without asking for a person",
        broke_out="attempts that left self-service for a person",
        transferred="attempts answered by an agent and passed on to a colleague who may decide",
        doubted="answers that solve it for the agent but not for the customer, who asks again",
        first_answers="contacts that were the first of their need to meet an agent (passed on: at the end)",
        first_solved="of these, contacts that solved it",
    ),
    **_facts(
        _CONTACT,
        BY_ARRIVAL,
        "s",
        wait_answered_s="waits of attempts answered on the line",
        wait_called_back_s="waits of attempts that were called back",
        rings_s="agents' time of calls back that nobody answered",
        wait_abandoned_s="waits of abandoned attempts",
        wait_messages_s="from leaving a message to the call back",
        talk_s="talk time, hold included",
        wrap_s="wrap-up time",
    ),
    **_facts(
        _CONTACT,
        BY_ARRIVAL,
        "attempts",
        answered_at_stakes="attempts answered by an agent in moments of truth (`routing.detector.stakes_above`)",
        answered_routine="attempts answered by an agent in other moments",
    ),
    **_facts(
        _CONTACT,
        BY_ARRIVAL,
        "points",
        empathy_at_stakes_points="emotional intelligence of the agents who answered in moments of truth",
        empathy_routine_points="emotional intelligence of the agents who answered in other moments",
    ),
    **_facts(
        _CONTACT,
        BY_ARRIVAL,
        "shares",
        autonomy_sum="autonomy of the agents who answered",
        script_sum="script of the agents who answered",
    ),
    **_facts(
        _CONTACT,
        BY_ARRIVAL,
        "attempts",
        emotional_acts="answered attempts with an emotional demand (something at stake, or anger)",
        deep_acts="of these, attempts whose agent felt with the customer (deep acting)",
    ),
    **_facts(_CONTACT, BY_ARRIVAL, "SD", quality_sum="quality of answered attempts"),
    **_facts(
        _CONTACT,
        AFTER,
        "attempts",
        offered_after="attempts that reached the phone after the horizon's end",
        answered_on_line_after="of these, answered by an agent on the line",
        abandoned_after="of these, whose caller hung up while waiting",
        service_met_after="of these, those that met the service level, by the scenario's formula",
        service_base_after="of these, those in the base of the service level, by the scenario's formula",
    ),
    **_facts(
        _CONTACT,
        AFTER,
        "s",
        wait_answered_s_after="waits of attempts that reached the phone after the horizon's end and were answered",
    ),
    **_facts(
        _STAFF,
        AFTER,
        "s",
        agents_worked_after_s="agents' time in talk, hold and wrap-up after the horizon's end",
    ),
    **_facts(
        _MOMENT,
        BY_ATTEMPT,
        "attempts",
        attempts="attempts made within the horizon, in self-service or by phone",
    ),
    **_facts(
        _MOMENT,
        AFTER,
        "attempts",
        attempts_after="attempts made after the horizon's end",
    ),
    **_facts(
        _STAFF,
        BY_TIME,
        "s",
        agents_talk_s="agents' time in talk and hold",
        agents_wrap_s="agents' time in wrap-up",
        agents_idle_s="agents' time idle on duty",
        agents_trained_s="agents' rostered and paid time in training",
    ),
    **_facts(
        _STAFF,
        BY_TIME,
        "agents",
        exits="agents who quit, in groups with careers",
    ),
    **_facts(
        _STAFF,
        BY_TIME,
        "agent-years",
        seat_years="years of seats of groups with careers",
        vacant_years="years in which such a seat was vacant",
    ),
    **_facts(
        _STAFF,
        BY_TIME,
        "s",
        filled_rostered_s="rostered time of agents of groups with careers, vacant seats left out",
        absent_s="rostered time of days missed",
    ),
    **_facts(
        _STAFF,
        AT_END,
        "agents",
        filled_seats="agents of groups with careers who are there at the horizon's end",
    ),
    **_facts(
        _STAFF, AT_END, "SD", burnout_sum="burnout of these agents", engagement_sum="engagement of these agents"
    ),
    **_facts(_STAFF, AT_END, "months", tenure_sum_months="tenure of these agents"),
    **_facts(
        _MOMENT,
        BY_MOMENT,
        "moments",
        moments="moments that began (customers who had left before have none)",
        contacted="moments with at least one contact",
        resolved="moments solved",
        resolved_first="moments solved with one contact",
        open_at_end="moments still open at the horizon's end",
        open_resolved="of these, moments solved in the run-out",
        never_ended="of these, moments still open at the end of the run-out",
        contacts="attempts of these moments, in self-service or by phone, until they ended",
        delight="moments labelled delight",
        let_down="moments labelled let-down",
        lowering="moments that lowered attitude when they ended",
        raising="moments that raised it",
        lowering_clearly="moments that lowered attitude by over 0.02 SD",
        raising_clearly="moments that raised it by over 0.02 SD",
        surveys="answered surveys",
        survey_promoters="answered surveys with 9 or 10 of 10",
        survey_detractors="answered surveys with 0 to 6 of 10",
        csat_top="answered surveys above the cut for satisfied",
        at_stakes="moments of truth, where routing asks the detector",
        at_stakes_detected="moments of truth that the detector found",
        not_at_stakes="other moments, where routing asks the detector",
        stakes_false_alarms="other moments that the detector took for moments of truth",
        complaints="let-downs whose customer complains, as nobody made it good before",
        let_down_surveyed="let-downs whose customer answered the survey with 0 to 6 of 10",
        detected="let-downs that were noticed",
        detected_survey="let-downs noticed by the survey first",
        detected_speech="let-downs noticed by speech analytics first",
        detected_complaint="let-downs noticed by a complaint first",
        detected_listening="let-downs noticed in a public post first",
        false_alarms="other moments marked as bad",
        recovered="let-downs made good by the recovery team",
        recovery_given_up="cases dropped as too old, or whose customer had left",
        recovery_backlog="cases noticed and not yet taken up at the horizon's end",
        promises="promises that fell due",
        promises_kept="of these, promises kept",
        failures_repeated="failures that came again after a promise was kept",
        offers="offers made in talks",
        pushy_offers="offers made in the wrong moment",
        sales="offers taken",
    ),
    **_facts(_MOMENT, BY_MOMENT, "SD", attitude_moved="jumps of attitude when moments ended"),
    **_facts(_MOMENT, BY_MOMENT, "points", effort="effort of moments with a contact, 1 (none) to 5"),
    **_facts(
        _MOMENT,
        BY_MOMENT,
        "customers",
        people_in_need="customers (travelling parties) hit by a crisis",
        unserved="customers hit by a crisis whose need was never met, those who never called among them",
        helped_elsewhere="customers hit by a crisis whose need others than the centre met",
        unserved_uncalled="of these, customers who never called nor tried self-service",
    ),
    **_facts(
        _CUSTOMER,
        AT_END,
        "customers",
        customers="customers at the start and those won since",
        customers_at_end="customers at the horizon's end: at the start, plus won, minus lost",
        nps_points="100 x (promoters - detractors) by true attitude",
        stayers="customers expected to be there at the horizon's end",
        leavers_12m="of these, customers expected to leave within 12 months",
        lost_expected="customers expected to be lost within 12 months after the horizon, with what happened - with "
        "the usual contacts of the reference",
        lost_anyway="customers expected to leave by the horizon's end with the usual contacts of the reference",
    ),
    **_facts(
        _CUSTOMER, WHOLE, "customers x years",
        customer_years="years as a customer: customers at the start and tracked ones at the end, on average, x horizon",
    ),
    **_facts(
        _CUSTOMER, WHOLE, "customers", customers_lost="customers who left by the horizon's end",
        customers_acquired="customers won",
        customers_untracked="customers won after the prospects had run out: counted, without moments",
    ),
    **_facts(
        _MOMENT, BY_MOMENT, "customers",
        joins_told="customers expected to join because of what was told - not to join because of it",
    ),
    **_facts(
        _MOMENT, BY_MOMENT, "money",
        value_word_of_mouth="value of customers expected to join by word of mouth",
    ),
    **_facts(
        _CUSTOMER, WHOLE, "money",
        value_acquired="value of customers expected to join by the firm's own efforts",
    ),
    **_facts(
        _CUSTOMER,
        AT_END,
        "money",
        yearly_margin="yearly margin of all customers at baseline",
        wallet_change="yearly margin x (wallet factor gone to - 1)",
    ),
    **_facts(
        _MOMENT,
        BY_MOMENT,
        "money",
        value_created="value created by moments that went better than the usual one of their reason",
        value_destroyed_by_operation="value destroyed by the crisis itself",
        value_destroyed_by_handling="value destroyed by moments that went worse than the usual one of their reason",
        value_won_back="value won back by recovery",
        value_usual_price="value that the moments that happened would have cost, had each been the usual one",
        value_rest="value that bonds gained between contacts, until the horizon's end (0 by reason)",
        value_wallet="value created, destroyed, won back, paid and rested by what wallets bring beyond the usual",
        value_12m="value created, destroyed, won back, paid and rested as far as it is earned within 12 months after "
        "the horizon",
        value_sold="margin of what was sold in talks (0 where nothing is)",
        margin_sold="margin of what was sold in talks",
    ),
    **_facts(_CUSTOMER, BY_TIME, "money", tier_income="what paid tiers bring in over the horizon"),
    **_facts(
        _STAFF, BY_TIME, "h",
        paid_hours="regular hours that are paid: those of the roster, with shrinkage and without absence and unpaid "
        "breaks; overtime and reserves are not in them",
    ),
    **_facts(_STAFF, BY_TIME, "money", cost_staff="pay for regular hours, overtime and reserves"),
    **_facts(
        ("all",), AFTER, "money",
        cost_run_out="hours that agents worked on contacts after the horizon's end at the price of an hour, telephony "
        "and self-service of the attempts made then",
    ),
    **_facts(
        ("all",), COSTS, "money",
        cost_total="staff, hiring, telephony, self-service, notices, compensation, refunds, recovery, goodwill, "
        "levers, programmes, acquisition",
        cost_to_serve="all of that but refunds and compensation",
        cost_compensation="vouchers and cash for customers hit by a crisis or made good by the recovery team, at what "
        "they cost, gifts included",
        cost_refunds="what was paid back for what failed in a crisis",
        cost_goodwill="what agents spent on decisions within their authority",
    ),
    **_facts(
        _CRISIS, "the clock hour in which attempts arrived", "h",
        jammed_hours="clock hours that begin within the horizon in which over 30 % of at least 20 attempts heard "
        "busy, balked, abandoned, were cut off at closing or diverted",
        jammed_hours_after="such hours after it",
    ),
    **_facts(
        ("all",), "the clock hour in which attempts arrived", "h",
        time_to_recover_h="hours from the first announcement to the first 24 hours without a jam",
    ),
}  # fmt: skip


def items_of(names: Names, scope: str) -> tuple[str, ...]:
    """Names of the items of a scope; scope `all` has the one item `all`."""
    named = {
        "all": ("all",),
        "reason": names.reasons,
        "skill": names.queues,
        "group": names.groups,
        "segment": names.segments,
    }
    return named[scope]


def terms(formula: str) -> list[tuple[float, str]]:
    """Signed fact names of a formula like `talk_s + wrap_s - x`; facts of one formula share a unit."""
    signed: list[tuple[float, str]] = []
    sign = 1.0
    for word in formula.split():
        if word in "+-":
            sign = 1.0 if word == "+" else -1.0
        else:
            signed.append((sign, word))
            sign = 1.0
    return signed


def evaluate(columns: Columns, formula: str) -> FloatArray:
    """Value of a formula for every replication and item."""
    total: FloatArray | None = None
    for sign, name in terms(formula):
        part = sign * columns[name]
        total = part if total is None else total + part
    if total is None:
        raise ValueError("a formula needs at least one fact")
    return total
