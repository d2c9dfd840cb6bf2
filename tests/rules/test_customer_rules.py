"""Rules of customers over time stay bounded, monotone and centred over the full ranges of the registry."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from momentsim.rules.brand import brand_after
from momentsim.rules.expectations import BOUND, expectation_after
from momentsim.rules.grievances import (
    weight_of_broken_promise,
    weight_of_product_failure,
    weight_with_grievance,
)
from momentsim.rules.word_of_mouth import joins_by_bad, joins_by_good
from momentsim.scenario.evidence import registry


def in_range(name: str) -> st.SearchStrategy[float]:
    parameter = registry.get(name)
    return st.floats(parameter.low, parameter.high)


SCORES = st.floats(-8.0, 8.0)


@given(SCORES, SCORES, SCORES, in_range("expectation_up"), in_range("expectation_down"))
def test_expectations_are_bounded_and_rise_with_the_surprise(
    expectation: float, one: float, other: float, up: float, down: float
) -> None:
    low, high = (expectation_after(expectation, surprise, up, down) for surprise in sorted((one, other)))
    assert -BOUND <= low <= high <= BOUND
    if abs(expectation) <= BOUND:
        assert expectation_after(expectation, 0.0, up, down) == expectation


@given(in_range("expectation_up"), in_range("expectation_down"), SCORES)
def test_expectations_correct_themselves(up: float, down: float, steady: float) -> None:
    """The same service again and again becomes what is expected (within the bound), without swinging."""
    expectation = 0.0
    gap = abs(steady)
    for _ in range(400):
        expectation = expectation_after(expectation, steady - expectation, up, down)
        assert abs(steady - expectation) <= gap + 1e-12
        gap = abs(steady - expectation)
    assert expectation == pytest.approx(min(max(steady, -BOUND), BOUND), abs=1e-6)


@given(st.floats(0.0, 50.0), st.floats(0.0, 50.0), in_range("grievance_amplify"))
def test_grievances_weigh_more_never_less_than_nothing(one: float, usual: float, amplify: float) -> None:
    assert (
        0.0 <= weight_with_grievance(one, usual, amplify) <= weight_with_grievance(one + 1.0, usual, amplify)
    )
    assert weight_with_grievance(usual, usual, amplify) == 1.0


@given(in_range("buffer_product"), in_range("amplify_promise"))
def test_weights_of_failures_have_mean_one_over_dispositions(buffer: float, amplify: float) -> None:
    nodes = np.linspace(-9.0, 9.0, 36_001)
    density = np.exp(-0.5 * nodes * nodes) / math.sqrt(2.0 * math.pi)
    for rule, size in ((weight_of_product_failure, buffer), (weight_of_broken_promise, amplify)):
        weights = np.array([rule(float(node), size) for node in nodes[::60]])
        assert np.all(weights >= 0.0)
        assert np.trapezoid(weights * density[::60], nodes[::60]) == pytest.approx(1.0, abs=1e-4)


def test_strong_relations_forgive_products_and_punish_promises() -> None:
    assert (
        weight_of_product_failure(2.0, 0.2)
        < weight_of_product_failure(0.0, 0.2)
        == weight_of_product_failure(-2.0, 0.2)
    )
    assert (
        weight_of_broken_promise(2.0, 0.4)
        > weight_of_broken_promise(0.0, 0.4)
        == weight_of_broken_promise(-2.0, 0.4)
    )


@given(
    st.floats(0.0, 3.0), st.floats(0.0, 5000.0), in_range("brand_half_life_d"), in_range("brand_permanent")
)
def test_the_brand_recovers_but_for_a_part(shock: float, days: float, life: float, permanent: float) -> None:
    now, later = brand_after(shock, days, life, permanent), brand_after(shock, days + 10.0, life, permanent)
    assert -shock - 1e-12 <= now <= later <= -permanent * shock + 1e-12
    assert brand_after(shock, -1.0, life, permanent) == 0.0


def test_brand_follows_the_published_index() -> None:
    """25 before, -1 at the low after 31 days of storm and silence, 16 about 86 days later (E3.6): within 2 points."""
    drop = 26.0 / -brand_after(1.0, 0.0, 45.0, 0.15)
    assert 25.0 + drop * brand_after(1.0, 86.0, 45.0, 0.15) == pytest.approx(16.0, abs=2.0)


@given(
    in_range("tell_good"), in_range("reach_good"), in_range("listener_prospect"), in_range("purchase_up"),
    in_range("tell_bad"), in_range("reach_bad"), in_range("purchase_down"), in_range("prior_purchase"),
)  # fmt: skip
def test_word_of_mouth_moves_probabilities_by_what_is_left_of_them(
    good: float,
    far: float,
    prospects: float,
    up: float,
    bad: float,
    farther: float,
    down: float,
    prior: float,
) -> None:
    assert 0.0 <= joins_by_good(good, far, prospects, up, prior) <= far
    assert 0.0 <= joins_by_bad(bad, farther, prospects, down, prior) <= farther
    assert 0.0 <= prior - down * prior <= prior + up * (1.0 - prior) <= 1.0
