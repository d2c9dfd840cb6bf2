"""What Python code can ask without a run, and a run with changes."""

from __future__ import annotations

from pathlib import Path

import pytest

import momentsim as ms
from cli.fixtures import MINIMAL, changed
from momentsim.errors import MomentsimError, ScenarioError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(MINIMAL, encoding="utf-8")
    return path


def test_check_has_every_case_or_says_what_is_wrong(file: Path) -> None:
    assert list(ms.check(file)) == ["base", "more_agents", "slower"]
    assert list(ms.check(file, variant="slower", overrides={"waiting.lines": 20})) == ["slower"]
    with pytest.raises(ScenarioError, match="heads"):
        ms.check(changed(file, "heads: 4", "heads: many"))


def test_explain_says_what_the_command_says(file: Path) -> None:
    told = ms.explain(
        ms.load(file, overrides=["workforce.groups.team.heads=7"]), "workforce.groups.team.heads"
    )
    assert told.value == 7 and repr(told) == str(told)
    with pytest.raises(MomentsimError, match="heads"):
        ms.explain(file, "workforce.groups.team.head")


def test_evidence_is_a_table() -> None:
    everything, found, nothing = ms.evidence(), ms.evidence("loss aversion"), ms.evidence("zebra")
    assert everything["name"].is_unique and 0 < len(found) < len(everything)
    assert list(nothing.columns) == list(everything.columns) and nothing.empty
    assert everything["value"].between(everything["low"], everything["high"]).all()


def test_shipped_scenarios_can_be_run_by_their_file() -> None:
    shipped = ms.list_scenarios().set_index("name")
    assert ms.load(str(shipped.loc["quickstart", "file"])).scenario.name == "quickstart"


def test_a_run_takes_variant_and_overrides(file: Path) -> None:
    overrides = {"workforce.groups.team.heads": 7, "horizon": "30 min"}
    result = ms.run(file, variant="slower", overrides=overrides, replications=2, log="none")
    assert result.loaded.scenario.workforce.groups["team"].heads == 7 and result.loaded.variant == "slower"
    assert len(repr(result)) < 2000 and "service_level" in result._repr_html_()
    with pytest.raises(MomentsimError, match=r"ms\.load"):
        ms.run(result.loaded, overrides=overrides)
