"""What waits to be sent to one client: every message in its order, and of frames the latest only."""

from __future__ import annotations

import asyncio
from collections import deque

MAX_WAITING = 2 * 1024 * 1024
"""Letters that may wait for a client that does not read; whoever has more to read is let go, and comes back."""


class Outbox:
    """Filled and emptied in the event loop's thread.

    A client that reads slowly misses frames and nothing else. One that does not read at all is `full` once more than
    64 kB of messages wait; a single message of any size always has room.
    """

    def __init__(self) -> None:
        self._messages: deque[str] = deque()
        self._frame: str | None = None
        self._waiting = 0
        self._news = asyncio.Event()
        self.overflow = asyncio.Event()
        """Set when a client has too much to read."""
        self.is_ended = False
        self.frames_left_out = 0

    @property
    def is_full(self) -> bool:
        """Whether the client is to be let go."""
        return self.overflow.is_set()

    def put(self, text: str) -> None:
        """A message that has to arrive."""
        if self.is_ended:
            return
        if self._waiting > MAX_WAITING:
            self.overflow.set()
            self.end()
            return
        self._messages.append(text)
        self._waiting += len(text)
        self._news.set()

    def put_frame(self, text: str) -> None:
        """A frame: it takes the place of one that still waits."""
        if self.is_ended:
            return
        self.frames_left_out += self._frame is not None
        self._frame = text
        self._news.set()

    def end(self) -> None:
        """Nothing comes any more; what waits is still sent, but for one that is full."""
        self.is_ended = True
        self._news.set()

    async def ready(self) -> None:
        """Wait until there is something to take."""
        while not self._messages and self._frame is None and not self.is_ended:
            self._news.clear()
            await self._news.wait()

    async def take(self) -> str | None:
        """The next text, when there is one; None at the end."""
        await self.ready()
        if self.is_full:
            return None
        if self._messages:
            text = self._messages.popleft()
            self._waiting -= len(text)
            return text
        text, self._frame = self._frame or "", None
        return text or None
