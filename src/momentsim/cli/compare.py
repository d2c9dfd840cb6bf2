"""`momentsim compare`: variants against a baseline under the same draws."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from momentsim.cli.answer import Question, answer_content, find_or_answer, show_answer
from momentsim.cli.exit_codes import EXIT_STOPPED, guard
from momentsim.cli.open_scenario import Changes
from momentsim.cli.options import (
    AddressOption,
    BackendOption,
    ClockChoice,
    ClockOption,
    FreshOption,
    FullOption,
    JsonOption,
    MaxReplicationsOption,
    MeasureOption,
    NoXlsxOption,
    OutOption,
    PrecisionOption,
    QuietOption,
    ReplicationsOption,
    ScenarioFile,
    SeedOption,
    SetOption,
    WorkersOption,
)
from momentsim.cli.screen import Show, console, tell
from momentsim.errors import MomentsimError

if TYPE_CHECKING:
    from momentsim.questions.compare.compare import Comparison, ComparisonCases
    from momentsim.questions.compare.store import StoredComparison
    from momentsim.runs.progress import Progress
    from momentsim.runs.replication_count import ReplicationCount
    from momentsim.runs.resume import KeptReplications
    from momentsim.runs.settings import RunSettings
    from momentsim.scenario import LoadedScenario

THERE = "the same comparison is there already and is shown again (--fresh computes it anew)"

VariantNames = Annotated[
    list[str] | None,
    typer.Argument(metavar="[V ...]", help="Variants, like reserves or a+b; all of the file if none."),
]
BaselineOption = Annotated[
    str | None,
    typer.Option("--baseline", metavar="V", help="Variant to compare with; else the file as it stands."),
]
WorldsOption = Annotated[
    int | None,
    typer.Option(
        "--worlds",
        metavar="N",
        min=8,
        max=10_000,
        help="Ask the same in N plausible worlds, where what is assumed is otherwise; 64 is a good number.",
    ),
]


LeverFilesOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--levers",
        metavar="FILE.csv",
        help="Instead of variants: pulls of levers as this file says, beside none at all and those that the scenario "
        "plans. Can be repeated.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare")(guard(compare))


def compare(
    file: ScenarioFile,
    variants: VariantNames = None,
    baseline: BaselineOption = None,
    replications: ReplicationsOption = None,
    precision: PrecisionOption = None,
    measures: MeasureOption = None,
    max_replications: MaxReplicationsOption = None,
    overrides: SetOption = None,
    seed: SeedOption = None,
    worlds: WorldsOption = None,
    levers: LeverFilesOption = None,
    out: OutOption = None,
    clock: ClockOption = ClockChoice.compiled,
    workers: WorkersOption = None,
    backend: BackendOption = None,
    address: AddressOption = None,
    as_json: JsonOption = False,
    full: FullOption = False,
    fresh: FreshOption = False,
    quiet: QuietOption = False,
    no_xlsx: NoXlsxOption = False,
) -> None:
    """Compare variants, or pulls of levers, under common draws: paired differences with intervals, baseline first."""
    from momentsim.questions.compare.compare import asked_cases, comparison_identity
    from momentsim.questions.compare.store import comparison_place, find_comparison
    from momentsim.questions.saving import save_comparison
    from momentsim.runs.settings import RunSettings, where
    from momentsim.scenario import load

    changes = Changes(None, overrides or (), seed, replications, precision, measures or (), max_replications)
    written = changes.all_overrides()
    if worlds and levers:
        raise MomentsimError("--worlds asks about variants, --levers about pulls: leave one of them out")
    asked = asked_cases(file, variants or (), levers or (), baseline=baseline, overrides=written)
    base = load(file)
    wanted = _replications_wanted(next(iter(asked.cases.values())), precision, worlds)
    settings = RunSettings(
        replications=wanted.replications,
        precision=wanted.precision,
        clock=clock.value,
        log="none",
        **where(workers, backend, address),
    )
    if base.scenario.run.precision is not None and replications is None and precision is None:
        tell(
            f"run.precision is for run, this compares {settings.replications} replications (see --replications)"
        )

    def work(keep: KeptReplications, progress: Progress) -> Comparison:
        return _compare(asked, base, replace(settings, keep=keep), progress, worlds, written)

    name = comparison_identity(asked.cases, base, settings, worlds or 0, asked.steering)
    show = Show(as_json, quiet)
    place = out or comparison_place(base, name)
    question = Question(name, place, find_comparison, work, save_comparison, THERE, out is None)
    _show(find_or_answer(question, show, fresh=fresh, xlsx=not no_xlsx), base, show, full=full)


def _replications_wanted(
    baseline: LoadedScenario, precision: str | None, worlds: int | None
) -> ReplicationCount:
    """How often; a precision counts where this command asks for it, and not where a file does."""
    from momentsim.runs.replication_count import ReplicationCount, replications_of

    if precision is None:
        return ReplicationCount(baseline.scenario.run.replications)
    if worlds:
        raise MomentsimError("--precision and --worlds exclude each other, say --replications")
    return replications_of(baseline, paired=True)


def _compare(
    asked: ComparisonCases,
    base: LoadedScenario,
    settings: RunSettings,
    progress: Progress,
    worlds: int | None,
    overrides: list[str],
) -> Comparison:
    """Run all cases, in plausible worlds too if asked for; their problems come before the first replication."""
    if not worlds:
        from momentsim.questions.compare.compare import compare as run_and_pair

        return run_and_pair(asked.cases, base, settings, steering=asked.steering, progress=progress)
    from momentsim.questions.worlds.compare_in_worlds import compare_in_worlds
    from momentsim.questions.worlds.explore import plan_worlds

    plan = plan_worlds(asked.cases, base, worlds, settings.replications, overrides=overrides)
    return compare_in_worlds(plan, settings, progress=progress)


def _show(stored: StoredComparison, base: LoadedScenario, show: Show, *, full: bool) -> None:
    questions = {case: base.question(case) for case in stored.manifest["cases"]}
    show_answer(
        stored.folder,
        show,
        lambda: {**_content(stored), "questions": questions},
        lambda: _print(stored, base, questions, full=full),
    )
    if wanted := stored.manifest["precision"]:
        from momentsim.report.precision_words import precision_words

        for words in precision_words(wanted, stored.manifest["finished"]):
            tell(words)
    if stored.manifest["interrupted"]:
        tell(_words_of_stop(stored.manifest))
        raise typer.Exit(EXIT_STOPPED)


def _words_of_stop(manifest: dict[str, Any]) -> str:
    """How far it came before Ctrl-C."""
    if worlds := manifest.get("worlds"):
        finished, asked = worlds["finished"], worlds["asked"]
        return f"stopped: {finished} of {asked} plausible worlds were finished and are kept"
    finished, planned = manifest["finished"], manifest["replications"]
    return f"stopped: {finished} of {planned} replications were finished in every case and are kept"


def _print(stored: StoredComparison, base: LoadedScenario, questions: dict[str, str], *, full: bool) -> None:
    """What is decided, and what it rests on; in full also every sentence, all measures and the places."""
    from momentsim.questions.compare.first_screen import ComparisonTables
    from momentsim.questions.compare.terminal import (
        print_first_screen,
        print_ranking,
        print_staffing,
        print_verdicts,
    )
    from momentsim.report.tables import print_comparison

    out, baseline, currency = console(), stored.manifest["baseline"], base.scenario.currency
    outlook = str(stored.manifest["outlook"])
    tables = stored.table, stored.verdicts, stored.ranking, stored.worlds
    print_first_screen(
        out, ComparisonTables(baseline, *tables, currency, outlook, bool(base.scenario.crises))
    )
    print_staffing(out, stored.manifest.get("staffing", {}))
    if full:
        words = stored.manifest["verdicts"]
        print_verdicts(
            out, stored.verdicts, words, baseline=baseline, currency=currency, worlds=stored.worlds
        )
    if stored.worlds is not None:
        from momentsim.questions.worlds.terminal import print_worlds

        print_worlds(out, stored.worlds, stored.table, baseline=baseline, currency=currency, full=full)
    if full:
        print_comparison(out, stored.table, base.scenario, baseline, questions=questions)
        print_ranking(out, stored.ranking, currency, baseline)


def _content(stored: StoredComparison) -> dict[str, Any]:
    from momentsim.questions.worlds.store import worlds_content

    content = answer_content(
        stored.folder,
        stored.manifest,
        differences=stored.table,
        verdicts=stored.verdicts,
        ranking=stored.ranking,
    )
    return content if stored.worlds is None else {**content, "worlds": worlds_content(stored.worlds)}
