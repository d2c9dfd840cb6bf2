"""Help elsewhere: customers hit by a crisis whom others than the centre help, at the airport or in a shop.

Who can find it, and when, is drawn when the crisis hits. Until then they wait and call like all others; whoever gives
up meanwhile only makes no more contact. What was met by then is not met again. While the centre is jammed, those who
depend on its instructions are blind (`hub_dependence`), and the customer comes again later.
"""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import LONGEST, MINUTE
from momentsim.contract.trace import Outcome
from momentsim.draws import Purpose
from momentsim.engine.contact import answering, attempts, moment_end
from momentsim.engine.order import EventKind
from momentsim.engine.state import contact_log, counters, tables
from momentsim.engine.state.codes import Elsewhere, MomentStage
from momentsim.engine.state.durations import draw_duration
from momentsim.engine.state.tables import World
from momentsim.engine.state.timers import post

_LATER = 15 * MINUTE
"""When the centre is busy with a customer's need, help elsewhere is asked for again so much later (assumed)."""
_MOST_TRIES = 100
"""Nobody comes again more often (assumed); so a story ends even where coming again costs no time."""


@compiled_apart
def expect_help(w: World, slot: int, now: int) -> None:
    """A crisis has hit: whether this customer can find help elsewhere; if so, it comes after a delay."""
    case = tables.cases(w, slot)
    share = tables.crises(w, case["crisis"])["elsewhere"]
    if share > 0.0 and attempts.draw_for_attempt(w, slot, Purpose.HELPED_ELSEWHERE, 0) < share:
        case["elsewhere"] = Elsewhere.TO_COME
        come_later(w, slot, now, 0)


@compiled_inside
def come_later(w: World, slot: int, now: int, number: int) -> None:
    """The try of this number comes after a delay."""
    case = tables.cases(w, slot)
    law = tables.crises(w, case["crisis"])["elsewhere_law"]
    delay = draw_duration(w, law, 1.0, case["key"], Purpose.HELPED_ELSEWHERE_DELAY, number)
    post(w, now + min(delay, LONGEST), EventKind.HELP_ELSEWHERE_DUE, case["serial"], slot, number)


@compiled_apart
def help_due(w: World, slot: int, serial: int, number: int, now: int) -> None:
    """Others may help now, unless the need is over; while the centre works on it, that is waited for."""
    case = tables.cases(w, slot)
    if case["serial"] != serial:
        return
    if not is_free(w, slot):
        post(w, now + _LATER, EventKind.HELP_ELSEWHERE_DUE, serial, slot, number)
    elif is_blind(w, slot, number):
        if number < _MOST_TRIES:
            come_later(w, slot, now, number + 1)
    else:
        find_help(w, slot, now)


@compiled_inside
def is_free(w: World, slot: int) -> bool:
    """Whether a customer can go for help: away or on hold, not talking, trying alone or waiting to be called back."""
    case = tables.cases(w, slot)
    if case["stage"] == MomentStage.QUEUED:
        return bool(case["callback"] == 0)
    is_away = case["stage"] == MomentStage.AWAY and case["repeats"] == 0
    return bool(
        is_away
        or case["stage"] == MomentStage.TURNS_TO_SELF_SERVICE
        or case["stage"] == MomentStage.HELPED_LATER
    )


@compiled_inside
def is_blind(w: World, slot: int, number: int) -> bool:
    """Whether those who would help have no instructions, by the degree of the centre's jam."""
    hub = tables.crises(w, tables.cases(w, slot)["crisis"])["hub_dependence"]
    if hub == 0.0:
        return False
    return bool(
        attempts.draw_for_attempt(w, slot, Purpose.HELP_IS_BLIND, number) < hub * tables.centre(w)["jam"]
    )


@compiled_inside
def find_help(w: World, slot: int, now: int) -> None:
    """The need is met elsewhere: whoever waits on the line hangs up, and nobody calls again."""
    case = tables.cases(w, slot)
    if case["stage"] == MomentStage.QUEUED:
        tables.lines(w, case["queue"])["abandoned"] += 1
        wait = answering.leave_unanswered(w, slot, now)
        counters.count_failed(w, slot, Outcome.ABANDONED, wait)
        contact_log.write_contact(w, slot, Outcome.ABANDONED, now, 0, 0, math.nan)
    case["elsewhere"] = Elsewhere.FOUND
    case["agent"] = -1  # nobody of the centre has ended it
    case["unmet"] = 0
    moment_end.moment_ends(w, slot, now, 0, 0)
