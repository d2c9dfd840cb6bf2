"""Rules of recovery and offers: bounded and monotone over the whole ranges of the registry, and exact at corners."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from momentsim.rules import recovery
from momentsim.scenario.evidence.registry import BEHAVIOURAL

shares = st.floats(0.0, 1.0)
amounts = st.floats(0.0, 1e9)


def within(name: str) -> st.SearchStrategy[float]:
    """Any plausible value of an evidence parameter."""
    return st.floats(BEHAVIOURAL[name].low, BEHAVIOURAL[name].high)


@given(shares, shares, within("complaint_minor"), within("complaint_serious"), within("complaint_stakes"))
def test_complaints_are_shares_and_rise_with_stakes(
    one: float, other: float, minor: float, serious: float, at: float
) -> None:
    low, high = (
        recovery.complaint_probability(stakes, minor, serious, at) for stakes in sorted((one, other))
    )
    assert 0.0 <= low <= high + 1e-12 <= 1.0 + 1e-9


def test_complaints_at_the_corners() -> None:
    assert recovery.complaint_probability(0.0, 0.35, 0.75, 0.7) == pytest.approx(0.35)
    assert recovery.complaint_probability(0.35, 0.35, 0.75, 0.7) == pytest.approx(0.55)
    assert recovery.complaint_probability(0.7, 0.35, 0.75, 0.7) == pytest.approx(0.75)
    assert recovery.complaint_probability(1.0, 0.35, 0.75, 0.7) == pytest.approx(0.75)


@given(st.floats(0.0, 1e4), st.floats(0.0, 1e4), within("recovery_half_life_d"))
def test_promptness_falls_with_the_delay(one: float, other: float, half_life: float) -> None:
    early, late = (recovery.promptness(delay, half_life) for delay in sorted((one, other)))
    assert 0.0 <= late <= early <= 1.0


@given(amounts, amounts, amounts, within("generosity_scale"))
def test_generosity_rises_with_the_amount(one: float, other: float, price: float, scale: float) -> None:
    less, more = (recovery.generosity(amount, price, scale) for amount in sorted((one, other)))
    assert 0.0 <= less <= more <= 1.0


def test_generosity_at_the_corners() -> None:
    assert recovery.generosity(0.0, 0.0, 0.1) == 0.0
    assert recovery.generosity(5.0, 0.0, 0.1) == 1.0
    assert recovery.generosity(10.0, 20.0, 0.5) == pytest.approx(0.6321205588)


@given(shares, shares, within("justice_of_money"), within("grievance_closes"), st.sampled_from([0.0, 1.0]))
def test_a_grievance_closes_by_money_and_more_with_an_apology(
    one: float, other: float, of_money: float, closes: float, words: float
) -> None:
    """The share is 0..1, rises with money and promptness, and words alone close nothing."""
    less, more = (recovery.justice(money, words, of_money) for money in sorted((one, other)))
    assert 0.0 <= less <= more <= 1.0
    assert recovery.justice(0.0, words, of_money) == 0.0
    assert recovery.justice(one, 1.0, of_money) == pytest.approx(2.0 * recovery.justice(one, 0.0, of_money))
    late, early = (recovery.grievance_share(prompt, more, closes) for prompt in sorted((one, other)))
    assert 0.0 <= late <= early <= 1.0


@given(
    shares, shares, shares, within("gift_restores"), within("apology_restores"), within("apology_alone"),
    within("recovery_paradox"),
)  # fmt: skip
def test_what_recovery_gives_back_is_bounded_and_falls_with_the_delay(
    one: float, other: float, money: float, gift: float, apology: float, alone: float, paradox: float
) -> None:
    late, early = (
        recovery.attitude_share(prompt, money, gift, apology, alone, paradox)
        for prompt in sorted((one, other))
    )
    assert 0.0 <= late <= early + 1e-12 <= apology + gift + paradox + 1e-9
    for restores in (0.2, 1.0):
        back = [recovery.behaviour_share(prompt, money, restores) for prompt in sorted((one, other))]
        assert 0.0 <= back[0] <= back[1] <= 1.0


def test_attitude_may_be_lifted_above_where_it_was_and_behaviour_may_not() -> None:
    """Quick, with an apology and enough money: the paradox of satisfaction. Words alone do little."""
    assert recovery.attitude_share(1.0, 1.0, 0.0, 0.37, 0.25, 0.7) == pytest.approx(1.07)
    assert recovery.attitude_share(0.5, 1.0, 0.0, 0.37, 0.25, 0.7) == pytest.approx(0.185 + 0.7 / 16)
    assert recovery.attitude_share(1.0, 0.0, 0.0, 0.37, 0.25, 0.7) == pytest.approx(0.37 / 4)
    assert recovery.attitude_share(1.0, 1.0, 0.0, 0.0, 0.25, 0.0) == 0.0
    assert recovery.behaviour_share(1.0, 1.0, 5.0) == 1.0


@given(within("offer_harm"), shares, shares)
def test_an_offer_in_the_wrong_moment_harms_more_at_stakes(harm: float, one: float, other: float) -> None:
    low, high = (recovery.pushy_offer_harm(harm, stakes) for stakes in sorted((one, other)))
    assert 0.5 * harm <= low <= high <= harm


@given(shares, within("offer_attitude"), st.floats(-6.0, 6.0), st.floats(-6.0, 6.0))
def test_acceptance_is_a_share_and_rises_with_attitude(
    base: float, slope: float, one: float, other: float
) -> None:
    low, high = (recovery.acceptance(base, slope, x) for x in sorted((one, other)))
    assert 0.0 <= low <= high + 1e-12 <= 1.0 + 1e-9
    assert recovery.acceptance(base, slope, 0.0) == pytest.approx(base)
