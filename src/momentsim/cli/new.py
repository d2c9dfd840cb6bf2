"""`momentsim new`: a scenario file to start from."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from momentsim.cli.exit_codes import guard
from momentsim.cli.options import JsonOption
from momentsim.cli.screen import print_json
from momentsim.errors import MomentsimError

NewFile = Annotated[Path, typer.Argument(metavar="FILE", help="File to write.", show_default=False)]
Template = Annotated[
    str | None,
    typer.Option("--from", metavar="NAME", help="Copy a shipped scenario (see `momentsim list scenarios`)."),
]


class StartWord(StrEnum):
    """What a new scenario is like."""

    helpdesk = "helpdesk"
    outage = "outage"
    bank = "bank"
    airline = "airline"
    webshop = "webshop"


Like = Annotated[
    StartWord | None,
    typer.Option(
        "--like",
        help="A centre of one screen with something that is off and variants that try to mend it.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("new")(guard(new))


def new(file: NewFile, like: Like = None, template: Template = None, as_json: JsonOption = False) -> None:
    """Write a scenario file to start from; an existing file is never overwritten."""
    if like is not None and template is not None:
        raise MomentsimError("--like and --from are both given, give one of them")
    content = _start(file, like) if template is None else _read_shipped(template)
    from momentsim.scenario.new import write_new

    write_new(file, content)
    if as_json:
        print_json({"ok": True, "file": str(file), "template": template or like})
    else:
        print(f"wrote {file}; see what its variants do with: momentsim compare {file}")


def _start(file: Path, like: StartWord | None) -> bytes:
    """A small scenario named like the file."""
    from momentsim.scenario.new import PLAIN, new

    name = re.sub(r"[^A-Za-z0-9_-]+", "_", file.stem)
    named = name if name[:1].isalpha() else f"scenario_{name}"
    return new(named, PLAIN if like is None else like.value).encode()


def _read_shipped(name: str) -> bytes:
    """The file of a shipped scenario, with its comments."""
    from momentsim.scenario.shipped import shipped_scenarios
    from momentsim.suggestions import did_you_mean

    known = {scenario.name: scenario.path for scenario in shipped_scenarios()}
    if name not in known:
        told = (
            f"there is no shipped scenario '{name}'",
            f"known: {', '.join(known)}",
            did_you_mean(name, known),
        )
        raise MomentsimError(", ".join(part for part in told if part))
    return known[name].read_bytes()
