"""`momentsim worth`: what a variant is worth, and under which conditions it is worth nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
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
    WorkersOption,
)
from momentsim.cli.screen import Show, console, tell

if TYPE_CHECKING:
    from momentsim.questions.worth.store import StoredWorth
    from momentsim.questions.worth.worth import Worth
    from momentsim.runs.progress import Progress
    from momentsim.runs.resume import KeptReplications

THERE = "the same question is answered there already and is shown again (--fresh computes it)"

VariantName = Annotated[
    str, typer.Argument(metavar="V", help="The variant in question, like training or a+b.")
]
UnderOption = Annotated[
    list[str] | None,
    typer.Option("--under", metavar="V", help="A variant that both sides have. Can be repeated."),
]


AllParametersOption = Annotated[
    bool,
    typer.Option("--all-parameters", help="Every number of the model behind the answer, with its source."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("worth")(guard(worth))


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
    full: FullOption = False,
    all_parameters: AllParametersOption = False,
    fresh: FreshOption = False,
    quiet: QuietOption = False,
    no_xlsx: NoXlsxOption = False,
) -> None:
    """Say what a variant is worth in customers and money, and under which conditions it is worth nothing."""
    from momentsim.questions.saving import save_worth
    from momentsim.questions.worth.conditions import own_condition, standard_conditions
    from momentsim.questions.worth.store import find_worth, worth_place
    from momentsim.questions.worth.worth import questions_of, worth_identity
    from momentsim.questions.worth.worth import worth as run_and_pair
    from momentsim.runs.settings import RunSettings, where
    from momentsim.scenario import load

    changes = Changes(None, overrides or (), seed, replications).all_overrides()
    as_written = load(file, overrides=changes)
    own = [own_condition(name, as_written.question(name)) for name in under or ()]
    questions = questions_of(file, variant, [*standard_conditions(as_written), *own], changes)
    settings = RunSettings(
        replications=as_written.scenario.run.replications, log="none", **where(workers, backend, address)
    )

    def work(keep: KeptReplications, progress: Progress) -> Worth:
        return run_and_pair(questions, variant, replace(settings, keep=keep), progress=progress)

    name, show = worth_identity(questions, settings), Show(as_json, quiet)
    place = out or worth_place(questions[0], variant, name)
    question = Question(name, place, find_worth, work, save_worth, THERE, out is None)
    _show(
        find_or_answer(question, show, fresh=fresh, xlsx=not no_xlsx),
        show,
        full=full,
        all_parameters=all_parameters,
    )


def _show(stored: StoredWorth, show: Show, *, full: bool, all_parameters: bool) -> None:
    def tables() -> None:
        from momentsim.questions.worth.terminal import (
            print_chain,
            print_months,
            print_numbers,
            print_worth,
        )

        out, currency = console(), stored.manifest["currency"]
        print_worth(out, stored.table, stored.months, stored.manifest, currency)
        if full:
            print_months(out, stored.months, currency)
            print_chain(out, stored.chain)
        if full or all_parameters:
            print_numbers(out, stored.numbers, everything=all_parameters)

    show_answer(stored.folder, show, partial(_content, stored), tables)
    if stored.manifest["interrupted"]:
        finished, planned = stored.manifest["finished"], stored.manifest["replications"]
        tell(f"stopped: {finished} of {planned} replications were finished on every side and are kept")
        raise typer.Exit(EXIT_STOPPED)


def _content(stored: StoredWorth) -> dict[str, Any]:
    tables = {
        "conditions": stored.table,
        "chain": stored.chain,
        "months": stored.months,
        "numbers": stored.numbers,
    }
    return answer_content(stored.folder, stored.manifest, **tables)
