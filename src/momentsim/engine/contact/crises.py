"""Crises and the levers that customers meet: harm by the event, notices, self-service (compensation: `claims`)."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import HOUR, LeverKind, MomentKind
from momentsim.draws import Purpose, uniform
from momentsim.engine.contact import episodes
from momentsim.engine.customers import anger, bond, grievances, outlook
from momentsim.engine.levers.in_force import book_use, lever_in_force
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules import experience, people

_REACHED = 1
_MISSED = 2


@compiled_apart
def event_hits(w: World, slot: int, now: int) -> None:
    """The event itself harms: anger and a jump down, softened by early warning."""
    case = tables.cases(w, slot)
    clear_event(w, slot)
    crisis = tables.crises(w, case["crisis"])
    ahead = hours_of_warning(w, slot, now)
    anger.add_anger(w, case["customer_row"], now, crisis["anger"])
    settings = tables.settings(w)
    if settings["memory_on"] and settings["score_only"] == 0 and crisis["severity"] > 0.0:
        effects = tables.effects(w)
        kept = 1.0
        if ahead > 0.0:
            floor = effects["notice_floor"]
            kept = floor + (1.0 - floor) * math.exp(-ahead / effects["notice_scale_h"])
        harm = crisis["severity"] * kept
        jump = -case["stakes"] * effects["loyalty_step"] * effects["loss_aversion"] * harm
        person = tables.customers(w, case["customer_row"])
        case["event_attitude"] = -person["attitude"]
        case["event_behaviour"] = -person["behaviour"]
        case["event_grievance"] = -person["grievance"]
        grievance = grievances.after_event(w, slot, harm)
        outlook.open_booking(w)
        bond.move_bond(w, case["customer_row"], now, jump, 0.0, grievance)
        booking = tables.booking(w)
        case["harm"] = booking["churn"] + booking["wallet"]
        tally = tables.tally(w, case["reason"], case["segment"], case["kind"])
        tally["destroyed_by_operation"] += case["harm"]
        tally["operation_wallet"] += booking["wallet"]
        tally["booked_12m"] += booking["within_12m"]
        case["event_attitude"] += person["attitude"]
        case["event_behaviour"] += person["behaviour"]
        case["event_grievance"] += person["grievance"]


@compiled_inside
def clear_event(w: World, slot: int) -> None:
    """A crisis has hit: from now on what it did counts, so far nothing, and nothing is given back."""
    case = tables.cases(w, slot)
    case["hit"] = 1
    case["event_attitude"] = 0.0
    case["event_behaviour"] = 0.0
    case["event_grievance"] = 0.0
    case["attitude_back"] = 0.0
    case["behaviour_back"] = 0.0
    case["grievance_back"] = 0.0
    case["grievance_moved"] = 0.0


@compiled_apart
def hours_of_warning(w: World, slot: int, now: int) -> float:
    """Hours by which this customer learnt ahead of the disruption (E2.18.3), by pre-cancellation or by a notice.

    The longer of the two counts, 0 for neither. The draw of pre-cancellation is the one that moved the moment.
    """
    case = tables.cases(w, slot)
    crisis = tables.crises(w, case["crisis"])
    hours = 0.0
    if crisis["told_ahead"] > 0.0:
        u = uniform(tables.settings(w)["key"], case["key"], Purpose.STORM_AHEAD, 0)
        hours = crisis["hours_ahead"] if u < crisis["told_ahead"] else 0.0
    hours = max(hours, hours_told_ahead(w, slot, now))
    size = notice_received(w, slot, now)
    if size >= 0:
        hours = max(hours, tables.lever_sizes(w, size)["hours_ahead"])
    return hours


@compiled_inside
def hours_told_ahead(w: World, slot: int, now: int) -> float:
    """Hours by which the lever of pre-cancellation told this customer, at most the time since it took effect."""
    case = tables.cases(w, slot)
    lever = lever_in_force(w, LeverKind.PRE_CANCELLATION, case["crisis"], case["reason"], -1)
    if lever < 0:
        return 0.0
    state = tables.pulled(w, lever)
    about = tables.lever_sizes(w, state["row"])
    if uniform(tables.settings(w)["key"], case["key"], Purpose.STORM_AHEAD, 0) >= about["share"]:
        return 0.0
    book_use(w, lever, 1.0, now)
    return float(min(about["hours_ahead"], (now - state["effective"]) / HOUR))


@compiled_apart
def notice_received(w: World, slot: int, now: int) -> int:
    """The size of the notice that has reached this customer, -1 for none; whether it reaches is drawn once."""
    case = tables.cases(w, slot)
    lever = lever_in_force(w, LeverKind.NOTICE, case["crisis"], case["reason"], -1)
    if lever < 0:
        return -1
    size = tables.pulled(w, lever)["row"]
    if case["noticed"] == 0:
        u = uniform(tables.settings(w)["key"], case["key"], Purpose.NOTICE_REACH, 0)
        case["noticed"] = _REACHED if u < tables.lever_sizes(w, size)["share"] else _MISSED
        if case["noticed"] == _REACHED:
            book_use(w, lever, 1.0, now)
            tables.tally(w, case["reason"], case["segment"], case["kind"])["notices"] += 1
    return int(size) if case["noticed"] == _REACHED else -1


@compiled_apart
def notice_prevents(w: World, slot: int, now: int) -> bool:
    """Whether a clear notice has made the contact needless (E2.18.2)."""
    size = notice_received(w, slot, now)
    if size < 0:
        return False
    case = tables.cases(w, slot)
    effects = tables.effects(w)
    u = uniform(tables.settings(w)["key"], case["key"], Purpose.NOTICE_EFFECT, 0)
    if u >= effects["notice_prevented"] * tables.lever_sizes(w, size)["strength"]:
        return False
    episodes.add_episode(w, slot, effects["notice_satisfaction"])
    return True


@compiled_apart
def notice_induces(w: World, slot: int, now: int) -> bool:
    """Whether an unclear notice makes someone call who would not have called (E2.18.2)."""
    size = notice_received(w, slot, now)
    if size < 0:
        return False
    share = tables.effects(w)["notice_induced"] * (1.0 - tables.lever_sizes(w, size)["strength"])
    return bool(
        uniform(tables.settings(w)["key"], tables.cases(w, slot)["key"], Purpose.NOTICE_EFFECT, 1) < share
    )


@compiled_apart
def takes_self_service_offer(w: World, slot: int, now: int) -> bool:
    """Whether a customer takes the offer to help themselves now; each one takes it at most once.

    An offer for a crisis is for those whom it has hit, one for a moment for all who have that need.
    """
    case = tables.cases(w, slot)
    if case["offer_attempt"] > 0:
        return False
    crisis = case["crisis"] if case["kind"] == MomentKind.AFFECTED else -1
    lever = lever_in_force(w, LeverKind.SELF_SERVICE_OFFER, crisis, case["reason"], -1)
    if lever < 0:
        return False
    size = tables.pulled(w, lever)["row"]
    key = tables.settings(w)["key"]
    share = tables.lever_sizes(w, size)["share"]
    if uniform(key, case["key"], Purpose.SELF_SERVICE_OFFER, 0) >= share:
        return False
    book_use(w, lever, 1.0, now)
    case["offer_size"] = size
    case["offer_attempt"] = case["attempt"]
    return True


@compiled_apart
def self_service_share(w: World, slot: int) -> float:
    """Probability that the present self-service session solves the need."""
    case = tables.cases(w, slot)
    reason = tables.reasons(w, case["reason"])
    if case["offer_attempt"] == case["attempt"]:
        strength = tables.lever_sizes(w, case["offer_size"])["strength"]
        return people.solution_probability(strength, -reason["complexity_slope"] * case["complexity"], 1.0)
    return experience.self_service_success(
        reason["success_simple"],
        reason["success_at_stakes"],
        case["stakes"],
        case["complexity"],
        reason["complexity_slope"],
    )
