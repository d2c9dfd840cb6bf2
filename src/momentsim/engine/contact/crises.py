"""A crisis hits a customer: what the event itself harms, softened by early warning (`notices`)."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.engine.contact import notices
from momentsim.engine.customers import anger, bond, grievances, outlook
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World


@compiled_apart
def event_hits(w: World, slot: int, now: int) -> None:
    """The event itself harms: anger and a jump down, softened by early warning."""
    case = tables.cases(w, slot)
    clear_event(w, slot)
    crisis = tables.crises(w, case["crisis"])
    ahead = notices.hours_of_warning(w, slot, now)
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
