"""A results folder as workbook and report read it: what it says about itself, and its tables as they lie there."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from momentsim.errors import MomentsimError, readable
from momentsim.runs.edition import other_edition
from momentsim.runs.files import FORMULA_STARTS, TIME_FORMAT
from momentsim.runs.ownership import FILES, MANIFEST, are_as_written, document, is_draft

Cell = str | float | datetime | None
Column = list[Cell]
StoredTable = Mapping[str, Column]

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_WORDS: Final = frozenset(
    (
        "case", "measure", "scope", "item", "unit", "line", "owner", "reason", "segment", "skill", "group",
        "team", "site", "lever", "key", "name", "part", "service_level_formula", "condition", "sentence",
        "finding", "step", "set_by", "meaning", "source", "tag", "evidence", "address"
    )
)  # fmt: skip
"""Columns of text, also where every name in them looks like a number."""

KINDS: Final = {
    "summary.json": "run",
    "comparison.json": "compare",
    "worth.json": "worth",
    "sweep.json": "sweep",
    "staff.json": "staff",
    "plan.json": "shifts",
    "curve.json": "curve",
}
"""The document that tells which question a folder answers."""


@dataclass(frozen=True)
class StoredFolder:
    """A results folder that can be read; `about` is its manifest."""

    folder: Path
    about: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """Which question it answers: `run`, `compare`, `worth`, `sweep`, `staff`, `shifts` or `curve`."""
        return next(kind for name, kind in KINDS.items() if (self.folder / name).exists())

    @property
    def names(self) -> list[str]:
        """Names of its tables."""
        return sorted(path.stem for path in self.folder.glob("*.csv"))

    def table(self, name: str) -> StoredTable:
        """A table by name, like `intervals` or `CASE/ledger`; without columns where there is none."""
        return read_table(self.folder / f"{name}.csv")

    def content(self) -> Mapping[str, Any]:
        """The document of the answer."""
        return document(self.folder, next(name for name, kind in KINDS.items() if kind == self.kind))


def open_folder(folder: Path) -> StoredFolder:
    """The results folder at `folder`; raises MomentsimError for what is none, or is not as it was written."""
    named = readable(str(folder))
    if not folder.is_dir():
        raise MomentsimError(f"{named}: there is no such folder, name one that lies below results")
    if is_draft(folder):
        raise MomentsimError(
            f"{named}: this folder is still being written, or was left unfinished, run it again"
        )
    try:
        about = document(folder)
    except (OSError, ValueError):
        raise MomentsimError(
            f"{named}: this is no results folder, it has no {MANIFEST} that can be read"
        ) from None
    if not any((folder / name).exists() for name in KINDS):
        raise MomentsimError(f"{named}: this results folder has no answer in it ({', '.join(KINDS)})")
    if other_edition(about):
        raise MomentsimError(f"{named}: {other_edition(about).split(';')[0]}, run it again")
    _refuse_damaged(folder, named)
    return StoredFolder(folder, about)


def _refuse_damaged(folder: Path, named: str) -> None:
    """Raise where a table or document is not as it was written: no report tells numbers that somebody changed."""
    names: list[str] = []
    with suppress(OSError, ValueError):
        names = [name for name in document(folder, FILES)["files"] if name.endswith((".csv", ".json"))]
    if all((folder / name).is_file() for name in names) and _are_whole(folder, *names):
        return
    wrong = [name for name in names if not ((folder / name).is_file() and _are_whole(folder, name))]
    if wrong:
        told = ", ".join(readable(name) for name in wrong[:3])
        raise MomentsimError(f"{named}: {told} is missing or was changed since it was written, run it again")


def _are_whole(folder: Path, *names: str) -> bool:
    with suppress(OSError, ValueError):
        return are_as_written(folder, names)
    return False


def read_table(path: Path) -> StoredTable:
    """A CSV table by column: numbers, times, text as it was before it was quoted; None for a blank."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = list(csv.reader(stream)) or [[]]
    columns = zip(*rows, strict=True) if rows else [() for _ in header]
    return {name: _typed(name, list(texts)) for name, texts in zip(header, columns, strict=True)}


def _typed(name: str, texts: list[str]) -> Column:
    """The cells of a column: all numbers, all times, or all text; blanks aside."""
    filled = [text for text in texts if text]
    if name not in _WORDS and all(map(_NUMBER.fullmatch, filled)):
        return [float(text) if text else None for text in texts]
    if all(map(_TIME.fullmatch, filled)) and filled:
        return [datetime.strptime(text, TIME_FORMAT) if text else None for text in texts]
    return [_unquoted(text) if text else None for text in texts]


def _unquoted(text: str) -> str:
    """Text without the mark that keeps spreadsheets from reading it as a formula."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text
