"""The results folder of a comparison: the paired table, and the summary of every case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from momentsim.questions.compare.compare import Comparison
from momentsim.questions.compare.staffing import staffing_sentences
from momentsim.questions.worlds.findings import Worlds
from momentsim.questions.worlds.store import FILES, read_worlds, write_worlds
from momentsim.runs.files import rows, write_csv, write_json
from momentsim.runs.inputs import INPUTS, inputs_table
from momentsim.runs.manifest import manifest, precision_of
from momentsim.runs.results_folder import MANIFEST, document, draft, find_in, folder_name
from momentsim.runs.staffing.told import about_plan
from momentsim.runs.stored_run import DAY_KINDS, FIGURES, RESULTS, STAFFING
from momentsim.scenario import LoadedScenario
from momentsim.scenario.resolved_file import resolved_text

COMPARISON_JSON = "comparison.json"
NUMBERS = (
    "baseline", "variant", "difference", "low", "high", "low_all", "high_all", "probability_better",
    "variance_reduction",
)  # fmt: skip
VERDICT_NUMBERS = (
    "gained_low", "gained_high", "cost_low", "cost_high", "probability_better", "price", "price_low",
    "price_high",
)  # fmt: skip

Draw = Callable[[Path, Comparison], None]
"""Draws figures of a comparison into a folder."""


@dataclass(frozen=True)
class StoredComparison:
    """A comparison as its folder tells it: what it says about itself, and the paired table."""

    folder: Path
    manifest: dict[str, Any]
    table: pd.DataFrame
    verdicts: pd.DataFrame
    ranking: pd.DataFrame
    worlds: Worlds | None = None


def comparison_place(base: LoadedScenario, identity_hash: str) -> Path:
    """`results/NAME-compared-HASH8`."""
    return RESULTS / folder_name(f"{base.scenario.name}-compared", identity_hash)


def read_comparison(folder: Path, manifest: dict[str, Any]) -> StoredComparison:
    """What lies at `folder`, the folder of this manifest."""
    content = document(folder, COMPARISON_JSON)
    return StoredComparison(
        folder,
        manifest,
        _table(content["differences"], NUMBERS),
        _table(content["verdicts"], VERDICT_NUMBERS),
        _table(content["ranking"], ("on_front_probability",)),
        read_worlds(folder, content["worlds"]) if "worlds" in content else None,
    )


def find_comparison(folder: Path, identity_hash: str) -> StoredComparison | None:
    """The complete comparison of this identity at `folder`, if there is one."""
    return find_in(
        folder, identity_hash, (COMPARISON_JSON, *FILES.values()), partial(read_comparison, folder)
    )


def write_comparison(
    comparison: Comparison, folder: Path, *, sentences: Mapping[str, str], draw: Draw | None = None
) -> StoredComparison:
    """Write a comparison as a whole folder; `sentences` are its verdicts in words, by variant."""
    content = {**comparison_manifest(comparison), "verdicts": dict(sentences)}
    with draft(folder) as draft_folder:
        tables = {
            "comparison": comparison.table,
            "verdicts": comparison.verdicts,
            "ranking": comparison.ranking,
        }
        for name, table in tables.items():
            write_csv(table, draft_folder / f"{name}.csv")
        write_csv(comparison.observations, draft_folder / "pairs.csv")
        tables["differences"] = tables.pop("comparison")
        worlds = (
            {} if comparison.worlds is None else {"worlds": write_worlds(comparison.worlds, draft_folder)}
        )
        written = {name: rows(table) for name, table in tables.items()}
        write_json({**written, **worlds}, draft_folder / COMPARISON_JSON)
        for name, result in comparison.cases.items():
            case = draft_folder / name
            case.mkdir()
            if result.plan:
                write_csv(result.staffing, case / STAFFING)
            write_csv(result.summary, case / "summary.csv")
            write_csv(result.ledger, case / "ledger.csv")
            write_csv(result.intervals, case / "intervals.csv")
            if result.loaded.scenario.demand.day_kinds:
                write_csv(result.day_kinds, case / DAY_KINDS)
            if any(map(len, result.pulled.values())):
                write_csv(result.levers, case / "levers.csv")
            write_csv(inputs_table(result.loaded), case / f"{INPUTS}.csv")
            (case / "scenario.yaml").write_text(resolved_text(result.loaded), encoding="utf-8")
            write_json(manifest(result), case / MANIFEST)
        if draw is not None:
            (draft_folder / FIGURES).mkdir(exist_ok=True)  # a variant may have that name
            draw(draft_folder / FIGURES, comparison)
        write_json(content, draft_folder / MANIFEST)
    tables_shown = comparison.table, comparison.verdicts, comparison.ranking
    return StoredComparison(folder, content, *tables_shown, comparison.worlds)


def _table(records: list[dict[str, Any]], numbers: tuple[str, ...]) -> pd.DataFrame:
    """A table as it was, with blanks for what JSON has as null."""
    return pd.DataFrame(records).astype(dict.fromkeys(numbers, float))


def _staffing(comparison: Comparison) -> dict[str, str]:
    """By variant, whose heads it has and what that does to hours and pay, in words."""
    plans = {name: about_plan(result.loaded, result.plan) for name, result in comparison.cases.items()}
    currency = comparison.baseline.loaded.scenario.currency
    return staffing_sentences(comparison.table, plans, comparison.baseline_name, currency)


def comparison_manifest(comparison: Comparison) -> dict[str, Any]:
    """What the folder says about itself: the manifest of the baseline, and the names of all cases."""
    return {
        **manifest(comparison.baseline),
        "identity": comparison.identity,
        "baseline": comparison.baseline_name,
        "cases": list(comparison.cases),
        "finished": comparison.pairs,
        "precision": precision_of(
            comparison.baseline.settings,
            {name: result.reaches for name, result in comparison.variants.items()},
        ),
        **({"staffing": staffing} if (staffing := _staffing(comparison)) else {}),
        "interrupted": comparison.interrupted,
        "complete": not comparison.interrupted,
        **({} if comparison.worlds is None else {"worlds": dict(comparison.worlds.about)}),
    }
