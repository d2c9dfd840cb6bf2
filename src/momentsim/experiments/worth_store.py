"""The results folder of `worth`: the table by condition, the numbers behind it, the scenario, and a figure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from momentsim.experiments.files import rows, write_csv, write_json
from momentsim.experiments.folder import MANIFEST, draft
from momentsim.experiments.identity import folder_name, identity
from momentsim.experiments.manifest import manifest
from momentsim.experiments.settings import Settings
from momentsim.experiments.store import RESULTS
from momentsim.experiments.worth import Question, Worth
from momentsim.scenario.dump import resolved_text

CONTENT = "worth.json"
FIGURES = "figures"
TEXTS = ("condition", "sentence", "finding")
Draw = Callable[[Path, pd.DataFrame, dict[str, Any]], None]
"""Draws the figures of a table and its manifest into a folder."""


@dataclass(frozen=True)
class StoredWorth:
    """An answer as its folder tells it."""

    place: Path
    manifest: dict[str, Any]
    table: pd.DataFrame
    numbers: pd.DataFrame


def worth_identity(questions: Sequence[Question], settings: Settings) -> str:
    """SHA-256 of the identities of both sides of all questions, in their order."""
    parts = [
        f"{question.condition.name} {identity(loaded, question.base, settings)}"
        for question in questions
        for loaded in (question.without, question.with_it)
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def worth_place(question: Question, variant: str, identity_hash: str) -> Path:
    """`results/NAME-VARIANT-worth-HASH8`."""
    return RESULTS / folder_name(f"{question.without.scenario.name}-{variant}-worth", identity_hash)


def find_worth(place: Path, identity_hash: str) -> StoredWorth | None:
    """The complete answer of this identity at `place`, if there is one."""
    try:
        found = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        if not (found["complete"] and found["identity"] == identity_hash):
            return None
        content = json.loads((place / CONTENT).read_text(encoding="utf-8"))
        table = pd.DataFrame(content["conditions"])
        table = table.astype(dict.fromkeys([name for name in table if name not in TEXTS], float))
        return StoredWorth(place, found, table, pd.DataFrame(content["numbers"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # no answer, or one that somebody has touched


def write_worth(
    answer: Worth, numbers: pd.DataFrame, question: Question, place: Path, identity_hash: str, *, draw: Draw
) -> StoredWorth:
    """Write an answer as a whole folder; `question` is the one as written, whose scenario is kept."""
    content = {
        **manifest(answer.baseline),
        "identity": identity_hash,
        "variant": answer.variant,
        "currency": question.without.scenario.currency,
        "question": question.with_it.question(answer.variant),
        "conditions": list(answer.table["condition"]),
        "finished": int(answer.table["replications"].min()),
        "interrupted": answer.interrupted,
        "complete": not answer.interrupted,
    }
    with draft(place) as folder:
        write_csv(answer.table, folder / "worth.csv")
        write_csv(numbers, folder / "numbers.csv")
        write_json({"conditions": rows(answer.table), "numbers": rows(numbers)}, folder / CONTENT)
        for name, loaded in (("without", question.without), ("with", question.with_it)):
            (folder / f"scenario_{name}.yaml").write_text(resolved_text(loaded), encoding="utf-8")
        (folder / FIGURES).mkdir()
        draw(folder / FIGURES, answer.table, content)
        write_json(content, folder / MANIFEST)
    return StoredWorth(place, content, answer.table, numbers)
