"""What Python code asks of an answer of any kind: its sentences, and its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from matplotlib.figure import Figure

from momentsim.errors import MomentsimError
from momentsim.experiments.compare import Comparison
from momentsim.experiments.result import Result
from momentsim.experiments.worth import Worth
from momentsim.report import comparison_figures, figure_worth, figures
from momentsim.report.verdict_words import comparison_words
from momentsim.report.words import headline
from momentsim.report.worth_words import answer_words

Answer: TypeAlias = Result | Comparison | Worth
Drawing: TypeAlias = Figure


class Kind(NamedTuple):
    """How one kind of answer is told; the first figure is the one shown when none is named."""

    sentences: Callable[[Any], tuple[str, ...]]
    figures: Mapping[str, Callable[[Any], Figure]]


def _of_run(result: Result) -> tuple[str, ...]:
    return headline(result.loaded.scenario, result.summary)


def _of_comparison(comparison: Comparison) -> tuple[str, ...]:
    return comparison_words(comparison.verdicts, comparison.baseline.loaded.scenario.currency)


def _of_worth(worth: Worth) -> tuple[str, ...]:
    return answer_words(worth.table, worth.variant, worth.baseline.loaded.scenario.currency)


def _draw_worth(worth: Worth) -> Figure:
    return figure_worth.draw(worth.table, worth.variant, worth.baseline.loaded.scenario.currency)


KINDS: dict[type, Kind] = {
    Result: Kind(_of_run, figures.FIGURES),
    Comparison: Kind(_of_comparison, comparison_figures.FIGURES),
    Worth: Kind(_of_worth, {"worth": _draw_worth}),
}


def words(answer: Answer) -> str:
    """What an answer says, a sentence or a few on each line."""
    return "\n".join(_kind(answer).sentences(answer))


def plot(answer: Answer, figure: str | None = None) -> Drawing:
    """One figure of an answer; raises MomentsimError with the names there are for another name."""
    drawings = _kind(answer).figures
    name = figure or next(iter(drawings))
    if name not in drawings:
        raise MomentsimError(f"figure: '{name}' is not known, allowed: {', '.join(drawings)}")
    return drawings[name](answer)


def _kind(answer: Answer) -> Kind:
    if type(answer) not in KINDS:
        allowed = ", ".join(kind.__name__ for kind in KINDS)
        raise MomentsimError(f"'{type(answer).__name__}' is no answer, allowed: {allowed}")
    return KINDS[type(answer)]
