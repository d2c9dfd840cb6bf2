"""A user's mistake: a clear message on standard error, exit code 2, no traceback, nothing written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.fixtures import Call, changed

MISTAKES = {
    "typo": ("workforce:", "workfroce:", ["small.yaml:", "workfroce", "did you mean 'workforce'"]),
    "typo inside": ("heads: 4", "haeds: 4", ["haeds", "did you mean 'heads'"]),
    "no unit": ("mean: 5 min", "mean: 5", ["moments.question.handling_time.mean", "5"]),
    "wrong unit": (
        "mean: 5 min",
        "mean: 5 USD",
        ["moments.question.handling_time.mean", "unknown unit 'USD', use s, min, h"],
    ),
    "missing section": (
        "demand:\n  volumes:\n    question: {per_day: 960, profile: flat}\n",
        "",
        ["demand"],
    ),
    "negative heads": ("heads: 4", "heads: -4", ["workforce.groups.team.heads", "-4"]),
    "no such reason": ("    question: {per_day", "    qestion: {per_day", ["qestion"]),
    "not YAML": ("name: small", "name: [small", ["small.yaml:"]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_and_nothing_is_written(name: str, small: Path, call: Call) -> None:
    old, new, told = MISTAKES[name]
    changed(small, old, new)
    answer = call("run", small)
    assert answer.code == 2
    assert all(words in answer.err for words in told), answer.err
    assert "Traceback" not in answer.err + answer.out
    assert answer.out == ""
    assert [path.name for path in small.parent.iterdir()] == ["small.yaml"]


def test_all_problems_are_told_at_once(small: Path, call: Call) -> None:
    changed(small, "heads: 4", "heads: -4")
    changed(small, "mean: 5 min", "mean: 5")
    changed(small, "horizon: 2 h", "horison: 2 h")
    answer = call("run", small)
    assert answer.code == 2
    assert all(words in answer.err for words in ("horison", "handling_time.mean", "-4"))


@pytest.mark.slow
def test_a_mistake_in_a_process_of_its_own(small: Path, shell: Call) -> None:
    changed(small, "workforce:", "workfroce:")
    answer = shell("run", small)
    assert answer.code == 2
    assert "did you mean 'workforce'" in answer.err
    assert "Traceback" not in answer.err
    assert not (small.parent / "results").exists()


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            ["2024-01-08 08:00,40", "2024-01-08 08:30,", "2024-01-08 09:00,4", "2024-01-08 09:30,41"],
            "volumes.csv:3",
        ),
        (["2024-01-08 08:00,40", "2024-01-08 08:30,38", "2024-01-08 09:30,41"], "09:00"),
    ],
    ids=["empty cell", "missing row"],
)
def test_holes_in_a_side_file(rows: list[str], told: str, small: Path, call: Call) -> None:
    changed(small, "{per_day: 960, profile: flat}", "{file: volumes.csv}")
    text = "\n".join(["interval_start,offered", *rows])
    (small.parent / "volumes.csv").write_text(text, encoding="utf-8")
    answer = call("run", small)
    assert answer.code == 2
    assert told in answer.err
    assert not (small.parent / "results").exists()


def test_a_missing_file_is_told(call: Call, small: Path) -> None:
    answer = call("run", "smal.yaml")
    assert answer.code == 2
    assert "smal.yaml" in answer.err


def test_an_unknown_variant_comes_with_the_nearest_one(small: Path, call: Call) -> None:
    for arguments in (("run", small, "--variant", "more_agnets"), ("compare", small, "more_agnets")):
        answer = call(*arguments)
        assert answer.code == 2
        assert "did you mean 'more_agents'" in answer.err


def test_a_mistake_in_an_override_is_told(small: Path, call: Call) -> None:
    answer = call("run", small, "--set", "workforce.groups.team.haeds=5")
    assert answer.code == 2
    assert "did you mean 'heads'" in answer.err
    assert "--set" in answer.err


def test_an_unknown_command_comes_with_the_nearest_one(call: Call) -> None:
    answer = call("rum")
    assert answer.code == 2
    assert "run" in answer.err


def test_wrong_options_are_told(small: Path, call: Call) -> None:
    for wrong in (("--clock", "sundial"), ("--replications", "0"), ("--log", "some"), ("--workers", "0")):
        assert call("run", small, *wrong).code == 2


def test_mistakes_as_json(small: Path, call: Call) -> None:
    changed(small, "workforce:", "workfroce:")
    answer = call("run", small, "--json")
    assert answer.code == 2
    content = json.loads(answer.out)
    assert content["ok"] is False
    assert any(problem["key"] == "workfroce" and problem["line"] == 12 for problem in content["problems"])
    assert "workfroce" in answer.err


def test_a_folder_of_something_else_is_not_overwritten(small: Path, call: Call) -> None:
    photos = small.parent / "photos"
    photos.mkdir()
    (photos / "cat.jpg").write_text("cat")
    for command in ("run", "compare"):
        answer = call(command, small, "--out", photos)
        assert answer.code == 2
        assert "not a results folder" in answer.err
    assert [path.name for path in photos.iterdir()] == ["cat.jpg"]


@pytest.mark.parametrize("out", ["small.yaml", "small.yaml/below", "a" * 300, "/proc/nowhere"])
def test_a_place_that_cannot_be_written(out: str, small: Path, call: Call) -> None:
    before = small.read_text(encoding="utf-8")
    answer = call("run", small, "--out", out)
    assert answer.code == 2
    assert "--out" in answer.err
    assert small.read_text(encoding="utf-8") == before
