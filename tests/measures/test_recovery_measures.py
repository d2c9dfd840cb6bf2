"""Hours of the recovery team and income of paid tiers, on paper; the ledger of a run adds up with both in it."""

from __future__ import annotations

import math

import pytest

from engine.recovery_story import WITH_EVERYTHING
from engine.stories import PLAIN, read
from momentsim.measures.recovery import absent, team_cost, team_hours
from momentsim.runs.run import run
from momentsim.runs.settings import RunSettings


def test_team_hours_are_those_within_the_horizon() -> None:
    """From Monday 12:00, 3 days, one person from 09:00 to 17:00: 5 + 8 + 8 + 3 hours; not on weekends."""
    scenario = read(WITH_EVERYTHING, "start=2024-01-08 12:00").scenario
    assert team_hours(scenario) == pytest.approx(24.0)
    assert team_cost(scenario) == pytest.approx(24.0 * 40.0)
    two = read(WITH_EVERYTHING, "start=2024-01-08 12:00", "recovery.team.people=2").scenario
    assert team_hours(two) == pytest.approx(48.0)
    weekend = read(WITH_EVERYTHING, "start=2024-01-13 00:00", "horizon=2 d").scenario
    assert team_hours(weekend) == 0.0
    assert team_cost(read(PLAIN).scenario) == 0.0


def test_what_is_not_there_is_blank() -> None:
    assert {"detected", "recovered", "promises", "sales"} <= set(absent(read(PLAIN).scenario))
    assert absent(read(WITH_EVERYTHING).scenario) == ()


def test_ledger_and_summary_agree() -> None:
    loaded = read(WITH_EVERYTHING, "horizon=1 d")
    result = run(loaded, loaded, RunSettings(replications=2, workers=1, log="none"))
    whole = result.summary[result.summary["scope"] == "all"].set_index("measure")["value"]
    lines = result.ledger.groupby("line")["amount"].sum()
    assert lines.sum() == pytest.approx(whole["net_benefit"], rel=1e-9)
    assert lines["recovery_team"] == pytest.approx(-8.0 * 40.0)
    assert lines["service_tier"] == pytest.approx(500 * 50.0 / 365.25)
    assert lines["value_sold"] == pytest.approx(whole["value_sold"]) == pytest.approx(10.0 * whole["sales"])
    assert whole["detected_share"] == pytest.approx(
        sum(whole[f"detected_{way}_share"] for way in ("survey", "speech", "complaint", "listening"))
    )
    assert 0.0 < whole["let_down_seen_by_survey_share"] < whole["detected_share"] < 1.0
    assert 0.0 < whole["recovered_share"] <= whole["detected_share"]
    assert 0.5 < whole["promises_kept_share"] < 1.0
    # a day is 1/365.25 of a year, and so short that nearly all who were there at the start are there at the end
    base = sum(segment.customers for segment in loaded.scenario.customers.segments.values())
    assert whole["complaints"] > 0
    assert whole["complaints_per_1000"] == pytest.approx(1000 * whole["complaints"] / base * 365.25, rel=0.02)
    assert whole["cost_compensation"] == pytest.approx(-lines["compensation"], rel=1e-9)
    assert not math.isnan(whole["recovery_backlog"])
