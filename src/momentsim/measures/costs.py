"""What it costs: every cost line of the ledger, each from counted hours, minutes or pieces.

Costs are those of the horizon: hours rostered and worked until its end, what contacts that arrived within it cost on
the telephone and in self-service, and what moments that began within it were given. Hours rostered after its end are
in no cost: they would have served whoever calls next. What agents did then for those still open stands apart, hour by
hour worked (`cost_run_out`).

A call in progress at the end of a shift, when a group is sent home, or when an unpaid break begins, is finished as
overtime: those hours are not in the rostered paid hours, so they are a line of their own.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from momentsim.contract.plan import SECOND, Table
from momentsim.measures.facts import Columns, FloatArray, Sample
from momentsim.measures.programme_costs import programme_costs
from momentsim.measures.recovery import team_cost
from momentsim.measures.service import gather_legs
from momentsim.units import SECONDS_PER_HOUR

STAFF_LINES = ("paid_hours", "overtime", "reserves")
MOMENT_LINES = ("compensation", "refunds", "goodwill")
"""Ledger line and field of the moment tallies."""


class CostLine(NamedTuple):
    """One line: money per replication and item of the scope it is traceable to."""

    line: str
    scope: str  # all, group, programme, lever, reason, segment, or reason_segment (reasons x segments, in that order)
    amount: FloatArray  # (replications, items), positive is spent


def cost_lines(sample: Sample) -> list[CostLine]:
    """All cost lines; their sum is the total cost."""
    return [
        *staff_lines(sample),
        hiring_line(sample),
        *_reason_lines(sample),
        *_moment_lines(sample),
        _lever_line(sample),
        CostLine("levers", "lever", _lever_prices(sample)),
        CostLine("programme", "programme", programme_costs(sample)),
        _acquisition_line(sample),
        _recovery_line(sample),
    ]


def staff_lines(sample: Sample) -> list[CostLine]:
    """Paid hours, overtime and reserves, by group."""
    groups = [sample.scenario.workforce.groups[name] for name in sample.names.groups]
    rate = np.array([group.cost_per_hour for group in groups], np.float64)
    reserve = np.array([group.reserve for group in groups])
    rows = np.stack([digest.agents for digest in sample.digests])
    overtime = rows["overtime"] / SECONDS_PER_HOUR
    on_duty = (rows["talk"] + rows["wrap"] + rows["idle"] + rows["paused"]) / SECONDS_PER_HOUR - overtime
    paid = np.stack([digest.paid_hours for digest in sample.digests])
    amounts = (
        paid * rate,
        overtime * rate * sample.scenario.economics.overtime_factor,
        np.where(reserve, on_duty, 0.0) * rate,
    )
    return [CostLine(line, "group", amount) for line, amount in zip(STAFF_LINES, amounts, strict=True)]


def hiring_line(sample: Sample) -> CostLine:
    """Replacing those who left, by group."""
    careers = [sample.scenario.workforce.groups[name].careers for name in sample.names.groups]
    price = np.array([0.0 if each is None else each.replacement_cost for each in careers])
    exits = np.stack([digest.careers["exits"] for digest in sample.digests])
    return CostLine("hiring", "group", exits * price)


def _reason_lines(sample: Sample) -> list[CostLine]:
    """Telephony (talk and waiting) and sessions of self-service, by reason, of contacts of the horizon."""
    calls, messages = (gather_legs(sample, "reason", messages=each) for each in (False, True))
    rows = np.stack([digest.horizon for digest in sample.digests])
    telephony, self_service = (calls(amount) + messages(amount) for amount in _contact_costs(sample, rows))
    return [
        CostLine("telephony", "reason", telephony),
        CostLine("self_service", "reason", self_service),
    ]


def _contact_costs(sample: Sample, rows: Table) -> tuple[FloatArray, FloatArray]:
    """Telephony and self-service of INTERVAL sums (replications, legs), money likewise."""
    prices = sample.scenario.economics
    waited = rows["wait_answered"] + rows["wait_abandoned"] + rows["wait_diverted"]
    on_the_line = np.where(sample.digests[0].legs["message"], 0.0, waited)  # a message takes no line
    minutes = (rows["talk"] + on_the_line) / (60 * SECOND)
    sessions = rows["contained"] + rows["gave_up"] + rows["broke_out"]
    return minutes * prices.telephony_per_minute, sessions * prices.self_service_session


def run_out_cost(sample: Sample) -> FloatArray:
    """What those still open at the horizon's end cost after it: hours worked on contacts, telephony, self-service.

    Hours at the group's price of an hour, without idle time and without the factor of overtime; (replications, 1).
    """
    groups = [sample.scenario.workforce.groups[name] for name in sample.names.groups]
    rate = np.array([group.cost_per_hour for group in groups], np.float64)
    hours = np.stack([digest.work_after for digest in sample.digests]) / SECONDS_PER_HOUR
    contacts = _contact_costs(sample, np.stack([digest.run_out for digest in sample.digests]))
    parts = (hours * rate, *contacts)
    return sum((part.sum(axis=1, keepdims=True) for part in parts), np.zeros((len(hours), 1)))


def _moment_lines(sample: Sample) -> list[CostLine]:
    """Notices, compensation, refunds and goodwill, by reason and segment."""
    rows = np.stack([digest.tallies for digest in sample.digests])
    notices = rows["notices"].sum(axis=3) * sample.scenario.economics.notice_message
    return [
        CostLine("notices", "reason_segment", notices.reshape(len(rows), -1)),
        *[
            CostLine(line, "reason_segment", rows[line].sum(axis=3).reshape(len(rows), -1))
            for line in MOMENT_LINES
        ],
    ]


def _lever_line(sample: Sample) -> CostLine:
    cost = np.array([[digest.lever_cost] for digest in sample.digests], np.float64)
    return CostLine("self_service_offer", "all", cost)


def _lever_prices(sample: Sample) -> FloatArray:
    """What the levers of section `levers` cost by their prices, in its order: once, by hours in force and by uses."""
    levers = len(sample.scenario.levers)
    spent = np.stack([digest.lever_use["spent"] for digest in sample.digests])
    return np.asarray(spent[:, spent.shape[1] - levers :], np.float64)


def _acquisition_line(sample: Sample) -> CostLine:
    """What the firm's own efforts to win customers cost: expected joins, those by word of mouth apart."""
    segments = [sample.scenario.customers.segments[name] for name in sample.names.segments]
    price = np.array([segment.acquisition_cost for segment in segments], np.float64)
    paid = np.stack([digest.acquisition["paid"] for digest in sample.digests])
    return CostLine("acquisition", "segment", paid * price)


