"""Workbooks for tests: made by openpyxl, or part by part as no program would make them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl

START = datetime(2026, 3, 2, 8)
HEAD = (
    '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>interval_start</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>heads</t></is></c></row>'
)
TAIL = "</sheetData></worksheet>"
WORKBOOK = '<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'


def half_hours(column: str, count: int = 24, value: Any = 10) -> list[list[Any]]:
    """A table of half hours of the plain scenario."""
    return [["interval_start", column], *([START + timedelta(minutes=30) * n, value] for n in range(count))]


def write_book(name: str, **sheets: Iterable[Iterable[Any]]) -> Any:
    """A workbook with these tables; returned, so that a test can change and save it again."""
    book: Any = openpyxl.Workbook()
    book.remove(book.active)
    for title, table in sheets.items():
        sheet = book.create_sheet(title)
        for row in table:
            sheet.append(list(row))
    book.save(name)
    return book


def write_parts(
    name: str,
    sheet: str | Iterable[str],
    *,
    strings: str = "<sst/>",
    styles: str = "<styleSheet/>",
    workbook: str = WORKBOOK,
    method: int = zipfile.ZIP_DEFLATED,
) -> Path:
    """An .xlsx of parts as given."""
    with zipfile.ZipFile(name, "w", method) as archive:
        for part, text in (
            ("_rels/.rels", _relations(("officeDocument", "xl/workbook.xml"))),
            ("xl/workbook.xml", workbook),
            (
                "xl/_rels/workbook.xml.rels",
                _relations(
                    ("worksheet", "worksheets/sheet1.xml"),
                    ("sharedStrings", "sharedStrings.xml"),
                    ("styles", "/xl/styles.xml"),
                ),
            ),
            ("xl/sharedStrings.xml", strings),
            ("xl/styles.xml", styles),
        ):
            archive.writestr(part, text)
        with archive.open("xl/worksheets/sheet1.xml", "w") as stream:
            for text in [sheet] if isinstance(sheet, str) else sheet:
                stream.write(text.encode())
    return Path(name)


def _relations(*of: tuple[str, str]) -> str:
    lines = (
        f'<Relationship Id="r{number}" Type="http://x/relationships/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(of, start=1)
    )
    return f"<Relationships>{''.join(lines)}</Relationships>"
