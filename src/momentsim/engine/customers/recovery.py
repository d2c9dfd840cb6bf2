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
from momentsim.engine.customers import customers
from momentsim.engine.order import Kind
from momentsim.engine.state import tables
from momentsim.engine.state.records import RepairStage
from momentsim.engine.state.tables import World
from momentsim.engine.state.timers import duration, post
from momentsim.rules import recovery as rules
from momentsim.rules.loyalty import bounded_jump, faded


@compiled_apart
def case_opens(w: World, slot: int, now: int, noticed: int, let_down: int) -> None:
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
    repair["known"] = case["known"]
    repair["reason"] = case["reason"]
    repair["segment"] = case["segment"]
    repair["kind"] = case["kind"]
    repair["key"] = case["key"]
    repair["row"] = desk["rows_given"] + centre["moment_rows"] if centre["logging"] else -1
    repair["let_down"] = let_down
    repair["ended"] = now
    repair["noticed"] = noticed
    repair["score"] = 0.0
    if tables.recovery(w)["order"] == RecoveryOrder.STAKES:
        repair["score"] = case["stakes"]
    elif tables.recovery(w)["order"] == RecoveryOrder.VALUE:
        repair["score"] = tables.known(w, case["known"])["value"]
    repair["harm_x"] = min(case["moved_x"], 0.0)
    repair["harm_y"] = min(case["moved_y"], 0.0)
    post(w, noticed + tables.recovery(w)["delay"], Kind.RECOVERY_DUE, repair["serial"], row, 0)


@compiled_apart
def recovery_due(w: World, row: int, now: int) -> None:
    """A case reaches the team."""
    join_waiting(w, row)
    hand_out(w, now)


@compiled_apart
def recovery_ends(w: World, row: int, now: int) -> None:
    """A case is worked through; who did it takes the next one."""
    if tables.repairs(w, row)["let_down"]:
        make_good(w, row, now)
    close_case(w, row)
    tables.desk(w)["free_people"] += 1
    hand_out(w, now)


@compiled_apart
def hand_out(w: World, now: int) -> None:
    """Free people take waiting cases; outside working hours they will when these begin."""
    desk = tables.desk(w)
    while desk["free_people"] > 0 and desk["waiting"] > 0:
        start = at_work_from(w, now)
        if start > now:
            if desk["opens_at"] != start:
                desk["opens_at"] = start
                post(w, start, Kind.RECOVERY_OPENS, 0, -1, 0)
            return
        row = take_first(w)
        repair = tables.repairs(w, row)
        if now - repair["noticed"] > tables.recovery(w)["give_up_after"]:
            tables.tally(w, repair["reason"], repair["segment"], repair["kind"])["given_up"] += 1
            close_case(w, row)
        else:
            desk["free_people"] -= 1
            repair["stage"] = RepairStage.IN_HAND
            spent = duration(w, tables.recovery(w)["law"], 1.0, repair["key"], Purpose.RECOVERY_TIME, 0)
            post(w, now + spent, Kind.RECOVERY_ENDS, repair["serial"], row, 0)


@compiled_inside
def at_work_from(w: World, now: int) -> int:
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


@compiled_apart
def make_good(w: World, row: int, now: int) -> None:
    """Reach out: apologise, pay, give; what comes back depends on how late it is (E2.15). Leavers are not reached."""
    repair = tables.repairs(w, row)
    about = tables.recovery(w)
    effects = tables.effects(w)
    known = tables.known(w, repair["known"])
    tally = tables.tally(w, repair["reason"], repair["segment"], repair["kind"])
    customers.bring_up_to_date(w, repair["known"], now)
    if tables.settings(w)["feedback_on"] and customers.left_by_now(w, repair["known"], now):
        tally["given_up"] += 1
        return
    elapsed = now - repair["ended"]
    prompt = rules.promptness(elapsed, effects["recovery_half_life_d"] * DAY)
    money = rules.generosity(about["compensation"], known["value"], effects["compensation_scale"])
    gift = rules.generosity(about["gift"], known["value"], effects["compensation_scale"])
    first_apology = now - known["apologised"] >= effects["apology_memory_d"] * DAY
    words = 1.0 if about["apology"] and first_apology else 0.0
    share_x = rules.attitude_share(
        prompt,
        money,
        gift * effects["gift_restores"],
        words * effects["apology_restores"],
        effects["apology_alone"],
        words * effects["recovery_paradox"],
    )
    share_y = rules.behaviour_share(prompt, money, effects["compensation_restores"])
    left = faded(1.0, elapsed, effects["displacement_half_life_d"] * DAY)
    again = 0.0
    if about["apology"]:
        again = 0.0 if first_apology else effects["apology_again_harm"]
        known["apologised"] = now
    gain_x = -share_x * repair["harm_x"] * left - again
    gain_y = -share_y * repair["harm_y"] * left - effects["kappa"] * again
    tally["won_back"] += lift(w, repair["known"], now, gain_x, gain_y)
    price = effects["compensation_redeemed"] * effects["compensation_cost"]
    tally["compensation"] += about["compensation"] * price + about["gift"]
    tally["recovered"] += 1
    known["sore_until"] = min(known["sore_until"], now)
    if repair["row"] >= 0:
        tables.moment_rows(w, repair["row"] - tables.desk(w)["rows_given"])["recovered"] = 1


@compiled_apart
def lift(w: World, known_row: int, now: int, gain_x: float, gain_y: float) -> float:
    """Move attitude and behaviour each by its own gain; return the value booked."""
    known = tables.known(w, known_row)
    bound = tables.effects(w)["displacement_bound"]
    y_after = bounded_jump(known["y"], gain_y, bound)
    booked = customers.value_of_change(w, known_row, now, y_after, known["wallet_target"])
    known["x"] = bounded_jump(known["x"], gain_x, bound)
    known["y"] = y_after
    return booked


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
def put_waiting(w: World, place: int, case: Any, row: int) -> None:
    """Write the entry of a case, or a copy of its entry, into the heap."""
    entry = tables.repair_heap(w, place)
    entry["score"] = case["score"]
    entry["noticed"] = case["noticed"]
    entry["serial"] = case["serial"]
    entry["row"] = row


@compiled_inside
def join_waiting(w: World, row: int) -> None:
    """Put a case into the heap."""
    desk = tables.desk(w)
    repair = tables.repairs(w, row)
    place = desk["waiting"]
    desk["waiting"] = place + 1
    while place > 0:
        above = (place - 1) // 2
        upper = tables.repair_heap(w, above)
        if goes_before(upper, repair):
            break
        put_waiting(w, place, upper, upper["row"])
        place = above
    put_waiting(w, place, repair, row)


@compiled_inside
def take_first(w: World) -> int:
    """Take the case that goes first out of the heap."""
    desk = tables.desk(w)
    taken = tables.repair_heap(w, 0)["row"]
    last = desk["waiting"] - 1
    desk["waiting"] = last
    moved = tables.repair_heap(w, last)
    place = 0
    while 2 * place + 1 < last:
        below = 2 * place + 1
        if below + 1 < last and goes_before(tables.repair_heap(w, below + 1), tables.repair_heap(w, below)):
            below += 1
        lower = tables.repair_heap(w, below)
        if goes_before(moved, lower):
            break
        put_waiting(w, place, lower, lower["row"])
        place = below
    put_waiting(w, place, moved, moved["row"])
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
