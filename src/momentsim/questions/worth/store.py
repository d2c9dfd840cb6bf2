"""The results folder of `worth`: conditions, chain, the numbers behind them, the scenario, and a figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from momentsim.questions.worth.chain import CHAIN_TEXTS
from momentsim.questions.worth.months import TEXTS as MONTH_TEXTS
from momentsim.questions.worth.provenance import numbers_behind
from momentsim.questions.worth.worth import Worth, WorthQuestion
from momentsim.runs.files import numbers_of, rows, write_csv, write_json
from momentsim.runs.manifest import manifest
from momentsim.runs.results_folder import MANIFEST, document, draft, find_in, folder_name
from momentsim.runs.stored_run import FIGURES, RESULTS
from momentsim.scenario.resolved_file import resolved_text

CONTENT = "worth.json"
TEXTS = ("condition", "sentence", "finding")
Draw = Callable[[Path, pd.DataFrame, pd.DataFrame, dict[str, Any]], None]
"""Draws the figures of conditions, months and the manifest into a folder."""


@dataclass(frozen=True)
class StoredWorth:
    """An answer as its folder tells it."""

    folder: Path
    manifest: dict[str, Any]
    table: pd.DataFrame
    chain: pd.DataFrame
    months: pd.DataFrame
    numbers: pd.DataFrame


def worth_place(question: WorthQuestion, variant: str, identity_hash: str) -> Path:
    """`results/NAME-VARIANT-worth-HASH8`."""
    return RESULTS / folder_name(f"{question.without.scenario.name}-{variant}-worth", identity_hash)


def read_worth(folder: Path, manifest: dict[str, Any]) -> StoredWorth:
    """What lies at `folder`, the folder of this manifest."""
    content = document(folder, CONTENT)
    table = numbers_of(content["conditions"], TEXTS)
    chain = numbers_of(content["chain"], CHAIN_TEXTS)
    months = numbers_of(content["months"], MONTH_TEXTS)
    months = months.astype({"ends": "datetime64[us]"} if len(months) else {})
    return StoredWorth(folder, manifest, table, chain, months, pd.DataFrame(content["numbers"]))


def find_worth(folder: Path, identity_hash: str) -> StoredWorth | None:
    """The complete answer of this identity at `folder`, if there is one."""
    return find_in(folder, identity_hash, (CONTENT,), partial(read_worth, folder))


def write_worth(answer: Worth, folder: Path, *, draw: Draw) -> StoredWorth:
    """Write an answer as a whole folder, with the numbers behind it."""
    question = answer.question
    numbers = numbers_behind(question.without, question.with_it)
    content = {
        **manifest(answer.baseline),
        "identity": answer.identity,
        "variant": answer.variant,
        "currency": question.without.scenario.currency,
        "question": question.with_it.question(answer.variant),
        "conditions": list(answer.table["condition"]),
        "finished": int(answer.table["replications"].min()),
        "interrupted": answer.interrupted,
        "complete": not answer.interrupted,
    }
    with draft(folder) as draft_folder:
        write_csv(answer.table, draft_folder / "worth.csv")
        write_csv(answer.chain, draft_folder / "chain.csv")
        write_csv(answer.months, draft_folder / "months.csv")
        write_csv(numbers, draft_folder / "numbers.csv")
        tables = {
            "conditions": answer.table,
            "chain": answer.chain,
            "months": answer.months,
            "numbers": numbers,
        }
        write_json({name: rows(table) for name, table in tables.items()}, draft_folder / CONTENT)
        for name, loaded in (("without", question.without), ("with", question.with_it)):
            (draft_folder / f"scenario_{name}.yaml").write_text(resolved_text(loaded), encoding="utf-8")
        (draft_folder / FIGURES).mkdir()
        draw(draft_folder / FIGURES, answer.table, answer.months, content)
        write_json(content, draft_folder / MANIFEST)
    return StoredWorth(folder, content, answer.table, answer.chain, answer.months, numbers)
