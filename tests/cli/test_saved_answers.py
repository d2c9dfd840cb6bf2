"""`ms.save` writes what the command of an answer writes, so that the command finds it there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import momentsim as ms
from cli.fixtures import Call, changed
from momentsim.errors import MomentsimError

pytestmark = pytest.mark.slow

RULED = """\

      heads: 4
      shift_rules: {kinds: {short: {length: 3 h}, long: {length: 6 h}}, start_every: 1 h}
"""
HEADS = "workforce.groups.team.heads"


@pytest.fixture
def ruled(small: Path) -> Path:
    """The small scenario with rules for shifts, and enough replications to search by."""
    changed(small, "horizon: 2 h", "horizon: 6 h")
    changed(small, "replications: 3", "replications: 4")
    return changed(small, "{heads: 4}", RULED)


ANSWERS: dict[str, tuple[Callable[[Path], Any], tuple[str, ...]]] = {
    "run": (lambda file: ms.run(file, log="none"), ("--log", "none")),
    "compare": (lambda file: ms.compare(file, ["more_agents"], worlds=8), ("more_agents", "--worlds", "8")),
    "worth": (lambda file: ms.worth(file, "more_agents"), ("more_agents",)),
    "sweep": (lambda file: ms.sweep(file, {HEADS: [4, 5]}), ("--vary", f"{HEADS}=4,5")),
    "staff": (lambda file: ms.staff(file, "80/20"), ("--goal", "80/20")),
    "shifts": (lambda file: ms.shifts(file, "team", seconds=5), ("--group", "team", "--seconds", "5")),
}


def files(folder: Path) -> dict[str, bytes]:
    """Every file but the manifest, which says when and how fast, and the checksums, of it too."""
    when = ("manifest.json", "files.json")
    inside = (path for path in folder.rglob("*") if path.is_file() and path.name not in when)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in inside}


def manifest(folder: Path) -> dict[str, Any]:
    found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return {name: value for name, value in found.items() if name not in ("written", "seconds")}


@pytest.mark.parametrize("command", ANSWERS)
def test_a_saved_answer_is_the_folder_of_its_command(
    command: str, ruled: Path, call_with_workbooks: Call
) -> None:
    call = call_with_workbooks
    ask, arguments = ANSWERS[command]
    mine = ms.save(ask(ruled), "mine")
    by_command = call(command, ruled, *arguments, "--out", "by_command", "--json")
    assert by_command.code == 0, by_command.err
    assert files(mine) == files(Path("by_command"))
    assert manifest(mine) == manifest(Path("by_command"))
    found = call(command, ruled, *arguments, "--out", "mine", "--json")
    assert "there already" in found.err
    told = json.loads(by_command.out)
    assert {**json.loads(found.out), "folder": "by_command", "manifest": 0} == {**told, "manifest": 0}


def test_what_cannot_be_saved_is_told(ruled: Path) -> None:
    with pytest.raises(
        MomentsimError, match="'int' is no answer, allowed: Result, Comparison, Worth, Curve, Swept"
    ):
        ms.save(3, "mine")  # type: ignore[arg-type]  # what the message is for
    plan = ms.shifts(ruled, "team", seconds=5)
    (ruled.parent / "theirs").mkdir()
    (ruled.parent / "theirs" / "letter.txt").write_text("dear")
    with pytest.raises(MomentsimError, match="this is not a results folder and is not overwritten"):
        ms.save(plan, "theirs")


def test_a_plan_whose_side_files_are_gone_is_not_saved(ruled: Path) -> None:
    starts = pd.date_range("2024-01-08 08:00", periods=12, freq="30min")
    pd.DataFrame({"interval_start": starts, "heads": 3}).to_csv(ruled.parent / "heads.csv", index=False)
    changed(ruled, "heads: 4\n", "heads_file: heads.csv\n")
    plan = ms.shifts(ruled, "team", seconds=5)
    (ruled.parent / "heads.csv").unlink()
    with pytest.raises(
        MomentsimError, match=r"heads\.csv: this side file of small\.yaml is gone, put it back"
    ):
        ms.save(plan, "mine")
    assert not Path("mine").exists()
