"""Runs scenarios: the reference pilot, then replications in threads, each reduced to a digest at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from momentsim.engine import Interrupted, simulate
from momentsim.errors import MomentsimError
from momentsim.experiments.identity import identity
from momentsim.experiments.logs import LogPart, LogWriter
from momentsim.experiments.pool import first_interrupt_stops, take_in_order
from momentsim.experiments.precision import Reach, look, next_look
from momentsim.experiments.progress import SILENT, Progress, SharesDone
from momentsim.experiments.reference import reference_for
from momentsim.experiments.result import Result
from momentsim.experiments.settings import Settings
from momentsim.experiments.steering import UNSTEERED, Steering
from momentsim.experiments.timing import Stopwatch
from momentsim.experiments.warm_up import cache_is_cold, compile_once
from momentsim.measures.digest import Digest, digest
from momentsim.measures.facts import Sample, members_of
from momentsim.measures.tables import levers_table
from momentsim.model import Blueprint, lower, prepare, reference_operation
from momentsim.plan import Names
from momentsim.scenario.checks_size import unpaired
from momentsim.trace import Trace

if TYPE_CHECKING:
    from momentsim.scenario import LoadedScenario, Scenario


class Case(NamedTuple):
    """A scenario to run, the scenario whose operation its baselines of loyalty were observed in, and who steers."""

    loaded: LoadedScenario
    base: LoadedScenario
    steering: Steering = UNSTEERED


class Ready(NamedTuple):
    """A case lowered once, ready for any replication."""

    scenario: Scenario
    blueprint: Blueprint
    steering: Steering


class Finished(NamedTuple):
    """What one replication leaves."""

    names: Names
    digest: Digest
    levers: pd.DataFrame
    log: Trace | LogPart | None  # in memory, on disk, or not kept


@dataclass
class Harvest:
    """The finished replications of one case, growing; `planned` of them were to be made when it ended."""

    digests: dict[int, Digest] = field(default_factory=dict)
    traces: dict[int, Trace] = field(default_factory=dict)
    levers: list[pd.DataFrame] = field(default_factory=list)
    names: Names | None = None
    waiting: dict[int, Finished] = field(default_factory=dict)
    """Finished, but the other half of the antithetic pair is not."""

    def whole(self, replication: int, finished: Finished, members: int) -> list[tuple[int, Finished]]:
        """What can be kept now: the replication, or where units have two members a pair when both are there."""
        self.waiting[replication] = finished
        first = replication - (replication - 1) % members
        unit = range(first, first + members)
        if not all(member in self.waiting for member in unit):
            return []
        return [(member, self.waiting.pop(member)) for member in unit]

    planned: int = 0
    reaches: tuple[Reach, ...] = ()


def run(
    loaded: LoadedScenario,
    base: LoadedScenario,
    settings: Settings,
    *,
    progress: Progress = SILENT,
    logs: LogWriter | None = None,
    steering: Steering = UNSTEERED,
) -> Result:
    """Run one scenario. Logs are streamed to `logs`; without it they stay in memory, in the result.

    `steering` with a playbook needs the SimPy clock in `settings` (`Steering.clock`). Ctrl-C ends the run early;
    the result then holds what is finished and is marked `interrupted`. Raises KeyboardInterrupt if nothing was.
    """
    return run_cases([Case(loaded, base, steering)], settings, progress=progress, logs=logs)[0]


def run_cases(
    cases: Sequence[Case],
    settings: Settings,
    *,
    progress: Progress = SILENT,
    logs: LogWriter | None = None,
) -> list[Result]:
    """Run several scenarios under the same draws, replication by replication, so that a stop leaves pairs.

    Raises MomentsimError where antithetic replications are no whole pairs, or only some cases have them.
    """
    _check_units(cases, settings)
    watch = Stopwatch()
    with watch.stage("compile"):
        if cache_is_cold(settings.clock):
            first = cases[0]
            compile_once(
                reference_operation(first.loaded, first.base), clock=settings.clock, progress=progress
            )
    ready = [_lowered(case, settings, watch, progress) for case in cases]
    progress.stage("simulate")
    stop = threading.Event()
    with watch.stage("simulate"), first_interrupt_stops(stop):
        harvests = _replicate(ready, settings, stop=stop, progress=progress, logs=logs)
    return [
        _result(case, settings, harvest, watch.seconds) for case, harvest in zip(cases, harvests, strict=True)
    ]


def _check_units(cases: Sequence[Case], settings: Settings) -> None:
    members = {members_of(case.loaded.scenario) for case in cases}
    if len(members) > 1:
        raise MomentsimError("run.antithetic: on in one case and off in another, but all need the same draws")
    if settings.replications % members.pop():
        raise MomentsimError(f"run.replications: {', '.join(unpaired(settings.replications))}")


def _lowered(case: Case, settings: Settings, watch: Stopwatch, progress: Progress) -> Ready:
    def tell(share: float) -> bool:
        progress.share(share)
        return True

    progress.stage("reference")
    with watch.stage("reference"):
        # nobody steers the reference operation, so a playbook does not make it slow
        clock = "compiled" if case.steering.playbook is not None else settings.clock
        reference = reference_for(case.loaded, case.base, clock=clock, on_progress=tell)
    progress.stage("prepare")
    with watch.stage("prepare"):
        return Ready(case.loaded.scenario, lower(case.loaded, reference), case.steering)


def _replicate(
    ready: Sequence[Ready],
    settings: Settings,
    *,
    stop: threading.Event,
    progress: Progress,
    logs: LogWriter | None,
) -> list[Harvest]:
    """Job number j is replication j // cases + 1 of case j % cases; from look to look."""
    shares = SharesDone(settings.first_look * len(ready), progress)
    harvests = [Harvest() for _ in ready]

    def work(job: int) -> Finished | None:
        replication, case = divmod(job, len(ready))

        def tell(done: float) -> bool:
            shares.update(job, done)
            return not stop.is_set()

        return _one(ready[case], replication + 1, settings, logs=logs, tell=tell)

    def take(job: int, finished: Finished) -> None:
        replication, case = divmod(job, len(ready))
        shares.update(job, 1.0)
        members = members_of(ready[case].scenario)
        for number, kept in harvests[case].whole(replication + 1, finished, members):
            _gather(harvests[case], number, kept, logs)

    done, until = 0, settings.first_look
    while until > done:
        shares.expect(until * len(ready))
        for harvest in harvests:
            harvest.planned = until
        jobs = range(done * len(ready), until * len(ready))
        take_in_order(jobs, work, take, workers=settings.workers, stop=stop)
        done, until = until, _next_look(ready, harvests, settings)
    return harvests


