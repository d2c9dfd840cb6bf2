"""The results folder of `staff`: the requirement, the heads as files that scenarios read, the search, figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd

from momentsim.questions.staff.about import about
from momentsim.questions.staff.staffing import Staffing
from momentsim.runs.files import TIME_FORMAT, numbers_of, rows, write_csv, write_json
from momentsim.runs.manifest import machine, versions
from momentsim.runs.results_folder import MANIFEST, document, draft, find_in, folder_name
from momentsim.runs.stored_run import FIGURES, RESULTS
from momentsim.scenario import LoadedScenario
from momentsim.scenario.resolved_file import resolved_text
from momentsim.scenario.staffed import heads_file_name, heads_text, interval_starts

CONTENT: Final = "staff.json"
TEXTS: Final = ("interval_start", "group", "stage", "goal", "verdict", "tightest_goal")
Draw = Callable[[Path, pd.DataFrame, pd.DataFrame, dict[str, Any]], None]
"""Draws the figures of a requirement, its levels and its manifest into a folder."""


@dataclass(frozen=True)
class StoredStaffing:
    """An answer as its folder tells it."""

    folder: Path
    manifest: dict[str, Any]
    requirement: pd.DataFrame
    levels: pd.DataFrame


def staff_place(loaded: LoadedScenario, identity_hash: str) -> Path:
    """`results/NAME-staff-HASH8`; the goal is in the manifest."""
    return RESULTS / folder_name(f"{loaded.scenario.name}-staff", identity_hash)


def read_staffing(folder: Path, manifest: dict[str, Any]) -> StoredStaffing:
    """What lies at `folder`, the folder of this manifest."""
    content = document(folder, CONTENT)
    requirement, levels = (numbers_of(content[name], TEXTS) for name in ("requirement", "levels"))
    return StoredStaffing(folder, manifest, requirement, levels)


def find_staffing(folder: Path, identity_hash: str) -> StoredStaffing | None:
    """The complete answer of this identity at `folder`, if there is one."""
    return find_in(folder, identity_hash, (CONTENT,), partial(read_staffing, folder))


def write_staffing(staffing: Staffing, folder: Path, *, draw: Draw) -> StoredStaffing:
    """Write an answer as a whole folder; where Ctrl-C came first, what is finished of it."""
    content = _manifest(staffing)
    requirement = staffing.requirement.assign(
        interval_start=staffing.requirement["interval_start"].dt.strftime(TIME_FORMAT)
    )
    with draft(folder) as draft_folder:
        write_csv(requirement, draft_folder / "requirement.csv")
        write_csv(staffing.levels, draft_folder / "levels.csv")
        write_csv(staffing.observations, draft_folder / "levels_replications.csv")
        write_json(
            {"requirement": rows(requirement), "levels": rows(staffing.levels)}, draft_folder / CONTENT
        )
        (draft_folder / "scenario.yaml").write_text(resolved_text(staffing.loaded), encoding="utf-8")
        if staffing.heads is not None and staffing.staffed is not None:
            _write_heads(staffing, draft_folder)
        (draft_folder / FIGURES).mkdir()
        draw(draft_folder / FIGURES, requirement, staffing.levels, content)
        write_json(content, draft_folder / MANIFEST)
    return StoredStaffing(folder, content, requirement, staffing.levels)


def _write_heads(staffing: Staffing, folder: Path) -> None:
    """The heads as files, and the scenario that reads them."""
    starts = interval_starts(staffing.loaded.scenario)
    for group, heads in (staffing.heads or {}).items():
        (folder / heads_file_name(group)).write_text(heads_text(starts, heads), encoding="utf-8-sig")
    assert staffing.staffed is not None, "heads come with the scenario that has them"
    text = resolved_text(staffing.staffed)
    text = re.sub(r"(heads_file: \"?heads_\S+\s*# )default", r"\1momentsim staff", text)
    (folder / "scenario_staffed.yaml").write_text(text, encoding="utf-8")


def _manifest(staffing: Staffing) -> dict[str, Any]:
    loaded = staffing.loaded
    return {
        "file": loaded.path.name,
        "variant": loaded.variant,
        "content_hash": loaded.content_hash,
        "seed": loaded.scenario.seed,
        "workers": staffing.settings.workers,
        **about(staffing),
        "interrupted": staffing.interrupted,
        "complete": not staffing.interrupted,
        "warnings": [str(problem) for problem in loaded.warnings],
        "versions": versions(),
        "machine": machine(),
        "identity": staffing.identity,
    }
