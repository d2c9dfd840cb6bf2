"""`momentsim explain`: what a key means, who set it, and the source of the claim."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from momentsim.cli.exit_codes import guard
from momentsim.cli.open_scenario import Changes, open_scenario
from momentsim.cli.options import JsonOption, ScenarioFile, SetOption, VariantOption
from momentsim.cli.screen import print_json

if TYPE_CHECKING:
    from momentsim.scenario import LoadedScenario

Key = Annotated[
    str | None,
    typer.Argument(
        metavar="[KEY]",
        help="Key like workforce.groups.team.heads; without it, the whole scenario with origins.",
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
    """Explain one key of a scenario: value, unit, range, meaning, who set it, and its source."""
    from momentsim.scenario.explain import explain as explained
    from momentsim.scenario.resolved_file import resolved_text

    loaded, base = open_scenario(file, Changes(variant, overrides or ()))
    if key is not None:
        explanation = explained(loaded, key)
        if key.startswith("moments."):
            from momentsim.runs.observed import observed_words

            explanation = replace(explanation, observed=observed_words(loaded, base, key))
        if key.startswith("workforce.groups."):
            from momentsim.cli.progress_bar import showing_progress
            from momentsim.report.staffing_words import planned_words

            with showing_progress(quiet=as_json) as progress:
                planned = planned_words(loaded, base, key, progress)
            explanation = replace(explanation, planned=planned)
        if key.split(".")[0] in ("customers", "waiting"):
            explanation = replace(explanation, used_to=_used_to(loaded, base))
        print_json(explanation.as_dict()) if as_json else print(explanation)
    elif as_json:
        print_json(loaded.resolved())
    else:
        print(resolved_text(loaded), end="")


def _used_to(loaded: LoadedScenario, base: LoadedScenario) -> str:
    """How customers were served when their loyalty was observed, if a run has found that out."""
    from momentsim.report.reference_words import usual_service_words
    from momentsim.runs.reference import kept_reference_for
    from momentsim.runs.staffing.plan import Planner

    staffed = Planner().staffed(loaded, base)
    reference = kept_reference_for(staffed.loaded, staffed.base)
    if reference is None or not reference.service.calls:
        return "the first run finds out" if loaded.scenario.behaviour.memory else ""
    return usual_service_words(loaded.scenario, reference.service)
