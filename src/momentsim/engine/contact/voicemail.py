"""Voicemail: a caller leaves a message and is called back when an agent has nobody on the phone to talk to.

The message is a leg of its own: it waits without patience, on no line, and behind everybody who waits on the phone.
It is worked on while its queue is open.
"""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import NEVER
from momentsim.engine.contact import answering, routing
from momentsim.engine.order import EventKind
from momentsim.engine.state import counters, idle_lists, message_boxes, open_spans, tables
from momentsim.engine.state.codes import MomentStage
from momentsim.engine.state.tables import World
from momentsim.engine.state.timers import post


@compiled_apart
def leave_message(w: World, slot: int, queue: int, now: int) -> None:
    """The caller hangs up and waits for the call back from this queue."""
    case = tables.cases(w, slot)
    case["leg"] += 1
    case["message"] = 1
    case["queue"] = queue
    case["queued"] = now
    case["answered"] = -1
    case["agent"] = -1
    case["talk"] = 0
    case["stamp"] += 1
    counters.leg_arrives(w, slot, now)
    message_boxes.put_message(w, slot)
    work_on_messages(w, slot, now)


@compiled_apart
def message_due(w: World, slot: int, serial: int, stamp: int, now: int) -> None:
    """Its queue opens while the message still waits: one idle agent for each such message begins."""
    case = tables.cases(w, slot)
    if case["serial"] == serial and case["stamp"] == stamp and case["stage"] == MomentStage.MESSAGE:
        work_on_messages(w, slot, now)


@compiled_inside
def work_on_messages(w: World, slot: int, now: int) -> None:
    """An idle agent calls the first of the queue; if that is not this one, it is looked at again when it opens next."""
    queue = tables.cases(w, slot)["queue"]
    if tables.sizes(w)["hours"] > 0:
        opening = open_spans.next_opening(w, queue, now)
        if opening < NEVER:
            post(
                w,
                opening,
                EventKind.MESSAGE_DUE,
                tables.cases(w, slot)["serial"],
                slot,
                tables.cases(w, slot)["stamp"],
            )
    if not open_spans.is_open(w, queue, now):
        return
    agent = routing.agent_for(w, tables.lines(w, queue)["first_message"], NEVER)
    if agent >= 0:
        idle_lists.leave_idle(w, agent)
        answering.return_message(w, queue, agent, now)
