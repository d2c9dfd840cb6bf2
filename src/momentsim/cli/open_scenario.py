"""Opens a scenario the way the options say, together with the file as it stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from momentsim.errors import MomentsimError

if TYPE_CHECKING:
    from momentsim.scenario import LoadedScenario

PRECISION_KEYS = ("run.precision", "run.precision_measures", "run.max_replications")


@dataclass(frozen=True)
class Changes:
    """Overrides of a scenario file from the command line, weakest first."""

    variant: str | None = None
    overrides: Sequence[str] = ()
    seed: int | None = None
    replications: int | None = None
    precision: str | None = None
    measures: Sequence[str] = ()
    max_replications: int | None = None

    def all_overrides(self) -> list[str]:
        """`--set` in the order written; the other options are the same as setting their keys.

        A number of replications takes the place of a precision in the file, and the other way round.
        """
        if self.replications is not None and self.precision is not None:
            raise MomentsimError(
                "--replications and --precision exclude each other, the cap is --max-replications"
            )
        written: dict[str, object] = {"seed": self.seed, "run.replications": self.replications}
        if self.replications is not None:
            written |= dict.fromkeys(PRECISION_KEYS, "null")
        if self.precision is not None:
            written |= {"run.replications": "null", "run.precision": self.precision}
        if self.measures:
            written["run.precision_measures"] = json.dumps(self.measures)
        if self.max_replications is not None:
            written["run.max_replications"] = self.max_replications
        return [*self.overrides, *(f"{key}={value}" for key, value in written.items() if value is not None)]


def open_scenario(file: Path, changes: Changes) -> tuple[LoadedScenario, LoadedScenario]:
    """The scenario as asked for, and the file without variant and overrides (the reference operation)."""
    from momentsim.scenario import load

    loaded = load(file, variant=changes.variant, overrides=changes.all_overrides())
    return loaded, load(file)
