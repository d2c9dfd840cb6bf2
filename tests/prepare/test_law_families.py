"""Every family of durations, given in every way: moments, quantiles and draws against scipy.stats."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
import scipy.stats as st

from momentsim.contract.plan import SECOND, Family
from momentsim.draws import key_of, name_key, uniform
from momentsim.prepare.laws import LawBook, gamma_table, quantiles
from momentsim.scenario.laws.distributions import Constant, Distribution, Exponential, Mixture
from momentsim.scenario.laws.law import LawQuantile
from momentsim.scenario.laws.law_checks import WAYS
from momentsim.scenario.laws.law_figures import distribution_of
from momentsim.scenario.types import Law, Part

SHARES = np.unique(
    np.concatenate([
        10.0 ** -np.arange(1.0, 17.0), 1.0 - 10.0 ** -np.arange(1.0, 16.0), np.linspace(0.001, 0.999, 1999)
    ])
)  # fmt: skip
NINTH = LawQuantile(share=0.9, at=480.0)
SEEN = (30.0, 10.0, 20.0, 80.0, 20.0)


def given(distribution: str, **keys: Any) -> Law:
    return Law(distribution=distribution, **keys)  # type: ignore[arg-type]  # names of families, as in a file


def lognormal(median: float, sigma: float) -> Any:
    return st.lognorm(sigma, scale=median)


SIGMA = math.sqrt(math.log1p(0.64))
WEIBULL_90 = math.log(math.log(10.0) / math.log(2.0)) / math.log(480 / 180)
GAMMA_MEDIAN = st.gamma(1.5).median()
FAMILIES: dict[str, tuple[Law, Any]] = {
    "lognormal by mean": (
        given("lognormal", mean=300.0),
        lognormal(300 / math.sqrt(2), math.sqrt(math.log(2))),
    ),
    "lognormal by mean and cv": (
        given("lognormal", mean=300.0, cv=0.8),
        lognormal(300 * math.exp(-(SIGMA**2) / 2), SIGMA),
    ),
    "lognormal by mean and sigma": (
        given("lognormal", mean=300.0, sigma=1.1),
        lognormal(300 * math.exp(-0.605), 1.1),
    ),
    "lognormal by median and cv": (given("lognormal", median=300.0, cv=0.8), lognormal(300, SIGMA)),
    "lognormal by median and sigma": (given("lognormal", median=300.0, sigma=1.1), lognormal(300, 1.1)),
    "lognormal by median and quantile": (
        given("lognormal", median=180.0, quantile=NINTH),
        lognormal(180, math.log(480 / 180) / st.norm.ppf(0.9)),
    ),
    "exponential by mean": (given("exponential", mean=300.0), st.expon(scale=300)),
    "exponential by median": (given("exponential", median=300.0), st.expon(scale=300 / math.log(2))),
    "exponential by quantile": (given("exponential", quantile=NINTH), st.expon(scale=480 / math.log(10))),
    "gamma by mean and cv": (given("gamma", mean=180.0, cv=0.8), st.gamma(1 / 0.64, scale=180 * 0.64)),
    "gamma by mean and cv above 1": (given("gamma", mean=180.0, cv=2.0), st.gamma(0.25, scale=720)),
    "gamma by mean and shape": (given("gamma", mean=180.0, shape=3.0), st.gamma(3, scale=60)),
    "gamma by shape and scale": (given("gamma", shape=1.5, scale=60.0), st.gamma(1.5, scale=60)),
    "gamma by median and shape": (
        given("gamma", median=180.0, shape=1.5),
        st.gamma(1.5, scale=180 / GAMMA_MEDIAN),
    ),
    "gamma of the smallest shape": (given("gamma", shape=0.05, scale=60.0), st.gamma(0.05, scale=60)),
    "gamma of the largest shape": (given("gamma", shape=1e4, scale=0.06), st.gamma(1e4, scale=0.06)),
    "gamma of shape 1": (given("gamma", shape=1.0, scale=60.0), st.expon(scale=60)),
    "erlang by phases and mean": (given("erlang", phases=4, mean=240.0), st.gamma(4, scale=60)),
    "erlang by phases and scale": (given("erlang", phases=4, scale=60.0), st.gamma(4, scale=60)),
    "erlang of one phase": (given("erlang", phases=1, mean=60.0), st.expon(scale=60)),
    "weibull by shape and scale": (given("weibull", shape=1.4, scale=60.0), st.weibull_min(1.4, scale=60)),
    "weibull by shape and mean": (
        given("weibull", shape=0.7, mean=60.0),
        st.weibull_min(0.7, scale=60 / math.gamma(1 + 1 / 0.7)),
    ),
    "weibull by shape and median": (
        given("weibull", shape=0.7, median=60.0),
        st.weibull_min(0.7, scale=60 / math.log(2) ** (1 / 0.7)),
    ),
    "weibull by mean and cv 1": (given("weibull", mean=60.0, cv=1.0), st.expon(scale=60)),
    "weibull by median and quantile": (
        given("weibull", median=180.0, quantile=NINTH),
        st.weibull_min(WEIBULL_90, scale=180 / math.log(2) ** (1 / WEIBULL_90)),
    ),
    "uniform by low and high": (given("uniform", low=60.0, high=300.0), st.uniform(60, 240)),
    "uniform by mean and cv": (
        given("uniform", mean=180.0, cv=0.4),
        st.uniform(180 - 72 * math.sqrt(3), 144 * math.sqrt(3)),
    ),
    "uniform by median and quantile": (
        given("uniform", median=180.0, quantile=LawQuantile(share=0.9, at=276.0)),
        st.uniform(60, 240),
    ),
    "hyperexponential of cv 1": (given("hyperexponential", mean=60.0, cv=1.0), st.expon(scale=60)),
}
"""Laws with the same law of scipy.stats, seconds."""

WITHOUT_TWIN: dict[str, Law] = {
    "weibull by mean and cv": given("weibull", mean=60.0, cv=0.5),
    "weibull by median and cv": given("weibull", median=60.0, cv=2.0),
    "gamma by median and cv": given("gamma", median=60.0, cv=2.0),
    "gamma by median and quantile": given("gamma", median=180.0, quantile=NINTH),
    "hyperexponential by mean and cv": given("hyperexponential", mean=60.0, cv=2.5),
    "hyperexponential by parts": given(
        "hyperexponential",
        parts=(
            Part(weight=0.7, law=given("exponential", mean=60.0)),
            Part(weight=0.3, law=given("exponential", mean=600.0)),
        ),
    ),
    "mixture": given(
        "mixture",
        parts=(
            Part(weight=0.3, law=given("erlang", phases=3, mean=60.0)),
            Part(weight=0.2, law=given("constant", mean=100.0)),
            Part(weight=0.5, law=given("weibull", shape=0.8, mean=300.0)),
        ),
    ),
    "empirical": given("empirical", file="seen.csv"),
    "constant": given("constant", mean=60.0),
}
EVERY = {name: law for name, (law, _twin) in FAMILIES.items()} | WITHOUT_TWIN
SMALL_SHAPE_ERROR, ERROR = 2e-9, 1e-10
"""Relative error of drawn quantiles: gamma laws of a shape below a half (CV above 1.4), and all others."""


def known(law: Law) -> Distribution:
    return distribution_of(law, {"seen.csv": SEEN})


def drawn(law: Law, shares: Any) -> Any:
    """Quantiles as the engine draws them, seconds."""
    book = LawBook({"seen.csv": SEEN})
    place = book.add(law)
    values = np.array(shares, np.float64)
    quantiles(book.table(), book.samples(), place, values)
    return values / SECOND


@pytest.mark.parametrize("name", FAMILIES)
def test_moments_are_those_of_scipy(name: str) -> None:
    law, twin = FAMILIES[name]
    found = known(law)
    assert found.mean == pytest.approx(twin.mean(), rel=1e-12)
    assert found.variance == pytest.approx(twin.var(), rel=1e-9)
    assert found.median == pytest.approx(twin.median(), rel=1e-11)
    times = twin.ppf([1e-6, 0.1, 0.5, 0.9, 0.999])
    assert found.cdf(times) == pytest.approx(twin.cdf(times), rel=1e-9, abs=1e-15)
    assert found.survival(times) == pytest.approx(twin.sf(times), rel=1e-10)
    book = LawBook({})
    assert book.table()["mean"].size == 0
    place = book.add(law)
    assert book.table()["mean"][place] == pytest.approx(twin.mean() * SECOND, rel=1e-12)


@pytest.mark.parametrize("name", FAMILIES)
def test_drawn_quantiles_are_those_of_scipy(name: str) -> None:
    law, twin = FAMILIES[name]
    expected = np.where(SHARES <= 0.5, twin.ppf(SHARES), twin.isf(1.0 - SHARES))
    found = drawn(law, SHARES)
    allowed = SMALL_SHAPE_ERROR if getattr(known(law), "shape", 1.0) < 0.5 else ERROR
    # log(1 - u) of an exponential law is exact to 1e-16 of its mean, which is more than that of a tiny quantile
    assert found == pytest.approx(expected, rel=allowed, abs=3e-16 * twin.mean())
    assert np.all(np.diff(found) >= 0)


@pytest.mark.parametrize("name", EVERY)
def test_quantile_and_survival_are_inverse(name: str) -> None:
    found = known(EVERY[name])
    shares = np.linspace(0.01, 0.99, 99)
    times = found.quantile(shares)
    assert np.all(found.cdf(times * (1 + 1e-9)) >= shares - 1e-12)
    assert np.all(found.cdf(times * (1 - 1e-9)) <= shares + 1e-7) or name in ("mixture", "constant")
    assert np.all(np.diff(times) >= 0)
    assert found.survival(-1.0) == 1.0


def test_what_was_given_comes_out() -> None:
    for law in EVERY.values():
        found = known(law)
        if law.mean is not None:
            assert found.mean == pytest.approx(law.mean, rel=1e-11)
        if law.median is not None:
            assert found.median == pytest.approx(law.median, rel=1e-11)
        if law.cv is not None:
            assert found.cv == pytest.approx(law.cv, rel=1e-10)
        if law.quantile is not None:
            assert float(found.quantile(law.quantile.share)) == pytest.approx(law.quantile.at, rel=1e-10)


def test_every_way_to_give_a_law_is_tried() -> None:
    tried = {(law.distribution, frozenset(law.model_fields_set - {"distribution"})) for law in EVERY.values()}
    for distribution, ways in WAYS.items():
        for way in ways:
            keys = {key for slot in way for key in slot}
            seen = {key for name, given_keys in tried if name == distribution for key in given_keys & keys}
            assert seen == keys or distribution in ("constant", "erlang", "never"), (
                distribution,
                keys - seen,
            )


@cache
def shares_drawn(count: int) -> list[float]:
    """Draws that all laws take in turn."""
    key, owner = key_of(7), name_key("a law")
    return [uniform(key, owner, 9, occasion) for occasion in range(count)]


@pytest.mark.parametrize("name", EVERY)
def test_the_mean_of_draws(name: str) -> None:
    """40,000 draws: the mean is within 6.5 standard errors.

    False alarm 1e-10 for a normal mean. The most skewed sum here is gamma of shape 2,000: 2e-9, all laws 1e-8, however
    they hang together.
    """
    law, count = EVERY[name], 40_000
    shares = shares_drawn(count)
    found = known(law)
    bound = 6.5 * math.sqrt(found.variance / count)
    assert drawn(law, shares).mean() == pytest.approx(found.mean, abs=bound + 1e-9)


def test_a_hyperexponential_law_has_balanced_means() -> None:
    found = known(WITHOUT_TWIN["hyperexponential by mean and cv"])
    assert isinstance(found, Mixture)
    halves = [weight * part.mean for weight, part in zip(found.weights, found.parts, strict=True)]
    assert halves == pytest.approx([30.0, 30.0])
    assert sum(found.weights) == 1.0


@pytest.mark.parametrize("family", ["lognormal", "gamma", "weibull", "uniform"])
def test_without_spread_a_law_is_constant(family: str) -> None:
    same = LawQuantile(share=0.9, at=60.0)
    assert known(given(family, mean=60.0, cv=0.0)) == Constant(60.0)
    assert known(given(family, median=60.0, quantile=same)) == Constant(60.0)
    book = LawBook({})
    book.add(given(family, mean=60.0, cv=0.0))
    assert book.table()["family"].tolist() == [Family.CONSTANT]


def test_laws_that_are_exponential_are_drawn_as_such() -> None:
    for law in (given("gamma", mean=60.0, cv=1.0), given("erlang", phases=1, mean=60.0)):
        assert known(law) == Exponential(60.0)


def test_what_is_below_the_cv_of_a_hyperexponential_law_by_rounding_is_exponential() -> None:
    assert known(given("hyperexponential", mean=60.0, cv=1.0 - 1e-13)) == Exponential(60.0)


def test_laws_of_one_shape_share_a_table() -> None:
    book = LawBook({})
    for scale in (10.0, 20.0):
        book.add(given("gamma", shape=2.5, scale=scale))
    assert len(book.samples()) == len(gamma_table(2.5))


def test_a_mixture_with_an_end_for_some_only() -> None:
    parts = (Part(weight=0.4, law=given("constant", mean=10.0)), Part(weight=0.6, law=given("never")))
    law = given("mixture", parts=parts)
    found = known(law)
    assert (found.mean, found.variance) == (math.inf, math.inf)
    assert math.isnan(found.cv)
    assert found.quantile([0.2, 0.4]).tolist() == [10.0, 10.0]
    assert found.median == math.inf
    assert drawn(law, [0.2, 0.5]).tolist() == [10.0, math.inf]


def test_empirical_moments() -> None:
    found = known(WITHOUT_TWIN["empirical"])
    pieces = np.sort(SEEN)
    fine = np.interp((np.arange(400_000) + 0.5) / 400_000, np.linspace(0, 1, len(pieces)), pieces)
    assert found.mean == pytest.approx(fine.mean(), rel=1e-9)
    assert found.variance == pytest.approx(fine.var(), rel=1e-6)
    assert distribution_of(given("empirical", file="one"), {"one": (5.0,)}).cv == 0.0
