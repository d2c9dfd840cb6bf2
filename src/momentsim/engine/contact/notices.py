"""Notices of a crisis: whom early word reaches, how long ahead, and the calls that it prevents or brings (E2.18)."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import HOUR, LeverKind
from momentsim.draws import Purpose, uniform
from momentsim.engine.contact import episodes
from momentsim.engine.levers.in_force import book_use, lever_in_force
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World

_REACHED = 1
_MISSED = 2


@compiled_apart
def hours_of_warning(w: World, slot: int, now: int) -> float:
    """Hours by which this customer learnt ahead of the disruption (E2.18.3), by pre-cancellation or by a notice.

    The longer of the two counts, 0 for neither. The draw of pre-cancellation is the one that moved the moment.
    """
    case = tables.cases(w, slot)
    crisis = tables.crises(w, case["crisis"])
    hours = 0.0
    if crisis["told_ahead"] > 0.0:
        u = uniform(tables.settings(w)["key"], case["key"], Purpose.STORM_AHEAD, 0)
        hours = crisis["hours_ahead"] if u < crisis["told_ahead"] else 0.0
    hours = max(hours, hours_told_ahead(w, slot, now))
    size = notice_received(w, slot, now)
    if size >= 0:
        hours = max(hours, tables.lever_sizes(w, size)["hours_ahead"])
    return hours


@compiled_inside
def hours_told_ahead(w: World, slot: int, now: int) -> float:
    """Hours by which the lever of pre-cancellation told this customer, at most the time since it took effect."""
    case = tables.cases(w, slot)
    lever = lever_in_force(w, LeverKind.PRE_CANCELLATION, case["crisis"], case["reason"], -1)
    if lever < 0:
        return 0.0
    state = tables.pulled(w, lever)
    about = tables.lever_sizes(w, state["row"])
    if uniform(tables.settings(w)["key"], case["key"], Purpose.STORM_AHEAD, 0) >= about["share"]:
        return 0.0
    book_use(w, lever, 1.0, now)
    return float(min(about["hours_ahead"], (now - state["effective"]) / HOUR))


@compiled_apart
def notice_received(w: World, slot: int, now: int) -> int:
    """The size of the notice that has reached this customer, -1 for none; whether it reaches is drawn once."""
    case = tables.cases(w, slot)
    lever = lever_in_force(w, LeverKind.NOTICE, case["crisis"], case["reason"], -1)
    if lever < 0:
        return -1
    size = tables.pulled(w, lever)["row"]
    if case["noticed"] == 0:
        u = uniform(tables.settings(w)["key"], case["key"], Purpose.NOTICE_REACH, 0)
        case["noticed"] = _REACHED if u < tables.lever_sizes(w, size)["share"] else _MISSED
        if case["noticed"] == _REACHED:
            book_use(w, lever, 1.0, now)
            tables.tally(w, case["reason"], case["segment"], case["kind"])["notices"] += 1
    return int(size) if case["noticed"] == _REACHED else -1


@compiled_apart
def notice_prevents(w: World, slot: int, now: int) -> bool:
    """Whether a clear notice has made the contact needless (E2.18.2)."""
    size = notice_received(w, slot, now)
    if size < 0:
        return False
    case = tables.cases(w, slot)
    effects = tables.effects(w)
    u = uniform(tables.settings(w)["key"], case["key"], Purpose.NOTICE_EFFECT, 0)
    if u >= effects["notice_prevented"] * tables.lever_sizes(w, size)["strength"]:
        return False
    episodes.add_episode(w, slot, effects["notice_satisfaction"])
    return True


@compiled_apart
def notice_induces(w: World, slot: int, now: int) -> bool:
    """Whether an unclear notice makes someone call who would not have called (E2.18.2)."""
    size = notice_received(w, slot, now)
    if size < 0:
        return False
    share = tables.effects(w)["notice_induced"] * (1.0 - tables.lever_sizes(w, size)["strength"])
    return bool(
        uniform(tables.settings(w)["key"], tables.cases(w, slot)["key"], Purpose.NOTICE_EFFECT, 1) < share
    )
