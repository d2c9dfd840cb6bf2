"""Runs all cases of a comparison in plausible worlds, under the same draws in each.

A world is a point of a design over the ranges of all assumptions. It holds for the baseline, for every variant and for
the reference operation, so each world has a reference pilot of its own. A few worlds are simulated at a time and only
what each replication says about the measures of the verdict is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from momentsim.errors import MomentsimError, ScenarioError
from momentsim.measures.facts import members_of
from momentsim.questions.compare.samples import sample_of
from momentsim.questions.compare.verdicts import estimates_of, pairs_table
from momentsim.questions.designs import unit_points
from momentsim.questions.worlds.assumptions import Assumption, Setter, assumptions_of
from momentsim.runs.progress import SILENT, Progress, StagePart
from momentsim.runs.result import Result
from momentsim.runs.run import Case, run_cases
from momentsim.runs.settings import RunSettings
from momentsim.scenario import LoadedScenario, load

FEWEST: Final = 8
MOST: Final = 10_000
"""Worlds that can be asked for."""
TRIALS: Final = 4
"""Replications in each world (or antithetic pairs): differences are paired, and worlds vary more than luck does."""
JOBS_PER_WORKER: Final = 4
"""Replications that keep workers busy: so many worlds are simulated together, and no more are lost by Ctrl-C."""
LARGEST_SEED: Final = 2**32


@dataclass(frozen=True)
class WorldsPlan:
    """Worlds that are to be simulated; `cases` has the baseline first, `base` is the reference operation."""

    cases: Mapping[str, LoadedScenario]
    base: LoadedScenario
    overrides: tuple[str, ...]
    assumptions: tuple[Assumption, ...]
    shares: npt.NDArray[np.float64]
    """Shares of the ranges, 0..1, (worlds, assumptions)."""
    replications: int
    """In each world."""

    @cached_property
    def setters(self) -> dict[str, Setter]:
        """What puts each case into a world."""
        return {name: Setter(loaded) for name, loaded in self.cases.items()}

    @cached_property
    def base_setter(self) -> Setter:
        """What puts the reference operation into a world."""
        return Setter(self.base)

    @property
    def worlds(self) -> int:
        """How many there are."""
        return len(self.shares)

    def world(self, number: int) -> dict[str, float]:
        """Values of the assumptions in world `number`, 1 is the first."""
        shares = self.shares[number - 1]
        return {each.name: each.value(share) for each, share in zip(self.assumptions, shares, strict=True)}

    def table(self, worlds: int) -> pd.DataFrame:
        """The first worlds: `world`, and a column for every assumption with its values."""
        rows = [{"world": number, **self.world(number)} for number in range(1, worlds + 1)]
        return pd.DataFrame(rows, columns=["world", *(each.name for each in self.assumptions)])


@dataclass(frozen=True)
class Exploration:
    """What was simulated: `pairs` has `world, case, measure, replication, value` for `finished` worlds."""

    plan: WorldsPlan
    finished: int
    pairs: pd.DataFrame


def plan_worlds(
    cases: Mapping[str, LoadedScenario],
    base: LoadedScenario,
    worlds: int,
    replications: int,
    *,
    overrides: Sequence[str] = (),
) -> WorldsPlan:
    """So many worlds for these cases, the same for the same scenario; `overrides` are those of the cases.

    The design is a Latin hypercube: any number of worlds, and each range covered evenly. Raises MomentsimError where
    nothing is assumed, for a number of worlds outside 8..10,000, and for values that cannot stand together.
    """
    if not FEWEST <= worlds <= MOST:
        raise MomentsimError(f"worlds: {worlds} is outside {FEWEST}..{MOST}")
    everything = [*cases.values(), base]
    assumptions = tuple(assumptions_of(everything))
    if not assumptions:
        raise MomentsimError(
            "worlds: nothing that the scenario reads is assumed or claimed, leave --worlds out"
        )
    baseline = next(iter(cases.values()))
    seed = baseline.scenario.seed % LARGEST_SEED
    trials = min(replications, TRIALS * members_of(baseline.scenario))
    plan = WorldsPlan(
        cases,
        base,
        tuple(overrides),
        assumptions,
        unit_points("latin", worlds, len(assumptions), seed),
        trials,
    )
    for _ in _scenarios(plan, range(1, worlds + 1)):
        pass  # all problems come before the first replication
    return plan


def explore(plan: WorldsPlan, settings: RunSettings, *, progress: Progress = SILENT) -> Exploration:
    """Simulate all worlds; Ctrl-C ends it early, with the worlds that are finished."""
    own = replace(settings, replications=plan.replications, precision=None, log="none")
    at_a_time = -(-JOBS_PER_WORKER * settings.workers // (plan.replications * len(plan.cases)))
    tables: list[pd.DataFrame] = []
    progress.stage("worlds")
    for first in range(1, plan.worlds + 1, at_a_time):
        numbers = range(first, min(first + at_a_time, plan.worlds + 1))
        part = StagePart(progress, begin=(first - 1) / plan.worlds, end=numbers[-1] / plan.worlds)
        try:
            runs = [case for _, case in _scenarios(plan, numbers)]
            results = run_cases(runs, own, progress=part)
        except KeyboardInterrupt:
            break
        finished = list(_finished_worlds(results, len(plan.cases)))
        tables += [
            _observations(plan, number, world) for number, world in zip(numbers, finished, strict=False)
        ]
        if len(finished) < len(numbers):
            break
    pairs = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["world"])
    return Exploration(plan, len(tables), pairs)


def _scenarios(plan: WorldsPlan, numbers: Sequence[int]) -> Iterator[tuple[int, Case]]:
    """The cases of each world in their order, with the reference operation of that world."""
    for number in numbers:
        world = plan.world(number)
        try:
            base = load(plan.base.path, overrides=plan.base_setter.overrides(world))
            for name, loaded in plan.cases.items():
                written = [*plan.overrides, *plan.setters[name].overrides(world)]
                yield number, Case(load(loaded.path, variant=loaded.variant, overrides=written), base)
        except ScenarioError as error:
            words = "; ".join(f"{problem.key}: {problem.what}" for problem in error.problems[:3])
            raise MomentsimError(
                f"worlds: assumptions of world {number} cannot stand together ({words}), set one of them in the "
                "file to a value of its own"
            ) from error


def _finished_worlds(results: Sequence[Result], cases: int) -> Iterator[list[Result]]:
    """The results of each world, as long as all of its cases have all replications."""
    for first in range(0, len(results), cases):
        world = list(results[first : first + cases])
        if any(result.interrupted for result in world):
            return
        yield world


def _observations(plan: WorldsPlan, number: int, results: Sequence[Result]) -> pd.DataFrame:
    """What every replication of one world says about the measures of the verdict."""
    replications = list(range(1, plan.replications + 1))
    named = zip(plan.cases, results, strict=True)
    table = pairs_table(
        {name: estimates_of(sample_of(result, replications)) for name, result in named}, replications
    )
    table.insert(0, "world", number)
    return table
