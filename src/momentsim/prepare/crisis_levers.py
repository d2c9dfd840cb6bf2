"""Crises, blackouts and the levers of crises as rows for the engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from momentsim.contract.plan import BLACKOUT, CRISIS, LEVER, NEVER, LeverKind, Table
from momentsim.draws import name_key
from momentsim.prepare.calendar import Calendar, of_seconds, ordinal
from momentsim.prepare.laws import LawBook
from momentsim.scenario.types import Scenario, Storm
from momentsim.units import SECONDS_PER_HOUR


def crisis_rows(scenario: Scenario, book: LawBook, calendar: Calendar) -> Table:
    """CRISIS rows; -1 says that the reason's own value holds. The switch of multipliers is the engine's."""
    rows = np.zeros(len(scenario.crises), CRISIS)
    for row, storm in zip(rows, scenario.crises.values(), strict=True):
        row["patience_factor"], row["resolution_factor"] = storm.patience_factor, storm.resolution_factor
        row["redial_first"], row["redial_further"] = storm.redial.first, storm.redial.further
        row["redial_law"] = book.add(storm.redial.delay)
        row["reconnect"] = -1.0 if storm.reconnect is None else storm.reconnect
        row["reconnect_law"] = book.add(storm.reconnect_delay)
        row["stakes"] = -1.0 if storm.stakes is None else storm.stakes
        row["severity"], row["anger"], row["price"] = storm.severity, storm.anger, storm.price or 0.0
        row["begins"], row["brand_shock"] = _begins(storm, calendar), storm.brand_shock
        if (back := storm.refund) is not None:
            row["refund"], row["refund_unmet"], row["refund_met"] = back.amount, back.unmet, back.met
        row["elsewhere_law"] = -1
        if (others := storm.helped_elsewhere) is not None:
            row["elsewhere"], row["hub_dependence"] = others.share, others.hub_dependence
            row["elsewhere_law"] = book.add(others.delay)
        if (ahead := storm.pre_cancel) is not None:
            row["told_ahead"], row["hours_ahead"] = ahead.share, ahead.hours_ahead / SECONDS_PER_HOUR
    return rows


def _begins(storm: Storm, calendar: Calendar) -> int:
    """First announcement of a failure; pre-cancellation does not move it, as variants have one brand shock."""
    times = [
        calendar.midnight(ordinal(written)) + of_seconds(day.announced_from)
        for written, day in storm.days.items()
        if day.failed
    ]
    return min(times, default=NEVER)


def _last_announced(storm: Storm, calendar: Calendar) -> int:
    """End of the last announcement of a failure in `days`: before that a crisis is not over, short queue or not."""
    times = [
        calendar.midnight(ordinal(written)) + of_seconds(day.announced_until)
        for written, day in storm.days.items()
        if day.failed
    ]
    return max(times, default=0)


def blackout_rows(scenario: Scenario, calendar: Calendar) -> Table:
    """BLACKOUT rows of all crises."""
    spells = [
        (crisis, spell) for crisis, storm in enumerate(scenario.crises.values()) for spell in storm.blackouts
    ]
    rows = np.zeros(len(spells), BLACKOUT)
    for row, (crisis, spell) in zip(rows, spells, strict=True):
        row["crisis"] = crisis
        row["start"], row["end"] = calendar.time(spell.start), calendar.time(spell.end)
        row["resolution_factor"], row["handling_factor"] = spell.resolution_factor, spell.handling_factor
    return rows


def crisis_lever_names(scenario: Scenario) -> tuple[str, ...]:
    """Names of the levers of crises, like `ice_storm.reserves.home_agents`, in the order of the rows."""
    return tuple(name for name, _ in _levers(scenario))


def crisis_lever_rows(scenario: Scenario, book: LawBook, calendar: Calendar) -> Table:
    """LEVER rows of all crises; one pulled before the start works from the start.

    One that is `never` pulled by the plan may be by a playbook.
    """
    groups = {name: number for number, name in enumerate(scenario.workforce.groups)}
    levers = list(_levers(scenario))
    rows = blank_levers(len(levers))
    for row, (name, fields) in zip(rows, levers, strict=True):
        row["key"] = name_key("lever", name)
        at = fields.pop("at")
        row["at"] = NEVER if at == "never" else max(calendar.time(at), 0)
        if "group" in fields:
            row["group"], row["law"] = groups[fields.pop("group")], book.add(fields.pop("law"))
            until = fields.pop("until")
            row["until"] = 0 if until == "never" else max(calendar.time(until), 1)
            row["short_from"] = _last_announced(list(scenario.crises.values())[fields["crisis"]], calendar)
        for field, value in fields.items():
            row[field] = value
    return rows


def blank_levers(count: int) -> Table:
    """LEVER rows that do nothing yet, of one size, pulled once and never by the plan."""
    rows = np.zeros(count, LEVER)
    for name in ("crisis", "group", "law", "reason", "programme"):
        rows[name] = -1
    rows["at"] = NEVER
    for name in ("share", "success", "sizes", "at_most"):
        rows[name] = 1
    return rows


def _levers(scenario: Scenario) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and fields of every lever, crisis by crisis."""
    for crisis, (name, storm) in enumerate(scenario.crises.items()):
        for lever, fields in _levers_of(storm):
            yield f"{name}.{lever}", {"crisis": crisis, **fields}


def _levers_of(storm: Storm) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, call in storm.reserves.items():
        short = {"short_for": of_seconds(call.until_short_for or 0), "short_queue": call.short_queue}
        who = {"group": call.group, "law": call.delay, "share": call.show_up, "until": call.until, **short}
        yield f"reserves.{name}", {"kind": LeverKind.RESERVES, "at": call.at, **who}
    if (web := storm.self_service_offer) is not None:
        what = {"share": web.adoption, "strength": web.success, "amount": web.cost}
        yield "self_service_offer", {"kind": LeverKind.SELF_SERVICE_OFFER, "at": web.at, **what}
    if (notice := storm.notice) is not None:
        ahead = {"share": notice.reach, "strength": notice.clarity, "hours_ahead": notice.hours_ahead / 3600}
        yield "notice", {"kind": LeverKind.NOTICE, "at": notice.at, **ahead}
    if (pay := storm.compensation) is not None:
        terms = {"amount": pay.amount, "delay": of_seconds(pay.delay), "apology": int(pay.apology)}
        terms["cash"] = int(pay.form == "cash")
        yield "compensation", {"kind": LeverKind.COMPENSATION, "at": pay.at, **terms}
