"""`momentsim sweep`: what a planner reads, what is written, and how slips are told."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from cli.fixtures import Call

HEADS = "workforce.groups.team.heads"


def test_one_key(small: Path, call_with_workbooks: Call) -> None:
    call = call_with_workbooks
    answer = call("sweep", small, "--vary", f"{HEADS}=3..5:1")
    assert answer.code == 0, answer.err
    for words in (
        "Net benefit is highest at",
        "One more of team.heads, from 4 to 5",
        "as written",
        "what is assumed about people was not varied",
    ):
        assert words in " ".join(answer.out.split())
    full = call("sweep", small, "--vary", f"{HEADS}=3..5:1", "--full").out
    assert full.startswith(answer.out.split("\n\n")[0])
    assert f"One more of {HEADS}, from 4 to 5" in " ".join(full.split()) and "one more of" in full
    (place,) = (small.parent / "results").glob("small-swept-*")
    assert (place.parent / "latest").resolve() == place
    assert {path.name for path in place.iterdir()} == {
        "sweep.csv", "points.csv", "slopes.csv", "sensitivity.csv", "pairs.csv", "sweep.json", "manifest.json",
        "files.json", "scenario.yaml", "figures", "results.xlsx",
    }  # fmt: skip
    table = pd.read_csv(place / "sweep.csv")
    assert set(table["measure"]) == {
        "service_level", "abandoned_share", "customers_lost_expected", "cost_total", "net_benefit",
    }  # fmt: skip
    assert sorted(set(table[HEADS])) == [3, 4, 5]
    again = call("sweep", small, "--vary", f"{HEADS}=3,4,5", "--json")
    assert "there already" in again.err
    content = json.loads(again.out)
    assert content["manifest"]["sentences"][0].startswith("Net benefit is highest at")
    assert len(content["sweep"]) == 15
    fresh = call("sweep", small, "--vary", f"{HEADS}=3,4,5", "--fresh", "--quiet")
    assert fresh.out.strip() == str(Path("results") / place.name)
    assert "there already" not in fresh.err


def test_measures_variants_and_a_place(small: Path, call: Call) -> None:
    answer = call(
        "sweep",
        small,
        "--vary",
        "variant=base,more_agents",
        "--measure",
        "wait_mean_s",
        "--out",
        "mine",
        "-n",
        2,
    )
    assert answer.code == 0, answer.err
    assert "more_agents" in answer.out
    table = pd.read_csv(small.parent / "mine" / "sweep.csv")
    assert table["variant"].tolist() == ["base", "more_agents"]
    assert table["replications"].tolist() == [2, 2]
    slower = call("sweep", small, "--variant", "slower", "--vary", f"{HEADS}=4,5", "-n", 2, "--json")
    assert json.loads(slower.out)["manifest"]["variant"] == "slower"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "nothing is varied"),
        (["--vary", f"{HEADS}=10..5:1"], "did you mean '5..10:1'"),
        (["--vary", "workforce.groups.team.heds=1,2"], "did you mean 'heads'"),
        (["--vary", f"{HEADS}=1,2", "--vary", f"{HEADS}=3,4"], "varied twice"),
        (["--vary", f"{HEADS}=1..1000:1", "--vary", "waiting.lines=1..1000:1"], "1,000,000 points"),
        (["--vary", f"{HEADS}=1..5000:1"], "need --yes"),
        (["--vary", f"{HEADS}=3,4", "--measure", "servicelevel"], "did you mean service_level"),
        (["--vary", f"{HEADS}=3,4", "--points", "5"], "a grid has the points of its values"),
        (["--vary", f"{HEADS}=3..9", "--design", "sobol", "--points", "5"], "take 4 or 8"),
        (["--vary", f"{HEADS}=3,4", "--set", f"{HEADS}=4"], "both set and varied"),
        (["--vary", "variant=slower,slow"], "did you mean 'slower'"),
        (["--vary", "waiting.patience.mean=2..3:1"], "2 has no unit"),
    ],
)
def test_slips_end_with_2_and_nothing_written(
    small: Path, call: Call, options: list[str], words: str
) -> None:
    answer = call("sweep", small, *options)
    assert answer.code == 2, answer.out
    assert words in answer.err
    assert "Traceback" not in answer.err
    assert not (small.parent / "results").exists()
