"""The digest: the few sums of one replication from which every table of results is made.

It holds no rows of contacts or customers, so hundreds of replications fit in memory and cross processes.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import MONTH, SECOND, LeverKind, Plan, Prepared, Table, floats
from momentsim.contract.trace import BOOKED, Trace, legs_of
from momentsim.measures.career_totals import career_totals
from momentsim.measures.expected_customers import people_totals
from momentsim.measures.sites import site_totals
from momentsim.units import SECONDS_PER_HOUR

QUEUE_FIELDS = (
    "offered",
    "answered",
    "abandoned",
    "abandoned_short",
    "abandoned_in_threshold",
    "blocked",
    "balked",
    "answered_in_threshold",
    "wait_answered",
    "closed",
    "disconnected",
    "diverted",
    "diverted_closed",
    "callbacks",
    "called_back",
)
QUEUE_INTERVAL = np.dtype([(name, np.float32) for name in (*QUEUE_FIELDS, "waiting")])
"""By (interval in which legs arrived, queue): counts and seconds; `waiting` is contact-seconds in queue by clock."""

STAFF = np.dtype([("on_duty", np.float32), ("busy", np.float32)])
"""By (interval, group), agent-seconds by clock time."""

AGENTS = floats("agents", "contacts", "talk", "wrap", "idle", "paused", "overtime", "unpaid", "trained")
"""By group, seconds within the horizon."""

TEAMS = floats("agents", "contacts", "quality", "moments", "resolved", "delight", "let_down")
"""By team: sums over its agents."""


class Digest(NamedTuple):
    """What one replication leaves behind. Times are seconds unless the name says otherwise."""

    queues: Table  # QUEUE_INTERVAL [intervals, queues]
    staff: Table  # STAFF [intervals, groups]
    serves: npt.NDArray[np.bool_]  # [queues, groups] which group serves which queue
    legs: Table  # trace.LEG [legs]
    horizon: Table  # trace.INTERVAL summed over the intervals of the horizon, [legs]; times in microseconds
    run_out: Table  # the same over those after it
    waits: npt.NDArray[np.int64]  # [legs, 2 (answered, abandoned), WAIT_BINS], of legs of the horizon
    work_after: npt.NDArray[np.float64]  # [groups] agent-seconds on contacts after the horizon's end
    tallies: Table  # trace.MOMENT_TALLY [reasons, segments, kinds]
    value_by_month: npt.NDArray[np.float64]  # [months of the horizon] value booked to moments, money
    agents: Table  # AGENTS [groups]
    teams: Table  # TEAMS [teams]
    people: Table  # people.PEOPLE [segments]
    sites: Table  # sites.SITES [sites], none where no attempt goes to a home site first
    lost: npt.NDArray[np.int64]  # [segments]
    acquisition: Table  # trace.ACQUISITION [segments]
    careers: Table  # careers.CAREERS [groups]
    paid_hours: npt.NDArray[np.float64]  # [groups]
    programmes: Table  # trace.PROGRAMME_ROW
    lever_cost: float  # one-off costs of the self-service offers that were pulled, money
    lever_use: Table  # trace.LEVER_USE [levers]
    ended_s: float
    events: int


def digest(prepared: Prepared, trace: Trace) -> Digest:
    """Condense one replication."""
    plan = prepared.plan
    legs = legs_of(plan.reasons, plan.diverts)
    end = intervals_of_horizon(plan.settings)
    return Digest(
        queues=_by_queue(trace, legs, plan.queues),
        staff=_seconds(trace.staff),
        serves=_serves(plan.serves_by_group, plan.queues, len(plan.groups)),
        legs=legs,
        horizon=sum_intervals(trace.intervals[:end]),
        run_out=sum_intervals(trace.intervals[end:]),
        waits=trace.waits,
        work_after=trace.staff["busy"][end:].sum(axis=0) / SECOND,
        tallies=trace.tallies,
        value_by_month=_by_month(plan, trace),
        agents=_by_group(trace.agents, len(plan.groups)),
        teams=_by_team(trace.agents, len(prepared.names.teams)),
        people=people_totals(plan, trace.customers, trace.joined, trace.rested),
        sites=site_totals(plan, trace.customers, trace.joined),
        lost=trace.lost,
        acquisition=trace.acquisition,
        programmes=trace.programmes,
        paid_hours=net_of_unpaid(plan.groups, prepared.paid_hours, _by_group(trace.agents, len(plan.groups))),
        careers=career_totals(plan, trace.agents),
        lever_cost=_lever_cost(plan.levers, trace.levers),
        lever_use=trace.lever_use,
        ended_s=trace.ended / SECOND,
        events=int(trace.events),
    )


def months_of_horizon(settings: Table) -> int:
    """Months (of 365.25 / 12 days) that the horizon begins; the last one may be a part."""
    row = settings[0]
    return max(1, math.ceil((int(row["horizon"]) - int(row["warm_up"])) / MONTH))


def _by_month(plan: Plan, trace: Trace) -> npt.NDArray[np.float64]:
    """Value booked in each month; moments that end in the run-out belong to the last one."""
    start, horizon = int(plan.settings["warm_up"][0]), int(plan.settings["horizon"][0])
    begins = plan.dates["begins"][plan.dates["begins"] < horizon]
    total = sum(float(trace.tallies[name].sum()) for name in BOOKED)
    times = np.append(begins if len(begins) else [start], horizon).astype(np.float64)
    booked = np.append(trace.booked[: len(begins)] if len(begins) else [0.0], total)
    months = start + np.arange(months_of_horizon(plan.settings)) * float(MONTH)
    return np.diff(np.append(np.interp(months, times, booked), total))


def intervals_of_horizon(settings: Table) -> int:
    """Intervals from the scenario's start to the horizon's end: the horizon is a whole number of them."""
    row = settings[0]
    return int(-((row["warm_up"] - row["horizon"]) // row["interval"]))


def net_of_unpaid(
    groups: Table, rostered_hours: npt.NDArray[np.float64], agents: Table
) -> npt.NDArray[np.float64]:
    """Paid hours: rostered ones without days missed and vacant seats.

    Those are counted in the roster, from which shrinkage has already taken its share of paid hours. Reserves are
    paid by the hours on duty, so nothing is taken from their 0.
    """
    unpaid = agents["unpaid"] / SECONDS_PER_HOUR / (1.0 - groups["shrinkage"])
    return np.where(groups["reserve"], rostered_hours, np.maximum(rostered_hours - unpaid, 0.0))


def _by_queue(trace: Trace, legs: Table, queues: int) -> Table:
    """Sums of calls by queue: messages are apart."""
    table = np.zeros((len(trace.intervals), queues), QUEUE_INTERVAL)
    for name in QUEUE_FIELDS:
        unit = SECOND if name.startswith("wait_") else 1
        for queue in range(queues):
            table[name][:, queue] = (
                trace.intervals[name][:, (legs["queue"] == queue) & (legs["message"] == 0)].sum(axis=1) / unit
            )
    table["waiting"] = trace.queue_time[: len(table)] / SECOND
    return table


def _seconds(staff: Table) -> Table:
    table = np.zeros(staff.shape, STAFF)
    for name in ("on_duty", "busy"):
        table[name] = staff[name] / SECOND
    return table


def _serves(serves: Table, queues: int, groups: int) -> npt.NDArray[np.bool_]:
    table = np.zeros((queues, groups), np.bool_)
    table[serves["queue"], serves["group"]] = True
    return table


def sum_intervals(intervals: Table) -> Table:
    """Every field summed over the first axis."""
    total = np.zeros(intervals.shape[1:], intervals.dtype)
    for name in fields_of(intervals):
        total[name] = intervals[name].sum(axis=0)
    return total


def fields_of(table: Table) -> tuple[str, ...]:
    """Field names of a structured array."""
    return tuple(table.dtype.names or ())


def _by_group(agents: Table, groups: int) -> Table:
    table = np.zeros(groups, AGENTS)
    table["agents"] = np.bincount(agents["group"], minlength=groups)
    for name in AGENTS.names or ():
        if name != "agents":
            unit = 1 if name == "contacts" else SECOND
            table[name] = np.bincount(agents["group"], agents[name] / unit, minlength=groups)
    return table


def _by_team(agents: Table, teams: int) -> Table:
    table = np.zeros(max(teams, int(agents["team"].max(initial=-1)) + 1), TEAMS)
    table["agents"] = np.bincount(agents["team"], minlength=len(table))
    for name in TEAMS.names or ():
        if name != "agents":
            table[name] = np.bincount(agents["team"], agents[name], minlength=len(table))
    return table


def _lever_cost(levers: Any, pulled: Table) -> float:
    """One-off cost of offers of self-service, once for each such lever that was pulled."""
    rows = levers[np.unique(pulled["lever"])]
    return float(rows["amount"][rows["kind"] == LeverKind.SELF_SERVICE_OFFER].sum())
