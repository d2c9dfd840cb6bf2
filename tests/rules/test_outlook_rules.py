"""Worth of customers who leave within days: nothing, and never something that is no number."""

from __future__ import annotations

import math

import pytest

from momentsim.compiler.decorators import compiled
from momentsim.contract.codes import DAY
from momentsim.rules import outlook

YEAR = 365.25 * DAY


@compiled
def months(rate: float, growth: float) -> float:
    return outlook.months_of_half_year(rate, growth)


@compiled
def behind(rate: float, growth: float) -> float:
    return outlook.dates_behind(rate, growth)


@pytest.mark.parametrize("yearly", [0.0, 0.2, 50.0, 2_000.0, 1e9])
def test_nothing_left_is_a_number(yearly: float) -> None:
    rate = yearly / YEAR
    assert 6.0 <= months(rate, 1.008) < math.inf
    assert 0.0 <= behind(rate, 1.008) < math.inf
    half_year = math.exp(-rate * 0.5 * YEAR) * months(rate, 1.008)
    assert half_year < 7.0  # what survives to its end never brings more than all its margins
