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
    bounded_jump,
    ein,
    faded,
    hazard_integral,
    is_near,
    is_near_exponent,
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
def know(w: World, customer: int, segment: int, now: int) -> int:
    """Row of a customer in the table of known ones; a new one is drawn as at baseline, at the start or on joining."""
    row = tables.known_row(w, customer)["row"]
    if row >= 0:
        return int(row)
    centre = tables.centre(w)
    row = centre["known"]
    centre["known"] = row + 1
    tables.known_row(w, customer)["row"] = row
    known = tables.known(w, row)
    key = tables.settings(w)["key"]
    about = tables.segments(w, segment)
    owner = child(about["key"], customer - about["first_customer"])
    known["customer"] = customer
    known["segment"] = segment
    known["joined"] = acquisition.joined_at(w, segment, customer - about["first_customer"])
    known["touched"] = known["joined"]
    known["churned"] = -1
    known["moments"] = 0
    known["norm"] = normal(key, owner, Purpose.NORM, 0)
    sigma = about["value_sigma"]
    known["value"] = about["margin"] * math.exp(
        sigma * normal(key, owner, Purpose.VALUE, 0) - 0.5 * sigma * sigma
    )
    known["lifetime"] = exponential(key, owner, Purpose.LIFETIME, 0)
    known["x"] = 0.0
    known["y"] = 0.0
    known["anger"] = 0.0
    known["anger_at"] = now
    known["rate"] = about["hazard"] * math.exp(-tables.effects(w)["churn_slope"] * known["norm"])
    known["pay"] = known["value"] / 12.0 * spend_factor(known["norm"], tables.effects(w)["spend_slope"])
    known["wallet"] = 1.0
    known["wallet_target"] = 1.0
    known["hazard"] = 0.0
    known["harm_x"] = 0.0
    known["harm_y"] = 0.0
    known["expectation"] = expectations.at_first(w, owner)
    known["grievance"] = about["grievance"] if tables.settings(w)["grievances_on"] else 0.0
    known["apologised"] = -NEVER
    known["sore_until"] = 0
    return int(row)


@compiled_apart
def bring_up_to_date(w: World, row: int, now: int) -> None:
    """Let a customer's displacement and wallet move on to now, and integrate the churn hazard."""
    known = tables.known(w, row)
    elapsed = now - known["touched"]
    if elapsed <= 0:
        return
    effects = tables.effects(w)
    half_life = effects["displacement_half_life_d"] * DAY
    if known["x"] == 0.0 and known["y"] == 0.0 and known["harm_y"] == 0.0:
        known["hazard"] += known["rate"] * elapsed
    else:
        fading = faded(1.0, elapsed, half_life)
        known["hazard"] += hazard_integral(
            known["rate"], known["y"], effects["churn_slope"], half_life, elapsed, fading
        )
        known["x"] *= fading
        known["y"] *= fading
        known["harm_x"] *= fading
        known["harm_y"] *= fading
    if known["wallet"] != known["wallet_target"]:
        gap = faded(known["wallet"] - known["wallet_target"], elapsed, effects["wallet_lag_d"] * DAY)
        known["wallet"] = known["wallet_target"] + gap
    if known["grievance"] > 0.0:
        known["grievance"] = faded(known["grievance"], elapsed, effects["grievance_half_life_d"] * DAY)
    known["touched"] = now


@compiled_inside
def cool(w: World, row: int, now: int) -> None:
    """Let a customer's anger fade to now."""
    known = tables.known(w, row)
    if known["anger"] > 0.0 and known["anger_at"] != now:
        half_life = tables.effects(w)["anger_half_life_h"] * HOUR
        known["anger"] = faded(known["anger"], now - known["anger_at"], half_life)
    known["anger_at"] = now


@compiled_inside
def left_by_now(w: World, row: int, now: int) -> bool:
    """Whether this customer's integrated hazard has passed the lifetime drawn; sets `churned` then."""
    known = tables.known(w, row)
    if known["churned"] >= 0:
        return True
    if known["hazard"] < known["lifetime"]:
        return False
    known["churned"] = now
    return True


@compiled_inside
def angered(w: World, row: int, now: int, increment: float) -> None:
    """Add to a customer's anger (when anger is switched on)."""
    if row >= 0 and tables.settings(w)["anger_on"]:
        cool(w, row, now)
        tables.known(w, row)["anger"] = towards_one(tables.known(w, row)["anger"], increment)


