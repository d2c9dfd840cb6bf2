"""Gifts and letters to customers after a contact, from a monthly budget (E2.15.4)."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import MONTH
from momentsim.draws import Purpose, uniform
from momentsim.engine.customers import bond
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules.loyalty import jump_within
from momentsim.rules.programmes import gift_jump


@compiled_inside
def bring_gift(w: World, slot: int, now: int, still_open: int) -> int:
    """Row of the programme whose gift this moment brings, -1 for none: within the horizon, after a contact."""
    case = tables.cases(w, slot)
    if tables.sizes(w)["programmes"] == 0 or still_open or case["agent"] < 0:
        return -1
    if tables.centre(w)["in_horizon"] == 0:
        return -1
    return choose_gift(w, slot, now)


@compiled_apart
def choose_gift(w: World, slot: int, now: int) -> int:
    """The first programme of the agent's group that has a gift for this moment; each draws for itself."""
    case = tables.cases(w, slot)
    group = tables.agent_state(w, case["agent"])["group"]
    for row in range(tables.sizes(w)["programmes"]):
        about = tables.programmes(w, row)
        if about["gift"] <= 0.0 or about["group"] != group:
            continue
        share = about["gift_share"] * tables.progress(w, row)["strength"]
        draw = uniform(tables.settings(w)["key"], case["key"], Purpose.GIFT, about["programme"])
        if draw < share and take_from_budget(w, row, now):
            return row
    return -1


@compiled_inside
def take_from_budget(w: World, row: int, now: int) -> bool:
    """Take a gift out of this month's budget, unless too little is left; months count from the first effect."""
    about = tables.programmes(w, row)
    purse = tables.progress(w, about["first"])
    month = (now - about["begins"]) // MONTH
    if month != purse["month"]:
        purse["month"] = month
        purse["spent"] = 0.0
    if purse["spent"] + about["gift"] > about["budget"]:
        return False
    purse["spent"] += about["gift"]
    tables.progress(w, row)["gifts"] += 1
    return True


@compiled_inside
def give_gift(w: World, slot: int, now: int) -> None:
    """What the gift does to the customer: attitude and behaviour move, by mere words attitude only; book the value."""
    case = tables.cases(w, slot)
    if case["gift"] >= 0:
        move_by_gift(w, case["customer_row"], case["gift"], now)


@compiled_apart
def move_by_gift(w: World, customer_row: int, row: int, now: int) -> None:
    """Move a customer by the gift of a programme; book the value."""
    about = tables.programmes(w, row)
    effects = tables.effects(w)
    jump = gift_jump(effects["gift_step"], about["gift"])
    person = tables.customers(w, customer_row)
    if about["words_only"] == 0:
        bond.move_bond(w, customer_row, now, jump, 0.0, person["grievance"])
        return
    person["attitude"] = jump_within(person["attitude"], jump, effects["displacement_bound"])
