"""Opens a scenario the way the options say, together with the file as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from momentsim.scenario import LoadedScenario


@dataclass(frozen=True)
class Changes:
    """Overrides of a scenario file from the command line, weakest first."""

    variant: str | None = None
    overrides: Sequence[str] = ()
    seed: int | None = None
    replications: int | None = None

    def all_overrides(self) -> list[str]:
        """`--set` in the order written; `--seed` and `--replications` are the same as setting their keys."""
        numbers = {"seed": self.seed, "run.replications": self.replications}
        return [*self.overrides, *(f"{key}={value}" for key, value in numbers.items() if value is not None)]


def opened(file: Path, changes: Changes) -> tuple[LoadedScenario, LoadedScenario]:
    """The scenario as asked for, and the file without variant and overrides (the reference operation)."""
    from momentsim.scenario import load

    loaded = load(file, variant=changes.variant, overrides=changes.all_overrides())
    return loaded, load(file)
