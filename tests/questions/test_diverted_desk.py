"""A desk that sends callers away: exact where patience is endless, and the signs a planner expects."""

from __future__ import annotations

from pathlib import Path

import pytest

import momentsim as ms
from momentsim.scenario import load
from momentsim.theory.patience import constant, queue_with_patience

DESK = """\
name: desk
start: "2026-03-02 00:00"
horizon: 4 d
seed: 5
customers: {segments: {everyone: {customers: 50000, yearly_margin: 100 USD}}}
moments: {call: {handling_time: {distribution: exponential, mean: 4 min}}}
demand: {volumes: {call: {rates: [{start: "00:00", end: "24:00", per_hour: 60}]}}}
workforce: {groups: {team: {heads: 4}}}
"""

TEXTBOOK = (
    "moments.call.resolution=100 %",
    "waiting.patience={distribution: never}",
    "workforce.groups.team.speed_sd=0",
    "behaviour=off",
    "opening.warm_up=1 d",
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("desk") / "desk.yaml"
    made.write_text(DESK)
    return made


def summary(path: Path, *overrides: str, replications: int) -> dict[str, tuple[float, float]]:
    """Value and half width of the 95 % interval of every measure of the whole centre."""
    table = ms.run(load(path, overrides=overrides), replications=replications).summary
    rows = table[table["scope"] == "all"]
    return {
        row.measure: (row.value, (row.high - row.low) / 2)
        for row in rows[["measure", "value", "low", "high"]].itertuples()
    }


def test_a_cap_of_the_wait_is_the_queue_with_constant_patience(path: Path) -> None:
    """M/M/c+D at full load. Intervals of 8 standard errors of 30 replications: a false alarm is rarer than 1e-6."""
    found = summary(path, *TEXTBOOK, "divert.call={after: 90 s, call_again: 0 %}", replications=30)
    exact = queue_with_patience(60.0, 240.0, 4, constant(90.0), 20.0)
    for name, value in (
        ("diverted_share", exact.abandoned_share),
        ("wait_mean_s", exact.answered_wait_mean_s),
        ("service_level", exact.service_level_share),
        ("occupancy", exact.occupancy),
    ):
        value_found, half = found[name]
        assert abs(value_found - value) < 8 * half / 2.045, name
    assert found["abandoned_share"][0] == 0.0


def test_a_cap_spares_waits_and_hang_ups_and_brings_more_people_back(path: Path) -> None:
    """One more call than the desk can answer in four, so each sign is far beyond any chance (the same draws)."""
    busy = "demand.volumes.call={rates: [{start: '00:00', end: '24:00', per_hour: 75}]}"
    without = summary(path, busy, "behaviour=off", replications=4)
    capped = summary(path, busy, "behaviour=off", "divert.call={after: 3 min}", replications=4)
    everybody = summary(
        path, busy, "behaviour=off", "divert.call={after: 3 min, call_again: 100 %}", replications=4
    )
    assert capped["abandoned_share"][0] < without["abandoned_share"][0]
    assert capped["wait_p90_s"][0] <= 180.0 * 1.025 < without["wait_p90_s"][0]
    assert capped["diverted_share"][0] > 0.02 and without["diverted_share"][0] == 0.0
    assert everybody["attempts"][0] > capped["attempts"][0]
    assert everybody["diverted_share"][0] > capped["diverted_share"][0]
