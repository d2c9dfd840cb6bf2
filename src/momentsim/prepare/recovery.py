"""Recovery, promises and offers as rows for the engine."""

from __future__ import annotations

import numpy as np

from momentsim.contract.plan import RECOVERY, RecoveryOrder, Table
from momentsim.prepare.calendar import WEEKDAYS, Calendar, of_seconds
from momentsim.prepare.laws import LawBook
from momentsim.scenario.types import Moment, Scenario, Segment

ORDERS = {
    "first_come": RecoveryOrder.FIRST_COME,
    "stakes": RecoveryOrder.STAKES,
    "value": RecoveryOrder.VALUE,
}


def recovery_row(scenario: Scenario, book: LawBook, calendar: Calendar) -> Table:
    """The one RECOVERY row; all 0 where a scenario has no recovery."""
    rows = np.zeros(1, RECOVERY)
    section = scenario.recovery
    if section is None:
        return rows
    row = rows[0]
    row["on"], row["survey"], row["complaints"] = 1, section.survey, section.complaints
    row["listening"] = section.listening
    if section.speech_analytics is not None:
        row["speech"] = 1
        row["sensitivity"] = section.speech_analytics.sensitivity
        row["specificity"] = section.speech_analytics.specificity
    row["order"], row["delay"] = ORDERS[section.order], of_seconds(section.delay)
    row["give_up_after"] = of_seconds(section.give_up_after)
    row["apology"], row["compensation"], row["gift"] = section.apology, section.compensation, section.gift
    row["cash"] = section.compensation_form == "cash"
    first = calendar.day_of(0)
    row["midnight"], row["weekday"] = calendar.midnight(first), (first - 1) % 7
    team = section.team
    if team is not None:
        row["people"], row["law"] = team.people, book.add(team.handling_time)
        row["opens"], row["closes"] = of_seconds(team.start), of_seconds(team.end)
        row["days"] = sum(1 << WEEKDAYS.index(day) for day in team.days)
    return rows


def fill_promise(row: np.void, moment: Moment, book: LawBook) -> None:
    """What a reason promises; without it everything stays 0."""
    promise = moment.promise
    row["failure_repeat_law"] = -1
    if promise is not None:
        row["promise_within"], row["promise_kept"] = of_seconds(promise.within), promise.kept
        row["failure_repeat"], row["failure_repeat_law"] = (
            promise.repeat_failure,
            book.add(promise.repeat_after),
        )


def fill_offer(row: np.void, moment: Moment) -> None:
    """What is sold in a reason; without it everything stays 0."""
    selling = moment.selling
    if selling is not None:
        row["offer_pressure"], row["offer_margin"] = selling.pressure, selling.margin
        row["offer_acceptance"], row["offer_after_help"] = selling.acceptance, selling.only_after_help


def fill_tier(row: np.void, segment: Segment) -> None:
    """What is promised to a segment that pays for it."""
    row["promise_within"] = of_seconds(segment.promise_within or 0.0)
    row["promise_kept_own"] = segment.promise_kept is not None
    row["promise_kept"] = segment.promise_kept or 0.0
