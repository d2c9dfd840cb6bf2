"""A server whose rooms are made of paper: what they are told is written down, and they say what a test says."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient, WebSocketTestSession

from momentsim.app.crowd import Sender
from momentsim.app.library import Library
from momentsim.app.room import Outgoing
from momentsim.app.rooms import Deliver, MadeRoom, OpenRoom, RoomRequest, Rooms
from momentsim.app.web import Access, Desk, make_app
from momentsim.runs.progress import Progress

PORT = 8731
HOME = f"http://127.0.0.1:{PORT}"
TOKEN = "token-of-the-facilitator"
SCENARIO = "quickstart"


class PaperRoom:
    """Stands for a beat with its room."""

    def __init__(self, deliver: Deliver) -> None:
        self.deliver = deliver
        self.told: list[tuple[str, Mapping[str, Any]]] = []
        self.left: list[str] = []
        self.here: dict[str, Sender] = {}
        self.is_stopped = False

    def enter(self, sender: Sender) -> None:
        self.here[sender.client] = sender
        welcome: dict[str, object] = {"type": "welcome", "client": sender.client, "role": sender.role}
        self.deliver(
            [Outgoing(f"client:{sender.client}", {**welcome, "name": sender.name, "team": sender.team})]
        )

    def leave(self, client: str) -> None:
        self.left.append(client)
        self.here.pop(client, None)

    def put(self, sender: Sender, message: Mapping[str, Any]) -> None:
        self.told.append((sender.client, message))
        self.deliver([Outgoing(f"client:{sender.client}", {"type": "ack", "id": message["id"], "t": 0.0})])

    def stop(self) -> None:
        self.is_stopped = True

    def join(self, timeout: float | None = None) -> None:
        """It is stopped at once."""

    def say(self, to: str, **message: object) -> None:
        """Let the room say something."""
        self.deliver([Outgoing(to, message)])


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Server:
    """A server under test: ask it by `client`, look into it by `rooms` and `paper`."""

    def __init__(self, folder: Path, *, lan: bool = False) -> None:
        self.folder = folder
        self.paper: dict[str, PaperRoom] = {}
        self.clock = Clock()
        words = (lambda code: {"url": "u", "code": code, "qr": "<svg/>"}) if lan else (lambda _code: None)
        self.rooms = Rooms(self._make, TOKEN, join_words=words, clock=self.clock)
        app = make_app(Desk(self.rooms, Library(folder)), Access.of(["192.168.1.20"], PORT, ["laptop.local"]))
        self.client = TestClient(
            app, base_url=HOME, client=("192.168.1.77", 5000), raise_server_exceptions=False
        )

    def _make(self, _asked: RoomRequest, code: str, deliver: Deliver, _progress: Progress) -> MadeRoom:
        self.paper[code] = PaperRoom(deliver)
        return MadeRoom(self.paper[code], self.folder / "workshop")

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """A request with the facilitator's token."""
        headers = {"X-Token": TOKEN, **more.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **more)

    def open_room(self) -> str:
        """The code of a new room."""
        answer = self.ask("POST", "/api/rooms", json={"scenario": SCENARIO})
        assert answer.status_code == 201, answer.text
        code = str(answer.json()["code"])
        until = time.monotonic() + 10.0
        while self.place(code).state == "preparing":
            assert time.monotonic() < until
            time.sleep(0.001)
        return code

    def place(self, code: str) -> OpenRoom:
        """A room as the server sees it."""
        return self.rooms.places[code]

    def socket(self, code: str, **more: Any) -> WebSocketTestSession:
        """A socket on which nothing was said yet."""
        return self.client.websocket_connect(f"ws://127.0.0.1:{PORT}/ws/{code}", **more)


def say(socket: WebSocketTestSession, kind: str, message_id: str = "a1", **fields: object) -> None:
    """Send a message."""
    socket.send_text(json.dumps({"v": 1, "id": message_id, "type": kind, **fields}))


def hear(socket: WebSocketTestSession, *kinds: str) -> dict[str, Any]:
    """The next message of these types."""
    while True:
        message: dict[str, Any] = json.loads(socket.receive_text())
        if not kinds or message["type"] in kinds:
            return message


def come_in(socket: WebSocketTestSession, role: str = "phone", **fields: object) -> dict[str, Any]:
    """Join, and the answer."""
    if role != "phone":
        fields = {"token": TOKEN, **fields}
    say(socket, "join", "j1", role=role, **fields)
    return hear(socket, "welcome", "refuse")
