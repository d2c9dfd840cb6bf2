"""Section `levers` as rows for the engine, behind those of the crises: levers, their sizes, triggers, what is planned.

`KINDS` has a row for each kind: what the engine calls it, and which fields of LEVER its own fields become.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

import numpy as np

from momentsim.contract.plan import (
    LEVER_ACTION,
    MINUTE,
    NEVER,
    TRIGGER,
    LeverAction,
    LeverKind,
    Table,
    Watched,
    Whom,
    Why,
)
from momentsim.draws import name_key
from momentsim.prepare import queue_offers
from momentsim.prepare.calendar import Calendar, of_seconds
from momentsim.prepare.crisis_levers import blank_levers, crisis_lever_names, crisis_lever_rows
from momentsim.prepare.laws import LawBook
from momentsim.prepare.reasons import queue_names
from momentsim.scenario.sections import levers as kinds
from momentsim.scenario.sections.lever_conditions import TriggerCondition, read_condition
from momentsim.scenario.types import Lever, Scenario
from momentsim.units import SECONDS_PER_HOUR

Fields = dict[str, Any]


@dataclass(frozen=True)
class Numbers:
    """What names of a scenario are to the engine."""

    scenario: Scenario
    book: LawBook

    def group(self, name: str) -> int:
        """Number of a group."""
        return list(self.scenario.workforce.groups).index(name)

    def crisis(self, name: str | None) -> int:
        """Number of a crisis, -1 for none."""
        return -1 if name is None else list(self.scenario.crises).index(name)

    def moment(self, name: str | None) -> int:
        """Number of a moment, -1 for none."""
        return -1 if name is None else list(self.scenario.moments).index(name)

    def queue(self, name: str) -> int:
        """Number of a queue."""
        return queue_names(self.scenario).index(name)


def _call_in(lever: kinds.CallIn, numbers: Numbers) -> Fields:
    law = numbers.book.add(lever.delay)
    return {"group": numbers.group(lever.group), "law": law, "share": lever.show_up}


def _extra_lines(lever: kinds.ExtraLines, _: Numbers) -> Fields:
    return {"number": lever.lines}


def _notice(lever: kinds.SendNotice, numbers: Numbers) -> Fields:
    ahead = lever.hours_ahead / SECONDS_PER_HOUR
    crisis = numbers.crisis(lever.crisis)
    return {"crisis": crisis, "share": lever.reach, "strength": lever.clarity, "hours_ahead": ahead}


def _pre_cancellation(lever: kinds.PreCancel, numbers: Numbers) -> Fields:
    ahead = lever.hours_ahead / SECONDS_PER_HOUR
    return {"crisis": numbers.crisis(lever.crisis), "share": lever.share, "hours_ahead": ahead}


def _self_service_offer(lever: kinds.OfferSelfService, numbers: Numbers) -> Fields:
    whose = {"crisis": numbers.crisis(lever.crisis), "reason": numbers.moment(lever.moment)}
    return {**whose, "share": lever.adoption, "strength": lever.solves}


def _compensation(lever: kinds.PayCompensation, numbers: Numbers) -> Fields:
    terms = {"amount": lever.amount, "delay": of_seconds(lever.delay), "apology": int(lever.apology)}
    whom = {"crisis": numbers.crisis(lever.crisis), "whom": Whom[lever.whom.upper()]}
    return {**whom, **terms, "cash": int(lever.form == "cash")}


def _goodwill_authority(lever: kinds.RaiseAuthority, numbers: Numbers) -> Fields:
    group = -1 if lever.group is None else numbers.group(lever.group)
    return {"group": group, "amount": lever.amount}


def _one_voice(lever: kinds.SpeakWithOneVoice, numbers: Numbers) -> Fields:
    group = -1 if lever.group is None else numbers.group(lever.group)
    return {"group": group, "crisis": numbers.crisis(lever.crisis), "strength": lever.strength}


def _overtime(lever: kinds.Overtime, numbers: Numbers) -> Fields:
    stay = of_seconds(lever.hours)
    return {"group": numbers.group(lever.group), "share": lever.agree, "delay": stay}


def _login_cap(lever: kinds.LoginCap, _: Numbers) -> Fields:
    return {"number": lever.agents}


def _priority(lever: kinds.Priority, numbers: Numbers) -> Fields:
    usual = numbers.scenario.moments[lever.moment].priority
    return {"reason": numbers.moment(lever.moment), "number": lever.level - 1, "usual": usual - 1}


def _pause_offers(lever: kinds.PauseOffers, numbers: Numbers) -> Fields:
    return {"reason": numbers.moment(lever.moment)}


def _start_programme(lever: kinds.StartProgramme, numbers: Numbers) -> Fields:
    named = numbers.scenario.programmes
    lead = of_seconds(named[lever.programme].lead_time)
    return {"programme": list(named).index(lever.programme), "delay": lead}


def _callback(lever: kinds.Callback, numbers: Numbers) -> Fields:
    return {"number": queue_offers.row_of_callback(numbers.scenario, lever)}


def _announcement(lever: kinds.AnnouncementLever, numbers: Numbers) -> Fields:
    return {"number": queue_offers.row_of_announcement(numbers.scenario, lever)}


KINDS: Final[Mapping[type, tuple[LeverKind, Callable[[Any, Numbers], Fields]]]] = {
    kinds.CallIn: (LeverKind.RESERVES, _call_in),
    kinds.ExtraLines: (LeverKind.EXTRA_LINES, _extra_lines),
    kinds.Overtime: (LeverKind.OVERTIME, _overtime),
    kinds.LoginCap: (LeverKind.LOGIN_CAP, _login_cap),
    kinds.Priority: (LeverKind.PRIORITY, _priority),
    kinds.PauseOffers: (LeverKind.PAUSE_OFFERS, _pause_offers),
    kinds.StartProgramme: (LeverKind.START_PROGRAMME, _start_programme),
    kinds.SendNotice: (LeverKind.NOTICE, _notice),
    kinds.PreCancel: (LeverKind.PRE_CANCELLATION, _pre_cancellation),
    kinds.OfferSelfService: (LeverKind.SELF_SERVICE_OFFER, _self_service_offer),
    kinds.PayCompensation: (LeverKind.COMPENSATION, _compensation),
    kinds.RaiseAuthority: (LeverKind.GOODWILL_AUTHORITY, _goodwill_authority),
    kinds.SpeakWithOneVoice: (LeverKind.ONE_VOICE, _one_voice),
    kinds.Callback: (LeverKind.CALLBACK, _callback),
    kinds.AnnouncementLever: (LeverKind.ANNOUNCEMENT, _announcement),
}


class LeverTables(NamedTuple):
    """All tables of a plan that are about levers."""

    levers: Table  # LEVER
    lever_sizes: Table  # LEVER
    lever_actions: Table  # LEVER_ACTION
    triggers: Table  # TRIGGER


def lever_names(scenario: Scenario) -> tuple[str, ...]:
    """Names of all levers, in the order of the rows: `ice_storm.reserves.home_agents`, then `night_team`."""
    return (*crisis_lever_names(scenario), *scenario.levers)


def size_names(scenario: Scenario) -> tuple[tuple[str, ...], ...]:
    """Names of the sizes of each lever, one that is empty where it has none."""
    of_crises = [("",) for _ in crisis_lever_names(scenario)]
    return (*of_crises, *(tuple(kinds.sizes_of(lever)) for lever in scenario.levers.values()))


def lower_levers(scenario: Scenario, book: LawBook, calendar: Calendar, lag_h: float) -> LeverTables:
    """All levers; `lag_h` hours pass from a let-down to the complaint about it."""
    numbers = Numbers(scenario, book)
    of_crises = crisis_lever_rows(scenario, book, calendar)
    of_crises["first_size"] = np.arange(len(of_crises))
    rows, sizes = [of_crises], [of_crises]
    for name, lever in scenario.levers.items():
        own = np.concatenate([_row(name, each, numbers, calendar) for each in kinds.sizes_of(lever).values()])
        own["first_size"] = sum(map(len, sizes))
        own["sizes"], own["size"] = len(own), kinds.usual_size(lever)
        sizes.append(own)
        rows.append(own[own["size"][0] :][:1])
    levers = np.concatenate(rows)
    return LeverTables(
        levers, np.concatenate(sizes), planned_actions(scenario, levers, calendar), _triggers(numbers, lag_h)
    )


def _row(name: str, lever: Lever, numbers: Numbers, calendar: Calendar) -> Table:
    """The LEVER row of a lever in one size."""
    kind, fields_of = KINDS[type(lever)]
    row = blank_levers(1)
    row["kind"], row["key"] = kind, name_key("lever", name)
    row["at"] = NEVER if lever.at == "never" else max(calendar.time(lever.at), 0)
    row["lead_time"], row["success"] = of_seconds(lever.lead_time), lever.success
    row["at_most"], row["again_after"] = lever.at_most, of_seconds(lever.again_after)
    if isinstance(lever.until, float | int):
        row["lasts"] = of_seconds(lever.until)
    row["once"], row["per_hour"] = lever.price.once, lever.price.per_hour
    row["per_use"] = lever.price.per_use
    for field, value in fields_of(lever, numbers).items():
        row[field] = value
    return row


def planned_actions(scenario: Scenario, levers: Table, calendar: Calendar) -> Table:
    """LEVER_ACTION rows of what the plan does: pulls at their time, and undoes at theirs."""
    rows = [
        (int(row["at"]), number, LeverAction.PULL, row["size"], Why.PLAN) for number, row in enumerate(levers)
    ]
    first = len(levers) - len(scenario.levers)
    for number, lever in enumerate(scenario.levers.values(), first):
        if isinstance(lever.until, datetime):
            rows.append((max(calendar.time(lever.until), 0), number, LeverAction.UNDO, 0, Why.PLAN))
    return action_rows([row for row in rows if row[0] < NEVER])


def action_rows(rows: Sequence[tuple[Any, ...]]) -> Table:
    """LEVER_ACTION rows of (time, lever, action, size, why), sorted."""
    return np.sort(np.array(rows, LEVER_ACTION) if rows else np.zeros(0, LEVER_ACTION))


def _triggers(numbers: Numbers, lag_h: float) -> Table:
    """TRIGGER rows: of each lever the condition that pulls it, then the one that undoes it."""
    scenario = numbers.scenario
    first = len(crisis_lever_names(scenario))
    conditions = [
        (lever, action, read_condition(text))
        for lever, about in enumerate(scenario.levers.values(), first)
        for action, text in ((LeverAction.PULL, about.when), (LeverAction.UNDO, about.undo_when))
        if text is not None
    ]
    rows = np.zeros(len(conditions), TRIGGER)
    first_past = 0
    for row, (lever, action, condition) in zip(rows, conditions, strict=True):
        row["lever"], row["action"] = lever, action
        row["watched"], row["comparison"] = condition.watched, condition.comparison
        row["place"] = _place(condition, numbers)
        waits = condition.watched == Watched.LONGEST_WAIT
        row["threshold"] = of_seconds(condition.threshold) if waits else condition.threshold
        row["hold"], row["span"] = of_seconds(condition.hold_s), of_seconds(condition.span_s) // MINUTE
        if condition.watched == Watched.COMPLAINTS:
            row["lag"] = round(lag_h * SECONDS_PER_HOUR / 60.0)
        row["first_past"] = first_past
        first_past += int(row["span"] + row["lag"]) + 1
    return rows


def _place(condition: TriggerCondition, numbers: Numbers) -> int:
    if not condition.place:
        return -1
    of_groups = condition.watched == Watched.ON_DUTY
    return numbers.group(condition.place) if of_groups else numbers.queue(condition.place)
