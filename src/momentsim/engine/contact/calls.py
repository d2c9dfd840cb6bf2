"""A call from its arrival to an agent or to the end of patience."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import NEVER
from momentsim.contract.trace import Outcome
from momentsim.engine.contact import (
    announcements,
    answering,
    attempts,
    callbacks,
    diverting,
    episodes,
    out_of_hours,
    patience,
    routing,
)
from momentsim.engine.order import EventKind
from momentsim.engine.state import counters, idle_lists, open_spans, tables, waiting_lists
from momentsim.engine.state.codes import MomentStage
from momentsim.engine.state.tables import World
from momentsim.engine.state.timers import post


@compiled_inside
def call_arrives(w: World, slot: int, now: int) -> None:
    """A call reaches the centre: closed, busy, gone on a message, straight to an agent, diverted, or to wait."""
    centre = tables.centre(w)
    case = tables.cases(w, slot)
    case["queue"] = tables.reasons(w, case["reason"])["queue"]
    if not open_spans.is_open(w, case["queue"], now):
        out_of_hours.meet_closed_queue(w, slot, now)
        return
    after_message = announcements.STAYS
    if centre["has_offers"] and centre["in_system"] < tables.settings(w)["lines"]:
        after_message = announcements.after_message(w, slot)
        if after_message == announcements.INFORMED:
            announcements.leave_informed(w, slot, now)
            return
    case["queued"] = now
    case["answered"] = -1
    case["agent"] = -1
    case["talk"] = 0
    counters.leg_arrives(w, slot, now)
    if after_message == announcements.LOST:
        turn_away(w, slot, now)
        return
    if centre["in_system"] >= tables.settings(w)["lines"]:
        case["queued"] = -1
        episodes.add_busy(w, slot)
        meet_jam(w, slot)
        attempts.fail_attempt(w, slot, Outcome.BLOCKED, now, 0)
        return
    agent = routing.agent_for(w, slot, 0)
    if agent >= 0:
        centre["in_system"] += 1
        idle_lists.leave_idle(w, agent)
        answering.answer_contact(w, slot, agent, now)
    elif diverting.finds_too_many(w, case["queue"]):
        episodes.add_busy(w, slot)
        meet_jam(w, slot)
        diverting.divert_call(w, slot, now, 0)
    elif centre["has_offers"]:
        must_wait(w, slot, now)
    elif tables.settings(w)["announce_wait"] and balks(w, slot):
        turn_away(w, slot, now)
    else:
        centre["in_system"] += 1
        wait_in_queue(w, slot, now)


@compiled_apart
def must_wait(w: World, slot: int, now: int) -> None:
    """No agent is free, and queues offer or tell something: a callback, turned away, or into the queue."""
    if callbacks.takes_callback(w, slot, now):
        meet_jam(w, slot)
        help_later(w, slot, now)
        return
    balked = tables.settings(w)["announce_wait"] and balks(w, slot)
    if balked or announcements.tell_wait(w, slot):
        turn_away(w, slot, now)
        return
    tables.centre(w)["in_system"] += 1
    wait_in_queue(w, slot, now)


@compiled_apart
def turn_away(w: World, slot: int, now: int) -> None:
    """The caller leaves at once on what was told; felt like busy."""
    tables.cases(w, slot)["queued"] = -1
    episodes.add_busy(w, slot)
    meet_jam(w, slot)
    attempts.fail_attempt(w, slot, Outcome.BALKED, now, 0)


@compiled_inside
def meet_jam(w: World, slot: int) -> None:
    """Whoever cannot be answered at once while most of those who wait come from a crisis has met its jam."""
    if tables.sizes(w)["crises"] > 0:
        case = tables.cases(w, slot)
        line = tables.lines(w, case["queue"])
        if 2 * line["from_crisis"] > line["waiting"]:
            case["jammed"] = 1


@compiled_inside
def balks(w: World, slot: int) -> bool:
    """Whether the announced wait turns the caller away: callers ahead x handling time / agents on duty.

    The caller counts as the last of those ahead, since the first in line waits for an agent too. The handling
    time is the scenario's, or a moving mean of the last contacts.
    """
    centre = tables.centre(w)
    case = tables.cases(w, slot)
    ahead = tables.lines(w, case["queue"])["waiting"] + 1
    announced = ahead * announcements.announced_handling(w) / max(centre["on_duty"], 1)
    return announcements.turns_away(w, slot, announced)


@compiled_inside
def wait_in_queue(w: World, slot: int, now: int) -> None:
    """Join the queue and set the timers: what ends the wait first, and overflow to groups that help later."""
    case = tables.cases(w, slot)
    meet_jam(w, slot)
    waiting_lists.enqueue(w, slot, now)
    ready = patience.draw_patience(w, slot)
    cut_off = open_spans.cuts_off_at(w, case["queue"], now)
    longest = diverting.longest_wait(w, case["queue"])
    if longest < ready and longest < cut_off - now:
        post(w, now + longest, EventKind.DIVERT_DUE, case["serial"], slot, case["stamp"])
    elif cut_off < NEVER and cut_off - now < ready:
        post(w, cut_off, EventKind.QUEUE_CLOSES, case["serial"], slot, case["stamp"])
    elif ready < NEVER:
        post(w, now + ready, EventKind.PATIENCE_ENDS, case["serial"], slot, case["stamp"])
    help_later(w, slot, now)


@compiled_inside
def help_later(w: World, slot: int, now: int) -> None:
    """Set the timers of groups that help a queue only after a while."""
    case = tables.cases(w, slot)
    if tables.settings(w)["has_overflow"]:
        line = tables.lines(w, case["queue"])
        for row in range(line["first_server"], line["last_server"]):
            if tables.serves_by_queue(w, row)["after"] > 0:
                post(
                    w,
                    now + tables.serves_by_queue(w, row)["after"],
                    EventKind.OVERFLOW_DUE,
                    case["serial"],
                    slot,
                    case["stamp"],
                )


@compiled_apart
def overflow_due(w: World, slot: int, serial: int, stamp: int, now: int) -> None:
    """A contact has waited long enough for further groups: if one has an idle agent, it is answered."""
    if not answering.is_waiting(w, slot, serial, stamp):
        return
    agent = routing.agent_for(w, slot, now - tables.cases(w, slot)["queued"])
    if agent >= 0:
        waiting_lists.dequeue(w, slot, now)
        idle_lists.leave_idle(w, agent)
        answering.take_contact(w, slot, agent, now)


@compiled_apart
def callback_due(w: World, kind: int, slot: int, serial: int, stamp: int, now: int) -> None:
    """The time told for a callback is over, if that call is still to come; or the next try is due."""
    if kind == EventKind.CALLBACK_AGAIN:
        call_again(w, slot, serial, now)
    elif answering.is_waiting(w, slot, serial, stamp):
        callbacks.break_told_time(w, slot, now)


@compiled_apart
def call_again(w: World, slot: int, serial: int, now: int) -> None:
    """The next try to call back is due: at once if an agent is free and the queue is open, else when one is."""
    case = tables.cases(w, slot)
    if case["serial"] != serial or case["stage"] != MomentStage.CALLED_AGAIN_LATER:
        return
    if not open_spans.is_open(w, case["queue"], now):
        callbacks.not_reached(w, slot, now)
        return
    agent = routing.agent_for(w, slot, now - case["queued"])
    if agent >= 0:
        idle_lists.leave_idle(w, agent)
        answering.take_contact(w, slot, agent, now)
    else:
        callbacks.wait_for_next_try(w, slot, now)


@compiled_inside
def patience_ends(w: World, slot: int, serial: int, stamp: int, now: int) -> None:
    """The caller hangs up, if still waiting for that same call."""
    if answering.is_waiting(w, slot, serial, stamp):
        tables.lines(w, tables.cases(w, slot)["queue"])["abandoned"] += 1
        wait = answering.leave_unanswered(w, slot, now)
        attempts.fail_attempt(w, slot, Outcome.ABANDONED, now, wait)
