"""Net benefit month by month: value in the month in which it was booked, money in the month in which it was spent.

Months have 365.25 / 12 days and begin with the scenario; the last one may be a part. They add up to net benefit
exactly. Value booked to moments is counted by month; what has no moment (customers won, rest between contacts) goes
evenly over the days. A programme is paid at its start and month by month, overtime and reserves with hours on
duty, what contacts and moments cost goes with the contacts of a month; paid hours and all else go evenly.
"""

from __future__ import annotations

import math

import numpy as np

from momentsim.measures.costs import CostLine, cost_lines
from momentsim.measures.facts import FloatArray, Sample
from momentsim.measures.programme_costs import monthly_cost, span_of
from momentsim.measures.statistics import Estimate, by_unit, estimate
from momentsim.measures.summary import estimate_by_name
from momentsim.units import SECONDS_PER_YEAR

SECONDS_PER_MONTH = SECONDS_PER_YEAR / 12
WITH_CONTACTS = ("telephony", "self_service", "notices", "compensation", "refunds", "goodwill")
"""Cost lines that go with the contacts of a month."""
BY_DUTY = ("overtime", "reserves")
"""Those that go with the hours on duty; paid hours go evenly, since who is in a course is paid and not on duty."""


def count_months(sample: Sample) -> int:
    """Months of the horizon, a part of one counted."""
    return len(sample.digests[0].value_by_month)


def days_by_month(sample: Sample) -> FloatArray:
    """Share of the horizon that lies in each month, (months,)."""
    edges = np.minimum(np.arange(count_months(sample) + 1) * SECONDS_PER_MONTH, sample.scenario.horizon)
    return np.asarray(np.diff(edges) / sample.scenario.horizon, np.float64)


def net_by_month(sample: Sample) -> tuple[Estimate, Estimate]:
    """Value and cost of each month: two estimates with a row per unit of replications and an item per month."""
    evenly = days_by_month(sample)
    spent = sum((_spread(sample, line, evenly) for line in cost_lines(sample)), np.zeros(()))
    booked = np.stack([digest.value_by_month for digest in sample.digests])
    value = by_unit(estimate(booked), sample.members)
    by_moment = value.value[None, :] + value.influence
    totals = estimate_by_name(("net_benefit", "cost_total"), sample).values()
    whole = np.sum([each.value[0] + each.influence[:, 0] for each in totals], axis=0)
    values = by_moment + (whole - by_moment.sum(axis=1))[:, None] * evenly
    return estimate(values), by_unit(estimate(np.asarray(spent, np.float64)), sample.members)


def _spread(sample: Sample, line: CostLine, evenly: FloatArray) -> FloatArray:
    """One line by replication and month."""
    if line.line in BY_DUTY:
        return np.asarray(np.einsum("rg,rgm->rm", line.amount, _shares_on_duty(sample, evenly)), np.float64)
    if line.scope == "programme":
        return _programmes(sample, line.amount)
    total = line.amount.sum(axis=1, keepdims=True)
    shares = _shares_of_contacts(sample, evenly) if line.line in WITH_CONTACTS else evenly
    return np.asarray(total * shares, np.float64)


def _by_month(sample: Sample, counts: FloatArray) -> FloatArray:
    """Sums by month of what is counted by interval, (intervals, ...); what comes after the horizon is left out."""
    end = math.ceil(sample.scenario.horizon / sample.scenario.interval)
    starts = np.arange(min(end, len(counts))) * sample.scenario.interval
    month = np.minimum((starts / SECONDS_PER_MONTH).astype(int), count_months(sample) - 1)
    sums = np.zeros((count_months(sample), *counts.shape[1:]))
    np.add.at(sums, month, counts[: len(starts)])
    return sums


def _shares(sums: FloatArray, evenly: FloatArray) -> FloatArray:
    """Shares of a total by month, the last axis; evenly where there is nothing."""
    total = sums.sum(axis=-1, keepdims=True)
    return np.asarray(np.where(total > 0, sums / np.where(total > 0, total, 1.0), evenly), np.float64)


def _shares_on_duty(sample: Sample, evenly: FloatArray) -> FloatArray:
    """(replications, groups, months)."""
    duty = [_by_month(sample, digest.staff["on_duty"].astype(np.float64)).T for digest in sample.digests]
    return _shares(np.stack(duty), evenly)


def _shares_of_contacts(sample: Sample, evenly: FloatArray) -> FloatArray:
    """(replications, months)."""
    offered = [
        _by_month(sample, digest.queues["offered"].sum(axis=1, dtype=np.float64)) for digest in sample.digests
    ]
    return _shares(np.stack(offered), evenly)


def _programmes(sample: Sample, amounts: FloatArray) -> FloatArray:
    """Month by month while they last; all else at their start."""
    by_month = np.zeros((len(sample.digests), count_months(sample)))
    edges = np.arange(count_months(sample) + 1) * SECONDS_PER_MONTH
    for number, programme in enumerate(sample.scenario.programmes.values()):
        for index, digest in enumerate(sample.digests):
            begins, lasts = span_of(sample, digest, number)
            if begins >= sample.scenario.horizon:
                continue
            running = begins + programme.lead_time
            share = np.clip((edges[1:] - running) / SECONDS_PER_MONTH, 0, lasts) - np.clip(
                (edges[:-1] - running) / SECONDS_PER_MONTH, 0, lasts
            )
            rows = digest.programmes[digest.programmes["programme"] == number]
            monthly = monthly_cost(programme, float(digest.agents["agents"][rows["group"]].sum()))
            first = min(max(int(begins / SECONDS_PER_MONTH), 0), count_months(sample) - 1)
            by_month[index] += monthly * share
            by_month[index, first] += amounts[index, number] - monthly * share.sum()
    return by_month
