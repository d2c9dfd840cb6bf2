"""The story of a contact, told once: what happens at each event. Both clocks call these handlers.

A moment begins; the customer makes contact, helps themselves or calls; hears busy, balks, waits, hangs up and
calls again, or reaches an agent; is helped or not; and the moment ends. Handlers change the tables and post
what is to come; they never wait and never look at a clock other than `now`.
"""

from __future__ import annotations

from typing import Any

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import NEVER, MomentKind
from momentsim.draws import Purpose
from momentsim.engine.contact import (
    attempts,
    calls,
    crises,
    elsewhere,
    moment_end,
    notices,
    promises,
    self_service,
    talk,
)
from momentsim.engine.customers import acquisition, anger, bond, compensation, outlook, stakes_detector
from momentsim.engine.order import EventKind
from momentsim.engine.state import counters, tables
from momentsim.engine.state.codes import Elsewhere, Fate, MomentStage
from momentsim.engine.state.tables import World
from momentsim.engine.state.timers import post


@compiled_inside
def moment_begins(w: World, moment: Any, now: int) -> None:
    """A need arises. Who has left no longer calls, who has not joined yet does not call yet.

    One hit by a crisis is harmed by the event itself.
    """
    centre = tables.centre(w)
    centre["moment_serial"] += 1
    segment = bond.segment_of(w, moment["customer"])
    if not acquisition.is_customer(w, moment["customer"], segment):
        tally = tables.tally(w, moment["reason"], segment, moment["kind"])
        tally["not_yet"] += int(now >= tables.settings(w)["warm_up"])
        return
    customer_row = -1
    if centre["tracking"]:
        customer_row = bond.customer_row_of(w, moment["customer"], segment, now)
        bond.bring_up_to_date(w, customer_row, now)
        there = tables.customers(w, customer_row)["churned"] < 0
        if tables.settings(w)["feedback_on"] and bond.has_left(w, customer_row, now):
            tables.tally(w, moment["reason"], segment, moment["kind"])["vanished"] += 1
            if there:
                outlook.book_usual(w, customer_row, moment["reason"], segment, moment["kind"], now)
            return
        tables.customers(w, customer_row)["moments"] += int(now >= tables.settings(w)["warm_up"])
    slot = open_case(w, moment, segment, customer_row)
    if moment["kind"] == MomentKind.AFFECTED:
        crises.event_hits(w, slot, now)
        compensation.owe_compensation(w, slot)
        elsewhere.expect_help(w, slot, now)
    if moment["first_contact"] >= NEVER:
        if notices.notice_induces(w, slot, now):
            contact_arrives(w, slot, now)
        else:
            moment_end.moment_ends(w, slot, now, 0, 0)
    elif moment["first_contact"] > now:
        post(w, moment["first_contact"], EventKind.CONTACT_DUE, tables.cases(w, slot)["serial"], slot, 0)
    else:
        contact_arrives(w, slot, now)


@compiled_inside
def open_case(w: World, moment: Any, segment: int, customer_row: int) -> int:
    """Take a free row for a moment and write every field of it."""
    centre = tables.centre(w)
    slot = centre["free_case"]
    case = tables.cases(w, slot)
    centre["free_case"] = case["following"]
    centre["open"] += 1
    reason = moment["reason"]
    case["serial"] = centre["moment_serial"]
    case["key"] = moment["key"]
    case["customer"] = moment["customer"]
    case["customer_row"] = customer_row
    case["segment"] = segment
    case["reason"] = reason
    case["kind"] = moment["kind"]
    case["crisis"] = moment["crisis"]
    case["stage"] = MomentStage.AWAY
    case["stamp"] = 0
    case["attempt"] = 0
    case["leg"] = 0
    case["contacts"] = 0
    case["escalated"] = 0
    case["message"] = 0
    case["elsewhere"] = Elsewhere.NONE
    case["fate"] = Fate.RUNS
    case["failures"] = 0
    case["announced"] = 0
    case["callback"] = 0
    case["queue"] = -1
    case["agent"] = -1
    case["began"] = moment["began"]
    case["gave_up"] = 0
    case["unmet"] = 0
    case["noticed"] = 0
    case["jammed"] = 0
    case["hit"] = 0
    case["claim"] = -1
    case["offer_attempt"] = 0
    case["stakes"] = tables.reasons(w, reason)["stakes"]
    if moment["kind"] == MomentKind.AFFECTED and tables.crises(w, moment["crisis"])["stakes"] >= 0.0:
        case["stakes"] = tables.crises(w, moment["crisis"])["stakes"]
    case["stakes_detected"] = stakes_detector.detect(w, moment["key"], case["stakes"])
    case["complexity"] = talk.draw_complexity(w, reason, moment["key"])
    case["context_s"] = 0.0
    case["anger_before"] = 0.0
    case["effort"] = 1.0
    case["talks"] = 0
    case["repeats"] = 0
    if centre["remembering"]:
        clear_memory(w, slot)
    return int(slot)


