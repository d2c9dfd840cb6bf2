"""The plausible worlds in the results folder of a comparison."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd

from momentsim.questions.worlds.findings import Worlds
from momentsim.runs.files import numbers_of, plain, rows, write_csv

TABLES: Final = ("values", "pairs", "spread", "assumptions")
FILES: Final = dict(
    zip(TABLES, ("worlds.csv", "worlds_pairs.csv", "worlds_spread.csv", "assumptions.csv"), strict=True)
)
"""Table of `Worlds` -> its file."""
TEXTS: Final = {
    "spread": ("case", "measure"),
    "assumptions": (
        "case",
        "parameter",
        "unit",
        "scale",
        "tag",
        "source",
        "meaning",
        "flips",
        "loses",
        "enters",
    ),
}
"""Columns that are no numbers."""


def write_worlds(worlds: Worlds, folder: Path) -> dict[str, Any]:
    """Write the tables into a folder; returns what the JSON of the comparison has of them."""
    for table, name in FILES.items():
        write_csv(getattr(worlds, table), folder / name)
    return worlds_content(worlds)


def worlds_content(worlds: Worlds) -> dict[str, Any]:
    """How it was made, the distributions and the assumptions, as plain data."""
    content: dict[str, Any] = plain(
        {"about": worlds.about, **{name: rows(getattr(worlds, name)) for name in TEXTS}}
    )
    return content


def read_worlds(folder: Path, content: dict[str, Any]) -> Worlds:
    """The worlds of a folder as they were; raises like the readers of its files."""
    tables = {name: numbers_of(content[name], texts) for name, texts in TEXTS.items()}
    read = {
        name: pd.read_csv(folder / FILES[name], encoding="utf-8-sig") for name in TABLES if name not in TEXTS
    }
    return Worlds(read["values"], read["pairs"], tables["spread"], tables["assumptions"], content["about"])
