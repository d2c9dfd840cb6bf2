"""What a sweep is asked for, all of it checked before anything is simulated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from momentsim.questions.sweep.axes import Axis, Spread, SweptFile, axes_of
from momentsim.questions.sweep.grid import Design, DesignChoice, design_of
from momentsim.questions.sweep.points import Points, check_size, read_points
from momentsim.questions.sweep.store import Say, Swept, sweep_identity, sweep_place, tell_sweep
from momentsim.questions.sweep.sweep import find_measures, sweep
from momentsim.runs.progress import SILENT, Progress
from momentsim.runs.settings import RunSettings


@dataclass(frozen=True)
class SweepQuestion:
    """Keys, design, points and measures of a sweep, its identity and the place of its results."""

    axes: tuple[Axis, ...]
    design: Design
    points: Points
    measures: tuple[str, ...]
    identity: str
    folder: Path


@dataclass(frozen=True)
class SweepRequest:
    """What somebody wants: keys with values, the design and its size, measures (else the default ones).

    `yes` allows more than 2,000 points.
    """

    vary: Spread
    design: DesignChoice = "grid"
    points: int | None = None
    measures: Sequence[str] = ()
    yes: bool = False


def ask(
    swept_file: SweptFile, request: SweepRequest, settings: RunSettings, progress: Progress = SILENT
) -> SweepQuestion:
    """Reads and checks everything; raises MomentsimError (ScenarioError with all problems) where it cannot be."""
    measures = find_measures(request.measures)
    axes = tuple(axes_of(request.vary, swept_file, request.design))
    replications = settings.replications
    check_size(
        axes,
        request.design,
        request.points,
        swept_file=swept_file,
        replications=replications,
        yes=request.yes,
    )
    made = design_of(axes, request.design, request.points, swept_file.loaded.scenario.seed)
    read = read_points(axes, made, swept_file, progress)
    name = sweep_identity(axes, made, read, settings, measures)
    return SweepQuestion(axes, made, read, measures, name, sweep_place(read, name))


def answer(question: SweepQuestion, settings: RunSettings, say: Say, *, progress: Progress = SILENT) -> Swept:
    """Runs all points of what was asked; `say` finds the sentences."""
    swept = sweep(
        question.axes,
        question.design,
        question.points,
        settings,
        measures=question.measures,
        progress=progress,
    )
    return tell_sweep(swept, question.identity, say)
