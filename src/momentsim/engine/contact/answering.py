"""Where a waiting contact and a free agent meet."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import MINUTE
from momentsim.engine.agents import agents
from momentsim.engine.contact import callbacks, episodes, routing, talk, talk_outcome
from momentsim.engine.customers import anger
from momentsim.engine.order import EventKind
from momentsim.engine.state import idle_lists, message_boxes, open_spans, tables, waiting_lists
from momentsim.engine.state.codes import Duty, MomentStage
from momentsim.engine.state.tables import World
from momentsim.engine.state.timers import post
from momentsim.rules import experience
from momentsim.rules.durations import whole


@compiled_inside
def remember_wait(w: World, slot: int, now: int, wait: int) -> None:
    """What a wait does to a tracked customer: anger beyond the expected wait, and an episode to remember."""
    case = tables.cases(w, slot)
    if case["customer_row"] < 0:
        return
    effects = tables.effects(w)
    expected = tables.reasons(w, case["reason"])["expected_wait"]
    told = tables.settings(w)["announce_wait"] or case["announced"] or case["callback"]
    informed = effects["wait_informed"] if told else 0.0
    minutes = experience.perceived_wait(wait / MINUTE, case["stakes"], effects["wait_urgent"], informed)
    if case["callback"]:
        minutes *= effects["wait_callback"]
    if minutes > expected:
        added = experience.wait_anger(
            minutes, expected, effects["anger_per_minute"], effects["anger_wait_cap"]
        )
        anger.add_anger(w, case["customer_row"], now, added)
    episodes.add_episode(
        w, slot, experience.wait_score(minutes, expected, effects["wait_size"], effects["wait_scale_min"])
    )


@compiled_inside
def is_waiting(w: World, slot: int, serial: int, stamp: int) -> bool:
    """Whether the row still holds that contact, waiting for that same call."""
    case = tables.cases(w, slot)
    return bool(case["serial"] == serial and case["stamp"] == stamp and case["stage"] == MomentStage.QUEUED)


@compiled_inside
def leave_unanswered(w: World, slot: int, now: int) -> int:
    """A waiting contact leaves its queue, and the centre, unanswered; returns how long it waited."""
    waiting_lists.dequeue(w, slot, now)
    tables.centre(w)["in_system"] -= 1
    wait = int(now - tables.cases(w, slot)["queued"])
    remember_wait(w, slot, now, wait)
    return wait


@compiled_apart
def answer_contact(w: World, slot: int, agent: int, now: int) -> None:
    """An agent takes the call; the agent is out of the idle ones and the call is out of the queue."""
    case = tables.cases(w, slot)
    case["stage"] = MomentStage.TALKING
    case["agent"] = agent
    case["answered"] = now
    tables.lines(w, case["queue"])["answered"] += 1 - case["message"]
    if case["talks"] > 0 and case["escalated"] == 0:
        case["effort"] += tables.effects(w)["effort_repeat"]
    wait = now - case["queued"]
    if case["message"]:
        wait = whole(wait * tables.effects(w)["wait_callback"])
    remember_wait(w, slot, now, wait)
    tables.agent_state(w, agent)["case"] = slot
    case["fate"] = talk_outcome.decide_fate(w, slot, agent)
    length = talk_outcome.talk_length(w, slot, agent, talk.talk_time(w, slot, agent, now))
    case["talk"] = length
    agents.change_duty(w, agent, Duty.TALKING, now)
    post(w, now + length, EventKind.TALK_ENDS, case["serial"], slot, case["stamp"])


@compiled_apart
def return_message(w: World, queue: int, agent: int, now: int) -> None:
    """An agent, out of the idle ones, calls who has left the first message of a queue."""
    tables.centre(w)["in_system"] += 1
    answer_contact(w, message_boxes.take_message(w, queue), agent, now)


@compiled_inside
def take_contact(w: World, slot: int, agent: int, now: int) -> None:
    """An agent who is out of the idle ones takes a contact that is out of its queue: answers it, or calls it back.

    A call out is always possible, and is a line in use while the talk lasts.
    """
    if tables.cases(w, slot)["callback"]:
        callbacks.dial(w, slot)
        if callbacks.is_not_answered(w, slot):
            callbacks.ring_in_vain(w, slot, agent, now)
            return
        tables.centre(w)["in_system"] += 1
    answer_contact(w, slot, agent, now)


@compiled_inside
def next_for(w: World, agent: int, now: int) -> int:
    """The waiting contact that this agent takes, -1 for none."""
    heart = routing.is_heart(w, agent)
    return waiting_lists.next_waiting(w, tables.agent_state(w, agent)["group"], now, heart)


@compiled_inside
def take_next_contact(w: World, agent: int, now: int) -> None:
    """An agent who is free and on duty takes the next contact, calls somebody back, or is idle."""
    slot = next_for(w, agent, now)
    if slot < 0:
        if tables.centre(w)["messages"] > 0:
            queue = message_boxes.oldest_for(w, tables.agent_state(w, agent)["group"], now)
            if queue >= 0:
                return_message(w, queue, agent, now)
                return
        agents.change_duty(w, agent, Duty.IDLE, now)
        idle_lists.join_idle(w, agent)
        return
    waiting_lists.dequeue(w, slot, now)
    following = tables.cases(w, slot)["following"]  # who is next in that queue
    if following >= 0:
        tables.fetch_customer(w, tables.cases(w, following)["customer_row"])
        tables.fetch_case(w, tables.cases(w, following)["following"])
    take_contact(w, slot, agent, now)


@compiled_inside
def serves_out(w: World, agent: int, now: int) -> bool:
    """After the shift: whether somebody still waits in a queue that has closed; the agent then answers first."""
    if tables.sizes(w)["hours"] == 0:
        return False
    slot = next_for(w, agent, now)
    if slot < 0 or open_spans.is_open(w, tables.cases(w, slot)["queue"], now):
        return False
    waiting_lists.dequeue(w, slot, now)
    take_contact(w, slot, agent, now)
    return True
