"""The last sheets: what a result rests on, and what every word in it means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from momentsim.measures.catalogue import BY_NAME
from momentsim.measures.columns import TABLES
from momentsim.report.numbers import reading_unit
from momentsim.report.stored_folder import Cell, StoredTable
from momentsim.report.workbook.book import Book

ASSUMPTIONS: Final = "Assumptions"
GLOSSARY: Final = "Glossary"
BETTER: Final = {"up": "more is better", "down": "less is better", "neither": ""}


def assumptions_sheet(book: Book, inputs: StoredTable) -> None:
    """Every value that the result rests on, who set it, how it is known, and who says so."""
    if inputs:
        book.sheet(ASSUMPTIONS).table(inputs)


def glossary_sheet(book: Book, measures: Iterable[str], tables: Iterable[str]) -> None:
    """The measures of a result, then the columns of its tables."""
    rows: list[tuple[Cell, ...]] = []
    for name in dict.fromkeys(measures):
        if name in BY_NAME:
            known = BY_NAME[name]
            unit = reading_unit(known.unit)
            rows.append(("measure", name, known.title.strip(), unit, BETTER[known.better], known.meaning))
    for table in tables:
        for column, meaning in TABLES.get(f"{table}.csv", ("", {}))[1].items():
            rows.append((f"column of {table}", column, "", "", "", meaning))
    header = ("what", "name", "title", "unit", "direction", "meaning")
    columns = {name: [row[place] for row in rows] for place, name in enumerate(header)}
    book.sheet(GLOSSARY).table(columns)
