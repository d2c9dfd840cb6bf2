"""Tables of measures for a report, each number with the file and the row in which it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from momentsim.measures.catalogue import BY_NAME, MEASURES, Measure
from momentsim.report.document.parts import Listing
from momentsim.report.document.words import Wording, interval_word, row_word, unit_word, verdict_word, word
from momentsim.report.numbers import show_number
from momentsim.report.stored_folder import StoredTable
from momentsim.report.tables import MeasureRow, rows_of, verdict

FIRST_ROW: Final = 2
"""Of a table in a spreadsheet: the header is row 1."""


def row_of(table: StoredTable, measure: str, case: str = "") -> int:
    """The row of a measure of scope all in the file, as a spreadsheet counts."""
    cases = table.get("case") or [""] * len(table["measure"])
    keys = zip(table["measure"], table["scope"], cases, strict=True)
    return FIRST_ROW + list(keys).index((measure, "all", case))


def summary_tables(summary: StoredTable, section: str, *, every: bool = False) -> list[Listing]:
    """The measures of a section that have a meaning here; `every` also those that are not shown on screen."""
    rows = rows_of(summary)
    names = [
        measure
        for measure in MEASURES
        if measure.section == section and (every or measure.headline) and _says(measure, rows)
    ]
    told = [_told(measure, rows[measure.name], row_of(summary, measure.name)) for measure in names]
    caption = word("captions.measures", section=word(f"sections.{section}"))
    header = headings("measure", "value", "interval", "unit", "from")
    return [Listing(caption, header, told, has_source=True)] if told else []


def headings(*names: str) -> tuple[Wording, ...]:
    """The words above the columns of a table."""
    return tuple(word(f"header.{name}") for name in names)


def _says(measure: Measure, rows: Mapping[str, MeasureRow]) -> bool:
    found = rows.get(measure.name)
    return found is not None and found.numbers["value"] == found.numbers["value"] and (
        measure.always or found.numbers["value"] != 0
    )  # fmt: skip


def _told(measure: Measure, row: MeasureRow, place: int) -> tuple[Wording, ...]:
    numbers = row.numbers
    title = "tiles.net" if measure.name == "net_benefit" else f"measures.{measure.name}"
    return (
        word(title),
        show_number(numbers["value"], measure.unit, row.half_width()),
        interval_word(numbers["low"], numbers["high"], measure.unit),
        unit_word(row.unit),
        row_word("summary.csv", place),
    )


def difference_table(table: StoredTable, case: str, baseline: str, names: Iterable[str]) -> Listing:
    """What one variant changes: both levels, the paired difference with its interval, and the verdict."""
    kept = [row for row, name in enumerate(table["case"]) if name == case]
    rows = rows_of({name: [values[row] for row in kept] for name, values in table.items()})
    told = []
    for name in names:
        if name not in rows or rows[name].numbers["difference"] != rows[name].numbers["difference"]:
            continue
        measure, numbers = BY_NAME[name], rows[name].numbers
        half = (numbers["high_all"] - numbers["low_all"]) / 2
        told.append(
            (
                word(f"measures.{name}"),
                show_number(numbers["baseline"], measure.unit, half),
                show_number(numbers["variant"], measure.unit, half),
                show_number(numbers["difference"], measure.unit, half),
                interval_word(numbers["low_all"], numbers["high_all"], measure.unit),
                unit_word(rows[name].unit),
                verdict_word(verdict(measure, numbers)),
                row_word("comparison.csv", row_of(table, name, case)),
            )
        )
    changed = headings("difference", "interval", "unit", "verdict", "from")
    header = (word("header.measure"), baseline, case, *changed)
    return Listing(word("captions.against", case=case, baseline=baseline), header, told, has_source=True)


def glossary(measures: Iterable[str]) -> Listing:
    """What every measure in a report means."""
    known = [name for name in dict.fromkeys(measures) if name in BY_NAME]
    rows = [(word(f"measures.{name}"), name, word(f"meanings.{name}")) for name in known]
    return Listing(word("captions.glossary"), headings("measure", "name", "meaning"), rows, numbers=False)
