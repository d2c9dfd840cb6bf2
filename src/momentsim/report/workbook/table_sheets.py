"""Sheets that are a table of the folder with what makes it readable: a chart, a sum, a gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Final

from xlsxwriter.chart import Chart
from xlsxwriter.utility import xl_col_to_name

from momentsim.report.stored_folder import Cell, StoredTable
from momentsim.report.workbook.book import Book, Sheet

NOBODY: Final = "no single reason"
"""Owner of lines that no contact reason causes."""
BLUE, ORANGE, GREY = "#0072B2", "#E69F00", "#777777"
COLOURS: Final = (BLUE, ORANGE, "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#F0E442", GREY)
"""The colours of all figures, that colour-blind people can tell apart."""
MOST_INTERVALS: Final = 3_500
"""Rows of the sheet of intervals: five weeks of half hours of one skill, and of all."""
SUMMED: Final = ("offered", "answered", "abandoned", "blocked", "balked", "closed", "disconnected")
MEANS: Final = ("queue_mean", "agents_on_duty")
CHART: Final = {"width": 900, "height": 380}


def all_first(table: StoredTable, column: str) -> tuple[StoredTable, int]:
    """The rows of `all` first, so that a chart can be drawn of them; and how many these are."""
    order = sorted(range(len(table[column])), key=lambda row: table[column][row] != "all")
    count = sum(value == "all" for value in table[column])
    return {name: [values[row] for row in order] for name, values in table.items()}, count


def intervals_sheet(book: Book, intervals: StoredTable) -> None:
    """The intervals of all skills together, then those of each; calls and agents as lines.

    Long runs are told by day: a planner's sheet of 50,000 rows helps nobody, and the intervals are there as CSV.
    """
    is_long = len(intervals["skill"]) > MOST_INTERVALS
    table, whole = all_first(by_day(intervals) if is_long else intervals, "skill")
    sheet = book.sheet("Days" if is_long else "Intervals")
    shares = {name: "share" for name in table if name.startswith(("service_level", "occupancy"))}
    sheet.table(table, styles={**shares, "service_level_formula": "text"})
    if not whole:
        return
    chart = book.chart("line")
    for name, colour in (("offered", BLUE), ("answered", ORANGE), ("agents_on_duty", GREY)):
        column = list(table).index(name)
        chart.add_series(
            {
                "name": name.replace("_", " "),
                "categories": [sheet.name, 1, 0, whole, 0],
                "values": [sheet.name, 1, column, whole, column],
                "line": {"color": colour, "width": 1.5, **({"dash_type": "dash"} if colour == GREY else {})},
            }
        )
    chart.set_title({"name": f"All skills together, by {'day' if is_long else 'interval'}", "overlay": False})
    chart.set_x_axis({"date_axis": False, "num_format": "mm-dd hh:mm", "interval_unit": max(1, whole // 12)})
    chart.set_y_axis({"name": "calls, agents", "min": 0})
    _place(sheet, chart, len(table))


def by_day(intervals: StoredTable) -> StoredTable:
    """Counts by day and skill, summed; callers waiting and agents on duty as means of the day's intervals."""
    rows: dict[tuple[Cell, Cell], list[int]] = {}
    for row, (start, skill) in enumerate(zip(intervals["interval_start"], intervals["skill"], strict=True)):
        day = datetime.combine(start.date(), time()) if isinstance(start, datetime) else start
        rows.setdefault((day, skill), []).append(row)
    table: dict[str, list[Cell]] = {
        "day": [day for day, _ in rows],
        "skill": [skill for _, skill in rows],
    }
    for names, is_mean in ((SUMMED, False), (MEANS, True)):
        for name in names:
            found = [[_number(intervals[name][row]) for row in part] for part in rows.values()]
            table[name] = [sum(part) / (len(part) if is_mean else 1) for part in found]
    return table


def ledger_sheet(book: Book, ledger: StoredTable) -> None:
    """The ledger with the sum of all lines, and its lines by owner as stacked columns."""
    sheet = book.sheet("Ledger")
    sheet.table(ledger, styles=dict.fromkeys(("amount", "low", "high"), "money"))
    rows = len(ledger["line"])
    if not rows:
        return
    sums: dict[tuple[str, str], float] = {}
    for line, owner, amount in zip(ledger["line"], ledger["owner"], ledger["amount"], strict=True):
        key = str(line), str(owner or "")
        sums[key] = sums.get(key, 0.0) + (amount if isinstance(amount, float) else 0.0)
    lines = list(dict.fromkeys(line for line, _ in sums))
    owners = list(dict.fromkeys(owner for _, owner in sums))
    first = len(ledger) + 1
    sheet.put_row(0, ("line", *(owner or NOBODY for owner in owners), "sum"), "header", first)
    sheet.raw.set_column(first, first, 38)
    sheet.raw.set_column(first + 1, first + len(owners) + 1, 16)
    for row, line in enumerate(lines, start=1):
        sheet.put(row, first, line)
        for column, owner in enumerate(owners, start=first + 1):
            formula = (
                f"=SUMIFS($E$2:$E${rows + 1},$A$2:$A${rows + 1},{xl_col_to_name(first)}{row + 1},"
                f'$B$2:$B${rows + 1},"{_criterion(owner)}")'
            )
            sheet.formula(row, column, formula, sums.get((line, owner), 0.0), "money")
        last = first + len(owners)
        each = f"{xl_col_to_name(first + 1)}{row + 1}:{xl_col_to_name(last)}{row + 1}"
        total = sum(sums.get((line, owner), 0.0) for owner in owners)
        sheet.formula(row, last + 1, f"=SUM({each})", total, "money")
    _sum_of_all(sheet, len(lines) + 1, first, len(owners), sum(sums.values()))
    _stack(book, sheet, len(lines), first, len(owners))


