"""The results folder of `staff`: the requirement, the heads as files that scenarios read, the search, figures."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from momentsim.experiments.files import rows, write_csv, write_json
from momentsim.experiments.folder import MANIFEST, draft
from momentsim.experiments.identity import folder_name, identity, package_version
from momentsim.experiments.manifest import machine, versions
from momentsim.experiments.settings import Settings
from momentsim.experiments.staff.about import about
from momentsim.experiments.staff.staffing import Asked, Staffing
from momentsim.experiments.store import RESULTS
from momentsim.scenario import LoadedScenario
from momentsim.scenario.dump import resolved_text
from momentsim.scenario.staffed import heads_file_name, heads_text, interval_starts

CONTENT: Final = "staff.json"
FIGURES: Final = "figures"
TEXTS: Final = ("interval_start", "group", "stage", "verdict")
Draw = Callable[[Path, pd.DataFrame, pd.DataFrame, dict[str, Any]], None]
"""Draws the figures of a requirement, its levels and its manifest into a folder."""


@dataclass(frozen=True)
class StoredStaffing:
    """An answer as its folder tells it."""

    place: Path
    manifest: dict[str, Any]
    requirement: pd.DataFrame
    levels: pd.DataFrame


def staff_identity(loaded: LoadedScenario, base: LoadedScenario, asked: Asked, settings: Settings) -> str:
    """SHA-256 of the scenario, the reference operation, what is asked for, and the replications."""
    goal = f"{asked.goal} {' '.join(asked.groups)} {asked.confidence!r} {asked.least}"
    parts = (identity(loaded, base, settings), goal, package_version())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def staff_place(loaded: LoadedScenario, asked: Asked, identity_hash: str) -> Path:
    """`results/NAME-staff-HASH8`; the goal is in the manifest."""
    return RESULTS / folder_name(f"{loaded.scenario.name}-staff", identity_hash)


def find_staffing(place: Path, identity_hash: str) -> StoredStaffing | None:
    """The complete answer of this identity at `place`, if there is one."""
    try:
        found = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        if not (found["complete"] and found["identity"] == identity_hash):
            return None
        content = json.loads((place / CONTENT).read_text(encoding="utf-8"))
        return StoredStaffing(place, found, *(_table(content[name]) for name in ("requirement", "levels")))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # no answer, or one that somebody has touched


def write_staffing(
    staffing: Staffing, settings: Settings, place: Path, identity_hash: str, *, draw: Draw
) -> StoredStaffing:
    """Write an answer as a whole folder; where Ctrl-C came first, what is finished of it."""
    content = {**_manifest(staffing, settings), "identity": identity_hash}
    requirement = staffing.requirement.assign(
        interval_start=staffing.requirement["interval_start"].dt.strftime("%Y-%m-%dT%H:%M:%S")
    )
    with draft(place) as folder:
        write_csv(requirement, folder / "requirement.csv")
        write_csv(staffing.levels, folder / "levels.csv")
        write_csv(staffing.observations, folder / "levels_replications.csv")
        write_json({"requirement": rows(requirement), "levels": rows(staffing.levels)}, folder / CONTENT)
        (folder / "scenario.yaml").write_text(resolved_text(staffing.loaded), encoding="utf-8")
        if staffing.heads is not None and staffing.staffed is not None:
            _write_heads(staffing, folder)
        (folder / FIGURES).mkdir()
        draw(folder / FIGURES, requirement, staffing.levels, content)
        write_json(content, folder / MANIFEST)
    return StoredStaffing(place, content, requirement, staffing.levels)


def _write_heads(staffing: Staffing, folder: Path) -> None:
    """The heads as files, and the scenario that reads them."""
    starts = interval_starts(staffing.loaded.scenario)
    for group, heads in (staffing.heads or {}).items():
        (folder / heads_file_name(group)).write_text(heads_text(starts, heads), encoding="utf-8-sig")
    assert staffing.staffed is not None, "heads come with the scenario that has them"
    text = resolved_text(staffing.staffed)
    text = re.sub(r"(heads_file: \"?heads_\S+\s*# )default", r"\1momentsim staff", text)
    (folder / "scenario_staffed.yaml").write_text(text, encoding="utf-8")


def _manifest(staffing: Staffing, settings: Settings) -> dict[str, Any]:
    loaded = staffing.loaded
    return {
        "file": loaded.path.name,
        "variant": loaded.variant,
        "content_hash": loaded.content_hash,
        "seed": loaded.scenario.seed,
        "workers": settings.workers,
        **about(staffing),
        "interrupted": staffing.interrupted,
        "complete": not staffing.interrupted,
        "warnings": [str(problem) for problem in loaded.warnings],
        "versions": versions(),
        "machine": machine(),
    }


def _table(records: list[dict[str, Any]]) -> pd.DataFrame:
    """A table as it was, with blanks for what JSON has as null."""
    table = pd.DataFrame(records)
    return table.astype(dict.fromkeys([name for name in table if name not in TEXTS], float))
