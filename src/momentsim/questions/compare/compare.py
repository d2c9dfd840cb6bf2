"""Compares variants with a baseline under the same draws: what differs is the policy, not the luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pandas as pd

from momentsim.errors import MomentsimError, Problem, ScenarioError
from momentsim.measures.display import Short, ShownAnswer
from momentsim.measures.facts import Sample
from momentsim.measures.outlook_words import outlook_words
from momentsim.measures.paired import paired_table
from momentsim.questions.compare.samples import common_replications, sample_of
from momentsim.questions.compare.verdicts import estimates_of, pairs_table, ranking, verdicts
from momentsim.runs.identity import combine, identity
from momentsim.runs.lever_file import NO_PULLS, read_lever_file
from momentsim.runs.progress import SILENT, Progress
from momentsim.runs.result import Result
from momentsim.runs.run import Case, run_cases
from momentsim.runs.settings import RunSettings
from momentsim.runs.steering import UNSTEERED, Steering
from momentsim.scenario import LoadedScenario, load
from momentsim.suggestions import did_you_mean

if TYPE_CHECKING:
    from momentsim.questions.worlds.findings import Worlds

BASE = "base"
"""Name of the scenario without a variant."""
NOTHING = "nothing"
"""Name of the case in which no lever is pulled."""
AS_PLANNED = "as_planned"
"""Name of the case in which the scenario pulls its levers."""
UNSTEERED_CASES: Final[Mapping[str, Steering]] = {}
"""No case has its levers pulled otherwise than its scenario says."""


@dataclass(frozen=True, repr=False)
class Comparison(ShownAnswer):
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
    steering: Mapping[str, Steering] = UNSTEERED_CASES,
    progress: Progress = SILENT,
) -> Comparison:
    """Run all cases (the first is the baseline) with the same seeds and pair them replication by replication.

    `base` is the scenario without variant: its operation is the reference for all, so that one yardstick
    measures every variant. `steering` says by case who pulls its levers, if not the scenario.
    """
    refuse_two_outlooks(cases)
    steered = [Case(loaded, base, steering.get(name, UNSTEERED)) for name, loaded in cases.items()]
    results = run_cases(steered, settings, progress=progress)
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
        identity=comparison_identity(cases, base, settings, steering=steering),
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
    cases: Mapping[str, LoadedScenario],
    base: LoadedScenario,
    settings: RunSettings,
    worlds: int = 0,
    steering: Mapping[str, Steering] = UNSTEERED_CASES,
) -> str:
    """SHA-256 of the identities of all cases, in their order, and of the number of plausible worlds."""
    parts = [
        f"{name} {identity(loaded, base, settings, steering.get(name, UNSTEERED))}"
        for name, loaded in cases.items()
    ]
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


class ComparisonCases(NamedTuple):
    """What is compared, baseline first: scenarios, and who pulls their levers where they do not do so themselves."""

    cases: dict[str, LoadedScenario]
    steering: Mapping[str, Steering] = UNSTEERED_CASES


def asked_cases(
    file: Path,
    variants: Sequence[str],
    lever_files: Sequence[Path] = (),
    *,
    baseline: str | None = None,
    overrides: Sequence[str] = (),
) -> ComparisonCases:
    """Variants of a file, or with `lever_files` their pulls in one variant at most; raises with all problems."""
    if not lever_files:
        return ComparisonCases(cases_of(file, variants, baseline=baseline, overrides=overrides))
    if len(variants) > 1:
        raise MomentsimError(
            f"files of pulls are compared in one scenario, and {len(variants)} variants are named: write "
            f"{'+'.join(variants)} for all in one"
        )
    loaded = load(file, variant=variants[0] if variants else None, overrides=overrides)
    steering = steered_cases(loaded, lever_files, baseline=baseline)
    return ComparisonCases(dict.fromkeys(steering, loaded), steering)


def steered_cases(
    loaded: LoadedScenario, files: Sequence[Path], *, baseline: str | None = None
) -> dict[str, Steering]:
    """Who pulls levers by case, baseline first: nobody, the scenario as planned, and each file, named by its stem.

    `baseline` is one of these names; `nothing` unless given. Raises with the problems of all files at once.
    """
    cases = {NOTHING: Steering(pulls=NO_PULLS), AS_PLANNED: UNSTEERED}
    problems: list[Problem] = []
    for file in files:
        if file.stem in cases:
            raise MomentsimError(
                f"{file}: a case named '{file.stem}' is there already, files of pulls need names of their own"
            )
        try:
            cases[file.stem] = Steering(pulls=read_lever_file(file, loaded.scenario))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    first = NOTHING if baseline is None else baseline
    if first not in cases:
        words = f"baseline: '{first}' is none of the cases, which are {', '.join(cases)}"
        raise MomentsimError(", ".join(filter(None, (words, did_you_mean(first, cases)))))
    return {first: cases[first], **cases}


def _differences(samples: Mapping[str, Sample], baseline: str) -> pd.DataFrame:
    tables = []
    for name, sample in samples.items():
        if name != baseline:
            table = paired_table(samples[baseline], sample, family=len(samples) - 1)
            table.insert(0, "case", name)
            tables.append(table)
    return pd.concat(tables, ignore_index=True)
