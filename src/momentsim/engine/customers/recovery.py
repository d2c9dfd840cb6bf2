"""The recovery team: cases wait, are worked on within working hours, and customers get something back.

A few people share one list of waiting cases, kept as a heap: the highest score first, then who was noticed first.
Nobody starts a case outside working hours; one that was begun is finished. Cases too old are dropped when their
turn comes.
"""

from __future__ import annotations

from typing import Any

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import DAY, NEVER, RecoveryOrder
from momentsim.draws import Purpose
from momentsim.engine.customers import bond, making_good
from momentsim.engine.levers import complaints
from momentsim.engine.order import EventKind
from momentsim.engine.state import tables
from momentsim.engine.state.codes import RepairStage
from momentsim.engine.state.durations import draw_duration
from momentsim.engine.state.tables import World
from momentsim.engine.state.timers import post
from momentsim.rules import recovery as rules
from momentsim.rules.loyalty import fade


@compiled_apart
def case_opens(w: World, slot: int, now: int, noticed: int, let_down: int, complains_at: int) -> None:
    """A moment was marked as bad: it becomes a case, which reaches the team after the agreed delay."""
    desk = tables.desk(w)
    centre = tables.centre(w)
    case = tables.cases(w, slot)
    row = desk["free_repair"]
    repair = tables.repairs(w, row)
    desk["free_repair"] = repair["following"]
    desk["open"] += 1
    desk["serial"] += 1
    repair["serial"] = desk["serial"]
    repair["stage"] = RepairStage.NOTICED
    repair["customer_row"] = case["customer_row"]
    repair["reason"] = case["reason"]
    repair["segment"] = case["segment"]
    repair["kind"] = case["kind"]
    repair["key"] = case["key"]
    repair["row"] = desk["rows_given"] + centre["moment_rows"] if centre["logging"] else -1
    repair["let_down"] = let_down
    repair["complains_at"] = complains_at
    repair["ended"] = now
    repair["noticed"] = noticed
    repair["score"] = 0.0
    if tables.recovery(w)["order"] == RecoveryOrder.STAKES:
        repair["score"] = case["stakes"]
    elif tables.recovery(w)["order"] == RecoveryOrder.VALUE:
        repair["score"] = tables.customers(w, case["customer_row"])["value"]
    repair["stakes"] = case["stakes"]
    repair["price"] = making_good.price_of_failure(w, case["crisis"], case["reason"], case["customer_row"])
    write_harm(w, slot, row, now)
    post(w, noticed + tables.recovery(w)["delay"], EventKind.RECOVERY_DUE, repair["serial"], row, 0)


@compiled_apart
def recovery_due(w: World, row: int, now: int) -> None:
    """A case reaches the team."""
    push_waiting(w, row)
    hand_out_cases(w, now)


@compiled_apart
def recovery_ends(w: World, row: int, now: int) -> None:
    """A case is worked through; who did it takes the next one."""
    if tables.repairs(w, row)["let_down"]:
        make_good(w, row, now)
    close_case(w, row)
    tables.desk(w)["free_people"] += 1
    hand_out_cases(w, now)


@compiled_apart
def hand_out_cases(w: World, now: int) -> None:
    """Free people take waiting cases; outside working hours they will when these begin."""
    desk = tables.desk(w)
    while desk["free_people"] > 0 and desk["waiting"] > 0:
        start = next_working_time(w, now)
        if start > now:
            if desk["opens_at"] != start:
                desk["opens_at"] = start
                post(w, start, EventKind.RECOVERY_OPENS, 0, -1, 0)
            return
        row = pop_waiting(w)
        repair = tables.repairs(w, row)
        if now - repair["noticed"] > tables.recovery(w)["give_up_after"]:
            tables.tally(w, repair["reason"], repair["segment"], repair["kind"])["given_up"] += 1
            close_case(w, row)
        else:
            desk["free_people"] -= 1
            repair["stage"] = RepairStage.IN_HAND
            spent = draw_duration(w, tables.recovery(w)["law"], 1.0, repair["key"], Purpose.RECOVERY_TIME, 0)
            post(w, now + spent, EventKind.RECOVERY_ENDS, repair["serial"], row, 0)


