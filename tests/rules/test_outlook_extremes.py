"""Worth of customers who leave within days: nothing, and never something that is no number."""

from __future__ import annotations

import math

import pytest

from momentsim.contract.codes import DAY
from momentsim.rules.outlook import dates_behind, months_of_half_year

YEAR = 365.25 * DAY


@pytest.mark.parametrize("yearly", [0.0, 0.2, 50.0, 2_000.0, 1e9])
def test_nothing_left_is_a_number(yearly: float) -> None:
    rate = yearly / YEAR
    months = months_of_half_year(rate, 1.008)
    assert math.isfinite(months)
    assert 6.0 < months
    assert 0.0 <= dates_behind(rate, 1.008) < math.inf
    assert math.exp(-rate * 0.5 * YEAR) * months < 7.0  # a half-year never holds more than all its margins
