"""What customers have come to expect: praise raises the bar, let-downs lower it, the outside world raises it for all.

An expectation is in SD of the disconfirmation of any reason, 0 on average at the reference operation. A
judged moment is met with it: d = (raw - centre) / spread - expectation - outside anchor x years.
"""

from __future__ import annotations

import numpy as np

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.draws import Purpose, uniform
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules.expectations import expectation_after


@compiled_apart
def initial_expectation(w: World, owner: np.uint64) -> float:
    """What a customer expects on becoming one: everybody has a past, so it is drawn from the law of the calm."""
    last = tables.sizes(w)["expectation_law"] - 1
    if tables.settings(w)["expectations_on"] == 0 or last < 1:
        return 0.0
    position = uniform(tables.settings(w)["key"], owner, Purpose.EXPECTATION, 0) * last
    below = min(int(position), last - 1)
    low = tables.expectation_law(w, below)["value"]
    high = tables.expectation_law(w, below + 1)["value"]
    return float(low + (high - low) * (position - below))


@compiled_inside
def current_expectation(w: World, row: int, now: int) -> float:
    """What this customer expects beyond the reference now, SD; what people see elsewhere rises since the start."""
    settings = tables.settings(w)
    if settings["expectations_on"] == 0:
        return 0.0
    seen_elsewhere = settings["outside_anchor"] * max(now - settings["warm_up"], 0)
    return float(tables.customers(w, row)["expectation"] + seen_elsewhere)


@compiled_inside
def adapt_expectation(w: World, slot: int, disconfirmation: float) -> None:
    """Learn from a moment."""
    if tables.settings(w)["expectations_on"] == 0:
        return
    case = tables.cases(w, slot)
    person = tables.customers(w, case["customer_row"])
    effects = tables.effects(w)
    surprise = disconfirmation - tables.reasons(w, case["reason"])["adapts_from"]
    person["expectation"] = expectation_after(
        person["expectation"], surprise, effects["expectation_up"], effects["expectation_down"]
    )
