"""The results folder of a comparison: the paired table, and the summary of every case."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from momentsim.experiments.compare import Comparison
from momentsim.experiments.files import rows, write_csv, write_json
from momentsim.experiments.folder import MANIFEST, draft
from momentsim.experiments.identity import folder_name, identity
from momentsim.experiments.manifest import manifest
from momentsim.experiments.settings import Settings
from momentsim.experiments.store import RESULTS
from momentsim.scenario import LoadedScenario
from momentsim.scenario.dump import resolved_text

COMPARISON_JSON = "comparison.json"
NUMBERS = ("baseline", "variant", "difference", "low", "high", "probability_better")


@dataclass(frozen=True)
class StoredComparison:
    """A comparison as its folder tells it: what it says about itself, and the paired table."""

    place: Path
    manifest: dict[str, Any]
    table: pd.DataFrame


def comparison_identity(cases: Mapping[str, LoadedScenario], base: LoadedScenario, settings: Settings) -> str:
    """SHA-256 of the identities of all cases, in their order."""
    parts = [f"{name} {identity(loaded, base, settings)}" for name, loaded in cases.items()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def comparison_place(base: LoadedScenario, identity_hash: str) -> Path:
    """`results/NAME-compared-HASH8`."""
    return RESULTS / folder_name(f"{base.scenario.name}-compared", identity_hash)


def find_comparison(place: Path, identity_hash: str) -> StoredComparison | None:
    """The complete comparison of this identity at `place`, if there is one."""
    try:
        found = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        if not (found["complete"] and found["identity"] == identity_hash):
            return None
        content = json.loads((place / COMPARISON_JSON).read_text(encoding="utf-8"))
        table = pd.DataFrame(content["differences"]).astype(dict.fromkeys(NUMBERS, float))
        return StoredComparison(place, found, table)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # no comparison, or one that somebody has touched


def write_comparison(comparison: Comparison, place: Path, identity_hash: str) -> StoredComparison:
    """Write a comparison as a whole folder."""
    content = comparison_manifest(comparison, identity_hash)
    with draft(place) as folder:
        write_csv(comparison.table, folder / "comparison.csv")
        write_json({"differences": rows(comparison.table)}, folder / COMPARISON_JSON)
        for name, result in comparison.cases.items():
            case = folder / name
            case.mkdir()
            write_csv(result.summary, case / "summary.csv")
            write_csv(result.ledger, case / "ledger.csv")
            (case / "scenario.yaml").write_text(resolved_text(result.loaded), encoding="utf-8")
            write_json(manifest(result), case / MANIFEST)
        write_json(content, folder / MANIFEST)
    return StoredComparison(place, content, comparison.table)


def comparison_manifest(comparison: Comparison, identity_hash: str) -> dict[str, Any]:
    """What the folder says about itself: the manifest of the baseline, and the names of all cases."""
    return {
        **manifest(comparison.baseline),
        "identity": identity_hash,
        "baseline": comparison.baseline_name,
        "cases": list(comparison.cases),
        "finished": comparison.pairs,
        "interrupted": comparison.interrupted,
        "complete": not comparison.interrupted,
    }
