"""`momentsim compare`: variants against a baseline under the same draws."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any

import typer

from momentsim.cli.guard import EXIT_STOPPED, guarded
from momentsim.cli.opening import Changes
from momentsim.cli.options import (
    AddressOption,
    BackendOption,
    ClockChoice,
    ClockOption,
    FreshOption,
    JsonOption,
    MaxReplicationsOption,
    MeasureOption,
    OutOption,
    PrecisionOption,
    QuietOption,
    ReplicationsOption,
    ScenarioFile,
    SeedOption,
    SetOption,
    WorkersOption,
)
from momentsim.cli.screen import Show, console, print_json, showing_progress, tell
from momentsim.errors import MomentsimError

if TYPE_CHECKING:
    from momentsim.experiments.compare import Comparison
    from momentsim.experiments.comparison_store import StoredComparison
    from momentsim.experiments.planned import Planned
    from momentsim.experiments.settings import Settings
    from momentsim.experiments.worlds.explore import WorldsPlan
    from momentsim.scenario import LoadedScenario

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


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare")(guarded(compare))


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
    out: OutOption = None,
    clock: ClockOption = ClockChoice.compiled,
    workers: WorkersOption = None,
    backend: BackendOption = None,
    address: AddressOption = None,
    as_json: JsonOption = False,
    fresh: FreshOption = False,
    quiet: QuietOption = False,
) -> None:
    """Compare variants under common draws: paired differences with intervals, baseline first."""
    from momentsim.experiments.compare import cases_of
    from momentsim.experiments.comparison_store import (
        comparison_identity,
        comparison_place,
        find_comparison,
    )
    from momentsim.experiments.place import worked_on
    from momentsim.experiments.settings import Settings, where
    from momentsim.scenario import load

    changes = Changes(None, overrides or (), seed, replications, precision, measures or (), max_replications)
    cases = cases_of(file, variants or (), baseline=baseline, overrides=changes.all_overrides())
    base = load(file)
    wanted = _wanted(next(iter(cases.values())), precision, worlds)
    settings = Settings(
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
    identity_hash = comparison_identity(cases, base, settings, worlds or 0)
    place = out or comparison_place(base, identity_hash)
    show = Show(as_json, quiet)
    with worked_on(place, identity_hash, fresh=fresh, say=tell) as keep:
        stored = None if fresh else find_comparison(place, identity_hash)
        if stored is not None:
            tell(
                f"the same comparison is there already and is shown again (--fresh computes it anew): {place}"
            )
        else:
            keeping = replace(settings, keep=keep)
            plan = _planned(cases, base, settings, worlds, changes.all_overrides()) if worlds else None
            stored = _compared(cases, base, keeping, plan, name=identity_hash, place=place, quiet=quiet)
    _show(stored, base, show)


def _wanted(baseline: LoadedScenario, precision: str | None, worlds: int | None) -> Planned:
    """How often; a precision counts where this command asks for it, and not where a file does."""
    from momentsim.experiments.planned import Planned, planned

    if precision is None:
        return Planned(baseline.scenario.run.replications)
    if worlds:
        raise MomentsimError("--precision and --worlds exclude each other, say --replications")
    return planned(baseline, paired=True)


def _planned(
    cases: dict[str, LoadedScenario],
    base: LoadedScenario,
    settings: Settings,
    worlds: int,
    overrides: list[str],
) -> WorldsPlan:
    """The plausible worlds asked for; their problems come before the first replication."""
    from momentsim.experiments.worlds.explore import planned_worlds

    return planned_worlds(cases, base, worlds, settings.replications, overrides=overrides)


def _compared(
    cases: dict[str, LoadedScenario],
    base: LoadedScenario,
    settings: Settings,
    plan: WorldsPlan | None,
    *,
    name: str,
    place: Path,
    quiet: bool,
) -> StoredComparison:
    """Run all cases and write the comparison under the identity `name`."""
    from momentsim.experiments.compare import compare as run_and_pair
    from momentsim.experiments.comparison_store import write_comparison
    from momentsim.experiments.pool import first_interrupt_stops
    from momentsim.experiments.worlds.compared import compare_in_worlds
    from momentsim.report.verdict_words import sentences
    from momentsim.report.worlds_words import with_worlds

    with showing_progress(quiet=quiet) as progress:
        if plan is None:
            comparison = run_and_pair(cases, base, settings, progress=progress)
        else:
            comparison = compare_in_worlds(plan, settings, progress=progress)
    words = sentences(comparison.verdicts, base.scenario.currency)
    if comparison.worlds is not None:
        words = with_worlds(words, comparison.verdicts, comparison.worlds)
    with first_interrupt_stops(Event()):
        return write_comparison(comparison, place, name, sentences=words, draw=_draw)


def _draw(folder: Path, comparison: Comparison) -> None:
    """Draw the figures; the plotting library is loaded only now."""
    from momentsim.report.comparison_figures import draw_all

    draw_all(folder, comparison)


def _show(stored: StoredComparison, base: LoadedScenario, show: Show) -> None:
    questions = {case: base.question(case) for case in stored.manifest["cases"]}
    if show.as_json:
        print_json({**_content(stored), "questions": questions})
    elif show.quiet:
        print(stored.place)
    else:
        _print(stored, base, questions)
    if wanted := stored.manifest["precision"]:
        from momentsim.report.precision_words import precision_words

        for words in precision_words(wanted, stored.manifest["finished"]):
            tell(words)
    if stored.manifest["interrupted"]:
        tell(_stopped(stored.manifest))
        raise typer.Exit(EXIT_STOPPED)


def _stopped(manifest: dict[str, Any]) -> str:
    """How far it came before Ctrl-C."""
    if worlds := manifest.get("worlds"):
        finished, asked = worlds["finished"], worlds["asked"]
        return f"stopped: {finished} of {asked} plausible worlds were finished and are kept"
    finished, planned = manifest["finished"], manifest["replications"]
    return f"stopped: {finished} of {planned} replications were finished in every case and are kept"


def _print(stored: StoredComparison, base: LoadedScenario, questions: dict[str, str]) -> None:
    """The verdicts first, then the tables, the places and where everything is."""
    from momentsim.report.ranking_table import print_ranking, print_verdicts
    from momentsim.report.tables import print_comparison

    out, baseline, currency = console(), stored.manifest["baseline"], base.scenario.currency
    words = stored.manifest["verdicts"]
    print_verdicts(out, stored.verdicts, words, baseline=baseline, currency=currency)
    if stored.worlds is not None:
        from momentsim.report.worlds_table import print_worlds

        print_worlds(out, stored.worlds, stored.table, baseline=baseline, currency=currency)
    print_comparison(out, stored.table, base.scenario, baseline, questions=questions)
    print_ranking(out, stored.ranking, currency)
    out.print(f"results: {stored.place}", markup=False)


def _content(stored: StoredComparison) -> dict[str, Any]:
    from momentsim.experiments.files import rows
    from momentsim.experiments.worlds.files import worlds_content

    return {
        "ok": True,
        "folder": str(stored.place),
        "manifest": stored.manifest,
        "differences": rows(stored.table),
        "verdicts": rows(stored.verdicts),
        "ranking": rows(stored.ranking),
        **({} if stored.worlds is None else {"worlds": worlds_content(stored.worlds)}),
    }
