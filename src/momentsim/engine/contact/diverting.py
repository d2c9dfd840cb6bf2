"""Callers who are diverted from a queue: they waited too long, found too many waiting, or found it closed."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import NEVER
from momentsim.contract.trace import Outcome
from momentsim.draws import Purpose
from momentsim.engine.contact import answering, attempts, moment_end, talk_outcome, voicemail
from momentsim.engine.customers import anger
from momentsim.engine.state import contact_log, counters, tables
from momentsim.engine.state.durations import draw_duration
from momentsim.engine.state.tables import World


@compiled_inside
def finds_too_many(w: World, queue: int) -> bool:
    """Whether so many wait in a queue that who comes now is diverted."""
    if tables.sizes(w)["diverts"] == 0:
        return False
    return bool(tables.lines(w, queue)["waiting"] >= tables.diverts(w, queue)["most_waiting"])


@compiled_inside
def longest_wait(w: World, queue: int) -> int:
    """After how long a wait a queue diverts its callers; NEVER: not at all."""
    if tables.sizes(w)["diverts"] == 0:
        return NEVER
    return int(tables.diverts(w, queue)["after"])


@compiled_inside
def diverts_when_closed(w: World, queue: int) -> bool:
    """Whether who finds the queue closed is diverted, instead of being told when it opens."""
    return bool(tables.sizes(w)["diverts"] > 0 and tables.diverts(w, queue)["when_closed"])


@compiled_apart
def divert_due(w: World, slot: int, serial: int, stamp: int, now: int) -> None:
    """Whoever still waits for that same call has waited too long."""
    if answering.is_waiting(w, slot, serial, stamp):
        divert_call(w, slot, now, answering.leave_unanswered(w, slot, now))


@compiled_apart
def divert_call(w: World, slot: int, now: int, wait: int) -> None:
    """An attempt that was offered is diverted after this wait."""
    counters.count_failed(w, slot, Outcome.DIVERTED, wait)
    go_away(w, slot, now, now)


@compiled_apart
def go_away(w: World, slot: int, now: int, opening: int) -> None:
    """The attempt is over, or its leg: the caller leaves a message, calls again (after `opening`), turns to
    self-service or gives up.
    """
    case = tables.cases(w, slot)
    anger.add_anger(w, case["customer_row"], now, tables.effects(w)["anger_per_failed_attempt"])
    contact_log.write_contact(w, slot, Outcome.DIVERTED, now, 0, 0, math.nan)
    divert = tables.diverts(w, case["queue"])
    if divert["leaves_message"] > 0.0:
        occasion = talk_outcome.leg_of(case, case["attempt"])
        if attempts.draw_for_attempt(w, slot, Purpose.VOICEMAIL, occasion) < divert["leaves_message"]:
            voicemail.leave_message(w, slot, divert["message_queue"], now)
            return
    draw = attempts.draw_for_attempt(w, slot, Purpose.DIVERTED, case["attempt"])
    if draw < divert["call_again"]:
        law = divert["delay_law"]
        after = draw_duration(w, law, 1.0, case["key"], Purpose.DIVERTED_DELAY, case["attempt"])
        attempts.come_back_after(w, slot, now, opening, after)
    elif draw < divert["call_again"] + divert["self_service"]:
        attempts.turn_to_self_service(w, slot, now)
    else:
        moment_end.moment_ends(w, slot, now, 0, 0)
