"""The reference pilot: how moments go in the operation in which the baselines of loyalty were observed.

Experience is scored against what customers are used to (centre, spread and quantiles per reason). A few
replications of the reference operation, scored but without any effect on anybody, measure that. The pilot is
made once per content, shared by everything that is compared, and kept on disk for later processes.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import replace

from momentsim.contract.plan import Table
from momentsim.contract.trace import whole_moments
from momentsim.engine.simulate import simulate
from momentsim.prepare import (
    Loaded,
    Operation,
    Reference,
    UsualWaits,
    attempts_of,
    contact_rates,
    correct,
    lower,
    measure_usual_waits,
    prepare,
    reference_from,
    reference_operation,
)
from momentsim.prepare.pilot import Rates
from momentsim.runs import reference_store
from momentsim.runs.choices import ClockName
from momentsim.runs.progress import SILENT
from momentsim.scenario.files.scenario_files import mentions

ENOUGH_MOMENTS = 100_000
MOST_REPLICATIONS = 64
"""Small scenarios need many, or the yardstick's own error would shift results; large ones need one."""

ENOUGH_AGENTS = 300
"""Agents of a few are faster or slower than others, and so is their strain: small centres need several draws."""

LONGEST_HORIZON_S = 14 * 86_400.0

RUN_OUT_S = 7 * 86_400.0

FIRST_PILOT_REPLICATION = 1_000_000_001
"""Pilot replications have numbers of their own, so that no result is centred on its own draws."""

_cache: dict[str, Reference] = {}
_lock = threading.Lock()


def shorten(loaded: Loaded, horizon_s: float) -> Operation:
    """The same scenario with a horizon of at most so many seconds, run out for long: what ends late counts as well."""
    horizon = min(loaded.scenario.horizon, horizon_s)
    run = loaded.scenario.run.model_copy(update={"run_out": RUN_OUT_S})
    scenario = loaded.scenario.model_copy(update={"horizon": horizon, "run": run})
    return Operation(scenario, loaded.tables, loaded.samples)


def reference_for(
    loaded: Loaded,
    base: Loaded,
    *,
    clock: ClockName,
    on_progress: Callable[[float], bool],
    say: Callable[[str], None] = SILENT.say,
) -> Reference:
    """What the customers of `loaded` are used to under the operation of `base`; news of kept ones go to `say`.

    `base` is the same file without variant and overrides. Neutral (centre 0, spread 1) when the memory of
    customers is switched off, since nothing is remembered then; but the pilot also measures the usual waits, beyond
    which people grow angry, and the usual strain of agents who can wear out.
    """
    strain = wears_out(loaded)
    behaviour = loaded.scenario.behaviour
    if not (behaviour.memory or behaviour.anger or strain):
        return Reference.neutral(tuple(loaded.scenario.moments))
    operation = shorten(reference_operation(loaded, base), LONGEST_HORIZON_S)
    rates = contact_rates(reference_operation(loaded, base))
    key = f"{content_key(operation)} {strain} {[(name, mine.tolist()) for name, mine in rates.items()]}"
    with _lock:
        if key not in _cache:
            reference = reference_store.find(key, say)
            if reference is None:
                reference = _pilot(operation, rates, ENOUGH_AGENTS if strain else 0, clock, on_progress)
                reference_store.keep(key, reference)
            _cache[key] = reference
        return _cache[key]


def wears_out(loaded: Loaded) -> bool:
    """Whether burnout needs its yardstick here."""
    groups = loaded.scenario.workforce.groups.values()
    return loaded.scenario.behaviour.burnout and any(group.careers is not None for group in groups)


def content_key(loaded: Loaded) -> str:
    """Hash of what is simulated: the scenario's values and the content of the side files that it mentions."""
    mentioned = {mention.table for mention in mentions(loaded.scenario)}
    parts = (
        loaded.scenario.model_dump_json(),
        *(
            repr(sorted((name, content) for name, content in files.items() if name in mentioned))
            for files in (loaded.tables, loaded.samples)
        ),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _pilot(
    operation: Loaded,
    rates: Rates,
    enough_agents: int,
    clock: ClockName,
    on_progress: Callable[[float], bool],
) -> Reference:
    """The reference of experience from as many replications as it needs; that of strain perhaps from more.

    So what customers are used to is the same whether agents wear out or not. What they are used to wait comes first,
    by the same draws, since experiences are measured against it; last, by the same draws again, a pass in which they
    live with what they experience.
    """
    neutral = Reference.neutral(tuple(operation.scenario.moments))
    usual_waits = observe_waits(operation, neutral, clock, on_progress)
    if not (operation.scenario.behaviour.memory or enough_agents):
        return usual_waits.put_into(neutral)
    blueprint = lower(operation, usual_waits.put_into(neutral))
    rows: list[Table] = []
    agents: list[Table] = []
    while len(agents) < MOST_REPLICATIONS:
        remembers = sum(map(len, rows)) < ENOUGH_MOMENTS
        if not remembers and sum(map(len, agents)) >= enough_agents:
            break
        prepared = prepare(blueprint, FIRST_PILOT_REPLICATION + len(agents), score_only=True)
        trace = simulate(prepared, log=remembers, clock=clock, on_progress=on_progress)
        agents.append(trace.agents)
        if remembers:
            rows.append(whole_moments(trace.moments))
    reference = usual_waits.put_into(reference_from(blueprint, rows, agents, rates))
    if not operation.scenario.behaviour.memory:
        return reference
    live = replace(lower(operation, reference), antithetic=False)
    lived = []
    for number in range(len(rows)):
        prepared = prepare(live, FIRST_PILOT_REPLICATION + number)
        lived.append(
            whole_moments(simulate(prepared, log=True, clock=clock, on_progress=on_progress).moments)
        )
    return usual_waits.put_into(correct(live, reference, lived, rates))


def observe_waits(
    operation: Loaded, neutral: Reference, clock: ClockName, on_progress: Callable[[float], bool]
) -> UsualWaits:
    """How long people wait there; not asked where every reason has its expected wait written."""
    if all(moment.expected_wait is not None for moment in operation.scenario.moments.values()):
        return UsualWaits()
    blueprint = lower(operation, neutral)
    intervals: list[Table] = []
    while (
        len(intervals) < MOST_REPLICATIONS
        and sum(attempts_of(rows).sum() for rows in intervals) < ENOUGH_MOMENTS
    ):
        prepared = prepare(blueprint, FIRST_PILOT_REPLICATION + len(intervals), score_only=True)
        intervals.append(simulate(prepared, clock=clock, on_progress=on_progress).intervals)
    return measure_usual_waits(blueprint, intervals)
