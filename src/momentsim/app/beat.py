"""The thread that moves a room: it takes what clients say, lets the clock go on, and hands out what is to be said."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from momentsim.app.crowd import Sender
from momentsim.app.room import TICK_S, Outgoing, Room
from momentsim.app.setting import Message

_LOG = logging.getLogger(__name__)
_MOST_FAILURES: Final = 20
_BROKEN: Final = "this room is broken; what went wrong is in the log"

Deliver = Callable[[list[Outgoing]], None]


class Beat(threading.Thread):
    """Owns a room: nobody else touches it once the beat has begun. `deliver` is called in this thread."""

    def __init__(self, room: Room, deliver: Deliver, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(name=f"room {room.code}", daemon=True)
        self._room = room
        self._deliver = deliver
        self._clock = clock
        self._queue: queue.SimpleQueue[Callable[[], list[Outgoing]] | None] = queue.SimpleQueue()
        room.post = self.post

    def put(self, sender: Sender, message: Mapping[str, Any]) -> None:
        """A client says something; the answer is delivered."""
        self._queue.put(lambda: self._take(sender, message))

    def enter(self, sender: Sender) -> None:
        """A client comes; its welcome is delivered."""
        self._queue.put(
            lambda: [Outgoing(f"client:{sender.client}", self._room.welcome(sender, self._clock()))]
        )

    def leave(self, client: str) -> None:
        """A client has gone."""
        self._queue.put(lambda: self._leave(client))

    def post(self, message: Message) -> None:
        """A job has found something."""
        self._queue.put(lambda: self._post(message))

    def stop(self) -> None:
        """End the thread soon; `join` waits for it."""
        self._queue.put(None)

    def run(self) -> None:
        """Until `stop`: commands at once, a tick ten times a second, and work in between."""
        due, failures = self._clock(), 0
        while True:
            left = due - self._clock()
            if left <= 0.0:
                failures = 0 if self._do(lambda: self._room.tick(self._clock())) else failures + 1
                if failures >= _MOST_FAILURES:
                    self._deliver([Outgoing("all", {"type": "bye", "reason": _BROKEN})])
                    return
                due = max(due + TICK_S, self._clock())
                continue
            try:
                asked = self._queue.get_nowait() if self._room.has_work else self._queue.get(timeout=left)
            except queue.Empty:
                if self._room.has_work:
                    self._do(lambda: self._room.work(self._clock()))
                continue
            if asked is None:
                return
            self._do(asked)

    def _do(self, what: Callable[[], list[Outgoing]]) -> bool:
        """Deliver what comes of it. A mistake in a room is logged, and does not end it; ticks that all fail do."""
        try:
            out = what()
        except Exception:
            _LOG.exception("room %s", self._room.code)
            return False
        if out:
            self._deliver(out)
        return True

    def _take(self, sender: Sender, message: Mapping[str, Any]) -> list[Outgoing]:
        try:
            return self._room.take(sender, message, self._clock())
        except Exception:
            self._deliver([_broken(sender, message)])
            raise

    def _leave(self, client: str) -> list[Outgoing]:
        self._room.leave(client)
        return []

    def _post(self, message: Message) -> list[Outgoing]:
        self._room.take_in(message)
        return self._room.flush(self._clock())


def _broken(sender: Sender, message: Mapping[str, Any]) -> Outgoing:
    reason = "that went wrong, and is in the log"
    return Outgoing(
        f"client:{sender.client}", {"type": "refuse", "id": message.get("id", ""), "reason": reason}
    )
