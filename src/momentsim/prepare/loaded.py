"""What the model reads of a loaded scenario: the scenario itself and the contents of its side files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from momentsim.scenario.types import Scenario


class Loaded(Protocol):
    """A scenario with its side files, by the names under which the scenario mentions them."""

    @property
    def scenario(self) -> Scenario:
        """The scenario."""

    @property
    def tables(self) -> Mapping[str, Any]:
        """Interval tables (volumes, heads) by file name."""

    @property
    def samples(self) -> Mapping[str, Any]:
        """Observed durations in seconds by file name."""


class Operation(NamedTuple):
    """A scenario made in memory, with the side files it mentions."""

    scenario: Scenario
    tables: Mapping[str, Any] = {}
    samples: Mapping[str, Any] = {}
