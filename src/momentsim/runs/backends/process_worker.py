"""A worker process: reads tasks from its standard input, writes answers to what was its standard output."""

from __future__ import annotations

import os
import pickle
import sys
import threading
import time
from functools import lru_cache
from typing import IO, BinaryIO

from momentsim.runs.backends.base import PortableCase
from momentsim.runs.backends.process_messages import (
    ReplicationFailure,
    ReplicationMade,
    ReplicationShare,
    ReplicationTask,
    answers_alone,
    receive,
    send,
    with_place,
)
from momentsim.runs.replicate import MOST_BLUEPRINTS, lower_once, replicate

IDLE_S = 300.0
"""A worker that nobody asks for so long ends itself and gives its memory back."""
SECONDS_BETWEEN_SHARES = 0.2


def main() -> None:
    """Answer tasks until the other side has gone."""
    answers = answers_alone()  # what a playbook or a library prints must not get between them
    tasks = sys.stdin.buffer
    try:
        while True:
            send(answers, _answer(_next(tasks), answers))
    except (EOFError, OSError):
        os._exit(0)  # nobody is interested any more


def _next(tasks: BinaryIO) -> ReplicationTask:
    alarm = threading.Timer(IDLE_S, os._exit, (0,))
    alarm.daemon = True
    alarm.start()
    try:
        task: ReplicationTask = receive(tasks)
    finally:
        alarm.cancel()
    return task


def _answer(task: ReplicationTask, answers: IO[bytes]) -> ReplicationMade | ReplicationFailure:
    last_told = time.monotonic()

    def tell(share: float) -> bool:
        nonlocal last_told
        if time.monotonic() - last_told > SECONDS_BETWEEN_SHARES:
            last_told = time.monotonic()
            send(answers, ReplicationShare(share))
        return True

    try:
        case = read_case(task.case)
        return ReplicationMade(replicate(case, lower_once(case), task.order, tell))
    except BrokenPipeError:
        raise
    except Exception as error:  # told where it was asked for
        return ReplicationFailure(with_place(error, f"worker process {os.getpid()}"))


@lru_cache(maxsize=MOST_BLUEPRINTS)
def read_case(case_sent: bytes) -> PortableCase:
    """A recipe as it was sent, read once while it is in use."""
    case: PortableCase = pickle.loads(case_sent)
    return case


if __name__ == "__main__":
    main()
