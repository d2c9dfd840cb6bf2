"""Runs scenarios: the reference pilot, then replications, each reduced to a digest at once and kept."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from momentsim.errors import MomentsimError
from momentsim.measures.facts import Sample, members_of
from momentsim.runs.backends.base import Backend, FinishedReplication, PortableCase, Replication
from momentsim.runs.backends.fingerprint import fingerprint
from momentsim.runs.backends.open_backend import open_backend
from momentsim.runs.collected import CollectedReplications
from momentsim.runs.compiling import compile_if_cold
from momentsim.runs.identity import identity
from momentsim.runs.logs import LogWriter
from momentsim.runs.observed_words import left_unexplained
from momentsim.runs.precision import look, look_at_difference, next_look
from momentsim.runs.progress import SILENT, Progress, SharesDone
from momentsim.runs.reference import content_key, reference_for, unnumbered
from momentsim.runs.result import Result
from momentsim.runs.settings import RunSettings
from momentsim.runs.side_by_side import first_interrupt_stops, take_in_order
from momentsim.runs.staffing.plan import Plan, Planner, Staffed
from momentsim.runs.steering import UNSTEERED, Steering
from momentsim.runs.timing import Stopwatch
from momentsim.runs.usual_operation import UsualOperation, usual_of
from momentsim.scenario.sections.size_checks import words_for_unpaired

if TYPE_CHECKING:
    from momentsim.scenario import LoadedScenario


class Case(NamedTuple):
    """A scenario to run, the scenario whose operation its baselines of loyalty were observed in, and who steers."""

    loaded: LoadedScenario
    base: LoadedScenario
    steering: Steering = UNSTEERED


def run(
    loaded: LoadedScenario,
    base: LoadedScenario,
    settings: RunSettings,
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
    settings: RunSettings,
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
        compile_if_cold(cases[0].loaded, cases[0].base, settings.clock, progress)
    with watch.stage("plan"):
        staffed = [_staffed(case, settings, progress) for case in cases]
    portable_cases = [
        _portable_case(case._replace(loaded=each.loaded, base=each.base), settings, watch, progress)
        for case, each in zip(cases, staffed, strict=True)
    ]
    progress.stage("prepare")
    with watch.stage("prepare"):
        backend = open_backend(
            portable_cases, settings, parts=None if logs is None else logs.parts, progress=progress
        )
    stop = threading.Event()
    with closing(backend):
        progress.stage("simulate")
        with watch.stage("simulate"), first_interrupt_stops(stop):
            collected = _replicate(portable_cases, backend, settings, stop=stop, progress=progress, logs=logs)
    usuals = [
        usual_of(each.loaded, each.base, portable.reference.service)
        for each, portable in zip(staffed, portable_cases, strict=True)
    ]
    return [
        _result(case, each.plan, settings, one, watch.seconds, usual)
        for case, each, one, usual in zip(cases, staffed, collected, usuals, strict=True)
    ]


def _check_units(cases: Sequence[Case], settings: RunSettings) -> None:
    members = {members_of(case.loaded.scenario) for case in cases}
    if len(members) > 1:
        raise MomentsimError("run.antithetic: on in one case and off in another, but all need the same draws")
    if settings.replications % members.pop():
        raise MomentsimError(f"run.replications: {', '.join(words_for_unpaired(settings.replications))}")


def _staffed(case: Case, settings: RunSettings, progress: Progress) -> Staffed:
    """The case with heads by interval wherever its file has a goal."""
    clock = "compiled" if case.steering.playbook is not None else settings.clock
    return Planner(clock, progress).staffed(case.loaded, case.base)


def _portable_case(case: Case, settings: RunSettings, watch: Stopwatch, progress: Progress) -> PortableCase:
    """What all replications of a case are made from; the reference pilot is made here, once for all workers."""

    def tell(share: float) -> bool:
        progress.share(share)
        return True

    progress.stage("reference")
    with watch.stage("reference"):
        # nobody steers the reference operation, so a playbook does not make it slow
        clock = "compiled" if case.steering.playbook is not None else settings.clock
        reference = reference_for(case.loaded, case.base, clock=clock, on_progress=tell, say=progress.say)
        for words in left_unexplained(case.loaded, reference):
            progress.say(f"warning: {words}")
    loaded = case.loaded
    parts = (
        content_key(unnumbered(loaded)),
        repr(reference),
        *case.steering.identity(),
        repr(fingerprint()),
    )
    return PortableCase(
        key=hashlib.sha256("\n".join(parts).encode()).hexdigest(),
        name=loaded.variant or loaded.scenario.name,
        scenario=loaded.scenario,
        tables=dict(loaded.tables),
        samples=dict(loaded.samples),
        reference=reference,
        steering=case.steering,
    )


def _replicate(
    portable_cases: Sequence[PortableCase],
    backend: Backend,
    settings: RunSettings,
    *,
    stop: threading.Event,
    progress: Progress,
    logs: LogWriter | None,
) -> list[CollectedReplications]:
    """Job number j is replication j // cases + 1 of case j % cases; from look to look."""
    shares = SharesDone(settings.first_look * len(portable_cases), progress)
    collected = [CollectedReplications() for _ in portable_cases]

    def job_of(number: int) -> Replication:
        replication, case = divmod(number, len(portable_cases))
        return Replication(case, replication + 1)

    def work(number: int) -> FinishedReplication | None:
        def tell(done: float) -> bool:
            shares.update(number, done)
            return not stop.is_set()

        return backend.perform(job_of(number), tell)

    def take(number: int, finished: FinishedReplication) -> None:
        case, replication = job_of(number)
        shares.update(number, 1.0)
        members = members_of(portable_cases[case].scenario)
        for member, kept in collected[case].complete_units(replication, finished, members):
            collected[case].gather(member, kept, logs)

    done, until = 0, settings.first_look
    while until > done:
        shares.expect(until * len(portable_cases))
        for one in collected:
            one.planned = until
        jobs = range(done * len(portable_cases), until * len(portable_cases))
        take_in_order(jobs, work, take, workers=backend.places, stop=stop)
        done, until = until, _next_look(portable_cases, collected, settings)
    return collected


