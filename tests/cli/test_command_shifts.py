"""`momentsim shifts` from end to end: a table, a folder that runs, found again, and mistakes in words."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from cli.fixtures import COMMAND, Call, changed
from momentsim.runs.file_lock import hold

RULES = """\
shift_rules:
        earliest_start: "08:00"
        latest_end: "18:00"
        start_every: 1 h
        kinds:
          full: {length: 6 h, breaks: [{earliest: 2 h, latest: 3 h, length: 30 min}]}
          part: {length: 3 h}
"""


@pytest.fixture
def ruled(small: Path) -> Path:
    """The small scenario over a day, with shift rules and a requirement beside it."""
    changed(small, "horizon: 2 h", "horizon: 10 h\ninterval: 30 min")
    changed(small, "{heads: 4}", f"\n      heads: 4\n      {RULES}")
    starts = pd.date_range("2024-01-08 08:00", periods=20, freq="30min")
    heads = [1, 1, 2, 2, 3, 3, 4, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2, 1, 1]
    table = pd.DataFrame({"interval_start": starts, "heads": heads})
    table.to_csv(small.parent / "need.csv", index=False)
    return small


def test_a_plan_is_told_written_and_found_again(ruled: Path, call_with_figures: Call) -> None:
    call = call_with_figures
    answer = call("shifts", ruled, "--group", "team", "--requirement", "need.csv", "--hard")
    assert answer.code == 0, answer.err
    for words in (
        "Shifts of team",
        "No interval is short.",
        "best possible",
        "08:00-",
        "together",
        "results: ",
    ):
        assert words in answer.out
    folder = next(Path("results").glob("small-shifts-*"))
    for name in ("shifts.csv", "cover.csv", "week.csv", "shifts.yaml", "manifest.json", "figures/cover.png"):
        assert (folder / name).is_file(), name
    cover = pd.read_csv(folder / "cover.csv", encoding="utf-8-sig")
    assert list(cover) == ["interval_start", "required", "on_duty", "over", "under"]
    assert (cover["on_duty"] >= cover["required"]).all()
    again = call("shifts", ruled, "-g", "team", "--requirement", "need.csv", "--hard")
    assert "there already" in again.err
    assert again.out == answer.out
    content = json.loads(
        call("shifts", ruled, "-g", "team", "--requirement", "need.csv", "--hard", "--json").out
    )
    assert content["ok"] is True
    assert content["manifest"]["under_hours"] == 0
    assert {row["shift"] for row in content["shifts"]} == set(
        pd.read_csv(folder / "shifts.csv", encoding="utf-8-sig")["shift"]
    )
    soft = call("shifts", ruled, "-g", "team", "--requirement", "need.csv", "--quiet", "--out", "soft")
    assert soft.out == "soft\n"


@pytest.mark.slow
def test_whoever_comes_second_to_a_place_waits_and_finds_the_plan(ruled: Path, call: Call) -> None:
    asked = ("shifts", "ruled.yaml", "-g", "team", "--out", "plan", "-q")
    ruled.rename("ruled.yaml")
    with hold(Path("plan")):
        second = subprocess.Popen(
            [*COMMAND, *asked], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert second.stderr is not None
        assert "another run is at work on plan" in second.stderr.readline()
        assert not Path("plan").exists()
    assert second.communicate(timeout=120)[0] == "plan\n"
    assert second.returncode == 0
    assert sorted(path.name for path in Path().iterdir()) == ["need.csv", "plan", "ruled.yaml"]
    assert "there already" in call(*asked).err


@pytest.mark.slow
def test_the_folder_runs_and_an_edited_csv_runs_too(ruled: Path, call: Call) -> None:
    assert call("shifts", ruled, "-g", "team", "--out", "plan", "-q").code == 0
    first = json.loads(
        call("run", "plan/shifts.yaml", "-n", "1", "--log", "none", "--json", "--out", "a").out
    )
    table = pd.read_csv("plan/shifts.csv", encoding="utf-8-sig", keep_default_na=False)
    table["heads"] *= 2
    table.to_csv("plan/shifts.csv", index=False, sep=";")
    second = json.loads(
        call("run", "plan/shifts.yaml", "-n", "1", "--log", "none", "--json", "--out", "b").out
    )
    costs = [
        next(
            row["value"]
            for row in content["measures"]
            if row["measure"] == "cost_total" and row["scope"] == "all"
        )
        for content in (first, second)
    ]
    assert costs[1] > costs[0]
    table["heads"] = -1
    table.to_csv("plan/shifts.csv", index=False)
    broken = call("run", "plan/shifts.yaml")
    assert broken.code == 2
    assert "shifts.csv:2:1: workforce.groups.team.shifts." in broken.err
    assert "heads: -1 is outside the range" in broken.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--group", "tem"), "there is no group 'tem', known: team, did you mean 'team'?"),
        (("--group", "team", "--set", "workforce.groups.team.shift_rules=null"), "so no shift is allowed"),
        (("--group", "team", "--requirement", "ned.csv"), "there is no such file, did you mean 'need.csv'"),
        (
            ("--group", "team", "--requirement", "holes.csv"),
            "holes.csv: interval_start: 1 interval is missing",
        ),
        (("--group", "team", "--requirement", "quote.csv"), "quote.csv:22:1: 1 cells in this row"),
        (
            ("--group", "team", "--requirement", "cells.csv"),
            "cells.csv:4:1: 4 cells in this row, the header has 3",
        ),
        (
            (
                "--group",
                "team",
                "--hard",
                "--set",
                'workforce.groups.team.shift_rules.earliest_start="09:00"',
            ),
            "no allowed shift of 'team' reaches Mon 08:00-09:00",
        ),
    ],
)
def test_mistakes_are_told(arguments: tuple[str, ...], message: str, ruled: Path, call: Call) -> None:
    rows = Path("need.csv").read_text("utf-8").splitlines()
    teams = [f"{'group' if index == 0 else 'team'},{row}" for index, row in enumerate(rows)]
    Path("quote.csv").write_text("\n".join([*teams, '"team,2024-01-08 18:00,1']), "utf-8")
    Path("cells.csv").write_text("\n".join([*teams[:3], f"{teams[3]},7", *teams[4:]]), "utf-8")
    Path("holes.csv").write_text("\n".join([*rows[:5], *rows[6:]]), "utf-8")
    answer = call("shifts", ruled, *arguments)
    assert answer.code == 2
    assert message in answer.err
    assert not Path("results").exists()
