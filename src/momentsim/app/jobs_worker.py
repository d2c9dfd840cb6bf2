"""The process in which jobs are worked off: reads questions from its standard input, writes what is found."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from typing import Final

from momentsim.app.jobs import Jobs, Message
from momentsim.app.jobs_process import Found, RoomClosed, RoomQuestion
from momentsim.app.question_desk import QuestionDesk
from momentsim.app.spare_memory import spare_memory
from momentsim.runs.backends.process_messages import answers_alone, receive, send

NICENESS: Final = 10
"""Rooms go first; on systems without this the process is one among others."""


def main() -> None:
    """Answer until the other side has gone, however it ended."""
    answers, lock = answers_alone(), threading.Lock()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    spare_memory()
    desk = QuestionDesk(Jobs())

    def tell(number: int, message: Message | None) -> None:
        with lock, suppress(OSError):  # nobody listens any more: that is noticed below
            send(answers, Found(number, message))

    def take(order: RoomQuestion | RoomClosed) -> None:
        if isinstance(order, RoomClosed):
            desk.leave(order.room)
            return
        number = order.number
        desk.ask(order.request, lambda found: tell(number, found), lambda: tell(number, None))

    try:
        while True:
            take(receive(sys.stdin.buffer))
    except (EOFError, OSError):
        desk.close()
        os._exit(0)  # nobody is interested any more in what a thread may still be at


if __name__ == "__main__":
    main()
