"""Compensation in a crisis: what each customer who was hit is owed, when it comes, and what it gives back; refunds.

One payment counts for all the harm of its moment: for that of the event and of the handling so far when it comes, and,
by the same shares, for what the handling does later. So money that comes before the need is met is never worse than
money after it. How prompt it is counts from the event. A refund returns the price of what was not delivered: it costs,
and as everybody has a right to it, it gives back nothing.
"""

from __future__ import annotations

from typing import Any

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import DAY, NEVER, LeverKind, Whom
from momentsim.draws import Purpose, uniform
from momentsim.engine.customers import bond, making_good
from momentsim.engine.levers.in_force import book_use
from momentsim.engine.order import EventKind
from momentsim.engine.state import tables
from momentsim.engine.state.codes import RepairStage
from momentsim.engine.state.tables import World
from momentsim.engine.state.timers import post
from momentsim.rules import recovery as rules
from momentsim.rules.loyalty import fade


@compiled_apart
def owe_compensation(w: World, slot: int) -> None:
    """Open a claim where the crisis has compensation; it has a date once the lever acts (`promise_compensation`)."""
    case = tables.cases(w, slot)
    for lever in range(tables.sizes(w)["levers"]):
        about = tables.levers(w, lever)
        if about["kind"] == LeverKind.COMPENSATION and about["crisis"] == case["crisis"]:
            row = open_claim(w, slot, lever)
            if tables.pulled(w, lever)["effective"] < NEVER:
                set_date(w, row, tables.pulled(w, lever)["effective"])


@compiled_apart
def promise_compensation(w: World, lever: int, now: int) -> None:
    """The lever acts: whoever was hit so far gets a date; `room_wanted` has made room for all of them at once."""
    for row in range(tables.sizes(w)["claims"]):
        claim = tables.claims(w, row)
        if claim["serial"] >= 0 and claim["lever"] == lever:
            set_date(w, row, now)


@compiled_inside
def set_date(w: World, row: int, earliest: int) -> None:
    """Compensation comes so long after the disruption, and not before the lever has acted."""
    claim = tables.claims(w, row)
    due = max(claim["began"] + terms_of(w, row)["delay"], earliest)
    post(w, due, EventKind.COMPENSATION_DUE, claim["serial"], row, 0)


@compiled_inside
def open_claim(w: World, slot: int, lever: int) -> int:
    """Take a free row for a claim and write every field of it."""
    case = tables.cases(w, slot)
    ledger = tables.claims_book(w)
    row = ledger["free"]
    claim = tables.claims(w, row)
    ledger["free"] = claim["following"]
    ledger["open"] += 1
    claim["serial"] = case["serial"]
    claim["slot"] = slot
    claim["customer_row"] = case["customer_row"]
    claim["lever"] = lever
    claim["reason"] = case["reason"]
    claim["segment"] = case["segment"]
    claim["kind"] = case["kind"]
    claim["stakes"] = case["stakes"]
    claim["began"] = case["began"]
    claim["at"] = case["began"]
    claim["attitude_harm"] = case["event_attitude"]
    claim["behaviour_harm"] = case["event_behaviour"]
    claim["grievance"] = case["event_grievance"]
    claim["called"] = 0
    claim["helped"] = 0
    claim["repair"] = -1
    claim["repair_serial"] = 0
    case["claim"] = row
    return int(row)


@compiled_inside
def terms_of(w: World, row: int) -> Any:
    """What a claim is worth, LEVER: the lever in the size in which it was pulled."""
    return tables.lever_sizes(w, tables.pulled(w, tables.claims(w, row)["lever"])["row"])


@compiled_inside
def is_entitled(w: World, row: int) -> bool:
    """Whether compensation is for this customer: for all who were hit, for callers, or for those not helped yet."""
    claim = tables.claims(w, row)
    whom = terms_of(w, row)["whom"]
    if whom == Whom.ALL:
        return True
    case = tables.cases(w, claim["slot"])
    still_open = case["serial"] == claim["serial"]
    if whom == Whom.CALLED:
        return bool(claim["called"] or (still_open and case["contacts"] > 0))
    return bool(still_open or not claim["helped"])


@compiled_inside
def close_claim(w: World, row: int) -> None:
    """A claim is paid; its row may be used again."""
    ledger = tables.claims_book(w)
    tables.claims(w, row)["following"] = ledger["free"]
    tables.claims(w, row)["serial"] = -1
    ledger["free"] = row
    ledger["open"] -= 1


@compiled_inside
def fade_claim(w: World, row: int, now: int) -> None:
    """Let the harm that a claim stands for fade to now, as it does with the customer."""
    claim = tables.claims(w, row)
    effects = tables.effects(w)
    elapsed = now - claim["at"]
    left = fade(1.0, elapsed, effects["displacement_half_life_d"] * DAY)
    claim["attitude_harm"] *= left
    claim["behaviour_harm"] *= left
    claim["grievance"] *= fade(1.0, elapsed, effects["grievance_half_life_d"] * DAY)
    claim["at"] = now


