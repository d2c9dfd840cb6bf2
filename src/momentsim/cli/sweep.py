"""`momentsim sweep`: one or several keys over values, on a grid or a design, under the same draws."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any

import typer

from momentsim.cli.guard import EXIT_STOPPED, guarded
from momentsim.cli.opening import Changes
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

if TYPE_CHECKING:
    from momentsim.experiments.settings import Settings
    from momentsim.experiments.sweep.asked import Asked
    from momentsim.experiments.sweep.store import Swept


class DesignWord(StrEnum):
    """Which points of the ranges."""

    grid = "grid"
    latin = "latin"
    sobol = "sobol"


VaryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--vary",
        metavar="KEY=VALUES",
        help="A key and its values: from..to:step, from..to/points, or a list a,b,c; units as in files, like "
        '"waiting.patience.mean=2 min..6 min:1 min"; variant=base,a,a+b for variants. Can be repeated.',
    ),
]
DesignOption = Annotated[
    DesignWord,
    typer.Option(
        "--design",
        help="All combinations; or points that fill the ranges: latin (rank coefficients), sobol (Sobol' indices).",
    ),
]
PointsOption = Annotated[
    int | None,
    typer.Option(
        "--points",
        metavar="N",
        min=2,
        help="Points of a design: latin 100; sobol 64 base points, each of which gives 2 points + 1 for each key.",
    ),
]
MeasuresOption = Annotated[
    list[str] | None,
    typer.Option(
        "--measure", metavar="NAME", help="Measure to report; can be repeated. Else five headline ones."
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Yes, more than 2,000 points.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sweep")(guarded(sweep))


def sweep(
    file: ScenarioFile,
    vary: VaryOption = None,
    design: DesignOption = DesignWord.grid,
    points: PointsOption = None,
    measures: MeasuresOption = None,
    variant: VariantOption = None,
    replications: ReplicationsOption = None,
    overrides: SetOption = None,
    seed: SeedOption = None,
    out: OutOption = None,
    workers: WorkersOption = None,
    backend: BackendOption = None,
    address: AddressOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
    fresh: FreshOption = False,
    quiet: QuietOption = False,
) -> None:
    """Vary keys over values: curves, heat maps, what one more is worth, and which key matters."""
    from momentsim.experiments.place import worked_on
    from momentsim.experiments.settings import Settings, where
    from momentsim.experiments.sweep.asked import Wish, ask
    from momentsim.experiments.sweep.axes import Origin
    from momentsim.experiments.sweep.store import find_sweep
    from momentsim.scenario import load

    changes = Changes(None, overrides or (), seed, replications).all_overrides()
    origin = Origin(load(file, variant=variant, overrides=changes), variant, tuple(changes))
    number = origin.loaded.scenario.run.replications
    settings = Settings(replications=number, log="none", **where(workers, backend, address))
    wish = Wish(vary or (), design.value, points, measures or (), yes)
    with showing_progress(quiet=quiet) as progress:
        asked = ask(origin, wish, settings, progress)
    place = out or asked.place
    with worked_on(place, asked.identity, fresh=fresh, say=tell) as keep:
        found = None if fresh else find_sweep(place, asked.identity)
        if found is not None:
            tell(f"the same sweep is there already and is shown again (--fresh computes it anew): {place}")
        else:
            found = _swept(asked, replace(settings, keep=keep), place=place, quiet=quiet)
    _show(found, place, Show(as_json, quiet))


def _swept(asked: Asked, settings: Settings, *, place: Path, quiet: bool) -> Swept:
    """Run all points and write the sweep."""
    from momentsim.experiments.pool import first_interrupt_stops
    from momentsim.experiments.sweep.store import told, write_sweep
    from momentsim.experiments.sweep.sweep import sweep as run_points
    from momentsim.report.figure_sweep import draw_all
    from momentsim.report.sweep_words import sentences

    with showing_progress(quiet=quiet) as progress:
        swept = run_points(
            asked.axes, asked.design, asked.points, settings, measures=asked.measures, progress=progress
        )
    with first_interrupt_stops(Event()):
        found = told(swept, asked.identity, sentences)
        write_sweep(found, swept, place, draw=draw_all)
    return found


def _show(found: Swept, place: Path, show: Show) -> None:
    if show.as_json:
        print_json(_content(found, place))
    elif show.quiet:
        print(place)
    else:
        from momentsim.report.sweep_table import print_sweep

        print_sweep(console(), found)
        console().print(f"results: {place}", markup=False, soft_wrap=True)
    if found.about["interrupted"]:
        tell(
            f"stopped: {found.about['finished']} of {found.about['points']} points were finished and are kept"
        )
        raise typer.Exit(EXIT_STOPPED)


def _content(found: Swept, place: Path) -> dict[str, Any]:
    from momentsim.experiments.files import plain, rows

    return {
        "ok": True,
        "folder": str(place),
        "manifest": plain(found.about),
        "points": rows(found.points),
        "sweep": rows(found.table),
        "slopes": rows(found.slopes),
        "sensitivity": rows(found.sensitivity),
    }
