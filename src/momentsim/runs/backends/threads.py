"""Replications in this process, one after the other or in threads.

Compiled code releases the interpreter's lock, so threads use all processors and share one copy of everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from momentsim.prepare import lower
from momentsim.runs.backends.base import FinishedReplication, PortableCase, Replication, Tell
from momentsim.runs.replicate import ReplicationSettings, replicate
from momentsim.runs.settings import RunSettings


class InThisProcess:
    """Cases lowered once, replications in whichever thread asks."""

    def __init__(self, cases: Sequence[PortableCase], settings: RunSettings, parts: Path | None) -> None:
        self.places = 1 if settings.backend == "serial" else settings.workers
        self._cases = cases
        self._blueprints = [lower(case.operation, case.reference) for case in cases]
        self._settings = settings
        self._parts = parts

    def perform(self, replication: Replication, tell: Tell) -> FinishedReplication | None:
        """Make it here and now."""
        settings, number = self._settings, replication.number
        only_one = settings.log == "first"
        order = ReplicationSettings(
            number, settings.clock, settings.logs(number), self._parts, log_later=only_one
        )
        return replicate(self._cases[replication.case], self._blueprints[replication.case], order, tell)

    def close(self) -> None:
        """Nothing is kept."""
