"""The reference pilot: how moments go in the operation in which the baselines of loyalty were observed.

Experience is scored against what customers are used to (centre, spread and quantiles per reason). A few
replications of the reference operation, scored but without any effect on anybody, measure that. The pilot is
made once per content, shared by everything that is compared, and kept on disk for later processes.
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from momentsim.contract.plan import Table
from momentsim.contract.trace import Trace, legs_of, whole_moments
from momentsim.engine.simulate import simulate
from momentsim.measures.digest import intervals_of_horizon, sum_intervals
from momentsim.measures.service import all_of, leg_facts
from momentsim.prepare import (
    Blueprint,
    Calibration,
    Loaded,
    Operation,
    Reference,
    UsualWaits,
    attempts_of,
    calibrate,
    contact_rates,
    correct,
    judge_calibration,
    lower,
    measure_usual_waits,
    observe,
    prepare,
    reference_from,
    reference_operation,
    slope_between,
)
from momentsim.prepare.pilot import Rates
from momentsim.prepare.reference import UsualService
from momentsim.runs import reference_store
from momentsim.runs.choices import ClockName
from momentsim.runs.progress import SILENT
from momentsim.scenario.files.scenario_files import mentions
from momentsim.scenario.types import Scenario

ENOUGH_MOMENTS = 100_000
ENOUGH_TO_BEGIN = 20_000
"""Attempts after which calibration has a first guess."""
MOST_REPLICATIONS = 64
"""Small scenarios need many, or the yardstick's own error would shift results; large ones need one."""

ENOUGH_AGENTS = 300
"""Agents differ, and so does their strain: small centres need several draws."""

LONGEST_HORIZON_S = 14 * 86_400.0

RUN_OUT_S = 7 * 86_400.0

FIRST_PILOT_REPLICATION = 1_000_000_001
"""Pilot replications have numbers of their own, so that no result is centred on its own draws."""

_cache: dict[str, Reference] = {}
_lock = threading.Lock()


