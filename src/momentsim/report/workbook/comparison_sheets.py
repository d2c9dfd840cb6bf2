"""Sheets of a comparison: all cases side by side, every difference with its verdict, and what the cases differ in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final

from momentsim.measures.catalogue import BY_NAME
from momentsim.report.numbers import reading_unit
from momentsim.report.stored_folder import Cell, StoredFolder, StoredTable
from momentsim.report.tables import MeasureRow, rows_of, sections, verdict
from momentsim.report.workbook.book import Book, Sheet, style_for
from momentsim.report.workbook.explaining_sheets import assumptions_sheet, glossary_sheet
from momentsim.report.workbook.summary_sheet import happened, summary_sheet
from momentsim.report.workbook.table_sheets import BLUE, CHART, stacked

NAMED: Final = 6
"""Columns of each variant."""
BENEFIT: Final = "net_benefit"
TABLES: Final = {
    "verdicts": "Verdicts", "ranking": "Places", "worlds": "Worlds", "worlds_spread": "Spread of worlds",
    "assumptions": "What decides",
}  # fmt: skip


def comparison_sheets(book: Book, stored: StoredFolder, sentences: Iterable[str]) -> None:
    """All sheets of a comparison."""
    table, cases = stored.table("comparison"), [str(case) for case in stored.about["cases"]]
    parts = {case: rows_of(of_case(table, case)) for case in dict.fromkeys(map(str, table["case"]))}
    title = f"{stored.about['scenario']}: {len(parts)} variants against {stored.about['baseline']}"
    summary_sheet(book, title, sentences)
    _side_by_side(book, parts, str(stored.about["baseline"]))
    _differences(book, table)
    for name, titled in TABLES.items():
        if rows := stored.table(name):
            book.sheet(titled).table(rows)
    ledgers = {case: stored.table(f"{case}/ledger") for case in cases}
    book.sheet("Ledger").table(
        stacked(ledgers, "case"), styles=dict.fromkeys(("amount", "low", "high"), "money")
    )
    if planned := {case: rows for case in cases if (rows := stored.table(f"{case}/staffing"))}:
        book.sheet("Staffing").table(stacked(planned, "case"))
    inputs = {case: stored.table(f"{case}/inputs") for case in cases}
    if changed := what_differs(inputs):
        book.sheet("What differs").table(changed)
    assumptions_sheet(book, inputs.get(str(stored.about["baseline"]), {}))
    glossary_sheet(book, map(str, table["measure"]), ("comparison", *TABLES, "ledger", "staffing"))


def of_case(table: StoredTable, case: str) -> StoredTable:
    """The rows of one case."""
    kept = [row for row, name in enumerate(table["case"]) if name == case]
    return {name: [values[row] for row in kept] for name, values in table.items()}


def what_differs(inputs: Mapping[str, StoredTable]) -> StoredTable:
    """Keys that are not the same in all cases, with the value in each; nothing where there are none."""
    values = {
        case: dict(zip(table["key"], table["value"], strict=True)) for case, table in inputs.items() if table
    }
    keys = dict.fromkeys(key for found in values.values() for key in found)
    differing = [key for key in keys if len({found.get(key) for found in values.values()}) > 1]
    columns: dict[str, list[Cell]] = {"key": list(differing)}
    columns |= {case: [found.get(key) for key in differing] for case, found in values.items()}
    return columns if differing else {}


def _differences(book: Book, table: StoredTable) -> None:
    """Every difference there is, as in comparison.csv, with what may be said of it."""
    ends = zip(table["measure"], table["difference"], table["low_all"], table["high_all"], strict=True)
    words: list[Cell] = []
    for name, *numbers in ends:
        difference, low, high = (value if isinstance(value, float) else math.nan for value in numbers)
        known = {"difference": difference, "low": low, "high": high, "low_all": low, "high_all": high}
        words.append(str(verdict(BY_NAME[str(name)], known)))
    book.sheet("Differences").table({**table, "verdict": words})


def _side_by_side(book: Book, parts: Mapping[str, Mapping[str, MeasureRow]], baseline: str) -> None:
    """A row a measure: the baseline, and beside it each variant with its difference, interval and verdict."""
    sheet = book.sheet("Side by side", (30, 12, 16))
    sheet.put_row(0, ("", "", baseline), "section")
    sheet.put_row(1, ("measure", "unit", "value"), "header")
    for place, case in enumerate(parts):
        first = 3 + place * NAMED
        sheet.put(0, first, case, "section")
        words = ("value", "difference", "95 % low", "95 % high", "verdict", "")
        sheet.put_row(1, words[: NAMED - 1], "header", first)
        sheet.raw.set_column(first, first + NAMED - 2, 14)
        sheet.raw.set_column(first + NAMED - 1, first + NAMED - 1, 2)
    row, places = 2, {}
    for section, measures in sections(dict(next(iter(parts.values()))), "difference"):
        if section == "Crisis" and not happened(next(iter(parts.values())), "baseline"):
            continue
        sheet.put(row, 0, section, "section")
        row += 1
        for measure in measures:
            _measure(sheet, row, measure.name, parts)
            places[measure.name] = row
            row += 1
    sheet.raw.freeze_panes(2, 1)
    note = "Differences are paired under common draws; intervals and verdicts hold for all variants together."
    sheet.put(row + 1, 0, note, "note")
    if BENEFIT in places:
        _forest(book, sheet, row + 3, parts, baseline)


def _measure(sheet: Sheet, row: int, name: str, parts: Mapping[str, Mapping[str, MeasureRow]]) -> None:
    measure = BY_NAME[name]
    base = next(iter(parts.values()))[name]
    sheet.put(row, 0, f"  {measure.title}")
    sheet.put(row, 1, reading_unit(base.unit))
    sheet.put(row, 2, base.numbers["baseline"], style_for(base.unit, base.numbers["baseline"]))
    for place, found in enumerate(parts.values()):
        first = 3 + place * NAMED
        if name not in found:
            continue
        numbers = found[name].numbers
        for column, key in enumerate(("variant", "difference", "low_all", "high_all"), start=first):
            sheet.put(row, column, numbers[key], style_for(base.unit, numbers["variant"]))
        sheet.put(row, first + 4, str(verdict(measure, numbers)))


def _forest(
    book: Book, sheet: Sheet, row: int, parts: Mapping[str, Mapping[str, MeasureRow]], baseline: str
) -> None:
    """Differences of the net benefit as bars with their intervals; the numbers stand beside them."""
    found = {case: rows[BENEFIT].numbers for case, rows in parts.items()}
    unit = next(iter(parts.values()))[BENEFIT].unit
    sheet.put_row(row, ("net benefit", "difference", "below", "above"), "header")
    for place, (case, numbers) in enumerate(found.items(), start=row + 1):
        sheet.put(place, 0, case)
        sheet.put(place, 1, numbers["difference"], "money")
        sheet.put(place, 2, numbers["difference"] - numbers["low_all"], "money")
        sheet.put(place, 3, numbers["high_all"] - numbers["difference"], "money")
    last = row + len(found)
    chart = book.chart("column")
    bars = {
        "type": "custom",
        "plus_values": f"='{sheet.name}'!$D${row + 2}:$D${last + 1}",
        "minus_values": f"='{sheet.name}'!$C${row + 2}:$C${last + 1}",
        "plus_data": [numbers["high_all"] - numbers["difference"] for numbers in found.values()],
        "minus_data": [numbers["difference"] - numbers["low_all"] for numbers in found.values()],
    }
    chart.add_series(
        {
            "name": f"net benefit above {baseline}, {unit}",
            "categories": [sheet.name, row + 1, 0, last, 0],
            "values": [sheet.name, row + 1, 1, last, 1],
            "fill": {"color": BLUE},
            "gap": 80,
            "y_error_bars": bars,
        }
    )
    chart.set_title({"name": f"Net benefit above {baseline}, 95 % intervals"})
    chart.set_legend({"none": True})
    chart.set_x_axis({"label_position": "low"})
    chart.set_y_axis({"num_format": "#,##0", "name": unit})
    chart.set_size(CHART)
    sheet.raw.insert_chart(row, 5, chart)
