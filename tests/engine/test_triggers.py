"""Triggers on complaints: they see each complaint when it is made, which is long after the let-down."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.stories import ready
from engine.test_levers import story
from momentsim.contract.plan import HOUR, MINUTE, Prepared, Why
from momentsim.contract.trace import MomentClass, Trace
from momentsim.engine import simulate

SPAN = 2 * HOUR
MANY = 1
"""Complaints within the span that are not yet enough."""


def complaining(lag: int | None, **about: Any) -> Prepared:
    """Too few agents, everybody who is let down complains, after so many minutes; None: as the registry says."""
    when = f"complaints > {MANY} over 2 h"
    prepared = ready(story("extra_lines", **{"when": when, **about}))
    effects = prepared.plan.effects
    effects["complaint_minor"] = effects["complaint_serious"] = 1.0
    if lag is not None:
        effects["complaint_lag_h"] = lag / 60
        triggers = prepared.plan.triggers
        triggers["lag"] = lag
        rows = triggers["span"] + lag + 1
        triggers["first_past"] = np.cumsum(rows) - rows  # each has its own rows, as when it is prepared
    return prepared


def let_down_at(trace: Trace) -> Any:
    """When moments ended that leave a customer let down."""
    return np.sort(trace.moments["ended"][trace.moments["label"] == MomentClass.LET_DOWN])


@pytest.mark.parametrize("lag", [0, 45, 240])
def test_a_trigger_sees_complaints_when_they_are_made(lag: int) -> None:
    trace = simulate(complaining(lag, at_most=1), log=True)
    made = let_down_at(trace) + lag * MINUTE
    looks = np.arange(1, 12 * 60) * MINUTE
    counted = np.searchsorted(made, looks, "right") - np.searchsorted(made, looks - SPAN, "right")
    (first,) = looks[counted > MANY][:1]
    assert trace.levers["why"].tolist() == [Why.TRIGGER]
    assert trace.levers["time"].tolist() == [first]
    assert first > lag * MINUTE


def test_a_lever_goes_when_complaints_become_few() -> None:
    few = complaining(0, undo_when="complaints <= 0 over 2 h")
    trace = simulate(few, log=True)
    pulled, undone = trace.levers["time"].tolist()
    made = let_down_at(trace)
    within = [
        int(((made <= time) & (made > time - SPAN)).sum()) for time in (pulled, undone, undone - MINUTE)
    ]
    assert within[0] > MANY and within[1] == 0 < within[2]


def test_complaints_come_as_late_as_the_registry_says() -> None:
    """Two days: a run of half a day sees them in its run-out only."""
    prepared = complaining(None)
    assert prepared.plan.triggers["lag"].tolist() == [48 * 60]
    trace = simulate(prepared, log=True)
    second = let_down_at(trace)[MANY] + 48 * HOUR
    assert trace.levers["time"].tolist() == [-(-second // MINUTE) * MINUTE]