def shorten(loaded: Loaded, horizon_s: float) -> Operation:
    """The same scenario with a horizon of at most so many seconds, run out for long: what ends late counts as well."""
    horizon = min(loaded.scenario.horizon, horizon_s)
    # how often a scenario is run is no part of what is observed, so every number of replications finds the same pilot
    run = type(loaded.scenario.run)(antithetic=loaded.scenario.run.antithetic, run_out=RUN_OUT_S)
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
    which people grow angry, the usual strain of agents who can wear out, and with what the written handling times and
    shares solved come out.
    """
    strain = wears_out(loaded)
    behaviour = loaded.scenario.behaviour
    if not (behaviour.memory or behaviour.anger or behaviour.calibration or strain):
        return Reference.neutral(tuple(loaded.scenario.moments))
    operation, rates, key = _what_is_observed(loaded, base)
    with _lock:
        if key not in _cache:
            reference = reference_store.find(key, say)
            if reference is None:
                pilot = Pilot(operation, clock, on_progress)
                reference = _pilot(pilot, rates, ENOUGH_AGENTS if strain else 0)
                reference_store.keep(key, reference)
            _cache[key] = reference
        return _cache[key]


def kept_reference_for(loaded: Loaded, base: Loaded) -> Reference | None:
    """The same if it has been made before, in this process or an earlier one."""
    key = _what_is_observed(loaded, base)[2]
    with _lock:
        return _cache.get(key) or reference_store.find(key, SILENT.say)


def _what_is_observed(loaded: Loaded, base: Loaded) -> tuple[Operation, Rates, str]:
    """The operation of the pilot, its rates of contacts, and the name of both together."""
    whole = reference_operation(loaded, base)
    operation, rates = shorten(whole, LONGEST_HORIZON_S), contact_rates(whole)
    named = [(name, mine.tolist()) for name, mine in rates.items()]
    return operation, rates, f"{content_key(operation)} {wears_out(loaded)} {named}"


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


def unnumbered(loaded: Loaded) -> Operation:
    """The scenario without how often it is run, which no replication depends on."""
    run = loaded.scenario.run
    plain = type(run)(antithetic=run.antithetic, run_out=run.run_out)
    return Operation(loaded.scenario.model_copy(update={"run": plain}), loaded.tables, loaded.samples)


class Pilot(NamedTuple):
    """The operation that is observed, and how it is simulated."""

    operation: Loaded
    clock: ClockName
    on_progress: Callable[[float], bool]

    def trace(self, blueprint: Blueprint, number: int, *, live: bool = False, log: bool = False) -> Trace:
        """One replication of `blueprint`; unless `live`, experiences are scored and move nobody."""
        prepared = prepare(blueprint, FIRST_PILOT_REPLICATION + number, score_only=not live, evenly=True)
        return simulate(prepared, log=log, clock=self.clock, on_progress=self.on_progress)

    def service(self, blueprint: Blueprint, enough: int = ENOUGH_MOMENTS) -> list[Table]:
        """INTERVAL rows of as many replications as have enough attempts; of a small scenario, in proportion."""
        most = math.ceil(MOST_REPLICATIONS * enough / ENOUGH_MOMENTS)
        intervals: list[Table] = []
        attempts = 0
        while len(intervals) < most and attempts < enough:
            intervals.append(self.trace(blueprint, len(intervals)).intervals)
            attempts += int(attempts_of(intervals[-1]).sum())
        return intervals


class Service(NamedTuple):
    """What is usual there: waits, and with what the written handling times and shares solved come out."""

    waits: UsualWaits
    calibration: Calibration
    slope: float = 1.0
    """Of talks by their factors (see `slope_between`)."""

    def put_into(self, reference: Reference) -> Reference:
        """The same reference with these."""
        return self.calibration.put_into(self.waits.put_into(reference))


def _pilot(pilot: Pilot, rates: Rates, enough_agents: int) -> Reference:
    """The reference of experience from as many replications as it needs; that of strain perhaps from more.

    So what customers are used to is the same whether agents wear out or not. How they are served comes first, by the
    same draws, since experiences are measured against it; last, by the same draws again, a pass in which they live with
    what they experience.
    """
    behaviour = pilot.operation.scenario.behaviour
    neutral = Reference.neutral(tuple(pilot.operation.scenario.moments))
    service = observe_service(pilot, neutral, judged=not (behaviour.memory or enough_agents))
    if not (behaviour.memory or enough_agents):
        return service.put_into(neutral)
    blueprint = lower(pilot.operation, service.put_into(neutral))
    rows: list[Table] = []
    agents: list[Table] = []
    intervals: list[Table] = []
    while len(agents) < MOST_REPLICATIONS:
        remembers = sum(map(len, rows)) < ENOUGH_MOMENTS
        if not remembers and sum(map(len, agents)) >= enough_agents:
            break
        trace = pilot.trace(blueprint, len(agents), log=remembers)
        agents.append(trace.agents)
        intervals.append(trace.intervals)
        if remembers:
            rows.append(whole_moments(trace.moments))
    if behaviour.calibration:
        seen, kept = observe(blueprint, intervals), service.calibration
        kept = calibrate(kept, seen, service.slope) if behaviour.memory else judge_calibration(kept, seen)
        service = service._replace(calibration=kept)
    reference = service.put_into(reference_from(blueprint, rows, agents, rates))
    reference = replace(reference, service=usual_service(pilot.operation.scenario, blueprint, intervals))
    return _live_with(pilot, reference, service, len(rows), rates) if behaviour.memory else reference


def _live_with(
    pilot: Pilot, reference: Reference, service: Service, replications: int, rates: Rates
) -> Reference:
    """The reference with what a live pass finds customers to live with, and what its calibration leaves."""
    live = replace(lower(pilot.operation, reference), antithetic=False)
    lived, intervals = [], []
    for number in range(replications):
        trace = pilot.trace(live, number, live=True, log=True)
        lived.append(whole_moments(trace.moments))
        intervals.append(trace.intervals)
    if pilot.operation.scenario.behaviour.calibration:
        service = service._replace(
            calibration=judge_calibration(service.calibration, observe(live, intervals))
        )
    corrected = service.put_into(correct(live, reference, lived, rates))
    return replace(corrected, service=usual_service(pilot.operation.scenario, live, intervals))


def usual_service(scenario: Scenario, blueprint: Blueprint, intervals: Sequence[Table]) -> UsualService:
    """How calls of the horizon fared, from the INTERVAL rows of each replication of a pilot."""
    end = intervals_of_horizon(blueprint.settings)
    rows = np.stack([sum_intervals(table[:end]) for table in intervals])
    calls = legs_of(blueprint.reasons, blueprint.queues.diverts)["message"] == 0
    facts = leg_facts(scenario, lambda values: all_of(values, calls), rows)
    sums = {name: float(values.sum()) for name, values in facts.items()}

    def share(top: float, bottom: str) -> float:
        return top / sums[bottom] if sums[bottom] > 0 else 0.0

    return UsualService(
        calls=sums["offered"],
        service_level=share(sums["service_met"], "service_base"),
        wait_s=share(sums["wait_answered_s"], "answered_on_line"),
        hung_up=share(sums["abandoned"], "offered"),
        turned_away=share(
            sums["blocked"] + sums["balked"] + sums["disconnected"] + sums["diverted"], "offered"
        ),
        solved=share(sums["first_solved"], "first_answers"),
    )


def observe_service(pilot: Pilot, neutral: Reference, *, judged: bool) -> Service:
    """How customers are served there: two passes, of which the first, short one shows about how much to calibrate.

    `judged`: a third one shows what the calibration leaves, for want of later passes that do.
    """
    scenario = pilot.operation.scenario
    service = Service(UsualWaits(), Calibration.none(len(neutral.reasons)))
    if not scenario.behaviour.calibration:
        if all(moment.expected_wait is not None for moment in scenario.moments.values()):
            return service
        blueprint = lower(pilot.operation, neutral)
        return service._replace(waits=measure_usual_waits(blueprint, pilot.service(blueprint)))
    blueprint = lower(pilot.operation, neutral)
    intervals = pilot.service(blueprint, ENOUGH_TO_BEGIN)
    begun = service.calibration, observe(blueprint, intervals)
    service = Service(measure_usual_waits(blueprint, intervals), calibrate(*begun))
    beginning = len(intervals)
    blueprint = lower(pilot.operation, service.put_into(neutral))
    intervals = pilot.service(blueprint)
    slope = slope_between(begun, (service.calibration, observe(blueprint, intervals[:beginning])))
    calibration = calibrate(service.calibration, observe(blueprint, intervals), slope)
    service = Service(measure_usual_waits(blueprint, intervals), calibration, slope)
    if judged:
        blueprint = lower(pilot.operation, service.put_into(neutral))
        seen = observe(blueprint, pilot.service(blueprint))
        service = service._replace(calibration=judge_calibration(calibration, seen))
    return service
