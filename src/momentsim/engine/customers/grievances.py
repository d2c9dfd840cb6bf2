"""Open grievances: a let-down leaves one, it fades, and until then this customer is more likely to leave.

The hazard of leaving is 1 + churn_per_grievance x grievance times as high (E2.17.1). Everybody starts with the usual
grievance of the reference operation (`segments.grievance`). One moment opens one: the event of a crisis a part,
a let-down by the handling raises it to the whole; nothing adds to it. Functions here say what a grievance goes to;
who moves the bond (`customers.move_bond`) values and sets it.
"""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import Failure
from momentsim.contract.trace import MomentClass
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules.grievances import (
    grievance_after,
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
def open_part(w: World, slot: int, share: float) -> float:
    """The customer's grievance once this moment has left `share` of the whole in all; the moment remembers it.

    The whole is stakes x `grievance_unsolved`. What the moment left earlier counts, so that it is raised and never
    added to; the customer's is at most 3.
    """
    case = tables.cases(w, slot)
    person = tables.customers(w, case["customer_row"])
    if tables.settings(w)["grievances_on"] == 0:
        return float(person["grievance"])
    whole = case["stakes"] * tables.effects(w)["grievance_unsolved"]
    after = grievance_after(person["grievance"], whole, float(case["grievance_share"]), share)
    case["grievance_share"] = max(float(case["grievance_share"]), share)
    return float(after)


@compiled_inside
def raise_to_whole(w: World, slot: int) -> float:
    """The customer's grievance once this moment has left the whole of one."""
    return open_part(w, slot, 1.0)


@compiled_inside
def part_share(w: World) -> float:
    """Share of the whole that a let-down leaves whose need was met, or the event of a crisis by itself."""
    effects = tables.effects(w)
    if effects["grievance_unsolved"] <= 0.0:
        return 0.0
    return float(min(effects["grievance_solved"] / effects["grievance_unsolved"], 1.0))


@compiled_inside
def after_judgement(w: World, slot: int, label: int, resolved: int) -> float:
    """The customer's grievance after a moment was judged: a let-down leaves a part, the whole if the need was not met.

    Whoever had been hit by the event of a crisis before is left with the whole.
    """
    case = tables.cases(w, slot)
    if label != MomentClass.LET_DOWN:
        return float(tables.customers(w, case["customer_row"])["grievance"])
    if resolved and case["grievance_share"] == 0.0:
        return open_part(w, slot, part_share(w))
    return raise_to_whole(w, slot)


@compiled_inside
def after_event(w: World, slot: int, harm: float) -> float:
    """The customer's grievance after a crisis has hit: a part, and in proportion less where the event harms below 1 SD.

    `harm` is its severity in SD, softened by early warning.
    """
    return open_part(w, slot, part_share(w) * min(harm, 1.0))
