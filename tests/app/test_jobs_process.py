"""Jobs in a process of their own: what is found there, what is no longer wanted, and a process that is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.jobs_fixtures import RESERVES, ROOM, pulled, small_storm, wait_until
from momentsim.app.ghosts import GHOSTS, find_ghost
from momentsim.app.jobs import Jobs, Message
from momentsim.app.jobs_process import JobsProcess
from momentsim.app.question_desk import SCRATCH, QuestionDesk, remove_stale
from momentsim.app.series import History
from momentsim.app.setting import JobKind, JobRequest, Setting


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where scratch folders are made, here and in processes started from here."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    """A small storm."""
    return small_storm(tmp_path)


@pytest.fixture
def jobs(scratch: Path) -> Iterator[JobsProcess]:
    """A process that ends with the test, and leaves nothing behind."""
    process = JobsProcess()
    yield process
    process.close()
    assert not list(scratch.iterdir())


def question(kind: JobKind, setting: Setting, folder: Path | None = None) -> JobRequest:
    """What a room asks for of one branch."""
    return JobRequest(kind, setting, {"b1": [pulled(RESERVES, 1)]}, {"b1": "Early"}, 2, "", folder, ROOM)


def running(jobs: JobsProcess) -> subprocess.Popen[bytes]:
    """The process."""
    assert jobs._process is not None
    return jobs._process


@pytest.mark.slow
def test_what_is_found_there_is_what_is_found_here(
    jobs: JobsProcess, setting: Setting, tmp_path: Path
) -> None:
    """A scenario with all that belongs to it goes there and means the same."""
    posted: list[Any] = []
    jobs.ask(question("ghost", setting), posted.append)
    wait_until(lambda: sum("history" in message for message in posted) == len(GHOSTS))
    ghosts: dict[str, History] = {
        message["name"]: message["history"] for message in posted if "history" in message
    }
    for name in GHOSTS:
        assert json.dumps(ghosts[name].rows()) == json.dumps(
            find_ghost(setting, name, lambda: None).rows()
        ), name
    here: list[Message] = []
    there: list[Message] = []
    desk = QuestionDesk(Jobs(workers=1))
    for place, ask, into in (("here", desk.ask, here), ("there", jobs.ask, there)):
        (tmp_path / place).mkdir()
        ask(question("compare", setting, tmp_path / place), into.append)
    wait_until(lambda: all("kept as" in str(into[-1:]) for into in (here, there)))
    desk.close()
    results = [[message for message in into if message["type"] == "result"][-1] for into in (here, there)]
    assert json.dumps(results[0]) == json.dumps(results[1])
    assert not jobs._asked


@pytest.mark.slow
def test_the_latest_question_of_a_kind_is_answered_and_a_room_that_left_hears_nothing(
    jobs: JobsProcess, setting: Setting
) -> None:
    older: list[Message] = []
    newer: list[Message] = []
    jobs.ask(question("ghost", setting), older.append)
    jobs.ask(question("ghost", setting), newer.append)
    assert len(jobs._asked) == 1
    wait_until(lambda: not jobs._asked)
    assert not older and len(newer) == 2 * len(GHOSTS)
    jobs.ask(question("reference", setting), newer.append)
    jobs.leave(ROOM)
    jobs.ask(question("ghost", setting)._replace(room="OTHER"), older.append)
    wait_until(lambda: not jobs._asked)
    assert len(older) == len(newer) == 2 * len(GHOSTS)


@pytest.mark.slow
def test_who_waits_for_a_process_that_is_lost_is_told_and_the_next_one_answers(
    jobs: JobsProcess, setting: Setting, scratch: Path
) -> None:
    posted: list[Message] = []
    jobs.ask(question("reference", setting), posted.append)
    wait_until(lambda: bool(posted))
    running(jobs).kill()
    wait_until(lambda: not jobs._asked)
    assert posted[-1]["failed"] is True and "was lost" in str(posted[-1]["words"])
    assert len(list(scratch.iterdir())) == 1
    jobs.ask(question("ghost", setting), posted.append)
    wait_until(lambda: not jobs._asked)
    assert sum("history" in message for message in posted) == len(GHOSTS)


@pytest.mark.skipif(os.name == "nt", reason="whether a process still runs is asked on other systems only")
def test_scratch_folders_of_killed_processes_are_removed_and_no_others(scratch: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    mine = scratch / f"{SCRATCH}{os.getpid()}-abc"
    stale = scratch / f"{SCRATCH}{gone.pid}-abc"
    others = [
        mine,
        scratch / f"{SCRATCH}abc",
        scratch / f"other-{gone.pid}-abc",
        scratch / f"{SCRATCH}{gone.pid}",
    ]
    for folder in (stale, *others):
        (folder / "b").mkdir(parents=True)
    link, file = scratch / f"{SCRATCH}{gone.pid}-link", scratch / f"{SCRATCH}{gone.pid}-file"
    link.symlink_to(mine)
    file.write_text("")
    remove_stale(scratch)
    assert sorted(scratch.iterdir()) == sorted([*others, link, file])
    assert (mine / "b").is_dir()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="folders have owners by number on other systems only")
def test_scratch_folders_of_other_users_are_left_alone(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    theirs = scratch / f"{SCRATCH}{gone.pid}-abc"
    theirs.mkdir()
    me = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: me + 1)
    remove_stale(scratch)
    assert theirs.is_dir()


@pytest.mark.slow
def test_where_no_process_can_be_started_that_is_told(
    jobs: JobsProcess, setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_module: str) -> subprocess.Popen[bytes]:
        raise OSError("no more processes")

    posted: list[Message] = []
    with monkeypatch.context() as patched:
        patched.setattr("momentsim.app.jobs_process.start", refuse)
        jobs.ask(question("ghost", setting), posted.append)
        wait_until(lambda: not jobs._asked)
    wait_until(lambda: bool(posted))
    assert posted[0]["failed"] is True
    jobs.ask(question("ghost", setting), posted.append)
    wait_until(lambda: not jobs._asked)
    assert sum("history" in message for message in posted) == len(GHOSTS)
