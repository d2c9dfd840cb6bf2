"""Dates and separators as programs of many countries write them: read where there is one reading, else all are told."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from momentsim.errors import ScenarioError
from momentsim.scenario.files.shift_files import read_shifts
from momentsim.scenario.files.side_files import read_counts


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def counts(*lines: str, head: str = "interval_start;offered") -> list[tuple[datetime, float]]:
    Path("v.csv").write_text("\n".join([head, *lines]), "utf-8")
    return read_counts(Path("v.csv"), "offered")


def refused(*lines: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        counts(*lines)
    return str(caught.value)


FIRST, SECOND = datetime(2026, 3, 13, 8), datetime(2026, 3, 13, 8, 30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("13.03.26 08:00", "13.03.26 08:30"),
        ("13/03/26 8:00 am", "13/03/26 8:30 am"),
        ("3/13/26 8:00", "3/13/26 8:30"),
        ("03-13-26 08:00", "03-13-26 08:30"),
        ("2026-03-13T08:00:00+01:00", "2026-03-13T08:30:00+01:00"),
        ("2026-03-13 08:00 -0500", "2026-03-13 08:30 -0500"),
        ("13.03.2026 08:00:00+02", "13.03.2026 08:30:00+02"),
        ("2026-03-13T08:00:00.000+00:00", "2026-03-13T08:30:00.000+01:00"),
    ],
)
def test_one_reading_is_taken(one: str, other: str) -> None:
    assert counts(f"{one};1", f"{other};2") == [(FIRST, 1.0), (SECOND, 2.0)]


def test_a_column_proves_where_a_short_year_stands() -> None:
    """Days of a month cannot be years of one file, and years cannot be its days."""
    found = counts(*(f"26-03-{day:02d};1" for day in range(1, 20)))
    assert found[-1][0] == datetime(2026, 3, 19)
    found = counts(*(f"{day:02d}-03-26;1" for day in range(1, 20)))
    assert found[-1][0] == datetime(2026, 3, 19)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (
            "02.03.26 08:00",
            "'02.03.26 08:00' can be read as 2026-03-02 08:00 or as 2026-02-03 08:00, write the year first",
        ),
        (
            "02-03-04 08:00",
            "can be read as 2004-03-02 08:00 or as 2004-02-03 08:00 or as 2002-03-04 08:00, "
            "write the year first, with four digits; no row says which is meant",
        ),
        ("26-03-13 08:00", "can be read as 2013-03-26 08:00 or as 2026-03-13 08:00"),
        (
            "2026-03-13T08:00:00Z",
            "v.csv:2:1: interval_start: '2026-03-13T08:00:00Z' is a time of Greenwich (UTC), which may not be the "
            "local one, write local times like 2007-02-14 06:00",
        ),
        ("2026-03-13 08:00 UTC", "is a time of Greenwich (UTC)"),
        ("32.03.26 08:00", "'32.03.26 08:00' is not a date with a time"),
    ],
)
def test_several_readings_are_told(cell: str, words: str) -> None:
    assert words in refused(f"{cell};1")


def test_zones_are_all_or_none() -> None:
    words = "v.csv:3:1: interval_start: '2026-03-13 08:30' has no zone, and other rows have one"
    assert words in refused("2026-03-13 08:00+01:00;1", "2026-03-13 08:30;2")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("told", [False, True])
def test_marks_between_cells(mark: str, told: bool) -> None:
    above = [f"sep={mark}"] if told else []
    lines = [mark.join(cells) for cells in (("interval_start", "offered"), ("2026-03-13 08:00", "12.5"))]
    Path("v.csv").write_text("\r\n".join([*above, *lines]), "utf-8")
    assert read_counts(Path("v.csv"), "offered") == [(FIRST, 12.5)]
    Path("v.csv").write_text("\r\n".join([*above, *lines, "x"]), "utf-8")
    with pytest.raises(ScenarioError, match=f"v.csv:{3 + told}:1: 1 cells in this row, the header has 2"):
        read_counts(Path("v.csv"), "offered")


def test_a_mark_in_quotes_separates_nothing() -> None:
    assert counts('2026-03-13 08:00,"a;b",3', head='interval_start,"note; or not",offered') == [(FIRST, 3.0)]


def test_tabs_leave_the_comma_to_decimals() -> None:
    """And then 1,412 has two readings, which another row decides."""
    head = "interval_start\toffered"
    assert counts("2026-03-13 08:00\t1,412", "2026-03-13 08:30\t0,5", head=head)[0][1] == 1.412
    with pytest.raises(ScenarioError, match=r"'1,412' can be read as 1412 or as 1\.412"):
        counts("2026-03-13 08:00\t1,412", head=head)


def test_shifts_between_semicolons_and_tabs() -> None:
    for mark in ";\t":
        Path("s.csv").write_text(
            f"shift{mark}start{mark}end{mark}heads\nearly{mark}06:00{mark}14:00{mark}3\n", "utf-8"
        )
        assert list(read_shifts(Path("s.csv")).items) == ["early"]
