"""Replications in processes of this machine, each of which is asked for one replication at a time.

A process that is killed takes only its own replication with it, and it is known which one that was. The next
run uses the same processes again: they have loaded everything already. See decision 20.
"""

from __future__ import annotations

import atexit
import pickle
import shutil
import signal
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from momentsim.runs.backends.base import (
    TRIES,
    FinishedReplication,
    PortableCase,
    Replication,
    Tell,
    worker_lost,
)
from momentsim.runs.backends.process_messages import (
    PROTOCOL,
    ReplicationFailure,
    ReplicationMade,
    ReplicationShare,
    ReplicationTask,
    receive,
    send,
    start,
)
from momentsim.runs.progress import Progress
from momentsim.runs.replicate import ReplicationSettings
from momentsim.runs.settings import RunSettings

PATIENCE_S = 5.0
"""How long a process may take to end before it is killed."""


class Gone(Exception):
    """The process is not there any more; says why."""


class WorkerProcess:
    """One process and the pipes to it."""

    def __init__(self) -> None:
        self._process = start("momentsim.runs.backends.process_worker")

    @property
    def name(self) -> str:
        """For messages."""
        return f"worker process {self._process.pid}"

    @property
    def alive(self) -> bool:
        """Whether it is still there, as far as one can see."""
        return self._process.poll() is None

    def ask(self, task: ReplicationTask, tell: Tell) -> FinishedReplication | None:
        """One replication; None when `tell` answered to stop, which ends the process. Raises Gone, or its error."""
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            send(self._process.stdin, task)
            while isinstance(answer := receive(self._process.stdout), ReplicationShare):
                if not tell(answer.done):
                    self.kill()
                    return None
        except (EOFError, OSError):
            raise Gone(self._why()) from None
        if isinstance(answer, ReplicationFailure):
            raise answer.error
        assert isinstance(answer, ReplicationMade)
        made: FinishedReplication | None = answer.finished
        return made

    def _why(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)
        code = self._process.poll()
        self.kill()
        if code is None:
            return "stopped answering"
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._process.kill()
        self.close()

    def close(self) -> None:
        """Let it end."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


_idle: list[WorkerProcess] = []
_lock = threading.Lock()


def _take() -> WorkerProcess:
    """One that is there already, or a new one."""
    with _lock:
        while _idle:
            worker = _idle.pop()
            if worker.alive:
                return worker
            worker.close()
    return WorkerProcess()


def _give_back(worker: WorkerProcess) -> None:
    with _lock:
        _idle.append(worker)


@atexit.register
def close_idle() -> None:
    """End the processes that nobody uses at the moment."""
    with _lock:
        while _idle:
            _idle.pop().close()


class Processes:
    """Replications in processes; each thread that asks has one to itself meanwhile."""

    def __init__(
        self, cases: Sequence[PortableCase], settings: RunSettings, parts: Path | None, progress: Progress
    ) -> None:
        self.places = settings.workers
        self._cases = cases
        self._sent = [pickle.dumps(case, protocol=PROTOCOL) for case in cases]
        self._settings = settings
        self._parts = parts
        self._progress = progress

    def perform(self, replication: Replication, tell: Tell) -> FinishedReplication | None:
        """Ask a process; when it dies of it, another one, and at last give up."""
        settings, number, case = self._settings, replication.number, self._cases[replication.case]
        order = ReplicationSettings(number, settings.clock, settings.logs(number), self._parts)
        task = ReplicationTask(self._sent[replication.case], order)
        for tried in range(1, TRIES + 1):
            worker = _take()
            try:
                made = worker.ask(task, tell)
            except Gone as gone:
                self._clear(number)
                if tried == TRIES:
                    raise worker_lost(worker.name, str(gone), case, number) from None
                self._progress.say(
                    f"{worker.name} was lost with replication {number} of {case.name} ({gone}), which is made again"
                )
                continue
            except BaseException:
                worker.kill()
                raise
            if made is None:
                self._clear(number)
            else:
                _give_back(worker)
            return made
        raise AssertionError("the last try returns or raises")

    def _clear(self, replication: int) -> None:
        """What a lost process has written of a log."""
        if self._parts is not None:
            shutil.rmtree(self._parts / str(replication), ignore_errors=True)

    def close(self) -> None:
        """The processes stay for the next run, no more of them than were wanted now."""
        with _lock:
            surplus = [_idle.pop() for _ in range(len(_idle) - self.places)]
        for worker in surplus:
            worker.close()
