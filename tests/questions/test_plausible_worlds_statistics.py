"""Spread of worlds and sampling noise, shares of worlds, flips and information against known truths.

Chances of a false alarm are for one run with another seed; with the seeds set here each test is certain.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from momentsim.questions.designs import unit_points
from momentsim.questions.worlds.flips import flip_of
from momentsim.questions.worlds.shares import judge_share
from momentsim.questions.worlds.spread import components, quantiles, shrink
from momentsim.questions.worlds.surrogate import Surrogate, fit, foretold, polynomial, select
from momentsim.questions.worlds.value_of_information import partly, perfect

FloatArray = npt.NDArray[np.float64]

RUNS = 3000
SIGMAS = 5.5
"""False alarm of one bound: 4e-8 by the normal law."""


def crossed(
    random: np.random.Generator, truth: FloatArray, *, shared: float, own: float, trials: int = 4
) -> FloatArray:
    """Differences of worlds with these true values, under luck that they share and luck of their own (SD)."""
    luck = shared * random.standard_normal(trials) + own * random.standard_normal((len(truth), trials))
    return np.asarray(truth[:, None] + luck, np.float64)


def mean_within(found: list[float], truth: float) -> bool:
    """Whether a mean agrees with the truth."""
    values = np.array(found)
    return bool(abs(values.mean() - truth) <= SIGMAS * values.std(ddof=1) / np.sqrt(len(values)))


@pytest.mark.parametrize(
    ("spread", "shared", "own"),
    [
        (3.0, 2.0, 1.0),
        *(pytest.param(*others, marks=pytest.mark.slow) for others in ((0.5, 4.0, 2.0), (2.0, 0.0, 5.0))),
    ],
)
def test_variance_components_without_bias(spread: float, shared: float, own: float) -> None:
    """Two-way crossed effects with known variances; false alarm 6 x 4e-8. Luck shared by worlds is no spread."""
    random = np.random.default_rng(1)
    found = [
        components(crossed(random, spread * random.standard_normal(64), shared=shared, own=own))
        for _ in range(RUNS)
    ]
    assert mean_within([each.own for each in found], own**2)
    raw = [each.worlds for each in found]
    if min(raw) > 0.0:  # cut at 0 it would be biased upwards, by little
        assert mean_within(raw, spread**2)
    assert np.mean(raw) == pytest.approx(spread**2, rel=0.1)
    if shared == 0.0:
        assert np.mean([each.shared for each in found]) < 0.1 * own**2
    else:
        assert np.mean([each.shared for each in found]) == pytest.approx(shared**2, rel=0.1)


def test_luck_alone_is_not_taken_for_a_spread() -> None:
    """All worlds are equal: raw means spread by own / sqrt(4), the calmed ones by far less."""
    random = np.random.default_rng(2)
    raw, calm = [], []
    for _ in range(400):
        drawn = crossed(random, np.zeros(64), shared=5.0, own=2.0)
        raw.append(drawn.mean(axis=1).std())
        calm.append(shrink(drawn).std())
    assert np.mean(raw) == pytest.approx(1.0, rel=0.05)
    assert np.mean(calm) < 0.3


def test_quantiles_are_those_of_the_worlds_and_not_of_the_noise() -> None:
    """Worlds of SD 2 under own noise of SD 4 in a world's mean of 4: raw quantiles would be 41 % too wide."""
    random = np.random.default_rng(3)
    found = np.array(
        [
            quantiles(crossed(random, 2.0 * random.standard_normal(64), shared=0.0, own=4.0))
            for _ in range(800)
        ]
    )
    width = (found[:, -1] - found[:, 0]).mean()
    assert width == pytest.approx(2 * 1.645 * 2.0, rel=0.08)


def test_the_spread_is_the_same_with_one_replication_but_noise_is_blank() -> None:
    found = components(np.array([[1.0], [2.0], [4.0]]))
    assert found.worlds == pytest.approx(np.var([1, 2, 4], ddof=1))
    assert np.isnan(found.sampling) and found.shrinking == 1.0


