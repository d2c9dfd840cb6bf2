"""`momentsim shifts`: a requirement by interval turned into heads per shift."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from momentsim.cli.answer import Question, answer_content, find_or_answer, show_answer
from momentsim.cli.exit_codes import guard
from momentsim.cli.options import (
    FreshOption,
    FullOption,
    JsonOption,
    NoXlsxOption,
    OutOption,
    QuietOption,
    ScenarioFile,
    SetOption,
    VariantOption,
)
from momentsim.cli.screen import Show, console, tell

if TYPE_CHECKING:
    from momentsim.questions.shifts.shift_plan import ShiftPlan
    from momentsim.questions.shifts.store import StoredPlan
    from momentsim.runs.progress import Progress
    from momentsim.runs.resume import KeptReplications

THERE = "the same plan is there already and is shown again (--fresh computes it)"

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
        metavar="FILE",
        help="CSV or sheet (plan.xlsx#Heads) of net heads on duty by interval; else the group's own heads.",
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
    app.command("shifts")(guard(shifts))


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
    full: FullOption = False,
    fresh: FreshOption = False,
    quiet: QuietOption = False,
    no_xlsx: NoXlsxOption = False,
) -> None:
    """Cover a requirement by shifts that the rules allow, at least cost: heads per shift, ready to run."""
    from momentsim.questions.saving import save_plan
    from momentsim.questions.shifts.shift_plan import ask, plan
    from momentsim.questions.shifts.store import find_plan, plan_place
    from momentsim.scenario import load
    from momentsim.scenario.files.side_rows import notes_on

    loaded = load(file, variant=variant, overrides=overrides or ())
    question = ask(loaded, group, requirement, hard=hard, seconds=seconds)
    for note in notes_on(requirement, str(requirement)) if requirement is not None else ():
        tell(f"warning: {note}")

    def work(_keep: KeptReplications, progress: Progress) -> ShiftPlan:
        progress.say(f"planning the shifts of {question.group}, at most about {question.seconds:g} s")
        return plan(question)

    show, place = Show(as_json, quiet), out or plan_place(question)
    to_answer = Question(question.identity, place, find_plan, work, save_plan, THERE, out is None)
    _show(find_or_answer(to_answer, show, fresh=fresh, xlsx=not no_xlsx), show, full=full)


def _show(stored: StoredPlan, show: Show, *, full: bool) -> None:
    def tables() -> None:
        from momentsim.questions.shifts.terminal import print_plan

        print_plan(console(), stored.manifest, stored.week, stored.cover, full=full)

    show_answer(stored.folder, show, partial(_content, stored), tables)


def _content(stored: StoredPlan) -> dict[str, Any]:
    return answer_content(
        stored.folder, stored.manifest, shifts=stored.shifts, week=stored.week, cover=stored.cover
    )
