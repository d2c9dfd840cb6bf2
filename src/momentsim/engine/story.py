"""The story of a contact, told once: what happens at each event. Both clocks call these handlers.

A moment begins; the customer makes contact, helps themselves or calls; hears busy, balks, waits, hangs up and
calls again, or reaches an agent; is helped or not; and the moment ends. Handlers change the tables and post
what is to come; they never wait and never look at a clock other than `now`.
"""

from __future__ import annotations

import math
from typing import Any

from momentsim.compiled import compiled_apart, compiled_inside
from momentsim.draws import Purpose, uniform
from momentsim.engine import (
    books,
    closing,
    crew,
    customers,
    duties,
    encounters,
    idle,
    levers,
    queues,
    service,
    tables,
)
from momentsim.engine.order import Kind
from momentsim.engine.records import Duty, Stage
from momentsim.engine.tables import World
from momentsim.engine.timers import duration, post, quantile
from momentsim.plan import HOUR, NEVER, MomentKind
from momentsim.rules import experience
from momentsim.trace import Outcome

_AWAY = int(Stage.AWAY)
_IN_SELF_SERVICE = int(Stage.SELF_SERVICE)
_QUEUED = int(Stage.QUEUED)
_WRAPPING = int(Duty.WRAPPING)
_ANSWERED = int(Outcome.ANSWERED)
_TRANSFERRED = int(Outcome.TRANSFERRED)
_ABANDONED = int(Outcome.ABANDONED)
_BLOCKED = int(Outcome.BLOCKED)
_BALKED = int(Outcome.BALKED)
_CONTAINED = int(Outcome.CONTAINED)
_GAVE_UP = int(Outcome.GAVE_UP)
_AFFECTED = int(MomentKind.AFFECTED)
_WRAP_UP_ENDS = int(Kind.WRAP_UP_ENDS)
_PATIENCE_ENDS = int(Kind.PATIENCE_ENDS)
_OVERFLOW_DUE = int(Kind.OVERFLOW_DUE)
_CONTACT_DUE = int(Kind.CONTACT_DUE)
_SELF_SERVICE_ENDS = int(Kind.SELF_SERVICE_ENDS)
_PATIENCE = int(Purpose.PATIENCE)
_WRAP_UP = int(Purpose.WRAP_UP)
_REDIAL = int(Purpose.REDIAL)
_REDIAL_DELAY = int(Purpose.REDIAL_DELAY)
_RECONNECT = int(Purpose.RECONNECT)
_RECONNECT_DELAY = int(Purpose.RECONNECT_DELAY)
_BALK = int(Purpose.BALK)
_SELF_SERVICE = int(Purpose.SELF_SERVICE)
_SUCCESS = int(Purpose.SELF_SERVICE_SUCCESS)
_SELF_SERVICE_TIME = int(Purpose.SELF_SERVICE_TIME)
_BREAK_OUT = int(Purpose.BREAK_OUT)
_CONTEXT = int(Purpose.CONTEXT)
_SILENT_RETURN = int(Purpose.SILENT_RETURN)
_SILENT_RETURN_DELAY = int(Purpose.SILENT_RETURN_DELAY)
_HANDLE_MEMORY = 0.01
_MOST_ATTEMPTS = 1000
"""Nobody dials more often for one need (assumed); so a story ends even where redialling costs no time."""


@compiled_inside
def chance(w: World, slot: int, purpose: int, occasion: int) -> float:
    """A uniform draw owned by an open moment."""
    return uniform(tables.settings(w)["key"], tables.cases(w, slot)["key"], purpose, occasion)


@compiled_inside
def moment_begins(w: World, moment: Any, now: int) -> None:
    """A need arises. A customer who has left no longer calls; one hit by a crisis is harmed by the event itself."""
    centre = tables.centre(w)
    centre["moment_serial"] += 1
    segment = customers.segment_of(w, moment["customer"])
    known = -1
    if centre["tracking"]:
        known = customers.know(w, moment["customer"], segment, now)
        customers.bring_up_to_date(w, known, now)
        if tables.settings(w)["feedback_on"] and customers.left_by_now(w, known, now):
            tables.tally(w, moment["reason"], segment, moment["kind"])["vanished"] += 1
            return
        tables.known(w, known)["moments"] += int(now >= tables.settings(w)["warm_up"])
    slot = open_case(w, moment, segment, known)
    if moment["kind"] == _AFFECTED:
        levers.event_hits(w, slot, now)
    if moment["first_contact"] >= NEVER:
        if levers.notice_induces(w, slot, now):
            contact_arrives(w, slot, now)
        else:
            closing.moment_ends(w, slot, now, 0, 0)
    elif moment["first_contact"] > now:
        post(w, moment["first_contact"], _CONTACT_DUE, tables.cases(w, slot)["serial"], slot, 0)
    else:
        contact_arrives(w, slot, now)


