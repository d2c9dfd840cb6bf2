"""Server and rooms together: a storm is played over sockets, left and come back to, and gone on with after the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.server_fixtures import HOME, PORT, TOKEN, come_in, hear, say
from momentsim.app.library import Library
from momentsim.app.messages_out import SERVER
from momentsim.app.opening import asked_room, resumed_room, room_maker
from momentsim.app.room import Outgoing
from momentsim.app.rooms import Deliver, MadeRoom, RoomRequest, Rooms
from momentsim.app.web import Access, Desk, make_app
from momentsim.runs.progress import Progress

STORM = """\
name: ../storm  and "more"
start: "2024-01-08 08:00"
horizon: 8 h
customers:
  segments:
    everyone: {customers: 20000, yearly_margin: 100 USD}
moments:
  question: {handling_time: {mean: 5 min}}
demand:
  volumes:
    question: {per_hour: 200}
workforce:
  groups:
    team: {heads: 4}
    others: {heads: 6, reserve: true}
levers:
  help: {kind: call_in, group: others, lead_time: 30 min}
"""


class Whole:
    """A server with one real room."""

    def __init__(self, asked: RoomRequest, folder: Path) -> None:
        self.forgotten: list[str] = []
        self.make = room_maker(
            folder / "workshops", forget=self.forgotten.append, today=lambda: date(2024, 1, 8)
        )
        self.sent: list[Outgoing] = []
        """All that the room has said."""
        self.rooms = Rooms(self._make, TOKEN)
        desk = Desk(self.rooms, Library(folder))
        app = make_app(desk, Access.of([], PORT), lambda: self._begin(asked))
        self.client = TestClient(app, base_url=HOME)
        self.code = ""

    def _make(self, asked: RoomRequest, code: str, deliver: Deliver, progress: Progress) -> MadeRoom:
        def listen(outgoing: list[Outgoing]) -> None:
            self.sent += outgoing
            deliver(outgoing)

        return self.make(asked, code, listen, progress)

    def _begin(self, asked: RoomRequest) -> None:
        self.code = self.rooms.open(asked).code

    def socket(self) -> str:
        """Address of the room's socket."""
        return f"ws://127.0.0.1:{PORT}/ws/{self.code}"


@pytest.fixture
def storm(tmp_path: Path) -> Path:
    """A scenario with a lever, whose name tries to leave its folder."""
    file = tmp_path / "storm.yaml"
    file.write_text(STORM, "utf-8")
    return file


@pytest.fixture
def whole(storm: Path) -> Iterator[Whole]:
    """A server that plays it."""
    one = Whole(asked_room(Library(), storm, None, (), None), storm.parent)
    with one.client:
        yield one


def play(whole: Whole, until_s: float) -> None:
    """Pull the lever at the start, and let the storm run on to a time."""
    with whole.client.websocket_connect(whole.socket()) as console:
        for stop in come_in(console, "console")["state"]["stops"]:
            say(console, "drop_stop", "d1", t=stop["t"])
        begin: list[tuple[str, dict[str, object]]] = [
            ("pace", {"pace": 3600}), ("stop_at", {"t": until_s}), ("start", {}), ("pull", {"lever": "help"}),
        ]  # fmt: skip
        for kind, fields in begin:
            say(console, kind, "p1", **fields)
            assert hear(console, "ack", "refuse")["type"] == "ack"
        while (state := hear(console, "state"))["state"] != "paused" or state["t"] < until_s:
            pass


@pytest.mark.slow
def test_who_comes_back_in_mid_storm_is_told_the_whole_state(whole: Whole) -> None:
    with whole.client.websocket_connect(whole.socket()) as phone:
        before = come_in(phone, name="Ann", team="Blue")
        assert before["state"]["state"] == "lobby" and before["state"]["t"] == 0.0
        say(phone, "mood", "m1", value=2)
        assert hear(phone, "ack")["id"] == "m1"
    play(whole, 4 * 3600.0)
    with whole.client.websocket_connect(whole.socket()) as phone:
        after = come_in(phone, again=before["again"], last_seq=before["seq"])
        assert after["client"] == before["client"]
        assert after["state"]["state"] == "paused" and after["state"]["t"] == 4 * 3600.0
        assert after["state"]["moods"] == [0, 1, 0, 0, 0]
        assert [card["state"] for card in after["levers"]] == ["in_force"]
        assert after["tree"]["branches"][0]["pulls"][0]["lever"] == "help"
        assert after["series"][0]["values"][0] and after["seq"] > before["seq"]
        frame = hear(phone, "frame")
        assert frame["t"] == 4 * 3600.0 and len(frame["n"]) == len(after["fields"])
        assert "x" not in frame and "duty" not in frame


