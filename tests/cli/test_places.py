"""Where results may go: every command refuses a place that is not its own, before the first replication."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.fixtures import COMMAND, Call, changed

pytestmark = pytest.mark.slow

RULED = """\

      heads: 4
      shift_rules: {kinds: {short: {length: 3 h}, long: {length: 6 h}}, start_every: 1 h}
"""
COMMANDS: dict[str, tuple[str, ...]] = {
    "run": (),
    "compare": ("slower",),
    "worth": ("more_agents",),
    "sweep": ("--vary", "workforce.groups.team.heads=4,5"),
    "staff": ("--goal", "80/20"),
    "shifts": ("--group", "team", "--seconds", "5"),
}
PLACES = {
    ".": "this is no name of a folder",
    "..": "this is no name of a folder",
    "link": "this is a link to 'theirs' and is left alone",
    "dangling": "this is a link to 'nowhere' and is left alone",
    "theirs": "'letter.txt' is not from momentsim",
    "app": "'manifest.json' is not from momentsim",
    "small.yaml": "this is not a results folder",
    "small.yaml/below": "small.yaml/below: cannot be written",
    "n" * 252: "cannot be used (File name too long)",
    "a\udcff": "a\\udcff: this name has bytes that are no text",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_place_that_is_not_ours_is_refused_before_anything_is_simulated(
    command: str, small: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(small, "{heads: 4}", RULED)
    Path("theirs").mkdir()
    Path("theirs", "letter.txt").write_text("dear")
    Path("app").mkdir()
    Path("app", "manifest.json").write_text('{"name": "my web app"}')
    Path("link").symlink_to("theirs")
    Path("dangling").symlink_to("nowhere")
    before = sorted(Path().rglob("*"))
    monkeypatch.setattr("momentsim.runs.run._portable_case", None)
    monkeypatch.setattr("momentsim.questions.shifts.shift_plan.cover", None)
    for place, told in PLACES.items():
        answer = call(command, small, *COMMANDS[command], "--out", place)
        assert answer.code == 2 and told in answer.err, (place, answer.err)
        assert sorted(Path().rglob("*")) == before, place


def test_a_result_with_a_note_in_it_is_shown_again_and_not_replaced(small: Path, call: Call) -> None:
    assert call("run", small, "--out", "mine").code == 0
    Path("mine", "note.txt").write_text("good")
    assert "there already" in call("run", small, "--out", "mine").err
    for other in (("--fresh",), ("--seed", "9")):
        answer = call("run", small, "--out", "mine", *other)
        assert answer.code == 2 and "'note.txt' is not from momentsim" in answer.err
    assert Path("mine", "note.txt").read_text("utf-8") == "good"
    Path("mine", "note.txt").unlink()
    assert call("run", small, "--out", "mine", "--seed", "9").code == 0
    assert sorted(path.name for path in small.parent.iterdir()) == ["mine", "small.yaml"]


def test_a_table_that_somebody_edited_is_kept(small: Path, call: Call) -> None:
    assert call("run", small, "--out", "mine").code == 0
    table = Path("mine", "summary.csv")
    table.write_text("my own numbers")
    answer = call("run", small, "--out", "mine", "--fresh")
    assert answer.code == 0
    assert "'summary.csv' is not as it was written, so this folder is kept as mine.changed" in answer.err
    assert Path("mine.changed", "summary.csv").read_text("utf-8") == "my own numbers"
    assert table.read_text("utf-8") != "my own numbers"


def test_after_ctrl_c_what_is_unfinished_survives_a_refusal(small: Path, call: Call) -> None:
    """Finished replications lie in the folder, with somebody's note beside them."""
    assert call("run", small, "--out", "mine").code == 0
    manifest = Path("mine", "manifest.json")
    kept = Path("mine", "unfinished", "0" * 32, "1.replication")
    kept.parent.mkdir(parents=True)
    kept.write_text("")
    manifest.write_text(manifest.read_text("utf-8").replace('"complete": true', '"complete": false'))
    Path("mine", "note.txt").write_text("good")
    assert call("run", small, "--out", "mine").code == 2
    assert kept.is_file() and Path("mine", "note.txt").is_file()


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes there")
def test_a_scenario_whose_name_is_no_text_is_told(small: Path, shell: Call) -> None:
    name = "u\udcff.yaml"
    Path(name).write_bytes(small.read_bytes())
    for command in ("run", "check", "explain"):
        answer = shell(command, name, *(["seed"] if command == "explain" else []))
        assert answer.code == 2 and "u\\udcff.yaml: this name has bytes that are no text" in answer.err
        assert "Traceback" not in answer.err
    answer = shell("new", "v\udcff.yaml")
    assert answer.code == 2 and "this name has bytes that are no text" in answer.err
    assert not Path("v\udcff.yaml").exists()


def test_a_new_file_that_does_not_fit_leaves_nothing(here: Path) -> None:
    if os.name == "nt":
        pytest.skip("no such limits there")
    limited = "import resource, signal; resource.setrlimit(resource.RLIMIT_FSIZE, (10, -1)); " + COMMAND[2]
    done = subprocess.run(
        [sys.executable, "-c", limited, "new", "mine.yaml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and "mine.yaml: cannot be written (File too large)" in done.stderr
    assert list(here.iterdir()) == []


LIMITED = "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv.pop(1)) << 20, -1)); "


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere address space has no such limit")
@pytest.mark.parametrize(
    "megabytes",
    [90, 330, 600, *(pytest.param(few, marks=pytest.mark.slow) for few in (190, 260, 400, 500, 700))],
)
def test_little_address_space_is_told(megabytes: int, small: Path) -> None:
    """Whatever cannot be had, a library or memory: a sentence, or a result where that was enough."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED + COMMAND[2], str(megabytes), "run", "small.yaml", "--workers", "1"],
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 2), done.stderr
    assert "Traceback" not in done.stderr and (done.returncode == 0 or "error: " in done.stderr)
    if megabytes < 200:
        told = f"may have {megabytes} MB of address space (ulimit -v), which is less than the 200 MB"
        assert told in done.stderr


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ImportError("libarrow.so: failed to map segment from shared object"), "not enough address space"),
        (RuntimeError("can't start new thread"), "not enough address space"),
        (OSError(12, "Cannot allocate memory"), "not enough memory for this"),
        (MemoryError(), "not enough memory for this"),
    ],
)
def test_what_the_system_refuses_is_told(
    error: Exception, told: str, small: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr("momentsim.runs.run.run", fail)
    answer = call("run", small, "--json")
    assert answer.code == 2 and told in answer.err and '"ok": false' in answer.out
    monkeypatch.setattr("momentsim.runs.run.run", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        call("run", small)
