"""What the roster calls agents to: work, breaks, courses, home."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart
from momentsim.contract.plan import RosterAction
from momentsim.engine.agents import agents, overtime, shifts, training
from momentsim.engine.contact import answering
from momentsim.engine.state import idle_lists, tables
from momentsim.engine.state.codes import Duty
from momentsim.engine.state.tables import World


@compiled_apart
def roster_changes(w: World, agent: int, action: int, now: int) -> None:
    """The roster calls an agent, on a day of a course first to that."""
    worker = tables.agent_state(w, agent)
    if worker["course_today"] > 0 and action == RosterAction.START and worker["course_since"] < 0:
        training.begin_course(w, agent, now)
    elif worker["course_since"] >= 0 and action == RosterAction.END:
        training.interrupt_course(w, agent, now)
    follow_roster(w, agent, action, now)


@compiled_apart
def follow_roster(w: World, agent: int, action: int, now: int) -> None:
    """The roster calls an agent to work, to a break, back, or home."""
    worker = tables.agent_state(w, agent)
    shifts.book_away(w, agent, now)
    if action == RosterAction.START:
        worker["rostered"] = 1
        worker["on_break"] = 0
        if worker["stays_until"] >= 0:  # stayed on until this shift: from here on paid as usual
            agents.book_work_so_far(w, agent, now)
            worker["stays_until"] = -1
        shifts.work_is_paid_again(w, agent, now)
        shifts.come_on_duty(w, agent, now)
    elif action == RosterAction.BREAK_STARTS:
        worker["on_break"] = 1
        if worker["duty"] == Duty.IDLE:
            idle_lists.leave_idle(w, agent)
            agents.change_duty(w, agent, Duty.PAUSED, now)
    elif action == RosterAction.BREAK_ENDS:
        worker["on_break"] = 0
        if worker["duty"] == Duty.PAUSED:
            answering.take_next_contact(w, agent, now)
    elif action == RosterAction.UNPAID_STARTS:
        shifts.finish_unpaid(w, agent, now)
    elif action == RosterAction.UNPAID_ENDS:
        shifts.work_is_paid_again(w, agent, now)
    elif action == RosterAction.OVERTIME_ENDS:
        if worker["stays_until"] == now:
            overtime.finish_overtime(w, agent, now)
    elif not overtime.stays_on(w, agent, now):
        worker["rostered"] = 0
        shifts.go_home(w, agent, now)
        if worker["next_away"] >= 0:
            shifts.change_presence(w, agent, worker["next_away"], now)
