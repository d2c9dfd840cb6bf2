"""What all questions of Python code share: scenarios, overrides, and how they are run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from momentsim.errors import MomentsimError

if TYPE_CHECKING:
    from momentsim.runs.choices import ClockName, LogChoice
    from momentsim.runs.replication_count import ReplicationCount
    from momentsim.runs.settings import RunSettings, Where
    from momentsim.scenario import LoadedScenario

ScenarioLike: TypeAlias = "LoadedScenario | str | Path"
Overrides: TypeAlias = Mapping[str, object] | Iterable[str]
"""Keys and values as in a scenario file: `{"waiting.patience.mean": "6 min"}` or `["waiting.lines=120"]`."""


def load(path: str | Path, *, variant: str | None = None, overrides: Overrides = ()) -> LoadedScenario:
    """Read and check a scenario file; raises ScenarioError with everything that is wrong.

    `variant` is a name or several (`a+b`); `overrides` change single keys on top of it.
    """
    from momentsim.scenario import load as load_scenario

    return load_scenario(path, variant=variant, overrides=as_written(overrides))


def as_written(overrides: Overrides) -> list[str]:
    """Overrides as `--set` writes them."""
    pairs = overrides.items() if isinstance(overrides, Mapping) else None
    return list(overrides) if pairs is None else [f"{key}={value}" for key, value in pairs]


def ensure_loaded(
    scenario: ScenarioLike, *, variant: str | None = None, overrides: Overrides = ()
) -> LoadedScenario:
    """The scenario itself, read if it is a file; raises MomentsimError for changes of one that was read already."""
    written = as_written(overrides)
    if isinstance(scenario, (str, Path)):
        return load(scenario, variant=variant, overrides=written)
    if variant is not None or written:
        raise MomentsimError("variant and overrides change a file: give its path, or say them to ms.load")
    return scenario


def replications_for(loaded: LoadedScenario, replications: int | None) -> ReplicationCount:
    """So many replications, else as many as the file says; a precision in the file is for runs."""
    from momentsim.runs.replication_count import ReplicationCount

    return ReplicationCount(loaded.scenario.run.replications if replications is None else replications)


def settings_of(
    planned: ReplicationCount,
    placed: Where,
    keep: str | Path | None,
    clock: ClockName = "compiled",
    log: LogChoice = "none",
) -> RunSettings:
    """How it is run; by default as questions of many runs are, which leave no log."""
    from momentsim.runs.resume import KeptReplications
    from momentsim.runs.settings import RunSettings

    return RunSettings(
        replications=planned.replications,
        precision=planned.precision,
        clock=clock,
        log=log,
        keep=None if keep is None else KeptReplications(Path(keep)),
        **placed,
    )
