"""What each kind of lever does when it takes effect, and what undoing it takes back: one branch for each kind.

The size in force is `tables.lever_sizes(w, tables.pulled(w, lever)["row"])`. A kind that only has to be asked for
(`in_force.lever_in_force`: notices, offers, limits, instructions) needs no branch.
"""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import LeverKind
from momentsim.engine.agents import overtime, programmes
from momentsim.engine.customers import compensation
from momentsim.engine.levers import capacity, queue_offers, reserves
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World


@compiled_apart
def lever_begins(w: World, lever: int, now: int) -> None:
    """A lever takes effect."""
    kind = tables.levers(w, lever)["kind"]
    if kind == LeverKind.RESERVES:
        reserves.call_in(w, lever, now)
    elif kind == LeverKind.COMPENSATION:
        compensation.promise_compensation(w, lever, now)
    elif kind == LeverKind.OVERTIME:
        overtime.ask_for_overtime(w)
    elif kind == LeverKind.EXTRA_LINES:
        capacity.add_lines(w, lever, 1)
    elif kind == LeverKind.LOGIN_CAP:
        capacity.move_login_cap(w, lever, 1, now)
    elif kind == LeverKind.PRIORITY:
        capacity.set_priority(w, lever)
    elif kind == LeverKind.PAUSE_OFFERS:
        tables.centre(w)["offers_paused"] += 1
    elif kind == LeverKind.START_PROGRAMME:
        programmes.start(w, tables.levers(w, lever)["programme"], now + tables.levers(w, lever)["delay"])
    elif kind == LeverKind.CALLBACK or kind == LeverKind.ANNOUNCEMENT:
        queue_offers.put_in_force(w, lever)


@compiled_apart
def lever_ends(w: World, lever: int, now: int) -> None:
    """A lever is undone; it no longer counts as in force."""
    kind = tables.levers(w, lever)["kind"]
    if kind == LeverKind.RESERVES:
        reserves.send_home(w, lever, now)
    elif kind == LeverKind.OVERTIME:
        overtime.end_overtime(w, lever, now)
    elif kind == LeverKind.EXTRA_LINES:
        capacity.add_lines(w, lever, -1)
    elif kind == LeverKind.LOGIN_CAP:
        capacity.move_login_cap(w, lever, -1, now)
    elif kind == LeverKind.PRIORITY:
        capacity.set_priority(w, lever)
    elif kind == LeverKind.PAUSE_OFFERS:
        tables.centre(w)["offers_paused"] -= 1
    elif kind == LeverKind.START_PROGRAMME:
        programmes.stop(w, tables.levers(w, lever)["programme"], now)
    elif kind == LeverKind.CALLBACK or kind == LeverKind.ANNOUNCEMENT:
        queue_offers.take_back(w, lever)


@compiled_inside
def uses_so_far(w: World, lever: int) -> int:
    """Uses so far of kinds that are counted elsewhere; others book each use (`pulling.use`)."""
    about = tables.levers(w, lever)
    if about["kind"] == LeverKind.CALLBACK or about["kind"] == LeverKind.ANNOUNCEMENT:
        return queue_offers.uses_of(w, lever)
    return int(tables.pulled(w, lever)["counted"])
