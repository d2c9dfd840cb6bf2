"""The summary: every measure in every scope, with its 95 % interval over replications."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from momentsim.contract.plan import Names
from momentsim.measures.careers import career_facts
from momentsim.measures.catalogue import BY_NAME, MEASURES, Measure
from momentsim.measures.costs import cost_facts
from momentsim.measures.crises import crisis_facts
from momentsim.measures.digest import Digest
from momentsim.measures.experience import customer_facts, moment_facts
from momentsim.measures.facts import SCOPES, Columns, Sample, evaluate, items_of
from momentsim.measures.recovery import tier_facts
from momentsim.measures.service import contact_facts, staff_facts, wait_counts
from momentsim.measures.statistics import Estimate, by_unit, clip, estimate, interval
from momentsim.measures.waits import estimate_quantile
from momentsim.scenario.types import Scenario

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("measure", "scope", "item", "value", "low", "high", "unit", "replications")

Tabular: TypeAlias = "pd.DataFrame | Mapping[str, Sequence[Any]]"
"""A table as a data frame, or just its columns: words and terminal tables need no more, and a data frame takes
longer to import than a short run takes."""

FactsOf = Callable[[Sample, str], Columns]

_SOURCES: dict[str, tuple[FactsOf, ...]] = {
    "all": (
        contact_facts,
        staff_facts,
        career_facts,
        moment_facts,
        customer_facts,
        tier_facts,
        cost_facts,
        crisis_facts,
    ),
    "reason": (contact_facts, moment_facts),
    "skill": (contact_facts, crisis_facts),
    "group": (staff_facts, career_facts, cost_facts),
    "segment": (moment_facts, customer_facts, tier_facts),
}
"""Where the facts of each scope come from."""


def facts_of(sample: Sample, scope: str) -> Columns:
    """All facts of a scope, (replications, items) each."""
    columns: Columns = {}
    for source in _SOURCES[scope]:
        columns.update(source(sample, scope))
    return columns


def estimate_measure(measure: Measure, sample: Sample, scope: str, columns: Columns) -> Estimate:
    """Estimate of one measure for every item of a scope, with an influence per replication or antithetic pair."""
    if measure.quantile is not None:
        estimated = estimate_quantile(wait_counts(sample, scope, 0), measure.quantile)
    else:
        top = measure.factor * evaluate(columns, measure.top)
        estimated = estimate(top, evaluate(columns, measure.bottom) if measure.bottom else None)
    return by_unit(estimated, sample.members)


def estimate_by_name(names: Iterable[str], sample: Sample) -> dict[str, Estimate]:
    """Estimates of some measures in the scope `all`, by name."""
    facts = facts_of(sample, "all")
    return {name: estimate_measure(BY_NAME[name], sample, "all", facts) for name in names}


def unit_of(measure: Measure, scenario: Scenario) -> str:
    """Unit as written in tables: money is the scenario's currency."""
    return scenario.currency if measure.unit == "money" else measure.unit


def summary(scenario: Scenario, names: Names, digests: Sequence[Digest]) -> pd.DataFrame:
    """One row per measure, scope and item; blank (NaN) where a number has no meaning.

    `low` and `high` are blank for a single replication or antithetic pair.
    """
    import pandas as pd

    return pd.DataFrame(summary_columns(scenario, names, digests))


def summary_columns(scenario: Scenario, names: Names, digests: Sequence[Digest]) -> dict[str, list[Any]]:
    """The columns of the summary."""
    sample = Sample(scenario, names, tuple(digests))
    columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    facts = {scope: facts_of(sample, scope) for scope in SCOPES}
    for measure in MEASURES:
        for scope in measure.scopes:
            for name, values in _columns(measure, sample, scope, facts[scope]).items():
                columns[name].extend(values)
    return columns


def _columns(measure: Measure, sample: Sample, scope: str, facts: Columns) -> dict[str, list[Any]]:
    estimated = estimate_measure(measure, sample, scope, facts)
    limits = clip(interval(estimated), measure.bounds)
    items = list(items_of(sample.names, scope))
    return {
        "measure": [measure.name] * len(items),
        "scope": [scope] * len(items),
        "item": items,
        "value": estimated.value.tolist(),
        "low": limits.low.tolist(),
        "high": limits.high.tolist(),
        "unit": [unit_of(measure, sample.scenario)] * len(items),
        "replications": [len(sample.digests)] * len(items),
    }