def _next_look(ready: Sequence[Ready], harvests: Sequence[Harvest], settings: Settings) -> int:
    """Replications that every case needs now; 0 when none needs more, or Ctrl-C came."""
    if settings.precision is None or any(len(harvest.digests) < harvest.planned for harvest in harvests):
        return 0
    wanted = [0]
    for case, harvest in zip(ready, harvests, strict=True):
        assert harvest.names is not None, "all replications of the last look are there"
        sample = Sample(case.scenario, harvest.names, tuple(harvest.digests.values()))
        harvest.reaches = look(settings.precision, sample)
        wanted.append(next_look(harvest.reaches, settings.replications) or 0)
    return max(wanted)


def _one(
    ready: Ready,
    replication: int,
    settings: Settings,
    *,
    logs: LogWriter | None,
    tell: Callable[[float], bool],
) -> Finished | None:
    """Simulate one replication and reduce it; None when it was stopped."""
    logged = settings.logs(replication)
    prepared = ready.steering.planned(prepare(ready.blueprint, replication), replication)
    watch = ready.steering.watch(prepared.names, ready.scenario.start)
    told = partial(simulate, prepared, log=logged, clock=settings.clock, on_progress=tell, watch=watch)
    log: Trace | LogPart | None
    try:
        if logged and logs is not None:
            with logs.part(replication, prepared.names) as log:
                trace = told(take_rows=log.take_rows)
                log.finish(trace)
        else:
            trace = told()
            log = trace if logged else None
    except Interrupted:
        return None
    levers = levers_table(ready.scenario, prepared.names, trace, replication)
    return Finished(prepared.names, digest(prepared, trace), levers, log)


def _gather(harvest: Harvest, replication: int, finished: Finished, logs: LogWriter | None) -> None:
    harvest.names = finished.names
    harvest.digests[replication] = finished.digest
    harvest.levers.append(finished.levers)
    if isinstance(finished.log, Trace):
        harvest.traces[replication] = finished.log
    elif finished.log is not None and logs is not None:
        logs.take(finished.log)


def _result(case: Case, settings: Settings, harvest: Harvest, seconds: dict[str, float]) -> Result:
    if harvest.names is None:
        raise KeyboardInterrupt("before the first replication was finished; nothing is kept")
    return Result(
        loaded=case.loaded,
        identity=identity(case.loaded, case.base, settings, case.steering),
        settings=settings,
        steering=case.steering,
        names=harvest.names,
        digests=harvest.digests,
        traces=harvest.traces,
        levers=pd.concat(harvest.levers, ignore_index=True),
        interrupted=len(harvest.digests) < harvest.planned,
        reaches=harvest.reaches,
        seconds=seconds,
    )
