"""`momentsim staff`: how many people a goal needs, interval by interval."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any

import typer

from momentsim.cli.guard import EXIT_STOPPED, guarded
from momentsim.cli.opening import Changes, opened
from momentsim.cli.options import (
    AddressOption,
    BackendOption,
    FreshOption,
    JsonOption,
    OutOption,
    QuietOption,
    ReplicationsOption,
    ScenarioFile,
    SeedOption,
    SetOption,
    VariantOption,
    WorkersOption,
)
from momentsim.cli.screen import Show, console, print_json, showing_progress, tell
from momentsim.errors import MomentsimError

if TYPE_CHECKING:
    from momentsim.experiments.settings import Settings
    from momentsim.experiments.staff.staffing import Asked
    from momentsim.experiments.staff.store import StoredStaffing
    from momentsim.scenario import LoadedScenario

GoalOption = Annotated[
    str,
    typer.Option(
        "--goal",
        metavar="GOAL",
        help='80/20, "abandoned < 3 %", or value (until one more agent-hour costs as much as it saves).',
        show_default=False,
    ),
]
GroupOption = Annotated[
    list[str] | None,
    typer.Option(
        "--group", metavar="G", help="Group to staff, others stay as they are. Can be repeated; else all."
    ),
]
ConfidenceOption = Annotated[
    str, typer.Option("--confidence", metavar="95%", help="How sure it is to be that the goal is met.")
]
LeastOption = Annotated[
    int,
    typer.Option("--min-heads", metavar="N", min=0, max=50_000, help="Fewest heads on duty in any interval."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("staff")(guarded(staff))


def staff(
    file: ScenarioFile,
    goal: GoalOption,
    group: GroupOption = None,
    confidence: ConfidenceOption = "95 %",
    least: LeastOption = 0,
    variant: VariantOption = None,
    replications: ReplicationsOption = None,
    overrides: SetOption = None,
    seed: SeedOption = None,
    out: OutOption = None,
    workers: WorkersOption = None,
    backend: BackendOption = None,
    address: AddressOption = None,
    as_json: JsonOption = False,
    fresh: FreshOption = False,
    quiet: QuietOption = False,
) -> None:
    """Find the smallest staffing that meets a goal: planned on the forecast, judged by simulation."""
    from momentsim.experiments.place import worked_on
    from momentsim.experiments.settings import Settings, where
    from momentsim.experiments.staff.goal import goal_of
    from momentsim.experiments.staff.staffing import Asked
    from momentsim.experiments.staff.store import find_staffing, staff_identity, staff_place

    asked = Asked(goal_of(goal), tuple(group or ()), _share(confidence), least)
    loaded, base = opened(file, Changes(variant, overrides or (), seed, replications))
    number = loaded.scenario.run.replications
    settings = Settings(replications=number, log="none", **where(workers, backend, address))
    name = staff_identity(loaded, base, asked, settings)
    place = out or staff_place(loaded, asked, name)
    with worked_on(place, name, fresh=fresh, say=tell) as keep:
        stored = None if fresh else find_staffing(place, name)
        if stored is not None:
            tell(
                f"the same question is answered there already and is shown again (--fresh computes it): {place}"
            )
        else:
            keeping = replace(settings, keep=keep)
            stored = _answered(loaded, base, asked, keeping, name=name, place=place, quiet=quiet)
    _show(stored, Show(as_json, quiet))


def _share(text: str) -> float:
    from momentsim.units import parse_share

    share = parse_share(text)
    if share is None:
        raise MomentsimError(f"--confidence: '{text}' is no share, write it like 95 %")
    return share


def _answered(
    loaded: LoadedScenario,
    base: LoadedScenario,
    asked: Asked,
    settings: Settings,
    *,
    name: str,
    place: Path,
    quiet: bool,
) -> StoredStaffing:
    """Search, judge and write the answer under the identity `name`."""
    from momentsim.experiments.pool import first_interrupt_stops
    from momentsim.experiments.staff.staffing import staff as search_and_judge
    from momentsim.experiments.staff.store import write_staffing
    from momentsim.report.figure_staff import draw_all

    with showing_progress(quiet=quiet) as progress:
        found = search_and_judge(loaded, base, asked, settings, progress=progress)
    with first_interrupt_stops(Event()):
        return write_staffing(found, settings, place, name, draw=draw_all)


def _show(stored: StoredStaffing, show: Show) -> None:
    if show.as_json:
        print_json(_content(stored))
    elif show.quiet:
        print(stored.place)
    else:
        from momentsim.report.staff_table import print_staffing

        print_staffing(console(), stored.requirement, stored.levels, stored.manifest)
        console().print(f"results: {stored.place}", markup=False, soft_wrap=True)
        _tell_how_to_use(stored)
    if stored.manifest["interrupted"]:
        tell(f"stopped: {len(stored.levels)} staffings were simulated and are kept, the answer was not found")
        raise typer.Exit(EXIT_STOPPED)


def _tell_how_to_use(stored: StoredStaffing) -> None:
    if not stored.manifest["interrupted"]:
        files = stored.manifest["heads_files"]
        listed = ", ".join(f"workforce.groups.{name}.heads_file: {file}" for name, file in files.items())
        console().print(f"to run with these heads: {listed}", markup=False, soft_wrap=True)


def _content(stored: StoredStaffing) -> dict[str, Any]:
    from momentsim.experiments.files import rows
    from momentsim.report.staff_words import staffing_words

    return {
        "ok": True,
        "folder": str(stored.place),
        "manifest": stored.manifest,
        "words": list(staffing_words(stored.manifest, stored.levels)),
        "levels": rows(stored.levels),
        "requirement": rows(stored.requirement),
    }
