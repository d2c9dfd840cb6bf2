"""Verdicts against known truth: made-up variants whose true gains are known stand in for the engine."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pytest

from measures.synthetic import make_sample
from momentsim.measures.pareto_front import front, places
from momentsim.measures.price import price
from momentsim.measures.statistics import FloatArray, estimate, interval, simultaneous
from momentsim.questions.compare.verdicts import (
    BENEFIT,
    COST,
    LEVEL,
    LOST,
    VALUE,
    Estimates,
    estimates_of,
    ranking,
    verdicts,
)
from momentsim.questions.compare.words import price_words, sentence

EXPERIMENTS = 4000
REPLICATIONS = 10
KEPT = np.array([30.0, 5.0, 0.0, -12.0])
"""True customers kept by each variant; the third keeps none."""
EXTRA = np.array([-4650.0, 900.0, 0.0, 250.0])
"""True cost above the baseline's, USD."""
WORTH = 100.0
MOST_MISSES = 0.067
"""Of 4,000 experiments when each misses with 5 %: more with a chance below 1 in a million (binomial)."""


class World(NamedTuple):
    """Baseline and variants of one experiment."""

    baseline: Estimates
    variants: dict[str, Estimates]


def world(seed: int, replications: int = REPLICATIONS) -> World:
    """Luck that all share, and luck of each variant's own in which gain and cost hang together."""
    random = np.random.default_rng(seed)
    luck = random.normal(0, 40, (replications, 2))
    baseline = _estimates(500 + luck[:, 0], 20_000 + 50 * luck[:, 1])
    variants = {}
    for index, (kept, extra) in enumerate(zip(KEPT, EXTRA, strict=True)):
        own = random.normal(0, 6, (replications, 2))
        lost = 500 + luck[:, 0] - kept + own[:, 0]
        variants[f"v{index}"] = _estimates(lost, 20_000 + 50 * luck[:, 1] + extra + 30 * own.sum(axis=1))
    return World(baseline, variants)


def _estimates(lost: FloatArray, cost: FloatArray) -> Estimates:
    columns = {LOST: lost, COST: cost, VALUE: -WORTH * lost, BENEFIT: -WORTH * lost - cost, LEVEL: 0 * lost}
    return {name: estimate(values[:, None]) for name, values in columns.items()}


