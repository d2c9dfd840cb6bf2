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


ratios = st.one_of(st.just(2.0), st.floats(0.5, 12.0))
grievances = st.one_of(st.just(0.0), st.floats(0.0, 3.0))


def integrated_hazard(
    hazard: float,
    norm: float,
    y: float,
    slope: float,
    half_life: float,
    duration: float,
    grievance: float = 0.0,
    ratio: float = 2.0,
) -> float:
    """Integral over `duration` of the hazard of a customer of this norm, at y = 0 and norm 0 `hazard`."""
    left = loyalty.fade(1.0, duration, half_life)
    rate = hazard * math.exp(-slope * norm)
    return loyalty.hazard_integral(rate, y, slope, half_life, duration, left, grievance, ratio)


@pytest.mark.parametrize("ratio", [0.5, 1.0, 2.0, 3.7, 12.0])
@pytest.mark.parametrize("z", [-5.7, -0.3, -0.125, 0.0, 1e-9, 0.126, 1.0, 5.7])
def test_lasting_against_quadrature(z: float, ratio: float) -> None:
    wanted = quad(lambda v: math.exp(-z * v ** (1.0 / ratio)) / ratio, 0.0, 1.0, epsabs=1e-14, epsrel=1e-13)[
        0
    ]
    assert loyalty.lasting(z, ratio) == pytest.approx(wanted, rel=1e-11)


def test_lasting_is_elementary_at_the_default_half_lives() -> None:
    for z in (-2.0, -0.4, 0.4, 3.0):
        assert loyalty.lasting(z, 2.0) == pytest.approx((1.0 - (1.0 + z) * math.exp(-z)) / z**2, rel=1e-12)


@given(lag=st.floats(45.0, 180.0), relaxing=st.floats(180.0, 720.0), duration=days)
def test_wallets_follow_targets_that_relax(lag: float, relaxing: float, duration: float) -> None:
    """Against quadrature, also where the two half-lives meet; and passing through a day between changes nothing."""
    follows = math.log(2.0) / lag

    def pulled(s: float) -> float:
        return float(follows * math.exp(-follows * (duration - s)) * 2.0 ** (-s / relaxing))

    wanted = quad(pulled, 0.0, duration, epsrel=1e-12)[0]
    shown = loyalty.shown_of_target(duration, lag, relaxing)
    assert shown == pytest.approx(wanted, rel=1e-9)
    first, rest = 0.3 * duration, 0.7 * duration
    split = loyalty.shown_of_target(first, lag, relaxing) * 2.0 ** (-rest / lag)
    split += 2.0 ** (-first / relaxing) * loyalty.shown_of_target(rest, lag, relaxing)
    assert split == pytest.approx(shown, rel=1e-9)


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


@given(z=st.floats(-1.0 / 32.0, 1.0 / 32.0))
def test_exp_of_small_numbers(z: float) -> None:
    assert short_exp(z) == pytest.approx(math.exp(z), rel=1e-14)


@pytest.mark.parametrize("z", [-0.032, 0.032, 1.0])
def test_other_numbers_are_none_of_its(z: float) -> None:
    assert math.isnan(short_exp(z))


@given(
    norm=norms,
    y=displacements,
    slope=slopes,
    half_life=half_lives,
    duration=days,
    grievance=grievances,
    ratio=ratios,
)
def test_integrated_hazard_against_quadrature(
    norm: float, y: float, slope: float, half_life: float, duration: float, grievance: float, ratio: float
) -> None:
    def rate(s: float) -> float:
        left = 2.0 ** (-s / half_life)
        return float(0.0005 * math.exp(-slope * (norm + y * left)) * (1.0 + grievance * left**ratio))

    wanted = quad(rate, 0.0, duration, epsrel=1e-11)[0]
    found = integrated_hazard(0.0005, norm, y, slope, half_life, duration, grievance, ratio)
    assert found == pytest.approx(wanted, rel=1e-8)


@given(
    norm=norms, y=displacements, slope=slopes, half_life=half_lives, duration=days, part=st.floats(0.0, 1.0),
    grievance=grievances, ratio=ratios,
)  # fmt: skip
def test_integrated_hazard_splits_exactly(
    norm: float,
    y: float,
    slope: float,
    half_life: float,
    duration: float,
    part: float,
    grievance: float,
    ratio: float,
) -> None:
    """Touching a customer in between changes nothing: the reason why the ledger adds up."""
    first = duration * part
    later, still = loyalty.fade(y, first, half_life), loyalty.fade(grievance, first, half_life / ratio)
    whole = integrated_hazard(1.0, norm, y, slope, half_life, duration, grievance, ratio)
    split = integrated_hazard(1.0, norm, y, slope, half_life, first, grievance, ratio) + integrated_hazard(
        1.0, norm, later, slope, half_life, duration - first, still, ratio
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