@compiled_inside
def open_case(w: World, moment: Any, segment: int, known: int) -> int:
    """Take a free row for a moment and write every field of it."""
    centre = tables.centre(w)
    slot = centre["free_case"]
    case = tables.cases(w, slot)
    centre["free_case"] = case["following"]
    centre["open"] += 1
    reason = moment["reason"]
    case["serial"] = centre["moment_serial"]
    case["key"] = moment["key"]
    case["customer"] = moment["customer"]
    case["known"] = known
    case["segment"] = segment
    case["reason"] = reason
    case["kind"] = moment["kind"]
    case["crisis"] = moment["crisis"]
    case["stage"] = _AWAY
    case["stamp"] = 0
    case["attempt"] = 0
    case["leg"] = 0
    case["contacts"] = 0
    case["failures"] = 0
    case["queue"] = -1
    case["agent"] = -1
    case["began"] = moment["began"]
    case["gave_up"] = 0
    case["noticed"] = 0
    case["web_lever"] = -1
    case["web_attempt"] = 0
    case["stakes"] = tables.reasons(w, reason)["stakes"]
    if moment["kind"] == _AFFECTED and tables.crises(w, moment["crisis"])["stakes"] >= 0.0:
        case["stakes"] = tables.crises(w, moment["crisis"])["stakes"]
    case["complexity"] = encounters.complexity_of(w, reason, moment["key"])
    case["context_s"] = 0.0
    case["peak"] = 0.0
    case["end"] = 0.0
    case["total"] = 0.0
    case["episodes"] = 0
    case["effort"] = 1.0
    case["harm"] = 0.0
    case["anger_before"] = 0.0
    case["attitude_before"] = 0.0
    case["behaviour_before"] = 0.0
    if known >= 0:
        person = tables.known(w, known)
        case["attitude_before"] = person["norm"] + person["x"]
        case["behaviour_before"] = person["norm"] + person["y"]
    return int(slot)


@compiled_apart
def contact_due(w: World, slot: int, serial: int, now: int) -> None:
    """A first contact that was to come later, a redial or a return: unless a notice has made it needless."""
    case = tables.cases(w, slot)
    if case["serial"] != serial or case["stage"] != _AWAY:
        return
    if case["attempt"] == 0 and case["kind"] == _AFFECTED and levers.notice_prevents(w, slot, now):
        closing.moment_ends(w, slot, now, 1, 0)
        return
    contact_arrives(w, slot, now)


@compiled_apart
def contact_arrives(w: World, slot: int, now: int) -> None:
    """An attempt is made: in self-service, or by telephone."""
    centre = tables.centre(w)
    case = tables.cases(w, slot)
    centre["contact_serial"] += 1
    case["contact"] = centre["contact_serial"]
    case["attempt"] += 1
    case["contacts"] += 1
    case["leg"] = 1
    case["arrived"] = now
    case["interval"] = centre["interval"]
    if case["contacts"] > 1:
        case["effort"] += tables.effects(w)["effort_repeat"]
    if case["known"] >= 0:
        customers.cool(w, case["known"], now)
        case["anger_before"] = tables.known(w, case["known"])["anger"]
    if starts_in_self_service(w, slot, now):
        self_service_begins(w, slot, now)
    else:
        call_arrives(w, slot, now)


@compiled_inside
def starts_in_self_service(w: World, slot: int, now: int) -> bool:
    """Whether this attempt starts in self-service: the first one by the reason's adoption, or web rebooking."""
    case = tables.cases(w, slot)
    if case["attempt"] == 1:
        adoption = tables.reasons(w, case["reason"])["adoption"]
        if adoption > 0.0 and chance(w, slot, _SELF_SERVICE, 0) < adoption:
            return True
    return case["kind"] == _AFFECTED and levers.rebooks_on_the_web(w, slot, now)


