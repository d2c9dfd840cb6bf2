"""`momentsim validate`: what is simulated against what is known exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from momentsim.cli.exit_codes import guard
from momentsim.cli.options import JsonOption, QuietOption, WorkersOption
from momentsim.cli.progress_bar import showing_progress
from momentsim.cli.screen import console, print_json, tell
from momentsim.runs.settings import default_workers

if TYPE_CHECKING:
    from rich.table import Table

    from momentsim.validation.mutation import Catch
    from momentsim.validation.proof import Proof
    from momentsim.validation.suite import ValidationReport

EXIT_NOT_PROVED = 1
ALL_TAKE = "about two minutes on two idle cores"

OnlyOption = Annotated[
    list[str] | None, typer.Option("--only", metavar="CASE", help="Only this case. Can be repeated.")
]
QuickOption = Annotated[
    bool, typer.Option("--quick", help="Only the cases that take seconds; all of them take minutes.")
]
MutateOption = Annotated[
    bool, typer.Option("--mutate", help="Plant bugs in a copy of the program; the proofs must catch each.")
]
MutateOnlyOption = Annotated[
    list[str] | None,
    typer.Option("--mutate-only", metavar="BUG", help="Plant only this bug. Can be repeated."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("validate")(guard(validate))


def validate(
    only: OnlyOption = None,
    quick: QuickOption = False,
    mutate: MutateOption = False,
    mutate_only: MutateOnlyOption = None,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Prove that the simulator is right: exact formulas, conservation, equal clocks. With --mutate, prove the proofs.

    Exit code 1 if a proof fails, or proves nothing, or (with --mutate) if a planted bug is not caught.
    """
    threads = workers or default_workers()
    if mutate or mutate_only:
        passed = _mutate(mutate_only or [], threads, as_json=as_json, quiet=quiet)
    else:
        passed = _validate(only or [], threads, quick=quick, as_json=as_json, quiet=quiet)
    if not passed:
        raise typer.Exit(EXIT_NOT_PROVED)


def _validate(only: list[str], threads: int, *, quick: bool, as_json: bool, quiet: bool) -> bool:
    from momentsim.validation.suite import choose_cases, validate

    cases = choose_cases(only, quick=quick)
    if not (only or quick or as_json or quiet):
        tell(
            f"{len(cases)} cases, {ALL_TAKE}; --quick makes {len(choose_cases([], quick=True))} of them in seconds"
        )
    with showing_progress(quiet=quiet or as_json) as progress:
        report = validate(cases, workers=threads, progress=progress)
    if as_json:
        print_json(report.content())
    elif not quiet:
        from momentsim.report.terminal import print_table

        out = console()
        print_table(out, proof_table(report))
        out.print(closing_words(report), markup=False)
    return report.has_passed


def proof_table(report: ValidationReport) -> Table:
    """Case, figure, exact value, simulated value with its interval, distance in standard errors, verdict."""
    from rich.text import Text

    from momentsim.report.terminal import new_table

    table = new_table("case", "figure", "exact", "simulated", "z", "verdict", left=("figure", "verdict"))
    case = ""
    for proof in report.proofs:
        shown = "" if proof.case == case else proof.case
        case = proof.case
        style = "green" if proof.has_passed else "bold red"
        z = f"{proof.z:+.1f}" if proof.z == proof.z else ""
        table.add_row(shown, proof.figure, *exact_and_found(proof), z, Text(proof.verdict.value, style=style))
    return table


def exact_and_found(proof: Proof) -> tuple[str, str]:
    """Exact and found value with their unit: shares in percent, counts without decimals."""
    factor, digits, unit = 1.0, 4, f" {proof.unit}"
    if proof.unit == "share":
        factor, digits, unit = 100.0, 3, " %"
    elif not proof.is_sampled and proof.unit not in ("s", "money"):
        digits, unit = 0, f" {proof.unit}"
    elif not proof.is_sampled:
        digits = 6
    exact, found_text = (f"{factor * value:,.{digits}f}" for value in (proof.exact, proof.found))
    half = f" \N{PLUS-MINUS SIGN} {factor * proof.half_width:,.{digits}f}" if proof.is_sampled else ""
    return f"{exact}{unit}", f"{found_text}{half}{unit}"


def closing_words(report: ValidationReport) -> str:
    """One line on what the table says."""
    from momentsim.validation.proof import FALSE_ALARM

    passed = sum(proof.has_passed for proof in report.proofs)
    return (
        f"{passed} of {len(report.proofs)} proofs passed. Intervals are 95 % (t over replications); a right "
        f"program fails any sampled proof of a whole run with a probability below {FALSE_ALARM:g}."
    )


def _mutate(only: list[str], threads: int, *, as_json: bool, quiet: bool) -> bool:
    from momentsim.validation.mutation import choose_mutants, mutate

    mutants = choose_mutants(only)
    with showing_progress(quiet=quiet or as_json) as progress:
        catches = mutate(mutants, workers=threads, progress=progress)
    passed = all(catch.as_it_should for catch in catches)
    if as_json:
        print_json({"ok": passed, "bugs": [catch.content() for catch in catches]})
    elif not quiet:
        from momentsim.report.terminal import print_table

        print_table(console(), catch_table(catches))
    if not passed:
        names = ", ".join(catch.mutant.name for catch in catches if not catch.as_it_should)
        tell(f"not as it should be: {names}")
    return passed


def catch_table(catches: tuple[Catch, ...]) -> Table:
    """Which proofs caught which bug."""
    from rich.text import Text

    from momentsim.report.terminal import new_table

    columns = "planted bug", "what is wrong", "proofs that failed", "verdict"
    table = new_table(*columns, left=columns)
    for catch in catches:
        good = catch.as_it_should
        words = "caught" if catch.failed else "not caught"
        if not catch.mutant.file:
            words = "passed" if good else "failed"
        verdict = Text("broken" if catch.broken else words, style="green" if good else "bold red")
        shown = [*catch.failed[:3], *([f"and {len(catch.failed) - 3} more"] if len(catch.failed) > 3 else [])]
        proofs = Text(catch.broken or "\n".join(shown))  # may hold what looks like markup
        table.add_row(catch.mutant.name, catch.mutant.sentence, proofs, verdict)
    return table
