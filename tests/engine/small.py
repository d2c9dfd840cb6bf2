"""Tiny plans written by hand, with constant times, whose story can be told on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from engine.plans import law, plain_plan
from momentsim.contract import plan as p
from momentsim.contract.trace import Trace
from momentsim.draws import name_key
from momentsim.engine import simulate


class Call(NamedTuple):
    """A need that arises at a minute."""

    minute: float
    reason: int = 0
    customer: int = 0


class Serve(NamedTuple):
    """A group that serves a queue."""

    queue: int
    group: int = 0
    rank: int = 0
    after_min: float = 0.0
    turn: int = 0
    talk_factor: float = 1.0


START, END = p.RosterAction.START, p.RosterAction.END
BREAK, BACK = p.RosterAction.BREAK_STARTS, p.RosterAction.BREAK_ENDS
ALWAYS = ((0, 0, START),)


def small(
    calls: Sequence[Call],
    *,
    talk_min: Sequence[float] = (10.0,),
    roster: Sequence[tuple[float, int, p.RosterAction]] = ALWAYS,
    groups: Sequence[int] = (1,),
    serves: Sequence[Serve] = (Serve(0),),
    patience_min: float | None = None,
    wrap_min: float | None = None,
    **changes: Any,
) -> p.Prepared:
    """A plan: calls of reasons with constant talk times; `roster` is (minute, agent, action)."""
    base = plain_plan(arrivals_per_hour=0, agents=sum(groups), hours=12).plan
    laws = [law(p.Family.CONSTANT, minutes * p.MINUTE) for minutes in talk_min]
    laws.append(
        law(p.Family.NEVER) if patience_min is None else law(p.Family.CONSTANT, patience_min * p.MINUTE)
    )
    laws.append(law(p.Family.CONSTANT, (wrap_min or 0.0) * p.MINUTE))
    laws.append(law(p.Family.CONSTANT, 20.0 * p.MINUTE))
    reasons = np.repeat(base.reasons, len(talk_min))
    for stage in ("", "escalated_"):
        reasons[f"{stage}talk_law"] = np.arange(len(talk_min))
        reasons[f"{stage}patience_law"] = len(talk_min)
        reasons[f"{stage}wrap_law"] = -1 if wrap_min is None else len(talk_min) + 1
    reasons["reconnect_law"] = reasons["self_service_law"] = len(talk_min) + 2
    settings = base.settings.copy()
    settings["redial_law"] = len(talk_min) + 2
    rows = np.array(
        [(s.queue, s.group, s.rank, s.turn, round(s.after_min * p.MINUTE), s.talk_factor) for s in serves],
        p.SERVES,
    )
    settings["has_overflow"] = int(np.any(rows["after"] > 0))
    settings["has_talk_factors"] = int(np.any(rows["talk_factor"] != 1.0))
    workers = base.agents.copy()
    workers["group"] = np.repeat(np.arange(len(groups)), groups)
    crews = np.repeat(base.groups, len(groups))
    crews["agents"], crews["first_agent"] = groups, np.cumsum([0, *groups[:-1]])
    for table in (settings, reasons):
        for name in set(changes) & set(table.dtype.names or ()):
            table[name] = changes[name]
    plan = base._replace(
        settings=settings,
        reasons=reasons,
        groups=crews,
        agents=workers,
        matches=np.zeros((len(groups), 1), np.int64),
        usual_prices=np.repeat(base.usual_prices, len(talk_min), axis=0),
        serves_by_group=rows[np.lexsort((rows["rank"], rows["group"]))],
        serves_by_queue=rows[np.lexsort((rows["after"], rows["queue"]))],
        roster=_roster(roster),
        laws=np.concatenate(laws),
        queues=1 + max(s.queue for s in serves),
    )
    moments = _moments(calls)
    names = p.Names(tuple(f"r{n}" for n in range(len(talk_min))), ("o",), ("all",), ("q",), ("g",), (), ())
    return p.Prepared(plan, lambda day: moments, 1, names, np.zeros(len(groups)))


def story(*arguments: Any, **keywords: Any) -> Trace:
    """The logged trace of a small plan."""
    return simulate(small(*arguments, **keywords), log=True)


def minutes(times: Any) -> list[float]:
    """Times in minutes."""
    return [float(time) / p.MINUTE for time in times]


def _roster(entries: Sequence[tuple[float, int, p.RosterAction]]) -> p.Table:
    rows = np.array(
        [(round(minute * p.MINUTE), agent, int(action)) for minute, agent, action in entries], p.ROSTER
    )
    return rows[np.lexsort((rows["action"], rows["agent"], rows["time"]))]


def _moments(calls: Sequence[Call]) -> p.Table:
    rows = np.zeros(len(calls), p.MOMENT)
    for number, (row, call) in enumerate(zip(rows, sorted(calls), strict=True)):
        row["began"] = row["first_contact"] = round(call.minute * p.MINUTE)
        row["key"], row["customer"] = name_key("call", number), call.customer
        row["reason"], row["crisis"] = call.reason, -1
    return rows
