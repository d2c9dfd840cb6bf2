"""Answers as results folders: what each kind's tables, words and figures are written with.

What draws and tells is loaded when something is saved, so that a command which finds its answer does without.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from momentsim.questions.compare.compare import Comparison
    from momentsim.questions.compare.store import StoredComparison
    from momentsim.questions.curve.curve import Curve
    from momentsim.questions.curve.store import StoredCurve
    from momentsim.questions.shifts.shift_plan import ShiftPlan
    from momentsim.questions.shifts.store import StoredPlan
    from momentsim.questions.staff.staffing import Staffing
    from momentsim.questions.staff.store import StoredStaffing
    from momentsim.questions.sweep.store import Swept
    from momentsim.questions.worth.store import StoredWorth
    from momentsim.questions.worth.worth import Worth
    from momentsim.runs.result import Result


def save_run(result: Result, folder: Path) -> Path:
    """A run, with the logs it holds."""
    from momentsim.report.figures import draw_all
    from momentsim.report.run_words import headline
    from momentsim.runs.stored_run import write_run

    return write_run(
        result, folder, headline=headline(result.loaded.scenario, result.summary, result.usual), draw=draw_all
    )


def save_comparison(comparison: Comparison, folder: Path) -> StoredComparison:
    """A comparison, with a folder for each case."""
    from momentsim.questions.compare.figures.gallery import draw_all
    from momentsim.questions.compare.store import write_comparison

    return write_comparison(comparison, folder, sentences=verdict_sentences(comparison), draw=draw_all)


def verdict_sentences(comparison: Comparison) -> Mapping[str, str]:
    """The sentence of each variant, with its worlds if there are any."""
    from momentsim.questions.compare.words import sentences
    from momentsim.questions.worlds.words import with_worlds

    said = sentences(comparison.verdicts, comparison.baseline.loaded.scenario.currency)
    if comparison.worlds is None:
        return said
    return with_worlds(said, comparison.verdicts, comparison.worlds)


def save_worth(answer: Worth, folder: Path) -> StoredWorth:
    """What a variant is worth."""
    from momentsim.questions.worth.figures import draw_all
    from momentsim.questions.worth.store import write_worth

    return write_worth(answer, folder, draw=draw_all)


def save_curve(answer: Curve, folder: Path) -> StoredCurve:
    """What each hour of waiting costs."""
    from momentsim.questions.curve.figures import draw_all
    from momentsim.questions.curve.store import write_curve

    return write_curve(answer, folder, draw=draw_all)


def save_sweep(swept: Swept, folder: Path) -> Swept:
    """A sweep."""
    from momentsim.questions.sweep.figures.gallery import draw_all
    from momentsim.questions.sweep.store import write_sweep

    write_sweep(swept, folder, draw=draw_all)
    return swept


def save_staffing(staffing: Staffing, folder: Path) -> StoredStaffing:
    """A staffing, with heads that scenarios read."""
    from momentsim.questions.staff.figures import draw_all
    from momentsim.questions.staff.store import write_staffing

    return write_staffing(staffing, folder, draw=draw_all)


def save_plan(plan: ShiftPlan, folder: Path) -> StoredPlan:
    """A shift plan, with a scenario that runs it."""
    from momentsim.questions.shifts.figures import draw_all
    from momentsim.questions.shifts.store import write_plan

    return write_plan(plan, folder, draw=draw_all)
