"""What a variant is worth: in customers and money, as things stand and under other conditions.

With and without the variant are run under common draws, under each condition anew; a condition holds for both
sides and for the reference operation, so that nothing but the variant differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd

from momentsim.errors import MomentsimError, Problem, ScenarioError
from momentsim.measures.display import Short, ShownAnswer
from momentsim.measures.facts import Sample
from momentsim.measures.statistics import difference, interval, simultaneous
from momentsim.measures.summary import estimate_by_name
from momentsim.questions.compare.samples import common_replications, sample_of
from momentsim.questions.worth.chain import chain_of, chain_table
from momentsim.questions.worth.conditions import Condition
from momentsim.questions.worth.months import month_table
from momentsim.report.verdicts import Verdict, decide
from momentsim.runs.identity import combine, identity
from momentsim.runs.progress import SILENT, Progress
from momentsim.runs.result import Result
from momentsim.runs.run import Case, run_cases
from momentsim.runs.settings import RunSettings
from momentsim.scenario import LoadedScenario, load

LOST, VALUE, COST, BENEFIT = "customers_lost_expected", "value_net", "cost_total", "net_benefit"
KEPT: Final = "customers_kept"
COLUMNS: Final = (KEPT, "delight_share", "let_down_share", VALUE, COST, BENEFIT)
"""What is told of a variant, as differences; customers kept are those no longer lost by experience."""
ROUNDING: Final = 1e-9
"""Customers, shares or money below which a difference is one of floating-point sums."""
Finding = Literal[
    "pays", "gains value, may not pay", "gains value, costs more", "gains value, loses customers",
    "keeps customers, value can't be told", "nothing", "harms",
]  # fmt: skip


@dataclass(frozen=True)
class WorthQuestion:
    """The scenarios with and without the variant under one condition, and the operation of reference."""

    condition: Condition
    without: LoadedScenario
    with_it: LoadedScenario
    base: LoadedScenario


SHOWN = (
    "customers_kept", "customers_kept_low", "customers_kept_high",
    "net_benefit", "net_benefit_low", "net_benefit_high",
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class Worth(ShownAnswer):
    """A variant under conditions: `table` has a row per condition, columns as the reference of measures says.

    `chain` has, for each condition, a row per measure on the way from agents to money.
    `months` has a row per month of the horizon, as things stand: what it brings and costs, and net since the start.
    `question` is the one as written, `baseline` the run without the variant in it, `identity` the hash of what was
    asked.
    """

    variant: str
    question: WorthQuestion
    baseline: Result
    table: pd.DataFrame
    chain: pd.DataFrame
    months: pd.DataFrame
    interrupted: bool
    identity: str

    def short(self) -> Short:
        """What the variant is worth under each condition."""
        more = ".table, .chain, .months, .baseline; ms.words, ms.plot, ms.save"
        gained = self.table[["condition", *SHOWN]]
        return Short(f"{self.variant} under {len(self.table)} conditions, differences", gained, more)


def questions_of(
    file: Path, variant: str, conditions: Sequence[Condition], overrides: Sequence[str] = ()
) -> list[WorthQuestion]:
    """Both sides under each condition; raises ScenarioError with the problems of all of them at once."""
    questions: list[WorthQuestion] = []
    problems: dict[str, Problem] = {}
    for condition in conditions:
        world = (*overrides, *condition.overrides)
        both = variant if condition.variant is None else f"{condition.variant}+{variant}"
        try:
            without = load(file, variant=condition.variant, overrides=world)
            questions.append(
                WorthQuestion(condition, without, load(file, variant=both, overrides=world), without)
            )
        except ScenarioError as error:
            problems |= {str(problem): problem for problem in error.problems}
    if problems:
        raise ScenarioError(list(problems.values()))
    if any(question.without.scenario == question.with_it.scenario for question in questions[:1]):
        raise MomentsimError(f"{file}: the variant '{variant}' changes nothing, so it is worth nothing")
    return questions


def worth(
    questions: Sequence[WorthQuestion], variant: str, settings: RunSettings, *, progress: Progress = SILENT
) -> Worth:
    """Run both sides of every question with the same seeds, and pair them."""
    cases = [
        Case(loaded, question.base)
        for question in questions
        for loaded in (question.without, question.with_it)
    ]
    results = run_cases(cases, settings, progress=progress)
    together = common_replications(results)
    rows = []
    steps: list[dict[str, Any]] = []
    months = pd.DataFrame()
    for index, question in enumerate(questions):
        without, with_it = (sample_of(result, together) for result in results[2 * index : 2 * index + 2])
        if not index:
            months = month_table(without, with_it)
        rows.append(_row(question.condition, without, with_it, len(questions)))
        steps += chain_of(question.condition.name, without, with_it)
    return Worth(
        variant,
        questions[0],
        results[0],
        pd.DataFrame(rows),
        chain_table(steps),
        months,
        any(result.interrupted for result in results),
        worth_identity(questions, settings),
    )


def worth_identity(questions: Sequence[WorthQuestion], settings: RunSettings) -> str:
    """SHA-256 of the identities of both sides of all questions, in their order."""
    return combine(
        f"{question.condition.name} {identity(loaded, question.base, settings)}"
        for question in questions
        for loaded in (question.without, question.with_it)
    )


def _row(condition: Condition, without: Sample, with_it: Sample, family: int) -> dict[str, Any]:
    """One condition: differences with intervals that hold together for all conditions (Bonferroni)."""
    measures = [LOST if name == KEPT else name for name in COLUMNS]
    estimates = estimate_by_name(measures, without), estimate_by_name(measures, with_it)
    row: dict[str, Any] = {"condition": condition.name, "sentence": condition.sentence}
    for name, measure in zip(COLUMNS, measures, strict=True):
        before, after = (side[measure] for side in estimates)
        changed = difference(after, before) if name == KEPT else difference(before, after)
        limits = interval(changed, simultaneous(family))
        row |= {
            name: _tidy(changed.value[0]),
            f"{name}_low": _tidy(limits.low[0]),
            f"{name}_high": _tidy(limits.high[0]),
        }
    row["finding"] = finding(row)
    row["replications"] = len(without.digests)
    return row


def _tidy(value: float) -> float:
    """Rounding errors of sums over many customers are no difference."""
    return 0.0 if abs(value) < ROUNDING else float(value)


def finding(row: dict[str, Any]) -> Finding:
    """What the intervals of customers kept, value and net benefit say."""
    kept, value, benefit = (
        decide(row[f"{name}_low"], row[f"{name}_high"], "up") for name in (KEPT, VALUE, BENEFIT)
    )
    if value is Verdict.WORSE or (value is not Verdict.BETTER and kept is Verdict.WORSE):
        return "harms"
    if value is not Verdict.BETTER:
        return "keeps customers, value can't be told" if kept is Verdict.BETTER else "nothing"
    if kept is Verdict.WORSE:
        return "gains value, loses customers"
    if benefit is Verdict.BETTER:
        return "pays"
    return "gains value, costs more" if benefit is Verdict.WORSE else "gains value, may not pay"
