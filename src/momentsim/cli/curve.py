"""`momentsim curve`: what each hour of waiting with a lever costs."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from momentsim.cli.answer import Question, answer_content, find_or_answer, show_answer
from momentsim.cli.exit_codes import EXIT_STOPPED, guard
from momentsim.cli.open_scenario import Changes, open_scenario
from momentsim.cli.options import (
    FreshOption,
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
from momentsim.cli.screen import Show, console, tell

if TYPE_CHECKING:
    from momentsim.questions.curve.curve import Curve
    from momentsim.questions.curve.store import StoredCurve
    from momentsim.runs.progress import Progress
    from momentsim.runs.resume import KeptReplications

THERE = "the same question is answered there already and is shown again (--fresh computes it)"

LeverName = Annotated[
    str, typer.Argument(metavar="LEVER", help="Its full name, or a part that fits one lever only.")
]
AtOption = Annotated[
    list[str],
    typer.Option(
        "--at",
        metavar="48h..120h:12h",
        help="When it is pulled: hours since the start or dates, one or a range with its step. Can be repeated.",
    ),
]
OtherLeversOption = Annotated[
    Path | None,
    typer.Option(
        "--levers",
        metavar="FILE.csv",
        help="What is done to the other levers, instead of what the scenario plans.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("curve")(guard(curve))


def curve(
    file: ScenarioFile,
    lever: LeverName,
    at: AtOption,
    variant: VariantOption = None,
    replications: ReplicationsOption = None,
    levers: OtherLeversOption = None,
    overrides: SetOption = None,
    seed: SeedOption = None,
    out: OutOption = None,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
    fresh: FreshOption = False,
    quiet: QuietOption = False,
    no_xlsx: NoXlsxOption = False,
) -> None:
    """Say what each hour of waiting with a lever costs: pulled at several times or never, in the same replications."""
    from momentsim.questions.curve.curve import ask_curve, curve_identity
    from momentsim.questions.curve.curve import curve as run_and_pair
    from momentsim.questions.curve.store import curve_place, find_curve
    from momentsim.questions.saving import save_curve
    from momentsim.runs.settings import RunSettings, where
    from momentsim.runs.steering import read_steering

    loaded, base = open_scenario(file, Changes(variant, overrides or (), seed, replications))
    question = ask_curve(loaded, base, lever, at, read_steering(None, levers, loaded.scenario))
    settings = RunSettings(
        replications=loaded.scenario.run.replications, log="none", **where(workers, None, None)
    )

    def work(keep: KeptReplications, progress: Progress) -> Curve:
        return run_and_pair(question, replace(settings, keep=keep), progress=progress)

    name, show = curve_identity(question, settings), Show(as_json, quiet)
    place = out or curve_place(question, name)
    asked: Question[Curve, StoredCurve] = Question(
        name, place, find_curve, work, save_curve, THERE, out is None
    )
    _show(find_or_answer(asked, show, fresh=fresh, xlsx=not no_xlsx), show)


def _show(stored: StoredCurve, show: Show) -> None:
    def tables() -> None:
        from momentsim.questions.curve.terminal import print_curve

        print_curve(console(), stored.table, stored.manifest)

    show_answer(stored.folder, show, partial(_content, stored), tables)
    if stored.manifest["interrupted"]:
        finished, planned = stored.manifest["finished"], stored.manifest["replications"]
        tell(f"stopped: {finished} of {planned} replications were finished and are in the answer")
        raise typer.Exit(EXIT_STOPPED)


def _content(stored: StoredCurve) -> dict[str, Any]:
    return answer_content(stored.folder, stored.manifest, times=stored.table)
