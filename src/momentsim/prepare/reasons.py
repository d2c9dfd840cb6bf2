"""Reasons, queues, who serves what, and the settings of a run, as rows for the engine."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import (
    NEVER,
    REASON,
    SERVES,
    SETTINGS,
    YEAR,
    AgentChoice,
    ContactOrder,
    Failure,
    Table,
)
from momentsim.prepare.calendar import of_seconds
from momentsim.prepare.laws import LawBook
from momentsim.prepare.recovery import fill_offer, fill_promise
from momentsim.prepare.reference import Reference
from momentsim.prepare.rosters import RosterPeriod
from momentsim.scenario.sections.settings import SWITCHES
from momentsim.scenario.types import Moment, Scenario, SelfServiceFit

ONLY_QUEUE = "voice"
"""Queue of a scenario with several reasons that names no skill."""
AGENT_CHOICES = {
    "longest_idle": AgentChoice.LONGEST_IDLE,
    "highest_emotional_intelligence": AgentChoice.HIGHEST_EMOTIONAL_INTELLIGENCE,
    "most_skilled": AgentChoice.MOST_SKILLED,
    "least_occupied": AgentChoice.LEAST_OCCUPIED,
    "heart": AgentChoice.HEART,
}
CONTACT_ORDERS = {
    "first_come": ContactOrder.FIRST_COME,
    "stakes": ContactOrder.STAKES,
    "value": ContactOrder.VALUE,
    "anger": ContactOrder.ANGER,
    "detected": ContactOrder.DETECTED,
}

FAILURES = {None: Failure.NONE, "product": Failure.PRODUCT, "promise": Failure.PROMISE}
REFERENCE_FIELDS = (
    "centre",
    "spread",
    "delight_above",
    "let_down_below",
    "usual",
    "adapts_from",
    "delight_share",
    "let_down_share",
    "expected_wait",
    "talk_factor",
    "resolution_shift",
)

SELF_SERVICE_FIELDS = (
    "adoption",
    "success_simple",
    "success_at_stakes",
    "complexity_slope",
    "break_out",
    "context_passed",
)


def queue_names(scenario: Scenario) -> tuple[str, ...]:
    """Queues: the skills of reasons in their order, those they escalate to, then those only groups name.

    Without any skill there is one queue, named after the only reason, or `voice`.
    """
    moments = scenario.moments.values()
    named = [skill for moment in moments if (skill := moment.skill) is not None]
    named += [skill for moment in moments if (skill := moment.escalates_to) is not None]
    named += [skill for group in scenario.workforce.groups.values() for skill in group.skills or ()]
    if not named:
        return tuple(scenario.moments) if len(scenario.moments) == 1 else (ONLY_QUEUE,)
    return tuple(dict.fromkeys(named))


def reason_rows(scenario: Scenario, book: LawBook, queues: tuple[str, ...], reference: Reference) -> Table:
    """REASON rows in the order of the scenario."""
    rows = np.zeros(len(scenario.moments), REASON)
    for row, (name, moment) in zip(rows, scenario.moments.items(), strict=True):
        row["queue"] = 0 if moment.skill is None else queues.index(moment.skill)
        row["escalation_queue"] = row["queue"]
        if moment.escalates_to is not None:
            row["escalation_queue"] = queues.index(moment.escalates_to)
        row["priority"], row["head_start"] = moment.priority - 1, of_seconds(moment.head_start)
        for field in ("stakes", "builder", "complexity_sd", "resolution", "reconnect", "beyond_authority"):
            row[field] = getattr(moment, field)
        row["talk_law"], row["wrap_law"] = book.add(moment.handling_time), book.add(moment.wrap_up)
        row["patience_law"] = book.add(moment.patience or scenario.waiting.patience)
        _fill_escalated(row, moment, book)
        row["reconnect_law"] = book.add(moment.reconnect_delay)
        _fill_self_service(row, moment, book)
        fill_promise(row, moment, book)
        fill_offer(row, moment)
        known = reference.of(name)
        row["failure"] = FAILURES[moment.failure]
        for field in REFERENCE_FIELDS:
            row[field] = getattr(known, field)
        row["price"] = moment.price or 0.0
        if moment.expected_wait is not None:
            row["expected_wait"] = moment.expected_wait / 60
    return rows


def _fill_escalated(row: np.void, moment: Moment, book: LawBook) -> None:
    """What is left out of `escalated` is as before: then the need takes as long as the first talk did."""
    escalated = moment.escalated
    row["escalated_talk_law"] = book.add(escalated.handling_time or moment.handling_time)
    row["escalated_wrap_law"] = book.add(escalated.wrap_up or moment.wrap_up)
    row["escalated_patience_law"] = row["patience_law"]
    if escalated.patience is not None:
        row["escalated_patience_law"] = book.add(escalated.patience)


def _fill_self_service(row: np.void, moment: Moment, book: LawBook) -> None:
    """Left out, nobody starts there; but an offer of it in a crisis still needs to know how a session goes."""
    fit = moment.self_service or SelfServiceFit()
    row["self_service_law"] = book.add(fit.duration)
    for field in SELF_SERVICE_FIELDS:
        row[field] = getattr(fit, field)


def serves_rows(scenario: Scenario, queues: tuple[str, ...]) -> tuple[Table, Table]:
    """Who serves what, sorted by (group, rank) and by (queue, after, group).

    The written order of skills is the order of preference, unless routing says that the longest wait decides; a group
    without skills serves all queues alike. Whom a call asks first is a preference of its own.
    """
    pairs = []
    ranked = scenario.routing.between_queues == "preference"
    groups = scenario.routing.between_groups
    for number, group in enumerate(scenario.workforce.groups.values()):
        for index, skill in enumerate(group.skills or queues):
            rank = index if group.skills and ranked else 0  # among equals the longer wait decides
            after = of_seconds(group.overflow_after.get(skill, 0.0))
            turns = {
                "alike": 0,
                "preference": index if group.skills else 0,
                "specialists": len(group.skills or queues),
            }
            pairs.append(
                (queues.index(skill), number, rank, turns[groups], after, group.talk_factors.get(skill, 1.0))
            )
    rows = np.array(pairs, SERVES) if pairs else np.zeros(0, SERVES)
    by_queue = rows[np.lexsort((rows["group"], rows["after"], rows["queue"]))]
    return rows, by_queue


def match_rows(scenario: Scenario) -> npt.NDArray[np.int64]:
    """1 where a group (row) is matched to a segment (column)."""
    groups, segments = scenario.workforce.groups.values(), scenario.customers.segments
    return np.array([[name in group.matches for name in segments] for group in groups], np.int64)


def settings_row(
    scenario: Scenario, book: LawBook, window: RosterPeriod, serves: Table, matches: npt.NDArray[np.int64]
) -> Table:
    """SETTINGS of a scenario; key, score_only and heart_above are filled for each replication."""
    row = np.zeros(1, SETTINGS)
    waiting, routing, behaviour = scenario.waiting, scenario.routing, scenario.behaviour
    row["warm_up"] = window.start
    row["horizon"], row["run_out"] = window.horizon, window.until - window.horizon
    row["interval"], row["year_after"] = of_seconds(scenario.interval), window.horizon + YEAR
    row["lines"] = NEVER if waiting.lines is None else waiting.lines
    row["login_cap"] = NEVER if scenario.workforce.login_cap is None else scenario.workforce.login_cap
    row["agent_choice"] = AGENT_CHOICES[routing.agent_choice]
    row["contact_order"] = CONTACT_ORDERS[routing.order]
    detector = routing.detector
    for field in ("stakes_above", "sensitivity", "specificity"):
        row[field] = getattr(detector, field)
    row["detector_on"] = routing.agent_choice == "heart" or routing.order == "detected"
    row["has_overflow"], row["has_matches"] = (serves["after"] > 0).any(), matches.any()
    row["has_talk_factors"] = (serves["talk_factor"] != 1.0).any()
    row["announce_wait"] = waiting.announce_wait
    row["announced_handling"] = of_seconds(waiting.announced_handling_time or 0.0)
    row["redial_first"], row["redial_further"] = waiting.redial.first, waiting.redial.further
    row["redial_law"] = book.add(waiting.redial.delay)
    row["service_threshold"] = of_seconds(waiting.service_level.threshold_s)
    row["short_abandon"] = of_seconds(waiting.short_abandon)
    for switch in SWITCHES:
        if f"{switch}_on" in (SETTINGS.names or ()):
            row[f"{switch}_on"] = getattr(behaviour, switch)
    row["outside_anchor"] = scenario.customers.outside_anchor / YEAR
    row["home_sites"] = scenario.workforce.home_sites
    row["load_sign"] = 1.0 if behaviour.load_mode == "speedup" else -1.0
    return row
