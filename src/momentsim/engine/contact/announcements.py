"""What callers are told before and in the queue: a message, the expected wait or their place; and what they do then."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import MINUTE, MomentKind, Tells
from momentsim.contract.trace import Outcome
from momentsim.draws import Purpose
from momentsim.engine.contact import attempts, episodes, moment_end, patience
from momentsim.engine.state import contact_log, tables
from momentsim.engine.state.durations import quantile
from momentsim.engine.state.tables import World
from momentsim.rules import experience

STAYS = 0
INFORMED = 1
LOST = 2

_PLACE_TOLD = -1
_MOST_MINUTES = 32_000
"""A wait of three weeks is told as that: more than the field of an open moment holds is never told."""


@compiled_inside
def after_message(w: World, slot: int) -> int:
    """What a caller does on the message before the queue: stays, hangs up informed, or hangs up with the need unmet."""
    case = tables.cases(w, slot)
    row = tables.lines(w, case["queue"])["announcement"]
    if row < 0:
        return STAYS
    about = tables.announcements(w, row)
    informed = tables.informed(w, row, case["reason"])
    if case["kind"] == MomentKind.STATUS:
        informed = max(informed, about["status_informed"])
    if informed <= 0.0 and about["lost"] <= 0.0:
        return STAYS
    about["uses"] += 1
    draw = attempts.draw_for_attempt(w, slot, Purpose.MESSAGE, case["attempt"])
    if draw < informed:
        return INFORMED
    return LOST if draw >= 1.0 - (1.0 - informed) * about["lost"] else STAYS


@compiled_apart
def leave_informed(w: World, slot: int, now: int) -> None:
    """The message has answered the only question: the need is met, and nobody is asked for."""
    case = tables.cases(w, slot)
    case["arrived"] = now
    case["interval"] = tables.centre(w)["interval"]
    case["queued"] = -1
    case["answered"] = -1
    case["agent"] = -1
    case["talk"] = 0
    tables.counts(w, slot)["informed"] += 1
    episodes.add_episode(w, slot, tables.effects(w)["notice_satisfaction"])
    contact_log.write_contact(w, slot, Outcome.INFORMED, now, 1, 0, math.nan)
    moment_end.moment_ends(w, slot, now, 1, 0)


@compiled_apart
def expected_wait(w: World, queue: int) -> float:
    """The wait that the next caller of a queue can expect: callers ahead x handling time / agents on duty for it.

    The caller counts as the last of those ahead, since the first in line waits for an agent too; those who wait for a
    callback are ahead as well. Agents of groups that help other queues too count whole. The handling time is the
    scenario's, or a moving mean of the last contacts.
    """
    line = tables.lines(w, queue)
    on_duty = 0
    for row in range(line["first_server"], line["last_server"]):
        on_duty += tables.group_state(w, tables.serves_by_queue(w, row)["group"])["on_duty"]
    return float((line["waiting"] + 1) * announced_handling(w) / max(on_duty, 1))


@compiled_inside
def announced_handling(w: World) -> float:
    """Handling time, microseconds, that announcements reckon with."""
    handling = float(tables.settings(w)["announced_handling"])
    if handling <= 0.0:
        handling = tables.centre(w)["mean_handle"]
    return float(handling)


@compiled_inside
def tell_wait(w: World, slot: int) -> bool:
    """Tell a caller who has to wait what the queue's announcement tells; returns whether the caller turns away."""
    case = tables.cases(w, slot)
    row = tables.lines(w, case["queue"])["announcement"]
    if row < 0 or tables.announcements(w, row)["tells"] == Tells.NOTHING:
        return False
    about = tables.announcements(w, row)
    about["uses"] += 1
    minutes = expected_wait(w, case["queue"]) / MINUTE
    if about["tells"] == Tells.WAIT:
        minutes = experience.told_wait(min(minutes, float(_MOST_MINUTES)), float(about["band_min"]))
        case["announced"] = int(min(minutes, float(_MOST_MINUTES)))
    else:
        case["announced"] = _PLACE_TOLD
    return turns_away(w, slot, minutes * MINUTE)


@compiled_inside
def turns_away(w: World, slot: int, announced: float) -> bool:
    """Whether a wait that was told, or follows from a place, turns the caller away at once (E2.5.3)."""
    case = tables.cases(w, slot)
    median = patience.patience_factor(w, slot) * quantile(
        w, tables.reasons(w, case["reason"])["patience_law"], 0.5
    )
    share = experience.balk_probability(announced, median, tables.effects(w)["balk_strength"])
    return bool(attempts.draw_for_attempt(w, slot, Purpose.BALK, case["attempt"]) < share)
