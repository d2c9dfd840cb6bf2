"""Runs all points of a sweep under common draws, a few at a time, and keeps what each replication says."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from momentsim.errors import MomentsimError
from momentsim.measures.catalogue import unknown_measures
from momentsim.measures.facts import Sample
from momentsim.measures.statistics import Estimate, side_by_side
from momentsim.measures.summary import estimate_by_name
from momentsim.questions.sweep.axes import Axis
from momentsim.questions.sweep.grid import Design
from momentsim.questions.sweep.points import Point, Points
from momentsim.runs.progress import SILENT, Progress, StagePart
from momentsim.runs.result import Result
from momentsim.runs.run import Case, run_cases
from momentsim.runs.settings import RunSettings
from momentsim.runs.side_by_side import first_interrupt_stops

DEFAULT_MEASURES = (
    "service_level", "abandoned_share", "customers_lost_expected", "cost_total", "net_benefit",
)  # fmt: skip
JOBS_PER_WORKER = 10
"""Replications per worker in one batch: enough to keep workers busy, few enough to keep points when stopped."""


@dataclass(frozen=True)
class Sweep:
    """Points that were simulated, and what each replication says about them.

    `estimates` has an estimate per measure whose items are all scenarios: the file as written first, then the points in
    the order of `design.rows`, as many as are finished. `items[p]` is the item of point p (0 where a point is the
    file as written).
    """

    axes: tuple[Axis, ...]
    design: Design
    baseline: Result
    estimates: Mapping[str, Estimate]
    items: tuple[int, ...]
    replications: tuple[int, ...]

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended it before all points were finished."""
        return len(self.items) < len(self.design.rows)

    @property
    def here(self) -> int:
        """The point that is the file as written; -1 where none is."""
        return self.items.index(0) if 0 in self.items else -1

    @property
    def currency(self) -> str:
        """The scenario's currency."""
        return self.baseline.loaded.scenario.currency

    def of_points(self, measure: str) -> Estimate:
        """Estimates of a measure, one item per finished point."""
        return pick(self.estimates[measure], self.items)

    def of_design(self, measure: str) -> Estimate:
        """Estimates of a measure, one item per point of the whole design in its own order."""
        return pick(self.estimates[measure], [self.items[place] for place in self.design.places])


def pick(estimated: Estimate, items: Sequence[int]) -> Estimate:
    """Some items of an estimate."""
    places = list(items)
    return Estimate(estimated.value[places], estimated.influence[:, places])


def find_measures(names: Sequence[str]) -> tuple[str, ...]:
    """Measures by name, the default ones if none is named; MomentsimError tells all that do not exist."""
    if wrong := unknown_measures(names):
        raise MomentsimError("; ".join(wrong))
    return tuple(dict.fromkeys(names)) or DEFAULT_MEASURES


def sweep(
    axes: Sequence[Axis],
    design: Design,
    points: Points,
    settings: RunSettings,
    *,
    measures: Sequence[str],
    progress: Progress = SILENT,
) -> Sweep:
    """Simulate the file as written and every point with the same seeds.

    Ctrl-C keeps the points of which all replications are finished. Raises KeyboardInterrupt if the file as written
    is not among them.
    """
    todo = [points.as_written, *(point for index, point in enumerate(points.points) if index != points.here)]
    baseline, parts = _simulate(todo, settings, measures, progress)
    done = iter(range(1, len(parts)))
    items: list[int] = []
    for index in range(len(points.points)):
        item = 0 if index == points.here else next(done, -1)
        if item < 0:
            break
        items.append(item)
    return Sweep(
        tuple(axes),
        design,
        baseline,
        {measure: side_by_side([part[measure] for part in parts]) for measure in measures},
        tuple(items),
        baseline.replications,
    )


def _simulate(
    todo: Sequence[Point], settings: RunSettings, measures: Sequence[str], progress: Progress
) -> tuple[Result, list[dict[str, Estimate]]]:
    """The result of the first scenario, and the estimates of those that are finished, in their order."""
    size = max(1, math.ceil(JOBS_PER_WORKER * settings.workers / settings.replications))
    baseline: Result | None = None
    parts: list[dict[str, Estimate]] = []
    stop = threading.Event()
    with first_interrupt_stops(stop):
        for first in range(0, len(todo), size):
            batch = todo[first : first + size]
            name = "" if first else f"simulating {len(todo)} points"
            part = StagePart(progress, name, first / len(todo), (first + len(batch)) / len(todo))
            results = _batch(batch, settings, part, kept=bool(parts))
            if not results or any(result.interrupted for result in results):
                break
            baseline = baseline or results[0]
            parts += [_estimates(result, measures) for result in results]
            if stop.is_set():
                break
    if baseline is None:
        raise KeyboardInterrupt("before the first point was finished; nothing is kept")
    return baseline, parts


def _batch(batch: Sequence[Point], settings: RunSettings, progress: Progress, *, kept: bool) -> list[Result]:
    """Results of some points; none when they were stopped before any replication and earlier ones are `kept`."""
    try:
        return run_cases([Case(point.loaded, point.base) for point in batch], settings, progress=progress)
    except KeyboardInterrupt as stopped:
        # the first Ctrl-C says why it left; a second one says nothing and abandons everything
        if stopped.args and kept:
            return []
        raise


def _estimates(result: Result, measures: Sequence[str]) -> dict[str, Estimate]:
    sample = Sample(result.loaded.scenario, result.names, tuple(result.digests.values()))
    return estimate_by_name(measures, sample)
