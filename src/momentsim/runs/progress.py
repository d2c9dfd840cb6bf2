"""How a long run tells where it is; whoever shows it (a terminal, a notebook, nobody) is not its business."""

from __future__ import annotations

import threading


class Progress:
    """Receives the news of a run. This one is silent; a door to the outside overrides what it shows."""

    def say(self, words: str) -> None:
        """One sentence that the user should see now (a compilation, a reused result)."""

    def stage(self, name: str) -> None:
        """A stage begins: "reference", "simulate" and so on."""

    def share(self, done: float) -> None:
        """Share of the present stage that is done, 0..1; called from any thread."""


SILENT = Progress()
"""Shows nothing."""


class StagePart(Progress):
    """A part of a longer work, from one share of it to another, as part of one stage of the whole.

    What is simulated is shown under the name of that stage. A part without a name goes on with the stage that is
    shown, and says nothing of what comes before it simulates.
    """

    def __init__(self, shown: Progress, name: str = "", begin: float = 0.0, end: float = 1.0) -> None:
        self._shown = shown
        self._name = name
        self._begin, self._end = begin, end
        self._simulates = False

    def say(self, words: str) -> None:
        self._shown.say(words)

    def stage(self, name: str) -> None:
        self._simulates = name == "simulate"
        if self._name:
            self._shown.stage(self._name if self._simulates else name)

    def share(self, done: float) -> None:
        if self._simulates:
            self._shown.share((1.0 - done) * self._begin + done * self._end)
        elif self._name:
            self._shown.share(done)


class SharesDone:
    """Adds up the shares of jobs that run side by side into one share of the whole."""

    def __init__(self, jobs: int, progress: Progress) -> None:
        self._jobs = jobs
        self._progress = progress
        self._shares: dict[int, float] = {}
        self._told = 0.0
        self._lock = threading.Lock()

    def expect(self, jobs: int) -> None:
        """So many jobs are expected now; what was told is not taken back."""
        with self._lock:
            self._jobs = jobs

    def update(self, job: int, done: float) -> None:
        """Job number `job` has done this share of itself, 0..1."""
        with self._lock:
            self._shares[job] = done
            self._told = max(self._told, sum(self._shares.values()) / self._jobs)
            total = self._told
        self._progress.share(total)
