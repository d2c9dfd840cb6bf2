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