def test_whatever_a_room_says_is_written_down(whole: Whole) -> None:
    play(whole, 2 * 3600.0)
    with whole.client.websocket_connect(whole.socket()) as console:
        come_in(console, "console")
        for kind in ("finish", "close"):
            say(console, kind, "c1")
            assert hear(console, "ack", "refuse")["type"] == "ack"
        hear(console, "closed")
    known = {sent.type: {"type", *(name for name, _words in sent.fields)} for sent in SERVER}
    unknown = {
        (message["type"], field)
        for _to, message in whole.sent
        for field in message
        if field not in known.get(str(message["type"]), ())
    }
    assert unknown == set()
    assert {"welcome", "state", "frame", "tree", "levers", "series", "ack", "event", "closed"} <= {
        message["type"] for _to, message in whole.sent
    }


def test_a_phone_cannot_do_what_a_console_can(whole: Whole) -> None:
    with whole.client.websocket_connect(whole.socket()) as phone:
        come_in(phone)
        forbidden: list[tuple[str, dict[str, object]]] = [
            ("start", {}), ("close", {}), ("pull", {"lever": "help"}), ("show", {"xray": True}),
            ("mode", {"mode": "anyone"}),
        ]  # fmt: skip
        for kind, fields in forbidden:
            say(phone, kind, "f1", **fields)
            assert hear(phone, "ack", "refuse")["type"] == "refuse"


def test_files_are_kept_below_the_folder_of_workshops_whatever_a_scenario_is_called(
    whole: Whole, storm: Path
) -> None:
    with whole.client.websocket_connect(whole.socket()) as console:
        come_in(console, "console")
    folders = [path.relative_to(storm.parent) for path in storm.parent.rglob("room.json")]
    assert [str(path) for path in folders] == [f"workshops/2024-01-08-storm-and-more-{whole.code}/room.json"]


@pytest.mark.slow
def test_a_closed_workshop_gives_its_files_and_is_gone_on_with_by_its_folder(
    whole: Whole, storm: Path
) -> None:
    play(whole, 2 * 3600.0)
    with whole.client.websocket_connect(whole.socket()) as console:
        come_in(console, "console")
        say(console, "close", "c1")
        names = hear(console, "closed")["files"]
    assert "decisions.jsonl" in names
    asking = {"X-Token": TOKEN}
    for name in names:
        answer = whole.client.get(f"/api/rooms/{whole.code}/files/{name}", headers=asking)
        assert answer.status_code == 200, name
    again = Whole(
        resumed_room(Library(), storm.parent / "workshops" / f"2024-01-08-storm-and-more-{whole.code}"), storm
    )
    with again.client, again.client.websocket_connect(again.socket()) as wall:
        assert come_in(wall, "wall")["files"]["files"] == names
        assert (
            again.client.get(f"/api/rooms/{again.code}/files/{names[0]}", headers=asking).status_code == 200
        )


@pytest.mark.slow
def test_after_the_end_of_the_program_a_workshop_goes_on_where_it_was(storm: Path) -> None:
    first = Whole(asked_room(Library(), storm, None, (), None), storm.parent)
    with first.client:
        play(first, 3 * 3600.0)
    assert first.forgotten == [first.code]
    (folder,) = (storm.parent / "workshops").iterdir()
    again = Whole(resumed_room(Library(), folder), storm.parent)
    with again.client, again.client.websocket_connect(again.socket()) as console:
        assert again.code == first.code
        welcome = come_in(console, "console")
        assert welcome["state"]["state"] == "paused" and welcome["state"]["t"] == 3 * 3600.0
        assert [pull["lever"] for pull in welcome["tree"]["branches"][0]["pulls"]] == ["help"]
    assert [path.name for path in (storm.parent / "workshops").iterdir()] == [folder.name]
