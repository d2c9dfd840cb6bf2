"""Which scenario a room plays, and what a room asks the workers for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from momentsim.app.branches import BranchPull
from momentsim.contract.plan import Prepared
from momentsim.engine import Pull, SteeredRun
from momentsim.errors import MomentsimError
from momentsim.runs.progress import SILENT, Progress
from momentsim.runs.steered_centre import Steerable, steerable
from momentsim.scenario import LoadedScenario, load
from momentsim.scenario.types import Scenario


class Setting(NamedTuple):
    """A scenario with one course of luck, ready to be steered."""

    file: Path
    variant: str | None
    overrides: tuple[str, ...]
    """As `--set` writes them; another seed is among them."""
    replication: int
    loaded: LoadedScenario
    base: LoadedScenario
    """The file without variant and overrides, whose reference operation holds."""
    steerable: Steerable
    quiet: Prepared
    """The replication in which nobody pulls a lever: what people steer."""
    planned: Prepared
    """The same in which the scenario pulls its levers."""

    @property
    def scenario(self) -> Scenario:
        """The scenario with planned heads filled in."""
        return self.steerable.loaded.scenario

    @property
    def rates(self) -> npt.NDArray[np.float64]:
        """Price of an hour by group."""
        groups = self.scenario.workforce.groups
        return np.array([groups[name].cost_per_hour for name in self.quiet.names.groups])

    def steer(self, pulls: Sequence[BranchPull] = (), *, at: int = 0) -> SteeredRun:
        """The replication with these pulls, at a time in microseconds since the start.

        Made by running again: no copies are kept on the way, which would hold up a tick for a tenth of a second.
        """
        return SteeredRun(
            self.quiet, [Pull(one.lever, one.time, one.size, one.action) for one in pulls], at=at
        )


def read_setting(
    file: Path,
    *,
    variant: str | None = None,
    overrides: Sequence[str] = (),
    seed: int | None = None,
    replication: int = 1,
    progress: Progress = SILENT,
) -> Setting:
    """Read and prepare a scenario: seconds where its reference operation is not known yet.

    Raises ScenarioError for a file that cannot be used, MomentsimError for a replication below 1.
    """
    if replication < 1:
        raise MomentsimError(f"replication is {replication}, but replications are numbered from 1 on")
    written = (*overrides, *(() if seed is None else (f"seed={seed}",)))
    loaded, base = load(file, variant=variant, overrides=list(written)), load(file)
    ready = steerable(loaded, base, progress)
    quiet, planned = (ready.prepared(replication, as_planned=plan) for plan in (False, True))
    return Setting(file, variant, written, replication, loaded, base, ready, quiet, planned)


JobKind = Literal["compare", "curve", "score", "ghost", "reference", "close"]


class JobRequest(NamedTuple):
    """What a room asks the workers for; fields that a kind does not need are empty."""

    kind: JobKind
    setting: Setting
    branches: Mapping[str, Sequence[BranchPull]]
    """All pulls of each branch, its parents' included, by id."""
    names: Mapping[str, str]
    """What people call these branches, by id."""
    storms: int
    lever: str
    """Full name, for a curve."""
    folder: Path | None
    """Where the room keeps its files; None where it keeps none."""
    room: str
    """Code of the room that asks."""


Message: TypeAlias = dict[str, object]
AskJob: TypeAlias = Callable[[JobRequest, Callable[[Message], None]], None]
"""Begins a job; what it finds is posted as messages, from any thread."""
