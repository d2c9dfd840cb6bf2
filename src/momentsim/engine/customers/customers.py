"""Customers: brought up to date when touched, moved by what happens, and valued for the ledger."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import DAY, HOUR, MONTH, NEVER
from momentsim.draws import Purpose, child, exponential, normal
from momentsim.engine.customers import acquisition, expectations
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules.loyalty import (
    ein,
    fade,
    hazard_integral,
    is_near,
    is_near_exponent,
    jump_within,
    near_ein,
    near_exp,
    spend_factor,
)
from momentsim.rules.people import towards_one

_LN2 = math.log(2.0)


@compiled_inside
def segment_of(w: World, customer: int) -> int:
    """Segment of a customer; segments are few and numbered in one run."""
    segment = tables.sizes(w)["segments"] - 1
    while tables.segments(w, segment)["first_customer"] > customer:
        segment -= 1
    return int(segment)


@compiled_apart
def customer_row_of(w: World, customer: int, segment: int, now: int) -> int:
    """Row of a customer in the table of known ones; a new one is drawn as at baseline, at the start or on joining."""
    row = tables.customer_rows(w, customer)["row"]
    if row >= 0:
        return int(row)
    centre = tables.centre(w)
    row = centre["customers"]
    centre["customers"] = row + 1
    tables.customer_rows(w, customer)["row"] = row
    person = tables.customers(w, row)
    key = tables.settings(w)["key"]
    about = tables.segments(w, segment)
    owner = child(about["key"], customer - about["first_customer"])
    person["customer"] = customer
    person["segment"] = segment
    person["joined"] = acquisition.joining_time(w, segment, customer - about["first_customer"])
    person["touched"] = person["joined"]
    person["churned"] = -1
    person["moments"] = 0
    person["norm"] = normal(key, owner, Purpose.NORM, 0)
    sigma = about["value_sigma"]
    person["value"] = about["margin"] * math.exp(
        sigma * normal(key, owner, Purpose.VALUE, 0) - 0.5 * sigma * sigma
    )
    person["lifetime"] = exponential(key, owner, Purpose.LIFETIME, 0)
    person["attitude"] = 0.0
    person["behaviour"] = 0.0
    person["anger"] = 0.0
    person["anger_at"] = now
    person["rate"] = about["hazard"] * math.exp(-tables.effects(w)["churn_slope"] * person["norm"])
    person["pay"] = person["value"] / 12.0 * spend_factor(person["norm"], tables.effects(w)["spend_slope"])
    person["wallet"] = 1.0
    person["wallet_target"] = 1.0
    person["hazard"] = 0.0
    person["attitude_harm"] = 0.0
    person["behaviour_harm"] = 0.0
    person["expectation"] = expectations.initial_expectation(w, owner)
    person["grievance"] = about["grievance"] if tables.settings(w)["grievances_on"] else 0.0
    person["apologised"] = -NEVER
    person["sore_until"] = 0
    return int(row)


@compiled_apart
def bring_up_to_date(w: World, row: int, now: int) -> None:
    """Let a customer's displacement and wallet move on to now, and integrate the churn hazard."""
    person = tables.customers(w, row)
    elapsed = now - person["touched"]
    if elapsed <= 0:
        return
    effects = tables.effects(w)
    half_life = effects["displacement_half_life_d"] * DAY
    if person["attitude"] == 0.0 and person["behaviour"] == 0.0 and person["behaviour_harm"] == 0.0:
        person["hazard"] += person["rate"] * elapsed
    else:
        fading = fade(1.0, elapsed, half_life)
        person["hazard"] += hazard_integral(
            person["rate"], person["behaviour"], effects["churn_slope"], half_life, elapsed, fading
        )
        person["attitude"] *= fading
        person["behaviour"] *= fading
        person["attitude_harm"] *= fading
        person["behaviour_harm"] *= fading
    if person["wallet"] != person["wallet_target"]:
        gap = fade(person["wallet"] - person["wallet_target"], elapsed, effects["wallet_lag_d"] * DAY)
        person["wallet"] = person["wallet_target"] + gap
    if person["grievance"] > 0.0:
        person["grievance"] = fade(person["grievance"], elapsed, effects["grievance_half_life_d"] * DAY)
    person["touched"] = now


@compiled_inside
def cool_anger(w: World, row: int, now: int) -> None:
    """Let a customer's anger fade to now."""
    person = tables.customers(w, row)
    if person["anger"] > 0.0 and person["anger_at"] != now:
        half_life = tables.effects(w)["anger_half_life_h"] * HOUR
        person["anger"] = fade(person["anger"], now - person["anger_at"], half_life)
    person["anger_at"] = now


@compiled_inside
def has_left(w: World, row: int, now: int) -> bool:
    """Whether this customer's integrated hazard has passed the lifetime drawn; sets `churned` then."""
    person = tables.customers(w, row)
    if person["churned"] >= 0:
        return True
    if person["hazard"] < person["lifetime"]:
        return False
    person["churned"] = now
    return True


