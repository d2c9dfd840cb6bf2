"""Exports of other programs: read where they have one reading, refused with all readings where they have several."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from momentsim.errors import ScenarioError
from momentsim.scenario.files.scenario_files import read_counts

NINE, HALF_PAST = datetime(2025, 1, 20, 9), datetime(2025, 1, 20, 9, 30)
PLAIN = "interval_start,offered\n2025-01-20 09:00,412\n2025-01-20 09:30,388\n"


def written(folder: Path, content: bytes | str) -> Path:
    path = folder / "calls.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode("utf-16"),
        b"\xfe\xff" + PLAIN.encode("utf-16-be"),
        "interval_start;Anrufe;Annähme\n20.01.2025 09:00;412;400\n20.01.2025 09:30;388;371\n".encode(
            "latin-1"
        ),
        "interval_start,offered\n01/20/2025 9:00 AM,412\n01/20/2025 9:30 AM,388\n",
        "Interval Start,Interval End,Queue Name,Offer,Answer\n"
        "2025-01-20 09:00,2025-01-20 09:30,Sales,412,400\n2025-01-20 09:30,2025-01-20 10:00,Sales,388,371\n",
        "StartDate,StartTime,ContactsQueued,ContactsHandled\n2025-01-20,09:00:00,412,400\n2025-01-20,09:30:00,388,371\n",
        "Date,Time,Calls Inbound,Calls Handled\n01/20/2025,9:00 AM,412,400\n01/20/2025,9:30 AM,388,371\n",
        "Timestamp,QueueName,ContactsOffered,ContactsAnswered\n"
        "2025-01-20T09:00:00,Sales,412,400\n2025-01-20T09:30:00,Sales,388,371\n",
    ],
    ids=["utf-16", "utf-16 big", "latin-1", "month first", "ends", "two columns", "am and pm", "queue"],
)
def test_exports_with_one_reading(content: bytes | str, tmp_path: Path) -> None:
    assert read_counts(written(tmp_path, content), "offered") == [(NINE, 412.0), (HALF_PAST, 388.0)]


def test_one_day_above_twelve_says_how_all_are_read(tmp_path: Path) -> None:
    rows = "interval_start;offered\n01.02.2025 09:00;1\n13.02.2025 09:00;2\n"
    assert read_counts(written(tmp_path, rows), "offered")[0][0] == datetime(2025, 2, 1, 9)
    rows = "date,offered\n01/02/2025,1\n01/13/2025,2\n"
    assert read_counts(written(tmp_path, rows), "offered")[0][0] == datetime(2025, 1, 2)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "interval_start,offered\n01/01/2025 09:00,1\n02/01/2025 09:00,2\n",
            "calls.csv:3:1: interval_start: '02/01/2025 09:00' can be read as 2025-01-02 09:00 or as 2025-02-01 09:00",
        ),
        (
            "interval_start,offered\n13/01/2025 09:00,1\n01/13/2025 09:00,2\n",
            "'13/01/2025 09:00' is not a date with a time",
        ),
        ("interval_start,offered\n2025-01-20T09:00:00Z,412\n", "is a time of Greenwich (UTC)"),
        ("Date,Interval,ACD Calls\n01/20/2025,09:00-09:30,412\n", "found 'Date', 'Interval', 'ACD Calls'"),
        ("Date,Start Date,offered\n2025-01-20,2025-01-20,412\n", "the header has no column 'interval_start'"),
        (b"interval_start,offered,M\x81ller\n", "the file is not UTF-8"),
        (
            "Timestamp,Queue Name,Offer\n2025-01-20 09:00,Sales,412\n2025-01-20 09:00,Help,12\n",
            "rows of several queues: Sales, Help",
        ),
    ],
    ids=["two dates", "no date", "zone", "answered", "two columns of dates", "letters", "queues"],
)
def test_exports_with_several_readings_or_none(content: bytes | str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_counts(written(tmp_path, content), "offered")
    assert message in str(caught.value)
