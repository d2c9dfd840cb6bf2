"""Facts about moments, customers and the value that experience moved, by scope."""

from __future__ import annotations

import numpy as np

from momentsim.contract.plan import MomentKind
from momentsim.measures.expected_customers import RESTS
from momentsim.measures.facts import Columns, FloatArray, Sample
from momentsim.measures.recovery import NOTICED, PROMISED, SOLD, WAYS, absent
from momentsim.scenario.types import Scenario
from momentsim.units import SECONDS_PER_YEAR

AFFECTED = {"people_in_need": "moments", "unserved": "unserved", "unserved_uncalled": "unserved_uncalled"}
"""Told of those whom a crisis hit."""
JUMPS = ("lowering", "raising", "lowering_clearly", "raising_clearly")
TALLIES = {
    "resolved": "resolved",
    "resolved_first": "resolved_first",
    "open_at_end": "open_at_end",
    "open_resolved": "open_resolved",
    "never_ended": "open",
    "attempts": "attempts",
    "attempts_after": "attempts_after",
    "contacts": "contacts",
    "delight": "delight",
    "let_down": "let_down",
    "surveys": "surveyed",
    "survey_promoters": "surveyed_promoters",
    "survey_detractors": "surveyed_detractors",
    "csat_top": "csat_top",
    "effort": "effort",
    "attitude_moved": "jump_sum",
    **{name: name for name in JUMPS},
}
GAINS = {"value_created": "created", "value_won_back": "won_back"}
WALLETS = ("created_wallet", "operation_wallet", "handling_wallet", "won_back_wallet", "usual_wallet")
"""Parts of tallies that are a matter of wallets."""
LOSSES = {
    "value_destroyed_by_operation": "destroyed_by_operation",
    "value_destroyed_by_handling": "destroyed_by_handling",
    "value_usual_price": "usual_price",
}


def moment_facts(sample: Sample, scope: str) -> Columns:
    """Facts about moments and their value for scope all, reason or segment."""
    columns = {name: tally(sample, field, scope) for name, field in TALLIES.items()}
    uncontacted = tally(sample, "no_contact", scope)
    columns["moments"] = tally(sample, "moments", scope)
    columns["contacted"] = columns["moments"] - uncontacted
    columns["effort"] = columns["effort"] - uncontacted  # without a contact effort is 1, the lowest
    if not sample.scenario.behaviour.memory:
        # nothing is remembered, so nothing is labelled
        for name in ("delight", "let_down", "attitude_moved", *JUMPS):
            columns[name] = np.full_like(columns[name], np.nan)
    columns.update(detection_facts(sample, scope, columns["moments"]))
    columns.update(value_facts(sample, scope))
    columns["value_word_of_mouth"] = tally(sample, "word_of_mouth", scope)
    columns["joins_told"] = tally(sample, "joins_told", scope)
    for name, field in {**NOTICED, **PROMISED, **SOLD}.items():
        columns[name] = tally(sample, field, scope)
    columns["let_down_surveyed"] = tally(sample, "let_down_surveyed", scope)
    columns["complaints"] = tally(sample, "complaints", scope)
    columns["detected"] = np.sum([columns[f"detected_{way}"] for way in WAYS], axis=0)
    columns["value_sold"] = columns["margin_sold"]
    for name in absent(sample.scenario):
        columns[name] = np.full_like(columns["moments"], np.nan)
    affected = MomentKind.AFFECTED if sample.scenario.crises else None
    for name, field in AFFECTED.items():
        columns[name] = _of_kind(sample, field, scope, affected)
    others = affected if is_help_elsewhere(sample.scenario) else None
    columns["helped_elsewhere"] = _of_kind(sample, "helped_elsewhere", scope, others)
    return columns


def value_facts(sample: Sample, scope: str) -> Columns:
    """The ledger of value without sales: its lines, what of their sum is of wallets, and of the 12 months.

    What rest between contacts gives belongs to no reason.
    """
    columns = {name: tally(sample, field, scope) for name, field in GAINS.items()}
    columns.update({name: -tally(sample, field, scope) for name, field in LOSSES.items()})
    rests = {name: _rest(sample, name, scope) for name in RESTS}
    columns["value_rest"] = rests["rest_churn"] + rests["rest_wallet"]
    columns["value_12m"] = tally(sample, "booked_12m", scope) + rests["rest_12m"]
    columns["value_wallet"] = rests["rest_wallet"]
    for field in WALLETS:
        columns["value_wallet"] = columns["value_wallet"] + tally(sample, field, scope)
    return columns