@pytest.mark.parametrize(
    "share", [0.3, *(pytest.param(other, marks=pytest.mark.slow) for other in (0.0, 0.7, 0.9, 1.0))]
)
@pytest.mark.parametrize(
    ("effect", "shared", "own"), [(1.0, 1.0, 0.3), (0.01, 1.0, 1.0), (0.0, 1.0, 1.0), (3.0, 0.5, 0.5)]
)
def test_the_share_of_better_worlds_is_within_its_limits_in_95_of_100(
    share: float, effect: float, shared: float, own: float
) -> None:
    """Worlds are better by `effect` or worse by it (or by nothing), under much or little luck that they share.

    Nominal 95 %; if that is true, 92.8 % of 3,000 is missed with a chance below 1e-6 (binomial).
    """
    random = np.random.default_rng(int(100 * share) + 7)
    held = 0
    for _ in range(RUNS):
        better = random.random(64) < share
        truth = np.where(better, max(effect, 1e-9), -effect)
        found = judge_share(crossed(random, truth, shared=shared, own=own), 0.95)
        held += found.low <= share <= found.high
    assert held >= 0.928 * RUNS


def test_clear_worlds_give_nine_of_ten_and_never_all() -> None:
    found = judge_share(np.full((64, 4), 5.0) + np.arange(4), 0.95)
    assert (found.better, found.worse, found.undecided) == (64, 0, 0)
    assert 0.9 < found.low < 1.0 and found.high == 1.0
    few = judge_share(np.full((8, 4), 5.0) + np.arange(4), 0.95)
    assert few.low < 0.6  # eight worlds promise little


def test_equal_worlds_are_neither_better_nor_worse() -> None:
    found = judge_share(np.zeros((64, 4)), 0.95)
    assert (found.better, found.worse, found.same, found.undecided) == (0, 0, 64, 0)
    assert found.low == 0.0 and found.high < 0.1


def test_one_replication_decides_nothing() -> None:
    found = judge_share(np.arange(1.0, 65.0)[:, None], 0.95)
    assert found.undecided == 64 and (found.low, found.high) == (0.0, 1.0)


def test_polynomials_are_orthonormal() -> None:
    share = (np.arange(20_000) + 0.5) / 20_000
    table = np.stack([polynomial(degree, share) for degree in (0, 1, 2, 3)])
    assert table @ table.T / len(share) == pytest.approx(np.eye(4), abs=1e-6)


@pytest.mark.slow
def test_assumptions_that_do_nothing_are_seldom_named() -> None:
    """Nothing matters among 100 assumptions: at most 5 % of fits may name one; 22 of 120 has a chance below 1e-7."""
    random = np.random.default_rng(4)
    named = sum(
        bool(select(unit_points("latin", 64, 100, run), random.standard_normal(64))) for run in range(120)
    )
    assert named < 22


def linear(shares: FloatArray, random: np.random.Generator, noise: float = 0.3) -> FloatArray:
    """1 + 3 x the first assumption (-1..1), 1.2 x the second, some of their product, and noise."""
    first, second = 2.0 * shares[:, 0] - 1.0, 2.0 * shares[:, 1] - 1.0
    return np.asarray(
        1.0 + 3.0 * first + 1.2 * second + 0.8 * first * second + noise * random.standard_normal(len(shares))
    )


@pytest.fixture(scope="module")
def fitted() -> Surrogate:
    shares = unit_points("latin", 128, 60, 5)
    return fit(shares, linear(shares, np.random.default_rng(5)))


def test_the_fit_finds_what_matters_and_says_how_well(fitted: Surrogate) -> None:
    assert fitted.dimensions[:2] == (0, 1)
    assert set(fitted.terms) >= {((0, 1),), ((1, 1),)}
    assert 0.9 < fitted.explained < 1.0
    assert fitted.coefficients[0] == pytest.approx(1.0, abs=0.15)
    assert fitted.coefficients[1] == pytest.approx(3.0 / np.sqrt(3.0), abs=0.15)


