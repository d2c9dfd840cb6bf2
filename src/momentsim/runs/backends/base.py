"""The one interface of everything that can make replications, and what passes through it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from momentsim.contract.plan import Names, Table
from momentsim.contract.trace import Trace
from momentsim.measures.digest import Digest
from momentsim.prepare import Operation, Reference
from momentsim.runs.logs import PartOnDisk
from momentsim.runs.retryable import Trouble
from momentsim.runs.steering import Steering

if TYPE_CHECKING:
    from momentsim.scenario import Scenario

Tell: TypeAlias = Callable[[float], bool]
"""Takes the share of a replication that is done, 0..1; answers whether to go on."""


class Replication(NamedTuple):
    """One replication of one case."""

    case: int
    number: int


class PortableCase(NamedTuple):
    """All that a replication of a case is made from, small enough to send: a few kilobytes and the side files.

    `key` names the content; equal keys give equal replications. `name` is for messages.
    """

    key: str
    name: str
    scenario: Scenario
    tables: Mapping[str, Any]
    samples: Mapping[str, Any]
    reference: Reference
    steering: Steering

    @property
    def operation(self) -> Operation:
        """What the model lowers."""
        return Operation(self.scenario, self.tables, self.samples)


class FinishedReplication(NamedTuple):
    """What one replication leaves."""

    names: Names
    digest: Digest
    pulled: Table  # trace.LEVER_ROW
    log: Trace | PartOnDisk | None  # in memory, on disk, or not kept


class Backend(Protocol):
    """Makes replications of the cases it was opened for."""

    places: int
    """How many replications may be asked for at the same time."""

    def perform(self, replication: Replication, tell: Tell) -> FinishedReplication | None:
        """Make one replication; None when `tell` answered to stop. Called from several threads."""

    def close(self) -> None:
        """Nothing more is asked for; what is worth keeping for the next run is kept."""


class WorkerLost(Trouble):
    """A worker went away with its replication, as often as it was tried."""


TRIES = 3
"""A replication lost with its worker is made again twice."""


def worker_lost(worker: str, why: str, case: PortableCase, replication: int) -> WorkerLost:
    """The error that names worker, case and replication."""
    return WorkerLost(
        f"replication {replication} of {case.name} was lost {TRIES} times with its worker, last with {worker} "
        f"({why}); a lack of memory is the usual cause, fewer workers need less"
    )
