"""`momentsim staff`: how many people a goal needs, interval by interval."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from momentsim.cli.answer import Question, answer_content, find_or_answer, show_answer
from momentsim.cli.exit_codes import EXIT_STOPPED, guard
from momentsim.cli.open_scenario import Changes, open_scenario
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
from momentsim.cli.screen import Show, console, tell
from momentsim.errors import MomentsimError

if TYPE_CHECKING:
    from momentsim.questions.staff.staffing import Staffing
    from momentsim.questions.staff.store import StoredStaffing
    from momentsim.runs.progress import Progress
    from momentsim.runs.resume import KeptReplications

THERE = "the same question is answered there already and is shown again (--fresh computes it)"

GoalOption = Annotated[
    list[str],
    typer.Option(
        "--goal",
        metavar="GOAL",
        help='80/20, "abandoned < 3 %", "wait < 30 s", "busy < 1 %", "occupancy < 85 %", or value (until one more '
        'agent-hour costs as much as it saves). Of one queue or group with its name: "sales: 80/20". Can be repeated: '
        "then all of them are met.",
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
    app.command("staff")(guard(staff))


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
    full: FullOption = False,
    fresh: FreshOption = False,
    quiet: QuietOption = False,
    no_xlsx: NoXlsxOption = False,
) -> None:
    """Find the smallest staffing that meets a goal: planned on the forecast, judged by simulation."""
    from momentsim.questions.saving import save_staffing
    from momentsim.questions.staff.ask import StaffQuestion, staff_identity
    from momentsim.questions.staff.staffing import staff as search_and_judge
    from momentsim.questions.staff.store import find_staffing, staff_place
    from momentsim.runs.settings import RunSettings, where
    from momentsim.scenario.sections.staffing_goal import goals_of

    asked = StaffQuestion(goals_of(goal), tuple(group or ()), _share(confidence), least)
    loaded, base = open_scenario(file, Changes(variant, overrides or (), seed, replications))
    number = loaded.scenario.run.replications
    settings = RunSettings(replications=number, log="none", **where(workers, backend, address))

    def work(keep: KeptReplications, progress: Progress) -> Staffing:
        return search_and_judge(loaded, base, asked, replace(settings, keep=keep), progress=progress)

    name, show = staff_identity(loaded, base, asked, settings), Show(as_json, quiet)
    question = Question(
        name, out or staff_place(loaded, name), find_staffing, work, save_staffing, THERE, out is None
    )
    _show(find_or_answer(question, show, fresh=fresh, xlsx=not no_xlsx), show, full=full)


def _share(text: str) -> float:
    from momentsim.units import parse_share

    share = parse_share(text)
    if share is None:
        raise MomentsimError(f"--confidence: '{text}' is no share, write it like 95 %")
    return share


def _show(stored: StoredStaffing, show: Show, *, full: bool) -> None:
    def tables() -> None:
        from momentsim.questions.staff.terminal import print_staffing

        print_staffing(console(), stored.requirement, stored.levels, stored.manifest, full=full)

    show_answer(stored.folder, show, partial(_content, stored), tables)
    if stored.manifest["interrupted"]:
        tell(f"stopped: {len(stored.levels)} staffings were simulated and are kept, the answer was not found")
        raise typer.Exit(EXIT_STOPPED)
    if not (show.as_json or show.quiet):
        files = stored.manifest["heads_files"]
        listed = ", ".join(f"workforce.groups.{name}.heads_file: {file}" for name, file in files.items())
        console().print(f"to run with these heads: {listed}", markup=False, soft_wrap=True)


def _content(stored: StoredStaffing) -> dict[str, Any]:
    from momentsim.questions.staff.words import staffing_words

    content = answer_content(
        stored.folder, stored.manifest, levels=stored.levels, requirement=stored.requirement
    )
    return {**content, "words": list(staffing_words(stored.manifest, stored.levels))}
