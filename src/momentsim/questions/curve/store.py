"""The results folder of a curve: its table, the scenario, the run without the lever, and a figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd

from momentsim.questions.curve.curve import Curve, CurveQuestion
from momentsim.questions.curve.words import answer_words
from momentsim.runs.files import numbers_of, rows, write_csv, write_json
from momentsim.runs.manifest import manifest
from momentsim.runs.results_folder import MANIFEST, document, draft, find_in, folder_name
from momentsim.runs.stored_run import FIGURES, RESULTS
from momentsim.scenario.resolved_file import resolved_text

CONTENT: Final = "curve.json"
Draw = Callable[[Path, pd.DataFrame, dict[str, Any]], None]
"""Draws the figure of a table and the manifest into a folder."""


@dataclass(frozen=True)
class StoredCurve:
    """An answer as its folder tells it."""

    folder: Path
    manifest: dict[str, Any]
    table: pd.DataFrame


def curve_place(question: CurveQuestion, identity_hash: str) -> Path:
    """`results/NAME-LEVER-curve-HASH8`."""
    return RESULTS / folder_name(f"{question.loaded.scenario.name}-{question.name}-curve", identity_hash)


def read_curve(folder: Path, manifest: dict[str, Any]) -> StoredCurve:
    """What lies at `folder`, the folder of this manifest."""
    table = numbers_of(document(folder, CONTENT)["times"], ("pulled_at",))
    return StoredCurve(folder, manifest, table.astype({"pulled_at": "datetime64[us]"}))


def find_curve(folder: Path, identity_hash: str) -> StoredCurve | None:
    """The complete answer of this identity at `folder`, if there is one."""
    return find_in(folder, identity_hash, (CONTENT,), partial(read_curve, folder))


def write_curve(answer: Curve, folder: Path, *, draw: Draw) -> StoredCurve:
    """Write an answer as a whole folder."""
    loaded = answer.question.loaded
    currency = loaded.scenario.currency
    content = {
        **manifest(answer.never),
        "lever": answer.question.name,
        "times_s": [time / 1e6 for time in answer.question.times],
        "currency": currency,
        "headline": list(answer_words(answer.table, answer.question.name, currency)),
    }
    with draft(folder) as draft_folder:
        write_csv(answer.table, draft_folder / "curve.csv")
        write_json({"times": rows(answer.table)}, draft_folder / CONTENT)
        write_csv(answer.never.summary, draft_folder / "never_summary.csv")
        (draft_folder / "scenario.yaml").write_text(resolved_text(loaded), encoding="utf-8")
        (draft_folder / FIGURES).mkdir()
        draw(draft_folder / FIGURES, answer.table, content)
        write_json(content, draft_folder / MANIFEST)
    return StoredCurve(folder, content, answer.table)
