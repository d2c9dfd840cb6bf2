"""Facts about contacts and agents, by scope."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import SCALE_MEAN, SCALE_SD, SECOND, Table
from momentsim.measures.facts import Columns, FloatArray, Sample, evaluate
from momentsim.scenario.sections.levers import AnnouncementLever, Callback, sizes_of
from momentsim.scenario.types import Scenario

COUNTS = (
    "offered", "answered", "abandoned", "blocked", "balked", "answered_in_threshold", "abandoned_in_threshold",
    "abandoned_short", "closed", "disconnected", "diverted", "diverted_closed", "informed",
    "answered_at_home",
)  # fmt: skip
CALLBACKS = (
    "callback_offers", "callbacks", "called_back", "callbacks_kept", "not_called", "wait_called_back_s", "rings_s",
)  # fmt: skip
SELF_SERVICE = ("contained", "gave_up", "broke_out")
PASSED_ON = ("transferred", "doubted")
FIRST = ("first_answers", "first_solved")
EMPATHY = ("answered", "answered_at_stakes", "empathy", "empathy_at_stakes")
ENCOUNTERS = {
    "autonomy_sum": "autonomy",
    "script_sum": "script",
    "emotional_acts": "acts",
    "deep_acts": "deep",
    "quality_sum": "quality",
}
AFTER = ("offered", "answered_on_line", "abandoned", "service_met", "service_base", "wait_answered_s")
"""Facts that are also told of the run-out."""
TIMES = {
    "wait_answered_s": "wait_answered",
    "wait_abandoned_s": "wait_abandoned",
    "talk_s": "talk",
    "wrap_s": "wrap",
    "wait_called_back_s": "wait_called_back",
    "rings_s": "rings",
}

SERVICE_LEVELS = {
    "count": (
        "answered within the threshold / offered (abandoned, busy, balked, cut-off and diverted ones count as missed)",
        "answered_in_threshold",
        "offered_on_line",
    ),
    "ignore": (
        "answered within the threshold / answered",
        "answered_in_threshold",
        "answered_on_line",
    ),
    "ignore_short": (
        "answered within the threshold / (offered - short abandons)",
        "answered_in_threshold",
        "offered_on_line - abandoned_short",
    ),
    "ignore_in_threshold": (
        "answered within the threshold / (offered - abandoned within the threshold)",
        "answered_in_threshold",
        "offered_on_line - abandoned_in_threshold",
    ),
    "credit_in_threshold": (
        "(answered within the threshold + abandoned within the threshold) / offered",
        "answered_in_threshold + abandoned_in_threshold",
        "offered_on_line",
    ),
}
"""The formulas of the service level by `waiting.service_level_abandons`: words, numerator, denominator.

Attempts that took a callback are not in it: they wait off the line, and nobody counts seconds for them.
"""


def service_level_formula(scenario: Scenario) -> str:
    """One line that names threshold and formula, for footnotes."""
    waiting = scenario.waiting
    return f"{waiting.service_level_abandons}: {SERVICE_LEVELS[waiting.service_level_abandons][0]}"


def service_parts(scenario: Scenario, columns: Columns) -> tuple[FloatArray, FloatArray]:
    """Numerator and denominator of the service level by the scenario's formula."""
    _words, met, base = SERVICE_LEVELS[scenario.waiting.service_level_abandons]
    return evaluate(columns, met), evaluate(columns, base)


def contact_facts(sample: Sample, scope: str) -> Columns:
    """Facts about legs that arrived within the horizon for scope all, reason or skill; and of those after it."""
    gather = gather_legs(sample, scope)
    columns = leg_facts(sample.scenario, gather, np.stack([digest.horizon for digest in sample.digests]))
    columns |= message_facts(sample, scope)
    after = leg_facts(sample.scenario, gather, np.stack([digest.run_out for digest in sample.digests]))
    return columns | {f"{name}_after": after[name] for name in AFTER}


def leg_facts(scenario: Scenario, gather: Callable[[FloatArray], FloatArray], rows: Table) -> Columns:
    """Facts from sums of INTERVAL rows (replications, legs), gathered to the items of a scope."""
    columns = {
        name: gather(rows[name].astype(np.float64))
        for name in (*COUNTS, *CALLBACKS[:5], *SELF_SERVICE, *PASSED_ON, *FIRST)
    }
    columns |= on_line(columns)
    for name, field in TIMES.items():
        columns[name] = gather(rows[field] / SECOND)
    columns.update(empathy_facts({name: gather(rows[name].astype(np.float64)) for name in EMPATHY}))
    columns.update({name: gather(rows[field].astype(np.float64)) for name, field in ENCOUNTERS.items()})
    if not scenario.behaviour.memory:
        columns["quality_sum"] = np.full_like(columns["quality_sum"], np.nan)  # nobody judges how a talk went
    columns["service_met"], columns["service_base"] = service_parts(scenario, columns)
    for name in absent_offers(scenario):
        columns[name] = np.full_like(columns[name], np.nan)
    return columns


