"""Opens the backend that the settings ask for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from momentsim.errors import MomentsimError
from momentsim.runs.backends.base import Backend, Job, Recipe
from momentsim.runs.backends.threads import InProcess
from momentsim.runs.progress import Progress
from momentsim.runs.resume import Kept
from momentsim.runs.settings import Settings


def opened(
    recipes: Sequence[Recipe], settings: Settings, *, parts: Path | None, progress: Progress
) -> Backend:
    """A backend for these cases; logs that go to disk go to `parts`. It keeps what it makes if settings say so.

    Raises MomentsimError where a cluster cannot be reached or used, or is asked to run a playbook.
    """
    backend = _plain(recipes, settings, parts, progress)
    if settings.keep is None:
        return backend
    kept = Kept(backend, settings.keep, recipes, settings.logs, parts, progress.say)
    wanted = [Job(case, number + 1) for number in range(settings.first_look) for case in range(len(recipes))]
    if found := kept.there(wanted):
        progress.say(f"{found} of {len(wanted)} replications were there already")
    return kept


def _plain(recipes: Sequence[Recipe], settings: Settings, parts: Path | None, progress: Progress) -> Backend:
    if settings.backend == "processes":
        from momentsim.runs.backends.processes import Processes

        return Processes(recipes, settings, parts, progress)
    if settings.backend == "dask":
        if any(recipe.steering.playbook is not None for recipe in recipes):
            raise MomentsimError(
                "a playbook is a Python file of this machine and is not sent to a cluster, "
                "choose another --backend, or replay its levers.csv there with --levers"
            )
        from momentsim.runs.backends.dask_cluster import Cluster

        return Cluster(recipes, settings, parts)
    return InProcess(recipes, settings, parts)