def _criterion(owner: str) -> str:
    """A criterion that finds just this name: `=` alone finds blanks; wildcards and quotes are escaped."""
    escaped = owner.replace("~", "~~").replace("*", "~*").replace("?", "~?").replace('"', '""')
    return f"={escaped}"


def _sum_of_all(sheet: Sheet, row: int, first: int, owners: int, total: float) -> None:
    column = first + owners + 1
    name = xl_col_to_name(column)
    sheet.put(row, first, "all lines: value less cost", "section")
    sheet.formula(row, column, f"=SUM({name}2:{name}{row})", total, "money")


def _stack(book: Book, sheet: Sheet, lines: int, first: int, owners: int) -> None:
    chart = book.chart("column", "stacked")
    for index in range(owners):
        column = first + 1 + index
        chart.add_series(
            {
                "name": [sheet.name, 0, column],
                "categories": [sheet.name, 1, first, lines, first],
                "values": [sheet.name, 1, column, lines, column],
                "fill": {"color": COLOURS[index % len(COLOURS)]},
                "gap": 60,
            }
        )
    chart.set_title({"name": "Ledger: what was gained and lost, and what it cost"})
    chart.set_x_axis({"label_position": "low"})
    chart.set_y_axis({"num_format": "#,##0"})
    chart.set_size(CHART)
    sheet.raw.insert_chart(lines + 4, first, chart)


def staffing_sheet(book: Book, staffing: StoredTable, needed: str, there: str) -> None:
    """Heads required and scheduled, the gap as a live formula, and both as lines; FTE summed where it is told."""
    group = "group" if "group" in staffing else ""
    table = _by_group(staffing) if group else staffing
    sheet = book.sheet("Staffing")
    rows, columns = len(table[needed]), list(table)
    sheet.table({**table, "gap": [None] * rows})
    need, have = (xl_col_to_name(columns.index(name)) for name in (needed, there))
    for row in range(rows):
        gap = _number(table[there][row]) - _number(table[needed][row])
        sheet.formula(row + 1, len(columns), f"={have}{row + 2}-{need}{row + 2}", gap, "number")
    if "fte" in table:
        fte, place = xl_col_to_name(columns.index("fte")), len(columns) + 2
        sheet.put(0, place, "FTE, all groups", "header")
        total = sum(map(_number, table["fte"]))
        sheet.formula(1, place, f"=SUM({fte}2:{fte}{rows + 1})", total)
    if not rows:
        return
    first = sum(name == table[group][0] for name in table[group]) if group else rows
    chart = book.chart("line")
    for name, label, colour in ((needed, "required", BLUE), (there, "scheduled", ORANGE)):
        column = columns.index(name)
        chart.add_series(
            {
                "name": label,
                "categories": [
                    sheet.name,
                    1,
                    columns.index("interval_start"),
                    first,
                    columns.index("interval_start"),
                ],
                "values": [sheet.name, 1, column, first, column],
                "line": {"color": colour, "width": 1.5},
            }
        )
    told = f": {table[group][0]}" if group else ""
    chart.set_title({"name": f"Heads required and scheduled{told}"})
    chart.set_x_axis({"num_format": "mm-dd hh:mm", "interval_unit": max(1, first // 12)})
    _place(sheet, chart, len(columns) + 2, row=3)


def _by_group(table: StoredTable) -> StoredTable:
    """Group by group, so that a chart can be drawn of the first."""
    groups = list(dict.fromkeys(table["group"]))
    order = sorted(range(len(table["group"])), key=lambda row: groups.index(table["group"][row]))
    return {name: [values[row] for row in order] for name, values in table.items()}


def _number(value: Cell) -> float:
    return value if isinstance(value, float) else 0.0


def stacked(tables: Mapping[str, StoredTable], column: str) -> StoredTable:
    """Tables of the same columns below each other, with the name of each in a first column."""
    names: Sequence[str] = list(next(iter(tables.values()), {}))
    joined: dict[str, list[Cell]] = {column: []}
    for case, table in tables.items():
        joined[column] += [case] * len(next(iter(table.values()), []))
        for name in names:
            joined.setdefault(name, []).extend(table[name])
    return joined


def _place(sheet: Sheet, chart: Chart, columns: int, row: int = 1) -> None:
    """A chart to the right of a table."""
    chart.set_size(CHART)
    chart.set_legend({"position": "bottom"})
    sheet.raw.insert_chart(row, columns + 1, chart)
