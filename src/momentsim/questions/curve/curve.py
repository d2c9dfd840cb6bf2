"""What each hour of waiting costs: one lever pulled at several times, or never, under the same luck.

A replication runs to the first time, forks, has the lever pulled in the fork, goes on to the next time, and so on: the
common past is simulated once, and every future lives through the same draws. Differences are paired by replication.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, NamedTuple

import pandas as pd

from momentsim.contract.plan import HOUR, SECOND, LeverAction, Names, Prepared
from momentsim.engine import SteeredRun
from momentsim.errors import MomentsimError
from momentsim.measures.columns import CURVE
from momentsim.measures.digest import Digest, digest
from momentsim.measures.display import Short, ShownAnswer
from momentsim.measures.facts import Sample, members_of
from momentsim.measures.statistics import Estimate, difference, interval, simultaneous
from momentsim.measures.summary import estimate_by_name
from momentsim.prepare import prepare
from momentsim.prepare.levers import lever_names
from momentsim.questions.curve.kept_futures import KeptFutures
from momentsim.questions.curve.times import read_times
from momentsim.runs.backends.base import FinishedReplication
from momentsim.runs.identity import combine, identity
from momentsim.runs.playbook_centre import PlaybookMistake, find_lever
from momentsim.runs.progress import SILENT, Progress, SharesDone
from momentsim.runs.result import Result
from momentsim.runs.settings import RunSettings
from momentsim.runs.side_by_side import first_interrupt_stops, take_in_order
from momentsim.runs.steered_centre import Steerable, steerable
from momentsim.runs.steering import UNSTEERED, Steering
from momentsim.scenario import LoadedScenario
from momentsim.scenario.sections.size_checks import words_for_unpaired

VALUE, UNSERVED, COST, BENEFIT = "value_net", "unserved", "cost_total", "net_benefit"
MEASURES: Final = (VALUE, UNSERVED, COST, BENEFIT)
"""Customer value, people never helped (in a crisis), what all of it costs, and value less cost."""


@dataclass(frozen=True)
class CurveQuestion:
    """A lever by its row in the plan and its name, and the times at which it is pulled, since the start, ascending.

    `steering` has a file of pulls for all else, where that is not as the scenario plans it.
    """

    loaded: LoadedScenario
    base: LoadedScenario
    lever: int
    name: str
    times: tuple[int, ...]
    steering: Steering = UNSTEERED


@dataclass(frozen=True, repr=False)
class Curve(ShownAnswer):
    """What a lever brings by when it is pulled: `table` has a row per time, `never` is the run without it."""

    question: CurveQuestion
    table: pd.DataFrame
    never: Result
    """The run in which the lever is never pulled; other levers are as planned, or as a file says."""

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended it early."""
        return self.never.interrupted

    @property
    def identity(self) -> str:
        """Hash of what was asked."""
        return self.never.identity

    def short(self) -> Short:
        """Net benefit by time."""
        columns = ["pulled_at", f"{BENEFIT}_never", f"{BENEFIT}_never_low", f"{BENEFIT}_never_high"]
        times = f"pulled at {len(self.table)} times against never"
        title = f"{self.question.name} {times}, {len(self.never.digests)} replications"
        return Short(title, self.table[columns], ".table; ms.words, ms.plot, ms.save")


def ask_curve(
    loaded: LoadedScenario,
    base: LoadedScenario,
    lever: str,
    times: Sequence[str],
    steering: Steering = UNSTEERED,
) -> CurveQuestion:
    """The question about the lever of this name, or of which this part fits one only, at times as people write them.

    `steering` may have a file of pulls: what is done to the other levers.
    Raises MomentsimError for a lever or a time that is none.
    """
    names = lever_names(loaded.scenario)
    try:
        row = find_lever(lever, names)
    except PlaybookMistake as error:
        raise MomentsimError(f"{loaded.path}: {error}") from error
    return CurveQuestion(loaded, base, row, names[row], tuple(read_times(times, loaded.scenario)), steering)


def curve_identity(question: CurveQuestion, settings: RunSettings) -> str:
    """SHA-256 of the scenario, its reference, the replications, the lever and the times."""
    times = " ".join(map(str, question.times))
    of_runs = identity(question.loaded, question.base, settings, question.steering)
    return combine([of_runs, f"curve {question.name} {times}"])


class Futures(NamedTuple):
    """What one replication leaves: the lever never pulled, then pulled at each time."""

    names: Names
    digests: tuple[Digest, ...]


