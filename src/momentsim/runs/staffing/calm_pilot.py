"""What a planner knows of contacts: a pilot in the calm, of this variant, with ample people."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from momentsim.engine.simulate import simulate
from momentsim.measures.digest import digest
from momentsim.measures.facts import Sample
from momentsim.prepare import lower, prepare
from momentsim.prepare.blueprint import Blueprint
from momentsim.runs.choices import ClockName
from momentsim.runs.progress import Progress
from momentsim.runs.reference import FIRST_PILOT_REPLICATION, reference_for
from momentsim.runs.staffing.forecast import Habits, measured_habits
from momentsim.scenario import LoadedScenario
from momentsim.scenario.sections.demand import DayKind, mean_factors
from momentsim.scenario.sections.staffing_goal import Goal, Goals
from momentsim.scenario.staffed import with_heads
from momentsim.scenario.types import Scenario

PILOT_MOMENTS: Final = 20_000
"""Moments from which a planner knows handling times and repeats to within 1 %."""
MOST_PILOTS: Final = 10
AMPLE: Final = Goals((Goal("service_level", 0.9, 20.0),))
"""Hardly anybody hangs up, so hardly anybody calls again for that."""
MOST_FAILED: Final = 0.05
"""Share of contacts that hang up or hear busy, above which people are not ample."""
MORE: Final = (1.0, 1.5, 2.25, 3.5)
"""Times the people that a formula calls ample; written numbers may say less of contacts than a pilot."""


class NotAmple(Exception):
    """No number of people keeps callers from failing: the share that fails with the most people tried.

    `more` says how many times the ample number those were, `habits` what is known of contacts all the same.
    """

    def __init__(self, failed: float, more: float, habits: Habits) -> None:
        super().__init__(f"{100 * failed:.0f} % fail")
        self.failed, self.more, self.habits = failed, more, habits


def calm(scenario: Scenario) -> Scenario:
    """The scenario as forecasts see it: no crises, no days or half hours busier than others."""
    demand = scenario.demand
    usual = DayKind(share=1.0, factors=mean_factors(demand))
    kinds = {"usual": usual} if demand.day_kinds else {}
    demand = demand.model_copy(update={"day_factor_cv": 0.0, "period_factor_cv": 0.0, "day_kinds": kinds})
    return scenario.model_copy(update={"crises": {}, "levers": {}, "demand": demand})


@dataclasses.dataclass(frozen=True)
class CalmPilot:
    """How the pilot is made: the scenario, the operation in which customers were observed, and the clock."""

    loaded: LoadedScenario
    base: LoadedScenario
    clock: ClockName
    progress: Progress

    def habits(
        self, blueprint: Blueprint, ample: Mapping[str, list[int]], expected: float, queues: Sequence[int]
    ) -> Habits:
        """Habits of contacts with these rostered heads by group, more where they do not do.

        `blueprint` is the scenario's, `expected` the contacts that are expected in one replication. Raises NotAmple
        where callers in these queues fail with any number of people.
        """
        number = min(MOST_PILOTS, math.ceil(PILOT_MOMENTS / max(1.0, expected)))
        for more in MORE:
            heads = {name: [math.ceil(more * count) for count in counts] for name, counts in ample.items()}
            sample = self._sample(heads, number)
            failed = _failed_share(sample, queues)
            habits = measured_habits(self.loaded, blueprint, sample)
            if failed <= MOST_FAILED:
                return habits
        raise NotAmple(failed, MORE[-1], habits)

    def _sample(self, heads: Mapping[str, list[int]], number: int) -> Sample:
        pilot = with_heads(
            dataclasses.replace(self.loaded, scenario=calm(self.loaded.scenario)), heads, keep_goals=False
        )
        reference = reference_for(
            pilot, self.base, clock=self.clock, on_progress=self._tell(0, 1), say=self.progress.say
        )
        blueprint = dataclasses.replace(lower(pilot, reference), antithetic=False)
        digests = []
        for done in range(number):
            prepared = prepare(blueprint, FIRST_PILOT_REPLICATION + done)
            trace = simulate(prepared, clock=self.clock, on_progress=self._tell(done, number))
            digests.append(digest(prepared, trace))
        return Sample(pilot.scenario, prepared.names, tuple(digests))

    def _tell(self, done: int, number: int) -> Callable[[float], bool]:
        def tell(share: float) -> bool:
            self.progress.share((done + share) / number)
            return True

        return tell


def _failed_share(sample: Sample, queues: Sequence[int]) -> float:
    """Share of contacts offered to these queues that hang up, hear busy, leave at once or are diverted."""
    own = np.isin(sample.digests[0].legs["queue"], queues)
    legs = np.stack([each.horizon for each in sample.digests])[:, own]
    failed = sum(float(legs[name].sum()) for name in ("abandoned", "blocked", "balked", "diverted"))
    return failed / max(float(legs["offered"].sum()), 1.0)
