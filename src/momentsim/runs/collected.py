"""The finished replications of one case, growing in their order."""

from __future__ import annotations

from dataclasses import dataclass, field

from momentsim.contract.plan import Names, Table
from momentsim.contract.trace import Trace
from momentsim.measures.digest import Digest
from momentsim.runs.backends.base import FinishedReplication
from momentsim.runs.logs import LogWriter, PartOnDisk
from momentsim.runs.precision import PrecisionReached


@dataclass
class CollectedReplications:
    """The finished replications of one case; `planned` of them were to be made when it ended."""

    digests: dict[int, Digest] = field(default_factory=dict)
    traces: dict[int, Trace] = field(default_factory=dict)
    pulled: dict[int, Table] = field(default_factory=dict)
    names: Names | None = None
    waiting: dict[int, FinishedReplication] = field(default_factory=dict)
    """Finished, but the other half of the antithetic pair is not."""
    planned: int = 0
    reaches: tuple[PrecisionReached, ...] = ()

    def complete_units(
        self, replication: int, finished: FinishedReplication, members: int
    ) -> list[tuple[int, FinishedReplication]]:
        """What can be kept now: the replication, or where units have two members a pair when both are there."""
        self.waiting[replication] = finished
        first = replication - (replication - 1) % members
        unit = range(first, first + members)
        if not all(member in self.waiting for member in unit):
            return []
        return [(member, self.waiting.pop(member)) for member in unit]

    def gather(self, replication: int, finished: FinishedReplication, logs: LogWriter | None) -> None:
        """Add a replication; its log on disk is joined to the others."""
        self.names = finished.names
        self.digests[replication] = finished.digest
        self.pulled[replication] = finished.pulled
        if isinstance(finished.log, PartOnDisk):
            assert logs is not None, "only a run that writes logs has parts of them"
            logs.take(finished.log, finished.names, replication)
        elif finished.log is not None:
            self.traces[replication] = finished.log
