"""How an experiment is run: nothing here changes what is simulated."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from momentsim.errors import MomentsimError

if TYPE_CHECKING:
    from momentsim.experiments.precision import Precision

ClockName: TypeAlias = Literal["compiled", "simpy"]
LogChoice: TypeAlias = Literal["none", "first", "all"]

CLOCKS: tuple[str, ...] = get_args(ClockName)
LOGS: tuple[str, ...] = get_args(LogChoice)

MAX_REPLICATIONS = 100_000
MAX_WORKERS = 1024
FIRST_STAGE = 20
"""Replications before the first look of a run with a precision (precision.py)."""


def default_workers() -> int:
    """One thread per processor this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Replications 1..`replications`, by which clock, which of them leave a log, on how many threads.

    With a `precision`, `replications` is the cap (at least 20), and the run ends when it is precise enough.
    """

    replications: int = 20
    precision: Precision | None = None
    clock: ClockName = "compiled"
    log: LogChoice = "first"
    workers: int = 1

    def __post_init__(self) -> None:
        least = 1 if self.precision is None else FIRST_STAGE
        name = "replications" if self.precision is None else "max_replications"
        _within(name, self.replications, MAX_REPLICATIONS, least)
        _within("workers", self.workers, MAX_WORKERS)
        _one_of("clock", self.clock, CLOCKS)
        _one_of("log", self.log, LOGS)

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
        raise MomentsimError(f"{name}: '{value}' is not known, allowed: {', '.join(allowed)}")
