"""What making good gives back: an apology lifts attitude, money lifts behaviour, both close the grievance (MODEL 7)."""

from __future__ import annotations

from typing import Any

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import DAY
from momentsim.engine.customers.outlook import book_change, open_booking
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules import recovery as rules
from momentsim.rules.loyalty import jump_within


@compiled_inside
def price_of_failure(w: World, crisis: int, reason: int, customer_row: int) -> float:
    """Price of what failed: the crisis's, else the reason's, else a share of what the customer brings in a year."""
    price = tables.crises(w, crisis)["price"] if crisis >= 0 else 0.0
    if price <= 0.0:
        price = tables.reasons(w, reason)["price"]
    if price <= 0.0 and customer_row >= 0:
        price = tables.effects(w)["failed_price"] * tables.customers(w, customer_row)["value"]
    return float(price)


@compiled_inside
def cost_of_compensation(w: World, amount: float, cash: int) -> float:
    """What a face value costs the firm: what is redeemed of it, at its cost (E2.20.6)."""
    effects = tables.effects(w)
    if cash:
        return float(amount * effects["cash_redeemed"] * effects["cash_cost"])
    return float(amount * effects["compensation_redeemed"] * effects["compensation_cost"])


@compiled_inside
def is_first_apology(w: World, customer_row: int, now: int) -> bool:
    """Whether an apology now is not a further one within the time that the last is remembered."""
    since = now - tables.customers(w, customer_row)["apologised"]
    return bool(since >= tables.effects(w)["apology_memory_d"] * DAY)


@compiled_inside
def harm_of_apology(w: World, customer_row: int, apology: int, stakes: float, now: int) -> float:
    """Attitude that a further apology takes, by stakes (E2.15.4), the first nothing; it is remembered from now on."""
    if apology == 0:
        return 0.0
    again = 0.0 if is_first_apology(w, customer_row, now) else tables.effects(w)["apology_again_harm"]
    tables.customers(w, customer_row)["apologised"] = now
    return float(again * stakes)


@compiled_apart
def shares_given_back(
    w: World, prompt: float, money: float, gift: float, words: float
) -> tuple[float, float, float]:
    """Shares of the harm to attitude and to behaviour that come back, and of the grievance that closes.

    `prompt` is the promptness, `money` and `gift` the generosity of compensation and gift, `words` 1 with a first
    apology, else 0. More money or sooner never gives back less.
    """
    effects = tables.effects(w)
    attitude = rules.attitude_share(
        prompt,
        money,
        gift * effects["gift_restores"],
        words * effects["apology_restores"],
        effects["apology_alone"],
        words * effects["recovery_paradox"],
    )
    behaviour = rules.behaviour_share(prompt, money, effects["compensation_restores"])
    justice = rules.justice(money, words, effects["justice_of_money"])
    return attitude, behaviour, rules.grievance_share(prompt, justice, effects["grievance_closes"])


@compiled_apart
def give_back(
    w: World, row: int, now: int, attitude_gain: float, behaviour_gain: float, grievance_closed: float
) -> None:
    """Move attitude and behaviour each by its own gain and close a part of the grievance; book the value.

    The customer is up to date.
    """
    person = tables.customers(w, row)
    bound = tables.effects(w)["displacement_bound"]
    behaviour_after = jump_within(person["behaviour"], behaviour_gain, bound)
    grievance_after = max(person["grievance"] - grievance_closed, 0.0)
    open_booking(w)
    book_change(w, row, now, behaviour_after, person["wallet_target"], grievance_after)
    person["attitude"] = jump_within(person["attitude"], attitude_gain, bound)
    person["behaviour"] = behaviour_after
    person["grievance"] = grievance_after


@compiled_inside
def enter_won_back(w: World, reason: int, segment: int, kind: int) -> None:
    """What has just been given back is won back for moments of this kind."""
    booking = tables.booking(w)
    tally = tables.tally(w, reason, segment, kind)
    tally["won_back"] += booking["churn"] + booking["wallet"]
    tally["won_back_wallet"] += booking["wallet"]
    tally["booked_12m"] += booking["within_12m"]


@compiled_inside
def lessen_harm(owed: Any, attitude: float, behaviour: float, closed: float) -> None:
    """Take off a claim, or a case of the recovery team, the shares given back, so that nothing is given back twice."""
    owed["attitude_harm"] *= max(1.0 - attitude, 0.0)
    owed["behaviour_harm"] *= 1.0 - behaviour
    owed["grievance"] *= 1.0 - closed
