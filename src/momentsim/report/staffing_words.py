"""Planned heads in words: whose plan stands, and what it puts on the roster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from momentsim.report.numbers import plain
from momentsim.runs.progress import Progress
from momentsim.runs.staffing.plan import Planner
from momentsim.runs.staffing.told import about_plan, is_restaffed
from momentsim.scenario import LoadedScenario
from momentsim.units import format_duration, format_share

FORMULAS: Final = {"erlang_a": "Erlang A", "erlang_c": "Erlang C"}
GROUPS: Final = "workforce.groups."
About = Mapping[str, Any]


def staffing_words(plan: Mapping[str, About]) -> list[str]:
    """A sentence per group whose heads are planned; `plan` is `about_plan`."""
    return [_group_words(name, each) for name, each in plan.items()]


def planned_words(loaded: LoadedScenario, base: LoadedScenario, key: str, progress: Progress) -> str:
    """What is planned at a key like `workforce.groups.line.heads`; empty at any other, and where heads are written.

    A plan that was never made is made now.
    """
    name, _, field = key.removeprefix(GROUPS).partition(".")
    group = loaded.scenario.workforce.groups.get(name)
    if (
        not key.startswith(GROUPS)
        or field.partition(".")[0] != "heads"
        or group is None
        or not group.is_unplanned
    ):
        return ""
    plan = Planner(progress=progress).staffed(loaded, base).plan
    return _group_words(name, about_plan(loaded, plan)[name])


def _group_words(name: str, about: About) -> str:
    duty = plain(about["most"], 0)
    if about["least"] != about["most"]:
        duty = f"{plain(about['least'], 0)} to {duty}" if about["least"] else f"up to {duty}"
    verb = "need" if "goals" in about else "needs"
    need = (
        f"Heads of {name}: {about['goal']} {verb} {duty} on duty by {FORMULAS[about['formula']]}, "
        f"{plain(about['hours_needed'], 0)} h on the roster"
    )
    week = format_duration(about["full_time_week_s"])
    fte = f"{plain(about['fte'], 1)} full-time equivalents of {week} a week"
    error = about["forecast_error"]
    wrong = f"; days deviate by {format_share(error)} with the forecast" if error else ""
    if is_restaffed(about):
        return f"{need}, {fte}{wrong}."
    return f"{need}; {whose_words(about)}: {plain(about['hours_rostered'], 0)} h, {fte}{wrong}."


def whose_words(about: About) -> str:
    """Whose plan stands."""
    if about["plan"] == "base":
        return "the heads of the file without variants stay"
    if about["lead_s"]:
        lead = format_duration(about["lead_s"])
        return f"the heads of the file without variants stay for {lead}"
    return "planned anew"