@compiled_inside
def next_working_time(w: World, now: int) -> int:
    """The first time from now on at which the team is at work; NEVER if it has no working day."""
    about = tables.recovery(w)
    today = (now - about["midnight"]) // DAY
    for day in range(today, today + 8):
        if (about["days"] >> ((about["weekday"] + day) % 7)) & 1:
            midnight = about["midnight"] + day * DAY
            start = max(now, midnight + about["opens"])
            if start < midnight + about["closes"]:
                return int(start)
    return NEVER


@compiled_inside
def write_harm(w: World, slot: int, row: int, now: int) -> None:
    """What there is to give back: the harm of the handling, and of the event that hit before, as far as it is left."""
    case = tables.cases(w, slot)
    repair = tables.repairs(w, row)
    repair["attitude_harm"] = min(case["attitude_moved"], 0.0)
    repair["behaviour_harm"] = min(case["behaviour_moved"], 0.0)
    repair["grievance"] = case["grievance_moved"]
    repair["claim"] = -1
    repair["claim_serial"] = 0
    if case["hit"] == 0:
        return
    effects = tables.effects(w)
    elapsed = now - case["began"]
    left = fade(1.0, elapsed, effects["displacement_half_life_d"] * DAY)
    mended = fade(1.0, elapsed, effects["grievance_half_life_d"] * DAY)
    repair["attitude_harm"] += case["event_attitude"] * left
    repair["behaviour_harm"] += case["event_behaviour"] * left
    repair["grievance"] += case["event_grievance"] * mended
    making_good.lessen_harm(repair, case["attitude_back"], case["behaviour_back"], case["grievance_back"])
    if case["claim"] >= 0:
        repair["claim"] = case["claim"]
        repair["claim_serial"] = case["serial"]
        tables.claims(w, case["claim"])["repair"] = row
        tables.claims(w, case["claim"])["repair_serial"] = repair["serial"]


@compiled_apart
def make_good(w: World, row: int, now: int) -> None:
    """Reach out: apologise, pay, give; what comes back depends on how late it is (E2.15). Leavers are not reached."""
    repair = tables.repairs(w, row)
    about = tables.recovery(w)
    effects = tables.effects(w)
    customer_row = repair["customer_row"]
    person = tables.customers(w, customer_row)
    tally = tables.tally(w, repair["reason"], repair["segment"], repair["kind"])
    bond.bring_up_to_date(w, customer_row, now)
    if tables.settings(w)["feedback_on"] and bond.has_left(w, customer_row, now):
        tally["given_up"] += 1
        return
    elapsed = now - repair["ended"]
    prompt = rules.promptness(elapsed, effects["recovery_half_life_d"] * DAY)
    money = rules.generosity(about["compensation"], repair["price"], effects["generosity_scale"])
    gift = rules.generosity(about["gift"], repair["price"], effects["generosity_scale"])
    words = 1.0 if about["apology"] and making_good.is_first_apology(w, customer_row, now) else 0.0
    again = making_good.harm_of_apology(w, customer_row, about["apology"], repair["stakes"], now)
    attitude, behaviour, closed = making_good.shares_given_back(w, prompt, money, gift, words)
    left = fade(1.0, elapsed, effects["displacement_half_life_d"] * DAY)
    mended = fade(1.0, elapsed, effects["grievance_half_life_d"] * DAY)
    making_good.give_back(
        w,
        customer_row,
        now,
        -attitude * repair["attitude_harm"] * left - again,
        -behaviour * repair["behaviour_harm"] * left - effects["kappa"] * again,
        closed * repair["grievance"] * mended,
    )
    making_good.enter_won_back(w, repair["reason"], repair["segment"], repair["kind"])
    lessen_claim(w, row, attitude, behaviour, closed)
    tally["compensation"] += making_good.cost_of_compensation(w, about["compensation"], about["cash"])
    tally["compensation"] += about["gift"]
    tally["recovered"] += 1
    if now < repair["complains_at"] < NEVER:  # nothing is left to complain about
        tally["complaints"] -= 1
        complaints.expect_complaints(w, repair["complains_at"], -1)
    person["sore_until"] = min(person["sore_until"], now)
    if repair["row"] >= 0:
        tables.moment_rows(w, repair["row"] - tables.desk(w)["rows_given"])["recovered"] = 1


