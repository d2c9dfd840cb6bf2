"""Promises: what is still due after the talk that solves a need, kept or broken, and repairs that fail again."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.draws import Purpose
from momentsim.engine.contact import attempts, episodes, moment_end
from momentsim.engine.customers import anger
from momentsim.engine.order import EventKind
from momentsim.engine.state import counters, tables
from momentsim.engine.state.codes import MomentStage
from momentsim.engine.state.durations import draw_duration
from momentsim.engine.state.tables import World
from momentsim.engine.state.timers import post


@compiled_inside
def is_promise_due(w: World, slot: int) -> bool:
    """Whether something promised is still due after a talk that solved it."""
    return bool(tables.reasons(w, tables.cases(w, slot)["reason"])["promise_within"] > 0)


@compiled_apart
def keep_open(w: World, slot: int, now: int) -> None:
    """The moment stays open until what was promised is due."""
    case = tables.cases(w, slot)
    within = tables.reasons(w, case["reason"])["promise_within"]
    own = tables.segments(w, case["segment"])["promise_within"]
    case["stage"] = MomentStage.PROMISED
    post(w, now + (own if own > 0 else within), EventKind.PROMISE_DUE, case["serial"], slot, 0)


@compiled_apart
def fulfil_promise(w: World, slot: int, serial: int, now: int) -> None:
    """The due date: kept, which is a small plus, or broken, which is a failure of its own (E2.5.5)."""
    case = tables.cases(w, slot)
    if case["serial"] != serial or case["stage"] != MomentStage.PROMISED:
        return
    effects = tables.effects(w)
    segment = tables.segments(w, case["segment"])
    kept = tables.reasons(w, case["reason"])["promise_kept"]
    if segment["promise_kept_own"]:
        kept = segment["promise_kept"]
    tally = tables.tally(w, case["reason"], case["segment"], case["kind"])
    counted = int(counters.counts_as_moment(w, slot))
    tally["promises"] += counted
    if attempts.draw_for_attempt(w, slot, Purpose.PROMISE, case["contacts"]) < kept:
        tally["promises_kept"] += counted
        episodes.add_episode(w, slot, effects["promise_kept_score"])
        if not fails_again_later(w, slot, now):
            moment_end.moment_ends(w, slot, now, 1, 0)
        return
    episodes.add_failure(w, slot, -effects["promise_broken_score"])
    anger.add_anger(w, case["customer_row"], now, effects["anger_broken_promise"])
    attempts.leave_unsolved(w, slot, now)


@compiled_apart
def fails_again_later(w: World, slot: int, now: int) -> bool:
    """Whether the same thing will fail again before the run ends; then the moment stays open until it does."""
    case = tables.cases(w, slot)
    reason = tables.reasons(w, case["reason"])
    if (
        attempts.draw_for_attempt(w, slot, Purpose.FAILURE_REPEAT, case["contacts"])
        >= reason["failure_repeat"]
    ):
        return False
    law = reason["failure_repeat_law"]
    delay = draw_duration(w, law, 1.0, case["key"], Purpose.FAILURE_REPEAT_DELAY, case["contacts"])
    if now + delay > tables.centre(w)["limit"]:
        return False
    case["repeats"] = 1
    attempts.come_back_later(w, slot, now, delay)
    return True


@compiled_apart
def failure_repeats(w: World, slot: int) -> None:
    """The same thing fails again: bad in itself, before the customer makes contact once more."""
    case = tables.cases(w, slot)
    case["repeats"] = 0
    episodes.add_episode(w, slot, -tables.effects(w)["failure_repeat_score"])
    if counters.counts_as_moment(w, slot):
        tables.tally(w, case["reason"], case["segment"], case["kind"])["failures_repeated"] += 1
