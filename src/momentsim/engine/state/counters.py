"""Counts of contacts that are always kept: by interval in which a leg arrived, reason, queue and wait."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_inside
from momentsim.contract.trace import FIRST_STEP_BIT, STEP_BITS, Outcome
from momentsim.engine.agents import agents
from momentsim.engine.customers import stakes_detector
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World

_JAM_MEMORY = 0.01


@compiled_inside
def bin_of_wait(w: World, wait: int) -> int:
    """Bin of a wait in microseconds: that in which its step begins, or the next, since bins are longer than steps."""
    if wait < 1 << FIRST_STEP_BIT:
        return 0
    bit = tables.highest_bit(wait)
    step = ((bit - FIRST_STEP_BIT) << STEP_BITS) + (wait >> (bit - STEP_BITS)) - (1 << STEP_BITS)
    lower = tables.wait_steps(w, min(step, tables.sizes(w)["wait_steps"] - 1))["row"]
    return int(lower + int(wait >= tables.wait_edges(w, lower + 1)["value"]))


@compiled_inside
def counts_as_contact(w: World, slot: int) -> bool:
    """Whether the leg in progress counts: it arrived after the warm-up, whenever its moment began."""
    return bool(tables.cases(w, slot)["arrived"] >= tables.settings(w)["warm_up"])


@compiled_inside
def is_of_horizon(w: World, slot: int) -> bool:
    """Whether the leg in progress arrived within the horizon."""
    return counts_as_contact(w, slot) and bool(
        tables.cases(w, slot)["arrived"] < tables.settings(w)["horizon"]
    )


@compiled_inside
def count_attempt(w: World, slot: int) -> None:
    """Count an attempt that is being made: within the horizon, or after it."""
    if counts_as_contact(w, slot):
        case = tables.cases(w, slot)
        tally = tables.tally(w, case["reason"], case["segment"], case["kind"])
        if is_of_horizon(w, slot):
            tally["attempts"] += 1
        else:
            tally["attempts_after"] += 1


@compiled_inside
def leg_arrives(w: World, slot: int, now: int) -> None:
    """A leg reaches its queue: it counts there, in this interval."""
    case = tables.cases(w, slot)
    case["arrived"] = now
    case["interval"] = tables.centre(w)["interval"]
    tables.counts(w, slot)["offered"] += 1


@compiled_inside
def counts_as_moment(w: World, slot: int) -> bool:
    """Whether an open moment counts: it began after the warm-up."""
    return bool(tables.cases(w, slot)["began"] >= tables.settings(w)["warm_up"])


@compiled_inside
def count_answered(w: World, slot: int, wait: int, resolved: int, wrap: int) -> None:
    """Count an answered contact in the interval of its arrival; waits for a callback apart from those on the line."""
    case = tables.cases(w, slot)
    row = tables.counts(w, slot)
    note_jam(w, 0.0)
    row["answered"] += 1
    row["talk"] += case["talk"]
    row["wrap"] += wrap
    row["resolved"] += resolved
    count_empathy(w, slot)
    if case["callback"]:
        row["called_back"] += 1
        row["wait_called_back"] += wait
        return
    row["wait_answered"] += wait
    if wait <= tables.settings(w)["service_threshold"]:
        row["answered_in_threshold"] += 1
    if is_of_horizon(w, slot):
        tables.waits(w, slot, 0, bin_of_wait(w, wait))["value"] += 1


@compiled_inside
def count_first_answer(w: World, slot: int, resolved: int) -> None:
    """Count the end of the first contact of a moment that met an agent."""
    row = tables.counts(w, slot)
    row["first_answers"] += 1
    row["first_solved"] += resolved


@compiled_inside
def count_empathy(w: World, slot: int) -> None:
    """Count whom an answered contact met: emotional intelligence, and apart in moments of truth."""
    case = tables.cases(w, slot)
    row = tables.counts(w, slot)
    empathy = agents.empathy(w, case["agent"])
    row["empathy"] += empathy
    if stakes_detector.is_moment_of_truth(w, case["stakes"]):
        row["answered_at_stakes"] += 1
        row["empathy_at_stakes"] += empathy


@compiled_inside
def count_encounter(w: World, slot: int, labour: float, quality: float) -> None:
    """Count how an answered contact went: how free the agent was, how feelings were met, and how well."""
    case = tables.cases(w, slot)
    row = tables.counts(w, slot)
    practice = tables.practices(w, tables.agent_state(w, case["agent"])["group"])
    row["autonomy"] += practice["autonomy"]
    row["script"] += practice["script"]
    row["acts"] += int(labour != 0.0)
    row["deep"] += int(labour > 0.0)
    if tables.settings(w)["memory_on"]:
        row["quality"] += quality


@compiled_inside
def note_jam(w: World, failed: float) -> None:
    """Move the share of attempts that fail, over about the last hundred, where something hangs on it."""
    centre = tables.centre(w)
    if centre["jam_counts"]:
        centre["jam"] += _JAM_MEMORY * (failed - centre["jam"])


@compiled_inside
def count_failed(w: World, slot: int, outcome: int, wait: int) -> None:
    """Count an attempt that did not reach an agent in the interval of its arrival."""
    row = tables.counts(w, slot)
    note_jam(w, 1.0)
    if outcome == Outcome.BLOCKED:
        row["blocked"] += 1
    elif outcome == Outcome.BALKED:
        row["balked"] += 1
    elif outcome == Outcome.DISCONNECTED:
        row["disconnected"] += 1
        row["wait_disconnected"] += wait
    elif outcome == Outcome.DIVERTED:
        row["diverted"] += 1
        row["wait_diverted"] += wait
    elif outcome == Outcome.ABANDONED:
        row["abandoned"] += 1
        row["wait_abandoned"] += wait
        if wait <= tables.settings(w)["short_abandon"]:
            row["abandoned_short"] += 1
        if wait <= tables.settings(w)["service_threshold"]:
            row["abandoned_in_threshold"] += 1
        if is_of_horizon(w, slot):
            tables.waits(w, slot, 1, bin_of_wait(w, wait))["value"] += 1
