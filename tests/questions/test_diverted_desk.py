"""A desk that sends callers away: exact where patience is endless, and the signs a planner expects."""

from __future__ import annotations

from pathlib import Path

import pytest

import momentsim as ms
from momentsim.prepare import Reference, lower
from momentsim.runs.staffing.forecast import loads_of, written_habits
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
    values, halves = rows["value"].to_numpy(float), (rows["high"] - rows["low"]).to_numpy(float) / 2
    return dict(
        zip(rows["measure"].astype(str), zip(values.tolist(), halves.tolist(), strict=True), strict=True)
    )


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


NIGHT = (
    'opening_hours.call.weekly=[{start: "08:00", end: "18:00"}]',
    'workforce.groups.team.heads=[{start: "08:00", end: "18:00", heads: 10}]',
    "behaviour=off",
)


def test_messages_of_the_night_are_called_back_in_the_day_and_every_attempt_is_accounted_for(
    path: Path,
) -> None:
    """Sixty an hour round the clock: 840 a night find it closed, half of them leave a message (the same draws)."""
    told = summary(path, *NIGHT, "divert.call={closed: on, call_again: 0 %}", replications=2)
    rule = "divert.call={closed: on, call_again: 0 %, voicemail: {left: 50 %}}"
    left = summary(path, *NIGHT, rule, replications=2)
    for found in (told, left):
        by_phone = found["offered"][0] + found["closed"][0] + found["diverted_closed"][0]
        assert found["attempts"][0] == pytest.approx(by_phone)
    assert told["closed"][0] == left["closed"][0] == told["messages"][0] == 0
    assert left["messages"][0] == pytest.approx(0.5 * left["diverted_closed"][0], rel=0.1)
    assert left["messages_called_back_share"][0] > 0.99
    assert 1.0 < left["message_wait_h"][0] < 14.0
    assert left["occupancy"][0] > told["occupancy"][0] + 0.1
    assert left["cost_total"][0] > told["cost_total"][0]


def test_heads_that_follow_a_goal_are_planned_for_messages_too(path: Path) -> None:
    """Nobody calls again, so what the forecast adds is the messages: half of the calls of 14 hours, in 10."""
    plain = (*NIGHT, "moments.call.resolution=100 %", "divert.call={closed: on, call_again: 0 %}")
    loads = []
    for overrides in (plain, (*plain, "divert.call.voicemail.left=50 %")):
        loaded = load(path, overrides=overrides)
        blueprint = lower(loaded, Reference.neutral(("call",)))
        loads.append(float(loads_of(loaded, blueprint, written_habits(loaded, blueprint)).sum()))
    assert loads[1] / loads[0] == pytest.approx(
        1.0 + 0.5 * 14 / 10, rel=0.15
    )  # the last night's wait for no opening
