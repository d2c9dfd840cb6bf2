"""`momentsim worth`: what a variant is worth, and under which conditions it is worth nothing."""

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
    from momentsim.experiments.settings import Settings
    from momentsim.experiments.worth import Question
    from momentsim.experiments.worth_store import StoredWorth

VariantName = Annotated[
    str, typer.Argument(metavar="V", help="The variant in question, like training or a+b.")
]
UnderOption = Annotated[
    list[str] | None,
    typer.Option("--under", metavar="V", help="A variant that both sides have. Can be repeated."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("worth")(guarded(worth))


def worth(
    file: ScenarioFile,
    variant: VariantName,
    under: UnderOption = None,
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
    """Say what a variant is worth in customers and money, and under which conditions it is worth nothing."""
    from momentsim.experiments.conditions import own_condition, standard_conditions
    from momentsim.experiments.place import worked_on
    from momentsim.experiments.settings import Settings, where
    from momentsim.experiments.worth import questions_of
    from momentsim.experiments.worth_store import find_worth, worth_identity, worth_place
    from momentsim.scenario import load

    changes = Changes(None, overrides or (), seed, replications).all_overrides()
    as_written = load(file, overrides=changes)
    own = [own_condition(name, as_written.question(name)) for name in under or ()]
    questions = questions_of(file, variant, [*standard_conditions(as_written), *own], changes)
    settings = Settings(
        replications=as_written.scenario.run.replications, log="none", **where(workers, backend, address)
    )
    name = worth_identity(questions, settings)
    place = out or worth_place(questions[0], variant, name)
    with worked_on(place, name, fresh=fresh, say=tell) as keep:
        stored = None if fresh else find_worth(place, name)
        if stored is not None:
            tell(
                f"the same question is answered there already and is shown again (--fresh computes it): {place}"
            )
        else:
            keeping = replace(settings, keep=keep)
            stored = _answered(questions, variant, keeping, name=name, place=place, quiet=quiet)
    _show(stored, Show(as_json, quiet))


def _answered(
    questions: list[Question], variant: str, settings: Settings, *, name: str, place: Path, quiet: bool
) -> StoredWorth:
    """Run both sides of every question and write the answer under the identity `name`."""
    from momentsim.experiments.numbers_behind import numbers_behind
    from momentsim.experiments.pool import first_interrupt_stops
    from momentsim.experiments.worth import worth as run_and_pair
    from momentsim.experiments.worth_store import write_worth
    from momentsim.report.figure_worth import draw_all

    with showing_progress(quiet=quiet) as progress:
        answer = run_and_pair(questions, variant, settings, progress=progress)
    numbers = numbers_behind(questions[0].without, questions[0].with_it)
    with first_interrupt_stops(Event()):
        return write_worth(answer, numbers, questions[0], place, name, draw=draw_all)


def _show(stored: StoredWorth, show: Show) -> None:
    if show.as_json:
        print_json(_content(stored))
    elif show.quiet:
        print(stored.place)
    else:
        from momentsim.report.worth_table import print_numbers, print_worth

        print_worth(console(), stored.table, stored.manifest, stored.manifest["currency"])
        print_numbers(console(), stored.numbers)
        console().print(f"results: {stored.place}", markup=False, soft_wrap=True)
    if stored.manifest["interrupted"]:
        finished, planned = stored.manifest["finished"], stored.manifest["replications"]
        tell(f"stopped: {finished} of {planned} replications were finished on every side and are kept")
        raise typer.Exit(EXIT_STOPPED)


def _content(stored: StoredWorth) -> dict[str, Any]:
    from momentsim.experiments.files import rows

    return {
        "ok": True,
        "folder": str(stored.place),
        "manifest": stored.manifest,
        "conditions": rows(stored.table),
        "numbers": rows(stored.numbers),
    }
