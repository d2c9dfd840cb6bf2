"""In the calm nothing drifts: a year of the reference operation leaves the base where it was observed.

Contacts cost a little there and levels of rest balance them (MODEL 1). Attitudes, wallets, the NPS of the base at the
start (who has left is counted with the attitude they left with) and churn come out as they went in; and what customers
are used to is the reference operation's, so that prevention moves none of it.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from momentsim.contract.plan import DAY
from momentsim.engine import simulate
from momentsim.measures.expected_customers import people_totals
from momentsim.measures.statistics import estimate, interval
from momentsim.prepare import Blueprint, lower, prepare
from momentsim.runs.reference import reference_for
from momentsim.validation.proof import Proof, half_widths_allowed, prove_equal
from momentsim.validation.simulation import FloatArray, blueprint_of, load_text
from momentsim.validation.texts import STILL

CASE: Final = "loyalty_stillness"
REPLICATIONS: Final = 16
ATTITUDE: Final = 0.005
"""SD."""
LOG_WALLET: Final = 0.005
NPS: Final = 0.2
"""Points."""
CHURN: Final = 0.005
"""Relative."""
PREVENTED: Final = "demand.volumes.claim.preventable=50 %"
KEPT: Final = ("attitude_rest", "behaviour_rest", "wallet_rest", "grievance", "hazard", "usual_hazard")


def stillness_proofs() -> list[Proof]:
    """A year of the calm, and the calm with half of the claims prevented."""
    loaded = load_text(STILL)
    blueprint = blueprint_of(loaded)
    years = [year_of(blueprint, number) for number in range(1, REPLICATIONS + 1)]
    attitude, wallet, nps, churn = (
        np.array(column) for column in zip(*(one for one, _ in years), strict=True)
    )
    jumps = np.sum([jump for _, jump in years], axis=0)
    baseline = float(
        np.mean([segment.yearly_churn for segment in loaded.scenario.customers.segments.values()])
    )
    return [
        still("mean attitude of the base after a year", "SD", 0.0, attitude, ATTITUDE),
        still("mean log wallet after a year", "log", 0.0, wallet, LOG_WALLET),
        still("change of the NPS of those who were there", "points", 0.0, nps, NPS),
        still("expected churn of twelve months", "churn", baseline, churn, CHURN * baseline),
        prove_equal(CASE, "reasons with a mean jump above 0", "reasons", 0, int(np.sum(jumps > 0.0))),
        *kept_by_prevention(blueprint),
    ]


def year_of(blueprint: Blueprint, number: int) -> tuple[tuple[float, float, float, float], FloatArray]:
    """Mean attitude, log wallet, change of NPS and expected churn of one year; and the sum of jumps by reason."""
    prepared = prepare(blueprint, number)
    trace = simulate(prepared)
    rows, people = trace.customers, people_totals(prepared.plan, trace.customers, trace.joined, trace.rested)
    everybody = float(prepared.plan.segments["customers"].sum())
    stayers = float((people["stayers_quiet"] + people["stayers_change"]).sum())
    found = (
        mean_of(prepared.plan, rows, "attitude", ("attitude_rest", "displacement_half_life_d"), 0.0),
        mean_of(prepared.plan, rows, "wallet_target", ("wallet_rest", "wallet_half_life_d"), 1.0),
        100.0 * float(people["class_change"].sum()) / everybody,
        1.0 - stayers / everybody,
    )
    return found, np.asarray(trace.tallies["jump_sum"].sum(axis=(1, 2)))


def mean_of(plan: Any, rows: Any, field: str, relaxing: tuple[str, str], start: float) -> float:
    """Mean over the whole base at the horizon's end; of wallets the mean logarithm.

    Those who had a contact by their rows, from which the run-out is taken back; who had none by what rest makes of
    the start.
    """
    rest, half_life = (plan.segments[relaxing[0]], float(plan.effects[relaxing[1]][0]))
    run_out = float(plan.settings["run_out"][0]) / DAY
    there = rows["churned"] < 0
    values = rows[field].copy()
    gone_to = rest[rows["segment"]]
    values[there] = (gone_to + (values - gone_to) * 2.0 ** (run_out / half_life))[there]
    year = float(plan.settings["horizon"][0]) / DAY
    quiet = rest + (start - rest) * 2.0 ** (-year / half_life)
    if start:
        values, quiet = np.log(values), np.log(quiet)
    untouched = plan.segments["customers"] - np.bincount(rows["segment"], minlength=len(rest))
    return float((values.sum() + (untouched * quiet).sum()) / plan.segments["customers"].sum())


def still(figure: str, unit: str, exact: float, found: FloatArray, bar: float) -> Proof:
    """A mean over replications that may be off by the bar, and by chance."""
    estimated = estimate(found[:, None])
    limits = interval(estimated)
    half = float(0.5 * (limits.high[0] - limits.low[0]))
    return Proof(
        case=CASE,
        figure=figure,
        unit=unit,
        exact=exact,
        found=float(estimated.value[0]),
        half_width=half,
        widest=2.0 * bar,
        tolerance=bar + half_widths_allowed(len(found)) * half,
        replications=len(found),
    )


def kept_by_prevention(calm: Blueprint) -> list[Proof]:
    """With half of the claims prevented customers are used to what they were used to."""
    base, changed = load_text(STILL), load_text(STILL, overrides=[PREVENTED])
    reference = reference_for(changed, base, clock="compiled", on_progress=lambda share: True)
    prevented = lower(changed, reference)
    moved = [
        name
        for name in KEPT
        if not np.array_equal(prevented.customers.segments[name], calm.customers.segments[name])
    ]
    return [prove_equal(CASE, "levels that prevention moves", "levels", 0, len(moved))]