@compiled_apart
def value_of_change(w: World, row: int, now: int, y_after: float, target_after: float) -> float:
    """Survival to now times (expected value to the outlook after - before) a change of y and wallet target.

    Value is earned on the pay dates: margin/12 x spend x wallet x survival. Both worlds are summed side by
    side over the same dates; what fades or dies in a month is a constant factor, because pay dates are a month apart.
    """
    dates = tables.sizes(w)["pay_dates"]
    first = first_after(w, now)
    if first >= dates:
        return 0.0
    known = tables.known(w, row)
    effects = tables.effects(w)
    ahead = float(tables.pay_dates(w, first)["value"] - now)
    faithful_dates(w, 0, dates - first, known["rate"], known["y"], ahead)
    faithful_dates(w, dates, dates - first, known["rate"], y_after, ahead)
    lag_at_first = faded(1.0, ahead, effects["wallet_lag_d"] * DAY)
    survival = math.exp(-known["rate"] * ahead)
    monthly = math.exp(-known["rate"] * MONTH)
    total = 0.0
    for place in range(dates - first):
        lag = lag_at_first * tables.lagged_months(w, place)["value"]
        wallet_before = known["wallet_target"] + (known["wallet"] - known["wallet_target"]) * lag
        wallet_after = target_after + (known["wallet"] - target_after) * lag
        before = tables.faithful(w, place)["value"]
        after = tables.faithful(w, dates + place)["value"]
        total += survival * (wallet_after * after - wallet_before * before)
        survival *= monthly
    return float(math.exp(-known["hazard"]) * known["pay"] * total)


@compiled_inside
def faithful_dates(w: World, start: int, dates: int, rate: float, y: float, ahead: float) -> None:
    """How a displacement y changes survival to each pay date from the first, `ahead` of now, on; from row `start` on.

    A factor of exp(rate / k x (Ein(z) - Ein(z f))), f the share of y that is left on the date (see `bond`). The
    usual case is without a branch or a call, so that the processor works on two dates at a time.
    """
    effects = tables.effects(w)
    half_life = effects["displacement_half_life_d"] * DAY
    strength = rate * half_life / _LN2
    z = effects["churn_slope"] * y
    whole = ein(z)
    at_first = z * faded(1.0, ahead, half_life)
    if is_near(z) and is_near_exponent(strength * whole):  # fading only brings them nearer
        for place in range(dates):
            left = near_ein(at_first * tables.faded_months(w, place)["value"])
            tables.faithful(w, start + place)["value"] = near_exp(strength * (whole - left))
    else:
        for place in range(dates):
            left = ein(at_first * tables.faded_months(w, place)["value"])
            tables.faithful(w, start + place)["value"] = math.exp(strength * (whole - left))


@compiled_inside
def first_after(w: World, now: int) -> int:
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
def move(w: World, row: int, now: int, jump: float, wallet_log: float) -> float:
    """Move attitude by `jump`, behaviour by kappa times it, and the wallet target; return the value booked."""
    known = tables.known(w, row)
    effects = tables.effects(w)
    bound = effects["displacement_bound"]
    y_after = bounded_jump(known["y"], effects["kappa"] * jump, bound)
    target_after = known["wallet_target"] * math.exp(wallet_log)
    booked = value_of_change(w, row, now, y_after, target_after)
    known["x"] = bounded_jump(known["x"], jump, bound)
    known["y"] = y_after
    known["wallet_target"] = target_after
    return booked


@compiled_inside
def restore(w: World, row: int, now: int, share_x: float, share_y: float) -> float:
    """Give back a share of the harm that an event did and that has not faded; return the value booked."""
    known = tables.known(w, row)
    bound = tables.effects(w)["displacement_bound"]
    y_after = bounded_jump(known["y"], -share_y * known["harm_y"], bound)
    booked = value_of_change(w, row, now, y_after, known["wallet_target"])
    known["x"] = bounded_jump(known["x"], -share_x * known["harm_x"], bound)
    known["y"] = y_after
    known["harm_x"] *= 1.0 - share_x
    known["harm_y"] *= 1.0 - share_y
    return booked
