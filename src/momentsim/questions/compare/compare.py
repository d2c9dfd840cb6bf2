"""Compares variants with a baseline under the same draws: what differs is the policy, not the luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from momentsim.errors import MomentsimError, Problem, ScenarioError
from momentsim.measures.outlook import outlook_words
from momentsim.measures.paired import paired_table
from momentsim.measures.shown import Short, Shown
from momentsim.measures.sums import Sample
from momentsim.questions.compare.samples import common_replications, sample_of
from momentsim.questions.compare.verdicts import estimates_of, pairs_table, ranking, verdicts
from momentsim.runs.identity import combine, identity
from momentsim.runs.progress import SILENT, Progress
from momentsim.runs.result import Result
from momentsim.runs.run import Case, run_cases
from momentsim.runs.settings import RunSettings
from momentsim.scenario import LoadedScenario, load

if TYPE_CHECKING:
    from momentsim.questions.worlds.findings import Worlds

BASE = "base"
"""Name of the scenario without a variant."""


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """A baseline and variants, run under common draws, and their paired differences.

    `table` has a row per case (name of the variant), measure, scope and item; `verdicts` one per variant: gain,
    cost and price of a customer kept; `ranking` one per case: places by net benefit, and the front of cost against
    value; `observations` what each replication says about the measures in these. Their columns are explained in
    the reference of measures. `identity` is the hash of what was asked.
    """

    baseline_name: str
    baseline: Result
    variants: Mapping[str, Result]
    table: pd.DataFrame
    verdicts: pd.DataFrame
    ranking: pd.DataFrame
    observations: pd.DataFrame
    identity: str
    worlds: Worlds | None = None
    """The same in plausible worlds, if that was asked for."""

    def short(self) -> Short:
        """What each variant gains at what cost."""
        title = f"{', '.join(self.variants)} against {self.baseline_name}: {self.pairs} paired replications"
        more = ".verdicts, .table, .ranking, .cases; ms.words, ms.plot, ms.save"
        return Short(title, self.verdicts, more)

    @property
    def cases(self) -> dict[str, Result]:
        """All results by name, the baseline first."""
        return {self.baseline_name: self.baseline, **self.variants}

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended it early."""
        worlds = self.worlds is not None and self.worlds.interrupted
        return worlds or any(result.interrupted for result in self.cases.values())

    @property
    def pairs(self) -> int:
        """Replications that every case has finished."""
        return len(common_replications(list(self.cases.values())))


def compare(
    cases: Mapping[str, LoadedScenario],
    base: LoadedScenario,
    settings: RunSettings,
    *,
    progress: Progress = SILENT,
) -> Comparison:
    """Run all cases (the first is the baseline) with the same seeds and pair them replication by replication.

    `base` is the scenario without variant: its operation is the reference for all, so that one yardstick
    measures every variant.
    """
    refuse_two_outlooks(cases)
    results = run_cases([Case(loaded, base) for loaded in cases.values()], settings, progress=progress)
    named = dict(zip(cases, results, strict=True))
    baseline_name = next(iter(named))
    baseline = named.pop(baseline_name)
    together = common_replications(results)
    samples = {
        name: sample_of(result, together) for name, result in {baseline_name: baseline, **named}.items()
    }
    estimates = {name: estimates_of(sample) for name, sample in samples.items()}
    against = {name: estimates[name] for name in named}
    return Comparison(
        baseline_name,
        baseline,
        named,
        table=_differences(samples, baseline_name),
        verdicts=verdicts(estimates[baseline_name], against).assign(replications=len(together)),
        ranking=ranking(estimates),
        observations=pairs_table(estimates, together),
        identity=comparison_identity(cases, base, settings),
    )


def refuse_two_outlooks(cases: Mapping[str, LoadedScenario]) -> None:
    """Raise MomentsimError where value is not counted equally far in all cases."""
    (first, loaded), *others = cases.items()
    counted = outlook_words(loaded.scenario)
    for name, other in others:
        if outlook_words(other.scenario) != counted:
            raise MomentsimError(
                f"value is counted {counted} in '{first}' and {outlook_words(other.scenario)} in '{name}': results of "
                "two outlooks are not compared, give all cases the same `economics.outlook` and `discount_rate`"
            )


def comparison_identity(
    cases: Mapping[str, LoadedScenario], base: LoadedScenario, settings: RunSettings, worlds: int = 0
) -> str:
    """SHA-256 of the identities of all cases, in their order, and of the number of plausible worlds."""
    parts = [f"{name} {identity(loaded, base, settings)}" for name, loaded in cases.items()]
    return combine([*parts, f"worlds {worlds}"] if worlds else parts)


def cases_of(
    file: Path, variants: Sequence[str], *, baseline: str | None = None, overrides: Sequence[str] = ()
) -> dict[str, LoadedScenario]:
    """The baseline and the variants of a file by name, baseline first; all variants if none is named.

    `baseline` is a variant, or the file as it stands. Raises with the problems of all cases at once.
    """
    names = list(dict.fromkeys(variants)) or list(load(file, overrides=overrides).variants)
    others = [name for name in names if name != (baseline or BASE)]
    if not others:
        raise MomentsimError(f"{file}: there is nothing to compare, the file needs variants")
    cases: dict[str, LoadedScenario] = {}
    problems: list[Problem] = []
    for name in [baseline or BASE, *others]:
        try:
            cases[name] = load(file, variant=None if name == BASE else name, overrides=overrides)
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return cases


def _differences(samples: Mapping[str, Sample], baseline: str) -> pd.DataFrame:
    tables = []
    for name, sample in samples.items():
        if name != baseline:
            table = paired_table(samples[baseline], sample, family=len(samples) - 1)
            table.insert(0, "case", name)
            tables.append(table)
    return pd.concat(tables, ignore_index=True)
