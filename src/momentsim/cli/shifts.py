"""`momentsim shifts`: a requirement by interval turned into heads per shift."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from momentsim.cli.guard import guarded
from momentsim.cli.opening import Changes
from momentsim.cli.options import (
    FreshOption,
    JsonOption,
    OutOption,
    QuietOption,
    ScenarioFile,
    SetOption,
    VariantOption,
)
from momentsim.cli.screen import Show, console, print_json, tell

if TYPE_CHECKING:
    from momentsim.experiments.shifts.plan import Question
    from momentsim.experiments.shifts.store import StoredPlan

GroupOption = Annotated[
    str,
    typer.Option(
        "--group", "-g", metavar="G", help="The group whose shifts are planned.", show_default=False
    ),
]
RequirementOption = Annotated[
    Path | None,
    typer.Option(
        "--requirement",
        metavar="FILE.csv",
        help="Net heads on duty by interval (interval_start, heads); else the group's own heads.",
    ),
]
HardOption = Annotated[
    bool, typer.Option("--hard", help="No interval may be short; else shortage has a price.")
]
SecondsOption = Annotated[
    float,
    typer.Option("--seconds", metavar="S", min=1, max=86_400, help="How long to search for a better plan."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("shifts")(guarded(shifts))


def shifts(
    file: ScenarioFile,
    group: GroupOption,
    requirement: RequirementOption = None,
    hard: HardOption = False,
    seconds: SecondsOption = 60.0,
    variant: VariantOption = None,
    overrides: SetOption = None,
    out: OutOption = None,
    as_json: JsonOption = False,
    fresh: FreshOption = False,
    quiet: QuietOption = False,
) -> None:
    """Cover a requirement by shifts that the rules allow, at least cost: heads per shift, ready to run."""
    from momentsim.experiments.shifts.plan import asked
    from momentsim.experiments.shifts.store import find_plan, plan_identity, plan_place
    from momentsim.scenario import load

    loaded = load(file, variant=variant, overrides=Changes(variant, overrides or ()).all_overrides())
    question = asked(loaded, group, requirement, hard=hard, seconds=seconds)
    name = plan_identity(question)
    place = out or plan_place(question, name)
    stored = None if fresh else find_plan(place, name)
    if stored is not None:
        tell(f"the same plan is there already and is shown again (--fresh computes it): {place}")
    else:
        stored = _planned(question, name, place, quiet=quiet)
    _show(stored, Show(as_json, quiet))


def _planned(question: Question, name: str, place: Path, *, quiet: bool) -> StoredPlan:
    """Solve it and write it under the identity `name`."""
    import time

    from momentsim.experiments.folder import refuse_strangers
    from momentsim.experiments.shifts.plan import plan
    from momentsim.experiments.shifts.store import write_plan
    from momentsim.report.figure_cover import draw_all

    refuse_strangers(place)
    if not quiet:
        tell(f"planning the shifts of {question.group}, at most about {question.seconds:g} s")
    began = time.monotonic()
    found = plan(question)
    return write_plan(found, place, name, draw=draw_all, seconds=time.monotonic() - began)


def _show(stored: StoredPlan, show: Show) -> None:
    if show.as_json:
        print_json(_content(stored))
    elif show.quiet:
        print(stored.place)
    else:
        from momentsim.report.shifts_table import print_plan

        print_plan(console(), stored.manifest, stored.week, stored.cover)
        console().print(f"results: {stored.place}", markup=False, soft_wrap=True)


def _content(stored: StoredPlan) -> dict[str, Any]:
    from momentsim.experiments.files import rows

    return {
        "ok": True,
        "folder": str(stored.place),
        "manifest": stored.manifest,
        "shifts": rows(stored.shifts),
        "week": rows(stored.week),
        "cover": rows(stored.cover),
    }
