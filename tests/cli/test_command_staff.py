"""`momentsim staff`: how many people a goal needs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pandas as pd
import pytest

from cli.fixtures import COMMAND, Call, changed

REPLICATIONS = ("-n", "6")


@pytest.fixture
def centre(small: Path) -> Path:
    """A small centre with something at stake for customers who are worth a lot."""
    changed(small, "question: {handling", "question: {stakes: 80 %, resolution: 90 %, handling")
    return changed(small, "yearly_margin: 100 USD", "yearly_margin: 40000 USD")


def test_the_answer_is_words_tables_and_files(centre: Path, call_with_figures: Call) -> None:
    call = call_with_figures
    answer = call("staff", centre, "--goal", "80/20", *REPLICATIONS)
    assert answer.code == 0, answer.err
    assert "Who is needed for 80/20?" in answer.out
    assert "Erlang A asks for" in answer.out
    assert "08:00 to" in answer.out
    assert "What is assumed about people was not varied" in " ".join(answer.out.split())
    full = call("staff", centre, "--goal", "80/20", *REPLICATIONS, "--full").out
    assert "worst interval, %" in full and "worst interval, %" not in answer.out
    (place,) = (centre.parent / "results").glob("small-staff-*")
    requirement = pd.read_csv(place / "requirement.csv", encoding="utf-8-sig")
    assert requirement["interval_start"].iloc[0] == "2024-01-08 08:00:00"
    assert len(requirement) == 4
    assert (requirement["service_level_low"] <= requirement["service_level_simulated"]).all()
    assert (requirement["service_level_simulated"] <= requirement["service_level_high"]).all()
    heads = pd.read_csv(place / "heads_team.csv", encoding="utf-8-sig")
    assert heads.columns.tolist() == ["interval_start", "heads"]
    assert heads["heads"].tolist() == requirement["heads_rostered"].tolist()
    levels = pd.read_csv(place / "levels.csv", encoding="utf-8-sig")
    replications = pd.read_csv(place / "levels_replications.csv", encoding="utf-8-sig")
    assert set(levels["stage"]) == {"searching", "judging"}
    assert set(replications["measure"]) == {"goal", "customers_lost_expected", "cost_total", "net_benefit"}
    assert {path.name for path in (place / "figures").iterdir()} == {"requirement.png", "search.png"}
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["complete"]
    assert manifest["found"]["goal_measure"]["low"] >= 0.8
    staffed_scenario_runs(place, call)


def staffed_scenario_runs(place: Path, call: Call) -> None:
    """From the folder alone."""
    text = (place / "scenario_staffed.yaml").read_text(encoding="utf-8")
    assert "# momentsim staff" in text
    again = call("run", place / "scenario_staffed.yaml", "-n", "2", "--json", "--out", "again")
    assert again.code == 0, again.err


@pytest.mark.slow
def test_several_goals_are_told_with_the_one_that_decides(centre: Path, call: Call) -> None:
    goals = ("--goal", "80/20", "--goal", "occupancy < 95 %", "--goal", "question: abandoned < 30 %")
    answer = call("staff", centre, *goals, *REPLICATIONS)
    assert answer.code == 0, answer.err
    said = " ".join(answer.out.split())
    assert "Who is needed for 80/20, occupancy < 95 % and question: abandoned < 30 %?" in said
    assert "each with 95 % confidence" in said
    assert "the tightest" in said
    again = call("staff", centre, *goals, *REPLICATIONS, "--json")
    assert "answered there already" in again.err
    content = json.loads(again.out)
    assert [each["goal"] for each in content["manifest"]["goals"]] == list(goals[1::2])
    assert {row["goal"] for row in content["levels"]} == set(goals[1::2])
    assert {row["tightest_goal"] for row in content["requirement"]} <= {*goals[1::2], ""}
    full = call("staff", centre, *goals, *REPLICATIONS, "--full").out
    assert "occupancy, %" in full
    assert "Erlang A promises (and there come true) for 80/20" in " ".join(full.split())


@pytest.mark.slow
def test_the_same_question_is_answered_once(centre: Path, call: Call) -> None:
    arguments = ("staff", centre, "--goal", "abandoned < 5 %", *REPLICATIONS, "--json")
    first, again = call(*arguments), call(*arguments)
    assert "answered there already" in again.err
    assert json.loads(first.out) == json.loads(again.out)
    assert "answered there already" not in call(*arguments, "--fresh").err
    other = call("staff", centre, "--goal", "abandoned < 6 %", *REPLICATIONS, "--json")
    assert "answered there already" not in other.err
    content = json.loads(first.out)
    assert content["manifest"]["goal"] == "abandoned < 5 %"
    assert any("5 % is met with" in sentence for sentence in content["words"])
    assert content["requirement"][0]["group"] == "team"


@pytest.mark.slow
def test_the_value_goal_names_hour_and_80_20(centre: Path, call_with_figures: Call) -> None:
    call = call_with_figures
    answer = call("staff", centre, "--goal", "value", *REPLICATIONS)
    assert answer.code == 0, answer.err
    assert "One more agent-hour there brings" in answer.out
    assert "80/20" in answer.out
    assert "net benefit, USD" in answer.out
    (place,) = (centre.parent / "results").glob("small-staff-*")
    found = json.loads((place / "manifest.json").read_text(encoding="utf-8"))["found"]
    assert found["margin"]["value"]["low"] <= found["margin"]["value"]["high"]
    assert (place / "figures" / "value.png").exists()
    again = call("staff", centre, "--goal", "value", *REPLICATIONS)
    assert again.out == answer.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--goal", "80/"), "this is no service level"),
        (("--goal", "abandoned < 300 %"), "300 % is not between 0 and 100 %"),
        (("--goal", "value < 3"), "this is no goal"),
        (("--goal", "80/20", "--goal", "90/20"), "one goal for the service level within 20 s is enough"),
        (("--goal", "quesion: 80/20", "-n", "6"), "did you mean 'question'?"),
        (("--goal", "80/20", "-n", "6", "--group", "tem"), "did you mean 'team'"),
        (("--goal", "80/20", "--confidence", "95"), "'95' is no share"),
        (("--goal", "80/20", "--confidence", "100 %"), "100 % is not between 50 and 100 %"),
        (("--goal", "80/20", "-n", "2"), "2 tell too little"),
        (("--goal", "80/20", "--variant", "slwer"), "did you mean 'slower'"),
        (("--goal", "value", "-n", "6", "--set", "behaviour.memory=off"), "customers remember nothing here"),
    ],
)
def test_mistakes_are_told_and_nothing_is_written(
    small: Path, call: Call, arguments: tuple[str, ...], words: str
) -> None:
    answer = call("staff", small, *arguments)
    assert answer.code == 2
    assert words in answer.err
    assert "Traceback" not in answer.err
    assert not (small.parent / "results").exists()


@pytest.mark.slow
def test_a_goal_out_of_reach_is_told_with_the_nearest(small: Path, call: Call) -> None:
    answer = call("staff", small, "--goal", "80/20", "-n", "4", "--set", "waiting.lines=2")
    assert answer.code == 2
    assert "is not met by any number of people" in answer.err
    assert "waiting.lines 2" in answer.err


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of this kind are not sent there")
def test_ctrl_c_keeps_the_staffings_that_are_finished(small: Path) -> None:
    changed(small, "horizon: 2 h", "horizon: 28 d")
    changed(small, "per_day: 960", "per_day: 9600")
    changed(small, "heads: 4", "heads: 40")
    command = [
        *COMMAND,
        "staff",
        str(small),
        "--goal",
        "80/20",
        "-n",
        "1000",
        "--out",
        str(small.parent / "out"),
    ]
    running = subprocess.Popen(
        command, cwd=small.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    time.sleep(25)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=120)
    assert running.returncode == 130, told
    assert "stopped" in told
