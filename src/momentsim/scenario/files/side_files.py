"""CSV side files: counts per interval (volumes, heads) and observed durations, with errors by CSV line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median_low

from momentsim import units
from momentsim.errors import Problem, ScenarioError
from momentsim.scenario.files.plain_files import bytes_of, csv_delimiter, csv_rows, unpack
from momentsim.scenario.written import show_value

MAX_CSV_BYTES = 20_000_000
MAX_ROWS = 400_000
"""Enough for three years of five minutes."""
MAX_PROBLEMS = 20
MOST_NOTED = 1000
"""Bad lines after which reading stops; a file of another kind would have one on every line."""
MAX_COUNT = 1e9
COUNT_COLUMNS = {"offered": False, "heads": True}
"""Columns of count files, and whether they hold whole numbers only."""
OTHER_NAMES = {"interval_start": ("datetime", "timestamp"), "offered": ("calls", "contacts", "volume")}
"""Headers that are read as a column where a file does not use its own name."""


@dataclass(frozen=True, slots=True)
class CountRow:
    """One row of a count file, with its line in the file."""

    line: int
    interval_start: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Grid:
    """The intervals that a count file must fill, each once."""

    start: datetime
    horizon_s: float
    """How long it is, warm-up included."""
    interval_s: float
    sparse: bool = False
    """Rows may be missing."""
    warm_up_s: float = 0.0
    """How much of it comes before the scenario's start."""

    @property
    def name(self) -> str:
        """What the time of the grid is called."""
        return "warm-up and horizon" if self.warm_up_s else "the horizon"

    def starts(self) -> Iterator[datetime]:
        """Start of every interval of warm-up and horizon."""
        step = timedelta(seconds=self.interval_s)
        return (self.start + step * number for number in range(round(self.horizon_s / self.interval_s)))


def row_length_s(starts: Sequence[datetime], interval_s: float) -> float:
    """Seconds that a row of a volume file covers: its usual step if that divides the interval, else that."""
    steps = [(after - before).total_seconds() for before, after in pairwise(starts)]
    usual = median_low(steps) if steps else interval_s
    return usual if 0 < usual < interval_s and interval_s % usual == 0 else interval_s


def read_counts(path: Path, column: str, *, shown_as: str | None = None) -> list[tuple[datetime, float]]:
    """Pairs (interval_start, number) of a CSV; raises ScenarioError with every bad line."""
    return [(row.interval_start, row.value) for row in count_rows(path, column, shown_as=shown_as)]


def count_rows(
    path: Path, column: str, *, shown_as: str | None = None, whole: bool | None = None
) -> list[CountRow]:
    """Rows of a count file in the order of the file; numbers from 0 up, `whole` ones without fraction."""
    name = shown_as if shown_as is not None else str(path)
    only_whole = COUNT_COLUMNS.get(column, False) if whole is None else whole
    problems: list[Problem] = []
    rows: list[CountRow] = []
    for line, cells, decimal_comma in _records(path, name, ("interval_start", column)):
        written = cells["interval_start"].strip()
        start = units.parse_timestamp(written)
        value = _number(cells[column], decimal_comma)
        if start is None:
            allowed = "write a real local date and time like 2007-02-14 06:00"
            problems.append(
                Problem(
                    name,
                    line,
                    1,
                    "interval_start",
                    f"{show_value(written)} is not a date with a time",
                    allowed,
                )
            )
        complaint = _count_complaint(cells[column].strip(), value, only_whole, column)
        if complaint:
            problems.append(Problem(name, line, 1, column, *complaint))
        if start is not None and value is not None and not complaint:
            rows.append(CountRow(line, start, value))
        if len(problems) > MOST_NOTED:
            break
    _raise_if_any(problems, name)
    return rows


def read_samples(path: Path, *, shown_as: str | None = None) -> list[float]:
    """Observed durations, the column `seconds` of a CSV; at least one, each from 0 up."""
    name = shown_as if shown_as is not None else str(path)
    problems: list[Problem] = []
    samples: list[float] = []
    for line, cells, decimal_comma in _records(path, name, ("seconds",)):
        value = _number(cells["seconds"], decimal_comma)
        if value is None or not 0 <= value <= units.LONGEST_DURATION_S:
            what = f"{show_value(cells['seconds'].strip())} is not a duration"
            allowed = f"write seconds from 0 up, like 93.5, to {units.LONGEST_DURATION_S}"
            problems.append(Problem(name, line, 1, "seconds", what, allowed))
        else:
            samples.append(value)
        if len(problems) > MOST_NOTED:
            break
    if not samples and not problems:
        problems.append(Problem(name, 0, 0, "seconds", "the file has no rows", "write at least one duration"))
    _raise_if_any(problems, name)
    return samples


