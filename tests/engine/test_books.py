"""Books: the bin of a wait is the one whose edges hold it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.plans import plain_plan
from momentsim.compiled import compiled
from momentsim.engine.books import wait_bin
from momentsim.engine.opening import new_world
from momentsim.engine.tables import World
from momentsim.trace import WAIT_BINS, wait_bin_edges


@compiled
def bins_of(w: World, waits: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Bins of many waits."""
    out = np.empty_like(waits)
    for row in range(len(waits)):
        out[row] = wait_bin(w, waits[row])
    return out


def test_a_wait_is_counted_between_the_edges_of_its_bin() -> None:
    """Around every edge, over five orders of magnitude, and beyond the last bin."""
    world = new_world(plain_plan().plan, log=False)
    edges = wait_bin_edges()[:WAIT_BINS] * 1e6
    around = np.concatenate([np.floor(edges) + step for step in (-1.0, 0.0, 1.0)]).astype(np.int64)
    waits = np.concatenate(
        [np.maximum(around, 0), np.geomspace(1, 1e12, 2_000).astype(np.int64), 2 ** np.arange(40)]
    )
    expected = np.searchsorted(edges, waits, side="right") - 1
    assert np.array_equal(bins_of(world.world, waits), expected)
