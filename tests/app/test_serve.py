"""The server as it runs: real sockets, and what the terminal is told."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from uvicorn.lifespan.on import LifespanOn
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from app.server_fixtures import PaperRoom
from momentsim.app.library import Library
from momentsim.app.network import LOOPBACK, bind
from momentsim.app.outbox import MAX_WAITING
from momentsim.app.room import Outgoing
from momentsim.app.rooms import Deliver, MadeRoom, RoomRequest, Rooms
from momentsim.app.serve import ServerSettings, make_server, serve
from momentsim.app.web import Access, Desk, make_app
from momentsim.runs.progress import Progress


class Running:
    """A server on a free port, with a room of paper that is there from the start."""

    def __init__(self, folder: Path) -> None:
        self.paper: list[PaperRoom] = []
        self.sockets = bind([LOOPBACK], 0)
        self.port = int(self.sockets[0].getsockname()[1])
        self.rooms = Rooms(self._make, "token")
        self.code = ""
        desk = Desk(self.rooms, Library(folder))
        self.server = make_server(make_app(desk, Access.of([], self.port), self._begin))

    def _begin(self) -> None:
        self.code = self.rooms.open(RoomRequest(Path("x.yaml"), "X")).code

    def _make(self, _asked: RoomRequest, _code: str, deliver: Deliver, _progress: Progress) -> MadeRoom:
        self.paper.append(PaperRoom(deliver))
        return MadeRoom(self.paper[0], Path("nowhere"))

    def connect(self, origin: Origin | None = None) -> ClientConnection:
        """A client's socket."""
        return connect(f"ws://{LOOPBACK}:{self.port}/ws/{self.code}", origin=origin)


def come_in(client: ClientConnection) -> None:
    """Join as a phone, until welcome."""
    client.send('{"v":1,"id":"a","type":"join","role":"phone"}')
    while json.loads(client.recv(5.0))["type"] != "welcome":
        pass


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """A server in a thread of its own."""
    one = Running(folder)
    thread = threading.Thread(target=one.server.run, kwargs={"sockets": one.sockets})
    thread.start()
    wait_until(lambda: one.server.started)
    try:
        yield one
    finally:
        one.server.should_exit = True
        thread.join(10.0)
        assert not thread.is_alive()


def wait_until(is_so: object, seconds: float = 10.0) -> None:
    """Wait, with an end."""
    until = time.monotonic() + seconds
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < until
        time.sleep(0.005)


def test_a_client_is_served_without_compression(tmp_path: Path) -> None:
    with running(tmp_path) as here, here.connect() as client:
        come_in(client)
        assert client.response is not None
        assert "Sec-WebSocket-Extensions" not in client.response.headers
        client.send('{"v":1,"id":"p","type":"ping"}')
        assert json.loads(client.recv(5.0)) == {"v": 1, "type": "pong", "id": "p"}


def test_a_message_far_too_large_is_not_even_read(tmp_path: Path) -> None:
    with running(tmp_path) as here, here.connect() as client:
        come_in(client)
        client.send("x" * 100_000)
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(5.0)
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 1009


def test_a_strange_origin_gets_no_socket(tmp_path: Path) -> None:
    with running(tmp_path) as here, pytest.raises(InvalidStatus):
        here.connect(Origin("http://evil.example"))


def test_who_does_not_read_is_let_go_and_others_hear_on(tmp_path: Path) -> None:
    text: dict[str, object] = {"type": "event", "words": "x" * 8000}
    with running(tmp_path) as here, here.connect() as good, socket.socket() as lazy:
        come_in(good)
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.connect((LOOPBACK, here.port))
        lazy.sendall(
            f"GET /ws/{here.code} HTTP/1.1\r\nHost: {LOOPBACK}:{here.port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            "\r\n".encode()
        )
        assert lazy.recv(1000).startswith(b"HTTP/1.1 101")
        lazy.sendall(masked('{"v":1,"id":"a","type":"join","role":"phone"}'))
        wait_until(lambda: here.rooms.clients() == 2)
        heard = 0
        for _ in range(2000):  # the system's own buffers come first
            if here.rooms.clients() == 1:
                break
            here.paper[0].deliver([Outgoing("all", text)])
            heard += json.loads(good.recv(5.0))["type"] == "event"
        assert here.rooms.clients() == 1
        assert heard > MAX_WAITING / 8000
        assert here.paper[0].left == ["c2"]


def masked(text: str) -> bytes:
    """A text frame as a client sends it, with a mask of zeros."""
    data = text.encode()
    assert len(data) < 126
    return bytes([0x81, 0x80 | len(data), 0, 0, 0, 0]) + data


def test_the_terminal_is_told_where_everything_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    opened: list[str] = []

    def run(server: uvicorn.Server, sockets: list[socket.socket]) -> None:
        server.config.load()

        async def live() -> None:
            lifespan = LifespanOn(server.config)
            await lifespan.startup()
            await asyncio.sleep(0.05)
            await lifespan.shutdown()

        asyncio.run(live())
        for one in sockets:
            one.close()
        raise KeyboardInterrupt

    monkeypatch.setattr("uvicorn.Server.run", run)
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("momentsim.app.serve._has_screen", lambda: True)

    def make(_asked: RoomRequest, _code: str, deliver: Deliver, _progress: Progress) -> MadeRoom:
        return MadeRoom(PaperRoom(deliver), tmp_path)

    first = RoomRequest(Path("x.yaml"), "Airline ice storm")
    serve(ServerSettings(0, "127.0.0.2", first=first), Library(), make, said.append)
    words = "\n".join(said)
    wall = re.search(r"wall +(http://127\.0\.0\.1:(\d+)/wall/(\w{4})#t=\S{20,})", words)
    assert wall is not None and "Airline ice storm" in words
    assert f"http://127.0.0.2:{wall[2]}/p/{wall[3]}" in words and "\u2588" in words
    assert re.fullmatch(rf"http://127\.0\.0\.1:{wall[2]}/open/\S{{20,}}", opened[0])
    assert "#t=" not in opened[0]
