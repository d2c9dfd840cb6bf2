"""Puts the commands together."""

from __future__ import annotations

from typing import Annotated

import typer

from momentsim.cli import app as app_command
from momentsim.cli import (
    check,
    compare,
    curve,
    evidence,
    explain,
    fit,
    listing,
    new,
    report,
    run,
    schema,
    shifts,
    staff,
    sweep,
    validate,
    worth,
)

COMMANDS = (
    run, compare, sweep, staff, shifts, worth, curve, app_command, report, check, explain, schema, new, listing,
    fit, evidence, validate,
)  # fmt: skip
"""Modules with commands, in the order of the help; each has `register(app)`."""

app = typer.Typer(
    name="momentsim",
    help="Contact-centre moments of truth: from a scenario file to service, loyalty, churn and cost.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"momentsim {version('momentsim')}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


for _module in COMMANDS:
    _module.register(app)
