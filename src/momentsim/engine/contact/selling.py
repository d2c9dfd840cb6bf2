"""Offers at the end of a talk: after real help they may sell, in the wrong moment they only harm."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import LeverKind
from momentsim.draws import Purpose
from momentsim.engine.contact import attempts
from momentsim.engine.customers import anger, bond, brand
from momentsim.engine.levers.in_force import lever_in_force
from momentsim.engine.state import counters, tables
from momentsim.engine.state.tables import World
from momentsim.rules import recovery as rules


@compiled_inside
def offer_harm(w: World, slot: int, resolved: int, quality: float, now: int) -> float:
    """Make an offer, if one is made; return what it takes from the outcome of the talk, SD, 0 or above."""
    if tables.reasons(w, tables.cases(w, slot)["reason"])["offer_pressure"] <= 0.0:
        return 0.0
    return make_offer(w, slot, resolved, quality, now)


@compiled_apart
def make_offer(w: World, slot: int, resolved: int, quality: float, now: int) -> float:
    """The same, for reasons in which something is sold."""
    case = tables.cases(w, slot)
    if tables.centre(w)["offers_paused"] > 0 and is_paused(w, case["reason"]):
        return 0.0
    reason = tables.reasons(w, case["reason"])
    if attempts.draw_for_attempt(w, slot, Purpose.OFFER, case["contacts"]) >= reason["offer_pressure"]:
        return 0.0
    right = is_right_moment(w, slot, resolved, quality, now)
    if reason["offer_after_help"] and not right:
        return 0.0
    tally = tables.tally(w, case["reason"], case["segment"], case["kind"])
    counted = int(counters.counts_as_moment(w, slot))
    tally["offers"] += counted
    if right:
        if sell(w, slot, now):
            case["sold"] += counted * reason["offer_margin"]
            tally["sales"] += counted
            tally["sold"] += counted * reason["offer_margin"]
        return 0.0
    tally["pushy"] += counted
    if tables.settings(w)["selling_on"] == 0:
        return 0.0
    return rules.pushy_offer_harm(tables.effects(w)["offer_harm"], case["stakes"])


@compiled_inside
def is_paused(w: World, reason: int) -> bool:
    """Whether a lever in force pauses the offers of a reason; asked only while one pauses any."""
    return lever_in_force(w, LeverKind.PAUSE_OFFERS, -1, reason, -1) >= 0


@compiled_inside
def is_right_moment(w: World, slot: int, resolved: int, quality: float, now: int) -> bool:
    """After real help: solved, no worse than average (quality 0; unknown without memory), and calm."""
    if resolved == 0 or quality < 0.0:
        return False
    row = tables.cases(w, slot)["customer_row"]
    if row < 0:
        return True
    anger.cool_anger(w, row, now)
    return bool(tables.customers(w, row)["anger"] <= tables.effects(w)["offer_calm"])


@compiled_inside
def sell(w: World, slot: int, now: int) -> bool:
    """Whether the customer takes the offer: never while an earlier let-down is open, and not made good.

    By attitude, which the brand displaces for everybody.
    """
    case = tables.cases(w, slot)
    base = tables.reasons(w, case["reason"])["offer_acceptance"]
    displacement = brand.brand_level(w, now)
    if case["customer_row"] >= 0:
        person = tables.customers(w, case["customer_row"])
        if now < person["sore_until"]:
            return False
        bond.bring_up_to_date(w, case["customer_row"], now)
        displacement += person["attitude"]
    share = rules.acceptance(base, tables.effects(w)["offer_attitude"], displacement)
    return bool(attempts.draw_for_attempt(w, slot, Purpose.SALE, case["contacts"]) < share)
