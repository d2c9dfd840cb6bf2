"""CSV or sheet of shifts: a row for each shift template, put into the tree as if it were written in the scenario.

So the types and checks of `shifts` judge every cell, and their messages name its line, or its cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from momentsim import units
from momentsim.errors import Problem, ScenarioError
from momentsim.scenario.files.nodes import ListNode, MappingNode, Mark, Node, ValueNode, find, is_null
from momentsim.scenario.files.row_grid import shorten_problems
from momentsim.scenario.files.scenario_files import words_for_misplaced
from momentsim.scenario.files.side_rows import SideRows, notes_on, open_rows
from momentsim.scenario.readings import time_readings
from momentsim.scenario.sections.base import DAYS_ALLOWED, meant_weekday, weekdays_of
from momentsim.scenario.written import WrittenInt, show_value
from momentsim.suggestions import did_you_mean, suggestion

NEEDED: Final = ("shift", "start", "end", "heads")
COLUMNS: Final = ("shift", "start", "end", "days", "heads", "breaks", "unpaid_breaks")
"""In the order in which `momentsim shifts` writes them."""
SPAN_EXAMPLE: Final = "write times of day like 12:00-12:30, several with a space between"
_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
_SEPARATOR = re.compile(r"[\s,;]+")
_KEY: Final = "shifts_file"
_OTHERS: Final = ("heads", "heads_file", "shifts")


def with_shifts_of_files(tree: MappingNode, folder: Path) -> tuple[MappingNode, list[Problem]]:
    """The tree with `shifts` in place of every `shifts_file` that can be read, and what is wrong with the others.

    A group that says its heads in another way as well is left to the checks.
    """
    problems: list[Problem] = []
    workforce, groups = tree.items.get("workforce"), find(tree, ("workforce", "groups"))
    if not (isinstance(workforce, MappingNode) and isinstance(groups, MappingNode)):
        return tree, problems
    for name, group in groups.items.items():
        if not isinstance(group, MappingNode) or any(_is_given(group, key) for key in _OTHERS):
            continue
        file = group.items.get(_KEY)
        if isinstance(file, ValueNode) and isinstance(file.value, str):
            try:
                shifts = _read(file.value, folder, f"workforce.groups.{name}.{_KEY}", file.mark)
            except ScenarioError as error:
                problems += error.problems
                continue
            full = group.without(_KEY, "shifts").with_item("shifts", shifts, shifts.mark)
            groups = groups.with_item(name, full, groups.key_marks[name])
    filled = workforce.with_item("groups", groups, workforce.key_marks["groups"])
    return tree.with_item("workforce", filled, tree.key_marks["workforce"]), problems


def notes_on_shifts(tree: MappingNode, folder: Path) -> Iterator[Problem]:
    """What is not looked at in workbooks of shifts, or may surprise; those that cannot be read are told elsewhere."""
    groups = find(tree, ("workforce", "groups"))
    for group in groups.items.values() if isinstance(groups, MappingNode) else ():
        file = group.items.get(_KEY) if isinstance(group, MappingNode) else None
        if not (isinstance(file, ValueNode) and isinstance(file.value, str)):
            continue
        try:
            yield from notes_on(folder / file.value, str(folder / file.value))
        except ScenarioError:
            continue


def _is_given(group: MappingNode, key: str) -> bool:
    node = group.items.get(key)
    return node is not None and not is_null(node)


def _read(name: str, folder: Path, key: str, mark: Mark) -> MappingNode:
    complaint = words_for_misplaced(name, folder)
    if complaint is not None:
        raise ScenarioError([mark.problem(key, *complaint)])
    return read_shifts(folder / name, layer=mark.layer)


@dataclass(slots=True)
class _ShiftRow:
    """One row of the file, and what is wrong with it."""

    mark: Mark
    cells: dict[str, str]
    numbers: dict[str, int]
    """Of its columns in a sheet."""
    problems: list[Problem] = field(default_factory=list)

    def at(self, column: str) -> Mark:
        """Where a cell of this row stands."""
        return replace(self.mark, column=self.numbers.get(column, self.mark.column))

    def leaf(self, value: str | bool | WrittenInt, column: str) -> ValueNode:
        """A value of this row."""
        return ValueNode(value, self.at(column))

    def complain(self, column: str, what: str, allowed: str, meant: str = "") -> None:
        """Note what is wrong with a cell."""
        self.problems.append(self.at(column).problem(column, what, allowed, meant))

    def time(self, column: str) -> int:
        """Seconds of a time of day; 0 where it cannot be read."""
        second = units.parse_time_of_day(self.cells[column].strip())
        if second is None:
            words = _words_of_found(self.cells[column], "a time of day")
            meant = suggestion(time_readings(self.cells[column]), quoted=False)
            self.complain(column, words, "write it like 08:30", meant)
        return (second or 0) % units.SECONDS_PER_DAY


def read_shifts(path: Path, *, layer: str = "scenario") -> MappingNode:
    """The file as a mapping of shift templates, each value marked with its line; ScenarioError with every bad one.

    Columns are `shift`, `start`, `end` (times of day; an end before the start is on the next day) and `heads`; if
    wanted `days` (`mon tue` or `mon-fri`; every day when empty), `breaks` and `unpaid_breaks` (`12:00-12:30`).
    """
    file = open_rows(path, str(path), set(NEEDED).issubset)
    name = file.name
    items: dict[str, Node] = {}
    marks: dict[str, Mark] = {}
    problems: list[Problem] = []
    for row in _rows(file, layer):
        title = row.cells["shift"].strip()
        if title in items:
            row.complain(
                "shift", f"{show_value(title)} is here twice", f"it is already on line {marks[title].line}"
            )
        template = _template(row)
        problems += row.problems
        marks.setdefault(title, row.mark)
        items.setdefault(title, template)
    if not items and not problems:
        problems.append(Problem(name, 0, 0, "shift", "the file has no rows", "write at least one shift"))
    if problems:
        raise ScenarioError(shorten_problems(problems, name))
    return MappingNode(items, marks, Mark(name, 1, 1, layer))


def _rows(file: SideRows, layer: str) -> Iterator[_ShiftRow]:
    _check_header(file)
    blank = dict.fromkeys(COLUMNS, "")
    places = range(len(file.headings))
    numbers = {column: file.column(place) for place, column in enumerate(file.headings)}
    body = list(file.body)
    refused = file.problems(places, [line for line, _cells in body])
    if refused:
        raise ScenarioError(shorten_problems(refused, file.name))
    for line, cells in body:
        written = blank | dict(zip(file.headings, cells, strict=True))
        yield _ShiftRow(Mark(file.name, line, 1, layer), written, numbers)


def _check_header(file: SideRows) -> None:
    """Needed columns are there, no column is there twice, and none is unknown."""
    header = file.headings
    problems = [
        file.problem(f"the header has no column {column!r}", f"needed are {', '.join(NEEDED)}")
        for column in NEEDED
        if column not in header
    ]
    for column in dict.fromkeys(header):
        if column not in COLUMNS:
            what, allowed = f"there is no column {show_value(column)}", f"columns are {', '.join(COLUMNS)}"
            problems.append(file.problem(what, allowed, did_you_mean(column, COLUMNS)))
        elif header.count(column) > 1:
            problems.append(file.problem(f"the column {column!r} is there twice", "each column once"))
    if problems:
        raise ScenarioError(shorten_problems(problems, file.name))


def _template(row: _ShiftRow) -> MappingNode:
    """One row as it would be written in the scenario."""
    start, end = row.time("start"), row.time("end")
    length = (end - start - 1) % units.SECONDS_PER_DAY + 1  # the same time of day is a whole day later
    items: dict[str, Node] = {
        "start": row.leaf(units.format_time_of_day(start), "start"),
        "length": row.leaf(units.format_duration(length), "end"),
        "heads": _heads(row),
    }
    days = list(_days(row))
    if days:
        items["days"] = ListNode(tuple(row.leaf(day, "days") for day in days), row.at("days"))
    breaks = [*_breaks(row, "breaks", start), *_breaks(row, "unpaid_breaks", start)]
    if breaks:
        items["breaks"] = ListNode(tuple(breaks), row.mark)
    return MappingNode(items, dict.fromkeys(items, row.mark), row.mark)


def _heads(row: _ShiftRow) -> ValueNode:
    written = row.cells["heads"].strip()
    if _WHOLE.fullmatch(written):
        return row.leaf(WrittenInt(written), "heads")
    row.complain("heads", _words_of_found(written, "a whole number"), "heads are whole people, from 0 up")
    return row.leaf(WrittenInt(0), "heads")


def _days(row: _ShiftRow) -> Iterator[str]:
    """Days as written in a scenario. Nothing for an empty cell, which means every day."""
    written = row.cells["days"].strip()
    days = weekdays_of(written) if written else ()
    if days is None:
        parts = [part for part in _SEPARATOR.split(written) if weekdays_of(part) is None]
        wrong = parts[0] if parts else written
        row.complain("days", f"{show_value(wrong)} is no weekday", DAYS_ALLOWED, meant_weekday(wrong))
    yield from days or ()


def _breaks(row: _ShiftRow, column: str, start: int) -> Iterator[Node]:
    for part in filter(None, _SEPARATOR.split(row.cells[column].strip())):
        times = [units.parse_time_of_day(text) for text in part.replace("\u2013", "-").split("-")]
        if len(times) != 2 or times[0] is None or times[1] is None:
            row.complain(column, f"{show_value(part)} is not a break", SPAN_EXAMPLE)
            continue
        after, length = (times[0] - start), (times[1] - times[0])
        items: dict[str, Node] = {
            "after": row.leaf(units.format_duration(after % units.SECONDS_PER_DAY), column),
            "length": row.leaf(units.format_duration(length % units.SECONDS_PER_DAY), column),
            "paid": row.leaf(column == "breaks", column),
        }
        yield MappingNode(items, dict.fromkeys(items, row.mark), row.mark)


def _words_of_found(written: str, wanted: str) -> str:
    written = written.strip()
    return f"{show_value(written)} is not {wanted}" if written else "the cell is empty"
