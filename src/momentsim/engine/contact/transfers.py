"""Decisions beyond the front line: passed on to a colleague who may take them, or taken within a limit of money."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart
from momentsim.engine.contact import answering, calls, out_of_hours, routing, talk_outcome
from momentsim.engine.customers import anger
from momentsim.engine.state import counters, idle_lists, open_spans, tables
from momentsim.engine.state.tables import World


@compiled_apart
def transfer_contact(w: World, slot: int, now: int) -> None:
    """The same contact waits once more, with its priority, for somebody who serves the queue of escalations.

    It is offered there, as a leg of its own. The line stays in use, so nobody hears busy; and nothing is announced, so
    nobody balks.
    """
    case = tables.cases(w, slot)
    tables.counts(w, slot)["transferred"] += 1
    case["effort"] += tables.effects(w)["effort_transfer"]
    anger.add_anger(w, case["customer_row"], now, tables.effects(w)["anger_per_transfer"])
    case["leg"] += 1
    case["escalated"] = 1
    case["message"] = 0
    case["announced"] = 0
    case["callback"] = 0
    case["queue"] = tables.reasons(w, case["reason"])["escalation_queue"]
    if not open_spans.is_open(w, case["queue"], now):
        tables.centre(w)["in_system"] -= 1
        out_of_hours.meet_closed_queue(w, slot, now)
        return
    counters.leg_arrives(w, slot, now)
    case["queued"] = now
    case["answered"] = -1
    case["agent"] = -1
    case["talk"] = 0
    agent = routing.agent_for(w, slot, 0)
    if agent >= 0:
        idle_lists.leave_idle(w, agent)
        answering.answer_contact(w, slot, agent, now)
    else:
        calls.wait_in_queue(w, slot, now)


@compiled_apart
def spend_goodwill(w: World, slot: int, agent: int) -> None:
    """The agent has decided: on average a share of the limit is spent (E2.12.7)."""
    case = tables.cases(w, slot)
    if not counters.counts_as_contact(w, slot):
        return
    limit = talk_outcome.authority_of(w, slot, agent)
    tally = tables.tally(w, case["reason"], case["segment"], case["kind"])
    tally["goodwill"] += tables.effects(w)["goodwill_share"] * limit
