"""Replications of a curve that are kept at once, so that an answer which is stopped or killed goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from momentsim.runs.backends.base import FinishedReplication, PortableCase
from momentsim.runs.identity import combine
from momentsim.runs.resume import KeptReplications
from momentsim.runs.steered_centre import Steerable
from momentsim.runs.steering import Steering


class KeptFutures:
    """All futures of each finished replication, in a folder; each future has files of its own there."""

    def __init__(
        self,
        keep: KeptReplications,
        identity: str,
        futures: int,
        ready: Steerable,
        say: Callable[[str], None],
    ) -> None:
        loaded = ready.loaded
        self._keep = keep
        self._say = say
        self._cases = [
            PortableCase(
                key=combine([identity, f"future {number}"]),
                name=loaded.scenario.name,
                scenario=loaded.scenario,
                tables=loaded.tables,
                samples=loaded.samples,
                reference=ready.reference,
                steering=Steering(),
            )
            for number in range(futures)
        ]

    def tell_left(self, replications: int) -> None:
        """Say how many of the replications lie there, if any do."""
        numbers = range(1, replications + 1)
        left = sum(
            all(self._keep.was_left(case, number, logged=False) for case in self._cases) for number in numbers
        )
        if left:
            self._say(f"{left} of {replications} replications were there already")

    def find(self, replication: int) -> list[FinishedReplication] | None:
        """The futures of a replication; None where not all of them are there and whole."""
        found = []
        for case in self._cases:
            future = self._keep.find(case, replication, self._say, logged=False, parts=None)
            if future is None:
                return None
            found.append(future)
        return found

    def put(self, replication: int, futures: Sequence[FinishedReplication]) -> None:
        """Keep the futures of a replication; where that cannot be it is said once."""
        for case, future in zip(self._cases, futures, strict=True):
            self._keep.put(case, replication, future, self._say)
