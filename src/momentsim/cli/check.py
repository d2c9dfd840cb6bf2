"""`momentsim check`: everything that is wrong with a scenario file and its variants, without running it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from momentsim.cli.exit_codes import guard, problem_content
from momentsim.cli.open_scenario import Changes, open_scenario
from momentsim.cli.options import JsonOption, ScenarioFile, SetOption, VariantOption
from momentsim.cli.screen import print_json, say

if TYPE_CHECKING:
    from momentsim.scenario import LoadedScenario


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(guard(check))


def check(
    file: ScenarioFile,
    variant: VariantOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a scenario file and all its variants; nothing is simulated."""
    from momentsim.runs.replication_count import replications_of

    cases = _cases(file, variant, overrides)
    for loaded in cases.values():
        replications_of(loaded)
    if as_json:
        print_json({"ok": True, "cases": {name: _content(loaded) for name, loaded in cases.items()}})
        return
    for name, loaded in cases.items():
        say(f"{file}: {name}: {_verdict(loaded)}")
        for problem in loaded.warnings:
            say(f"  warning: {problem}")


def _cases(file: Any, variant: str | None, overrides: list[str] | None) -> dict[str, LoadedScenario]:
    """The one variant that was asked for, or the scenario and each of its variants."""
    from momentsim.scenario.loading import load_all

    if variant:
        return {variant: open_scenario(file, Changes(variant, overrides or ()))[0]}
    return {name or "base": loaded for name, loaded in load_all(file, overrides or ()).items()}


def _verdict(loaded: LoadedScenario) -> str:
    count = len(loaded.warnings)
    return "good" if count == 0 else f"good, with {count} warning{'s' if count > 1 else ''}"


def _content(loaded: LoadedScenario) -> dict[str, Any]:
    return {
        "content_hash": loaded.content_hash,
        "warnings": [problem_content(problem) for problem in loaded.warnings],
    }
