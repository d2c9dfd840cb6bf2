"""Triggers on complaints: they see each complaint when it is made, which is long after the let-down."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.stories import differences, ready
from engine.test_levers import story
from momentsim.contract.plan import HOUR, MINUTE, Prepared, Why
from momentsim.contract.trace import MomentClass, Trace
from momentsim.engine import simulate

SPAN = 2 * HOUR
MANY = 1
"""Complaints within the span that are not yet enough."""


def complaining(lag: int | None, recovery: dict[str, Any] | None = None, **about: Any) -> Prepared:
    """Too few agents, everybody who is let down complains, after so many minutes; None: as the registry says."""
    when = f"complaints > {MANY} over 2 h"
    told = story("extra_lines", **{"when": when, **about})
    prepared = ready(told if recovery is None else told | {"recovery": recovery})
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


def recovering(sensitivity: str) -> dict[str, Any]:
    """A team that makes good within a day what is noticed in talks, twelve hours after them."""
    return {
        "speech_analytics": {"sensitivity": sensitivity, "specificity": "100 %"},
        "team": {
            "people": 200, "handling_time": {"mean": "10 min", "cv": 0.5}, "start": "00:00", "end": "23:00",
            "cost_per_hour": "40 USD/h", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        },
    }  # fmt: skip


def test_what_recovery_forestalls_is_no_complaint() -> None:
    """Recovered well before they would complain; all others do, two days after the let-down."""
    prepared = complaining(None, recovering("70 %"), undo_when="complaints <= 0 over 2 h", at_most=9)
    trace, simpy = (simulate(prepared, log=True, clock=clock) for clock in ("compiled", "simpy"))
    assert differences(trace, simpy) == []
    let_down = trace.moments["label"] == MomentClass.LET_DOWN
    made_good = let_down & (trace.moments["recovered"] == 1)
    silent = int(made_good.sum())
    assert silent == trace.tallies["recovered"].sum() > 10
    assert trace.tallies["complaints"].sum() == let_down.sum() - silent > MANY
    voiced = np.sort(trace.moments["ended"][let_down & ~made_good]) + 48 * HOUR
    first = voiced[MANY]
    assert first > let_down_at(trace)[MANY] + 48 * HOUR
    pulled, undone = trace.levers["time"].tolist()[:2]
    assert pulled == -(-first // MINUTE) * MINUTE
    assert not np.any((voiced <= undone) & (voiced > undone - SPAN))
    earlier = undone - MINUTE
    assert np.any((voiced <= earlier) & (voiced > earlier - SPAN))


def test_the_more_is_made_good_in_time_the_later_a_trigger_fires() -> None:
    """Without recovery, or where nothing is noticed, it is as ever; if all talks are, those who had none complain."""
    never, always = (simulate(complaining(None, recovering(each)), log=True) for each in ("0 %", "100 %"))
    without = simulate(complaining(None), log=True)
    assert never.levers["time"].tolist() == without.levers["time"].tolist()
    assert always.tallies["complaints"].sum() < without.tallies["complaints"].sum()
    assert not len(always.levers) or always.levers["time"][0] > without.levers["time"][0]