def message_facts(sample: Sample, scope: str) -> Columns:
    """Facts about messages that were left within the horizon."""
    gather = gather_legs(sample, scope, messages=True)
    rows = np.stack([digest.horizon for digest in sample.digests])
    return {
        "messages": gather(rows["offered"].astype(np.float64)),
        "messages_answered": gather(rows["answered"].astype(np.float64)),
        "wait_messages_s": gather(rows["wait_answered"] / SECOND),
    }


def on_line(sums: Columns) -> Columns:
    """Attempts that stayed on the line: all but those that took a callback."""
    return {
        "offered_on_line": sums["offered"] - sums["callbacks"],
        "answered_on_line": sums["answered"] - sums["called_back"],
    }


def absent_offers(scenario: Scenario) -> tuple[str, ...]:
    """Facts about callbacks and messages that have no meaning in a scenario."""
    told = [*scenario.waiting.announcements.values()]
    offers = len(scenario.waiting.callbacks)
    for lever in scenario.levers.values():
        for size in sizes_of(lever).values():
            offers += isinstance(size, Callback)
            told += [size.announcement] if isinstance(size, AnnouncementLever) else []
    without_message = () if any(each.message for each in told) else ("informed",)
    return without_message if offers else (*without_message, *CALLBACKS)


def empathy_facts(sums: Columns) -> Columns:
    """Whom answered attempts met, in moments of truth and in others; points of the usual scale."""
    routine = sums["answered"] - sums["answered_at_stakes"]
    empathy = sums["empathy"] - sums["empathy_at_stakes"]
    return {
        "answered_at_stakes": sums["answered_at_stakes"],
        "answered_routine": routine,
        "empathy_at_stakes_points": SCALE_MEAN * sums["answered_at_stakes"]
        + SCALE_SD * sums["empathy_at_stakes"],
        "empathy_routine_points": SCALE_MEAN * routine + SCALE_SD * empathy,
    }


def wait_counts(sample: Sample, scope: str, outcome: int) -> FloatArray:
    """Histograms of waits (replications, items, bins); `outcome` 0 answered, 1 abandoned."""
    rows = np.stack([digest.waits[:, outcome, :] for digest in sample.digests]).astype(np.float64)
    return gather_legs(sample, scope)(rows)


def gather_legs(sample: Sample, scope: str, *, messages: bool = False) -> Callable[[FloatArray], FloatArray]:
    """Sums the legs (axis 1) to the items of a scope: to the queue in which they waited, or to their reason.

    Of calls, or of messages that wait for a call back.
    """
    legs = sample.digests[0].legs
    own = legs["message"] == int(messages)
    if scope == "all":
        return lambda values: all_of(values, own)
    owner, items = (
        (legs["queue"], len(sample.names.queues))
        if scope == "skill"
        else (legs["reason"], len(sample.names.reasons))
    )
    return lambda values: np.stack(
        [values[:, own & (owner == item)].sum(axis=1) for item in range(items)], axis=1
    )


def all_of(values: FloatArray, own: npt.NDArray[np.bool_]) -> FloatArray:
    """The sum of some kinds of legs (axis 1), as the one item of scope all."""
    return np.asarray(values[:, own].sum(axis=1, keepdims=True))


def staff_facts(sample: Sample, scope: str) -> Columns:
    """Agents' seconds for scope all or group."""
    rows = np.stack([digest.agents for digest in sample.digests])
    columns = {f"agents_{name}_s": rows[name] for name in ("talk", "wrap", "idle", "trained")}
    columns["agents_worked_after_s"] = np.stack([digest.work_after for digest in sample.digests])
    if scope == "all":
        return {name: values.sum(axis=1, keepdims=True) for name, values in columns.items()}
    return columns


def pad(tables: list[Table]) -> Table:
    """Stack tables [intervals, ...] of replications whose run-outs differ; missing intervals are empty."""
    longest = max(len(table) for table in tables)
    stacked: npt.NDArray[np.void] = np.zeros((len(tables), longest, *tables[0].shape[1:]), tables[0].dtype)
    for index, table in enumerate(tables):
        stacked[index, : len(table)] = table
    return stacked
