"""`momentsim evidence`: where the numbers about behaviour come from."""

from __future__ import annotations

from dataclasses import asdict
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Final

import typer

from momentsim.cli.exit_codes import guard
from momentsim.cli.options import JsonOption
from momentsim.cli.screen import console, print_json, say
from momentsim.errors import MomentsimError

if TYPE_CHECKING:
    from momentsim.scenario.evidence.registry import Parameter

INDENT: Final = " " * 6
MOST_COLUMNS: Final = 120
"""Longer lines are hard to read."""

SearchWords = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SEARCH]", help="Words that must all occur: a name, a tag, a source, E2.7.3."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evidence")(guard(evidence))


def evidence(search: SearchWords = None, as_json: JsonOption = False) -> None:
    """List every behavioural parameter with value, plausible range, source and tag."""
    from momentsim.scenario.evidence.registry import search as found_by

    words = " ".join(search or ())
    parameters = found_by(words)
    if not parameters:
        raise MomentsimError(
            f"evidence: nothing contains '{words}', try one word, or none for the whole list"
        )
    if as_json:
        print_json([asdict(parameter) for parameter in parameters])
    elif len(parameters) == 1:
        say(card(parameters[0]))
    else:
        say(_list(parameters, min(console().width, MOST_COLUMNS)))


def card(parameter: Parameter) -> str:
    """Everything about one parameter, one fact a line."""
    from momentsim.units import format_number

    facts = (
        ("value", f"{format_number(parameter.value)} {parameter.unit}".rstrip()),
        ("plausible range", parameter.range_text()),
        ("in worlds", "moved also where a file writes it, by as much" if parameter.is_belief else ""),
        ("meaning", parameter.meaning),
        ("tag", parameter.tag),
        ("source", parameter.source),
        ("address", parameter.address),
        ("evidence", parameter.evidence),
    )
    return "\n".join([parameter.name, *(f"  {name + ':':<17}{text}" for name, text in facts if text)])


def _list(parameters: list[Parameter], width: int) -> str:
    """Section by section: a line with the number, below it what it means and who says so."""
    from momentsim.units import format_number

    lines: list[str] = []
    section = ""
    for parameter in parameters:
        if parameter.section != section:
            section = parameter.section
            lines += ["", section.replace("_", " ").capitalize()]
        number = f"{format_number(parameter.value)} {parameter.unit}".rstrip()
        lines += [
            f"  {parameter.name}: {number} ({parameter.range_text()}), {parameter.tag}",
            *_indented(parameter.meaning, width),
            *_indented(f"{parameter.source} ({parameter.evidence})", width),
        ]
    return "\n".join(lines[1:])


def _indented(text: str, width: int) -> list[str]:
    return wrap(
        text,
        width,
        initial_indent=INDENT,
        subsequent_indent=INDENT,
        break_on_hyphens=False,
        break_long_words=False,
    )