@compiled_inside
def lessen_claim(w: World, row: int, attitude: float, behaviour: float, closed: float) -> None:
    """What the team has given back is not there for a later compensation to give back again."""
    repair = tables.repairs(w, row)
    if repair["claim"] < 0:
        return
    claim = tables.claims(w, repair["claim"])
    if claim["serial"] == repair["claim_serial"]:
        making_good.lessen_harm(claim, attitude, behaviour, closed)


@compiled_inside
def close_case(w: World, row: int) -> None:
    """A case is over; its row may be used again."""
    repair = tables.repairs(w, row)
    repair["stage"] = RepairStage.FREE
    desk = tables.desk(w)
    repair["following"] = desk["free_repair"]
    desk["free_repair"] = row
    desk["open"] -= 1


@compiled_inside
def goes_before(one: Any, other: Any) -> bool:
    """Whether a waiting case goes before another; each is a case or its entry in the heap."""
    if one["score"] != other["score"]:
        return bool(one["score"] > other["score"])
    if one["noticed"] != other["noticed"]:
        return bool(one["noticed"] < other["noticed"])
    return bool(one["serial"] < other["serial"])


@compiled_inside
def write_heap_entry(w: World, heap_row: int, case: Any, row: int) -> None:
    """Write the entry of a case, or a copy of its entry, into the heap."""
    entry = tables.repair_heap(w, heap_row)
    entry["score"] = case["score"]
    entry["noticed"] = case["noticed"]
    entry["serial"] = case["serial"]
    entry["row"] = row


@compiled_inside
def push_waiting(w: World, row: int) -> None:
    """Put a case into the heap."""
    desk = tables.desk(w)
    repair = tables.repairs(w, row)
    heap_row = desk["waiting"]
    desk["waiting"] = heap_row + 1
    while heap_row > 0:
        above = (heap_row - 1) // 2
        upper = tables.repair_heap(w, above)
        if goes_before(upper, repair):
            break
        write_heap_entry(w, heap_row, upper, upper["row"])
        heap_row = above
    write_heap_entry(w, heap_row, repair, row)


@compiled_inside
def pop_waiting(w: World) -> int:
    """Take the case that goes first out of the heap."""
    desk = tables.desk(w)
    taken = tables.repair_heap(w, 0)["row"]
    last = desk["waiting"] - 1
    desk["waiting"] = last
    last_entry = tables.repair_heap(w, last)
    heap_row = 0
    while 2 * heap_row + 1 < last:
        below = 2 * heap_row + 1
        if below + 1 < last and goes_before(tables.repair_heap(w, below + 1), tables.repair_heap(w, below)):
            below += 1
        lower = tables.repair_heap(w, below)
        if goes_before(last_entry, lower):
            break
        write_heap_entry(w, heap_row, lower, lower["row"])
        heap_row = below
    write_heap_entry(w, heap_row, last_entry, last_entry["row"])
    return int(taken)


@compiled_apart
def count_backlog(w: World, now: int) -> None:
    """At the horizon's end: cases noticed by now, young enough, and not yet taken up."""
    for row in range(tables.sizes(w)["repairs"]):
        repair = tables.repairs(w, row)
        if repair["stage"] == RepairStage.NOTICED and repair["noticed"] <= now:
            young = now - repair["noticed"] <= tables.recovery(w)["give_up_after"]
            tally = tables.tally(w, repair["reason"], repair["segment"], repair["kind"])
            tally["backlog"] += int(young)


@compiled_apart
def close_desk(w: World, now: int) -> None:
    """At the very end: cases too old were given up, the others stay undone."""
    for row in range(tables.sizes(w)["repairs"]):
        repair = tables.repairs(w, row)
        if (
            repair["stage"] == RepairStage.NOTICED
            and now - repair["noticed"] > tables.recovery(w)["give_up_after"]
        ):
            tables.tally(w, repair["reason"], repair["segment"], repair["kind"])["given_up"] += 1
        repair["stage"] = RepairStage.FREE
