"""Customers at home at sites: dealt evenly, served there first, and their books are the books of everybody, cut."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from engine.stories import PLAIN, read, ready
from momentsim.engine import simulate
from momentsim.errors import ScenarioError
from momentsim.measures.columns import SITES
from momentsim.measures.digest import digest
from momentsim.measures.expected_customers import people_totals
from momentsim.measures.sites import site_columns, site_of
from momentsim.rules.sites import place_of


def two_sites(home: float, heads: tuple[int, int] = (6, 2)) -> dict[str, object]:
    """The plain desk in two towns, with more people in the first, all idle more often than not."""
    made = copy.deepcopy(PLAIN)
    team = made["workforce"]["groups"].pop("team")
    for name, number in zip(("north", "south"), heads, strict=True):
        made["workforce"]["groups"][name] = {**team, "heads": number, "site": name}
    made["workforce"]["home_sites"] = home
    made["behaviour"] = {"memory": True}
    return made


def test_places_of_engine_and_measures_agree_and_customers_follow_the_agents() -> None:
    plan = ready(two_sites(1.0)).plan
    numbers = np.arange(1000)
    sites = site_of(plan, numbers)
    assert plan.sites["until"].tolist() == [0.75, 1.0]
    assert sites.tolist() == [int(place_of(int(number)) >= 0.75) for number in numbers]
    assert abs(np.mean(sites == 0) - 0.75) < 0.005


def at_home(home: float) -> float:
    prepared = ready(two_sites(home))
    trace = simulate(prepared)
    books = trace.intervals
    return float(books["answered_at_home"].sum() / books["answered"].sum())


def test_the_more_go_home_first_the_more_are_answered_at_home() -> None:
    """By chance about three quarters of three quarters and a quarter of a quarter are at home, 62 %."""
    seldom, always = at_home(0.01), at_home(1.0)
    assert 0.4 < seldom < 0.8 and always > seldom + 0.1 and always > 0.85


def test_sites_add_up_to_segments() -> None:
    prepared = ready(two_sites(1.0))
    trace = simulate(prepared)
    condensed = digest(prepared, trace)
    people = people_totals(prepared.plan, trace.customers, trace.joined, trace.rested)
    sites = condensed.sites
    assert sites["customers"].sum() == prepared.plan.segments["customers"].sum()
    stayers = people["stayers_quiet"] + people["stayers_change"]
    assert sites["stayers"].sum() == pytest.approx(stayers.sum(), rel=1e-9)
    assert sites["wallet_change"].sum() == pytest.approx(people["wallet_change"].sum(), rel=1e-9, abs=1e-9)
    columns = site_columns(prepared.names, [condensed.sites, condensed.sites], 1)
    assert columns["site"][:3] == ["north", "south", "north"] and "best - worst" in columns["site"]
    assert list(columns) == list(SITES)


def test_without_home_sites_there_are_none() -> None:
    made = two_sites(0.0)
    prepared = ready(made)
    assert len(prepared.plan.sites) == 0 and len(digest(prepared, simulate(prepared)).sites) == 0


def test_one_site_is_no_choice() -> None:
    made = two_sites(0.5)
    made["workforce"]["groups"]["south"]["site"] = "north"  # type: ignore[index]
    with pytest.raises(ScenarioError, match="there is one site to be at home at"):
        read(made)