def _next_look(
    portable_cases: Sequence[PortableCase], collected: Sequence[CollectedReplications], settings: RunSettings
) -> int:
    """Replications that every case needs now; 0 when none needs more, or Ctrl-C came."""
    if settings.precision is None or any(len(one.digests) < one.planned for one in collected):
        return 0
    precision = settings.precision
    samples = [
        Sample(case.scenario, one.names, tuple(one.digests.values()))
        for case, one in zip(portable_cases, collected, strict=True)
        if one.names is not None
    ]
    if precision.paired:
        for one, sample in zip(collected[1:], samples[1:], strict=True):
            one.reaches = look_at_difference(precision, samples[0], sample)
    else:
        for one, sample in zip(collected, samples, strict=True):
            one.reaches = look(precision, sample)
    looked = [one.reaches for one in collected if one.reaches]
    return max((next_look(reaches, settings.replications) or 0 for reaches in looked), default=0)


def _result(
    case: Case,
    plan: Plan,
    settings: RunSettings,
    collected: CollectedReplications,
    seconds: dict[str, float],
    usual: UsualOperation,
) -> Result:
    if collected.names is None:
        raise KeyboardInterrupt("before the first replication was finished")
    return Result(
        loaded=case.loaded,
        identity=identity(case.loaded, case.base, settings, case.steering),
        settings=settings,
        steering=case.steering,
        plan=plan,
        names=collected.names,
        digests=collected.digests,
        traces=collected.traces,
        pulled=collected.pulled,
        interrupted=len(collected.digests) < collected.planned,
        reaches=collected.reaches,
        usual=usual,
        seconds=seconds,
    )
