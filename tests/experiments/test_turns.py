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
from momentsim.experiments.folder import MANIFEST
from momentsim.experiments.place import worked_on
from momentsim.experiments.trouble import Trouble
from momentsim.experiments.turns import turn

HOLD = """
import sys, time
from pathlib import Path
from momentsim.experiments.trouble import Trouble
from momentsim.experiments.turns import turn
with turn(Path(sys.argv[1])):
    print("in", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holder(place: Path, seconds: float) -> subprocess.Popen[str]:
    """Another process that is at the place now."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(place), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "in\n"
    return process


def test_the_second_waits_and_is_told_for_whom(tmp_path: Path) -> None:
    place, said = tmp_path / "results" / "one", list[str]()
    with holder(place, 1.0) as other:
        with turn(place, said.append):
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
        with turn(place, said.append):
            assert time.monotonic() - began < 5 and said == []
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_nobody_waits(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with turn(tmp_path / "file" / "one"):
        pass


def finish(place: Path, *, complete: bool) -> None:
    place.mkdir(exist_ok=True)
    (place / MANIFEST).write_text(json.dumps({"identity": "me", "complete": complete}))


def test_the_folder_of_finished_replications_goes_when_the_result_is_complete(tmp_path: Path) -> None:
    place, said = tmp_path / "one", list[str]()
    with pytest.raises(KeyboardInterrupt), worked_on(place, "me", fresh=False, say=said.append) as keep:
        keep.mkdir()
        (keep / "1.replication").write_text("")
        raise KeyboardInterrupt
    assert said == ["1 finished replication is kept, the same command goes on from there"]
    assert [path.name for path in tmp_path.iterdir()] == [".one.unfinished"]

    with worked_on(place, "me", fresh=False, say=said.append) as keep:
        assert (keep / "1.replication").is_file()
        finish(place, complete=False)
    assert [path.name for path in tmp_path.iterdir()] == ["one"], "it lies in the folder of what was finished"

    with worked_on(place, "me", fresh=False, say=said.append) as keep:
        assert (keep / "1.replication").is_file()
        finish(place, complete=True)
    assert sorted(path.name for path in tmp_path.rglob("*")) == [MANIFEST, "one"]


def test_of_a_mistake_nothing_is_left_and_of_trouble_what_is_finished(tmp_path: Path) -> None:
    for error, left in ((MomentsimError("wrong"), []), (Trouble("full"), [".one.unfinished"])):
        with (
            pytest.raises(MomentsimError),
            worked_on(tmp_path / "one", "me", fresh=False, say=lambda _words: None) as keep,
        ):
            keep.mkdir()
            (keep / "1.replication").write_text("")
            raise error
        assert [path.name for path in tmp_path.iterdir()] == left


def test_fresh_starts_with_nothing(tmp_path: Path) -> None:
    (tmp_path / ".one.unfinished").mkdir()
    with worked_on(tmp_path / "one", "me", fresh=True, say=lambda _words: None) as keep:
        assert not keep.exists()


def test_what_killed_runs_have_left_is_removed(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for process in (gone.pid, os.getpid()):
        (tmp_path / f".one.{process}.part").mkdir()
    with worked_on(tmp_path / "one", "me", fresh=False, say=lambda _words: None):
        pass
    assert [path.name for path in tmp_path.iterdir()] == [f".one.{os.getpid()}.part"]
