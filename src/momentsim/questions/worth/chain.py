"""The chain from agents to money: what each step of it does because of a variant, so that one sees where it ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from momentsim.measures.catalogue import BY_NAME
from momentsim.measures.facts import Sample
from momentsim.measures.statistics import difference, interval
from momentsim.measures.summary import estimate_by_name, unit_of

STEPS: Final[dict[str, tuple[str, ...]]] = {
    "agents": ("emotional_intelligence_mean", "autonomy_mean", "script_mean"),
    "reached": ("abandoned_share",),
    "deep acts": ("deep_acting_share",),
    "talk": ("talk_quality_mean", "resolved_first_share"),
    "experience": ("delight_share", "let_down_share", "attitude_moved_mean"),
    "staying": ("burnout_mean", "exits_yearly_share", "absent_share"),
    "churn": ("customers_lost_expected", "expected_churn_12m_share"),
    "money": ("value_net", "cost_total"),
}
"""Measures of each step, in the order in which one leads to the next (MODEL 6, 7 and 8)."""
COLUMNS: Final = (
    "condition", "step", "measure", "title", "unit", "without", "with_it", "difference", "low", "high",
)  # fmt: skip
CHAIN_TEXTS: Final = ("condition", "step", "measure", "title", "unit")
ROUNDING: Final = 1e-12
"""Relative to the level, below which a difference is one of floating-point sums."""


def chain_of(condition: str, without: Sample, with_it: Sample) -> Iterator[dict[str, Any]]:
    """One row per measure: both sides, and the paired difference with its own 95 % interval; blank without meaning."""
    names = [name for measures in STEPS.values() for name in measures]
    before, after = estimate_by_name(names, without), estimate_by_name(names, with_it)
    for step, measures in STEPS.items():
        for name in measures:
            changed = difference(before[name], after[name])
            limits = interval(changed)
            level = max(abs(float(before[name].value[0])), 1.0)
            ends = {"difference": changed.value[0], "low": limits.low[0], "high": limits.high[0]}
            yield {
                "condition": condition,
                "step": step,
                "measure": name,
                "title": BY_NAME[name].title.strip(),
                "unit": unit_of(BY_NAME[name], without.scenario),
                "without": float(before[name].value[0]),
                "with_it": float(after[name].value[0]),
                **{key: 0.0 if abs(end) < ROUNDING * level else float(end) for key, end in ends.items()},
            }


def chain_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The rows of all conditions."""
    return pd.DataFrame(rows, columns=list(COLUMNS))