def _recovery_line(sample: Sample) -> CostLine:
    """The recovery team's working hours within the horizon, whether it has cases or not."""
    cost = np.full((len(sample.digests), 1), team_cost(sample.scenario))
    return CostLine("recovery_team", "all", cost)


def cost_facts(sample: Sample, scope: str) -> Columns:
    """Cost facts for scope all or group."""
    staff = sum((line.amount for line in staff_lines(sample)), np.zeros(()))
    paid = np.stack([digest.paid_hours for digest in sample.digests]).astype(np.float64)
    if scope == "group":
        return {"cost_staff": np.asarray(staff, np.float64), "paid_hours": paid}
    total = sum((line.amount.sum(axis=1, keepdims=True) for line in cost_lines(sample)), np.zeros(()))
    given = {line.line: line.amount.sum(axis=1, keepdims=True) for line in _moment_lines(sample)}
    return {
        "cost_staff": np.asarray(staff, np.float64).sum(axis=1, keepdims=True),
        "paid_hours": paid.sum(axis=1, keepdims=True),
        "cost_total": np.asarray(total, np.float64),
        "cost_run_out": run_out_cost(sample),
        "cost_to_serve": np.asarray(total, np.float64) - given["compensation"] - given["refunds"],
        **{f"cost_{line}": given[line] for line in MOMENT_LINES},
    }
