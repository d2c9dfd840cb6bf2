"""Laws of durations become rows with the right parameters, means and quantiles."""

from __future__ import annotations

import math

import numpy as np
import pytest

from momentsim.contract.plan import SECOND, Family
from momentsim.prepare.laws import LawBook, quantiles
from momentsim.scenario.types import Law, Part

MIXTURE = Law(
    distribution="mixture",
    parts=(
        Part(weight=0.05, law=Law(distribution="exponential", mean=6.0)),
        Part(weight=0.95, law=Law(median=270.0, sigma=1.1)),
    ),
)


def test_lognormal_by_mean_and_cv_and_by_median_and_sigma() -> None:
    book = LawBook({})
    by_mean, by_median = book.add(Law(mean=381.0, cv=1.0)), book.add(Law(median=270.0, sigma=1.1))
    rows = book.table()
    assert rows["family"].tolist() == [Family.LOGNORMAL, Family.LOGNORMAL]
    assert rows["b"][by_mean] == pytest.approx(math.sqrt(math.log(2.0)))
    assert rows["mean"][by_mean] == pytest.approx(381.0 * SECOND)
    assert math.exp(rows["a"][by_median]) == pytest.approx(270.0 * SECOND)
    assert rows["mean"][by_median] == pytest.approx(270.0 * SECOND * math.exp(0.5 * 1.1**2))


def test_a_lognormal_law_without_spread_is_constant() -> None:
    book = LawBook({})
    place = book.add(Law(mean=60.0, cv=0.0))
    row = book.table()[place]
    assert (row["family"], row["a"], row["mean"]) == (Family.CONSTANT, 60.0 * SECOND, 60.0 * SECOND)


def test_parts_of_a_mixture_stand_in_consecutive_rows_and_equal_laws_share_a_row() -> None:
    book = LawBook({})
    assert book.add(Law(distribution="never")) == 0
    place = book.add(MIXTURE)
    assert book.add(MIXTURE) == place
    rows = book.table()
    first = rows["first"][place]
    assert rows["count"][place] == 2
    assert rows["weight"][first : first + 2].tolist() == [0.05, 0.95]
    assert rows["mean"][place] == pytest.approx(0.05 * 6e6 + 0.95 * 270e6 * math.exp(0.605))
    assert rows["mean"][0] == math.inf
    assert book.add(None) == -1


def test_quantiles_agree_with_the_means() -> None:
    book = LawBook({"seen.csv": [30.0, 10.0, 20.0, 80.0]})
    laws = (
        MIXTURE,
        Law(distribution="exponential", mean=100.0),
        Law(distribution="exponential", median=100.0),
        Law(distribution="constant", mean=7.0),
        Law(distribution="empirical", file="seen.csv"),
    )
    places = [book.add(law) for law in laws]
    for place in places:
        shares = (np.arange(200_000) + 0.5) / 200_000
        quantiles(book.table(), book.samples(), place, shares)
        assert shares.mean() == pytest.approx(book.table()["mean"][place], rel=2e-3)
        assert place == places[0] or np.all(np.diff(shares) >= 0)


def test_a_law_without_end_gives_never() -> None:
    book = LawBook({})
    shares = np.array([0.5])
    place = book.add(Law(distribution="never"))
    quantiles(book.table(), book.samples(), place, shares)
    assert shares[0] == math.inf
