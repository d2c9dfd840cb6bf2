"""Runs of one scenario, and variants compared."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from momentsim.api.asking import (
    Overrides,
    ScenarioLike,
    as_written,
    ensure_loaded,
    load,
    replications_for,
    settings_of,
)
from momentsim.errors import MomentsimError

if TYPE_CHECKING:
    from momentsim.questions.compare.compare import Comparison
    from momentsim.runs.choices import BackendName, ClockName, LogChoice
    from momentsim.runs.progress import Progress
    from momentsim.runs.result import Result
    from momentsim.runs.steered_centre import SteeredCentre


def run(
    scenario: ScenarioLike,
    *,
    variant: str | None = None,
    overrides: Overrides = (),
    replications: int | None = None,
    precision: float | str | None = None,
    measures: Iterable[str] = (),
    max_replications: int | None = None,
    clock: ClockName | None = None,
    log: LogChoice = "first",
    workers: int | None = None,
    backend: BackendName = "threads",
    address: str | None = None,
    keep: str | Path | None = None,
    progress: Progress | None = None,
    playbook: str | Path | None = None,
    levers: str | Path | None = None,
) -> Result:
    """Simulate a scenario: `.summary`, `.intervals`, `.ledger`; `.contacts` and `.moments` of what is logged.

    `variant` and `overrides` are as in `load`, for a scenario that is a file.
    `replications` is as the scenario says unless given; instead, `precision` (0.02 or "2 %") repeats until the
    95 % interval of each of `measures` (a few headline ones if none is named) is that far to either side, in
    percentage points for shares and relative otherwise, and at most `max_replications` times (200); `.reaches`
    then says how precise each one is. `backend` is "serial", "threads", "processes" or "dask" (with the
    `address` of a scheduler), with so many `workers`, else one per processor; results are the same. `keep` is a
    folder in which every finished replication is kept at once and found by a later call (docs/running.md). The
    scenario's file without variant and overrides is the operation in which customers' loyalty was observed.
    `playbook` is a Python file that watches and pulls levers (on the SimPy clock); `levers` is a file that says
    when they are pulled, like `levers.csv` of an earlier run. Both: see docs/playbooks.md.
    """
    from momentsim.runs.precision import precision_like
    from momentsim.runs.progress import SILENT
    from momentsim.runs.replication_count import replications_asked
    from momentsim.runs.run import run as run_loaded
    from momentsim.runs.settings import where
    from momentsim.runs.steering import read_steering

    loaded = ensure_loaded(scenario, variant=variant, overrides=overrides)
    steering = read_steering(playbook, levers, loaded.scenario)
    planned = replications_asked(loaded, replications, precision_like(precision, measures), max_replications)
    placed = where(workers, backend, address)
    settings = settings_of(planned, placed, keep, steering.clock(clock), log)
    return run_loaded(loaded, load(loaded.path), settings, progress=progress or SILENT, steering=steering)


def compare(
    path: str | Path,
    variants: Iterable[str] = (),
    *,
    baseline: str | None = None,
    overrides: Overrides = (),
    replications: int | None = None,
    precision: float | str | None = None,
    measures: Iterable[str] = (),
    max_replications: int | None = None,
    clock: ClockName = "compiled",
    workers: int | None = None,
    backend: BackendName = "threads",
    address: str | None = None,
    keep: str | Path | None = None,
    worlds: int | None = None,
    levers: Iterable[str | Path] = (),
    progress: Progress | None = None,
) -> Comparison:
    """Run variants of a scenario file (all if none is named) against the baseline under common draws.

    With `levers`, files like `levers.csv` of an earlier run, pulls are compared in place of variants: those of each
    file, named by it, `nothing` (no lever is pulled; the baseline unless named) and `as_planned` by the scenario.

    `.table` has the paired differences with intervals, `.verdicts` what is gained at what cost, `.ranking` the
    places. The baseline is the file as it stands unless named; `overrides` hold for every case. With
    `worlds` (8..10,000; 64 is a good number) the same is asked in so many plausible worlds, spanned by everything
    that is tagged assumed or claimed: `.worlds.spread`, `.worlds.assumptions`; see decision 17.
    `precision` repeats until the 95 % interval of each difference is that far to either side, in percentage points
    for shares and relative to the baseline otherwise; not together with `worlds`.
    `backend`, `address` and `keep` are as in `run`.
    """
    from momentsim.questions.compare.compare import asked_cases
    from momentsim.questions.compare.compare import compare as compare_loaded
    from momentsim.runs.precision import precision_like
    from momentsim.runs.progress import SILENT
    from momentsim.runs.replication_count import replications_asked
    from momentsim.runs.settings import where

    written = as_written(overrides)
    files = [Path(file) for file in levers]
    asked = asked_cases(Path(path), list(variants), files, baseline=baseline, overrides=written)
    cases = asked.cases
    base = load(path)
    wish = precision_like(precision, measures, paired=True)
    first = next(iter(cases.values()))
    planned = (
        replications_for(first, replications)
        if wish is None
        else replications_asked(first, replications, wish, max_replications)
    )
    settings = settings_of(planned, where(workers, backend, address), keep, clock)
    if worlds is None:
        return compare_loaded(cases, base, settings, steering=asked.steering, progress=progress or SILENT)
    if files:
        raise MomentsimError("worlds ask about variants, levers about pulls: leave one of them out")
    if wish is not None:
        raise MomentsimError("precision and worlds exclude each other, say replications")
    from momentsim.questions.worlds.compare_in_worlds import compare_in_worlds
    from momentsim.questions.worlds.explore import plan_worlds

    plan = plan_worlds(cases, base, worlds, settings.replications, overrides=written)
    return compare_in_worlds(plan, settings, progress=progress or SILENT)


def steer(
    scenario: ScenarioLike,
    *,
    variant: str | None = None,
    overrides: Overrides = (),
    replication: int = 1,
    as_planned: bool = True,
    progress: Progress | None = None,
) -> SteeredCentre:
    """One replication to steer: let time pass, look, pull levers, go back, and score what comes of it.

    `variant` and `overrides` are as in `load`. Without `as_planned` the scenario itself pulls no lever. A pull acts
    as one of a playbook at the same time does, so `.pulls` written as a file of levers replays it with `run`. One
    replication is one course of luck: `.with_luck_of(2)` asks what another would have brought from now on, and
    `compare` and `curve` say what holds over many. See docs/playbooks.md.
    """
    from momentsim.runs.progress import SILENT
    from momentsim.runs.steered_centre import steer_centre, steerable

    if replication < 1:
        raise MomentsimError(f"replication is {replication}, but replications are numbered from 1 on")
    loaded = ensure_loaded(scenario, variant=variant, overrides=overrides)
    ready = steerable(loaded, load(loaded.path), progress or SILENT)
    return steer_centre(ready, replication, as_planned=as_planned)