def test_noise_is_not_foretold() -> None:
    random = np.random.default_rng(6)
    assert foretold(unit_points("latin", 64, 30, 6), random.standard_normal(64)) < 0.1
    assert np.isnan(foretold(unit_points("latin", 8, 3, 6), random.standard_normal(8)))


def test_the_value_at_which_a_verdict_flips(fitted: Surrogate) -> None:
    """1 + 3 (2u - 1) is 0 at u = 1/3; 1 + 1.2 (2u - 1) at 1/12, near the end of what can be told."""
    first = flip_of(fitted, 0)
    assert first.flips == "yes"
    assert first.from_share <= 1 / 3 <= first.to_share
    assert first.share == pytest.approx(1 / 3, abs=0.05)
    assert (first.at_low, first.at_high) == pytest.approx((-2.0, 4.0), abs=0.5)
    assert flip_of(fitted, 7).flips == "no"


@pytest.mark.slow
def test_the_interval_of_a_flip_holds_the_truth() -> None:
    """Nominal 95 %; fewer than 25 of 40 has a chance below 1e-9 at 95 %, and 1e-6 at 90 %."""
    held = 0
    for run in range(40):
        shares = unit_points("latin", 64, 20, run)
        found = flip_of(fit(shares, linear(shares, np.random.default_rng(run), noise=1.0)), 0)
        held += found.from_share <= 1 / 3 <= found.to_share
    assert held >= 25


def test_partial_information_in_closed_form_uniform(fitted: Surrogate) -> None:
    """Mean m + b z, z uniform on -1..1, against 0: E max - max E = (b - m)^2 / 4b for b > m > 0."""
    assert partly([fitted], 0).value == pytest.approx((3.0 - 1.0) ** 2 / 12.0, rel=0.15)
    assert partly([fitted], 1).value == pytest.approx((1.2 - 1.0) ** 2 / 4.8, abs=0.03)
    assert partly([fitted], 9).value == 0.0
    known = partly([fitted], 0)
    assert known.low < 1.0 / 3.0 < known.high


def test_information_in_closed_form_normal() -> None:
    """Difference m + s z, z normal: E max - max E = s phi(m/s) - m Phi(-m/s), for all and for a part of s."""
    shares = unit_points("latin", 512, 12, 8)
    first, second = stats.norm.ppf(shares[:, 0]), stats.norm.ppf(shares[:, 1])
    results = 0.5 + 2.0 * first + 1.0 * second

    def closed(spread: float) -> float:
        return float(spread * stats.norm.pdf(0.5 / spread) - 0.5 * stats.norm.cdf(-0.5 / spread))

    surrogate = fit(shares, results)
    assert perfect(results[:, None]).value == pytest.approx(closed(np.sqrt(5.0)), rel=0.08)
    assert partly([surrogate], 0).value == pytest.approx(closed(2.0), rel=0.08)
    assert partly([surrogate], 1).value == pytest.approx(closed(1.0), rel=0.12)
    assert partly([surrogate], 5).value == 0.0


def test_information_between_two_variants() -> None:
    """Two variants of equal mean that one assumption drives apart: knowing it is worth half the mean gap."""
    share = unit_points("latin", 256, 5, 9)
    drive = 2.0 * share[:, 2] - 1.0
    pair = [fit(share, 10.0 + drive), fit(share, 10.0 - drive)]
    assert partly(pair, 2).value == pytest.approx(0.5, abs=0.01)
    assert perfect(np.stack([10.0 + drive, 10.0 - drive], axis=1)).value == pytest.approx(0.5, abs=0.02)


def test_what_changes_no_choice_is_worth_nothing() -> None:
    differences = -5.0 + np.random.default_rng(10).random((64, 2))
    assert perfect(differences).value == 0.0
