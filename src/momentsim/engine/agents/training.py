"""Training: agents take turns, sit in courses in rostered and paid time, and keep a part of what they learnt.

On a day of the course the first hours of an agent's rostered time are for it, up to the hours per day. What a
missed or cut day leaves is done on the next one. One course at a time.
"""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.engine.agents import shifts
from momentsim.engine.order import EventKind
from momentsim.engine.state import tables
from momentsim.engine.state.codes import Away
from momentsim.engine.state.tables import World
from momentsim.engine.state.timers import post
from momentsim.rules import programmes


@compiled_apart
def settle_training(w: World, now: int) -> None:
    """At midnight: what each agent has of past courses, and which one is attended today."""
    trains = False
    for row in range(tables.sizes(w)["programmes"]):
        if tables.programmes(w, row)["hours"] > 0:
            trains = True
            count_treated(w, row, now)
    if trains:
        for agent in range(tables.sizes(w)["agents"]):
            settle_agent(w, agent, now)


@compiled_inside
def count_treated(w: World, row: int, now: int) -> None:
    """Sum over the agents of a group of what a programme's courses have left. Whoever has gone takes it along."""
    about = tables.programmes(w, row)
    group = tables.groups(w, about["group"])
    total = 0.0
    for seat in range(group["agents"]):
        course = tables.courses(w, about["first_course"] + seat)
        if tables.agent_state(w, group["first_agent"] + seat)["away"] == Away.VACANT:
            course["left"] = 0
            course["completed"] = -1
        total += share_kept(w, row, about["first_course"] + seat, now)
    tables.progress(w, row)["treated"] = total


@compiled_apart
def clear_courses(w: World, agent: int) -> None:
    """Whoever takes a seat brings nothing of the courses that others had; later ones may come."""
    worker = tables.agent_state(w, agent)
    worker["empathy_gain"] = 0.0
    worker["training_pace"] = 1.0
    group = tables.agent_state(w, agent)["group"]
    seat = agent - tables.groups(w, group)["first_agent"]
    for row in range(tables.sizes(w)["programmes"]):
        about = tables.programmes(w, row)
        if about["hours"] > 0 and about["group"] == group:
            course = tables.courses(w, about["first_course"] + seat)
            course["left"] = 0
            course["completed"] = -1


@compiled_inside
def share_kept(w: World, row: int, course: int, now: int) -> float:
    """Share of a course's gain that an agent has now; 0 before it is completed."""
    completed = tables.courses(w, course)["completed"]
    if completed < 0:
        return 0.0
    return programmes.share_left(now - completed, tables.programmes(w, row)["half_life"])


@compiled_inside
def settle_agent(w: World, agent: int, now: int) -> None:
    """Add up what courses have left in one agent, and send the agent to the next one if it is due."""
    worker = tables.agent_state(w, agent)
    group = tables.agent_state(w, agent)["group"]
    seat = agent - tables.groups(w, group)["first_agent"]
    agents = tables.groups(w, group)["agents"]
    empathy = 0.0
    pace = 1.0
    due = -1
    for row in range(tables.sizes(w)["programmes"]):
        about = tables.programmes(w, row)
        if about["hours"] == 0 or about["group"] != group:
            continue
        course = about["first_course"] + seat
        own = share_kept(w, row, course, now)
        empathy += about["empathy"] * own
        peers = (tables.progress(w, row)["treated"] - own) / max(agents - 1, 1)
        pace /= 1.0 + max(about["speed"] * own, about["spill_over"] * peers)
        if due < 0 and is_due(w, row, seat, now):
            due = row
    worker["empathy_gain"] = empathy
    worker["training_pace"] = pace
    if worker["course_since"] >= 0:  # a night shift sits in it over midnight
        return
    worker["training"] = due
    worker["course_today"] = hours_of_today(w, agent)
    if due >= 0 and worker["rostered"]:
        begin_course(w, agent, now)


@compiled_inside
def course_of(w: World, agent: int) -> int:
    """Row of the course that an agent attends on this date."""
    about = tables.programmes(w, tables.agent_state(w, agent)["training"])
    return int(about["first_course"] + agent - tables.groups(w, about["group"])["first_agent"])


@compiled_inside
def hours_of_today(w: World, agent: int) -> int:
    """Rostered time of one date for the course attended: what is left of it, up to the hours per day."""
    row = tables.agent_state(w, agent)["training"]
    if row < 0:
        return 0
    left = tables.courses(w, course_of(w, agent))["left"]
    return int(min(left, tables.programmes(w, row)["hours_per_day"]))


@compiled_inside
def is_due(w: World, row: int, course: int, now: int) -> bool:
    """Whether the agent at a place of the group has this course to do today: the turn has come, hours are left.

    A course not begun before the programme's end is never begun.
    """
    about = tables.programmes(w, row)
    left = tables.courses(w, about["first_course"] + course)["left"]
    if left <= 0:
        return False
    agents = tables.groups(w, about["group"])["agents"]
    turn = about["begins"] + about["adoption"] * course // agents
    return bool(now >= turn and (now < about["ends"] or left < about["hours"]))


@compiled_inside
def begin_course(w: World, agent: int, now: int) -> None:
    """An agent goes to the course, unless absent or not called; a contact in progress is finished first."""
    worker = tables.agent_state(w, agent)
    if worker["away"] != Away.PRESENT or worker["called"] == 0:
        return
    row = worker["training"]
    is_first = tables.courses(w, course_of(w, agent))["left"] == tables.programmes(w, row)["hours"]
    if is_first and tables.centre(w)["in_horizon"] and now >= tables.settings(w)["warm_up"]:
        tables.progress(w, row)["trained"] += 1
    shifts.stay_away(w, agent, Away.TRAINING, now)
    worker["course_since"] = now
    post(w, now + worker["course_today"], EventKind.COURSE_ENDS, agent, -1, worker["course_stamp"])


@compiled_inside
def book_attendance(w: World, agent: int, now: int) -> None:
    """Book the time just spent in a course; when none is left it is completed.

    Time that began before midnight was yesterday's: today's is still due, at the next start of a shift.
    """
    worker = tables.agent_state(w, agent)
    course = tables.courses(w, course_of(w, agent))
    was_yesterday = worker["course_since"] < tables.dates(w, tables.centre(w)["day"])["begins"]
    spent = now - worker["course_since"]
    course["left"] -= spent
    worker["course_today"] -= spent
    worker["course_since"] = -1
    worker["course_stamp"] += 1
    if course["left"] <= 0:
        course["completed"] = now
    if was_yesterday:
        worker["course_today"] = hours_of_today(w, agent)


@compiled_inside
def interrupt_course(w: World, agent: int, now: int) -> None:
    """The shift ends in the middle of a course: it goes on when the agent is here again."""
    book_attendance(w, agent, now)
    worker = tables.agent_state(w, agent)
    if worker["away"] == Away.TRAINING:
        shifts.book_away(w, agent, now)
        worker["away"] = Away.PRESENT


@compiled_apart
def course_ends(w: World, agent: int, stamp: int, now: int) -> None:
    """The course is over for today, or for good: back to work."""
    worker = tables.agent_state(w, agent)
    if worker["course_stamp"] != stamp or worker["course_since"] < 0:
        return
    book_attendance(w, agent, now)
    if worker["away"] == Away.TRAINING:
        shifts.come_back(w, agent, now)
