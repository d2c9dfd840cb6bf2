"""Self-service: solved alone, on to a person, or gone with nothing."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import HOUR
from momentsim.contract.trace import Outcome
from momentsim.draws import Purpose
from momentsim.engine.contact import attempts, calls, closing, crises, episodes
from momentsim.engine.customers import anger
from momentsim.engine.order import Kind
from momentsim.engine.state import contact_log, tables
from momentsim.engine.state.durations import draw_duration
from momentsim.engine.state.records import Stage
from momentsim.engine.state.tables import World
from momentsim.engine.state.timers import post
from momentsim.rules.durations import whole


@compiled_apart
def self_service_begins(w: World, slot: int, now: int) -> None:
    """The customer tries alone."""
    case = tables.cases(w, slot)
    case["stage"] = Stage.SELF_SERVICE
    case["queue"] = -1
    case["agent"] = -1
    case["queued"] = -1
    case["answered"] = -1
    case["talk"] = 0
    law = tables.reasons(w, case["reason"])["self_service_law"]
    spent = draw_duration(w, law, 1.0, case["key"], Purpose.SELF_SERVICE_TIME, case["attempt"])
    tables.counts(w, slot)["self_service_time"] += spent
    post(w, now + spent, Kind.SELF_SERVICE_ENDS, case["serial"], slot, case["stamp"])


@compiled_apart
def self_service_ends(w: World, slot: int, serial: int, now: int) -> None:
    """Solved alone; or on to a person; or gone with nothing, which is not containment."""
    case = tables.cases(w, slot)
    if case["serial"] != serial or case["stage"] != Stage.SELF_SERVICE:
        return
    effects = tables.effects(w)
    counts = tables.counts(w, slot)
    if attempts.draw_for_attempt(
        w, slot, Purpose.SELF_SERVICE_SUCCESS, case["attempt"]
    ) < crises.self_service_share(w, slot):
        episodes.add_episode(w, slot, effects["self_service_success_score"])
        counts["contained"] += 1
        contact_log.write_contact(w, slot, Outcome.CONTAINED, now, 1, 0, math.nan)
        closing.moment_ends(w, slot, now, 1, 0)
        return
    episodes.add_episode(w, slot, -effects["self_service_failure_score"])
    anger.add_anger(w, case["customer_row"], now, effects["anger_after_self_service"])
    reason = tables.reasons(w, case["reason"])
    if attempts.draw_for_attempt(w, slot, Purpose.BREAK_OUT, case["attempt"]) < reason["break_out"]:
        counts["broke_out"] += 1
        contact_log.write_contact(w, slot, Outcome.TRANSFERRED, now, 0, 0, math.nan)
        break_out(w, slot, now)
        return
    counts["gave_up"] += 1
    contact_log.write_contact(w, slot, Outcome.GAVE_UP, now, 0, 0, math.nan)
    case["gave_up"] = 1
    if attempts.draw_for_attempt(w, slot, Purpose.SILENT_RETURN, 0) < effects["silent_return"]:
        case["gave_up"] = 0
        case["effort"] += effects["effort_channel_switch"]
        median = effects["silent_return_delay_h"] * HOUR
        delay = (
            -median
            / math.log(2.0)
            * math.log(attempts.draw_for_attempt(w, slot, Purpose.SILENT_RETURN_DELAY, 0))
        )
        attempts.come_back_later(w, slot, now, whole(delay))
    else:
        closing.moment_ends(w, slot, now, 0, 0)


@compiled_inside
def break_out(w: World, slot: int, now: int) -> None:
    """From self-service to a person: a channel switch, with or without the context."""
    case = tables.cases(w, slot)
    effects = tables.effects(w)
    case["leg"] += 1
    case["effort"] += effects["effort_channel_switch"]
    if (
        attempts.draw_for_attempt(w, slot, Purpose.CONTEXT, case["attempt"])
        < tables.reasons(w, case["reason"])["context_passed"]
    ):
        case["context_s"] = -effects["context_saved_s"]
    else:
        case["context_s"] = effects["context_lost_s"]
        case["effort"] += effects["effort_repeat_information"]
    calls.call_arrives(w, slot, now)
