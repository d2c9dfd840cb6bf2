"""The jobs of all rooms in a process of their own, which takes what rooms and their clients leave of the processor.

A room only puts its question into a queue. It is pickled, answered by `jobs_worker`, and what is found comes back as
messages. When the process is lost, those who wait are told, and the next question starts another one.
"""

from __future__ import annotations

import logging
import queue
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from momentsim.app.jobs import CLOSING_SECONDS, JobProgress, Message, Post, job_message
from momentsim.app.setting import JobRequest
from momentsim.runs.backends.process_messages import receive, send, start

_LOST: Final = "this could not be worked out: its process was lost, most often for want of memory"

_log = logging.getLogger(__name__)


class RoomQuestion(NamedTuple):
    """To the worker: what a room asks for; answers bear the same number."""

    number: int
    request: JobRequest


class RoomClosed(NamedTuple):
    """To the worker: this room is gone."""

    room: str


class Found(NamedTuple):
    """From the worker: a message for whoever asked; None when nothing more comes."""

    number: int
    message: Message | None


class _JobRequest(NamedTuple):
    room: str
    kind: str
    post: Post
    process: subprocess.Popen[bytes] | None = None
    """Which one was asked; None while the question waits to be sent."""


class JobsProcess:
    """Takes the questions of all rooms; safe to call from any thread, and none of them waits."""

    def __init__(self) -> None:
        self._orders: queue.SimpleQueue[RoomQuestion | RoomClosed | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._asked: dict[int, _JobRequest] = {}
        """What is not finished yet, by number."""
        self._number = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._sender = threading.Thread(target=self._send_all, name="questions", daemon=True)
        self._sender.start()

    def ask(self, request: JobRequest, post: Post) -> None:
        """Have a question answered; an older one of this room and kind posts nothing more."""
        with self._lock:
            self._forget(request.room, request.kind)
            self._number += 1
            self._asked[self._number] = _JobRequest(request.room, request.kind, post)
            self._orders.put(RoomQuestion(self._number, request))

    def leave(self, room: str) -> None:
        """A room is gone: nothing is posted to it any more, and what was made for it is forgotten."""
        with self._lock:
            self._forget(room)
            self._orders.put(RoomClosed(room))

    def close(self) -> None:
        """End the process, at the end of the program."""
        with self._lock:
            self._asked.clear()
            self._orders.put(None)
        self._sender.join(3 * CLOSING_SECONDS)

    def _forget(self, room: str, kind: str | None = None) -> None:
        for number, asked in list(self._asked.items()):
            if asked.room == room and kind in (None, asked.kind):
                del self._asked[number]

    def _send_all(self) -> None:
        """In a thread of its own, since a busy process reads late."""
        while (order := self._orders.get()) is not None:
            try:
                self._send(order)
            except (OSError, ValueError) as error:  # it is lost, or none could be started
                _log.warning("the process for jobs: %s", error)
                if isinstance(order, RoomQuestion):
                    self._lose([order.number])
        if self._process is not None:
            _end(self._process)

    def _send(self, order: RoomQuestion | RoomClosed) -> None:
        """Raises OSError or ValueError where nobody takes it."""
        if isinstance(order, RoomQuestion):
            self._start_where_needed()
            with self._lock:
                if order.number not in self._asked:  # nobody wants it any more
                    return
                self._asked[order.number] = self._asked[order.number]._replace(process=self._process)
        if self._process is not None and self._process.stdin is not None:
            send(self._process.stdin, order)

    def _start_where_needed(self) -> None:
        if self._process is None or self._process.poll() is not None:
            self._process = start("momentsim.app.jobs_worker")
            threading.Thread(target=self._listen, args=(self._process,), name="answers", daemon=True).start()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """Hand out what comes back, until the process has gone."""
        assert process.stdout is not None
        with suppress(EOFError, OSError):
            while True:
                found: Found = receive(process.stdout)
                with self._lock:
                    asked = self._asked.get(found.number)
                    if found.message is None:
                        self._asked.pop(found.number, None)
                if asked is not None and found.message is not None:
                    asked.post(found.message)
        process.stdout.close()
        _end(process)
        with self._lock:
            lost = [number for number, asked in self._asked.items() if asked.process is process]
        self._lose(lost)

    def _lose(self, numbers: Sequence[int]) -> None:
        """Tell those who will not be answered."""
        with self._lock:
            lost = [self._asked.pop(number) for number in numbers if number in self._asked]
        for asked in lost:
            asked.post(job_message(asked.kind, JobProgress(0, 0, _LOST), failed=True))


def _end(process: subprocess.Popen[bytes]) -> None:
    """It ends by itself when nobody asks any more, and gives up what it is at."""
    assert process.stdin is not None
    with suppress(OSError):
        process.stdin.close()
    try:
        process.wait(2 * CLOSING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