@compiled_apart
def self_service_begins(w: World, slot: int, now: int) -> None:
    """The customer tries alone."""
    case = tables.cases(w, slot)
    case["stage"] = _IN_SELF_SERVICE
    case["queue"] = -1
    case["agent"] = -1
    case["queued"] = -1
    case["answered"] = -1
    case["talk"] = 0
    law = tables.reasons(w, case["reason"])["self_service_law"]
    spent = duration(w, law, 1.0, case["key"], _SELF_SERVICE_TIME, case["attempt"])
    tables.counts(w, case["interval"], case["reason"])["self_service_time"] += spent
    post(w, now + spent, _SELF_SERVICE_ENDS, case["serial"], slot, case["stamp"])


@compiled_apart
def self_service_ends(w: World, slot: int, serial: int, now: int) -> None:
    """Solved alone; or on to a person; or gone with nothing, which is not containment."""
    case = tables.cases(w, slot)
    if case["serial"] != serial or case["stage"] != _IN_SELF_SERVICE:
        return
    effects = tables.effects(w)
    counts = tables.counts(w, case["interval"], case["reason"])
    if chance(w, slot, _SUCCESS, case["attempt"]) < levers.self_service_share(w, slot):
        books.add_episode(w, slot, effects["self_service_success_score"])
        counts["contained"] += 1
        books.write_contact(w, slot, _CONTAINED, now, 1, 0, math.nan)
        closing.moment_ends(w, slot, now, 1, 0)
        return
    books.add_episode(w, slot, -effects["self_service_failure_score"])
    customers.angered(w, case["known"], now, effects["anger_after_self_service"])
    reason = tables.reasons(w, case["reason"])
    if chance(w, slot, _BREAK_OUT, case["attempt"]) < reason["break_out"]:
        counts["broke_out"] += 1
        books.write_contact(w, slot, _TRANSFERRED, now, 0, 0, math.nan)
        break_out(w, slot, now)
        return
    counts["gave_up"] += 1
    books.write_contact(w, slot, _GAVE_UP, now, 0, 0, math.nan)
    case["gave_up"] = 1
    if chance(w, slot, _SILENT_RETURN, 0) < effects["silent_return"]:
        case["gave_up"] = 0
        median = effects["silent_return_delay_h"] * HOUR
        delay = -median / math.log(2.0) * math.log(chance(w, slot, _SILENT_RETURN_DELAY, 0))
        come_back(w, slot, now, int(delay + 0.5))
    else:
        closing.moment_ends(w, slot, now, 0, 0)


@compiled_inside
def break_out(w: World, slot: int, now: int) -> None:
    """From self-service to a person: a channel switch, with or without the context."""
    case = tables.cases(w, slot)
    effects = tables.effects(w)
    case["leg"] += 1
    case["effort"] += effects["effort_channel_switch"]
    if chance(w, slot, _CONTEXT, case["attempt"]) < tables.reasons(w, case["reason"])["context_passed"]:
        case["context_s"] = -effects["context_saved_s"]
    else:
        case["context_s"] = effects["context_lost_s"]
        case["effort"] += effects["effort_repeat_information"]
    call_arrives(w, slot, now)


@compiled_inside
def come_back(w: World, slot: int, now: int, delay: int) -> None:
    """The customer goes away and will make contact again; after very many attempts, no more."""
    case = tables.cases(w, slot)
    if case["attempt"] >= _MOST_ATTEMPTS:
        closing.moment_ends(w, slot, now, 0, 0)
        return
    case["stage"] = _AWAY
    post(w, now + delay, _CONTACT_DUE, case["serial"], slot, case["attempt"])


