"""Opens the backend that the settings ask for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from momentsim.errors import MomentsimError
from momentsim.runs.backends.base import Backend, PortableCase, Replication
from momentsim.runs.backends.threads import InThisProcess
from momentsim.runs.progress import Progress
from momentsim.runs.resume import ResumingBackend
from momentsim.runs.settings import RunSettings


def open_backend(
    cases: Sequence[PortableCase], settings: RunSettings, *, parts: Path | None, progress: Progress
) -> Backend:
    """A backend for these cases; logs that go to disk go to `parts`. It keeps what it makes if settings say so.

    Raises MomentsimError where a cluster cannot be reached or used, or is asked to run a playbook.
    """
    backend = _plain(cases, settings, parts, progress)
    if settings.keep is None:
        return backend
    kept = ResumingBackend(backend, settings.keep, cases, settings.logs, parts, progress.say)
    wanted = [
        Replication(case, number + 1) for number in range(settings.first_look) for case in range(len(cases))
    ]
    if number_there := kept.count_there(wanted):
        progress.say(f"{number_there} of {len(wanted)} replications were there already")
    return kept


def _plain(
    cases: Sequence[PortableCase], settings: RunSettings, parts: Path | None, progress: Progress
) -> Backend:
    if settings.backend == "processes":
        from momentsim.runs.backends.processes import Processes

        return Processes(cases, settings, parts, progress)
    if settings.backend == "dask":
        if any(case.steering.playbook is not None for case in cases):
            raise MomentsimError(
                "a playbook is a Python file of this machine and is not sent to a cluster, "
                "choose another --backend, or replay its levers.csv there with --levers"
            )
        from momentsim.runs.backends.dask_cluster import Cluster

        return Cluster(cases, settings, parts)
    return InThisProcess(cases, settings, parts)
