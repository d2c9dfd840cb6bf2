"""One event told: from its kind to its handler, and the bookkeeping events that belong to nobody."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled, compiled_apart, compiled_inside
from momentsim.contract.trace import Outcome
from momentsim.draws import Purpose, exponential, normal, uniform
from momentsim.draws import child as owned
from momentsim.engine.agents import agents, careers, days, roster, shifts, training
from momentsim.engine.contact import (
    calls,
    diverting,
    elsewhere,
    moment_end,
    out_of_hours,
    promises,
    self_service,
    story,
    talk_end,
    voicemail,
)
from momentsim.engine.customers import acquisition, anger, bond, compensation, outlook, recovery
from momentsim.engine.levers import pulling, reserves, triggers
from momentsim.engine.order import EventKind
from momentsim.engine.state import contact_log, tables, waiting_lists
from momentsim.engine.state.codes import MomentStage
from momentsim.engine.state.tables import World
from momentsim.rules.grievances import lean_of

_MOMENTS_AHEAD = 4  # whose customers are fetched; where these are is looked up twice as far ahead
_FARTHEST_NORM = 8.5  # no normal draw of 52 bits lies farther out
_LOW_NORM = -2.0
_SHARE_OF_LOW_NORMS = 0.0228  # a little more than are lower than that


@compiled
def dispatch(w: World, kind: int, now: int, owner: int, slot: int, stamp: int) -> None:
    """Tell one event of any kind but the beginning of a moment."""
    centre = tables.centre(w)
    centre["now"] = now
    centre["events"] += 1
    if kind == EventKind.TALK_ENDS:
        talk_end.talk_ends(w, slot, now)
    elif kind == EventKind.PATIENCE_ENDS:
        calls.patience_ends(w, slot, owner, stamp, now)
    elif kind == EventKind.WRAP_UP_ENDS:
        shifts.free_agent(w, owner, now)
    elif kind == EventKind.CONTACT_DUE:
        story.contact_due(w, slot, owner, now)
    elif kind == EventKind.SELF_SERVICE_ENDS:
        self_service.self_service_ends(w, slot, owner, now)
    elif kind == EventKind.OVERFLOW_DUE:
        calls.overflow_due(w, slot, owner, stamp, now)
    elif kind == EventKind.QUEUE_CLOSES:
        out_of_hours.queue_closes(w, slot, owner, stamp, now)
    elif kind == EventKind.DIVERT_DUE:
        diverting.divert_due(w, slot, owner, stamp, now)
    elif kind == EventKind.MESSAGE_DUE:
        voicemail.message_due(w, slot, owner, stamp, now)
    elif kind == EventKind.CALLBACK_LATE or kind == EventKind.CALLBACK_AGAIN:
        calls.callback_due(w, kind, slot, owner, stamp, now)
    elif kind == EventKind.ROSTER_CHANGES:
        roster.roster_changes(w, owner, stamp, now)
    elif kind == EventKind.RESERVE_REPORTS:
        reserves.reserve_reports(w, owner, stamp, now)
    elif kind == EventKind.INTERVAL_ENDS:
        interval_ends(w, now)
    elif kind == EventKind.LEVER_ACTS:
        pulling.lever_acts(w, owner, stamp, now)
    elif kind == EventKind.HORIZON_ENDS:
        horizon_ends(w, now)
    elif kind == EventKind.DAY_BEGINS:
        days.day_begins(w, owner, now)
    elif kind == EventKind.COURSE_ENDS:
        training.course_ends(w, owner, stamp, now)
    elif kind == EventKind.PROMISE_DUE:
        promises.fulfil_promise(w, slot, owner, now)
    elif (
        kind == EventKind.RECOVERY_ENDS or kind == EventKind.RECOVERY_OPENS or kind == EventKind.RECOVERY_DUE
    ):
        recovery_goes_on(w, kind, slot, now)
    elif kind == EventKind.LEVERS_LOOKED_AT:
        triggers.look_at_triggers(w, owner, now)
    elif kind == EventKind.HELP_ELSEWHERE_DUE:
        elsewhere.help_due(w, slot, owner, stamp, now)
    else:
        compensation.pay_compensation(w, slot, now)


@compiled_inside
def recovery_goes_on(w: World, kind: int, slot: int, now: int) -> None:
    """Tell an event of the recovery team."""
    if kind == EventKind.RECOVERY_ENDS:
        recovery.recovery_ends(w, slot, now)
    elif kind == EventKind.RECOVERY_OPENS:
        recovery.hand_out_cases(w, now)
    else:
        recovery.recovery_due(w, slot, now)


@compiled_inside
def fetch_ahead(w: World, moment_row: int) -> None:
    """Let what is known of the customers of coming moments be fetched: first where it is, then it."""
    last = tables.sizes(w)["moments"] - 1
    tables.fetch_customer_row(w, tables.moments(w, min(moment_row + 2 * _MOMENTS_AHEAD, last))["customer"])
    row = tables.customer_rows(w, tables.moments(w, min(moment_row + _MOMENTS_AHEAD, last))["customer"])[
        "row"
    ]
    if row >= 0:
        tables.fetch_customer(w, row)


@compiled
def dispatch_moment(w: World, moment_row: int) -> None:
    """Tell the beginning of a moment."""
    centre = tables.centre(w)
    moment = tables.moments(w, moment_row)
    centre["now"] = moment["began"]
    centre["events"] += 1
    centre["moment_next"] = moment_row + 1
    if centre["tracking"]:
        fetch_ahead(w, moment_row)
    story.moment_begins(w, moment, moment["began"])


@compiled_apart
def interval_ends(w: World, now: int) -> None:
    """Close the books of an interval; the next one begins. Agents count from the end of the warm-up."""
    for group in range(tables.sizes(w)["groups"]):
        agents.close_staff_books(w, group, now)
    for queue in range(tables.sizes(w)["lines"]):
        waiting_lists.close_queue_books(w, queue, now)
    pulling.dismiss_reserves(w, now)
    tables.centre(w)["interval"] += 1
    if now == tables.settings(w)["warm_up"]:
        for agent in range(tables.sizes(w)["agents"]):
            agents.start_counting(w, agent, now)


@compiled_apart
def horizon_ends(w: World, now: int) -> None:
    """Agents' seconds and lost customers are counted up to here; what is open drains in the run-out."""
    acquisition.customers_join(w, now)
    for row in range(tables.centre(w)["customers"]):
        bond.reach_horizon(w, row, now)
    count_lost(w, now)
    recovery.count_backlog(w, now)
    for agent in range(tables.sizes(w)["agents"]):
        agents.book_work_so_far(w, agent, now)
        shifts.book_away(w, agent, now)
    careers.horizon_ends(w, now)
    pulling.horizon_ends(w, now)
    tables.centre(w)["in_horizon"] = 0