@compiled_inside
def add_anger(w: World, row: int, now: int, increment: float) -> None:
    """Add to a customer's anger (when anger is switched on)."""
    if row >= 0 and tables.settings(w)["anger_on"]:
        cool_anger(w, row, now)
        tables.customers(w, row)["anger"] = towards_one(tables.customers(w, row)["anger"], increment)


@compiled_apart
def value_of_change(w: World, row: int, now: int, behaviour_after: float, target_after: float) -> float:
    """Survival to now times (expected value to the outlook after - before) a change of y and wallet target.

    Value is earned on the pay dates: margin/12 x spend x wallet x survival. Both worlds are summed side by
    side over the same dates; what fades or dies in a month is a constant factor, because pay dates are a month apart.
    """
    dates = tables.sizes(w)["pay_dates"]
    first = first_pay_date_after(w, now)
    if first >= dates:
        return 0.0
    person = tables.customers(w, row)
    effects = tables.effects(w)
    ahead = float(tables.pay_dates(w, first)["value"] - now)
    fill_faithful_dates(w, 0, dates - first, person["rate"], person["behaviour"], ahead)
    fill_faithful_dates(w, dates, dates - first, person["rate"], behaviour_after, ahead)
    lag_at_first = fade(1.0, ahead, effects["wallet_lag_d"] * DAY)
    survival = math.exp(-person["rate"] * ahead)
    monthly = math.exp(-person["rate"] * MONTH)
    total = 0.0
    for date in range(dates - first):
        lag = lag_at_first * tables.lagged_months(w, date)["value"]
        wallet_before = person["wallet_target"] + (person["wallet"] - person["wallet_target"]) * lag
        wallet_after = target_after + (person["wallet"] - target_after) * lag
        before = tables.faithful(w, date)["value"]
        after = tables.faithful(w, dates + date)["value"]
        total += survival * (wallet_after * after - wallet_before * before)
        survival *= monthly
    return float(math.exp(-person["hazard"]) * person["pay"] * total)


@compiled_inside
def fill_faithful_dates(
    w: World, start: int, dates: int, rate: float, behaviour: float, ahead: float
) -> None:
    """How a displacement y changes survival to each pay date from the first, `ahead` of now, on; from row `start` on.

    A factor of exp(rate / k x (Ein(z) - Ein(z f))), f the share of y that is left on the date (see `bond`). The
    usual case is without a branch or a call, so that the processor works on two dates at a time.
    """
    effects = tables.effects(w)
    half_life = effects["displacement_half_life_d"] * DAY
    strength = rate * half_life / _LN2
    z = effects["churn_slope"] * behaviour
    whole = ein(z)
    at_first = z * fade(1.0, ahead, half_life)
    if is_near(z) and is_near_exponent(strength * whole):  # fading only brings them nearer
        for date in range(dates):
            left = near_ein(at_first * tables.faded_months(w, date)["value"])
            tables.faithful(w, start + date)["value"] = near_exp(strength * (whole - left))
    else:
        for date in range(dates):
            left = ein(at_first * tables.faded_months(w, date)["value"])
            tables.faithful(w, start + date)["value"] = math.exp(strength * (whole - left))


@compiled_inside
def first_pay_date_after(w: World, now: int) -> int:
    """Index of the first pay date after now."""
    low = 0
    high = tables.sizes(w)["pay_dates"]
    while low < high:
        middle = (low + high) >> 1
        if tables.pay_dates(w, middle)["value"] <= now:
            low = middle + 1
        else:
            high = middle
    return low


@compiled_inside
def move_bond(w: World, row: int, now: int, jump: float, wallet_log: float) -> float:
    """Move attitude by `jump`, behaviour by kappa times it, and the wallet target; return the value booked."""
    person = tables.customers(w, row)
    effects = tables.effects(w)
    bound = effects["displacement_bound"]
    behaviour_after = jump_within(person["behaviour"], effects["kappa"] * jump, bound)
    target_after = person["wallet_target"] * math.exp(wallet_log)
    booked = value_of_change(w, row, now, behaviour_after, target_after)
    person["attitude"] = jump_within(person["attitude"], jump, bound)
    person["behaviour"] = behaviour_after
    person["wallet_target"] = target_after
    return booked


@compiled_inside
def restore_bond(w: World, row: int, now: int, attitude_share: float, behaviour_share: float) -> float:
    """Give back a share of the harm that an event did and that has not faded; return the value booked."""
    person = tables.customers(w, row)
    bound = tables.effects(w)["displacement_bound"]
    behaviour_after = jump_within(person["behaviour"], -behaviour_share * person["behaviour_harm"], bound)
    booked = value_of_change(w, row, now, behaviour_after, person["wallet_target"])
    person["attitude"] = jump_within(person["attitude"], -attitude_share * person["attitude_harm"], bound)
    person["behaviour"] = behaviour_after
    person["attitude_harm"] *= 1.0 - attitude_share
    person["behaviour_harm"] *= 1.0 - behaviour_share
    return booked
