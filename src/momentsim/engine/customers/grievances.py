"""Open grievances: a let-down leaves one, it fades, and until then losses weigh more.

A grievance is linear and has no cap, so its mean at the reference operation is exact: everybody starts with it
(`segments.grievance`), and losses are weighed against it. It does not enter the churn hazard a second time.
"""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import Failure
from momentsim.contract.trace import MomentClass
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules.grievances import (
    weight_of_broken_promise,
    weight_of_product_failure,
    weight_with_grievance,
)


@compiled_apart
def loss_weight(w: World, slot: int) -> float:
    """How much more or less a loss of this moment moves this customer; mean 1 at the reference operation."""
    case = tables.cases(w, slot)
    person = tables.customers(w, case["customer_row"])
    settings = tables.settings(w)
    effects = tables.effects(w)
    weight = 1.0
    if settings["grievances_on"]:
        usual = tables.segments(w, case["segment"])["grievance"]
        weight = weight_with_grievance(person["grievance"], usual, effects["grievance_amplify"])
    if settings["buffering_on"]:
        failure = tables.reasons(w, case["reason"])["failure"]
        if failure == Failure.PRODUCT:
            weight *= weight_of_product_failure(person["norm"], effects["buffer_product"])
        elif failure == Failure.PROMISE:
            weight *= weight_of_broken_promise(person["norm"], effects["amplify_promise"])
    return float(weight)


@compiled_inside
def open_grievance(w: World, slot: int, label: int, resolved: int) -> None:
    """A let-down opens a grievance, by stakes, a larger one when the need was not met."""
    if label != MomentClass.LET_DOWN or tables.settings(w)["grievances_on"] == 0:
        return
    case = tables.cases(w, slot)
    effects = tables.effects(w)
    size = effects["grievance_solved"] if resolved else effects["grievance_unsolved"]
    tables.customers(w, case["customer_row"])["grievance"] += case["stakes"] * size


@compiled_inside
def open_grievance_by_event(w: World, slot: int, harm: float) -> None:
    """A crisis that hits opens one too, in proportion to its (softened) severity in SD: like a need not met at 1."""
    if tables.settings(w)["grievances_on"]:
        case = tables.cases(w, slot)
        size = tables.effects(w)["grievance_unsolved"]
        tables.customers(w, case["customer_row"])["grievance"] += case["stakes"] * size * harm
