"""How a moment ends: it is judged, its books are closed, its row is written and freed."""

from __future__ import annotations

from typing import Any

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import MomentKind
from momentsim.contract.trace import MomentClass
from momentsim.engine.contact import episodes
from momentsim.engine.customers import compensation, gifts, loyalty, stakes_detector
from momentsim.engine.state import counters, tables
from momentsim.engine.state.codes import Elsewhere, MomentStage
from momentsim.engine.state.tables import World


@compiled_inside
def is_met(w: World, slot: int, resolved: int) -> int:
    """1 where the need was met, by the centre or elsewhere, else 0."""
    return int(resolved == 1 or tables.cases(w, slot)["elsewhere"] == Elsewhere.FOUND)


@compiled_inside
def count_moment(w: World, slot: int, now: int, resolved: int, still_open: int) -> None:
    """Close the operational books of a moment."""
    case = tables.cases(w, slot)
    tally = tables.tally(w, case["reason"], case["segment"], case["kind"])
    tally["moments"] += 1
    tally["contacts"] += case["contacts"]
    tally["effort"] += min(case["effort"], 5.0)
    tally["open"] += still_open
    if tables.centre(w)["in_horizon"] == 0:
        tally["open_at_end"] += 1
        tally["open_resolved"] += resolved
    if case["contacts"] == 0:
        tally["no_contact"] += 1
    tally["false_contained"] += case["gave_up"]
    if case["kind"] == MomentKind.AFFECTED:
        compensation.refund(w, slot, is_met(w, slot, resolved))
    if tables.settings(w)["detector_on"]:
        stakes_detector.count_stakes_detection(w, slot)
    if resolved:
        tally["resolved"] += 1
        tally["resolved_first"] += int(case["contacts"] == 1)
        tally["time_to_resolution"] += now - case["began"]
    elif case["elsewhere"] == Elsewhere.FOUND:
        tally["helped_elsewhere"] += 1
    elif case["contacts"] > 0 or case["kind"] == MomentKind.AFFECTED:
        tally["unserved"] += 1
        tally["unserved_uncalled"] += int(case["contacts"] == 0)
    if case["agent"] >= 0 and still_open == 0:  # an agent ended it, at the end of a talk
        worker = tables.agent_state(w, case["agent"])
        worker["moments"] += 1
        worker["resolved"] += resolved


@compiled_inside
def count_label(w: World, slot: int, still_open: int) -> None:
    """Count delights and let-downs, also for the agent whose talk ended the moment."""
    case = tables.cases(w, slot)
    label = case["label"]
    tally = tables.tally(w, case["reason"], case["segment"], case["kind"])
    tally["delight"] += int(label == MomentClass.DELIGHT)
    tally["let_down"] += int(label == MomentClass.LET_DOWN)
    if case["agent"] >= 0 and still_open == 0:
        worker = tables.agent_state(w, case["agent"])
        worker["delight"] += int(label == MomentClass.DELIGHT)
        worker["let_down"] += int(label == MomentClass.LET_DOWN)


@compiled_inside
def log_moment(w: World, slot: int, now: int, resolved: int, still_open: int) -> None:
    """Write a moment's row, with what it left behind where moments do."""
    centre = tables.centre(w)
    if centre["logging"] == 0:
        return
    number = centre["moment_rows"]
    centre["moment_rows"] = number + 1
    if centre["remembering"]:
        row = tables.moment_rows(w, number)
        write_facts(w, slot, row, now, resolved, still_open)
        write_left_behind(w, slot, row)
    else:
        write_facts(w, slot, tables.moment_facts(w, number), now, resolved, still_open)


@compiled_inside
def write_facts(w: World, slot: int, row: Any, now: int, resolved: int, still_open: int) -> None:
    """The first part of the row; every field gets a value."""
    case = tables.cases(w, slot)
    start = tables.settings(w)["warm_up"]
    row["moment"] = case["serial"]
    row["customer"] = case["customer"]
    row["reason"] = case["reason"]
    row["segment"] = case["segment"]
    row["kind"] = case["kind"]
    row["resolved"] = 2 * is_met(w, slot, resolved) - resolved  # 2 where others than the centre met it
    row["contacts"] = case["contacts"]
    row["open"] = still_open
    row["stakes_detected"] = case["stakes_detected"]
    row["began"] = case["began"] - start
    row["ended"] = now - start
    row["stakes"] = case["stakes"]
    row["effort"] = min(case["effort"], 5.0)


@compiled_inside
def write_left_behind(w: World, slot: int, row: Any) -> None:
    """The rest of it; likewise."""
    case = tables.cases(w, slot)
    row["label"] = case["label"]
    row["wallet_event"] = case["wallet_event"]
    row["surveyed"] = int(case["answer"] >= 0)
    row["nps_answer"] = case["answer"]
    row["detected"] = case["detected"]
    row["recovered"] = 0
    row["experience"] = case["raw"]
    row["disconfirmation"] = case["disconfirmation"]
    row["attitude_before"] = case["attitude_before"]
    row["attitude_after"] = case["attitude_before"]
    row["behaviour_before"] = case["behaviour_before"]
    row["behaviour_after"] = case["behaviour_before"]
    row["value_change"] = case["booked"]
    row["harm"] = case["harm"]
    row["sold"] = case["sold"]
    if case["judged"]:
        person = tables.customers(w, case["customer_row"])
        row["attitude_after"] = person["norm"] + person["attitude"]
        row["behaviour_after"] = person["norm"] + person["behaviour"]


@compiled_inside
def leave_traces(w: World, slot: int, now: int, resolved: int, still_open: int) -> None:
    """What a moment that is over brings and leaves: a gift, a memory, a change of heart."""
    case = tables.cases(w, slot)
    case["gift"] = gifts.bring_gift(w, slot, now, still_open)
    loyalty.clear_judgement(w, slot)
    met = is_met(w, slot, resolved)
    if met == 0:
        episodes.end_unmet(w, slot)
    if tables.settings(w)["memory_on"] and case["episodes"] > 0:
        loyalty.judge(w, slot, now, met, still_open)
        count_label(w, slot, still_open)


@compiled_apart
def moment_ends(w: World, slot: int, now: int, resolved: int, still_open: int) -> None:
    """A moment is over: close its books and free its row. One of the warm-up leaves no trace with its customer.

    Whoever gives up but will find help elsewhere only makes no more contact: the moment is over when that has come.
    """
    centre = tables.centre(w)
    case = tables.cases(w, slot)
    if case["elsewhere"] == Elsewhere.TO_COME and resolved == 0 and still_open == 0:
        case["stage"] = MomentStage.HELPED_LATER
        return
    compensation.note_outcome(w, slot, is_met(w, slot, resolved))
    if counters.counts_as_moment(w, slot):
        count_moment(w, slot, now, resolved, still_open)
        if centre["remembering"]:
            leave_traces(w, slot, now, resolved, still_open)
        log_moment(w, slot, now, resolved, still_open)
        if case["hit"] and case["judged"] and centre["remembering"]:
            compensation.settle_handling(w, slot, now)
    case["stage"] = MomentStage.FREE
    case["serial"] = -1
    case["following"] = centre["free_case"]
    centre["free_case"] = slot
    centre["open"] -= 1
    centre["last_closed"] = now
