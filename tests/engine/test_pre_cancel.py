"""Pre-cancellation: who is told ahead begins earlier, and is harmed as the hours of warning say."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest

from engine.stories import RICH, all_moments, ready
from momentsim.contract.plan import HOUR, MomentKind, Prepared
from momentsim.contract.trace import Trace
from momentsim.engine import simulate


def stormy(**changes: Any) -> Prepared:
    """The rich story without a notice; a value of None takes a lever out."""
    story = copy.deepcopy(RICH)
    storm = {**story["crises"]["storm"], "notice": None, **changes}
    story["crises"]["storm"] = {key: value for key, value in storm.items() if value is not None}
    return ready(story)


def harm_of(trace: Trace) -> float:
    """Value that the event itself destroyed, as a positive amount."""
    return -float(trace.tallies["destroyed_by_operation"].sum())


def test_all_told_ahead_is_an_earlier_storm_with_less_harm() -> None:
    """Ties two ways of saying the same: the levers' curve is 0.35 + 0.65 exp(-hours / 5) (E2.18.3)."""
    early = {"2024-01-08": {
        "scheduled": 10, "failed": 2, "announced_from": "04:00", "announced_until": "10:00",
    }}  # fmt: skip
    ahead = simulate(stormy(pre_cancel={"share": "100 %", "hours_ahead": "2 h"}), log=True)
    earlier = simulate(stormy(pre_cancel=None, days=early, severity=0.35 + 0.65 * math.exp(-2 / 5)), log=True)
    assert ahead.events == earlier.events
    assert np.array_equal(ahead.contacts["arrived"], earlier.contacts["arrived"])
    for field in ("attitude_after", "behaviour_after", "value_change"):
        assert ahead.moments[field] == pytest.approx(earlier.moments[field], rel=1e-9, abs=1e-9, nan_ok=True)
    harmed = simulate(stormy(pre_cancel=None, days=early), log=True)
    assert 0.5 * harm_of(harmed) < harm_of(ahead) < harm_of(harmed)


def test_half_told_ahead_lies_between() -> None:
    harms = [
        harm_of(simulate(stormy(pre_cancel={"share": share, "hours_ahead": "6 h"}), log=False))
        for share in (0.0, 0.5, 1.0)
    ]
    assert harms[0] > harms[1] > harms[2] > 0


def test_the_longer_warning_counts() -> None:
    """A notice two hours ahead adds nothing for those told six hours ahead."""
    told = {"share": "100 %", "hours_ahead": "6 h"}
    notice = {"at": "2024-01-08 00:00", "reach": "100 %", "clarity": "60 %"}
    harms = [
        harm_of(simulate(stormy(pre_cancel=told, notice={**notice, "hours_ahead": hours}), log=False))
        for hours in ("2 h", "12 h")
    ]
    alone = harm_of(simulate(stormy(pre_cancel=told), log=False))
    assert harms[0] == pytest.approx(alone, rel=0.05)  # calls prevented change who was touched before
    assert harms[1] < 0.9 * harms[0]


def test_only_the_told_move_and_by_the_same_time() -> None:
    base, ahead = (
        {int(row["key"]): row for row in rows[rows["kind"] == MomentKind.AFFECTED]}
        for rows in (
            all_moments(stormy(pre_cancel=None)),
            all_moments(stormy(pre_cancel={"share": "50 %", "hours_ahead": "5 h"})),
        )
    )
    moved = {key: int(base[key]["began"] - ahead[key]["began"]) for key in base}
    assert set(base) == set(ahead)
    assert set(moved.values()) == {0, 5 * HOUR}
    told = sum(shift > 0 for shift in moved.values()) / len(moved)
    assert abs(told - 0.5) < 6 * math.sqrt(0.25 / len(moved))
    assert all(ahead[key].tobytes() == base[key].tobytes() for key, shift in moved.items() if not shift)
