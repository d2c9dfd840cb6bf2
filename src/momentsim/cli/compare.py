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
    OutOption,
    QuietOption,
    ReplicationsOption,
    ScenarioFile,
    SeedOption,
    SetOption,
    WorkersOption,
)
from momentsim.cli.screen import Show, console, print_json, showing_progress, tell

if TYPE_CHECKING:
    from momentsim.experiments.compare import Comparison
    from momentsim.experiments.comparison_store import StoredComparison
    from momentsim.experiments.settings import Settings
    from momentsim.scenario import LoadedScenario

VariantNames = Annotated[
    list[str] | None,
    typer.Argument(metavar="[V ...]", help="Variants, like reserves or a+b; all of the file if none."),
]
BaselineOption = Annotated[
    str | None,
    typer.Option("--baseline", metavar="V", help="Variant to compare with; else the file as it stands."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare")(guarded(compare))


def compare(
    file: ScenarioFile,
    variants: VariantNames = None,
    baseline: BaselineOption = None,
    replications: ReplicationsOption = None,
    overrides: SetOption = None,
    seed: SeedOption = None,
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

    changes = Changes(None, overrides or (), seed, replications)
    cases = cases_of(file, variants or (), baseline=baseline, overrides=changes.all_overrides())
    base = load(file)
    settings = Settings(
        replications=next(iter(cases.values())).scenario.run.replications,
        clock=clock.value,
        log="none",
        **where(workers, backend, address),
    )
    if base.scenario.run.precision is not None and replications is None:
        tell(
            f"run.precision is for run, this compares {settings.replications} replications (see --replications)"
        )
    identity_hash = comparison_identity(cases, base, settings)
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
            stored = _compared(cases, base, keeping, name=identity_hash, place=place, quiet=quiet)
    _show(stored, base, show)


def _compared(
    cases: dict[str, LoadedScenario],
    base: LoadedScenario,
    settings: Settings,
    *,
    name: str,
    place: Path,
    quiet: bool,
) -> StoredComparison:
    """Run all cases and write the comparison under the identity `name`."""
    from momentsim.experiments.compare import compare as run_and_pair
    from momentsim.experiments.comparison_store import write_comparison
    from momentsim.experiments.pool import first_interrupt_stops
    from momentsim.report.verdict_words import sentences

    with showing_progress(quiet=quiet) as progress:
        comparison = run_and_pair(cases, base, settings, progress=progress)
    words = sentences(comparison.verdicts, base.scenario.currency)
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
    if stored.manifest["interrupted"]:
        finished, planned = stored.manifest["finished"], stored.manifest["replications"]
        tell(f"stopped: {finished} of {planned} replications were finished in every case and are kept")
        raise typer.Exit(EXIT_STOPPED)


def _print(stored: StoredComparison, base: LoadedScenario, questions: dict[str, str]) -> None:
    """The verdicts first, then the tables, the places and where everything is."""
    from momentsim.report.ranking_table import print_ranking, print_verdicts
    from momentsim.report.tables import print_comparison

    out, baseline, currency = console(), stored.manifest["baseline"], base.scenario.currency
    words = stored.manifest["verdicts"]
    print_verdicts(out, stored.verdicts, words, baseline=baseline, currency=currency)
    print_comparison(out, stored.table, base.scenario, baseline, questions=questions)
    print_ranking(out, stored.ranking, currency)
    out.print(f"results: {stored.place}", markup=False)


def _content(stored: StoredComparison) -> dict[str, Any]:
    from momentsim.experiments.files import rows

    return {
        "ok": True,
        "folder": str(stored.place),
        "manifest": stored.manifest,
        "differences": rows(stored.table),
        "verdicts": rows(stored.verdicts),
        "ranking": rows(stored.ranking),
    }