def curve(question: CurveQuestion, settings: RunSettings, *, progress: Progress = SILENT) -> Curve:
    """Simulate every replication with all its futures, and pair them.

    Ctrl-C ends it early, with the replications that are finished. With `settings.keep` these are kept one by one, and
    those that lie there are not made again. Raises KeyboardInterrupt if none is finished, and MomentsimError where
    antithetic replications are no whole pairs.
    """
    members = members_of(question.loaded.scenario)
    if settings.replications % members:
        raise MomentsimError(f"run.replications: {', '.join(words_for_unpaired(settings.replications))}")
    progress.stage("reference")
    ready = steerable(question.loaded, question.base, progress)
    progress.stage("simulate")
    shares = SharesDone(settings.replications, progress)
    stop = threading.Event()
    done: list[Futures] = []
    keep = None
    if settings.keep is not None:
        asked = curve_identity(question, settings)
        keep = KeptFutures(settings.keep, asked, 1 + len(question.times), ready, progress.say)
        keep.tell_left(settings.replications)

    def work(number: int) -> Futures | None:
        return futures_of(ready, question, number + 1, stop, keep)

    def take(number: int, futures: Futures) -> None:
        shares.update(number, 1.0)
        done.append(futures)

    with first_interrupt_stops(stop):
        take_in_order(range(settings.replications), work, take, workers=settings.workers, stop=stop)
    return answer_of(question, settings, ready, done)


def answer_of(
    question: CurveQuestion, settings: RunSettings, ready: Steerable, done: Sequence[Futures]
) -> Curve:
    """The answer from the futures of replications 1, 2 and so on; raises KeyboardInterrupt where there is none."""
    members = members_of(question.loaded.scenario)
    whole = done[: len(done) // members * members]
    if not whole:
        raise KeyboardInterrupt("before the first replication was finished")
    never = Result(
        loaded=question.loaded,
        identity=curve_identity(question, settings),
        settings=settings,
        steering=question.steering,
        names=whole[0].names,
        digests={number + 1: futures.digests[0] for number, futures in enumerate(whole)},
        traces={},
        pulled={},
        plan=ready.plan,
        interrupted=len(whole) < settings.replications,
    )
    return Curve(question, curve_table(question, ready.loaded, whole), never)


def futures_of(
    ready: Steerable,
    question: CurveQuestion,
    replication: int,
    stop: threading.Event,
    keep: KeptFutures | None = None,
) -> Futures | None:
    """All futures of one replication, from where they are kept or made and kept there; None when it was stopped."""
    found = None if keep is None else keep.find(replication)
    if found is None:
        found = _make_futures(ready, question, replication, stop)
        if found is not None and keep is not None:
            keep.put(replication, found)
    return None if found is None else Futures(found[0].names, tuple(future.digest for future in found))


def _make_futures(
    ready: Steerable, question: CurveQuestion, replication: int, stop: threading.Event
) -> list[FinishedReplication] | None:
    steered = question.steering.with_levers(prepare(ready.blueprint, replication), replication)
    prepared = _without(steered, question.lever)
    past = SteeredRun(prepared)
    pulled: list[FinishedReplication] = []
    for time in question.times:
        if stop.is_set():
            return None
        past.advance(time)
        future = past.fork()
        if not future.is_over:
            future.pull(question.lever, int(prepared.plan.levers["size"][question.lever]))
        pulled.append(_finished(prepared, future))
    return [_finished(prepared, past), *pulled]


def _finished(prepared: Prepared, future: SteeredRun) -> FinishedReplication:
    trace = future.finish()
    return FinishedReplication(prepared.names, digest(prepared, trace), trace.levers, None)


def _without(prepared: Prepared, lever: int) -> Prepared:
    """The replication in which nothing is planned for this lever but its end; others are as planned."""
    plan = prepared.plan
    actions, triggers = (
        table[(table["lever"] != lever) | (table["action"] != LeverAction.PULL)]
        for table in (plan.lever_actions, plan.triggers)
    )
    return prepared._replace(plan=plan._replace(lever_actions=actions, triggers=triggers))


def curve_table(question: CurveQuestion, loaded: LoadedScenario, futures: Sequence[Futures]) -> pd.DataFrame:
    """A row per time; intervals of one measure and view hold together for all times (Bonferroni, paired t)."""
    estimates = [
        estimate_by_name(MEASURES, Sample(loaded.scenario, futures[0].names, digests))
        for digests in zip(*(one.digests for one in futures), strict=True)
    ]
    never, pulled = estimates[0], estimates[1:]
    rows: list[dict[str, Any]] = []
    for number, (time, estimated) in enumerate(zip(question.times, pulled, strict=True)):
        date = question.loaded.scenario.start + timedelta(microseconds=time)
        row: dict[str, Any] = {"pulled_s": time / SECOND, "pulled_at": date}
        for measure in MEASURES:
            row[measure] = float(estimated[measure].value[0])
            row |= _against("never", measure, never, estimated, len(pulled))
            if number:
                row |= _against("first", measure, pulled[0], estimated, len(pulled) - 1)
                hours = (time - question.times[number - 1]) / HOUR
                row |= _against("hour", measure, pulled[number - 1], estimated, len(pulled) - 1, hours)
        rows.append({**row, "replications": len(futures)})
    return pd.DataFrame(rows, columns=list(CURVE))


def _against(
    view: str,
    measure: str,
    before: Mapping[str, Estimate],
    after: Mapping[str, Estimate],
    family: int,
    hours: float = 1.0,
) -> dict[str, float]:
    changed = difference(before[measure], after[measure])
    limits = interval(changed, simultaneous(family))
    ends = {"": changed.value, "_low": limits.low, "_high": limits.high}
    return {f"{measure}_{view}{end}": float(number[0]) / hours for end, number in ends.items()}