@compiled_inside
def call_arrives(w: World, slot: int, now: int) -> None:
    """A call reaches the centre: busy, straight to an agent, balked, or into the queue."""
    centre = tables.centre(w)
    case = tables.cases(w, slot)
    case["queue"] = tables.reasons(w, case["reason"])["queue"]
    case["queued"] = now
    case["answered"] = -1
    case["agent"] = -1
    case["talk"] = 0
    tables.counts(w, case["interval"], case["reason"])["offered"] += 1
    if centre["in_system"] >= tables.settings(w)["lines"]:
        case["queued"] = -1
        books.add_episode(w, slot, -tables.effects(w)["blocked_score"])
        attempt_failed(w, slot, _BLOCKED, now, 0)
        return
    agent = idle.idle_agent_for(w, case["queue"], 0)
    if agent >= 0:
        centre["in_system"] += 1
        idle.leave_idle(w, agent)
        service.answer(w, slot, agent, now)
    elif tables.settings(w)["announce_wait"] and balks(w, slot):
        case["queued"] = -1
        attempt_failed(w, slot, _BALKED, now, 0)
    else:
        centre["in_system"] += 1
        wait_in_queue(w, slot, now)


@compiled_inside
def balks(w: World, slot: int) -> bool:
    """Whether the announced wait turns the caller away: callers ahead x handling time / agents on duty.

    The caller counts as the last of those ahead, since the first in line waits for an agent too. The handling
    time is the scenario's, or a moving mean of the last contacts.
    """
    centre = tables.centre(w)
    case = tables.cases(w, slot)
    ahead = tables.lines(w, case["queue"])["waiting"] + 1
    handling = float(tables.settings(w)["announced_handling"])
    if handling <= 0.0:
        handling = centre["mean_handle"]
    announced = ahead * handling / max(centre["on_duty"], 1)
    median = encounters.patience_factor(w, slot) * quantile(
        w, tables.reasons(w, case["reason"])["patience_law"], 0.5
    )
    share = experience.balk_probability(announced, median, tables.effects(w)["balk_strength"])
    return bool(chance(w, slot, _BALK, case["attempt"]) < share)


@compiled_inside
def wait_in_queue(w: World, slot: int, now: int) -> None:
    """Join the queue and set the timers: patience, and overflow to groups that help after a delay."""
    case = tables.cases(w, slot)
    queues.enqueue(w, slot, now)
    law = tables.reasons(w, case["reason"])["patience_law"]
    patience = duration(w, law, encounters.patience_factor(w, slot), case["key"], _PATIENCE, case["attempt"])
    if patience < NEVER:
        post(w, now + patience, _PATIENCE_ENDS, case["serial"], slot, case["stamp"])
    if tables.settings(w)["has_overflow"]:
        line = tables.lines(w, case["queue"])
        for row in range(line["first_server"], line["last_server"]):
            if tables.serves_by_queue(w, row)["after"] > 0:
                post(
                    w,
                    now + tables.serves_by_queue(w, row)["after"],
                    _OVERFLOW_DUE,
                    case["serial"],
                    slot,
                    case["stamp"],
                )


@compiled_apart
def overflow_due(w: World, slot: int, serial: int, stamp: int, now: int) -> None:
    """A contact has waited long enough for further groups: if one has an idle agent, it is answered."""
    case = tables.cases(w, slot)
    if case["serial"] != serial or case["stamp"] != stamp or case["stage"] != _QUEUED:
        return
    agent = idle.idle_agent_for(w, case["queue"], now - case["queued"])
    if agent >= 0:
        queues.dequeue(w, slot, now)
        idle.leave_idle(w, agent)
        service.answer(w, slot, agent, now)


@compiled_inside
def patience_ends(w: World, slot: int, serial: int, stamp: int, now: int) -> None:
    """The caller hangs up, if still waiting for that same call."""
    case = tables.cases(w, slot)
    if case["serial"] != serial or case["stamp"] != stamp or case["stage"] != _QUEUED:
        return
    queues.dequeue(w, slot, now)
    tables.centre(w)["in_system"] -= 1
    wait = now - case["queued"]
    service.waited(w, slot, now, wait)
    attempt_failed(w, slot, _ABANDONED, now, wait)


