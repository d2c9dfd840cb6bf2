"""From the text of a scenario to traces and tables: the way every user's scenario goes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import Names, Prepared
from momentsim.contract.trace import Trace
from momentsim.engine import simulate
from momentsim.measures.digest import Digest, digest
from momentsim.measures.statistics import estimate, interval
from momentsim.measures.summary import summary
from momentsim.prepare import Blueprint, Loaded, Reference, lower, prepare
from momentsim.runs.choices import ClockName
from momentsim.runs.reference import reference_for
from momentsim.scenario import LoadedScenario, Scenario, load
from momentsim.validation.proof import SampledEstimate

FloatArray = npt.NDArray[np.float64]
Rows: TypeAlias = Any
"""A table whose fields are reckoned with. Fields have no types, and between two of them mypy tries every meaning of
every operator, inner ones anew for each outer one: seconds a line."""


class SimulatedRun(NamedTuple):
    """One replication, and what it was made from."""

    prepared: Prepared
    trace: Trace


def load_text(
    text: str, *, files: Mapping[str, str] | None = None, overrides: Iterable[str] = ()
) -> LoadedScenario:
    """Write a scenario (and its side files) to a temporary folder and load it."""
    with tempfile.TemporaryDirectory(prefix="momentsim-") as folder:
        path = Path(folder) / "scenario.yaml"
        path.write_text(text, encoding="utf-8")
        for name, content in (files or {}).items():
            (path.parent / name).write_text(content, encoding="utf-8")
        return load(path, overrides=overrides)


def blueprint_of(loaded: Loaded, clock: ClockName = "compiled") -> Blueprint:
    """The scenario lowered, measured against its own operation in the calm."""
    return lower(loaded, reference_of(loaded, clock))


def reference_of(loaded: Loaded, clock: ClockName = "compiled") -> Reference:
    """What customers of this scenario are used to."""
    return reference_for(loaded, loaded, clock=clock, on_progress=_go_on)


def _go_on(_share: float) -> bool:
    return True


def run_logged(loaded: Loaded, clock: ClockName = "compiled") -> SimulatedRun:
    """The first replication of a scenario, with its log."""
    prepared = prepare(blueprint_of(loaded, clock), 1)
    return SimulatedRun(prepared, simulate(prepared, log=True, clock=clock))


def digests_of(blueprint: Blueprint, replications: Iterable[int]) -> list[Digest]:
    """What these replications leave."""
    digests = []
    for replication in replications:
        prepared = prepare(blueprint, replication)
        digests.append(digest(prepared, simulate(prepared)))
    return digests


class SimulatedSample(NamedTuple):
    """Digests of several replications of one scenario."""

    scenario: Scenario
    names: Names
    digests: list[Digest]

    def measures(self, reason: str | None = None, *, skill: str | None = None) -> dict[str, SampledEstimate]:
        """The summary by measure, for the whole centre, one reason or one queue."""
        table = summary(self.scenario, self.names, self.digests)
        scope = "skill" if skill is not None else "reason" if reason is not None else "all"
        table = table[(table["scope"] == scope) & (table["item"] == (skill or reason or "all"))]
        halves = 0.5 * (table["high"] - table["low"])
        return {
            name: SampledEstimate(float(value), float(half), len(self.digests))
            for name, value, half in zip(table["measure"], table["value"], halves, strict=True)
        }

    def ratio(self, top: FloatArray, bottom: FloatArray) -> SampledEstimate:
        """Ratio of sums with its interval; one number per replication each."""
        estimated = estimate(top[:, None], bottom[:, None])
        limits = interval(estimated)
        half = 0.5 * (limits.high[0] - limits.low[0])
        return SampledEstimate(float(estimated.value[0]), float(half), len(top))


def sample(
    loaded: LoadedScenario, replications: int, *, warm_up: int = 0, cool_down: int = 0
) -> SimulatedSample:
    """Replications without their first `warm_up` and last `cool_down` intervals and without their run-out.

    A contact counts in the interval of its arrival, wherever it ends; agents' time by the clock.
    """
    blueprint = blueprint_of(loaded)
    last = round(loaded.scenario.horizon / loaded.scenario.interval)
    kept = slice(warm_up, last - cool_down)
    digests = []
    for replication in range(1, replications + 1):
        prepared = prepare(blueprint, replication)
        trace = simulate(prepared)
        cut = trace._replace(
            intervals=trace.intervals[kept], staff=trace.staff[kept], queue_time=trace.queue_time[kept]
        )
        digests.append(digest(prepared, cut))
    return SimulatedSample(loaded.scenario, blueprint.names, digests)