def _rest(sample: Sample, field: str, scope: str) -> FloatArray:
    """A field of what rest gave, by segment: (replications, items)."""
    values = np.stack([digest.people[field] for digest in sample.digests])
    if scope == "segment":
        return np.asarray(values)
    if scope == "reason":
        return np.zeros((len(values), len(sample.names.reasons)))
    return np.asarray(values.sum(axis=1, keepdims=True))


def detection_facts(sample: Sample, scope: str, moments: FloatArray) -> Columns:
    """What the detector said against what was at stake; without meaning (NaN) where routing does not ask it."""
    routing = sample.scenario.routing
    asked = routing.agent_choice == "heart" or routing.order == "detected"
    fields = ("at_stakes", "at_stakes_detected", "stakes_false_alarms")
    columns = {name: tally(sample, name, scope) for name in fields}
    columns["not_at_stakes"] = moments - columns["at_stakes"]
    return {name: values if asked else np.full_like(values, np.nan) for name, values in columns.items()}


def tally(sample: Sample, field: str, scope: str) -> FloatArray:
    """One field of the moment tallies summed over kinds: (replications, items)."""
    return _of_items(np.stack([digest.tallies[field] for digest in sample.digests]).sum(axis=3), scope)


def is_help_elsewhere(scenario: Scenario) -> bool:
    """Whether any crisis says that others than the centre help."""
    return any(storm.helped_elsewhere is not None for storm in scenario.crises.values())


def _of_kind(sample: Sample, field: str, scope: str, kind: MomentKind | None) -> FloatArray:
    """One field for one kind of moment; without meaning (NaN) when there is none."""
    values = np.stack([digest.tallies[field] for digest in sample.digests])
    if kind is None:
        return np.full_like(_of_items(values.sum(axis=3), scope), np.nan)
    return _of_items(values[..., int(kind)], scope)


def _of_items(values: FloatArray, scope: str) -> FloatArray:
    """(replications, reasons, segments) summed to (replications, items)."""
    values = values.astype(np.float64)
    if scope == "reason":
        return np.asarray(values.sum(axis=2), np.float64)
    if scope == "segment":
        return np.asarray(values.sum(axis=1), np.float64)
    return np.asarray(values.sum(axis=(1, 2))[:, None], np.float64)


def customer_facts(sample: Sample, scope: str) -> Columns:
    """Facts about customers for scope all or segment.

    Changes of the touched are added to what all are on average. Of a handful of customers that may be more than
    there can be: a score beyond 100 points, or more margin lost than there is. It then is what there can be.
    """
    people = np.stack([digest.people for digest in sample.digests])
    sections = [sample.scenario.customers.segments[name] for name in sample.names.segments]
    number = np.array([float(section.customers) for section in sections])
    baseline = np.array([100.0 * (section.promoters - section.detractors) for section in sections])
    won = np.stack([digest.acquisition for digest in sample.digests])
    lost = np.stack([digest.lost for digest in sample.digests]).astype(np.float64)
    base = number + people["joined"]
    margin = base * np.array([section.yearly_margin for section in sections])
    usual_long = people["stayers_usual"] - people["leavers_usual"]
    quiet_long = people["stayers_quiet"] - people["leavers_quiet"]
    columns: Columns = {
        "customers": base,
        "customers_acquired": (won["joined"] + won["untracked"]).astype(np.float64),
        "customers_untracked": won["untracked"].astype(np.float64),
        "customers_at_end": base + won["untracked"] - lost,
        "customer_years": (number + base - lost) / 2.0 * sample.scenario.horizon / SECONDS_PER_YEAR,
        "value_acquired": won["value"],
        "nps_points": np.clip(base * baseline + 100.0 * people["class_change"], -100.0 * base, 100.0 * base),
        "stayers": people["stayers_quiet"] + people["stayers_change"],
        "leavers_12m": people["leavers_quiet"] + people["leavers_change"],
        "lost_expected": people["lost_change"] + usual_long - quiet_long,
        "customers_lost": lost,
        "lost_anyway": base - people["stayers_usual"],
        "yearly_margin": margin,
        "wallet_change": np.maximum(people["wallet_change"], -margin),
    }
    if scope == "all":
        return {name: values.sum(axis=1, keepdims=True) for name, values in columns.items()}
    return columns
