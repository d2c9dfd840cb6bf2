"""`momentsim schema`: the JSON Schema of scenario files, for editors."""

from __future__ import annotations

import typer

from momentsim.cli.exit_codes import guard
from momentsim.cli.options import JsonOption


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("schema")(guard(schema))


def schema(as_json: JsonOption = False) -> None:
    """Print the JSON Schema of scenario files, with which editors complete and check (JSON in any case)."""
    from momentsim.scenario.schema import schema_text

    print(schema_text(), end="")
