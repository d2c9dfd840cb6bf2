"""How much compensation is enough: the amount at which 95 % of what money can do is reached (MODEL 3)."""

from __future__ import annotations

import math
from typing import Final

from momentsim.scenario.evidence import registry
from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.types import Scenario

ENOUGH: Final = 0.95
"""Share of what money can do: generosity is 1 - exp(-amount / (scale x price of what failed))."""


def enough_text(scenario: Scenario, path: KeyPath) -> str:
    """Words for the key of an amount or a price; empty for any other key."""
    prices = _prices(scenario, path)
    if not prices:
        return ""
    values = registry.values(scenario.behaviour.parameters)
    factor = -math.log(1.0 - ENOUGH) * values["generosity_scale"]
    amounts = [f"{factor * price:,.0f} {scenario.currency}{for_whom}" for for_whom, price in prices.items()]
    return f"{100 * ENOUGH:.0f} % of what money can do is reached at " + ", ".join(amounts)


def _prices(scenario: Scenario, path: KeyPath) -> dict[str, float]:
    """Prices of what fails, each with whom or what it holds for; empty where a key has nothing to do with them."""
    match path:
        case ("crises", str(name), "compensation", "amount") | ("crises", str(name), "price"):
            storm = scenario.crises.get(name)
            if storm is None:
                return {}
            price = storm.price or scenario.moments[storm.moment].price
            return {"": price} if price else _by_segment(scenario)
        case ("moments", str(name), "price"):
            price = scenario.moments[name].price if name in scenario.moments else None
            return {"": price} if price else _by_segment(scenario)
        case ("recovery", "compensation"):
            written = {
                f" ({name})": moment.price for name, moment in scenario.moments.items() if moment.price
            }
            others = _by_segment(scenario) if len(written) < len(scenario.moments) else {}
            return {**{name: price for name, price in written.items() if price}, **others}
    return {}


def _by_segment(scenario: Scenario) -> dict[str, float]:
    """Without a price: a share of the yearly margin, of an average customer of each segment."""
    share = registry.values(scenario.behaviour.parameters)["failed_price"]
    segments = scenario.customers.segments.items()
    return {f" ({name})": share * segment.yearly_margin for name, segment in segments}
