"""Shifts, breaks and the login limit: when agents come, pause and go."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.engine.agents import agents
from momentsim.engine.contact import answering
from momentsim.engine.state import idle_lists, tables
from momentsim.engine.state.codes import Away, Duty
from momentsim.engine.state.tables import World


@compiled_inside
def finish_unpaid(w: World, agent: int, now: int) -> None:
    """From now on the pay of the roster does not cover a contact in progress: it is finished as overtime."""
    worker = tables.agent_state(w, agent)
    if worker["duty"] == Duty.TALKING or worker["duty"] == Duty.WRAPPING:
        agents.book_work_so_far(w, agent, now)
        worker["shift_ended"] = now


@compiled_inside
def work_is_paid_again(w: World, agent: int, now: int) -> None:
    """Whoever is due again while a contact of before is still being finished is paid for it as usual from now on."""
    worker = tables.agent_state(w, agent)
    if worker["shift_ended"] < 0 or worker["rostered"] == 0 or worker["called"] == 0:
        return
    if worker["away"] == Away.PRESENT or worker["away"] == Away.TRAINING:
        agents.book_work_so_far(w, agent, now)
        worker["shift_ended"] = -1


@compiled_inside
def come_on_duty(w: World, agent: int, now: int) -> None:
    """An agent who is due logs in, unless the system limit keeps the agent at the door."""
    worker = tables.agent_state(w, agent)
    if worker["duty"] != Duty.OFFLINE or worker["away"] != Away.PRESENT:
        return
    if worker["rostered"] == 0 or worker["called"] == 0:
        return
    centre = tables.centre(w)
    if centre["logged_in"] < tables.settings(w)["login_cap"]:
        log_in(w, agent, now)
        return
    agents.change_duty(w, agent, Duty.AT_THE_DOOR, now)
    worker["next_at_door"] = -1
    if centre["door_last"] >= 0:
        tables.agent_state(w, centre["door_last"])["next_at_door"] = agent
    else:
        centre["door_first"] = agent
    centre["door_last"] = agent


@compiled_inside
def log_in(w: World, agent: int, now: int) -> None:
    """An agent is in the system: on a break, or available."""
    tables.centre(w)["logged_in"] += 1
    if tables.agent_state(w, agent)["on_break"]:
        agents.change_duty(w, agent, Duty.PAUSED, now)
    else:
        answering.take_next_contact(w, agent, now)


@compiled_inside
def go_home(w: World, agent: int, now: int) -> None:
    """The shift is over: at once, or after the contact in progress."""
    worker = tables.agent_state(w, agent)
    duty = worker["duty"]
    if duty == Duty.TALKING or duty == Duty.WRAPPING:
        finish_unpaid(w, agent, now)
    elif duty == Duty.AT_THE_DOOR:
        leave_the_door(w, agent)
        agents.change_duty(w, agent, Duty.OFFLINE, now)
    elif duty != Duty.OFFLINE:
        if duty == Duty.IDLE:
            idle_lists.leave_idle(w, agent)
        log_out(w, agent, now)


@compiled_apart
def log_out(w: World, agent: int, now: int) -> None:
    """An agent leaves the system; the first at the door comes in."""
    agents.change_duty(w, agent, Duty.OFFLINE, now)
    tables.agent_state(w, agent)["shift_ended"] = -1
    centre = tables.centre(w)
    centre["logged_in"] -= 1
    following = centre["door_first"]
    if following >= 0 and centre["logged_in"] < tables.settings(w)["login_cap"]:
        leave_the_door(w, following)
        log_in(w, following, now)


@compiled_apart
def open_door(w: World, now: int) -> None:
    """Let in whoever waits at the door, first come first, as far as the system limit allows."""
    centre = tables.centre(w)
    while centre["door_first"] >= 0 and centre["logged_in"] < tables.settings(w)["login_cap"]:
        following = centre["door_first"]
        leave_the_door(w, following)
        log_in(w, following, now)


@compiled_inside
def leave_the_door(w: World, agent: int) -> None:
    """Take an agent out of the line before the door. The line is short and this is rare, so it is walked."""
    centre = tables.centre(w)
    before = -1
    here = centre["door_first"]
    while here != agent:
        before = here
        here = tables.agent_state(w, here)["next_at_door"]
    following = tables.agent_state(w, agent)["next_at_door"]
    if before >= 0:
        tables.agent_state(w, before)["next_at_door"] = following
    else:
        centre["door_first"] = following
    if centre["door_last"] == agent:
        centre["door_last"] = before
    tables.agent_state(w, agent)["next_at_door"] = -1


@compiled_inside
def free_agent(w: World, agent: int, now: int) -> None:
    """After a contact: home if the shift is over, to the break if one has begun, else the next contact.

    At the end of a shift a queue that has closed is served to its end first.
    """
    worker = tables.agent_state(w, agent)
    if worker["called"] == 0 or worker["away"] != Away.PRESENT:
        log_out(w, agent, now)
    elif worker["rostered"] == 0:
        if not answering.serves_out(w, agent, now):
            log_out(w, agent, now)
    elif worker["on_break"]:
        agents.change_duty(w, agent, Duty.PAUSED, now)
    else:
        answering.take_next_contact(w, agent, now)


@compiled_apart
def stay_away(w: World, agent: int, why: int, now: int) -> None:
    """From now on the agent does not work although rostered; a contact in progress is finished as overtime."""
    book_away(w, agent, now)
    worker = tables.agent_state(w, agent)
    if worker["stays_until"] >= 0:  # overtime is not rostered, and so not missed
        agents.book_work_so_far(w, agent, now)
        worker["stays_until"] = -1
        worker["rostered"] = 0
    worker["away"] = why
    go_home(w, agent, now)


@compiled_apart
def come_back(w: World, agent: int, now: int) -> None:
    """The agent works again whenever rostered, from now on."""
    worker = tables.agent_state(w, agent)
    book_away(w, agent, now)
    worker["away"] = Away.PRESENT
    work_is_paid_again(w, agent, now)
    come_on_duty(w, agent, now)


@compiled_apart
def due_from(w: World, agent: int, state: int, now: int) -> None:
    """From today on the agent is in this state of `Away`; one on a shift over midnight from the shift's end on."""
    worker = tables.agent_state(w, agent)
    worker["next_away"] = -1
    if worker["rostered"] and tables.groups(w, tables.agent_state(w, agent)["group"])["by_shift"]:
        worker["next_away"] = state
    else:
        change_presence(w, agent, state, now)


@compiled_inside
def change_presence(w: World, agent: int, state: int, now: int) -> None:
    """The agent stays away or comes back. Whoever is in training stays there, unless the agent has left."""
    worker = tables.agent_state(w, agent)
    worker["next_away"] = -1
    if worker["away"] == state or (worker["away"] == Away.TRAINING and state != Away.VACANT):
        return
    if state == Away.PRESENT:
        come_back(w, agent, now)
    else:
        stay_away(w, agent, state, now)


@compiled_apart
def book_away(w: World, agent: int, now: int) -> None:
    """Book the rostered time missed so far, inside the horizon and after the warm-up."""
    worker = tables.agent_state(w, agent)
    if worker["rostered"] and worker["away"] != Away.PRESENT and tables.centre(w)["in_horizon"]:
        missed = now - max(worker["away_since"], tables.settings(w)["warm_up"])
        if missed > 0 and worker["away"] == Away.TRAINING:
            worker["trained"] += missed
        elif missed > 0:
            worker["unpaid"] += missed
            worker["absent"] += missed * int(worker["away"] == Away.ABSENT)
    worker["away_since"] = now
