"""Answers as results folders: what each kind's tables, words and figures are written with.

What draws and tells is loaded when something is saved, so that a command which finds its answer does without.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from momentsim.experiments.compare import Comparison
    from momentsim.experiments.comparison_store import StoredComparison
    from momentsim.experiments.result import Result
    from momentsim.experiments.shifts.plan import ShiftPlan
    from momentsim.experiments.shifts.store import StoredPlan
    from momentsim.experiments.staff.staffing import Staffing
    from momentsim.experiments.staff.store import StoredStaffing
    from momentsim.experiments.sweep.store import Swept
    from momentsim.experiments.worth import Worth
    from momentsim.experiments.worth_store import StoredWorth


def save_run(result: Result, place: Path) -> Path:
    """A run, with the logs it holds."""
    from momentsim.experiments.store import write
    from momentsim.report.figures import draw_all
    from momentsim.report.words import headline

    return write(result, place, headline=headline(result.loaded.scenario, result.summary), draw=draw_all)


def save_comparison(comparison: Comparison, place: Path) -> StoredComparison:
    """A comparison, with a folder for each case."""
    from momentsim.experiments.comparison_store import write_comparison
    from momentsim.report.comparison_figures import draw_all

    return write_comparison(comparison, place, sentences=verdict_sentences(comparison), draw=draw_all)


def verdict_sentences(comparison: Comparison) -> Mapping[str, str]:
    """The sentence of each variant, with its worlds if there are any."""
    from momentsim.report.verdict_words import sentences
    from momentsim.report.worlds_words import with_worlds

    found = sentences(comparison.verdicts, comparison.baseline.loaded.scenario.currency)
    if comparison.worlds is None:
        return found
    return with_worlds(found, comparison.verdicts, comparison.worlds)


def save_worth(answer: Worth, place: Path) -> StoredWorth:
    """What a variant is worth."""
    from momentsim.experiments.worth_store import write_worth
    from momentsim.report.figure_worth import draw_all

    return write_worth(answer, place, draw=draw_all)


def save_sweep(swept: Swept, place: Path) -> Swept:
    """A sweep."""
    from momentsim.experiments.sweep.store import write_sweep
    from momentsim.report.figure_sweep import draw_all

    write_sweep(swept, place, draw=draw_all)
    return swept


def save_staffing(staffing: Staffing, place: Path) -> StoredStaffing:
    """A staffing, with heads that scenarios read."""
    from momentsim.experiments.staff.store import write_staffing
    from momentsim.report.figure_staff import draw_all

    return write_staffing(staffing, place, draw=draw_all)


def save_plan(plan: ShiftPlan, place: Path) -> StoredPlan:
    """A shift plan, with a scenario that runs it."""
    from momentsim.experiments.shifts.store import write_plan
    from momentsim.report.figure_cover import draw_all

    return write_plan(plan, place, draw=draw_all)
