"""How an experiment is run: nothing here changes what is simulated."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict, cast

from momentsim.errors import MomentsimError
from momentsim.runs.choices import BACKENDS, CLOCKS, FIRST_STAGE, LOGS, BackendName, ClockName, LogChoice

if TYPE_CHECKING:
    from momentsim.runs.precision import Precision
    from momentsim.runs.resume import KeptReplications


MAX_REPLICATIONS = 100_000
MAX_WORKERS = 1024


def default_workers() -> int:
    """One per processor this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """Replications 1..`replications`, by which clock, which of them leave a log, and who makes them.

    With a `precision`, `replications` is the cap (at least 20), and the run ends when it is precise enough.
    `workers` is how many threads or processes work side by side. `address` is that of the scheduler of a Dask
    cluster, which has workers of its own. `keep` has a folder to which every finished replication goes at once,
    and in which it is found again (those whose log stays in memory are not kept).
    """

    replications: int = 20
    precision: Precision | None = None
    clock: ClockName = "compiled"
    log: LogChoice = "first"
    workers: int = 1
    backend: BackendName = "threads"
    address: str | None = None
    keep: KeptReplications | None = None

    def __post_init__(self) -> None:
        least = 1 if self.precision is None else FIRST_STAGE
        name = "replications" if self.precision is None else "max_replications"
        _within(name, self.replications, MAX_REPLICATIONS, least)
        _within("workers", self.workers, MAX_WORKERS)
        _one_of("clock", self.clock, CLOCKS)
        _one_of("log", self.log, LOGS)
        _one_of("backend", self.backend, BACKENDS)
        if self.backend == "dask" and not self.address:
            raise MomentsimError("backend dask: needs the address of its scheduler, like tcp://host:8786")
        if self.backend != "dask" and self.address is not None:
            raise MomentsimError(f"address: goes with the backend dask, not with {self.backend}")

    @property
    def first_look(self) -> int:
        """Replications after which one may stop."""
        return self.replications if self.precision is None else FIRST_STAGE

    def logs(self, replication: int) -> bool:
        """Whether this replication (1 is the first) leaves a log."""
        return self.log == "all" or (self.log == "first" and replication == 1)


def _within(name: str, value: int, most: int, least: int = 1) -> None:
    if not least <= value <= most:
        raise MomentsimError(f"{name}: {value} is outside {least}..{most}")


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        from momentsim.suggestions import did_you_mean

        words = f"{name}: '{value}' is not known, allowed: {', '.join(allowed)}"
        raise MomentsimError(", ".join(filter(None, (words, did_you_mean(value, allowed)))))


class Where(TypedDict):
    """Who makes the replications: these arguments of Settings."""

    workers: int
    backend: BackendName
    address: str | None


def where(workers: int | None, backend: str | None, address: str | None) -> Where:
    """The same as asked for by a user: threads, one per processor, unless said otherwise."""
    chosen = "threads" if backend is None else backend
    if workers is not None and chosen == "dask":
        raise MomentsimError("workers: a Dask cluster has as many as it has, leave the number out")
    if workers is not None and workers > 1 and chosen == "serial":
        raise MomentsimError("workers: serial is one after the other, leave the number out or choose threads")
    _one_of("backend", chosen, BACKENDS)
    return Where(
        workers=1 if chosen in ("serial", "dask") else workers or default_workers(),
        backend=cast("BackendName", chosen),
        address=address,
    )
