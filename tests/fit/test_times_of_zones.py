"""Exports with times of another place: local ones come out, also where the clock is set, and it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from momentsim.errors import MomentsimError, ScenarioError
from momentsim.fit import fit_export
from momentsim.fit.call_log import read_call_log

BERLIN = ZoneInfo("Europe/Berlin")
Written = Callable[[datetime], str]


def in_greenwich(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def with_offset(time: datetime) -> str:
    return time.astimezone(BERLIN).isoformat()


def with_another_offset(time: datetime) -> str:
    """As a cloud in New York in winter writes them, all year."""
    return time.astimezone(timezone(timedelta(hours=-5))).strftime("%m/%d/%Y %H:%M:%S -0500")


def half_hours(first: datetime, last: datetime) -> Iterator[datetime]:
    """Starts of all half hours between two instants."""
    while first < last:
        yield first
        first += timedelta(minutes=30)


def local_midnight(month: int, day: int) -> datetime:
    return datetime(2026, month, day, tzinfo=BERLIN).astimezone(UTC)


def calls_at(time: datetime) -> int:
    """Twenty calls a half hour, and forty from 8:00 to 9:00 in Berlin, whatever the season."""
    return 40 if time.astimezone(BERLIN).hour == 8 else 20


def write_counts(path: Path, starts: Iterator[datetime], written: Written, end: bool = False) -> Path:
    header = f"interval_start,{'interval_end,' if end else ''}offered"
    rows = [
        f"{written(time)},{written(time + timedelta(minutes=30)) + ',' if end else ''}{calls_at(time)}"
        for time in starts
    ]
    path.write_text("\n".join([header, *rows]), "utf-8")
    return path


@pytest.mark.parametrize("written", [in_greenwich, with_offset, with_another_offset])
@pytest.mark.parametrize("end", [False, True])
@pytest.mark.parametrize(("month", "changed"), [(3, "2026-03-29"), (10, "2026-10-25"), (7, "")])
def test_counts_become_local(tmp_path: Path, written: Written, end: bool, month: int, changed: str) -> None:
    """Four weeks, in two of which the clock is set forward or back; from 8:00 to 9:00 local there are twice as many."""
    starts = half_hours(local_midnight(month, 6), local_midnight(month + 1, 3))
    fit = fit_export(write_counts(tmp_path / "c.csv", starts, written, end), zone="Europe/Berlin")
    queue = fit.queues["call"]
    told = [note for note in queue.notes if "left out" in note]
    assert told == ([f"the clock was set on {changed}: left out"] if changed else [])
    assert queue.volume["per_day"] == 20 * 46 + 40 * 2
    assert str(fit.first) == f"2026-{month:02}-06" and str(fit.last) == f"2026-{month + 1:02}-02"
    for profile in queue.volume["weekday_profiles"].values():
        assert [place for place, weight in enumerate(profile) if weight > 1.5] == [16, 17]


def test_dates_that_are_there_in_part_are_left_out_and_told(tmp_path: Path) -> None:
    """Whole days of Greenwich: in Berlin they begin at 1:00, and the last one ends a day later at 1:00."""
    starts = half_hours(datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 26, tzinfo=UTC))
    fit = fit_export(write_counts(tmp_path / "c.csv", starts, in_greenwich), zone="Europe/Berlin")
    assert [note for note in fit.queues["call"].notes if "left out" in note] == [
        f"2026-01-{day} is there in part only, in local time: left out" for day in ("05", "26")
    ]
    assert (str(fit.first), str(fit.last)) == ("2026-01-06", "2026-01-25")
    assert fit.queues["call"].volume["per_day"] == 20 * 46 + 40 * 2


def test_a_short_saturday_is_a_whole_date(tmp_path: Path) -> None:
    starts = half_hours(local_midnight(1, 5), local_midnight(1, 25))
    opened = (
        time
        for time in starts
        for local in (time.astimezone(BERLIN),)
        if local.weekday() < 6 and 8 <= local.hour < (14 if local.weekday() == 5 else 20)
    )
    fit = fit_export(write_counts(tmp_path / "c.csv", opened, in_greenwich), zone="Europe/Berlin")
    assert not [note for note in fit.queues["call"].notes if "left out" in note]
    assert str(fit.last) == "2026-01-24"


def test_rows_of_days_are_days_of_the_zone(tmp_path: Path) -> None:
    def days(hour: int) -> str:
        first = datetime(2026, 3, 9, hour)
        starts = [f"{first + timedelta(days=day):%Y-%m-%dT%H:%M:%SZ},100" for day in range(14)]
        return "\n".join(["interval_start,offered", *starts])

    path = tmp_path / "days.csv"
    path.write_text(days(23), "utf-8")
    fit = fit_export(path, zone="Europe/Berlin")
    assert (str(fit.first), fit.queues["call"].volume["per_day"]) == ("2026-03-10", 100)
    path.write_text(days(0), "utf-8")
    with pytest.raises(
        MomentsimError, match="start at 01:00 in Europe/Berlin: these are days of another zone"
    ):
        fit_export(path, zone="Europe/Berlin")


def test_durations_are_those_of_instants(tmp_path: Path) -> None:
    """Calls over the change of October and of March: 2:59 summer time to 2:01 winter time are two minutes."""
    path = tmp_path / "log.csv"
    path.write_text(
        "Call Start,Answered At,End\n"
        "2026-10-25T02:59:00+02:00,2026-10-25T02:01:00+01:00,2026-10-25T02:05:00+01:00\n"
        "2026-03-29T01:58:00+01:00,2026-03-29T03:01:00+02:00,2026-03-29T03:04:00+02:00\n"
        "2026-06-01T08:00:00Z,,2026-06-01T08:00:30Z\n",
        "utf-8",
    )
    (calls,) = read_call_log(path, BERLIN).values()
    assert calls.starts == [
        datetime(2026, 3, 29, 1, 58),
        datetime(2026, 6, 1, 10),
        datetime(2026, 10, 25, 2, 59),
    ]
    assert calls.wait.tolist() == [180, 30, 120]
    assert calls.talk[[0, 2]].tolist() == [180, 240]


def test_a_log_leaves_out_the_date_of_the_change_of_its_counts_alone(tmp_path: Path) -> None:
    starts = half_hours(local_midnight(10, 5), local_midnight(11, 2))
    rows = [
        f"{in_greenwich(time + timedelta(seconds=second))},{20 + place % 50},answered"
        for place, time in enumerate(starts)
        for second in (60, 1200)
    ]
    path = tmp_path / "log.csv"
    path.write_text("\n".join(["timestamp,talk_s,outcome", *rows]), "utf-8")
    queue = fit_export(path, zone="Europe/Berlin").queues["call"]
    assert "the clock was set on 2026-10-25: left out" in queue.notes
    assert queue.volume["per_day"] == 96 and set(queue.volume["weekday_profiles"]["sun"]) == {1.0}
    assert queue.handling_time is not None and queue.handling_time.seen == len(rows) == 2 * (28 * 48 + 2)


@pytest.mark.parametrize("header", ["interval_start,offered", "timestamp,outcome"])
def test_what_to_add_or_leave_out_is_said(tmp_path: Path, header: str) -> None:
    path = tmp_path / "c.csv"
    last = "4" if "offered" in header else "answered"
    path.write_text(f"{header}\n2026-03-02T08:00:00Z,{last}\n2026-03-02T08:30:00Z,{last}\n", "utf-8")
    with pytest.raises(
        ScenarioError,
        match=r"is a time of Greenwich \(UTC\).*, say the centre's time zone: --zone Europe/Berlin, or",
    ):
        fit_export(path)
    path.write_text(f"{header}\n2026-03-02T08:00:00Z,{last}\n2026-03-02 08:30,{last}\n", "utf-8")
    with pytest.raises(ScenarioError, match=r"c\.csv:3:1: interval_start: '2026-03-02 08:30' says no zone"):
        fit_export(path, zone="Europe/Berlin")
    for far in ("9999-12-31T23:30:00Z", "0001-01-01T00:00:00+01:00"):
        path.write_text(f"{header}\n{far},{last}\n2026-03-02T08:30:00+01:00,{last}\n", "utf-8")
        with pytest.raises(ScenarioError, match="has no known time in other zones, years from 1900 to 2100"):
            fit_export(path, zone="Europe/Berlin")
    with pytest.raises(MomentsimError, match="'Mars/Olympus' is no time zone, write one like Europe/Berlin"):
        fit_export(path, zone="Mars/Olympus")
