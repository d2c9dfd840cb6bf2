"""`momentsim list`: scenarios and playbooks that come with the program, measures, variants of a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from momentsim.cli.exit_codes import guard
from momentsim.cli.options import JsonOption, ScenarioFile
from momentsim.cli.screen import console, print_json, say

Row = dict[str, Any]

listing = typer.Typer(
    help="List scenarios, playbooks, measures or the variants of a file.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(listing, name="list")
    listing.command("scenarios")(guard(scenarios))
    listing.command("playbooks")(guard(playbooks))
    listing.command("measures")(guard(measures))
    listing.command("variants")(guard(variants))


def scenarios(as_json: JsonOption = False) -> None:
    """Scenarios that come with the program."""
    from momentsim.scenario.shipped import shipped_scenarios

    rows = [
        {
            "name": scenario.name,
            "description": scenario.description,
            "variants": list(scenario.variants),
            "file": _from_here(scenario.path),
        }
        for scenario in shipped_scenarios()
    ]
    _show(rows, as_json=as_json)


def playbooks(as_json: JsonOption = False) -> None:
    """Playbooks that come with the program, for `run --playbook`."""
    from momentsim.scenario.shipped import shipped_playbooks

    rows = [
        {"name": name, "description": text, "file": _from_here(path)}
        for name, path, text in shipped_playbooks()
    ]
    _show(rows, as_json=as_json)


def measures(as_json: JsonOption = False) -> None:
    """Measures of the summary: what they mean, and how they are counted."""
    from momentsim.measures.catalogue import MEASURES

    if not as_json:
        _show(
            [
                {
                    "measure": measure.name,
                    "unit": measure.unit,
                    "better": measure.better,
                    "meaning": measure.meaning,
                }
                for measure in MEASURES
            ],
            as_json=False,
        )
        return
    facts = (
        "name",
        "title",
        "meaning",
        "unit",
        "better",
        "section",
        "headline",
        "kind",
        "scopes",
        "numerator",
        "denominator",
        "interval",
    )
    print_json([{fact: getattr(measure, fact) for fact in facts} for measure in MEASURES])


def variants(file: ScenarioFile, as_json: JsonOption = False) -> None:
    """Variants of a scenario file; combine them like a+b."""
    from momentsim.scenario import load

    variants_there = load(file).variants
    if not variants_there and not as_json:
        say(f"{file} has no variants")
        return
    _show([{"variant": name, "description": text} for name, text in variants_there.items()], as_json=as_json)


def _show(rows: Sequence[Row], *, as_json: bool) -> None:
    if as_json:
        print_json(list(rows))
    elif rows:
        from momentsim.report.terminal import print_table

        print_table(console(), _table(rows))


def _table(rows: Sequence[Row]) -> Any:
    from momentsim.report.terminal import new_table

    names = list(rows[0])
    table = new_table(*names, left=names)
    for row in rows:
        table.add_row(*(_words(value) for value in row.values()))
    return table


def _words(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _from_here(path: Path) -> str:
    """The path as one would type it, if it lies below the present folder."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
