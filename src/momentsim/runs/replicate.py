"""Makes one replication, wherever that is: in this process, in another one, or on another machine."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from momentsim.engine import Interrupted, simulate
from momentsim.measures.digest import digest
from momentsim.prepare import Blueprint, lower, prepare
from momentsim.runs.backends.base import Finished, Recipe, Tell
from momentsim.runs.logs import LogPart, PartOnDisk

if TYPE_CHECKING:
    from momentsim.contract.plan import Prepared
    from momentsim.contract.trace import Trace
    from momentsim.runs.choices import ClockName

MOST_LOWERED = 8
"""Cases that a worker keeps lowered: a comparison's worth, and few enough for memory."""

_lowered: OrderedDict[str, Blueprint] = OrderedDict()
_lock = threading.Lock()


class Order(NamedTuple):
    """How one replication is made. `parts` is the folder to which its log is streamed; none: kept in memory.

    `log_later` leaves a log of few rows to whoever joins the logs.
    """

    replication: int
    clock: ClockName
    logged: bool
    parts: Path | None = None
    log_later: bool = False


def lowered(recipe: Recipe) -> Blueprint:
    """The case as tables, made once per process and kept for the next replication."""
    with _lock:
        if recipe.key not in _lowered:
            _lowered[recipe.key] = lower(recipe.operation, recipe.reference)
            while len(_lowered) > MOST_LOWERED:
                _lowered.popitem(last=False)
        _lowered.move_to_end(recipe.key)
        return _lowered[recipe.key]


def replicate(recipe: Recipe, blueprint: Blueprint, order: Order, tell: Tell) -> Finished | None:
    """Simulate one replication and reduce it; None when it was stopped."""
    prepared = recipe.steering.planned(prepare(blueprint, order.replication), order.replication)
    try:
        trace, log = _simulated(recipe, prepared, order, tell)
    except Interrupted:
        return None
    return Finished(prepared.names, digest(prepared, trace), trace.levers, log)


def _simulated(
    recipe: Recipe, prepared: Prepared, order: Order, tell: Tell
) -> tuple[Trace, Trace | PartOnDisk | None]:
    watch = recipe.steering.watch(prepared.names, recipe.scenario.start)
    told = partial(simulate, prepared, log=order.logged, clock=order.clock, on_progress=tell, watch=watch)
    if not order.logged:
        return told(), None
    if order.parts is None:
        trace = told()
        return trace, trace
    folder = order.parts / str(order.replication)
    later = order.log_later
    with LogPart(folder, recipe.scenario, prepared.names, order.replication, later=later) as part:
        trace = told(take_rows=part.take_rows)
        part.finish(trace)
    return trace, PartOnDisk(folder)
