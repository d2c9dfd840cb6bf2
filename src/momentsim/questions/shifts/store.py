"""The results folder of `shifts`: the plan as tables, a scenario that runs it, and a figure."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from momentsim.errors import MomentsimError
from momentsim.questions.shifts.shift_plan import ShiftPlan, ShiftQuestion
from momentsim.runs.files import rows, write_csv, write_json
from momentsim.runs.manifest import machine, versions
from momentsim.runs.results_folder import MANIFEST, document, draft, find_in, folder_name
from momentsim.runs.stored_run import FIGURES, RESULTS
from momentsim.scenario.resolved_file import resolved_text

CONTENT = "plan.json"
LAYER = "shifts.yaml"
SHIFTS = "shifts.csv"
BASE = Path("scenario") / "scenario.yaml"
Draw = Callable[[Path, "StoredPlan"], None]
"""Draws the figures of a plan into a folder."""


@dataclass(frozen=True)
class StoredPlan:
    """A plan as its folder tells it."""

    folder: Path
    manifest: dict[str, Any]
    week: pd.DataFrame
    cover: pd.DataFrame
    shifts: pd.DataFrame


def plan_place(question: ShiftQuestion) -> Path:
    """`results/NAME-shifts-HASH8`."""
    return RESULTS / folder_name(f"{question.loaded.scenario.name}-shifts", question.identity)


def read_plan(folder: Path, manifest: dict[str, Any]) -> StoredPlan:
    """What lies at `folder`, the folder of this manifest."""
    content = document(folder, CONTENT)
    week, cover, shifts = (pd.DataFrame(content[name]) for name in ("week", "cover", "shifts"))
    cover["interval_start"] = pd.to_datetime(cover["interval_start"])
    return StoredPlan(folder, manifest, week, cover, shifts)


def find_plan(folder: Path, identity_hash: str) -> StoredPlan | None:
    """The complete plan of this identity at `folder`, if there is one."""
    return find_in(folder, identity_hash, (CONTENT,), partial(read_plan, folder))


def write_plan(plan: ShiftPlan, folder: Path, *, draw: Draw) -> StoredPlan:
    """Write a plan as a whole folder."""
    content = _manifest(plan)
    with draft(folder) as draft_folder:
        write_csv(plan.shifts, draft_folder / SHIFTS)
        write_csv(plan.week, draft_folder / "week.csv")
        write_csv(plan.cover, draft_folder / "cover.csv")
        tables = {name: rows(getattr(plan, name)) for name in ("week", "cover", "shifts")}
        write_json(tables, draft_folder / CONTENT)
        _write_scenario(draft_folder, plan)
        stored = StoredPlan(folder, content, plan.week, plan.cover, plan.shifts)
        (draft_folder / FIGURES).mkdir()
        draw(draft_folder / FIGURES, stored)
        write_json(content, draft_folder / MANIFEST)
    return stored


def _write_scenario(folder: Path, plan: ShiftPlan) -> None:
    """The scenario with its side files in a folder of its own, and the layer that gives the group its shifts."""
    loaded, group = plan.question.loaded, plan.question.group
    base = folder / BASE
    base.parent.mkdir()
    base.write_text(resolved_text(loaded), encoding="utf-8")
    for name, file in loaded.side_files.items():
        beside = Path(os.path.normpath(base.parent / name))
        beside.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(file, beside)
        except FileNotFoundError:
            raise MomentsimError(
                f"{file}: this side file of {loaded.path.name} is gone, put it back to write the plan"
            ) from None
    teams = "teams: null, " if _too_small_for_teams(plan) else ""
    lines = [
        f"# {loaded.scenario.name} with the shifts of {SHIFTS}: edit heads there, and run this file.",
        f"extends: {BASE.as_posix()}",
        "workforce:",
        "  groups:",
        f"    {json.dumps(group)}:",
        f"      {{{teams}heads: null, heads_file: null, shifts: null, shifts_file: {SHIFTS}}}",
    ]
    (folder / LAYER).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _too_small_for_teams(plan: ShiftPlan) -> bool:
    """Each shift deals its own agents to the teams of a group; with fewer of them a scenario is refused."""
    question = plan.question
    teams = question.loaded.scenario.workforce.groups[question.group].teams
    return teams is not None and teams.count > max(int(plan.shifts["heads"].max()), 1)


def about(plan: ShiftPlan) -> dict[str, Any]:
    """What a plan says about itself: plain data from which its words and its figure are made."""
    question = plan.question
    loaded, requirement = question.loaded, question.requirement
    group = loaded.scenario.workforce.groups[question.group]
    hours = requirement.interval_s / 3600.0
    return {
        "scenario": loaded.scenario.name,
        "file": loaded.path.name,
        "variant": loaded.variant,
        "group": question.group,
        "content_hash": loaded.content_hash,
        "requirement": requirement.source,
        "hard": question.hard,
        "seconds_allowed": question.seconds,
        "currency": loaded.scenario.currency,
        "cost": round(plan.cost, 2),
        "paid_hours": round(plan.paid_hours, 4),
        "agents": plan.agents,
        "gap": plan.gap,
        "weeks": requirement.weeks,
        "by_day": plan.by_day,
        "interval_s": requirement.interval_s,
        "shrinkage": group.shrinkage,
        "absence": group.absence,
        "available": requirement.available,
        "required_hours": float(plan.cover["required"].sum()) * hours,
        "under_hours": float(plan.cover["under"].sum()) * hours,
        "over_hours": float(plan.cover["over"].sum()) * hours,
        "out_of_reach": list(plan.out_of_reach),
        "warnings": [str(problem) for problem in loaded.warnings],
    }


def _manifest(plan: ShiftPlan) -> dict[str, Any]:
    return {
        **about(plan),
        "left_out": "teams" if _too_small_for_teams(plan) else "",
        "identity": plan.question.identity,
        "complete": True,
        "seconds": {"plan": round(plan.seconds, 3)},
        "versions": versions(),
        "machine": machine(),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
    }
