"""One run at a time at one place, and what it leaves there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from momentsim.errors import MomentsimError
from momentsim.runs.file_lock import hold
from momentsim.runs.results_folder import MANIFEST, draft
from momentsim.runs.retryable import Trouble
from momentsim.runs.working_folder import work_in

HOLD = """
import sys, time
from pathlib import Path
from momentsim.runs.retryable import Trouble
from momentsim.runs.file_lock import hold
with hold(Path(sys.argv[1])):
    print("in", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holder(folder: Path, seconds: float) -> subprocess.Popen[str]:
    """Another process that is at the place now."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "in\n"
    return process


def test_the_second_waits_and_is_told_for_whom(tmp_path: Path) -> None:
    place, said = tmp_path / "results" / "one", list[str]()
    with holder(place, 1.0) as other:
        with hold(place, said.append):
            assert other.wait(5) == 0
        assert len(said) == 1 and f"process {other.pid} on" in said[0] and str(place) in said[0]
    assert list(place.parent.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="signals are sent differently there")
def test_a_killed_process_holds_nobody_up(tmp_path: Path) -> None:
    place, said = tmp_path / "one", list[str]()
    with holder(place, 60) as other:
        other.send_signal(signal.SIGKILL)
        other.wait()
        began = time.monotonic()
        with hold(place, said.append):
            assert time.monotonic() - began < 5 and said == []
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_nobody_waits(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with hold(tmp_path / "file" / "one"):
        pass


ONE = f"{'0' * 32}/1.replication"


def leave_one(keep: Path) -> None:
    """A finished replication, by its name."""
    (keep / ONE).parent.mkdir(parents=True)
    (keep / ONE).write_text("")


def finish(folder: Path, *, complete: bool) -> None:
    folder.mkdir(exist_ok=True)
    (folder / MANIFEST).write_text(json.dumps({"identity": "me", "complete": complete}))


def test_the_folder_of_finished_replications_goes_when_the_result_is_complete(tmp_path: Path) -> None:
    place, said = tmp_path / "one", list[str]()
    with pytest.raises(KeyboardInterrupt), work_in(place, "me", fresh=False, say=said.append) as keep:
        leave_one(keep)
        raise KeyboardInterrupt
    assert said == ["1 finished replication is kept, the same command goes on from there"]
    assert [path.name for path in tmp_path.iterdir()] == [".one.unfinished"]

    with work_in(place, "me", fresh=False, say=said.append) as keep:
        assert (keep / ONE).is_file()
        finish(place, complete=False)
    assert [path.name for path in tmp_path.iterdir()] == ["one"], "it lies in the folder of what was finished"

    with work_in(place, "me", fresh=False, say=said.append) as keep:
        assert (keep / ONE).is_file()
        finish(place, complete=True)
    assert sorted(path.name for path in tmp_path.rglob("*")) == [MANIFEST, "one"]


def test_of_a_mistake_nothing_is_left_and_of_trouble_what_is_finished(tmp_path: Path) -> None:
    for error, left in ((MomentsimError("wrong"), []), (Trouble("full"), [".one.unfinished"])):
        with (
            pytest.raises(MomentsimError),
            work_in(tmp_path / "one", "me", fresh=False, say=lambda _words: None) as keep,
        ):
            leave_one(keep)
            raise error
        assert [path.name for path in tmp_path.iterdir()] == left


def test_fresh_starts_with_nothing(tmp_path: Path) -> None:
    (tmp_path / ".one.unfinished").mkdir()
    with work_in(tmp_path / "one", "me", fresh=True, say=lambda _words: None) as keep:
        assert not keep.exists()


def test_what_killed_runs_have_left_is_removed(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for process in (gone.pid, os.getpid()):
        (tmp_path / f".one.{process}.part").mkdir()
    with work_in(tmp_path / "one", "me", fresh=False, say=lambda _words: None):
        pass
    assert [path.name for path in tmp_path.iterdir()] == [f".one.{os.getpid()}.part"]


def test_nothing_of_others_is_removed_beside_the_place(tmp_path: Path) -> None:
    """Folders named as if killed runs had left them, and finished replications with something among them."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    theirs = [f".one.{gone.pid}.part", f".one.{gone.pid}.old", ".one.unfinished", ".two.1.part"]
    for name in theirs:
        (tmp_path / name).mkdir()
        (tmp_path / name / "letter.txt").write_text("dear")
    for fresh in (True, False):
        with work_in(tmp_path / "one", "me", fresh=fresh, say=lambda _words: None) as keep:
            leave_one(keep)
            finish(tmp_path / "one", complete=True)
    assert all((tmp_path / name / "letter.txt").read_text("utf-8") == "dear" for name in theirs)
    assert not list(tmp_path.rglob("*.replication"))


def test_an_older_result_whose_successor_never_came_is_put_back(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with draft(tmp_path / "one") as folder:
        (folder / MANIFEST).write_text("{}")
    (tmp_path / "one").rename(tmp_path / f".one.{gone.pid}.old")
    with work_in(tmp_path / "one", "me", fresh=False, say=lambda _words: None):
        assert (tmp_path / "one" / MANIFEST).is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_a_file_of_somebody_is_not_taken_for_a_lock(tmp_path: Path) -> None:
    (tmp_path / ".one.lock").write_text("dear")
    with (
        pytest.raises(MomentsimError, match=r"\.one\.lock: this file is not from momentsim"),
        hold(tmp_path / "one"),
    ):
        pass
    assert (tmp_path / ".one.lock").read_text("utf-8") == "dear"
    (tmp_path / "letter.txt").write_text("dear")
    (tmp_path / ".two.lock").symlink_to("letter.txt")
    with hold(tmp_path / "two"):
        pass
    assert (tmp_path / "letter.txt").read_text("utf-8") == "dear" and (tmp_path / ".two.lock").is_symlink()


def test_folders_made_on_the_way_go_when_nothing_came_of_it(tmp_path: Path) -> None:
    with hold(tmp_path / "a" / "b" / "one"):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_is_in_the_way_of_finished_replications_is_told(kind: str, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    keep = tmp_path / ".one.unfinished"
    if kind == "file":
        keep.write_text("dear")
    else:
        keep.symlink_to("theirs")
    with (
        pytest.raises(MomentsimError, match="this is in the way of finished replications"),
        work_in(tmp_path / "one", "me", fresh=True, say=lambda _words: None),
    ):
        pass
    assert keep.is_symlink() or keep.read_text("utf-8") == "dear"
