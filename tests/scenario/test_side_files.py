"""CSV side files: what is read, and what is refused with its CSV line."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from momentsim.errors import ScenarioError
from momentsim.scenario import load
from momentsim.scenario.files.scenario_files import read_counts

from .scenario_fixtures import Loaded, Problems, Write

START = datetime(2026, 3, 2, 8)


def rows(column: str, count: int = 24, separator: str = ",", value: str = "10") -> list[str]:
    starts = [START + timedelta(minutes=30) * number for number in range(count)]
    return [
        f"interval_start{separator}{column}",
        *(f"{start:%Y-%m-%d %H:%M}{separator}{value}" for start in starts),
    ]


@pytest.fixture
def from_file(plain: str) -> str:
    return plain.replace("per_day: 900", "file: volume.csv").replace("heads: 14", "heads_file: heads.csv")


def test_counts_are_read_and_carried(from_file: str, write: Write, loaded: Loaded) -> None:
    write("\n".join(rows("offered", value="12.5")), "volume.csv")
    write("\n".join(rows("heads")), "heads.csv")
    made = loaded(from_file)
    assert made.tables["volume.csv"][0] == (START, 12.5)
    assert made.tables["heads.csv (frontline)"][-1] == (START + timedelta(hours=11.5), 10.0)
    assert [len(table) for table in made.tables.values()] == [24, 24]


def test_contents_of_side_files_enter_the_hash(from_file: str, write: Write, loaded: Loaded) -> None:
    write("\n".join(rows("heads")), "heads.csv")
    hashes = set()
    for value in ("10", "11"):
        write("\n".join(rows("offered", value=value)), "volume.csv")
        hashes.add(loaded(from_file).content_hash)
    assert len(hashes) == 2


def test_semicolons_decimal_commas_byte_order_marks_and_more_columns(write: Write) -> None:
    text = "﻿note;offered;interval_start\r\nx;12,5;2026-03-02T08:00\r\n\r\ny;3;2026-03-02 08:30:00\r\n"
    path = write(text, "v.csv")
    assert read_counts(path, "offered") == [(START, 12.5), (START + timedelta(minutes=30), 3.0)]


def changed(lines: list[str], line: int, text: str) -> list[str]:
    """The lines with one replaced, counted from 1; an empty text takes it out."""
    return [*lines[: line - 1], *([text] if text else []), *lines[line:]]


@pytest.mark.parametrize(
    ("line", "text", "message"),
    [
        (
            5,
            "",
            "volume.csv: interval_start: 1 interval is missing, the first is 2026-03-02 09:30, "
            "write every interval of the horizon, 0 where it is closed",
        ),
        (
            5,
            "2026-03-02 09:00,1",
            "volume.csv:5:1: interval_start: 2026-03-02 09:00 is here twice, it is already on line 4",
        ),
        (
            5,
            "2026-03-02 09:15,1",
            "volume.csv:5:1: interval_start: 2026-03-02 09:15 is not the start of an interval, "
            "intervals last 30 min",
        ),
        (
            5,
            "2026-03-05 09:00,1",
            "volume.csv:5:1: interval_start: 2026-03-05 09:00 is outside the horizon, it runs "
            "from 2026-03-02 08:00 to 2026-03-02 20:00",
        ),
        (
            5,
            "2026-02-30 09:00,1",
            "volume.csv:5:1: interval_start: '2026-02-30 09:00' is not a date with a time, write "
            "a real local date and time like 2007-02-14 06:00",
        ),
        (5, "2026-03-02 09:30,-1", "volume.csv:5:1: offered: -1 is negative, write a number from 0 up"),
        (5, "2026-03-02 09:30,", "volume.csv:5:1: offered: the cell is empty, write a number from 0 up"),
        (
            5,
            "2026-03-02 09:30,nan",
            "volume.csv:5:1: offered: 'nan' is not a number, write a number from 0 up",
        ),
        (5, "2026-03-02 09:30,1e12", "volume.csv:5:1: offered: 1e12 is too large, at most 1000000000"),
        (5, "2026-03-02 09:30", "volume.csv:5:1: 1 cells in this row, the header has 2"),
        (
            1,
            "start,offered",
            "volume.csv:1:1: the header has no column 'interval_start', needed are "
            "interval_start, offered; found 'start', 'offered'",
        ),
        (
            1,
            "offered,interval_start,offered",
            "volume.csv:1:1: the column 'offered' is there twice, each column once",
        ),
    ],
)
def test_bad_volumes(
    line: int, text: str, message: str, plain: str, write: Write, problems: Problems
) -> None:
    write("\n".join(changed(rows("offered"), line, text)), "volume.csv")
    assert message in problems(plain.replace("per_day: 900", "file: volume.csv"))


def test_a_warm_up_needs_rows_too(plain: str, write: Write, problems: Problems, loaded: Loaded) -> None:
    text = plain.replace("per_day: 900", "file: volume.csv") + "\nopening: {warm_up: 1 h}\n"
    write("\n".join(rows("offered")), "volume.csv")
    message = (
        "volume.csv: interval_start: 2 intervals are missing, the first is 2026-03-02 07:00, "
        "write every interval of warm-up and horizon, 0 where it is closed"
    )
    assert message in problems(text)
    before = ["2026-03-02 07:00,1", "2026-03-02 07:30,1"]
    write("\n".join([*rows("offered"), *before]), "volume.csv")
    assert len(loaded(text).tables["volume.csv"]) == 26
    write("\n".join([*rows("offered"), *before, "2026-03-02 06:30,1"]), "volume.csv")
    assert any(
        "06:30 is outside warm-up and horizon, it runs from 2026-03-02 07:00" in line
        for line in problems(text)
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("-3", "heads.csv:2:1: heads: -3 is negative, write a whole number from 0 up"),
        ("3.5", "heads.csv:2:1: heads: 3.5 is not a whole number, heads are whole people"),
    ],
)
def test_bad_heads(value: str, message: str, plain: str, write: Write, problems: Problems) -> None:
    write("\n".join(changed(rows("heads"), 2, f"2026-03-02 08:00,{value}")), "heads.csv")
    assert message in problems(plain.replace("heads: 14", "heads_file: heads.csv"))


def test_replayed_counts_are_whole(plain: str, write: Write, problems: Problems) -> None:
    write("\n".join(rows("offered", value="2.5")), "volume.csv")
    text = plain.replace("per_day: 900", "file: volume.csv, replay: on")
    found = problems(text)
    assert found[0] == "volume.csv:2:1: offered: 2.5 is not a whole number, counts to replay are whole"
    assert found[-1].endswith("and 4 more problems in this file")
    assert len(found) == 21


def test_observed_durations(plain: str, write: Write, loaded: Loaded, problems: Problems) -> None:
    text = plain.replace("mean: 4 min, cv: 0.8", "distribution: empirical, file: times.csv")
    write("seconds\n93.5\n0\n", "times.csv")
    assert loaded(text).samples == {"times.csv": (93.5, 0.0)}
    write("seconds\n93.5\n-1\nx\n", "times.csv")
    assert problems(text) == [
        "times.csv:3:1: seconds: '-1' is not a duration, write seconds from 0 up, like 93.5, to 315576000",
        "times.csv:4:1: seconds: 'x' is not a duration, write seconds from 0 up, like 93.5, to 315576000",
    ]
    write("seconds\n", "times.csv")
    assert problems(text) == ["times.csv: seconds: the file has no rows, write at least one duration"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "volum.csv",
            "x.yaml:12:22: demand.volumes.question.file: there is no file 'volum.csv', did "
            "you mean 'volume.csv'?",
        ),
        (
            "../volume.csv",
            "'../volume.csv' is outside the scenario's folder, write a relative path in that folder or below",
        ),
        ("/etc/passwd", "'/etc/passwd' is outside the scenario's folder"),
        ("C:/volume.csv", "'C:/volume.csv' is outside the scenario's folder"),
        (".", "there is no file '.'"),
        ('"a\\0b"', "is no name of a file, write a relative path"),
    ],
)
def test_files_stay_in_the_folder(
    name: str, message: str, plain: str, write: Write, problems: Problems
) -> None:
    write("\n".join(rows("offered")), "volume.csv")
    assert any(message in line for line in problems(plain.replace("per_day: 900", f"file: {name}")))


@pytest.mark.skipif(os.name == "nt", reason="signals, links, pipes and limits are different there")
def test_a_link_out_of_the_folder_is_refused(
    plain: str, write: Write, problems: Problems, tmp_path: Path
) -> None:
    outside = write("\n".join(rows("offered")), "volume.csv").resolve()
    inner = Path("inner")
    inner.mkdir()
    (inner / "v.csv").symlink_to(outside)
    path = write(plain.replace("per_day: 900", "file: v.csv"), "inner/x.yaml")
    with pytest.raises(ScenarioError, match=r"'v\.csv' is outside the scenario's folder"):
        load(path)


def test_one_file_has_one_purpose(plain: str, write: Write, problems: Problems) -> None:
    write(
        "\n".join(
            f"{line},{last}" for line, last in zip(rows("offered"), ["heads", *["3"] * 24], strict=True)
        ),
        "b.csv",
    )
    text = plain.replace("per_day: 900", "file: b.csv").replace("heads: 14", "heads_file: b.csv")
    assert (
        "heads_file: 'b.csv' is already read for its column 'offered', use one file for each purpose"
        in problems(text)[0]
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"interval_start,offered\n\x84\n", "volume.csv: the file is not UTF-8, save it as 'CSV UTF-8'"),
        (b"interval_start,offered\n\0\n", "volume.csv: the file contains a NUL byte, a CSV is plain text"),
        (
            b"",
            "volume.csv:1:1: the header has no column 'interval_start' and no column 'offered', "
            "needed are interval_start, offered; found nothing",
        ),
        (
            b'interval_start,offered\n"' + b"x" * 200_000,
            "volume.csv:2:1: a cell begins here that is too long, at most 10,000 characters, is a quote not closed?",
        ),
    ],
    ids=["letters of DOS", "nul", "empty", "huge cell"],
)
def test_hostile_files(content: bytes, message: str, plain: str, write: Write, problems: Problems) -> None:
    write(content, "volume.csv")
    assert message in problems(plain.replace("per_day: 900", "file: volume.csv"))


def test_a_missing_file_read_alone() -> None:
    with pytest.raises(ScenarioError, match="there is no such file"):
        read_counts(Path("nowhere.csv"), "heads")


def test_a_warning_for_keys_without_effect(plain: str, write: Write, loaded: Loaded) -> None:
    write("\n".join(rows("offered")), "volume.csv")
    made = loaded(plain.replace("per_day: 900", "file: volume.csv, weekdays: {mon: 2}"))
    assert [str(warning) for warning in made.warnings] == [
        "x.yaml:12:34: demand.volumes.question.weekdays: this has no effect, the file "
        "already says when moments arise"
    ]
