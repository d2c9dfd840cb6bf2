"""In words: how far the value of customers is counted."""

from __future__ import annotations

from momentsim import units
from momentsim.scenario.quantities import months_of
from momentsim.scenario.types import Scenario


def outlook_words(scenario: Scenario) -> str:
    """`over their lifetime, discounted at 10 % a year`, or `to 12 months after the horizon, discounted at ...`.

    For inside a sentence about customers: "expected margin of customers over their lifetime, ...".
    """
    prices = scenario.economics
    months = months_of(prices.outlook)
    counted = "over their lifetime" if months is None else f"to {months} months after the horizon"
    if prices.discount_rate == 0.0:
        return counted
    return f"{counted}, discounted at {units.format_share(prices.discount_rate)} a year"
