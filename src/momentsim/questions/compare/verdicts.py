"""What a comparison says in the end: gains and prices against the baseline, places, and the front.

Statements of one sentence hold together: the two intervals of a variant (customers kept, cost) are corrected for
two statements about each of all variants, so that all sentences of a comparison are true with at least 95 %
(Bonferroni, whatever their dependence).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from momentsim.measures.facts import Sample
from momentsim.measures.pareto_front import front, places
from momentsim.measures.price import price
from momentsim.measures.statistics import (
    Estimate,
    difference,
    interval,
    probability_above_zero,
    side_by_side,
    simultaneous,
)
from momentsim.measures.summary import estimate_by_name

LOST, LEVEL, COST, VALUE, BENEFIT = (
    "customers_lost_expected", "service_level", "cost_total", "value_net", "net_benefit",
)  # fmt: skip
MEASURES = (LOST, LEVEL, COST, VALUE, BENEFIT)

CLAIMS_PER_SENTENCE = 2

VERDICT_COLUMNS = (
    "case", "gain", "gained", "gained_low", "gained_high", "cost", "cost_low", "cost_high",
    "probability_better", "price", "price_low", "price_high", "price_blank", "replications",
)  # fmt: skip
RANKING_COLUMNS = (
    "case", "cost_total", "value_net", "net_benefit", "best_place", "worst_place",
    "on_front", "on_front_probability", "beaten_by",
)  # fmt: skip

PAIRS_COLUMNS = ("case", "measure", "replication", "value")

Estimates = Mapping[str, Estimate]
"""By measure, of scope `all`: one item."""


def estimates_of(sample: Sample) -> dict[str, Estimate]:
    """The measures that verdicts are made of."""
    return estimate_by_name(MEASURES, sample)


def pairs_table(cases: Mapping[str, Estimates], replications: Sequence[int]) -> pd.DataFrame:
    """What each replication says about each measure of the verdicts, baseline first.

    Means of `value`, and paired t intervals of their differences, are those of the other tables. An antithetic
    pair has one value, under the number of its first replication.
    """
    tables = [
        pd.DataFrame(
            {
                "case": case,
                "measure": measure,
                "replication": list(replications)[:: max(1, len(replications) // len(estimated.influence))],
                "value": estimated.value[0] + estimated.influence[:, 0],
            }
        )
        for case, estimates in cases.items()
        for measure, estimated in estimates.items()
    ]
    return pd.concat(tables, ignore_index=True)[list(PAIRS_COLUMNS)]


def verdicts(baseline: Estimates, variants: Mapping[str, Estimates]) -> pd.DataFrame:
    """One row per variant: what is gained at what cost, each corrected as above, and the price of a customer.

    `gain` is `customers kept` (fewer are lost by experience), or `service level` where memory is off and so
    nobody is. Prices are corrected for one statement about each variant.
    """
    rows = [_verdict(name, baseline, variant, len(variants)) for name, variant in variants.items()]
    return pd.DataFrame(rows, columns=list(VERDICT_COLUMNS))


def _verdict(name: str, baseline: Estimates, variant: Estimates, family: int) -> dict[str, Any]:
    confidence = simultaneous(CLAIMS_PER_SENTENCE * family)
    changed = {measure: difference(baseline[measure], variant[measure]) for measure in MEASURES}
    kept, cost = _negative(changed[LOST]), changed[COST]
    loyal = _moves(baseline[LOST]) or _moves(variant[LOST])
    gained = kept if loyal else changed[LEVEL]
    gain_limits, cost_limits = interval(gained, confidence), interval(cost, confidence)
    paid = price(cost, kept, simultaneous(family))
    return {
        "case": name,
        "gain": "customers kept" if loyal else "service level",
        "gained": gained.value[0],
        "gained_low": gain_limits.low[0],
        "gained_high": gain_limits.high[0],
        "cost": cost.value[0],
        "cost_low": cost_limits.low[0],
        "cost_high": cost_limits.high[0],
        "probability_better": probability_above_zero(changed[BENEFIT])[0],
        "price": paid.value,
        "price_low": paid.low,
        "price_high": paid.high,
        "price_blank": "" if paid.is_known else _why_blank(kept, loyal=loyal),
        "replications": len(cost.influence),
    }


def _why_blank(kept: Estimate, *, loyal: bool) -> str:
    if not loyal:
        return "memory is off, so nobody is kept or lost"
    if len(kept.influence) < 2:
        return "one replication tells no interval"
    return "that any is kept can't be told"


def ranking(cases: Mapping[str, Estimates]) -> pd.DataFrame:
    """One row per case, highest net benefit first: places that hold together with 95 %, and the front."""
    names = list(cases)
    cost, value, benefit = (
        side_by_side([case[measure] for case in cases.values()]) for measure in (COST, VALUE, BENEFIT)
    )
    on, ranked = front(cost, value), places(benefit)
    table = pd.DataFrame(
        {
            "case": names,
            "cost_total": cost.value,
            "value_net": value.value,
            "net_benefit": benefit.value,
            "best_place": ranked.best,
            "worst_place": ranked.worst,
            "on_front": on.on,
            "on_front_probability": on.probability,
            "beaten_by": [names[by] if by >= 0 else "" for by in on.beaten_by],
        },
        columns=list(RANKING_COLUMNS),
    )
    return table.sort_values("net_benefit", ascending=False, kind="stable", ignore_index=True)


def _negative(estimated: Estimate) -> Estimate:
    return Estimate(-estimated.value, -estimated.influence)


def _moves(estimated: Estimate) -> bool:
    return bool(estimated.value[0] != 0 or estimated.influence.any())
