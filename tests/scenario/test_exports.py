"""Exports of other programs: read where they have one reading, refused with all readings where they have several."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from momentsim.errors import ScenarioError
from momentsim.scenario.files.scenario_files import read_counts
from momentsim.scenario.files.side_files import count_rows

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
        "Datum;Uhrzeit;Anrufe;Angenommen\n20.01.2025;09:00 Uhr;412;400\n20.01.2025;9:30 Uhr;388;371\n",
        "Datum;Von;Bis;Anrufe\n20.01.2025;09:00;09:30;412\n20.01.2025;09:30;10:00;388\n",
        "Date;Heure;Appels\n20/01/2025;09h00;412\n20/01/2025;09h30;388\n",
        "Date,Interval,Calls Offered,Calls Handled\n1/20/2025,9:00 - 9:30,412,400\n1/20/2025,9:30 - 10:00,388,371\n",
        "Date,Interval Start,Interval End,Total Inbound Calls\n"
        "01/20/2025,09:00 AM,09:30 AM,412\n01/20/2025,09:30 AM,10:00 AM,388\n",
        "Queue,StartInterval,EndInterval,Contacts queued\n"
        "Sales,2025-01-20T09:00:00,2025-01-20T09:29:59,412\nSales,2025-01-20T09:30:00,2025-01-20T09:59:59,388\n",
        "Interval report;;\nQueue: Sales;;\n;;\ninterval_start;offered;answered\n"
        "2025-01-20 09:00;412;400\n2025-01-20 09:30;388;371\n",
        "Made on 21/01/2025\n\nDate,Time,Offered\n20250120,0900,412,\n20-Jan-2025,930,388,\n",
        "interval_start,offered,\n2025-01-20 09:00,412,\n2025-01-20 09:30,388,\n",
    ],
    ids=[
        *("utf-16", "utf-16 big", "latin-1", "month first", "ends", "two columns", "am and pm", "queue"),
        *(
            "German",
            "from and to",
            "French",
            "spans",
            "times of day",
            "last second",
            "titles",
            "titles and a line",
        ),
        "a comma at each end",
    ],
)
def test_exports_with_one_reading(content: bytes | str, tmp_path: Path) -> None:
    assert read_counts(written(tmp_path, content), "offered") == [(NINE, 412.0), (HALF_PAST, 388.0)]


def test_a_row_until_midnight_lasts_its_half_hour(tmp_path: Path) -> None:
    rows = "Datum;Von;Bis;Anrufe\n20.01.2025;23:00;23:30;4\n20.01.2025;23:30;00:00;5\n"
    found = count_rows(written(tmp_path, rows), "offered").rows
    assert [(row.interval_start.hour, row.length_s) for row in found] == [(23, 1800.0), (23, 1800.0)]


def test_marks_that_are_always_for_thousands(tmp_path: Path) -> None:
    rows = "interval_start;offered\n2025-01-20 09:00;1'412\n2025-01-20 09:30;1\u202f388,5\n"
    assert [count for _start, count in read_counts(written(tmp_path, rows), "offered")] == [1412.0, 1388.5]


@pytest.mark.parametrize("first", ["8:00", "0:30", "8:00 AM"])
def test_twelve_hours_without_am_and_pm_are_refused_where_nothing_says_so(first: str, tmp_path: Path) -> None:
    rows = f"Date,Time,offered\n1/20/2025,{first},1\n1/20/2025,12:30,2\n1/20/2025,1:00,3\n"
    path = written(tmp_path, rows)
    if first != "8:00":
        assert read_counts(path, "offered")[2][0].hour == 1
        return
    with pytest.raises(ScenarioError) as caught:
        read_counts(path, "offered")
    message = "calls.csv:4:1: interval_start: '1/20/2025 1:00' can be read as 2025-01-20 01:00 or as 2025-01-20 13:00"
    assert message in str(caught.value)


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
        ("interval_start,LOB,offered\n2025-01-20 09:00,A,4\n2025-01-20 09:00,B,5\n", "several queues: A, B"),
        ("date,offered\n2025-01-20,4\nTotal,4\n", "06:00, and leave out lines of totals and notes"),
        (
            "interval_start;offered\n2025-01-20 09:00;1 412\n",
            "'1 412' is not a number, write 1412, without blanks",
        ),
    ],
    ids=[
        "two dates",
        "no date",
        "zone",
        "answered",
        "two columns of dates",
        "letters",
        "queues",
        "lines of business",
        "totals",
        "blanks",
    ],
)
def test_exports_with_several_readings_or_none(content: bytes | str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_counts(written(tmp_path, content), "offered")
    assert message in str(caught.value)
