"""`momentsim run`: from a scenario file to a table on the screen and a results folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import typer

from momentsim.cli.exit_codes import EXIT_STOPPED, guard
from momentsim.cli.open_scenario import Changes, open_scenario
from momentsim.cli.options import (
    AddressOption,
    BackendOption,
    EventLogOption,
    FreshOption,
    JsonOption,
    LeversOption,
    LogChoice,
    LogOption,
    MaxReplicationsOption,
    MeasureOption,
    NoXlsxOption,
    OutOption,
    PlaybookOption,
    PrecisionOption,
    QuietOption,
    ReplicationsOption,
    RunClockOption,
    ScenarioFile,
    SeedOption,
    SetOption,
    VariantOption,
    WorkersOption,
)
from momentsim.cli.progress_bar import showing_progress
from momentsim.cli.screen import Show, tell
from momentsim.errors import MomentsimError

if TYPE_CHECKING:
    from momentsim.cli.show_run import ShownRun
    from momentsim.runs.settings import RunSettings
    from momentsim.runs.steering import Steering
    from momentsim.scenario import LoadedScenario


@dataclass(frozen=True)
class RunRequest:
    """One run that was asked for."""

    loaded: LoadedScenario
    base: LoadedScenario
    settings: RunSettings
    steering: Steering
    folder: Path
    show: Show
    xlsx: bool


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(guard(run))


def run(
    file: ScenarioFile,
    variant: VariantOption = None,
    replications: ReplicationsOption = None,
    precision: PrecisionOption = None,
    measures: MeasureOption = None,
    max_replications: MaxReplicationsOption = None,
    overrides: SetOption = None,
    seed: SeedOption = None,
    out: OutOption = None,
    clock: RunClockOption = None,
    log: LogOption = LogChoice.first,
    event_log: EventLogOption = False,
    playbook: PlaybookOption = None,
    levers: LeversOption = None,
    workers: WorkersOption = None,
    backend: BackendOption = None,
    address: AddressOption = None,
    as_json: JsonOption = False,
    fresh: FreshOption = False,
    quiet: QuietOption = False,
    no_xlsx: NoXlsxOption = False,
) -> None:
    """Simulate a scenario: service, loyalty, churn and cost, each with its interval."""
    changes = Changes(
        variant, overrides or (), seed, replications, precision, measures or (), max_replications
    )
    if event_log and log is LogChoice.none:
        raise MomentsimError("--event-log is made of a log: leave out --log none")
    loaded, base = open_scenario(file, changes)

    from momentsim.runs.identity import identity
    from momentsim.runs.replication_count import replications_of
    from momentsim.runs.results_folder import point_latest
    from momentsim.runs.settings import RunSettings, where
    from momentsim.runs.steering import read_steering
    from momentsim.runs.stored_run import default_place
    from momentsim.runs.working_folder import work_in

    steering = read_steering(playbook, levers, loaded.scenario)
    wanted = replications_of(loaded)
    settings = RunSettings(
        replications=wanted.replications,
        precision=wanted.precision,
        clock=steering.clock(None if clock is None else clock.value),
        log=log.value,
        **where(workers, backend, address),
    )
    name = identity(loaded, base, settings, steering)
    place, show = out or default_place(loaded, name), Show(as_json, quiet)
    request = RunRequest(loaded, base, settings, steering, place, show, not no_xlsx)
    _warn_of_missing_pulls(request)
    with work_in(request.folder, name, fresh=fresh, say=tell) as keep:
        shown = (None if fresh else _find_stored(request, name)) or _simulate(request, keep)
    if event_log:
        _add_events(request)
    if out is None:
        point_latest(request.folder)
    shown.finish(request.show)
    if shown.was_stopped:
        raise typer.Exit(EXIT_STOPPED)


def _warn_of_missing_pulls(request: RunRequest) -> None:
    """A file of pulls may come from fewer replications than are run now."""
    pulls = request.steering.pulls
    last = None if pulls is None else pulls.last_replication
    if pulls is not None and last is not None and last < request.settings.replications:
        tell(f"warning: {pulls.path} pulls nothing after replication {last}")


def _find_stored(request: RunRequest, identity_hash: str) -> ShownRun | None:
    """The same result, if it is there already."""
    from momentsim.cli.show_run import ShownRun
    from momentsim.runs.stored_run import find_run

    stored = find_run(request.folder, identity_hash)
    if stored is None:
        return None
    tell(f"the same run is there already and is shown again (--fresh computes it anew): {request.folder}")
    shown = ShownRun.of_stored(stored, request.loaded)
    shown.begin(request.show)
    return shown


def _simulate(request: RunRequest, keep: Path) -> ShownRun:
    """Run, show, write; the log is written while it runs, and what is finished is kept at once."""
    from momentsim.cli.show_run import ShownRun
    from momentsim.report.second_process import SecondProcess
    from momentsim.runs.logs import LogWriter
    from momentsim.runs.results_folder import draft
    from momentsim.runs.resume import KeptReplications
    from momentsim.runs.run import run as simulate
    from momentsim.runs.side_by_side import first_interrupt_stops
    from momentsim.runs.stored_run import fill_folder
    from momentsim.runs.timing import Stopwatch
    from momentsim.runs.working_folder import make_way

    make_way(request.folder, tell)
    with (
        draft(request.folder) as folder,
        SecondProcess() as second,
        LogWriter(folder, request.loaded.scenario) as logs,
    ):
        with showing_progress(quiet=request.show.quiet) as progress:
            result = simulate(
                request.loaded,
                request.base,
                replace(request.settings, keep=KeptReplications(keep)),
                progress=progress,
                logs=logs,
                steering=request.steering,
            )
        # What is finished is not lost to an impatient second Ctrl-C.
        with first_interrupt_stops(Event()):
            with Stopwatch(result.seconds).stage("measure"):
                shown = ShownRun.of_result(result, request.folder)
            second.begin(result)
            shown.begin(request.show)
            logs.close()
            fill_folder(
                folder, result, headline=shown.headline, draw=second.finish,
                hand_out=_workbook if request.xlsx else None,
            )  # fmt: skip
    return shown


def _add_events(request: RunRequest) -> None:
    from momentsim.runs.event_log import add_events

    add_events(request.folder, request.loaded.scenario.start)


def _workbook(folder: Path, about: Mapping[str, Any]) -> None:
    """Its library is loaded when the tables are on the screen."""
    from momentsim.report.workbook.write import write_workbook

    write_workbook(folder, about)
