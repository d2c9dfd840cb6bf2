"""Customers: brought up to date when touched, moved by what happens, and valued for the ledger."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import DAY, NEVER
from momentsim.draws import Purpose, child, exponential, normal, uniform
from momentsim.engine.customers import acquisition, expectations, outlook
from momentsim.engine.customers.outlook import usual_grievance
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules.grievances import lean_of
from momentsim.rules.loyalty import fade, hazard_integral, jump_within, shown_of_target, spend_factor


@compiled_inside
def segment_of(w: World, customer: int) -> int:
    """Segment of a customer; segments are few and numbered in one run."""
    segment = tables.sizes(w)["segments"] - 1
    while tables.segments(w, segment)["first_customer"] > customer:
        segment -= 1
    return int(segment)


@compiled_apart
def attitude_at_start(w: World, customer: int, segment: int, norm: float) -> float:
    """Displacement of attitude on becoming a customer, SD: everybody has a past, so it has the law of the calm."""
    last = tables.attitude_points(w) - 1
    if last < 1 or tables.settings(w)["memory_on"] == 0:
        return 0.0
    about = tables.segments(w, segment)
    owner = child(about["key"], customer - about["first_customer"])
    position = uniform(tables.settings(w)["key"], owner, Purpose.ATTITUDE, 0) * last
    below = min(int(position), last - 1)
    low = tables.attitude_law(w, segment, below)
    drawn = low + (tables.attitude_law(w, segment, below + 1) - low) * (position - below)
    effects = tables.effects(w)
    return drawn + lean_of(
        norm,
        about["promise_lean"],
        about["product_lean"],
        effects["amplify_promise"],
        effects["buffer_product"],
    )


@compiled_inside
def quiet_hazard(w: World, customer: int, segment: int, norm: float, elapsed: int) -> float:
    """Churn hazard integrated from joining on, of a customer of this norm who has had no contact."""
    about = tables.segments(w, segment)
    effects = tables.effects(w)
    half_life = effects["displacement_half_life_d"] * DAY
    mending = effects["grievance_half_life_d"] * DAY
    rest = about["behaviour_rest"]
    away = effects["kappa"] * attitude_at_start(w, customer, segment, norm) - rest
    rate = about["hazard"] * math.exp(-effects["churn_slope"] * (norm + rest))
    left = fade(1.0, elapsed, half_life)
    harm = effects["churn_per_grievance"] * usual_grievance(w, segment)
    slope = effects["churn_slope"]
    ratio = half_life / mending
    return float(hazard_integral(rate, away, slope, half_life, elapsed, left, harm, ratio))


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
    person["touched"] = acquisition.joining_time(w, segment, customer - about["first_customer"])
    person["wallet_at"] = person["touched"]
    person["churned"] = -1
    person["moments"] = 0
    person["norm"] = normal(key, owner, Purpose.NORM, 0)
    sigma = about["value_sigma"]
    person["value"] = about["margin"] * math.exp(
        sigma * normal(key, owner, Purpose.VALUE, 0) - 0.5 * sigma * sigma
    )
    person["lifetime"] = exponential(key, owner, Purpose.LIFETIME, 0)
    person["attitude"] = attitude_at_start(w, customer, segment, person["norm"])
    person["behaviour"] = tables.effects(w)["kappa"] * person["attitude"]
    person["anger"] = 0.0
    person["anger_at"] = now
    at_rest = person["norm"] + about["behaviour_rest"]
    person["rate"] = about["hazard"] * math.exp(-tables.effects(w)["churn_slope"] * at_rest)
    person["pay"] = person["value"] / 12.0 * spend_factor(person["norm"], tables.effects(w)["spend_slope"])
    person["wallet"] = 1.0
    person["wallet_target"] = 1.0
    person["hazard"] = 0.0
    person["expectation"] = expectations.initial_expectation(w, owner)
    person["grievance"] = usual_grievance(w, segment)
    person["apologised"] = -NEVER
    person["sore_until"] = 0
    if outlook.keeps_accounts(w):
        outlook.enter_worth(w, row, person["touched"], -1.0)
        is_first = person["touched"] == tables.settings(w)["warm_up"]
        tables.rested(w, segment)["known"] += int(is_first)
    return int(row)


@compiled_apart
def bring_up_to_date(w: World, row: int, now: int) -> None:
    """Let a customer's displacement and grievance move on to now, and integrate the churn hazard.

    Within the horizon they rest until something happens; after it they live on among the usual contacts. Who has left
    keeps the attitude they left with; as an expectation they live on among the usual contacts.
    """
    person = tables.customers(w, row)
    elapsed = now - person["touched"]
    if elapsed <= 0:
        return
    effects = tables.effects(w)
    about = tables.segments(w, person["segment"])
    if person["churned"] >= 0:
        person["hazard"] += outlook.usual_rate(w, row) * elapsed
        person["touched"] = now
        return
    if tables.centre(w)["in_horizon"] == 0:
        live_as_usual(w, row, now)
        return
    outlook.earn(w, row, now)
    person["touched"] = now
    half_life = effects["displacement_half_life_d"] * DAY
    mending = effects["grievance_half_life_d"] * DAY
    fading = fade(1.0, elapsed, half_life)
    away = person["behaviour"] - about["behaviour_rest"]
    person["hazard"] += hazard_integral(
        person["rate"], away, effects["churn_slope"], half_life, elapsed, fading,
        effects["churn_per_grievance"] * person["grievance"], half_life / mending,
    )  # fmt: skip
    person["attitude"] = about["attitude_rest"] + (person["attitude"] - about["attitude_rest"]) * fading
    person["behaviour"] = about["behaviour_rest"] + away * fading
    if person["grievance"] > 0.0:
        kept = fading * fading if half_life == 2.0 * mending else fade(1.0, elapsed, mending)
        person["grievance"] *= kept


@compiled_apart
def reach_horizon(w: World, row: int, now: int) -> None:
    """The horizon ends: account is given of what this customer has been and will be worth."""
    bring_up_to_date(w, row, now)
    if outlook.keeps_accounts(w) and tables.customers(w, row)["churned"] < 0:
        outlook.enter_worth(w, row, now, 1.0)
    relax_wallet(w, row, now)


@compiled_inside
def live_as_usual(w: World, row: int, now: int) -> None:
    """Beyond the horizon contacts go on that are not told one by one: all goes back to the usual."""
    person = tables.customers(w, row)
    effects = tables.effects(w)
    elapsed = now - person["touched"]
    half_life = effects["displacement_half_life_d"] * DAY
    mending = effects["grievance_half_life_d"] * DAY
    fading = fade(1.0, elapsed, half_life)
    usual = usual_grievance(w, person["segment"])
    person["hazard"] += hazard_integral(
        outlook.usual_rate(w, row), person["behaviour"], effects["churn_slope"], half_life, elapsed, fading,
        outlook.usual_harm(w, row, person["grievance"]), half_life / mending,
    )  # fmt: skip
    person["attitude"] *= fading
    person["behaviour"] *= fading
    person["grievance"] = usual + fade(person["grievance"] - usual, elapsed, mending)
    person["touched"] = now


@compiled_inside
def relax_wallet(w: World, row: int, now: int) -> None:
    """The wallet follows its target, which goes to its rest; written only when something moves it and at the end.

    Beyond the horizon it goes to 1, among the usual contacts.
    """
    person = tables.customers(w, row)
    elapsed = now - person["wallet_at"]
    if elapsed <= 0:
        return
    person["wallet_at"] = now
    rest = tables.segments(w, person["segment"])["wallet_rest"] if tables.centre(w)["in_horizon"] else 1.0
    lag = tables.effects(w)["wallet_lag_d"] * DAY
    relaxing = tables.effects(w)["wallet_half_life_d"] * DAY
    gap = person["wallet_target"] - rest
    lagged = fade(person["wallet"] - rest, elapsed, lag)
    person["wallet"] = rest + lagged + gap * shown_of_target(elapsed, lag, relaxing)
    person["wallet_target"] = rest + fade(gap, elapsed, relaxing)


@compiled_inside
def has_left(w: World, row: int, now: int) -> bool:
    """Whether this customer's integrated hazard has passed the lifetime drawn; sets `churned` then."""
    person = tables.customers(w, row)
    if person["churned"] >= 0:
        return True
    if person["hazard"] < person["lifetime"]:
        return False
    person["churned"] = now
    if outlook.keeps_accounts(w) and tables.centre(w)["in_horizon"]:
        outlook.enter_worth(w, row, now, 1.0)
    return True


@compiled_inside
def move_bond(w: World, row: int, now: int, jump: float, wallet_log: float, grievance_after: float) -> None:
    """Move attitude by `jump`, behaviour by kappa times it, the wallet target, and set the grievance; book the value.

    `grievance_after` comes from `grievances`, or is the customer's own if nothing opens.
    """
    person = tables.customers(w, row)
    effects = tables.effects(w)
    bound = effects["displacement_bound"]
    behaviour_after = jump_within(person["behaviour"], effects["kappa"] * jump, bound)
    if wallet_log != 0.0:
        relax_wallet(w, row, now)
    target_after = person["wallet_target"] * (math.exp(wallet_log) if wallet_log != 0.0 else 1.0)
    outlook.book_change(w, row, now, behaviour_after, target_after, grievance_after)
    person["attitude"] = jump_within(person["attitude"], jump, bound)
    person["behaviour"] = behaviour_after
    person["wallet_target"] = target_after
    person["grievance"] = grievance_after
