"""What rooms ask for, put into the queue: each kind of question with the work that answers it.

Of a room it is remembered which replications were made and how far the search for a reference is, so that what is asked
later is answered sooner. What compares and draws is loaded by the first job that needs it: pages are there before.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from momentsim.app.jobs import Hand, JobProgress, Jobs, Post, Urgency
from momentsim.app.setting import JobRequest
from momentsim.runs.working_folder import is_running

if TYPE_CHECKING:
    from momentsim.app.reference_search import PolicySearch

DEFAULT_STORMS: Final = 20
MOST_STORMS: Final = 100
LEVERS: Final = "levers"
"""Folder of a workshop with the files of pulls that were compared."""
SCRATCH: Final = "momentsim-room-"
"""How names of scratch folders begin; the number of their process follows."""
KEPT: Final = ".replications"


@dataclass
class RoomScratch:
    """What is known of one room."""

    scratch: Path
    """A folder of the system's for replications, and for everything where a room keeps no files."""
    search: PolicySearch | None = None

    @property
    def kept(self) -> Path:
        """Where finished replications are kept."""
        return self.scratch / KEPT


class Inquiry(NamedTuple):
    """A question with all that its work needs."""

    request: JobRequest
    memory: RoomScratch
    folder: Path
    post: Post

    @property
    def levers(self) -> Path:
        """Where files of pulls are written."""
        return self.folder / LEVERS

    def search(self) -> PolicySearch:
        """The search for the reference of the room, where it stands."""
        from momentsim.app.reference_search import PolicySearch

        if self.memory.search is None:
            self.memory.search = PolicySearch(self.request.setting)
        return self.memory.search


class QuestionDesk:
    """Takes the questions of all rooms; safe to call from any thread."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._rooms: dict[str, RoomScratch] = {}
        self._lock = threading.Lock()
        remove_stale(Path(tempfile.gettempdir()))

    def ask(self, request: JobRequest, post: Post, over: Callable[[], None] = lambda: None) -> None:
        """Begin what a room asks for; what is found is posted as messages, and `over` called after the last."""
        memory = self._memory(request.room)
        storms = min(request.storms or DEFAULT_STORMS, MOST_STORMS)
        folder = memory.scratch if request.folder is None else request.folder
        asked = Inquiry(request._replace(storms=storms), memory, folder, post)
        work, urgency = _WORK[request.kind]
        self._jobs.ask(request.room, request.kind, lambda hand: work(asked, hand), post, urgency, over)

    def leave(self, room: str) -> None:
        """A room is gone: stop what it asked for, and forget what was made for it."""
        self._jobs.cancel(room)
        with self._lock:
            memory = self._rooms.pop(room, None)
        if memory is not None:
            shutil.rmtree(memory.scratch, ignore_errors=True)

    def close(self) -> None:
        """Stop everything, at the end of the program."""
        self._jobs.close()
        for room in list(self._rooms):
            self.leave(room)

    def _memory(self, room: str) -> RoomScratch:
        with self._lock:
            if room not in self._rooms:
                self._rooms[room] = RoomScratch(Path(tempfile.mkdtemp(prefix=f"{SCRATCH}{os.getpid()}-")))
            return self._rooms[room]


def remove_stale(folder: Path) -> None:
    """Remove scratch folders of this user whose process was killed."""
    name = re.compile(rf"{SCRATCH}(\d+)-\w+")
    with suppress(OSError):
        for scratch in list(folder.iterdir()):
            found = name.fullmatch(scratch.name)
            if found and not is_running(found[1]) and _is_own_folder(scratch):
                shutil.rmtree(scratch, ignore_errors=True)


def _is_own_folder(path: Path) -> bool:
    """Whether this user made it; a link is none."""
    about = path.lstat()
    return stat.S_ISDIR(about.st_mode) and (not hasattr(os, "getuid") or about.st_uid == os.getuid())


def _ghost(asked: Inquiry, hand: Hand) -> Iterator[JobProgress]:
    from momentsim.app.ghosts import GHOSTS, find_ghost

    for done, name in enumerate(GHOSTS, 1):
        history = find_ghost(asked.request.setting, name, hand.check)
        asked.post({"type": "ghost", "name": name, "history": history})
        yield JobProgress(done, len(GHOSTS), f"{done} of {len(GHOSTS)} ghosts")


def _compare(asked: Inquiry, hand: Hand) -> Iterator[JobProgress]:
    from momentsim.app.cases import contest
    from momentsim.app.debrief import debrief

    request = asked.request
    rivals = contest(request.setting, request.branches, request.names, asked.levers)
    yield from debrief(rivals, request.storms, hand, asked.post, keep=asked.memory.kept, folder=asked.folder)


def _look_for_reference(asked: Inquiry, hand: Hand) -> Iterator[JobProgress]:
    search = asked.search()
    while not search.is_over:
        search.go_on(hand)
        yield search.told


def _score(asked: Inquiry, hand: Hand) -> Iterator[JobProgress]:
    from momentsim.app.cases import contest
    from momentsim.app.score_job import score_contest

    request = asked.request
    yield from _look_for_reference(asked, hand)
    reference = asked.search().chosen
    rivals = contest(request.setting, request.branches, request.names, asked.levers, reference=reference)
    yield from score_contest(
        rivals, reference, request.storms, hand, asked.post, keep=asked.memory.kept, folder=asked.folder
    )


def _prepare_reference(asked: Inquiry, hand: Hand) -> Iterator[JobProgress]:
    """Look for the reference, then play it and the ghosts in all storms, so that they are there when asked for."""
    from momentsim.app.cases import contest
    from momentsim.app.debrief import play_storms, storms_of

    yield from _look_for_reference(asked, hand)
    request = asked.request
    ghosts = contest(request.setting, {}, {}, asked.memory.scratch, reference=asked.search().chosen)
    of = storms_of(ghosts, request.storms)
    for done in play_storms(ghosts, of, hand, asked.memory.kept):
        yield JobProgress(done, of, f"{done} of {of} storms made ready")


def _curve(asked: Inquiry, hand: Hand) -> Iterator[JobProgress]:
    from momentsim.app.curves import curve_question, work_out_curve

    request = asked.request
    (branch, pulls), *_ = request.branches.items() or [("", ())]
    name = f"curve_{branch}" if branch else "curve"
    question = curve_question(request.setting, request.lever, pulls, asked.levers, name)
    yield from work_out_curve(request.setting, question, hand, asked.post, folder=asked.folder)


def _close(asked: Inquiry, hand: Hand) -> Iterator[JobProgress]:
    from momentsim.app.closing import close_workshop

    yield from close_workshop(
        asked.request, hand, asked.post, keep=asked.memory.kept, folder=asked.folder, levers=asked.levers
    )


_WORK: Final[dict[str, tuple[Callable[[Inquiry, Hand], Iterator[JobProgress]], Urgency]]] = {
    "ghost": (_ghost, Urgency.AT_ONCE),
    "compare": (_compare, Urgency.ASKED),
    "score": (_score, Urgency.ASKED),
    "curve": (_curve, Urgency.ASKED),
    "close": (_close, Urgency.ASKED),
    "reference": (_prepare_reference, Urgency.AHEAD),
}
"""By kind of question, its work and how soon it is wanted."""
