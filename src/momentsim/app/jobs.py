"""The one queue of all rooms: comparisons, curves and searches, made step by step in a thread of their own.

A job is a generator: between two of its steps the most urgent job goes on, so that a ghost never waits for a search.
Whatever is simulated inside a step takes `workers` threads, one less than there are processors, so that rooms go on
smoothly. The latest job of a room and kind wins: an older one is stopped, in the middle of a step if need be.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, NamedTuple, TypeAlias

from momentsim.errors import MomentsimError
from momentsim.runs.progress import Progress
from momentsim.runs.settings import default_workers

Message: TypeAlias = dict[str, object]
Post: TypeAlias = Callable[[Message], None]

CLOSING_SECONDS: Final = 5.0
"""How long the end of the program waits for a step to notice that it is to stop."""
_log = logging.getLogger(__name__)


class Urgency(IntEnum):
    """Which job goes on first."""

    AT_ONCE = 0
    """A room cannot go on without it."""
    ASKED = 1
    """Somebody waits for it."""
    AHEAD = 2
    """Made in the background, for later."""


class JobProgress(NamedTuple):
    """How far a job is after a step, in counted things and in words."""

    done: int
    of: int
    words: str


class JobCancelled(Exception):
    """A job was stopped; nothing of its present step is kept."""


class Hand(Progress):
    """What the work of a job is given: how many threads it may take, and a progress that stops it once unwanted."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.stop = threading.Event()

    def share(self, done: float) -> None:
        """Called a few times a second while something is simulated."""
        self.check()

    def check(self) -> None:
        """Raise Cancelled where the job was stopped."""
        if self.stop.is_set():
            raise JobCancelled


def job_message(kind: str, told: JobProgress, *, failed: bool = False) -> Message:
    """The message `job`."""
    message: Message = {"type": "job", "kind": kind, **told._asdict()}
    return {**message, "failed": True} if failed else message


Work: TypeAlias = Callable[[Hand], Iterator[JobProgress]]


@dataclass(eq=False)
class Job:
    """One piece of work under way, or waiting."""

    room: str
    kind: str
    urgency: Urgency
    hand: Hand
    steps: Iterator[JobProgress]
    post: Post
    over: Callable[[], None]
    """Called when nothing more comes of it."""
    turn: int = field(default=0)
    """Number of its last step among all: of jobs that somebody waits for, the one that waits longest goes on."""

    def tell(self, told: JobProgress, *, failed: bool = False) -> None:
        """Tell its room how far it is; a room that is gone hears nothing."""
        self.post(job_message(self.kind, told, failed=failed))


class Jobs:
    """The queue, and the thread that works it off. Safe to call from any thread."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = max(1, default_workers() - 1) if workers is None else workers
        self._changed = threading.Condition()
        self._jobs: list[Job] = []
        self._turns = 0
        self._closed = False
        self._thread = threading.Thread(target=self._work_off, name="jobs", daemon=True)
        self._thread.start()

    def ask(
        self,
        room: str,
        kind: str,
        work: Work,
        post: Post,
        urgency: Urgency = Urgency.ASKED,
        over: Callable[[], None] = lambda: None,
    ) -> None:
        """Put a job into the queue; an older one of this room and kind is stopped and never posts again."""
        hand = Hand(self.workers)
        with self._changed:
            if self._closed:
                return
            self._stop(room, kind)
            self._jobs.append(Job(room, kind, urgency, hand, work(hand), _until(hand.stop, post), over))
            self._changed.notify_all()

    def cancel(self, room: str, kind: str | None = None) -> None:
        """Stop the job of this kind of a room, or all that the room asked for."""
        with self._changed:
            self._stop(room, kind)

    def waits_for(self, room: str) -> list[str]:
        """The kinds of jobs of a room that are not finished, in the order in which they were asked for."""
        with self._changed:
            return [job.kind for job in self._jobs if job.room == room]

    def close(self) -> None:
        """Stop everything, at the end of the program."""
        with self._changed:
            self._closed = True
            for job in self._jobs:
                job.hand.stop.set()
            self._jobs.clear()
            self._changed.notify_all()
        self._thread.join(CLOSING_SECONDS)

    def _stop(self, room: str, kind: str | None) -> None:
        for job in self._jobs:
            if job.room == room and kind in (None, job.kind):
                job.hand.stop.set()
        self._jobs = [job for job in self._jobs if not job.hand.stop.is_set()]

    def _work_off(self) -> None:
        while (job := self._next()) is not None:
            if not _goes_on(job):
                with self._changed:
                    self._jobs = [other for other in self._jobs if other is not job]
                job.over()

    def _next(self) -> Job | None:
        """The job whose turn it is; waits for one, None at the end."""
        with self._changed:
            while not self._jobs and not self._closed:
                self._changed.wait()
            if self._closed:
                return None
            job = min(self._jobs, key=_waits)
            self._turns += 1
            job.turn = self._turns
            return job


def _waits(job: Job) -> tuple[int, int]:
    """Who goes on first goes first. What is made ahead is made to its end, since what is half made takes memory."""
    return job.urgency, 0 if job.urgency is Urgency.AHEAD else job.turn


def _until(stop: threading.Event, post: Post) -> Post:
    """Post as long as the job is wanted."""

    def post_if_wanted(message: Message) -> None:
        if not stop.is_set():
            post(message)

    return post_if_wanted


def _goes_on(job: Job) -> bool:
    """Do the next step of a job; False when there is none. What goes wrong is told to its room, and ends only it."""
    try:
        job.hand.check()
        job.tell(next(job.steps))
    except (StopIteration, JobCancelled):
        return False
    except MomentsimError as error:
        job.tell(JobProgress(0, 0, str(error)), failed=True)
        return False
    except Exception:
        _log.exception("a job of kind %s failed", job.kind)
        job.tell(
            JobProgress(0, 0, "this could not be worked out, the program's own output says why"), failed=True
        )
        return False
    return True
