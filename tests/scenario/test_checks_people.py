"""Mistakes in how people are led: each is told with its key, what was found and what is allowed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.stories import PLAIN, read
from momentsim.errors import ScenarioError
from momentsim.scenario import load

GROUP = "workforce.groups.team"
WEIGHTS = "handling_time: 50 %, resolution: 20 %, customer_voice: 30 %"
SHIFT = "start: '08:00', length: 8 h, heads: 2"
CASES: list[tuple[tuple[str, ...], str]] = [
    (
        (f"{GROUP}.incentives={{handling_time: 50 %, resolution: 30 %, customer_voice: 30 %}}",),
        f"{GROUP}.incentives: the three weights add up to 110 %, together they are 100 %",
    ),
    (
        (
            f"{GROUP}.incentives={{{WEIGHTS}}}",
            f"{GROUP}.incentives_practised={{handling_time: 50 %, resolution: 0 %, customer_voice: 30 %}}",
        ),
        f"{GROUP}.incentives_practised: the three weights add up to 80 %, together they are 100 %",
    ),
    (
        (f"{GROUP}.incentives_practised={{{WEIGHTS}}}",),
        f"{GROUP}.incentives_practised: nothing is declared that practice could differ from, "
        "write 'incentives' for what agents follow",
    ),
    (
        (f"{GROUP}.teams={{count: 4, spread: 0.2}}",),
        f"{GROUP}.teams.count: 4 teams of 3 agents: some teams would have no members, at most 3",
    ),
    (
        (f"{GROUP}.heads=null", f"{GROUP}.teams={{count: 3, spread: 0.2}}",
         f"{GROUP}.shifts={{a: {{{SHIFT}}}, b: {{{SHIFT}}}}}"),
        f"{GROUP}.teams.count: 3 teams of 2 agents: some teams would have no members, "
        "at most 2 (each shift deals its own agents to the teams)",
    ),
    (("workforce.site_spread=0.2",), "workforce.site_spread: no group names a site, give groups a 'site'"),
    (
        ("moments.question.skill=sales", f"{GROUP}.skills=[sales]", "moments.question.escalates_to=sale"),
        "moments.question.escalates_to: there is no group that serves the skill 'sale', known: sales, "
        "did you mean 'sales'?",
    ),
    (
        ("moments.question.escalates_to=experts",),
        "moments.question.escalates_to: needs are passed on to 'experts', but this moment has no skill of its own, "
        "write moments.question.skill",
    ),
    (
        (f"{GROUP}.teams={{count: 0, spread: 0.2}}",),
        f"{GROUP}.teams.count: 0 is outside the range, allowed is 1 .. 10000",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("overrides", "message"), CASES, ids=[case[1].split(":")[0] for case in CASES])
def test_mistakes_are_told(overrides: tuple[str, ...], message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read(PLAIN, *overrides)
    assert message in str(caught.value)
    assert caught.value.exit_code == 2


def test_teams_of_heads_from_a_file(tmp_path: Path) -> None:
    story: dict[str, Any] = json.loads(json.dumps(PLAIN)) | {"horizon": "1 h", "interval": "30 min"}
    story["workforce"]["groups"]["team"] = {"heads_file": "heads.csv", "teams": {"count": 3, "spread": 0}}
    rows = "interval_start,heads\n2024-01-08 00:00,2\n2024-01-08 00:30,2\n"
    (tmp_path / "heads.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "story.yaml").write_text(json.dumps(story), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"teams.count: 3 teams of 2 agents.*at most 2, by heads.csv"):
        load(tmp_path / "story.yaml")


def test_the_gap_between_declared_and_practised() -> None:
    group = read(
        PLAIN,
        f"{GROUP}.incentives={{{WEIGHTS}}}",
        f"{GROUP}.incentives_practised={{handling_time: 90 %, resolution: 10 %, customer_voice: 0 %}}",
    ).scenario.workforce.groups["team"]
    assert group.incentive_gap == pytest.approx(0.4)
    assert group.practised == group.incentives_practised
    assert read(PLAIN).scenario.workforce.groups["team"].incentive_gap == 0.0