@compiled_apart
def pay_compensation(w: World, row: int, now: int) -> None:
    """Compensation arrives where it is due: it costs, and gives back by what it is worth and how fast it came."""
    claim = tables.claims(w, row)
    about = terms_of(w, row)
    if not is_entitled(w, row):
        if tables.cases(w, claim["slot"])["serial"] == claim["serial"]:
            tables.cases(w, claim["slot"])["claim"] = -1
        close_claim(w, row)
        return
    book_use(w, claim["lever"], 1.0, now)
    tally = tables.tally(w, claim["reason"], claim["segment"], claim["kind"])
    tally["compensation"] += making_good.cost_of_compensation(w, about["amount"], about["cash"])
    slot = claim["slot"]
    still_open = tables.cases(w, slot)["serial"] == claim["serial"]
    if still_open:
        tables.cases(w, slot)["claim"] = -1
    settings = tables.settings(w)
    customer_row = claim["customer_row"]
    if settings["memory_on"] and settings["score_only"] == 0 and customer_row >= 0:
        effects = tables.effects(w)
        bond.bring_up_to_date(w, customer_row, now)
        fade_claim(w, row, now)
        price = making_good.price_of_failure(w, about["crisis"], claim["reason"], customer_row)
        money = rules.generosity(about["amount"], price, effects["generosity_scale"])
        prompt = rules.promptness(now - claim["began"], effects["recovery_half_life_d"] * DAY)
        words = 1.0 if about["apology"] and making_good.is_first_apology(w, customer_row, now) else 0.0
        again = making_good.harm_of_apology(w, customer_row, about["apology"], claim["stakes"], now)
        attitude, behaviour, closed = making_good.shares_given_back(w, prompt, money, 0.0, words)
        making_good.give_back(
            w,
            customer_row,
            now,
            -attitude * claim["attitude_harm"] - again,
            -behaviour * claim["behaviour_harm"] - effects["kappa"] * again,
            closed * claim["grievance"],
        )
        making_good.enter_won_back(w, claim["reason"], claim["segment"], claim["kind"])
        if still_open:
            case = tables.cases(w, slot)
            case["attitude_back"] = attitude
            case["behaviour_back"] = behaviour
            case["grievance_back"] = closed
        lessen_repair(w, row, attitude, behaviour, closed)
    close_claim(w, row)


@compiled_inside
def lessen_repair(w: World, row: int, attitude: float, behaviour: float, closed: float) -> None:
    """What compensation has given back is not there for the recovery team to give back again."""
    claim = tables.claims(w, row)
    if claim["repair"] < 0:
        return
    repair = tables.repairs(w, claim["repair"])
    if repair["stage"] != RepairStage.FREE and repair["serial"] == claim["repair_serial"]:
        making_good.lessen_harm(repair, attitude, behaviour, closed)


@compiled_apart
def refund(w: World, slot: int, resolved: int) -> None:
    """The moment of one who was hit is over: some take back what they paid, more of them where nobody helped.

    One draw decides under either outcome, so help never adds a refund where `met` is at most `unmet`.
    """
    case = tables.cases(w, slot)
    about = tables.crises(w, case["crisis"])
    share = about["refund_met"] if resolved else about["refund_unmet"]
    if uniform(tables.settings(w)["key"], case["key"], Purpose.REFUND, 0) < share:
        tables.tally(w, case["reason"], case["segment"], case["kind"])["refunds"] += about["refund"]


@compiled_inside
def note_outcome(w: World, slot: int, resolved: int) -> None:
    """The moment of one to whom compensation is owed is over: remember what decides whether it is paid."""
    case = tables.cases(w, slot)
    if case["claim"] >= 0:
        claim = tables.claims(w, case["claim"])
        claim["called"] = int(case["contacts"] > 0)
        claim["helped"] = resolved


@compiled_apart
def settle_handling(w: World, slot: int, now: int) -> None:
    """The moment of one who was hit is over: harm by its handling joins the claim, or is lessened if that was paid."""
    case = tables.cases(w, slot)
    attitude = min(case["attitude_moved"], 0.0)
    behaviour = min(case["behaviour_moved"], 0.0)
    if case["claim"] >= 0:
        fade_claim(w, case["claim"], now)
        claim = tables.claims(w, case["claim"])
        claim["attitude_harm"] += attitude
        claim["behaviour_harm"] += behaviour
        claim["grievance"] += case["grievance_moved"]
    elif case["attitude_back"] > 0.0 or case["behaviour_back"] > 0.0:
        making_good.give_back(
            w,
            case["customer_row"],
            now,
            -case["attitude_back"] * attitude,
            -case["behaviour_back"] * behaviour,
            case["grievance_back"] * case["grievance_moved"],
        )
        making_good.enter_won_back(w, case["reason"], case["segment"], case["kind"])
