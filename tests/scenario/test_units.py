"""Written quantities read and write back exactly."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from momentsim import units


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("20 s", 20),
        ("6 min", 360),
        ("6min", 360),
        ("1.5 h", 5400),
        ("3 d", 259200),
        ("2 weeks", 1209600),
        ("1 year", 31557600),
        ("1e3 s", 1000),
    ],
)
def test_durations_are_seconds(text: str, seconds: float) -> None:
    assert units.parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["6", "6 m", "min", "", "nan s", "inf s", "1e999 s", "3 s 6 min", "٣ s", "--1 s"]
)
def test_other_text_is_no_duration(text: str) -> None:
    assert units.parse_duration(text) is None


@given(st.floats(min_value=0, max_value=3e9))
def test_a_duration_reads_back_exactly(duration_s: float) -> None:
    assert units.parse_duration(units.format_duration(duration_s)) == duration_s


@given(st.floats(min_value=0, max_value=1))
def test_a_share_reads_back_exactly(share: float) -> None:
    text = units.format_share(share)
    assert (units.parse_share(text) if text.endswith("%") else float(text)) == share


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)))
def test_a_timestamp_reads_back_exactly(moment: datetime) -> None:
    assert units.parse_timestamp(units.format_timestamp(moment)) == moment


@given(st.integers(min_value=0, max_value=86400))
def test_a_time_of_day_reads_back_exactly(second: int) -> None:
    assert units.parse_time_of_day(units.format_time_of_day(second)) == second


def test_usual_shares_are_percent() -> None:
    assert [units.format_share(share) for share in (0.12, 0.005, 1.0, 0.07)] == [
        "12 %",
        "0.5 %",
        "100 %",
        "7 %",
    ]


@pytest.mark.parametrize("text", ["24:01", "8:5", "08:60", "25:00", "0830", "8", "08:30:60"])
def test_impossible_times_are_refused(text: str) -> None:
    assert units.parse_time_of_day(text) is None


@pytest.mark.parametrize(
    "text", ["2007-02-30 06:00", "2007-02-14", "2007-02-14 24:00", "2007-02-14 06:00Z", "07-02-14 06:00"]
)
def test_impossible_dates_are_refused(text: str) -> None:
    assert units.parse_timestamp(text) is None


def test_ticks_are_whole_microseconds() -> None:
    assert units.ticks(0.1) == 100_000
    assert units.seconds(1_500_000) == 1.5
