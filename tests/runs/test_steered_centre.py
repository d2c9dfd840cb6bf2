"""A replication that people steer: the documented script, names and times, and scores like those of a run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import momentsim as ms
from cli.test_playbooks import LOOKING, STORM
from momentsim.errors import MomentsimError
from momentsim.runs.playbook_centre import PlaybookMistake

DOCUMENT = Path(__file__).parents[2] / "docs" / "playbooks.md"


@pytest.fixture
def storm(tmp_path: Path) -> Path:
    path = tmp_path / "storm.yaml"
    path.write_text(STORM, encoding="utf-8")
    return path


def test_the_documented_script_tells_two_policies_apart(storm: Path) -> None:
    """The text of the page, with a small storm in place of the airline's."""
    section = DOCUMENT.read_text("utf-8").partition("## By hand")[2].partition("\n## ")[0]
    script = "\n".join(line[4:] for line in section.splitlines() if line.startswith("    "))
    for old, new in {
        "scenarios/airline_ice_storm.yaml": str(storm), "2007-02-14 12:00": "2024-01-08 08:30", "12 h": "3 h",
        ', variant="notice"': "", '"notice"': '"compensation"',
    }.items():  # fmt: skip
        assert old in script
        script = script.replace(old, new)
    found: dict[str, Any] = {}
    exec(script, found)
    assert found["reserves"]["unserved"] < found["notice"]["unserved"]
    assert found["reserves"]["cost_total"] != found["notice"]["cost_total"]
    assert [done.lever for done in found["centre"].pulls] == ["ice.reserves.call_out"]
    assert [done.lever for done in found["other"].pulls] == ["ice.compensation"]


def test_a_look_has_names_and_seconds(storm: Path) -> None:
    centre = ms.steer(storm)
    centre.wait_until("08:30")
    assert centre.now == datetime(2024, 1, 8, 8, 30)
    centre.pull("reserves")
    centre.wait("1 s")
    seen = centre.look()
    assert seen["waiting"] == {name: centre.queue(name) for name in centre.queues}
    assert max(seen["longest_wait_s"].values()) == pytest.approx(centre.longest_wait_s())
    assert seen["on_duty"]["team"] == centre.on_duty("team") > 0
    assert seen["levers"] == {"ice.reserves.call_out": datetime(2024, 1, 8, 8, 30)}
    assert centre.lever_pulled("reserves") and not centre.lever_pulled("compensation")
    assert list(seen["anger"]) == ["0 to 0.1", "0.1 to 0.3", "0.3 to 0.6", "0.6 to 1"]
    assert seen["will_call_again"] > 0 and seen["value"] < 0


def test_a_score_is_that_of_a_run_with_the_same_pulls(storm: Path, tmp_path: Path) -> None:
    """By hand, by a file, and by a playbook that does the same."""
    centre = ms.steer(storm, replication=1)
    while centre.queue() < 20:
        centre.wait("5 min")
    centre.pull("reserves")
    centre.wait("1 h")
    centre.pull("compensation")
    score = centre.score(["net_benefit", "unserved", "service_level"])
    playbook = tmp_path / "looking.py"
    playbook.write_text(LOOKING, encoding="utf-8")
    watched = ms.run(storm, playbook=playbook, replications=1)
    levers = tmp_path / "levers.csv"
    pd.DataFrame(centre.pulls).rename(columns={"at": "pulled_at"}).to_csv(levers, index=False)
    replayed = ms.run(storm, levers=levers, replications=1)
    for result in (watched, replayed):
        summary = result.summary.query("scope == 'all'").set_index("measure")["value"]
        assert summary[list(score.index)].to_dict() == pytest.approx(score.to_dict(), rel=1e-12)


def test_other_luck_is_another_score_and_planned_levers_may_be_left_out(storm: Path) -> None:
    storm.write_text(STORM.replace("at: never, delay", 'at: "2024-01-08 07:00", delay'), encoding="utf-8")
    centre, alone = ms.steer(storm), ms.steer(storm, as_planned=False)
    for one in (centre, alone):
        one.wait_until("2024-01-08 09:00")
    assert (centre.lever_pulled("reserves"), alone.lever_pulled("reserves")) == (True, False)
    lucky = centre.with_luck_of(2)
    assert lucky.look() == centre.look()
    scores = [one.score(["cost_total"])["cost_total"] for one in (centre, lucky, centre.fork(), alone)]
    assert scores[0] == scores[2] and len(set(scores)) == 3


def test_mistakes_are_told(storm: Path) -> None:
    centre = ms.steer(storm)
    centre.pull("reserves")
    with pytest.raises(PlaybookMistake, match="was pulled already, at 2024-01-08 06:00"):
        centre.pull("reserves")
    with pytest.raises(PlaybookMistake, match="is not a lever"):
        centre.pull("reserve")
    with pytest.raises(MomentsimError, match="numbered from 1"):
        ms.steer(storm, replication=0)
