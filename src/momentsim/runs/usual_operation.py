"""What customers are used to, and how the scenario that is run differs from it: kept with a run's result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from momentsim.prepare import reference_operation
from momentsim.prepare.reference import UsualService
from momentsim.scenario.types import Scenario, Segment

if TYPE_CHECKING:
    from momentsim.scenario import LoadedScenario

PARTS: Final = {
    "workforce": "staffing",
    "routing": "routing",
    "waiting": "waiting",
    "demand": "demand",
    "moments": "how reasons are handled",
    "opening": "how the centre opens",
    "start": "its dates",
    "horizon": "its length",
    "interval": "its intervals",
}
"""Parts of a scenario that its reference operation takes from the file as written."""


class UsualOperation(NamedTuple):
    """How customers were served when their loyalty was observed, and what is different in this run."""

    service: UsualService
    differences: tuple[str, ...]

    def content(self) -> dict[str, Any]:
        """For the manifest."""
        return {**asdict(self.service), "differences": list(self.differences)}


def usual_of(loaded: LoadedScenario, base: LoadedScenario, service: UsualService) -> UsualOperation:
    """What is usual for the customers of `loaded`, and how it differs from the reference operation of `base`."""
    usual = reference_operation(loaded, base).scenario
    return UsualOperation(service, tuple(_differences(loaded.scenario, usual)))


def usual_from(content: Mapping[str, Any] | None) -> UsualOperation | None:
    """The same from a manifest; None where it holds none."""
    if not content:
        return None
    numbers = {name: value for name, value in content.items() if name != "differences"}
    return UsualOperation(UsualService(**numbers), tuple(content["differences"]))


def _differences(scenario: Scenario, usual: Scenario) -> Iterator[str]:
    if scenario.crises:
        yield _named("crisis", "crises", list(scenario.crises))
    if scenario.programmes:
        yield _named("programme", "programmes", list(scenario.programmes))
    if scenario.recovery is not None:
        yield "a recovery team"
    segments = scenario.customers.segments
    if any(segment.acquired_per_year > 0 for segment in segments.values()):
        yield "customers who join"
    promised = usual.customers.segments
    if any(_promised(segments[name]) != _promised(promised[name]) for name in segments):
        yield "what customers are promised"
    for part, words in PARTS.items():
        if getattr(scenario, part) != getattr(usual, part):
            yield words


def _named(one: str, many: str, names: list[str]) -> str:
    if len(names) > 3:
        return f"{len(names)} {many}"
    return f"the {one if len(names) == 1 else many} {', '.join(names)}"


def _promised(segment: Segment) -> tuple[float | None, float | None]:
    return segment.promise_kept, segment.promise_within
