"""The first sheets: what is said of a result and its headline measures, and behind them every measure there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from momentsim.measures.catalogue import BY_NAME
from momentsim.report.numbers import reading_unit
from momentsim.report.stored_folder import StoredTable
from momentsim.report.tables import NET_TITLE, MeasureRow, rows_of, sections
from momentsim.report.verdicts import Verdict, decide
from momentsim.report.workbook.book import SECONDS_PER_DAY, Book, Sheet, style_for

SUMMARY: Final = "Summary"
MEASURES: Final = "Measures"
WIDTHS: Final = (34, 14, 14, 14, 16, 12, 16)
GOAL_WORDS: Final = {
    Verdict.HIGHER: "\u2713 met",
    Verdict.LOWER: "\u2717 missed",
    Verdict.UNSURE: "? can't tell",
    Verdict.SAME: "\u2713 met",
    Verdict.UNKNOWN: "one run: can't tell",
}


def summary_sheet(book: Book, title: str, sentences: Iterable[str]) -> tuple[Sheet, int]:
    """The first sheet with its sentences; returns it and the next free row."""
    sheet = book.sheet(SUMMARY, WIDTHS)
    sheet.put(0, 0, title, "title")
    row = 2
    for sentence in sentences:
        sheet.paragraph(row, sentence, len(WIDTHS), width=125)
        row += 1
    return sheet, row + 1


def headline_measures(sheet: Sheet, row: int, summary: StoredTable, goal: Mapping[str, Any] | None) -> int:
    """Headline measures with their intervals, by section, and the goal of the service level; the next free row."""
    rows = rows_of(summary)
    sheet.put_row(
        row, ("measure", "value", "95 % low", "95 % high", "unit", "goal", "against the goal"), "header"
    )
    row += 1
    for section, measures in sections(rows, "value"):
        if section == "Crisis" and not happened(rows, "value"):
            continue
        sheet.put(row, 0, section, "section")
        row += 1
        for measure in measures:
            title = NET_TITLE if measure.name == "net_benefit" else measure.title
            sheet.put(row, 0, f"  {title}")
            _numbers(sheet, row, rows[measure.name])
            if measure.name == "service_level" and goal is not None:
                sheet.put(row, 5, float(goal["share"]), "share")
                sheet.put(row, 6, against_goal(rows[measure.name], float(goal["share"])))
            row += 1
    return row + 1


def happened(rows: Mapping[str, MeasureRow], column: str) -> bool:
    """Was there a crisis that put anybody in need?"""
    return "people_in_need" in rows and rows["people_in_need"].numbers[column] > 0


def _numbers(sheet: Sheet, row: int, found: MeasureRow) -> None:
    """Value and interval in the unit of the eye: durations as such, shares in percent."""
    is_duration = found.unit == "s"
    for column, name in enumerate(("value", "low", "high"), start=1):
        number = found.numbers[name]
        if is_duration:
            sheet.put(row, column, number / SECONDS_PER_DAY, "duration")
        else:
            sheet.put(row, column, number, style_for(found.unit, found.numbers["value"]))
    sheet.put(row, 4, "h:mm:ss" if is_duration else reading_unit(found.unit))


def against_goal(found: MeasureRow, share: float) -> str:
    """Met or missed only where the whole interval lies on one side of the goal."""
    return GOAL_WORDS[decide(found.numbers["low"] - share, found.numbers["high"] - share)]


def measures_sheet(book: Book, summary: StoredTable) -> dict[str, int]:
    """Every measure of every scope, as in summary.csv; returns the row of each measure of scope all."""
    sheet = book.sheet(MEASURES)
    titles = [BY_NAME[str(name)].title.strip() if name in BY_NAME else "" for name in summary["measure"]]
    sheet.table({**summary, "title": list(titles)})
    return {
        str(measure): row
        for row, (measure, scope) in enumerate(
            zip(summary["measure"], summary["scope"], strict=True), start=1
        )
        if scope == "all"
    }
