"""`momentsim sweep`: one or several keys over values, on a grid or a design, under the same draws."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from momentsim.cli.answer import Question, answer_content, find_or_answer, show_answer
from momentsim.cli.exit_codes import EXIT_STOPPED, guard
from momentsim.cli.open_scenario import Changes
from momentsim.cli.options import (
    AddressOption,
    BackendOption,
    FreshOption,
    FullOption,
    JsonOption,
    NoXlsxOption,
    OutOption,
    QuietOption,
    ReplicationsOption,
    ScenarioFile,
    SeedOption,
    SetOption,
    VariantOption,
    WorkersOption,
)
from momentsim.cli.progress_bar import showing_progress
from momentsim.cli.screen import Show, console, tell

if TYPE_CHECKING:
    from momentsim.questions.sweep.store import Swept
    from momentsim.runs.progress import Progress
    from momentsim.runs.resume import KeptReplications

THERE = "the same sweep is there already and is shown again (--fresh computes it anew)"


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
    app.command("sweep")(guard(sweep))


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
    full: FullOption = False,
    fresh: FreshOption = False,
    quiet: QuietOption = False,
    no_xlsx: NoXlsxOption = False,
) -> None:
    """Vary keys over values: curves, heat maps, what one more is worth, and which key matters."""
    from momentsim.questions.saving import save_sweep
    from momentsim.questions.sweep.ask import SweepRequest, answer, ask
    from momentsim.questions.sweep.axes import SweptFile
    from momentsim.questions.sweep.store import find_sweep
    from momentsim.runs.settings import RunSettings, where
    from momentsim.scenario import load

    changes = Changes(None, overrides or (), seed, replications).all_overrides()
    swept_file = SweptFile(load(file, variant=variant, overrides=changes), variant, tuple(changes))
    number = swept_file.loaded.scenario.run.replications
    settings = RunSettings(replications=number, log="none", **where(workers, backend, address))
    wish = SweepRequest(vary or (), design.value, points, measures or (), yes)
    with showing_progress(quiet=quiet) as progress:
        asked = ask(swept_file, wish, settings, progress)

    def work(keep: KeptReplications, progress: Progress) -> Swept:
        from momentsim.questions.sweep.words import sentences

        return answer(asked, replace(settings, keep=keep), sentences, progress=progress)

    show, place = Show(as_json, quiet), out or asked.folder
    question = Question(asked.identity, place, find_sweep, work, save_sweep, THERE, out is None)
    _show(find_or_answer(question, show, fresh=fresh, xlsx=not no_xlsx), place, show, full=full)


def _show(swept: Swept, folder: Path, show: Show, *, full: bool) -> None:
    def tables() -> None:
        from momentsim.questions.sweep.terminal import print_sweep

        print_sweep(console(), swept, full=full)

    show_answer(folder, show, partial(_content, swept, folder), tables)
    if swept.about["interrupted"]:
        tell(
            f"stopped: {swept.about['finished']} of {swept.about['points']} points were finished and are kept"
        )
        raise typer.Exit(EXIT_STOPPED)


def _content(swept: Swept, folder: Path) -> dict[str, Any]:
    tables = {name: table for name, table in swept.tables.items() if name != "pairs"}
    return answer_content(folder, swept.about, **tables)
