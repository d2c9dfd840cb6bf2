"""Plans written by hand, so that the engine is tested without the rooms above it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from momentsim.contract import plan as p
from momentsim.draws import name_key, replication_key

HOUR = p.HOUR


def law(family: p.Family, a: float = 0.0, b: float = 0.0) -> Any:
    row = np.zeros(1, p.LAW)
    row["family"], row["a"], row["b"] = family, a, b
    means = {p.Family.NEVER: math.inf, p.Family.LOGNORMAL: math.exp(min(a, 50) + b * b / 2)}
    row["mean"] = means.get(family, a)
    row["weight"] = 1.0
    return row


def plain_plan(
    *,
    arrivals_per_hour: float = 1000.0,
    handling_s: float = 360.0,
    patience_s: float = 300.0,
    agents: int = 100,
    hours: float = 24.0,
    seed: int = 1,
    **changes: Any,
) -> p.Prepared:
    """Erlang A: Poisson arrivals, exponential handling and patience, `agents` from the start to the end."""
    horizon = int(hours * HOUR)
    settings = np.zeros(1, p.SETTINGS)
    settings["key"] = replication_key(seed, 0)
    settings["horizon"], settings["run_out"], settings["interval"] = horizon, 7 * p.DAY, HOUR // 2
    settings["year_after"] = horizon + 365 * p.DAY
    settings["lines"], settings["login_cap"] = p.NEVER, p.NEVER
    settings["service_threshold"], settings["short_abandon"] = 20 * p.SECOND, 5 * p.SECOND
    settings["redial_law"] = 2
    settings["load_sign"] = 1.0
    settings["stakes_above"], settings["sensitivity"], settings["specificity"] = 0.7, 1.0, 1.0
    laws = np.concatenate(
        [
            law(p.Family.EXPONENTIAL, handling_s * 1e6),
            law(p.Family.EXPONENTIAL, patience_s * 1e6),
            law(p.Family.EXPONENTIAL, 1200e6),
            law(p.Family.LOGNORMAL, math.log(45e6) - 0.32, 0.8),
        ]
    )
    reasons = np.zeros(1, p.REASON)
    reasons["stakes"], reasons["resolution"], reasons["talk_factor"] = 0.2, 1.0, 1.0
    for stage in ("", "escalated_"):
        reasons[f"{stage}talk_law"], reasons[f"{stage}wrap_law"], reasons[f"{stage}patience_law"] = 0, -1, 1
    reasons["reconnect_law"], reasons["self_service_law"] = 2, 2
    reasons["spread"], reasons["delight_above"], reasons["let_down_below"] = 1.0, 0.84, -0.84
    reasons["expected_wait"] = 2.0
    segments = np.zeros(1, p.SEGMENT)
    segments["key"] = name_key("segment", "all")
    segments["customers"], segments["margin"], segments["value_sigma"] = 10_000, 100.0, 0.8
    segments["hazard"] = segments["usual_hazard"] = segments["observed_hazard"] = 0.12 / (365.25 * p.DAY)
    segments["wallet_rest"] = segments["usual_over_rest"] = 1.0
    segments["detractor_below"], segments["promoter_above"], segments["patience_factor"] = -0.9, 0.1, 1.0
    groups = np.zeros(1, p.GROUP)
    groups["agents"], groups["autonomy"], groups["script"] = agents, 0.5, 0.5
    serves = np.zeros(1, p.SERVES)
    workers = np.zeros(agents, p.AGENT)
    workers["key"] = [name_key("agent", i) for i in range(agents)]
    workers["pace"] = 1.0
    roster = np.zeros(agents, p.ROSTER)
    roster["agent"], roster["action"] = np.arange(agents), p.RosterAction.START
    from momentsim.scenario.evidence.registry import effects_record

    plan = p.Plan(
        settings=settings,
        effects=effects_record({}),
        reasons=reasons,
        segments=segments,
        groups=groups,
        serves_by_group=serves,
        serves_by_queue=serves,
        agents=workers,
        matches=np.zeros((1, 1), np.int64),
        roster=roster,
        laws=laws,
        samples=np.zeros(0),
        crises=np.zeros(0, p.CRISIS),
        blackouts=np.zeros(0, p.BLACKOUT),
        levers=np.zeros(0, p.LEVER),
        dates=np.zeros(0, p.DATE),
        pay_dates=np.arange(1, 14, dtype=np.int64) * p.MONTH,
        pay_weights=np.ones(13),
        outlook=np.array([(13, 1.0, 0)], p.OUTLOOK),
        usual_prices=np.zeros((1, 1, (horizon + 7 * p.DAY) // p.MONTH + 2, p.PRICED_NORMS), p.USUAL_PRICE),
        expectation_law=np.zeros(0),
        newcomers=np.zeros((0, 1)),
        queues=1,
    )
    for name, value in changes.items():
        for table in (plan.settings, plan.reasons):
            if name in (table.dtype.names or ()):
                table[name] = value
    rng = np.random.default_rng(seed)
    count = rng.poisson(arrivals_per_hour * hours)
    moments = np.zeros(count, p.MOMENT)
    moments["began"] = np.sort(rng.integers(0, horizon, count))
    moments["first_contact"] = moments["began"]
    keys = rng.integers(0, 2**63, count).astype(np.uint64)
    moments["key"] = keys
    moments["customer"] = rng.integers(0, 10_000, count)
    moments["crisis"] = -1
    bounds = np.searchsorted(moments["began"], np.arange(0, math.ceil(hours / 24) + 1) * p.DAY)
    names = p.Names(("calls",), ("operations",), ("all",), ("voice",), ("frontline",), (), ())
    days = max(1, math.ceil(hours / 24))

    def day(number: int) -> Any:
        return moments[bounds[number] : bounds[number + 1]]

    return p.Prepared(plan, day, days, names, np.array([agents * hours]))


def pulled_by_plan(prepared: p.Prepared, times: Mapping[int, int]) -> p.Prepared:
    """The same replication whose plan pulls these levers (by number) at these times, and no others."""
    rows = [(time, lever, p.LeverAction.PULL, 0, p.Why.PLAN) for lever, time in times.items()]
    actions = np.sort(np.array(rows, p.LEVER_ACTION))
    return prepared._replace(plan=prepared.plan._replace(lever_actions=actions))