@compiled
def close_everything(w: World) -> None:
    """At the very end: what is open stays open. Customers are as at the horizon's end, or at what came after it."""
    limit = tables.centre(w)["limit"]
    for slot in range(tables.sizes(w)["cases"]):
        case = tables.cases(w, slot)
        if case["stage"] == MomentStage.FREE:
            continue
        if (
            case["stage"] == MomentStage.SELF_SERVICE
            or case["stage"] == MomentStage.QUEUED
            or case["stage"] == MomentStage.TALKING
            or case["stage"] == MomentStage.MESSAGE
            or case["stage"] == MomentStage.CALLED_AGAIN_LATER
        ):
            if case["queue"] >= 0:
                tables.counts(w, slot)["open"] += 1
            contact_log.write_contact(w, slot, Outcome.OPEN, limit, 0, 0, math.nan)
        moment_end.moment_ends(w, slot, limit, 0, 1)
    recovery.close_desk(w, limit)
    for row in range(tables.centre(w)["customers"]):
        bond.relax_wallet(w, row, tables.customers(w, row)["touched"])
        anger.cool_anger(w, row, limit)


@compiled_inside
def count_lost(w: World, now: int) -> None:
    """Customers of each segment who have left from the start to now, touched or not.

    Untouched customers are drawn only as far as needed: most lifetimes are too long for any norm.
    """
    effects = tables.effects(w)
    key = tables.settings(w)["key"]
    for row in range(tables.centre(w)["customers"]):
        person = tables.customers(w, row)
        if person["hazard"] >= person["lifetime"]:
            tables.lost(w, person["segment"])["value"] += 1
    for segment in range(tables.sizes(w)["segments"]):
        about = tables.segments(w, segment)
        most = about["hazard"] * highest_factor(w, segment)
        highest = most * math.exp(effects["churn_slope"] * _FARTHEST_NORM)
        usual = most * math.exp(effects["churn_slope"] * -_LOW_NORM)
        for ordinal in range(about["customers"] + tables.joinings(w, segment)["joined"]):
            if (
                tables.sizes(w)["customer_rows"] > 0
                and tables.customer_rows(w, about["first_customer"] + ordinal)["row"] >= 0
            ):
                continue
            owner = owned(about["key"], ordinal)
            elapsed = now - acquisition.joining_time(w, segment, ordinal)
            # A lifetime is -ln(1 - u), more than its draw u: two draws settle it for nearly all.
            outlives_usual = uniform(key, owner, Purpose.LIFETIME, 0) > usual * elapsed
            if outlives_usual and uniform(key, owner, Purpose.NORM, 0) > _SHARE_OF_LOW_NORMS:
                continue
            lifetime = exponential(key, owner, Purpose.LIFETIME, 0)
            if lifetime < highest * elapsed:
                norm = normal(key, owner, Purpose.NORM, 0)
                customer = about["first_customer"] + ordinal
                if lifetime < bond.quiet_hazard(w, customer, segment, norm, elapsed):
                    tables.lost(w, segment)["value"] += 1


@compiled_inside
def highest_factor(w: World, segment: int) -> float:
    """Bound of what the bond multiplies the hazard by, for a customer who has had no contact."""
    effects = tables.effects(w)
    lowest = min(tables.segments(w, segment)["behaviour_rest"], 0.0)
    if tables.attitude_points(w) > 0:
        about = tables.segments(w, segment)
        leans = lean_of(
            _FARTHEST_NORM, about["promise_lean"], about["product_lean"],
            effects["amplify_promise"], effects["buffer_product"],
        )  # fmt: skip
        lowest = min(lowest, effects["kappa"] * (tables.attitude_law(w, segment, 0) - abs(leans) - 1.0))
    grievance = effects["churn_per_grievance"] * outlook.usual_grievance(w, segment)
    return float(math.exp(-effects["churn_slope"] * lowest) * (1.0 + grievance))
