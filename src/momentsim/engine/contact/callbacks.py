"""Callbacks: offered instead of a wait, dialled when an agent is free; promises kept or broken (E2.5.4, E2.5.5).

Who takes one hangs up, so no line is in use and no patience runs out. What the customer feels of the wait is small;
what a broken promise leaves is not. A callback ends as the call that reaches the customer, or as `NOT_REACHED`
after all tries, or as `NOT_CALLED` when the queue closes first.
"""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import LONGEST, MINUTE
from momentsim.contract.trace import Outcome
from momentsim.draws import Purpose
from momentsim.engine.agents import agents
from momentsim.engine.contact import announcements, attempts, episodes
from momentsim.engine.customers import anger
from momentsim.engine.order import EventKind
from momentsim.engine.state import contact_log, open_spans, tables, waiting_lists
from momentsim.engine.state.codes import CallbackPromise, Duty, MomentStage
from momentsim.engine.state.tables import World
from momentsim.engine.state.timers import post
from momentsim.rules import experience

_BAND = 5 * MINUTE
"""Times told are whole bands of this length (E2.5.2)."""
_MOST_TRIES = 1 << 7
"""Occasions of draws: more than there are tries of one callback."""


@compiled_inside
def takes_callback(w: World, slot: int, now: int) -> bool:
    """Whether a caller who would have to wait is offered a callback and takes it; its place is then kept."""
    case = tables.cases(w, slot)
    row = tables.lines(w, case["queue"])["callback"]
    if row < 0:
        return False
    about = tables.callbacks(w, row)
    expected = announcements.expected_wait(w, case["queue"])
    is_long = (
        expected > about["wait_above"] or tables.lines(w, case["queue"])["waiting"] > about["waiting_above"]
    )
    if not is_long:
        return False
    counts = tables.counts(w, slot)
    counts["callback_offers"] += 1
    if attempts.draw_for_attempt(w, slot, Purpose.CALLBACK, case["attempt"]) >= about["acceptance"]:
        return False
    counts["callbacks"] += 1
    about["uses"] += 1
    case["callback"] = 1
    case["callback_row"] = row
    case["promise"] = CallbackPromise.PENDING
    waiting_lists.enqueue(w, slot, now)
    told = about["promise"]
    if told == 0:
        told = int(experience.told_wait(min(expected * about["margin"], float(LONGEST)), float(_BAND)))
    post(w, now + told, EventKind.CALLBACK_LATE, case["serial"], slot, case["stamp"])
    post(
        w,
        open_spans.closes_at(w, case["queue"], now),
        EventKind.QUEUE_CLOSES,
        case["serial"],
        slot,
        case["stamp"],
    )
    return True


@compiled_inside
def dial(w: World, slot: int) -> None:
    """An agent dials: whatever comes of it, the callback that was promised is made."""
    case = tables.cases(w, slot)
    if case["promise"] == CallbackPromise.PENDING:
        case["promise"] = CallbackPromise.KEPT
        tables.counts(w, slot)["callbacks_kept"] += 1


@compiled_inside
def is_not_answered(w: World, slot: int) -> bool:
    """Whether nobody answers the present try."""
    case = tables.cases(w, slot)
    occasion = case["attempt"] * _MOST_TRIES + case["callback"]
    answers = attempts.draw_for_attempt(w, slot, Purpose.CALLBACK_TRY, occasion)
    return bool(answers < tables.callbacks(w, case["callback_row"])["no_answer"])


@compiled_apart
def ring_in_vain(w: World, slot: int, agent: int, now: int) -> None:
    """Nobody answers: the agent has waited for that, and there is another try, or no more.

    The contact is out of its queue and the agent out of the idle ones. The ringing is booked as wrap-up.
    """
    case = tables.cases(w, slot)
    about = tables.callbacks(w, case["callback_row"])
    tries = case["callback"]
    tables.counts(w, slot)["rings"] += about["ring"]
    agents.change_duty(w, agent, Duty.WRAPPING, now)
    post(w, now + about["ring"], EventKind.WRAP_UP_ENDS, agent, -1, 0)
    case["callback"] = tries + 1
    if tries >= about["tries"]:
        not_reached(w, slot, now)
        return
    case["stage"] = MomentStage.CALLED_AGAIN_LATER
    later = now + about["ring"] + about["again_after"]
    post(w, later, EventKind.CALLBACK_AGAIN, case["serial"], slot, case["stamp"])


@compiled_apart
def not_reached(w: World, slot: int, now: int) -> None:
    """All tries were in vain: the customer has missed them, and calls again or gives up."""
    tables.counts(w, slot)["not_reached"] += 1
    contact_log.write_contact(w, slot, Outcome.NOT_REACHED, now, 0, 0, math.nan)
    attempts.redial_or_give_up(w, slot, now)


@compiled_apart
def break_told_time(w: World, slot: int, now: int) -> None:
    """The time told is over and nobody has called: a promise is broken, a failure of its own (E2.5.5)."""
    case = tables.cases(w, slot)
    if case["promise"] != CallbackPromise.PENDING:
        return
    effects = tables.effects(w)
    case["promise"] = CallbackPromise.BROKEN
    episodes.add_failure(w, slot, -effects["promise_broken_score"])
    anger.add_anger(w, case["customer_row"], now, effects["anger_broken_promise"])


@compiled_apart
def wait_for_next_try(w: World, slot: int, now: int) -> None:
    """Nobody is free for the next try: the contact stands first in its queue, until it closes."""
    case = tables.cases(w, slot)
    waiting_lists.enqueue_first(w, slot, now)
    post(
        w,
        open_spans.closes_at(w, case["queue"], now),
        EventKind.QUEUE_CLOSES,
        case["serial"],
        slot,
        case["stamp"],
    )


@compiled_apart
def queue_has_closed(w: World, slot: int, now: int) -> bool:
    """A contact that still waits for its callback leaves the queue; whether it was never called: then it was broken."""
    case = tables.cases(w, slot)
    waiting_lists.dequeue(w, slot, now)
    if case["callback"] > 1:
        not_reached(w, slot, now)
        return False
    break_told_time(w, slot, now)
    counts = tables.counts(w, slot)
    counts["not_called"] += 1
    counts["wait_not_called"] += now - case["queued"]
    return True
