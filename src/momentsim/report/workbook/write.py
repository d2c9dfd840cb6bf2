"""The workbook of any results folder, made of its tables alone: the same folder gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from momentsim.report.stored_folder import StoredFolder
from momentsim.report.workbook.book import Book
from momentsim.report.workbook.comparison_sheets import comparison_sheets
from momentsim.report.workbook.explaining_sheets import assumptions_sheet, glossary_sheet
from momentsim.report.workbook.summary_sheet import headline_measures, measures_sheet, summary_sheet
from momentsim.report.workbook.table_sheets import intervals_sheet, ledger_sheet, staffing_sheet
from momentsim.report.workbook.what_if_sheet import what_if_sheet

WORKBOOK: Final = "results.xlsx"
MOST_NAME: Final = 31
"""Characters of a sheet's name."""
LEFT_OUT: Final = ("pairs", "worlds_pairs", "levels_replications")
"""Tables with a row per replication: they are there for scripts, and as CSV."""
PLANNED: Final = {"requirement": ("heads_needed", "heads"), "cover": ("required", "on_duty")}


def workbook(stored: StoredFolder, sentences: Iterable[str]) -> bytes:
    """The workbook of a folder; `sentences` are what its command says first."""
    book = Book(title_of(stored))
    write: Callable[[Book, StoredFolder, Iterable[str]], None] = {
        "run": _run_sheets,
        "compare": comparison_sheets,
    }.get(stored.kind, _other_sheets)
    write(book, stored, sentences)
    return book.content()


def write_workbook(folder: Path, about: Mapping[str, Any]) -> None:
    """Write the workbook of a run into its folder while that is being filled."""
    (folder / WORKBOOK).write_bytes(workbook(StoredFolder(folder, about), about["headline"]))


def title_of(stored: StoredFolder) -> str:
    """Scenario and variant."""
    variant = stored.about.get("variant")
    return f"{stored.about['scenario']}{f', variant {variant}' if variant else ''}"


def _run_sheets(book: Book, stored: StoredFolder, sentences: Iterable[str]) -> None:
    summary, ledger, goal = stored.table("summary"), stored.table("ledger"), stored.about.get("service_level")
    sheet, row = summary_sheet(book, title_of(stored), sentences)
    headline_measures(sheet, row, summary, goal)
    places = measures_sheet(book, summary)
    intervals_sheet(book, stored.table("intervals"))
    ledger_sheet(book, ledger)
    if staffing := stored.table("staffing"):
        staffing_sheet(book, staffing, "heads_needed", "heads_rostered")
    for name in ("levers", "teams"):
        table = stored.table(name)
        if any(table.values()):
            book.sheet(name.capitalize()).table(table)
    if goal is not None:
        what_if_sheet(book, summary, ledger, places, goal)
    assumptions_sheet(book, stored.table("inputs"))
    glossary_sheet(
        book, map(str, summary["measure"]), ("summary", "intervals", "ledger", "staffing", "levers", "teams")
    )


def _other_sheets(book: Book, stored: StoredFolder, sentences: Iterable[str]) -> None:
    """Sentences first, then every table of the folder as it is."""
    summary_sheet(book, title_of(stored), sentences)
    for name in stored.names:
        if name in LEFT_OUT:
            continue
        table = stored.table(name)
        if any(table.values()):
            book.sheet(name.replace("_", " ").capitalize()[:MOST_NAME]).table(table)
    glossary_sheet(book, stored.about.get("measures", ()), stored.names)
