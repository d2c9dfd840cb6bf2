"""`momentsim report`: a report and a workbook from a results folder that is there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from momentsim.cli.exit_codes import guard
from momentsim.cli.options import JsonOption
from momentsim.cli.screen import print_json

ResultsFolder = Annotated[
    Path, typer.Argument(metavar="DIR", help="Results folder, like results/latest.", show_default=False)
]

LanguageOption = Annotated[
    str,
    typer.Option(
        "--language",
        metavar="en|zh",
        help="Of headings, tables and glossary of report.html; sentences and results.xlsx are English.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(guard(report))


def report(folder: ResultsFolder, language: LanguageOption = "en", as_json: JsonOption = False) -> None:
    """Write report.html and results.xlsx into a results folder, from what lies in it."""
    from momentsim.questions.documents import add_documents

    written = add_documents(folder, language)
    if as_json:
        print_json({"ok": True, "files": [str(file) for file in written]})
    else:
        for file in written:
            print(file)