def said(text: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """The two intervals of a sentence as a reader takes them: customers kept, cost above the baseline's."""
    gain, cost = text.split(", at ")
    return _read(gain, "more customers", "fewer customers"), _read(cost, "USD more", "USD less")


def _read(words: str, up: str, down: str) -> tuple[float, float]:
    numbers = [float(number.replace(",", "")) for number in re.findall(r"[\d][\d,.]*\d|\d", words)]
    first, second = numbers
    if "between" in words.lower():
        return -first, second
    assert first <= second
    return (first, second) if up in words else (-second, -first)


@pytest.mark.slow
def test_the_sentences_of_a_comparison_are_true_together() -> None:
    """All numbers as printed, of all four variants: at most 5 % of comparisons say anything that is false."""
    wrong = 0
    for seed in range(EXPERIMENTS):
        made = world(seed)
        rows = verdicts(made.baseline, made.variants).to_dict(orient="records")
        for index, row in enumerate(rows):
            gain, cost = said(sentence(row, "USD"))
            if not (gain[0] <= KEPT[index] <= gain[1] and cost[0] <= EXTRA[index] <= cost[1]):
                wrong += 1
                break
    assert wrong / EXPERIMENTS <= MOST_MISSES
    assert wrong / EXPERIMENTS >= 0.01, "nor are they so wide that they say nothing"


@pytest.mark.slow
def test_without_the_correction_they_would_not_be() -> None:
    wrong = 0
    for seed in range(1000):
        made = world(seed)
        misses = False
        for index, variant in enumerate(made.variants.values()):
            for measure, truth in ((LOST, -KEPT[index]), (COST, EXTRA[index])):
                changed = variant[measure].influence - made.baseline[measure].influence
                value = variant[measure].value - made.baseline[measure].value
                limits = interval(made.baseline[measure]._replace(value=value, influence=changed))
                misses |= not limits.low[0] <= truth <= limits.high[0]
        wrong += misses
    assert wrong / 1000 > 2 * MOST_MISSES


def test_corrected_intervals_hold_together_however_variants_hang_together() -> None:
    """Six variants with one shared baseline: simultaneous intervals miss in at most 5 % of experiments."""
    random = np.random.default_rng(5)
    wrong = 0
    for _ in range(EXPERIMENTS):
        values = random.normal(0, 1, (8, 6)) - random.normal(0, 2, (8, 1))
        limits = interval(estimate(values), simultaneous(6))
        wrong += bool(((limits.low > 0) | (limits.high < 0)).any())
    assert wrong / EXPERIMENTS <= MOST_MISSES


@pytest.mark.parametrize(
    "kept", [8.0, *(pytest.param(other, marks=pytest.mark.slow) for other in (3.0, 40.0))]
)
def test_the_price_of_a_customer_holds_the_truth_or_is_blank(kept: float) -> None:
    """Fieller: prices that are given and miss are at most 5 % of all experiments."""
    random = np.random.default_rng(8)
    wrong = blank = 0
    for _ in range(EXPERIMENTS):
        gain = random.normal(kept, 6, (REPLICATIONS, 1))
        cost = 1000 * kept + 400 * (gain - kept) + random.normal(0, 900, (REPLICATIONS, 1))
        found = price(estimate(cost), estimate(gain))
        blank += not found.is_known
        wrong += found.is_known and not found.low <= 1000 <= found.high
    assert wrong / EXPERIMENTS <= MOST_MISSES
    assert (blank > 0) == (kept < 40)


def test_there_is_a_price_just_where_the_gain_is_clear() -> None:
    random = np.random.default_rng(9)
    for _ in range(200):
        gain = estimate(random.normal(3, 6, (REPLICATIONS, 1)))
        found = price(estimate(random.normal(100, 30, (REPLICATIONS, 1))), gain)
        assert found.is_known == bool(interval(gain).low[0] > 0)
        if found.is_known:
            assert found.low <= found.value <= found.high


@pytest.mark.slow
def test_places_hold_together() -> None:
    """Five cases, two of them truly equal: at most 5 % of experiments say a wrong place."""
    truth = np.array([5.0, 4.0, 4.0, 1.0, 0.0])
    random = np.random.default_rng(3)
    wrong = 0
    for _ in range(EXPERIMENTS):
        found = places(estimate(truth + random.normal(0, 1.2, (8, 5)) + random.normal(0, 3, (8, 1))))
        best = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
        worst = 5 - (truth[None, :] < truth[:, None]).sum(axis=1)
        wrong += bool(((found.best > worst) | (found.worst < best)).any())
    assert wrong / EXPERIMENTS <= MOST_MISSES


def test_the_front_by_hand() -> None:
    cost = estimate(np.tile([10.0, 20.0, 20.0, 30.0, 10.0], (6, 1)))
    value = estimate(np.tile([1.0, 3.0, 2.0, 2.5, 1.0], (6, 1)))
    found = front(cost, value)
    assert found.on.tolist() == [True, True, False, False, True], "equals share a place on the front"
    assert found.probability.tolist() == [1.0, 1.0, 0.0, 0.0, 1.0]
    assert found.beaten_by[2] == 1 and found.beaten_by[3] == 1 and found.beaten_by[0] == -1


def test_the_probability_of_the_front_is_that_of_the_paired_t() -> None:
    """Cost differs for certain, value does not: the dearer case is on the front when its value is higher."""
    random = np.random.default_rng(12)
    luck, own = random.normal(0, 5, (10, 1)), random.normal(0.4, 1, (10, 1))
    value = estimate(np.hstack([luck, luck + own]))
    cost = estimate(np.tile([10.0, 20.0], (10, 1)))
    from scipy import stats

    expected = stats.ttest_1samp(own[:, 0], 0, alternative="greater").pvalue
    found = front(cost, value).probability
    assert found[0] == 1.0
    assert 1 - found[1] == pytest.approx(expected, abs=0.04)  # 5 standard errors of 4,000 draws


def test_verdicts_from_digests_with_and_without_a_difference() -> None:
    baseline, better = estimates_of(make_sample(4)), estimates_of(make_sample(4, relief=0.6))
    records = verdicts(baseline, {"better": better, "same": baseline}).to_dict(orient="records")
    gained, same = records
    assert gained["gained_low"] > 0
    assert same["gained"] == 0 and same["probability_better"] == 0.5
    assert sentence(same, "USD") == "As many customers stay, at the same cost."
    assert "that any is kept can't be told" in price_words(same, "USD")
    ranked = ranking({"base": baseline, "better": better, "same": baseline})
    assert ranked["case"].iloc[0] == "better"
    assert ranked["on_front"].tolist()[0]


def test_one_replication_has_no_verdict() -> None:
    baseline, better = estimates_of(make_sample(1)), estimates_of(make_sample(1, relief=0.6))
    (row,) = verdicts(baseline, {"better": better}).to_dict(orient="records")
    assert "One replication" in sentence(row, "USD")
    assert row["price_blank"] == "one replication tells no interval"
    ranked = ranking({"base": baseline, "better": better})
    assert ranked["best_place"].tolist() == [1, 1] and ranked["worst_place"].tolist() == [2, 2]
    assert ranked["on_front_probability"].isna().all()
