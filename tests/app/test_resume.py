"""What a room keeps: it is made again to the same bytes, and its files replay by the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from app.small_storm import CONSOLE, LINES, RESERVES, WORD, Table, phone, storm, storm_file
from engine.stories import differences
from momentsim.app.branches import BranchPull
from momentsim.app.files import DECISIONS, levers_text
from momentsim.app.resume import read_kept_setting, resume
from momentsim.app.room import Room
from momentsim.app.room_messages import state
from momentsim.contract.plan import LeverAction
from momentsim.engine import simulate
from momentsim.errors import MomentsimError, ScenarioError
from momentsim.runs.lever_file import read_lever_file

HOUR = 3600.0


def looks_like(room: Room) -> str:
    """Everything that a console is shown of a room, but for how long it has been open."""
    room.played.settle()
    shown = {**state(room, "console", 0.0), "phones": 0, "teams": []}
    frame = room.played.see().numbers
    rows = room.played.history.rows()
    return json.dumps([shown, room.played.tree_message(), frame, rows, room.played.cards(), room.crowd.notes])


def a_workshop(folder: Path) -> Table:
    """A room in which much has happened, paused."""
    table = Table(folder)
    table.do("start")
    table.do("stop_at", t=5 * HOUR, label="Noon")
    table.play_to(1.5 * HOUR)
    table.do("mode", mode="anyone")
    table.do("pull", sender=phone(1), lever=RESERVES)
    table.do("pace", pace=600)
    table.do("resume")
    table.wait(2.0)
    table.do("pause") if table.room.state == "running" else None
    table.do("ask", question="never_helped")
    table.do("predict", sender=phone(1), question="never_helped", value=12.0)
    table.do("mood", sender=phone(2), value=2)
    table.do("pull", lever=WORD, size="half")
    table.do("undo")
    table.do("go_to", branch="b1", t=HOUR, name="sooner")
    table.do("pull", lever=RESERVES)
    table.do("ballot", question="And now?", choices=[LINES], seconds=60)
    table.do("vote", sender=phone(1), ballot=1, choice=0, sure=4)
    table.do("close_ballot", pull=True)
    table.play_to(4 * HOUR)
    table.do("release", lever=RESERVES)
    table.do("note", text="They saw it late")
    table.do("rename", branch="b1", name="late")
    return table


def test_a_room_is_made_again_to_the_same_bytes(tmp_path: Path) -> None:
    table = a_workshop(tmp_path / "one")
    before = looks_like(table.room)
    code, setting = read_kept_setting(tmp_path / "one")
    assert code == "K7QF"
    again = resume(tmp_path / "one", code, setting)
    assert looks_like(again) == before
    files = {path: path.read_bytes() for path in (tmp_path / "one").rglob("levers.csv")}
    assert len(files) == 2
    again.write_levers()
    assert {path: path.read_bytes() for path in (tmp_path / "one").rglob("levers.csv")} == files
    back = {"type": "go_to", "id": "b", "branch": "b1", "t": 1.7 * HOUR}
    for room in (table.room, again):
        assert room.take(CONSOLE, back, 1e6)[0].message["type"] == "ack"
    assert looks_like(again) == looks_like(table.room)


def test_a_torn_last_line_is_dropped_and_another_broken_one_is_told(tmp_path: Path) -> None:
    a_workshop(tmp_path / "one")
    path = tmp_path / "one" / DECISIONS
    whole = path.read_bytes()
    last = whole.rstrip(b"\n").rfind(b"\n") + 1
    for torn in (whole + b'{"t": 3', whole[:-1], whole[: last + 5], whole + b"\x00\xff\n"):
        path.write_bytes(torn)
        resume(tmp_path / "one", "K7QF", storm())
        kept = path.read_bytes()
        assert kept in (whole, whole[:last]) and whole.startswith(kept)
    path.write_bytes(b"nothing\n" + whole)
    with pytest.raises(ScenarioError, match=r"decisions.jsonl:1.*cannot|not a decision"):
        resume(tmp_path / "one", "K7QF", storm())


def test_every_beginning_of_the_decisions_makes_a_room(tmp_path: Path) -> None:
    """Wherever a crash comes, what was accepted before is there."""
    a_workshop(tmp_path / "one")
    path = tmp_path / "one" / DECISIONS
    lines = path.read_bytes().splitlines(keepends=True)
    for number in range(0, len(lines), 3):
        path.write_bytes(b"".join(lines[:number]))
        room = resume(tmp_path / "one", "K7QF", storm())
        assert room.state in ("lobby", "paused")
        pulls = sum(len(branch.pulls) for branch in room.played.tree.branches.values())
        said = [json.loads(line)["said"]["type"] for line in lines[:number]]
        assert pulls == sum(
            {"pull": 1, "release": 1, "close_ballot": 1, "undo": -1}.get(kind, 0) for kind in said
        )


def test_a_scenario_that_has_changed_is_not_gone_on_with(tmp_path: Path) -> None:
    Table(tmp_path / "one")
    about = json.loads((tmp_path / "one" / "room.json").read_text("utf-8"))
    (tmp_path / "one" / "room.json").write_text(json.dumps({**about, "content_hash": "another"}), "utf-8")
    with pytest.raises(MomentsimError, match="has changed"):
        read_kept_setting(tmp_path / "one")
    with pytest.raises(MomentsimError, match="not the folder of a workshop"):
        read_kept_setting(tmp_path / "two")
    with pytest.raises(MomentsimError, match="has a workshop already"):
        Table(tmp_path / "one")


PULLS = [
    BranchPull(int(HOUR * 1.5e6) + 17, 0, 0, LeverAction.PULL, "=Ann", "Blue"),
    BranchPull(int(2 * HOUR * 1e6), 3, 0, LeverAction.PULL),
    BranchPull(int(2 * HOUR * 1e6), 2, 0, LeverAction.PULL),
    BranchPull(int(3 * HOUR * 1e6) + 1, 4, 0, LeverAction.PULL),
    BranchPull(int(4 * HOUR * 1e6), 0, 0, LeverAction.UNDO),
    BranchPull(int(5 * HOUR * 1e6), 3, 0, LeverAction.PULL),
]


@pytest.mark.parametrize("count", [0, 1, 4, 5, 6])
def test_a_file_of_a_branch_replays_to_the_same_replication(tmp_path: Path, count: int) -> None:
    """Levers that end by time or by a condition do so too, whether or not people undid others."""
    setting, path = storm(), tmp_path / "levers.csv"
    path.write_text(levers_text(PULLS[:count], setting.quiet.names), "utf-8")
    live = setting.steer()
    for pull in PULLS[:count]:
        live.advance(pull.time)
        if pull.action == LeverAction.PULL:
            live.pull(pull.lever, pull.size)
        else:
            live.undo(pull.lever)
    trace = live.finish()
    file = read_lever_file(path, setting.scenario)
    replayed = simulate(file.with_levers(setting.steerable.prepared(1, as_planned=True), 1))
    books = ("customers", "agents", "intervals", "staff", "tallies", "levers", "lever_use")
    assert [name for name in differences(trace, replayed) if name.partition(".")[0] in books] == []
    assert len(trace.levers) >= count


def test_the_close_writes_what_is_read_by_others(tmp_path: Path) -> None:
    table = a_workshop(tmp_path / "one")
    table.do("rule", sender=phone(1), text="When more than 20 wait, call in")
    table.do("close")
    closed = table.heard("closed")[-1]
    assert closed["folder"] == "one" and {"room.json", DECISIONS} <= set(closed["files"])
    about = json.loads((tmp_path / "one" / "room.json").read_text("utf-8"))
    assert about["rules"] == ["When more than 20 wait, call in"] and about["truth"]["never_helped"] >= 0
    assert about["branches"] == {"b1": "late", "b2": "sooner"} and about["played"] == "b2"
    series = np.genfromtxt(tmp_path / "one" / "b2" / "series.csv", delimiter=",", names=True)
    assert series["t_s"][-1] == 4 * HOUR and series["waiting"].max() > 0
    assert table.room.welcome(phone(5))["files"] == {"folder": "one", "files": closed["files"]}
    assert "closed" in table.refused("pull", lever=LINES)


_PLAY = """
import sys, time
from pathlib import Path
from app.small_storm import CONSOLE, LINES, RESERVES, Table
from engine.stories import differences
table = Table(Path(sys.argv[1]))
table.do("start")
table.play_to(3600.0)
table.do("pull", lever=RESERVES)
table.do("resume")
table.do("pace", pace=600)
while True:
    table.wait(0.1)
    print(table.second, flush=True)
    time.sleep(0.01)
"""


@pytest.mark.slow
def test_a_room_that_was_killed_loses_nothing_that_was_accepted(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-c", _PLAY, str(tmp_path / "one")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.2)
        process.send_signal(signal.SIGKILL)
        process.wait()
    about = json.loads((tmp_path / "one" / "room.json").read_text("utf-8"))
    about = {**about, "file": str(storm_file())}  # that of the other process, with the same content
    (tmp_path / "one" / "room.json").write_text(json.dumps(about), "utf-8")
    code, setting = read_kept_setting(tmp_path / "one")
    room = resume(tmp_path / "one", code, setting)
    (pull,) = room.played.tree.played.pulls
    assert (pull.lever, pull.time) == (0, 3_600_000_000) and room.state == "paused" and room.pace == 600
    assert room.time >= pull.time