@compiled_apart
def attempt_failed(w: World, slot: int, outcome: int, now: int, wait: int) -> None:
    """Busy, balked or abandoned: anger, and perhaps another try."""
    case = tables.cases(w, slot)
    customers.angered(w, case["known"], now, tables.effects(w)["anger_per_failed_attempt"])
    books.count_failed(w, slot, outcome, wait)
    books.write_contact(w, slot, outcome, now, 0, 0, math.nan)
    case["failures"] += 1
    settings = tables.settings(w)
    first = settings["redial_first"]
    further = settings["redial_further"]
    law = settings["redial_law"]
    if case["crisis"] >= 0 and settings["crisis_multipliers_on"]:
        crisis = tables.crises(w, case["crisis"])
        first = crisis["redial_first"]
        further = crisis["redial_further"]
        law = crisis["redial_law"]
    share = first if case["failures"] == 1 else further
    if chance(w, slot, _REDIAL, case["attempt"]) < share:
        come_back(w, slot, now, duration(w, law, 1.0, case["key"], _REDIAL_DELAY, case["attempt"]))
    else:
        closing.moment_ends(w, slot, now, 0, 0)


@compiled_inside
def talk_ends(w: World, slot: int, now: int) -> None:
    """The customer hangs up, helped or not; the agent wraps up."""
    case = tables.cases(w, slot)
    agent = case["agent"]
    reason = tables.reasons(w, case["reason"])
    quality = math.nan
    if tables.settings(w)["memory_on"]:
        quality = encounters.quality(w, slot, agent)
        books.add_episode(w, slot, quality)
    resolved = encounters.solves(w, slot, agent, now)
    if tables.settings(w)["memory_on"]:
        outcome_score = tables.effects(w)["outcome_score"]
        books.add_episode(w, slot, outcome_score if resolved else -outcome_score)
    felt(w, slot, agent, now)
    wrap = 0
    if reason["wrap_law"] >= 0:
        wrap = duration(w, reason["wrap_law"], 1.0, case["key"], _WRAP_UP, case["contacts"])
    centre = tables.centre(w)
    centre["in_system"] -= 1
    centre["mean_handle"] += _HANDLE_MEMORY * (case["talk"] + wrap - centre["mean_handle"])
    case["context_s"] = 0.0
    books.count_answered(w, slot, case["answered"] - case["queued"], resolved, wrap)
    books.write_contact(w, slot, _ANSWERED, now, resolved, wrap, quality)
    if books.counts_as_contact(w, slot):
        tables.workers(w, agent)["contacts"] += centre["in_horizon"]
    tables.workers(w, agent)["case"] = -1
    after_the_talk(w, slot, resolved, now)
    if wrap > 0:
        crew.change_duty(w, agent, _WRAPPING, now)
        post(w, now + wrap, _WRAP_UP_ENDS, agent, -1, 0)
    else:
        duties.agent_freed(w, agent, now)


@compiled_inside
def felt(w: World, slot: int, agent: int, now: int) -> None:
    """Anger tires the agent; empathy at stakes calms the customer (E2.7.3, E2.7.4)."""
    case = tables.cases(w, slot)
    if case["known"] < 0 or tables.settings(w)["anger_on"] == 0:
        return
    effects = tables.effects(w)
    customers.cool(w, case["known"], now)
    known = tables.known(w, case["known"])
    if tables.settings(w)["fatigue_on"]:
        worker = tables.workers(w, agent)
        worker["fatigue"] += effects["fatigue_per_anger"] * known["anger"] * (1.0 - worker["fatigue"])
    if tables.settings(w)["emotional_intelligence_on"]:
        empathy = min(max(tables.agents(w, agent)["emotional_intelligence"], 0.0), 1.0)
        known["anger"] *= 1.0 - effects["anger_calming"] * empathy * case["stakes"]


@compiled_inside
def after_the_talk(w: World, slot: int, resolved: int, now: int) -> None:
    """Solved moments end; unsolved ones come back, or are silently lost."""
    if resolved:
        closing.moment_ends(w, slot, now, 1, 0)
        return
    case = tables.cases(w, slot)
    reason = tables.reasons(w, case["reason"])
    share = reason["reconnect"]
    law = reason["reconnect_law"]
    if case["crisis"] >= 0 and tables.settings(w)["crisis_multipliers_on"]:
        crisis = tables.crises(w, case["crisis"])
        if crisis["reconnect"] >= 0.0:
            share = crisis["reconnect"]
        if crisis["reconnect_law"] >= 0:
            law = crisis["reconnect_law"]
    if chance(w, slot, _RECONNECT, case["contacts"]) < share:
        come_back(w, slot, now, duration(w, law, 1.0, case["key"], _RECONNECT_DELAY, case["contacts"]))
    else:
        closing.moment_ends(w, slot, now, 0, 0)
