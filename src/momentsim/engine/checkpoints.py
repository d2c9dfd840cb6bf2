"""Copies of runs under way, kept so that going back need not run again from the start.

They only save time: what they lead to is byte for byte what running again leads to. One process keeps at most
MOST_BYTES, whatever the number of runs; first goes the copy whose loss costs least, that with a near one before it.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from typing import Final, NamedTuple

from momentsim.engine.interventions import Interventions
from momentsim.engine.simulate import ReplicationRun

MOST_BYTES: Final = 512 * 2**20
"""Of all copies in a process."""
EVENTS_APART: Final = 100_000
"""Events between copies at the borders of days, at least: less than 0.1 s of running, so that copies are few."""


class Checkpoint(NamedTuple):
    """A run as it was at `time`: everything of that instant has happened, but for what hands did in it."""

    time: int
    past: Interventions
    """What hands had done, or are known to do later."""
    run: ReplicationRun


class Checkpoints:
    """The copies of all runs that come from one. Runs of several threads may use them."""

    def __init__(self) -> None:
        self.copies: list[Checkpoint] = []
        with _LOCK:
            _ALL.add(self)

    def keep(self, run: ReplicationRun, time: int, past: Interventions) -> None:
        """Keep a copy of a run, unless there is one already or its luck changes at this very instant."""
        if run.finished or any(change.time >= time for change in past.luck):
            return
        nearest = self.nearest(past.before(time), time)
        if nearest is not None and nearest.time == time:
            return
        copy = Checkpoint(time, past, run.fork(keep_room=False))
        with _LOCK:
            self.copies.append(copy)
            while sum(kept.run.bytes for _, kept in _everything()) > MOST_BYTES:
                owner, kept = min(_everything(), key=_missed)
                owner.copies.remove(kept)

    def nearest(self, past: Interventions, time: int) -> Checkpoint | None:
        """The latest copy, not later than `time`, of a run to which the same was done before; None without one."""
        with _LOCK:
            return _nearest(self.copies, past, time)


_LOCK = threading.Lock()
_ALL: weakref.WeakSet[Checkpoints] = weakref.WeakSet()


def _everything() -> Iterator[tuple[Checkpoints, Checkpoint]]:
    return ((owner, copy) for owner in _ALL for copy in owner.copies)


def _nearest(copies: list[Checkpoint], past: Interventions, time: int) -> Checkpoint | None:
    fit = (
        copy
        for copy in copies
        if copy.time <= time and copy.past.before(copy.time).is_like(past.before(copy.time))
    )
    return max(fit, key=lambda copy: copy.time, default=None)


def _missed(one: tuple[Checkpoints, Checkpoint]) -> int:
    """How much simulated time would have to be run again where a copy is missing."""
    owner, copy = one
    others = [other for other in owner.copies if other is not copy]
    instead = _nearest(others, copy.past, copy.time)
    return copy.time - (0 if instead is None else instead.time)
