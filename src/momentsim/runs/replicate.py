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
from momentsim.runs.backends.base import FinishedReplication, PortableCase, Tell
from momentsim.runs.logs import LogPart, PartOnDisk

if TYPE_CHECKING:
    from momentsim.contract.plan import Prepared
    from momentsim.contract.trace import Trace
    from momentsim.runs.choices import ClockName

MOST_BLUEPRINTS = 8
"""Cases that a worker keeps lowered: a comparison's worth, and few enough for memory."""

_blueprints: OrderedDict[str, Blueprint] = OrderedDict()
_lock = threading.Lock()


class ReplicationSettings(NamedTuple):
    """How one replication is made. `parts` is the folder to which its log is streamed; none: kept in memory.

    `log_later` leaves a log of few rows to whoever joins the logs.
    """

    replication: int
    clock: ClockName
    logged: bool
    parts: Path | None = None
    log_later: bool = False


def lower_once(case: PortableCase) -> Blueprint:
    """The case as tables, made once per process and kept for the next replication."""
    with _lock:
        if case.key not in _blueprints:
            _blueprints[case.key] = lower(case.operation, case.reference)
            while len(_blueprints) > MOST_BLUEPRINTS:
                _blueprints.popitem(last=False)
        _blueprints.move_to_end(case.key)
        return _blueprints[case.key]


def replicate(
    case: PortableCase, blueprint: Blueprint, settings: ReplicationSettings, tell: Tell
) -> FinishedReplication | None:
    """Simulate one replication and reduce it; None when it was stopped."""
    prepared = case.steering.with_levers(prepare(blueprint, settings.replication), settings.replication)
    try:
        trace, log = _simulate(case, prepared, settings, tell)
    except Interrupted:
        return None
    return FinishedReplication(prepared.names, digest(prepared, trace), trace.levers, log)


def _simulate(
    case: PortableCase, prepared: Prepared, settings: ReplicationSettings, tell: Tell
) -> tuple[Trace, Trace | PartOnDisk | None]:
    watch = case.steering.watch(prepared.names, case.scenario.start)
    tell_story = partial(
        simulate, prepared, log=settings.logged, clock=settings.clock, on_progress=tell, watch=watch
    )
    if not settings.logged:
        return tell_story(), None
    if settings.parts is None:
        trace = tell_story()
        return trace, trace
    folder = settings.parts / str(settings.replication)
    later = settings.log_later
    with LogPart(folder, case.scenario, prepared.names, settings.replication, later=later) as part:
        trace = tell_story(take_rows=part.take_rows)
        part.finish(trace)
    return trace, PartOnDisk(folder)
