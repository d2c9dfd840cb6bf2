"""Paired comparison: the same customers with the same luck under two scenarios.

Replication r of both shares all draws, so what they have in common cancels: each measure is linearised per
replication (statistics.py) and the interval is that of the mean paired difference. Antithetic pairs of
replications stay together: the difference of a pair is one number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from momentsim.measures.catalogue import MEASURES, Measure
from momentsim.measures.facts import SCOPES, Sample, items_of
from momentsim.measures.statistics import (
    Estimate,
    difference,
    interval,
    probability_above_zero,
    simultaneous,
    variance_reduction,
)
from momentsim.measures.summary import estimate_measure, facts_of, unit_of

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "measure", "scope", "item", "baseline", "variant", "difference", "low", "high", "low_all", "high_all",
    "probability_better", "variance_reduction", "unit", "replications",
)  # fmt: skip


def paired_table(
    baseline: Sample, variant: Sample, scopes: Sequence[str] = SCOPES, *, family: int = 1
) -> pd.DataFrame:
    """Variant minus baseline for every measure and every item that both have.

    `low` and `high` hold with 95 % on their own; `low_all` and `high_all` together with those of all `family`
    variants that are compared with the baseline, for one measure and item (Bonferroni). The first replications
    that both have are paired (of antithetic ones, whole pairs). `probability_better` is the probability that the
    variant is truly better, by the t distribution of the mean paired difference; blank for one replication or
    antithetic pair and for measures that are neither good nor bad. Two runs that differ in nothing give 0.5.
    """
    import pandas as pd

    replications = min(len(baseline.digests), len(variant.digests))
    replications -= replications % baseline.members
    both = [sample._replace(digests=sample.digests[:replications]) for sample in (baseline, variant)]
    rows: list[dict[str, Any]] = []
    for scope in SCOPES:
        if scope in scopes:
            rows += _scope_rows(both[0], both[1], scope, family)
    order = {measure.name: index for index, measure in enumerate(MEASURES)}
    rows.sort(key=lambda row: order[row["measure"]])
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _scope_rows(baseline: Sample, variant: Sample, scope: str, family: int) -> list[dict[str, Any]]:
    facts = facts_of(baseline, scope), facts_of(variant, scope)
    items = items_of(baseline.names, scope), items_of(variant.names, scope)
    common = [item for item in items[0] if item in items[1]]
    places = [[own.index(item) for item in common] for own in items]
    rows: list[dict[str, Any]] = []
    for measure in MEASURES:
        if scope in measure.scopes:
            before = _pick(estimate_measure(measure, baseline, scope, facts[0]), places[0])
            after = _pick(estimate_measure(measure, variant, scope, facts[1]), places[1])
            rows += _rows(measure, variant, (scope, common), (before, after), family)
    return rows


def _pick(estimated: Estimate, places: list[int]) -> Estimate:
    return Estimate(estimated.value[places], estimated.influence[:, places])


def _rows(
    measure: Measure,
    variant: Sample,
    where: tuple[str, list[str]],
    estimates: tuple[Estimate, Estimate],
    family: int,
) -> list[dict[str, Any]]:
    changed = difference(*estimates)
    limits = interval(changed)
    together = interval(changed, simultaneous(family))
    saved = variance_reduction(*estimates)
    above = probability_above_zero(changed)
    better = {"up": above, "down": 1.0 - above, "neither": np.full_like(above, np.nan)}[measure.better]
    scope, items = where
    return [
        {
            "measure": measure.name,
            "scope": scope,
            "item": item,
            "baseline": estimates[0].value[index],
            "variant": estimates[1].value[index],
            "difference": changed.value[index],
            "low": limits.low[index],
            "high": limits.high[index],
            "low_all": together.low[index],
            "high_all": together.high[index],
            "probability_better": better[index],
            "variance_reduction": saved[index],
            "unit": unit_of(measure, variant.scenario),
            "replications": len(variant.digests),
        }
        for index, item in enumerate(items)
    ]
