"""Rules of the bond against numerical integration and their defining properties."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from momentsim.compiler.decorators import compiled
from momentsim.rules import loyalty

norms = st.floats(-4.0, 4.0)
displacements = st.floats(-6.0, 6.0)
slopes = st.floats(0.45, 0.95)
days = st.floats(0.01, 400.0)
half_lives = st.floats(90.0, 360.0)


def integrated_hazard(
    hazard: float, norm: float, y: float, slope: float, half_life: float, duration: float
) -> float:
    """Integral over `duration` of the hazard of a customer of this norm, at y = 0 and norm 0 `hazard`."""
    left = loyalty.fade(1.0, duration, half_life)
    return loyalty.hazard_integral(hazard * math.exp(-slope * norm), y, slope, half_life, duration, left)


@pytest.mark.parametrize(
    "z", [-5.7, -2.0, -0.3, -0.126, -0.125, 1e-9, 0.06, 0.125, 0.126, 0.4, 1.0, 3.0, 5.7]
)
def test_ein_against_quadrature(z: float) -> None:
    wanted = quad(lambda v: -math.expm1(-v) / v, 0.0, z, epsabs=1e-14, epsrel=1e-13)[0]
    assert loyalty.ein(z) == pytest.approx(wanted, rel=1e-12)


def test_ein_of_zero_is_zero() -> None:
    assert loyalty.ein(0.0) == 0.0


@compiled
def short_exp(z: float) -> float:
    return loyalty.near_exp(z) if loyalty.is_near_exponent(z) else math.nan


@given(z=st.floats(-1.0 / 64.0, 1.0 / 64.0))
def test_exp_of_small_numbers(z: float) -> None:
    assert short_exp(z) == pytest.approx(math.exp(z), rel=4e-16)


@pytest.mark.parametrize("z", [-0.016, 0.016, 1.0])
def test_other_numbers_are_none_of_its(z: float) -> None:
    assert math.isnan(short_exp(z))


@given(norm=norms, y=displacements, slope=slopes, half_life=half_lives, duration=days)
def test_integrated_hazard_against_quadrature(
    norm: float, y: float, slope: float, half_life: float, duration: float
) -> None:
    def rate(s: float) -> float:
        return 0.0005 * math.exp(-slope * (norm + y * 2.0 ** (-s / half_life)))

    wanted = quad(rate, 0.0, duration, epsrel=1e-11)[0]
    assert integrated_hazard(0.0005, norm, y, slope, half_life, duration) == pytest.approx(wanted, rel=1e-8)


@given(
    norm=norms, y=displacements, slope=slopes, half_life=half_lives, duration=days, part=st.floats(0.0, 1.0)
)
def test_integrated_hazard_splits_exactly(
    norm: float, y: float, slope: float, half_life: float, duration: float, part: float
) -> None:
    """Touching a customer in between changes nothing: the reason why the ledger adds up."""
    first = duration * part
    later = loyalty.fade(y, first, half_life)
    whole = integrated_hazard(1.0, norm, y, slope, half_life, duration)
    split = integrated_hazard(1.0, norm, y, slope, half_life, first) + integrated_hazard(
        1.0, norm, later, slope, half_life, duration - first
    )
    assert split == pytest.approx(whole, rel=1e-9)
    assert whole > 0.0


def test_half_of_a_displacement_is_left_after_a_half_life() -> None:
    assert loyalty.fade(0.8, 180.0, 180.0) == pytest.approx(0.4)
    assert loyalty.fade(0.8, 0.0, 180.0) == 0.8


@given(start=st.floats(-3.0, 3.0), jump=st.floats(-10.0, 10.0))
def test_jumps_stay_within_the_bound(start: float, jump: float) -> None:
    after = loyalty.jump_within(start, jump, 3.0)
    assert abs(after) <= 3.0
    if abs(start + jump) <= 3.0:
        assert after == start + jump


def test_losses_loom_larger_and_gains_flatten() -> None:
    assert loyalty.response(-1.0, 2.0, 0.8) == -2.0
    assert loyalty.response(1.0, 2.0, 0.8) == 1.0
    assert loyalty.response(0.0, 2.0, 0.8) == 0.0
    assert loyalty.response(2.0, 2.0, 0.8) == pytest.approx(2.0**0.8)


def test_wallet_size_accounts_for_the_causal_part_of_the_gap() -> None:
    size = loyalty.wallet_size(0.85, 0.7, 0.45, math.log(1.2), 0.5)
    assert 0.45 * (0.85 * size + 0.7 * 2.0 * size) == pytest.approx(0.5 * math.log(1.2))


def test_spend_has_mean_one_over_the_base() -> None:
    density = math.sqrt(2.0 * math.pi)
    mean = quad(lambda n: loyalty.spend_factor(n, 0.06) * math.exp(-n * n / 2.0) / density, -9.0, 9.0)[0]
    assert mean == pytest.approx(1.0, rel=1e-9)
