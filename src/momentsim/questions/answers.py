"""What Python code asks of an answer of any kind: its sentences, its figures, and its folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from momentsim.errors import MomentsimError
from momentsim.questions import saving
from momentsim.questions.compare.compare import Comparison
from momentsim.questions.compare.figures import gallery as compare_figures
from momentsim.questions.compare.first_screen import compared_of, comparison_words
from momentsim.questions.curve import figures as curve_figures
from momentsim.questions.curve.curve import Curve
from momentsim.questions.curve.words import answer_words as curve_words
from momentsim.questions.documents import add_workbook
from momentsim.questions.shifts import figures as shifts_figures
from momentsim.questions.shifts.shift_plan import ShiftPlan
from momentsim.questions.shifts.store import about as about_shifts
from momentsim.questions.shifts.words import plan_words
from momentsim.questions.staff import figures as staff_figures
from momentsim.questions.staff.about import about as about_staffing
from momentsim.questions.staff.staffing import Staffing
from momentsim.questions.staff.words import staffing_words
from momentsim.questions.sweep.figures import gallery as sweep_figures
from momentsim.questions.sweep.store import Swept
from momentsim.questions.worth import figures as worth_figures
from momentsim.questions.worth.words import paragraph
from momentsim.questions.worth.worth import Worth
from momentsim.report import figures
from momentsim.report.drawing import Drawing, Drawings
from momentsim.report.run_words import headline
from momentsim.runs.result import Result

Answer: TypeAlias = Result | Comparison | Worth | Curve | Swept | Staffing | ShiftPlan


class AnswerKind(NamedTuple):
    """How one kind of answer is told; the first figure is the one shown when none is named."""

    sentences: Callable[[Any], tuple[str, ...]]
    figures: Callable[[Any], Drawings]
    save: Callable[[Any, Path], object]


def _run_words(result: Result) -> tuple[str, ...]:
    return headline(result.loaded.scenario, result.summary, result.usual)


def _run_figures(result: Result) -> Drawings:
    return {name: partial(draw, result) for name, draw in figures.FIGURES.items()}


def _comparison_words(comparison: Comparison) -> tuple[str, ...]:
    return comparison_words(compared_of(comparison), saving.verdict_sentences(comparison))


def _worth_words(worth: Worth) -> tuple[str, ...]:
    return paragraph(worth.table, worth.months, worth.variant, worth.baseline.loaded.scenario.currency)


def _worth_figures(worth: Worth) -> Drawings:
    currency = worth.baseline.loaded.scenario.currency
    return worth_figures.figures_of(worth.table, worth.months, worth.variant, currency)


def _curve_words(curve: Curve) -> tuple[str, ...]:
    return curve_words(curve.table, curve.question.name, curve.question.loaded.scenario.currency)


def _curve_figures(curve: Curve) -> Drawings:
    currency = curve.question.loaded.scenario.currency
    return curve_figures.figures_of(curve.table, curve.question.name, currency)


def _sweep_words(swept: Swept) -> tuple[str, ...]:
    return tuple(swept.sentences)


def _staffing_words(staffing: Staffing) -> tuple[str, ...]:
    return staffing_words(about_staffing(staffing), staffing.levels)


def _staffing_figures(staffing: Staffing) -> Drawings:
    return staff_figures.figures_of(staffing.requirement, staffing.levels, about_staffing(staffing))


def _plan_words(plan: ShiftPlan) -> tuple[str, ...]:
    return plan_words(about_shifts(plan), plan.week, plan.cover)


def _plan_figures(plan: ShiftPlan) -> Drawings:
    return {"cover": partial(shifts_figures.draw, about_shifts(plan), plan.cover)}


KINDS: dict[type, AnswerKind] = {
    Result: AnswerKind(_run_words, _run_figures, saving.save_run),
    Comparison: AnswerKind(_comparison_words, compare_figures.figures_of, saving.save_comparison),
    Worth: AnswerKind(_worth_words, _worth_figures, saving.save_worth),
    Curve: AnswerKind(_curve_words, _curve_figures, saving.save_curve),
    Swept: AnswerKind(_sweep_words, sweep_figures.figures_of, saving.save_sweep),
    Staffing: AnswerKind(_staffing_words, _staffing_figures, saving.save_staffing),
    ShiftPlan: AnswerKind(_plan_words, _plan_figures, saving.save_plan),
}


def words(answer: Answer) -> str:
    """What an answer says, a sentence or a few on each line."""
    return "\n".join(_kind(answer).sentences(answer))


def plot(answer: Answer, figure: str | None = None) -> Drawing:
    """One figure of an answer; raises MomentsimError with the names there are for another name."""
    drawings = _kind(answer).figures(answer)
    if not drawings:
        raise MomentsimError("there is nothing to draw yet, too little of this answer is finished")
    name = figure or next(iter(drawings))
    if name not in drawings:
        raise MomentsimError(f"figure: '{name}' is not known, allowed: {', '.join(drawings)}")
    return drawings[name]()


def save(answer: Answer, folder: Path) -> Path:
    """Write the results folder that the answer's command writes, with its workbook; returns it."""
    _kind(answer).save(answer, folder)
    add_workbook(folder)
    return folder


def _kind(answer: Answer) -> AnswerKind:
    if type(answer) not in KINDS:
        allowed = ", ".join(kind.__name__ for kind in KINDS)
        raise MomentsimError(f"'{type(answer).__name__}' is no answer, allowed: {allowed}")
    return KINDS[type(answer)]
