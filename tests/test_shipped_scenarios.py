"""Shipped scenarios load with every variant, keep their size, and state the facts they claim to state."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from momentsim.scenario import LoadedScenario, load
from momentsim.scenario.types import Scenario
from momentsim.theory import erlang, staffing

ROOT = Path(__file__).parents[1]
SCENARIOS = sorted((ROOT / "scenarios").glob("*.yaml"))
DOCUMENT = (ROOT / "docs" / "scenarios.md").read_text("utf-8")
AIRLINE = ROOT / "scenarios" / "airline_ice_storm.yaml"
QUICKSTART = ROOT / "scenarios" / "quickstart.yaml"


@pytest.fixture(scope="module")
def airline() -> LoadedScenario:
    return load(AIRLINE)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_loads_with_every_variant_and_is_documented(path: Path) -> None:
    base = load(path)
    assert base.scenario.name == path.stem
    assert base.warnings == ()
    assert f"## {path.stem}" in DOCUMENT
    for name, description in base.variants.items():
        assert load(path, variant=name).warnings == ()
        assert description
        assert f"| `{name}` |" in DOCUMENT


def test_quickstart_is_short() -> None:
    assert len(QUICKSTART.read_text("utf-8").splitlines()) < 25


def test_quickstart_states_the_numbers_of_erlang_a() -> None:
    figures = erlang.erlang_a(100, 300, 9, 300)
    stated = QUICKSTART.read_text("utf-8")
    assert f"{figures.abandoned_share:.1%}".replace("%", " %") in stated
    assert f"{figures.wait_mean_s:.0f} s on average" in stated
    assert f"{figures.wait_probability:.0%} wait".replace("%", " %") in stated


def test_airline_has_the_flights_and_passengers_of_february_2007(airline: LoadedScenario) -> None:
    crises = airline.scenario.crises
    storm, held = crises["ice_storm"], crises["held_on_the_tarmac"]
    days = [day for crisis in crises.values() for day in crisis.days.values()]
    cancelled = sum(day.failed for day in days)
    scheduled = sum(day.scheduled for day in days if day.failed)
    assert (cancelled, scheduled) == (1096, 3407)
    assert (held.days["2007-02-14"].failed, held.stakes, held.moment) == (10, 1.0, storm.moment)
    assert held.customers_per_service / held.party_size == storm.customers_per_service / storm.party_size
    assert cancelled * storm.customers_per_service == pytest.approx(130_000, rel=0.01)
    assert list(storm.days) == [f"2007-02-{day}" for day in range(12, 21)]
    assert airline.scenario.start == datetime(2007, 2, 12)


@pytest.mark.parametrize("variant", ["pre_cancel", "pre_cancel_early_staff", "quick_reset", "southwest"])
def test_airline_flights_are_counted_once_in_every_variant(variant: str, airline: LoadedScenario) -> None:
    """A flight is in one crisis or the other: what is not held on the tarmac is cancelled ahead, none is lost."""
    first_day = "2007-02-14"
    for scenario in (airline.scenario, load(AIRLINE, variant=variant).scenario):
        days = [crisis.days[first_day] for crisis in scenario.crises.values()]
        assert (sum(day.failed for day in days), sum(day.scheduled for day in days)) == (259, 505)


def test_airline_crisis_peaks_at_430_seats(airline: LoadedScenario) -> None:
    scenario = airline.scenario
    show_up = scenario.crises["ice_storm"].reserves["called_out"].show_up
    assert _peak(scenario, "home_agents") + show_up * _peak(scenario, "called_out") == pytest.approx(430)


def test_airline_reserves_exceed_the_login_cap() -> None:
    scenario = load(AIRLINE, variant="reserves").scenario
    further = scenario.crises["ice_storm"].reserves["further_home_agents"]
    assert scenario.workforce.login_cap == 650
    assert 430 + further.show_up * _peak(scenario, "further_home_agents") > 650


def test_airline_roster_meets_its_goal_in_every_hour(airline: LoadedScenario) -> None:
    weights = (.2, .1, .08, .08, .1, .3, .7, 1.1, 1.4, 1.6, 1.7, 1.7,
               1.6, 1.6, 1.6, 1.5, 1.5, 1.4, 1.3, 1.2, 1.1, .9, .6, .4)  # fmt: skip
    periods = airline.scenario.workforce.groups["home_agents"].heads
    assert isinstance(periods, tuple)
    for hour, weight in enumerate(weights):
        heads = [period.heads for period in periods if period.start <= hour * 3600 < period.end]
        needed = staffing.agents_needed_erlang_c(12_000 * weight / sum(weights), 375, service_level_share=0.8)
        assert len(heads) == 1
        assert needed <= heads[0] <= needed + 6


def _peak(scenario: Scenario, group: str) -> int:
    periods = scenario.workforce.groups[group].heads
    assert isinstance(periods, tuple)
    return max(period.heads for period in periods)
