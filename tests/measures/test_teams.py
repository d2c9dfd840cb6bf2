"""Teams beside each other: what is counted, who is compared with whom, and what luck alone would do.

Statistical bounds are six standard errors: a test fails by chance with probability below 1e-8.
"""

from __future__ import annotations

import copy
import io
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from engine.stories import PLAIN, read
from momentsim.engine import simulate
from momentsim.measures import Digest, digest, teams_table
from momentsim.measures.teams import range_by_chance, spreads
from momentsim.prepare import Blueprint, Reference, lower, prepare
from momentsim.report.team_table import print_teams
from momentsim.scenario import LoadedScenario

BRANCHES: dict[str, Any] = copy.deepcopy(PLAIN)
BRANCHES["demand"]["volumes"]["question"]["per_day"] = 3000
BRANCHES["workforce"] = {
    "site_spread": 0.5,
    "groups": {
        "north": {"heads": 8, "site": "oslo", "teams": {"count": 4, "spread": 0.8}},
        "south": {"heads": 4, "site": "rome"},
    },
}


def blueprint_of(loaded: LoadedScenario) -> Blueprint:
    return lower(loaded, Reference.neutral(tuple(loaded.scenario.moments)))


def digests_of(loaded: LoadedScenario, replications: int) -> tuple[Blueprint, list[Digest]]:
    blueprint = blueprint_of(loaded)
    ready = [prepare(blueprint, number) for number in range(1, replications + 1)]
    return blueprint, [digest(prepared, simulate(prepared)) for prepared in ready]


def test_agents_are_dealt_in_turn() -> None:
    agents = prepare(blueprint_of(read(BRANCHES)), 1).plan.agents
    assert agents["team"].tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 4, 4, 4, 4]
    assert len(set(agents["team_quality"].tolist())) == 5


def test_one_head_more_changes_no_other_team() -> None:
    before = prepare(blueprint_of(read(BRANCHES)), 1).plan.agents
    after = prepare(blueprint_of(read(BRANCHES, "workforce.groups.north.heads=9")), 1).plan.agents
    others = np.delete(after, 8)
    for name in ("team", "team_quality", "knowledge", "skill"):
        assert np.array_equal(others[name], before[name]), name
    assert after["team"][8] == 0


def test_teams_and_sites_differ_by_their_spreads() -> None:
    """Mean 0 and the written SD: 400 replications of four teams, and of two sites; six standard errors."""
    blueprint = blueprint_of(read(BRANCHES))
    keys = [prepare(blueprint, number).plan.settings["key"][0] for number in range(1, 401)]
    found = np.array([blueprint.teams.effects(key) for key in keys])
    site, team = found[:, 4], found[:, 0] - found[:, 1]
    assert abs(site.mean()) < 6 * 0.5 / np.sqrt(400)
    assert abs(site.std() - 0.5) < 6 * 0.5 / np.sqrt(800)
    assert abs(team.std() - 0.8 * np.sqrt(2)) < 6 * 0.8 * np.sqrt(2) / np.sqrt(800)
    assert np.corrcoef(found[:, 0], found[:, 1])[0, 1] > 0.0  # one site


def test_switched_off_all_teams_are_alike() -> None:
    agents = prepare(blueprint_of(read(BRANCHES, "behaviour.teams=off")), 1).plan.agents
    assert not agents["team_quality"].any()
    assert agents["team"].max() == 4


def test_the_table_counts_what_the_agents_did() -> None:
    loaded = read(BRANCHES)
    blueprint, digests = digests_of(loaded, 2)
    table = teams_table(loaded.scenario, blueprint.names, digests)
    assert table["replication"].tolist() == [1] * 5 + [2] * 5
    assert table["team"].fillna(0).tolist() == [1, 2, 3, 4, 0] * 2
    assert table["site"].tolist() == (["oslo"] * 4 + ["rome"]) * 2
    assert table["agents"].tolist() == [2, 2, 2, 2, 4] * 2
    first = table[table["replication"] == 1]
    assert first["contacts"].sum() == digests[0].agents["contacts"].sum()
    assert 0 < first["moments"].sum() <= digests[0].tallies["moments"].sum()
    delights = (first["delight_share"] * first["moments"]).sum()
    assert delights == pytest.approx(digests[0].teams["delight"].sum())


def test_without_memory_experience_is_blank() -> None:
    loaded = read(BRANCHES, "behaviour.memory=off")
    blueprint, digests = digests_of(loaded, 1)
    table = teams_table(loaded.scenario, blueprint.names, digests)
    assert table[["delight_share", "let_down_share", "quality_mean"]].isna().all(axis=None)
    assert table["resolved_share"].between(0.0, 1.0).all()
    assert {spread.column for spread in spreads(loaded.scenario, table)} == {"resolved_share"}


def test_the_range_that_luck_gives() -> None:
    """Against two and five equal teams on paper (1.128 and 2.326 SD), and against dice for unequal ones."""
    deviation = np.sqrt(0.2 * 0.8 / 400)
    assert range_by_chance(0.2, np.full(2, 400.0)) == pytest.approx(1.12838 * deviation, rel=1e-4)
    assert range_by_chance(0.2, np.full(5, 400.0)) == pytest.approx(2.32593 * deviation, rel=1e-4)
    counts = np.array([200, 400, 900, 2500])
    thrown = np.random.default_rng(1).binomial(counts, 0.3, (40_000, 4)) / counts
    ranges = thrown.max(axis=1) - thrown.min(axis=1)
    error = 6 * ranges.std() / np.sqrt(len(ranges))
    assert range_by_chance(0.3, counts.astype(float)) == pytest.approx(ranges.mean(), abs=error + 2e-4)
    assert range_by_chance(0.0, counts.astype(float)) == 0.0


def test_the_words_show_best_worst_and_luck() -> None:
    loaded = read(BRANCHES)
    blueprint, digests = digests_of(loaded, 3)
    table = teams_table(loaded.scenario, blueprint.names, digests)
    delighted = next(found for found in spreads(loaded.scenario, table) if found.column == "delight_share")
    assert delighted.groups == ("north", "south")
    assert delighted.best - delighted.worst > 2 * delighted.by_chance > 0.0
    page = Console(file=io.StringIO(), width=100)
    print_teams(page, loaded.scenario, table)
    text = page.file.getvalue()  # type: ignore[attr-defined]  # it is the StringIO above
    assert "north, south" in text
    assert "by luck" in text
    lone = read(PLAIN)
    page = Console(file=io.StringIO(), width=100)
    blueprint, digests = digests_of(lone, 1)
    print_teams(page, lone.scenario, teams_table(lone.scenario, blueprint.names, digests))
    assert page.file.getvalue() == ""  # type: ignore[attr-defined]  # as above
