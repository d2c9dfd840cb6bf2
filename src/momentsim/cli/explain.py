"""`momentsim explain`: what a key means, who set it, and the source of the claim; what a measure is."""

from __future__ import annotations

from typing import Annotated

import typer

from momentsim.cli.exit_codes import guard
from momentsim.cli.open_scenario import Changes, open_scenario
from momentsim.cli.options import JsonOption, ScenarioFile, SetOption, VariantOption
from momentsim.cli.screen import print_json, say

Key = Annotated[
    str | None,
    typer.Argument(
        metavar="[KEY]",
        help="Key like workforce.groups.team.heads, or a measure; without it, the whole scenario with origins.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(guard(explain))


def explain(
    file: ScenarioFile,
    key: Key = None,
    variant: VariantOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain one key of a scenario (value, unit, range, meaning, who set it, its source), or a measure."""
    from momentsim.scenario.resolved_file import resolved_text

    loaded, base = open_scenario(file, Changes(variant, overrides or ()))
    if key is not None:
        from momentsim.report.explanation import explain_measure, is_measure

        if is_measure(loaded, key):
            facts = explain_measure(loaded, key)
            lines = (f"  {label:<10} {text}" for label, text in facts.items())
            print_json({"measure": key, **facts}) if as_json else say("\n".join([key, *lines]))
            return
        from momentsim.cli.progress_bar import showing_progress
        from momentsim.report.explanation import explain_fully

        with showing_progress(quiet=as_json) as progress:
            explanation = explain_fully(loaded, base, key, progress)
        print_json(explanation.as_dict()) if as_json else say(str(explanation))
    elif as_json:
        print_json(loaded.resolved())
    else:
        print(resolved_text(loaded), end="")
