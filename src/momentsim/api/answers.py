"""What can be done with an answer of any kind: it is told, drawn, saved, and handed out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from momentsim.questions.answers import Answer
    from momentsim.report.drawing import Drawing


def words(answer: Answer) -> str:
    """What a run, a comparison or any other answer says, in sentences to be read out."""
    from momentsim.questions.answers import words as words_of

    return words_of(answer)


def plot(answer: Answer, figure: str | None = None) -> Drawing:
    """One figure of an answer, which a notebook shows by itself; the first kind there is unless named.

    A run has `week_at_a_glance`, `waits`, `loyalty_ledger`, `cost_against_value`; a comparison `differences`,
    `front`, `side_by_side`, with worlds `worlds` and `assumptions`; a worth `worth`; a sweep `curves`,
    `heat_MEASURE` or `effects`, and `sensitivity`; a staffing `requirement`, and `search` or `value`; a shift plan
    `cover`. Raises MomentsimError for another name, and where there is nothing to draw.
    """
    from momentsim.questions.answers import plot as plot_of

    return plot_of(answer, figure)


def report_on(folder: str | Path, *, language: str = "en") -> tuple[Path, ...]:
    """Write `results.xlsx` and `report.html` into a results folder that is there; returns the files.

    `language` is that of headings, tables and glossary of the report: `en`, or `zh` for simplified Chinese.

    Raises MomentsimError where there is no such folder or language, or the folder was changed since it was written.
    """
    from momentsim.questions.documents import add_documents

    return add_documents(Path(folder), language)


def save(answer: Answer, folder: str | Path) -> Path:
    """Write the results folder of an answer of any kind, the same as its command writes; returns it.

    An older results folder there is replaced. Raises MomentsimError where something else stands there, nothing can
    be written, or a side file of a shift plan's scenario is gone; then nothing is left.
    """
    from momentsim.questions.answers import save as save_answer

    return save_answer(answer, Path(folder))
