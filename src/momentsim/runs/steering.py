"""Who pulls levers besides the scenario: a playbook, or a file of pulls."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from momentsim.contract.plan import Names, Prepared
from momentsim.engine import Watch
from momentsim.errors import MomentsimError
from momentsim.runs.choices import ClockName
from momentsim.runs.lever_file import LeverFile, read_lever_file
from momentsim.runs.playbook import Playbook
from momentsim.scenario.types import Scenario


class Steering(NamedTuple):
    """At most one of the two."""

    playbook: Playbook | None = None
    pulls: LeverFile | None = None

    def clock(self, asked: ClockName | None) -> ClockName:
        """The clock to run by: compiled unless asked otherwise, and SimPy for a playbook."""
        if self.playbook is None:
            return asked or "compiled"
        if asked == "compiled":
            raise MomentsimError("a playbook runs on the SimPy clock, leave --clock out or say --clock simpy")
        return "simpy"

    def identity(self) -> tuple[str, ...]:
        """What of it decides a result: the content, not where it lies."""
        return tuple(
            f"{kind} {file.content_hash}"
            for kind, file in zip(self._fields, self, strict=True)
            if file is not None
        )

    def content(self) -> dict[str, dict[str, str] | None]:
        """For the manifest: file and hash of each."""
        return {
            kind: None if file is None else {"file": file.path.name, "content_hash": file.content_hash}
            for kind, file in zip(("playbook", "levers"), self, strict=True)
        }

    def with_levers(self, prepared: Prepared, replication: int) -> Prepared:
        """A replication with its levers as steered."""
        return prepared if self.pulls is None else self.pulls.with_levers(prepared, replication)

    def watch(self, names: Names, start: datetime) -> Watch | None:
        """The process that watches a replication."""
        return None if self.playbook is None else self.playbook.watch(names, start)


UNSTEERED = Steering()


def read_steering(playbook: str | Path | None, levers: str | Path | None, scenario: Scenario) -> Steering:
    """Read a playbook or a file of pulls; neither is fine, both is a mistake."""
    if playbook is not None and levers is not None:
        raise MomentsimError("a playbook and a file of levers both decide about the levers, choose one")
    return Steering(
        playbook=None if playbook is None else Playbook.read(Path(playbook)),
        pulls=None if levers is None else read_lever_file(Path(levers), scenario),
    )
