"""Books: the bin of a wait is the one whose edges hold it; rows of moments say no more than there is to say."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from engine.plans import plain_plan
from engine.stories import RICH, ready
from momentsim.compiler.decorators import compiled
from momentsim.contract.trace import (
    MOMENT_FACTS,
    MOMENT_ROW,
    WAIT_BINS,
    MomentClass,
    wait_bin_edges,
    whole_moments,
)
from momentsim.engine import simulate
from momentsim.engine.state.counters import bin_of_wait
from momentsim.engine.state.initial_state import new_world
from momentsim.engine.state.tables import World


@compiled
def bins_of(w: World, waits: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Bins of many waits."""
    out = np.empty_like(waits)
    for row in range(len(waits)):
        out[row] = bin_of_wait(w, waits[row])
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


def test_moments_that_leave_nothing_behind_have_short_rows() -> None:
    """Made whole, they say that nobody felt anything, was asked, won or lost."""
    rows = simulate(ready(RICH, "behaviour=off"), log=True).moments
    assert rows.dtype == MOMENT_FACTS and len(rows) > 100
    whole = whole_moments(rows)
    for name in rows.dtype.names or ():
        assert np.array_equal(whole[name], rows[name]), name
    assert np.all(whole["label"] == MomentClass.NEUTRAL) and np.all(whole["nps_answer"] == -1)
    assert np.all(np.isnan(whole["experience"])) and np.all(np.isnan(whole["disconfirmation"]))
    for name in ("wallet_event", "surveyed", "detected", "recovered", "value_change", "harm", "sold"):
        assert not whole[name].any(), name


@pytest.mark.parametrize("what", ["behaviour.memory=on", "behaviour.anger=on"])
def test_where_customers_are_tracked_rows_are_whole(what: str) -> None:
    rows = simulate(ready(RICH, "behaviour=off", what), log=True).moments
    assert rows.dtype == MOMENT_ROW and whole_moments(rows) is rows
