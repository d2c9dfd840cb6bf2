"""Attempts to make contact: one that failed, one that is still to come."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import NEVER
from momentsim.draws import Purpose, uniform
from momentsim.engine.contact import moment_end
from momentsim.engine.customers import anger
from momentsim.engine.order import EventKind
from momentsim.engine.state import contact_log, counters, tables
from momentsim.engine.state.codes import MomentStage
from momentsim.engine.state.durations import draw_duration
from momentsim.engine.state.tables import World
from momentsim.engine.state.timers import post

_MOST_ATTEMPTS = 1000
"""Nobody dials more often for one need (assumed); so a story ends even where redialling costs no time."""


@compiled_inside
def draw_for_attempt(w: World, slot: int, purpose: int, occasion: int) -> float:
    """A uniform draw owned by an open moment."""
    return uniform(tables.settings(w)["key"], tables.cases(w, slot)["key"], purpose, occasion)


@compiled_inside
def come_back_later(w: World, slot: int, now: int, delay: int) -> None:
    """The customer goes away and will make contact again; after very many attempts, no more."""
    case = tables.cases(w, slot)
    if case["attempt"] >= _MOST_ATTEMPTS:
        moment_end.moment_ends(w, slot, now, 0, 0)
        return
    case["stage"] = MomentStage.AWAY
    post(w, now + delay, EventKind.CONTACT_DUE, case["serial"], slot, case["attempt"])


@compiled_inside
def come_back_after(w: World, slot: int, now: int, opening: int, after: int) -> None:
    """The next attempt comes some time after the queue opens; NEVER: it opens no more, and the need stays open."""
    delay = NEVER
    if opening < NEVER:
        delay = min(opening - now + after, NEVER)
    come_back_later(w, slot, now, delay)


@compiled_inside
def turn_to_self_service(w: World, slot: int, now: int) -> None:
    """The next attempt is made at once, alone."""
    case = tables.cases(w, slot)
    case["effort"] += tables.effects(w)["effort_channel_switch"]
    come_back_later(w, slot, now, 0)
    if case["stage"] == MomentStage.AWAY:
        case["stage"] = MomentStage.TURNS_TO_SELF_SERVICE


@compiled_inside
def leave_unsolved(w: World, slot: int, now: int) -> None:
    """A need that was not met comes back, or is silently lost."""
    case = tables.cases(w, slot)
    reason = tables.reasons(w, case["reason"])
    share = reason["reconnect"]
    law = reason["reconnect_law"]
    if case["crisis"] >= 0 and tables.settings(w)["crisis_multipliers_on"]:
        crisis = tables.crises(w, case["crisis"])
        if crisis["reconnect"] >= 0.0:
            share = crisis["reconnect"]
        if crisis["reconnect_law"] >= 0:
            law = crisis["reconnect_law"]
    if draw_for_attempt(w, slot, Purpose.RECONNECT, case["contacts"]) < share:
        come_back_later(
            w, slot, now, draw_duration(w, law, 1.0, case["key"], Purpose.RECONNECT_DELAY, case["contacts"])
        )
    else:
        moment_end.moment_ends(w, slot, now, 0, 0)


@compiled_apart
def fail_attempt(w: World, slot: int, outcome: int, now: int, wait: int) -> None:
    """Busy, balked or abandoned: anger, and perhaps another try."""
    case = tables.cases(w, slot)
    anger.add_anger(w, case["customer_row"], now, tables.effects(w)["anger_per_failed_attempt"])
    counters.count_failed(w, slot, outcome, wait)
    contact_log.write_contact(w, slot, outcome, now, 0, 0, math.nan)
    redial_or_give_up(w, slot, now)


@compiled_inside
def redial_or_give_up(w: World, slot: int, now: int) -> None:
    """After a failed attempt the customer dials again, or the moment ends with the need unmet."""
    case = tables.cases(w, slot)
    case["failures"] += 1
    settings = tables.settings(w)
    first = settings["redial_first"]
    further = settings["redial_further"]
    law = settings["redial_law"]
    if case["crisis"] >= 0 and settings["crisis_multipliers_on"]:
        crisis = tables.crises(w, case["crisis"])
        first = crisis["redial_first"]
        further = crisis["redial_further"]
        law = crisis["redial_law"]
    share = first if case["failures"] == 1 else further
    if draw_for_attempt(w, slot, Purpose.REDIAL, case["attempt"]) < share:
        come_back_later(
            w, slot, now, draw_duration(w, law, 1.0, case["key"], Purpose.REDIAL_DELAY, case["attempt"])
        )
    else:
        moment_end.moment_ends(w, slot, now, 0, 0)
