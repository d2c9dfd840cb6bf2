"""Replications in this process, one after the other or in threads.

Compiled code releases the interpreter's lock, so threads use all processors and share one copy of everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from momentsim.prepare import lower
from momentsim.runs.backends.base import Finished, Job, Recipe, Tell
from momentsim.runs.replicate import Order, replicate
from momentsim.runs.settings import Settings


class InProcess:
    """Cases lowered once, replications in whichever thread asks."""

    def __init__(self, recipes: Sequence[Recipe], settings: Settings, parts: Path | None) -> None:
        self.places = 1 if settings.backend == "serial" else settings.workers
        self._recipes = recipes
        self._blueprints = [lower(recipe.operation, recipe.reference) for recipe in recipes]
        self._settings = settings
        self._parts = parts

    def perform(self, job: Job, tell: Tell) -> Finished | None:
        """Make it here and now."""
        settings, number = self._settings, job.replication
        only_one = settings.log == "first"
        order = Order(number, settings.clock, settings.logs(number), self._parts, log_later=only_one)
        return replicate(self._recipes[job.case], self._blueprints[job.case], order, tell)

    def close(self) -> None:
        """Nothing is kept."""
