"""Every point of a sweep, read and checked before the first one is simulated; and how much work they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from momentsim.errors import MomentsimError, Problem, ScenarioError
from momentsim.questions.sweep.axes import Axis, SweptFile
from momentsim.questions.sweep.grid import LIMIT, MOST_POINTS, Design, DesignChoice, Values, number_of_points
from momentsim.runs.progress import SILENT, Progress
from momentsim.scenario import LoadedScenario, load
from momentsim.scenario.sections.base import ALL_DAYS
from momentsim.scenario.sections.size_checks import MOMENTS_PER_HOUR, moments_on
from momentsim.units import SECONDS_PER_DAY

SECONDS_PER_REPLICATION = 0.01
"""About what a replication of a centre without customers takes."""
ENOUGH_POINTS = 200


@dataclass(frozen=True)
class Point:
    """One scenario of a sweep. `base` is the operation in which customers' loyalty was observed."""

    values: Values
    loaded: LoadedScenario
    base: LoadedScenario


@dataclass(frozen=True)
class Points:
    """All points, and the file as written; `here` is the point that is just that, or -1."""

    points: tuple[Point, ...]
    as_written: Point
    here: int


def check_size(
    axes: Sequence[Axis],
    design: DesignChoice,
    points: int | None,
    *,
    swept_file: SweptFile,
    replications: int,
    yes: bool,
) -> None:
    """Raises MomentsimError for more points than anybody can mean without saying so."""
    count = number_of_points(axes, design, points)
    if count <= MOST_POINTS or (yes and count <= LIMIT):
        return
    runs = count * replications
    hours = runs * _hours_of_one(swept_file.loaded)
    keys = " x ".join(f"{len(axis.texts)} of {axis.key}" for axis in axes) if design == "grid" else ""
    allowed = f"more than {MOST_POINTS:,} need --yes" if count <= LIMIT else f"at most {LIMIT:,}"
    raise MomentsimError(
        f"these are {count:,} points{f' ({keys})' if keys else ''}: with {replications} replications each "
        f"{runs:,} runs, very roughly {_long(hours)} on one processor; {allowed}. "
        f"Wider steps, or --design latin --points {ENOUGH_POINTS}: {ENOUGH_POINTS * replications:,} runs, "
        f"{_long(ENOUGH_POINTS * replications * _hours_of_one(swept_file.loaded))}"
    )


def read_points(
    axes: Sequence[Axis], design: Design, swept_file: SweptFile, progress: Progress = SILENT
) -> Points:
    """Reads all points; raises ScenarioError with everything that is wrong with any of them."""
    progress.stage(f"checking {len(design.rows)} points")
    as_written = Point((), swept_file.loaded, load(swept_file.loaded.path))
    bases: dict[tuple[tuple[str, str], ...], LoadedScenario] = {(): as_written.base}
    points: list[Point] = []
    problems: dict[str, Problem] = {}
    for index, values in enumerate(design.rows):
        try:
            points.append(_read(axes, values, swept_file, bases))
        except ScenarioError as error:
            problems |= {str(told): told for told in map(_say_varied, error.problems)}
        progress.share((index + 1) / len(design.rows))
    if problems:
        raise ScenarioError(problems.values())
    same = (index for index, point in enumerate(points) if _address(point) == _address(as_written))
    return Points(tuple(points), as_written, next(same, -1))


def _read(
    axes: Sequence[Axis],
    values: Values,
    swept_file: SweptFile,
    bases: dict[tuple[tuple[str, str], ...], LoadedScenario],
) -> Point:
    pairs = [(axis.key, value) for axis, value in zip(axes, values, strict=True)]
    world = tuple(pair for axis, pair in zip(axes, pairs, strict=True) if axis.world)
    loaded = swept_file.open_with(pairs)
    if world not in bases:
        bases[world] = load(swept_file.loaded.path, overrides=[f"{key}={value}" for key, value in world])
    return Point(values, loaded, bases[world])


def _address(point: Point) -> tuple[str, str]:
    return point.loaded.content_hash, point.base.content_hash


def _say_varied(problem: Problem) -> Problem:
    """A problem of a value that was varied, said so."""
    if problem.file.startswith("--set "):
        return replace(problem, file=problem.file.replace("--set ", "--vary ", 1))
    return problem


def _hours_of_one(loaded: LoadedScenario) -> float:
    """About how long one replication takes on one processor."""
    scenario = loaded.scenario
    customers = sum(segment.customers for segment in scenario.customers.segments.values())
    week = sum(
        moments_on(volume, customers, day, loaded.samples)
        for volume in scenario.demand.volumes.values()
        for day in ALL_DAYS
    )
    moments = week / 7 * scenario.horizon / SECONDS_PER_DAY
    return moments / MOMENTS_PER_HOUR + SECONDS_PER_REPLICATION / 3600


def _long(hours: float) -> str:
    for size, words in ((24 * 365, "years"), (24, "days"), (1, "hours"), (1 / 60, "minutes")):
        if hours >= 2 * size:
            return f"{hours / size:,.0f} {words}"
    return "a minute"
