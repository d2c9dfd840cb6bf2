"""Callers who find a queue closed, or are cut off when it closes: what they are told, and what they do then."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.trace import Outcome
from momentsim.draws import Purpose
from momentsim.engine.contact import answering, attempts, callbacks, diverting, episodes, moment_end
from momentsim.engine.customers import anger
from momentsim.engine.state import contact_log, counters, open_spans, tables
from momentsim.engine.state.durations import draw_duration
from momentsim.engine.state.tables import World


@compiled_apart
def meet_closed_queue(w: World, slot: int, now: int) -> None:
    """A leg reaches a queue that is closed: it is not offered there, and felt like busy."""
    case = tables.cases(w, slot)
    case["arrived"] = now
    case["interval"] = tables.centre(w)["interval"]
    case["queued"] = -1
    case["answered"] = -1
    case["agent"] = -1
    case["talk"] = 0
    episodes.add_busy(w, slot)
    if diverting.diverts_when_closed(w, case["queue"]):
        tables.counts(w, slot)["diverted_closed"] += 1
        diverting.go_away(w, slot, now, open_spans.next_opening(w, case["queue"], now))
        return
    tables.counts(w, slot)["closed"] += 1
    end_at_closed_queue(w, slot, Outcome.CLOSED, now)


@compiled_inside
def queue_closes(w: World, slot: int, serial: int, stamp: int, now: int) -> None:
    """Who still waits when the queue closes is cut off."""
    if not answering.is_waiting(w, slot, serial, stamp):
        return
    case = tables.cases(w, slot)
    if case["callback"]:
        answering.remember_wait(w, slot, now, now - case["queued"])
        if callbacks.queue_has_closed(w, slot, now):
            end_at_closed_queue(w, slot, Outcome.NOT_CALLED, now)
    else:
        wait = answering.leave_unanswered(w, slot, now)
        counters.count_failed(w, slot, Outcome.DISCONNECTED, wait)
        end_at_closed_queue(w, slot, Outcome.DISCONNECTED, now)


@compiled_apart
def end_at_closed_queue(w: World, slot: int, outcome: int, now: int) -> None:
    """The attempt is over; told when it opens, the caller calls again then, turns to self-service or gives up."""
    case = tables.cases(w, slot)
    anger.add_anger(w, case["customer_row"], now, tables.effects(w)["anger_per_failed_attempt"])
    contact_log.write_contact(w, slot, outcome, now, 0, 0, math.nan)
    hours = tables.hours(w, case["queue"])
    if hours["message"] == 0:
        attempts.redial_or_give_up(w, slot, now)
        return
    draw = attempts.draw_for_attempt(w, slot, Purpose.CLOSED, case["attempt"])
    if draw < hours["call_again"]:
        call_at_next_opening(w, slot, now)
    elif draw < hours["call_again"] + hours["self_service"]:
        attempts.turn_to_self_service(w, slot, now)
    else:
        moment_end.moment_ends(w, slot, now, 0, 0)


@compiled_inside
def call_at_next_opening(w: World, slot: int, now: int) -> None:
    """The next attempt comes some time after the queue opens; whoever means to call after the run's end stays open."""
    case = tables.cases(w, slot)
    opening = open_spans.next_opening(w, case["queue"], now)
    law = tables.hours(w, case["queue"])["delay_law"]
    after = draw_duration(w, law, 1.0, case["key"], Purpose.CLOSED_DELAY, case["attempt"])
    attempts.come_back_after(w, slot, now, opening, after)