@compiled_inside
def clear_memory(w: World, slot: int) -> None:
    """Nothing has been felt so far, nothing sold or given, nobody moved."""
    case = tables.cases(w, slot)
    case["best"] = 0.0
    case["worst"] = 0.0
    case["end"] = 0.0
    case["total"] = 0.0
    case["episodes"] = 0
    case["harm"] = 0.0
    case["gift"] = -1
    case["sold"] = 0.0
    case["attitude_moved"] = 0.0
    case["behaviour_moved"] = 0.0
    case["grievance_share"] = 0.0
    case["attitude_before"] = 0.0
    case["behaviour_before"] = 0.0
    if case["customer_row"] >= 0:
        person = tables.customers(w, case["customer_row"])
        case["attitude_before"] = person["norm"] + person["attitude"]
        case["behaviour_before"] = person["norm"] + person["behaviour"]


@compiled_apart
def contact_due(w: World, slot: int, serial: int, now: int) -> None:
    """A first contact that was to come later, a redial or a return: unless a notice has made it needless."""
    case = tables.cases(w, slot)
    if case["serial"] != serial:
        return
    if case["stage"] != MomentStage.AWAY and case["stage"] != MomentStage.TURNS_TO_SELF_SERVICE:
        return
    if case["attempt"] == 0 and case["kind"] == MomentKind.AFFECTED and notices.notice_prevents(w, slot, now):
        moment_end.moment_ends(w, slot, now, 1, 0)
        return
    if case["repeats"]:
        promises.failure_repeats(w, slot)
    contact_arrives(w, slot, now)


@compiled_apart
def contact_arrives(w: World, slot: int, now: int) -> None:
    """An attempt is made: in self-service, or by telephone."""
    centre = tables.centre(w)
    case = tables.cases(w, slot)
    centre["contact_serial"] += 1
    case["contact"] = centre["contact_serial"]
    case["attempt"] += 1
    case["contacts"] += 1
    case["leg"] = 1
    case["escalated"] = 0
    case["message"] = 0
    case["announced"] = 0
    case["callback"] = 0
    case["arrived"] = now
    case["interval"] = centre["interval"]
    counters.count_attempt(w, slot)
    if case["customer_row"] >= 0:
        anger.cool_anger(w, case["customer_row"], now)
        case["anger_before"] = tables.customers(w, case["customer_row"])["anger"]
    if is_for_self_service(w, slot, now):
        self_service.self_service_begins(w, slot, now)
    else:
        calls.call_arrives(w, slot, now)


@compiled_inside
def is_for_self_service(w: World, slot: int, now: int) -> bool:
    """Whether this attempt starts in self-service: the first one by the reason's adoption, one by an offer that is in
    force, or since the queue is closed.
    """
    case = tables.cases(w, slot)
    if case["stage"] == MomentStage.TURNS_TO_SELF_SERVICE:
        return True
    if case["attempt"] == 1:
        adoption = tables.reasons(w, case["reason"])["adoption"]
        if adoption > 0.0 and attempts.draw_for_attempt(w, slot, Purpose.SELF_SERVICE, 0) < adoption:
            return True
    return self_service.takes_self_service_offer(w, slot, now)
