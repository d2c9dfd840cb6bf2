"""Self-service: offered by a lever, tried; solved alone, on to a person, or gone with nothing."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import HOUR, LeverKind, MomentKind
from momentsim.contract.trace import Outcome
from momentsim.draws import Purpose, uniform
from momentsim.engine.contact import attempts, calls, episodes, moment_end
from momentsim.engine.customers import anger
from momentsim.engine.levers.in_force import book_use, lever_in_force
from momentsim.engine.order import EventKind
from momentsim.engine.state import contact_log, tables
from momentsim.engine.state.codes import MomentStage
from momentsim.engine.state.durations import draw_duration
from momentsim.engine.state.tables import World
from momentsim.engine.state.timers import post
from momentsim.rules import experience, workload
from momentsim.rules.durations import whole


@compiled_apart
def self_service_begins(w: World, slot: int, now: int) -> None:
    """The customer tries alone."""
    case = tables.cases(w, slot)
    case["stage"] = MomentStage.SELF_SERVICE
    case["queue"] = -1
    case["agent"] = -1
    case["queued"] = -1
    case["answered"] = -1
    case["talk"] = 0
    law = tables.reasons(w, case["reason"])["self_service_law"]
    spent = draw_duration(w, law, 1.0, case["key"], Purpose.SELF_SERVICE_TIME, case["attempt"])
    tables.counts(w, slot)["self_service_time"] += spent
    post(w, now + spent, EventKind.SELF_SERVICE_ENDS, case["serial"], slot, case["stamp"])


@compiled_apart
def self_service_ends(w: World, slot: int, serial: int, now: int) -> None:
    """Solved alone; or on to a person; or gone with nothing, which is not containment."""
    case = tables.cases(w, slot)
    if case["serial"] != serial or case["stage"] != MomentStage.SELF_SERVICE:
        return
    effects = tables.effects(w)
    counts = tables.counts(w, slot)
    if attempts.draw_for_attempt(w, slot, Purpose.SELF_SERVICE_SUCCESS, case["attempt"]) < self_service_share(
        w, slot
    ):
        episodes.add_episode(w, slot, effects["self_service_success_score"])
        counts["contained"] += 1
        contact_log.write_contact(w, slot, Outcome.CONTAINED, now, 1, 0, math.nan)
        moment_end.moment_ends(w, slot, now, 1, 0)
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
        moment_end.moment_ends(w, slot, now, 0, 0)


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
        return workload.solution_probability(strength, -reason["complexity_slope"] * case["complexity"], 1.0)
    return experience.self_service_success(
        reason["success_simple"],
        reason["success_at_stakes"],
        case["stakes"],
        case["complexity"],
        reason["complexity_slope"],
    )
