"""Steps outside a table, planted: the fence must end the process.

    python -m fence.planted

Prints how each ends, as JSON: 0 where nothing happened, and minus the signal that ended the process.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import Final

import numpy as np

from engine.stories import PLAIN, ready
from fence.memory import Side, fenced
from momentsim.engine.simulate import ReplicationRun


def _buckets(run: ReplicationRun) -> None:
    """An event list that takes its wheel for twice as long as it is."""
    run.world.put(buckets=run.world["buckets"][: len(run.world["buckets"]) // 2].copy())


def _interval(run: ReplicationRun) -> None:
    """Books with one interval too few."""
    run.world.put(staff=run.world["staff"][:-1].copy(), intervals=run.world["intervals"][:20].copy())


def _reason(run: ReplicationRun) -> None:
    """A moment whose reason is the first that there is not."""
    run.world["moments"]["reason"] = len(run.world["reasons"])


def _queue(run: ReplicationRun) -> None:
    """A reason that no queue serves."""
    run.world["reasons"]["queue"] = -1


def _nothing(run: ReplicationRun) -> None:
    """As it is."""


def _told(side: Side, plant: Callable[[ReplicationRun], None]) -> Callable[[], None]:
    """Tell a plain scenario with a fault in it."""

    def tell() -> None:
        with fenced(side):
            run = ReplicationRun(ready(PLAIN), log=True)
            plant(run)
            run.advance()

    return tell


def _look(side: Side, steps: int) -> Callable[[], None]:
    """Read a number of an array of ten at the fence, as many steps from its first."""

    def look() -> None:
        with fenced(side):
            array = np.arange(10, dtype=np.int64)
        print(ctypes.cast(array.ctypes.data, ctypes.POINTER(ctypes.c_int64))[steps], file=sys.stderr)

    return look


HARMLESS: Final = {
    "nothing, behind": _told("behind", _nothing),
    "nothing, before": _told("before", _nothing),
    "the last number": _look("behind", 9),
    "the first number": _look("before", 0),
}
"""What may be done, by name."""
PLANTED: Final = {
    "half a wheel": _told("behind", _buckets),
    "books too short": _told("behind", _interval),
    "a reason that is none": _told("behind", _reason),
    "a queue before the first": _told("before", _queue),
    "one behind the last number": _look("behind", 10),
    "one before the first number": _look("before", -1),
}
"""Steps outside, by name."""


def end_of(step: Callable[[], None]) -> int:
    """How a process of its own ends that does this."""
    child = os.fork()
    if child == 0:
        try:
            step()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    ReplicationRun(ready(PLAIN), log=True).advance()  # what all need is loaded once
    print(json.dumps({name: end_of(step) for name, step in {**HARMLESS, **PLANTED}.items()}))