def check_grid(rows: Iterable[CountRow], grid: Grid, name: str) -> list[Problem]:
    """Every interval of the horizon has one row (at most one if sparse); what lies elsewhere is an error."""
    expected = set(grid.starts())
    seen: dict[datetime, int] = {}
    problems: list[Problem] = []
    for row in rows:
        written = units.format_timestamp(row.interval_start)
        if row.interval_start in seen:
            what = f"{written} is here twice"
            problems.append(
                Problem(
                    name,
                    row.line,
                    1,
                    "interval_start",
                    what,
                    f"it is already on line {seen[row.interval_start]}",
                )
            )
        elif row.interval_start not in expected:
            problems.append(
                Problem(name, row.line, 1, "interval_start", *_off_grid(row.interval_start, grid))
            )
        seen.setdefault(row.interval_start, row.line)
    missing = [start for start in grid.starts() if start not in seen]
    if missing and not grid.sparse:
        first = units.format_timestamp(missing[0])
        what = (
            f"{len(missing)} interval{'s are' if len(missing) > 1 else ' is'} missing, the first is {first}"
        )
        problems.append(
            Problem(
                name,
                0,
                0,
                "interval_start",
                what,
                f"write every interval of {grid.name}, 0 where it is closed",
            )
        )
    return shorten_problems(problems, name)


def _off_grid(start: datetime, grid: Grid) -> tuple[str, str]:
    end = units.horizon_end(grid.start, grid.horizon_s)
    written = units.format_timestamp(start)
    if not grid.start <= start < end:
        horizon = f"{units.format_timestamp(grid.start)} to {units.format_timestamp(end)}"
        return f"{written} is outside {grid.name}", f"it runs from {horizon}"
    return (
        f"{written} is not the start of an interval",
        f"intervals last {units.format_duration(grid.interval_s)}",
    )


def _records(path: Path, name: str, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str], bool]]:
    """Line number, cells by column, and whether decimals have a comma (only where `;` separates)."""
    text = text_of(path, name)
    decimal_comma = csv_delimiter(text) == ";"
    rows = csv_rows(text, name)
    _line, header = next(rows, (1, []))
    places = _places([cell.strip() for cell in header], columns, name)
    for line, cells in rows:
        yield line, {column: cells[place] for column, place in places.items()}, decimal_comma


def _places(header: list[str], columns: tuple[str, ...], name: str) -> dict[str, int]:
    """Where each column stands, under its own name or under the only other name that the file has."""
    positions = {column: _names_of(column, header) for column in columns}
    missing = [column for column, names in positions.items() if not names]
    if missing:
        what = f"the header has no column {' and no column '.join(repr(column) for column in missing)}"
        seen = ", ".join(repr(cell) for cell in header) or "nothing"
        raise ScenarioError(
            [Problem(name, 1, 1, "", what, f"needed are {', '.join(columns)}; found {seen}"[:300])]
        )
    for column, names in positions.items():
        if len(set(names)) > 1:
            what = f"{' and '.join(repr(other) for other in names)} could both be {column!r}"
            raise ScenarioError([Problem(name, 1, 1, "", what, f"call the one that is meant {column!r}")])
        if len(names) > 1:
            what = f"the column {names[0]!r} is there twice"
            raise ScenarioError([Problem(name, 1, 1, "", what, "each column once")])
    return {column: header.index(names[0]) for column, names in positions.items()}


def _names_of(column: str, header: list[str]) -> list[str]:
    own = [cell for cell in header if cell == column]
    return own or [cell for cell in header if cell in OTHER_NAMES.get(column, ())]


def text_of(path: Path, name: str) -> str:
    """Contents of a CSV of bearable size, unpacked if need be."""
    try:
        content = bytes_of(path, name, MAX_CSV_BYTES)
        if path.suffix == ".gz":
            content = unpack(content, name, MAX_CSV_BYTES)
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ScenarioError(
            [Problem(name, 0, 0, "", "the file is not UTF-8", "save it as 'CSV UTF-8'")]
        ) from None
    if "\0" in text:
        raise ScenarioError([Problem(name, 0, 0, "", "the file contains a NUL byte", "a CSV is plain text")])
    rows = max(text.count("\n"), text.count("\r"))
    if rows > MAX_ROWS + 1:
        raise ScenarioError([Problem(name, 0, 0, "", f"the file has {rows:,} rows", f"at most {MAX_ROWS:,}")])
    return text


def _number(text: str, decimal_comma: bool) -> float | None:
    quantity = units.parse_quantity(text.replace(",", ".") if decimal_comma else text)
    return quantity[0] if quantity is not None and not quantity[1] else None


def _count_complaint(text: str, value: float | None, whole: bool, column: str) -> tuple[str, str] | None:
    kind = "a whole number" if whole else "a number"
    if value is None:
        return (
            f"{show_value(text)} is not a number" if text else "the cell is empty"
        ), f"write {kind} from 0 up"
    if value < 0:
        return f"{text} is negative", f"write {kind} from 0 up"
    if value > MAX_COUNT:
        return f"{text} is too large", f"at most {units.format_number(MAX_COUNT)}"
    return (
        (
            f"{text} is not a whole number",
            "heads are whole people" if column == "heads" else "counts to replay are whole",
        )
        if whole and value != int(value)
        else None
    )


def _raise_if_any(problems: list[Problem], name: str) -> None:
    if problems:
        raise ScenarioError(shorten_problems(problems, name))


def shorten_problems(problems: list[Problem], name: str) -> list[Problem]:
    """The first problems of a file, and how many more there are."""
    if len(problems) <= MAX_PROBLEMS:
        return problems
    rest = len(problems) - MAX_PROBLEMS
    last = problems[MAX_PROBLEMS - 1]
    return [
        *problems[:MAX_PROBLEMS],
        Problem(name, last.line, last.column + 1, "", f"and {rest} more problems in this file"),
    ]
