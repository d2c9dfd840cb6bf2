"""Steps outside a table, planted: the fence must end the process.

    python -m fence.planted NAME

Prints `inside` when nothing happened.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import Final

import numpy as np

from engine.stories import PLAIN, ready
from fence.memory import Side, fenced
from momentsim.engine.simulate import Run


def _buckets(run: Run) -> None:
    """An event list that takes its wheel for twice as long as it is."""
    run.world.put(buckets=run.world["buckets"][: len(run.world["buckets"]) // 2].copy())


def _shift(run: Run) -> None:
    """The shift without an upper end: machine code takes 64 more for none more."""
    run.world["wheel"]["shift"] += 64
    run.world["wheel"]["bucket"] = -1


def _interval(run: Run) -> None:
    """Books with one interval too few."""
    run.world.put(staff=run.world["staff"][:-1].copy(), intervals=run.world["intervals"][:20].copy())


def _reason(run: Run) -> None:
    """A moment whose reason is the first that there is not."""
    run.world["moments"]["reason"] = len(run.world["reasons"])


def _queue(run: Run) -> None:
    """A reason that no queue serves."""
    run.world["reasons"]["queue"] = -1


def _nothing(run: Run) -> None:
    """As it is."""


PLANTED: Final[dict[str, tuple[Side, Callable[[Run], None]]]] = {
    "half a wheel": ("behind", _buckets),
    "a shift of 64 and more": ("behind", _shift),
    "books too short": ("behind", _interval),
    "a reason that is none": ("behind", _reason),
    "a queue before the first": ("before", _queue),
    "nothing, behind": ("behind", _nothing),
    "nothing, before": ("before", _nothing),
}
"""What is done to a run before its first event, by name, and on which side it steps outside."""


def run_with(name: str) -> None:
    """Tell a plain scenario with a fault in it."""
    side, plant = PLANTED[name]
    with fenced(side):
        run = Run(ready(PLAIN), log=True)
        plant(run)
        run.advance()


def look(side: Side, steps: int) -> int:
    """Read a number of an array at the fence, as many steps from its first."""
    with fenced(side):
        array = np.arange(10, dtype=np.int64)
    return int(ctypes.cast(array.ctypes.data, ctypes.POINTER(ctypes.c_int64))[steps])


if __name__ == "__main__":
    if sys.argv[1] in PLANTED:
        run_with(sys.argv[1])
    else:
        side, steps = sys.argv[1:]
        look("before" if side == "before" else "behind", int(steps))
    print("inside", flush=True)
