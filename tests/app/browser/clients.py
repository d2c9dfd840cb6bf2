"""Clients of a room without a browser: a facilitator or phones that speak messages, for many or exact ones."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from app.browser.served import Served

WAITS_S = 120.0
BEAT_S = 20.0
PREPARED_WITHIN_S = 600.0
"""The first room after an installation compiles."""
Message = dict[str, Any]


class Client:
    """One client: what it was told last, by type, and a thread that listens."""

    def __init__(self, connection: ClientConnection) -> None:
        self.told: dict[str, Message] = {}
        """The latest message of each type; welcome's parts stand under their own types too."""
        self.heard: dict[str, int] = {}
        """How many messages of each type came."""
        self._connection = connection
        self._ids = itertools.count(1)
        self._answers: dict[str, Message] = {}
        self._news = threading.Condition()
        self._is_over = False
        for work in (self._listen, self._beat):
            threading.Thread(target=work, daemon=True).start()

    @property
    def state(self) -> Message:
        """The room's state."""
        return self.told["state"]

    def ask(self, kind: str, **fields: object) -> Message:
        """Say something and wait for `ack` or `refuse`."""
        name = f"m{next(self._ids)}"
        self._connection.send(json.dumps({"v": 1, "id": name, "type": kind, **fields}))
        self._until(lambda: name in self._answers, f"an answer to {kind}")
        return self._answers.pop(name)

    def do(self, kind: str, **fields: object) -> Message:
        """The same for what must be taken."""
        answer = self.ask(kind, **fields)
        assert answer["type"] == "ack", f"{kind}: {answer}"
        return answer

    def wait(self, condition: Callable[[Client], bool], what: str, within: float = WAITS_S) -> None:
        """Wait until the room has told something, so many seconds at most."""
        self._until(lambda: condition(self), what, within)

    def wait_state(self, *states: str) -> None:
        """Wait until the room is in one of these states."""
        self.wait(lambda me: "state" in me.told and me.state["state"] in states, " or ".join(states))

    def play(self) -> Message:
        """Let the story go on until it stops by itself; the state there."""
        before = self.state["t"]
        self.do("resume")
        self.wait(
            lambda me: me.state["state"] != "running" and me.state["t"] > before, "the next stop, or the end"
        )
        return self.state

    def close(self) -> None:
        """Leave."""
        self._connection.close()

    def _until(self, condition: Callable[[], bool], what: str, within: float = WAITS_S) -> None:
        ends = time.monotonic() + within
        with self._news:
            while not condition():
                assert not self._is_over, f"the connection ended before {what}; told {self.told.get('bye')}"
                assert self._news.wait(max(ends - time.monotonic(), 0.0)), f"{what} did not come"

    def _beat(self) -> None:
        """Pages say now and then that they are there; whoever does not is let go."""
        with self._news:
            while not self._news.wait_for(lambda: self._is_over, BEAT_S):
                with suppress(ConnectionClosed):
                    name = f"m{next(self._ids)}"
                    self._connection.send(json.dumps({"v": 1, "id": name, "type": "ping"}))

    def _listen(self) -> None:
        with suppress(ConnectionClosed):
            for text in self._connection:
                self._hear(json.loads(text))
        with self._news:
            self._is_over = True
            self._news.notify_all()

    def _hear(self, message: Message) -> None:
        kind = message["type"]
        with self._news:
            self.heard[kind] = self.heard.get(kind, 0) + 1
            self.told[kind] = message
            if kind == "welcome":
                self.told["state"], self.told["tree"] = message["state"], message["tree"]
                self.told["levers"] = {"levers": message["levers"]}
            if kind in ("ack", "refuse"):
                self._answers[message["id"]] = message
            self._news.notify_all()


@contextmanager
def client(served: Served, role: str, **fields: object) -> Iterator[Client]:
    """A client who has been welcomed; consoles bring the token."""
    token = {} if role == "phone" else {"token": served.token}
    with connect(served.socket, proxy=None, open_timeout=WAITS_S, compression=None) as connection:
        joined = {"v": 1, "id": "join", "type": "join", "role": role, **token, **fields}
        connection.send(json.dumps(joined))
        one = Client(connection)
        one.wait(lambda me: "welcome" in me.told, "a welcome", PREPARED_WITHIN_S)
        yield one
