"""Side awards: who was kindest to people, and who kept customers for the least money, as far as it can be told.

What cannot be told apart shares an award; one that all would share is not given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from momentsim.measures.catalogue import BY_NAME
from momentsim.measures.pareto_front import places
from momentsim.measures.statistics import Estimate, side_by_side
from momentsim.measures.summary import estimate_by_name, unit_of
from momentsim.questions.compare.compare import Comparison
from momentsim.questions.compare.samples import common_replications, sample_of
from momentsim.questions.compare.words import PRICE_DIGITS
from momentsim.report.numbers import WORD_DIGITS, join_words, reading_unit, show_number
from momentsim.report.tables import SELF_EVIDENT
from momentsim.report.verdicts import Verdict, decide
from momentsim.scenario.types import Scenario

LOWEST: Final = (
    ("fewest never helped", ("unserved",)),
    ("kindest to the team", ("burnout_mean", "occupancy")),
)
"""Awards to the lowest, by the first of these measures that has a meaning in the scenario."""
CHEAPEST: Final = "least money for a customer kept"


class Award(NamedTuple):
    """Who has it, by case, and why in words."""

    title: str
    measure: str
    cases: tuple[str, ...]
    words: str


def awards(comparison: Comparison, contestants: Mapping[str, str]) -> list[Award]:
    """The awards of a comparison to contestants (what people call them, by case); none for less than two of them."""
    if len(contestants) < 2 or comparison.pairs < 2:
        return []
    found = [_lowest(comparison, contestants, title, names) for title, names in LOWEST]
    return [award for award in (*found, _cheapest(comparison, contestants)) if award is not None]


def _lowest(
    comparison: Comparison, contestants: Mapping[str, str], title: str, names: Sequence[str]
) -> Award | None:
    """Whoever may have the first place; places hold together with 95 %."""
    together = common_replications(list(comparison.cases.values()))
    for name in names:
        samples = [sample_of(comparison.cases[case], together) for case in contestants]
        estimates = [estimate_by_name([name], sample)[name] for sample in samples]
        turned = side_by_side([Estimate(-each.value, -each.influence) for each in estimates])
        if not np.isfinite(turned.value).all() or not turned.value.any():
            continue
        best = places(turned).best.tolist()
        told = {
            case: f"{contestants[case]} with {_level(name, samples[0].scenario, -float(value))}"
            for case, value, place in zip(contestants, turned.value, best, strict=True)
            if place == 1
        }
        return None if len(told) == len(contestants) else _award(title, name, told)
    return None


def _level(name: str, scenario: Scenario, value: float) -> str:
    """`222 never helped`, `82.3 % occupancy`."""
    measure = BY_NAME[name]
    unit = "" if measure.unit in SELF_EVIDENT else f" {reading_unit(unit_of(measure, scenario))}"
    whole = round(value) if measure.unit == "customers" else value
    return f"{show_number(whole, measure.unit, math.nan, WORD_DIGITS)}{unit} {measure.title.strip()}"


def _cheapest(comparison: Comparison, contestants: Mapping[str, str]) -> Award | None:
    """Who keeps customers for the least money: those who even save some share it, else the lowest price wins.

    Only where it can be told that customers are kept, and whether that costs or saves; prices whose intervals overlap
    are shared.
    """
    kept = [
        row
        for row in comparison.verdicts.to_dict(orient="records")
        if row["case"] in contestants
        and row["gain"] == "customers kept"
        and decide(row["gained_low"], row["gained_high"]) is Verdict.HIGHER
    ]
    cost = {row["case"]: decide(row["cost_low"], row["cost_high"]) for row in kept}
    saving = [row for row in kept if cost[row["case"]] is Verdict.LOWER]
    priced = [row for row in kept if cost[row["case"]] is Verdict.HIGHER and math.isfinite(row["price"])]
    lowest = min((row["price_high"] for row in priced), default=math.nan)
    currency = comparison.baseline.loaded.scenario.currency
    told = {
        row["case"]: f"{contestants[row['case']]}, who keeps customers and spends less" for row in saving
    } or {
        row["case"]: f"{contestants[row['case']]} with {_price(row['price'], currency)}"
        for row in priced
        if row["price_low"] <= lowest
    }
    return None if not told or len(told) == len(contestants) else _award(CHEAPEST, "price", told)


def _price(amount: float, currency: str) -> str:
    rounded = float(f"{amount:.{PRICE_DIGITS}g}")
    return f"about {show_number(rounded, currency, math.nan, PRICE_DIGITS)} {currency}"


def _award(title: str, measure: str, told: Mapping[str, str]) -> Award:
    shared = ", which can't be told apart" if len(told) > 1 else ""
    return Award(title, measure, tuple(told), f"{join_words(list(told.values()))}{shared}")
