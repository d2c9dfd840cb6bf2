"""Logs with one row a call as files to replay: every row is one call, in its second."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import momentsim as ms
from momentsim.errors import ScenarioError
from momentsim.scenario import load

SCENARIO = """name: replayed
start: "2026-03-02 08:00"
horizon: 2 h
interval: 30 min
behaviour: off
moments: {call: {handling_time: {mean: 4 min}, patience: {distribution: never}}}
demand: {volumes: {call: {file: log.csv, replay: on}}}
workforce: {groups: {team: {heads: 3}}}
"""
SECONDS = ["08:00:07", "08:00:07", "08:00:07", "08:03:11", "09:59:59", "08:03:12", "08:03:11"]


def write(folder: Path, header: str, rows: list[str], change: tuple[str, str] = ("", "")) -> Path:
    (folder / "log.csv").write_text("\n".join([header, *rows]), "utf-8")
    path = folder / "r.yaml"
    path.write_text(SCENARIO.replace(*change), "utf-8")
    return path


def table(path: Path) -> dict[str, float]:
    """Counts by time of day, and how long a row lasts under `row`."""
    counts = load(path).tables["log.csv"]
    return {f"{start:%H:%M:%S}": count for start, count in counts} | {"row": counts.row_s}


LOGS = {
    "counts": ("timestamp,calls", [f"2026-03-02 {time},1" for time in SECONDS]),
    "names": (
        "Call Id,Call Start,Call End,talk",
        [f"c{n},2026-03-02 {t},2026-03-02 {t},9" for n, t in enumerate(SECONDS)],
    ),
    "date and time": (
        "Call Id,Date,Time",
        [f"{n},02/03/2026,{t}" for n, t in enumerate(SECONDS)] + ["z,13/03/2026,9:00"],
    ),
}


@pytest.mark.parametrize("log", ["counts", "names"])
def test_calls_of_one_second_are_as_many_as_rows(tmp_path: Path, log: str) -> None:
    path = write(tmp_path, *LOGS[log])
    assert table(path) == {"08:00:07": 3, "08:03:11": 2, "08:03:12": 1, "09:59:59": 1, "row": 1}
    contacts = ms.run(path, replications=2).contacts
    came = [
        np.floor(np.sort(each["arrived_s"])).tolist() for _number, each in contacts.groupby("replication")
    ]
    assert came and all(times == [7, 7, 7, 191, 191, 192, 7199] for times in came)


def test_order_in_the_file_does_not_matter(tmp_path: Path) -> None:
    header, rows = LOGS["counts"]
    one = ms.run(write(tmp_path, header, rows), replications=1).contacts
    other = ms.run(write(tmp_path, header, rows[::-1]), replications=1).contacts
    assert one["arrived_s"].tolist() == other["arrived_s"].tolist()


def test_whole_minutes_are_minutes(tmp_path: Path) -> None:
    rows = [f"2026-03-02 {time[:5]},1" for time in SECONDS]
    assert table(write(tmp_path, "timestamp,calls", rows)) == {
        "08:00:00": 3,
        "08:03:00": 3,
        "09:59:00": 1,
        "row": 60,
    }
    by_half_hour = write(tmp_path, *LOGS["counts"], ("replay: on", "replay: on, row: 30 min"))
    assert table(by_half_hour) == {"08:00:00": 6, "09:30:00": 1, "row": 1800}


def test_odd_seconds_alone_are_calls(tmp_path: Path) -> None:
    rows = [f"2026-03-02 {time},1" for time in ("08:00:07", "08:03:11.5", "08:05:30")]
    assert table(write(tmp_path, "timestamp,calls", rows)) == {
        "08:00:07": 1,
        "08:03:11": 1,
        "08:05:30": 1,
        "row": 1,
    }


def test_calls_elsewhere_are_an_error_or_left_out_as_said(tmp_path: Path) -> None:
    with pytest.raises(
        ScenarioError, match=r"log\.csv:9:1: interval_start: 2026-03-13 09:00 is outside the horizon"
    ):
        load(write(tmp_path, *LOGS["date and time"]))
    sparse = write(tmp_path, *LOGS["date and time"], ("replay: on", "replay: on, sparse: on"))
    assert sum(count for _start, count in load(sparse).tables["log.csv"]) == len(SECONDS)


@pytest.mark.parametrize(
    ("header", "rows", "words"),
    [
        ("timestamp,calls", ["08:00,1", "08:00,2"], "log.csv:3:1: interval_start: 2026-03-02 08:00 is here twice"),
        ("timestamp,calls", ["08:01,1", "08:31,1"], "2026-03-02 08:01 is not the start of an interval"),
        ("call id,timestamp", ["a,08:01", "b,08:02", "a,08:03"], "log.csv:4:1: call: the call 'a' is here twice"),
        ("call id,timestamp", ["a,08:01", ",08:02"], "log.csv:3:1: call: the cell is empty, each row names its call"),
        ("timestamp,handled", ["08:00,1", "08:00,1"], "the header has no column 'offered'"),
    ],
)  # fmt: skip
def test_what_may_be_no_log_is_refused(tmp_path: Path, header: str, rows: list[str], words: str) -> None:
    dated = [row.replace("08:", "2026-03-02 08:") for row in rows]
    with pytest.raises(ScenarioError) as refused:
        load(write(tmp_path, header, dated))
    assert words in str(refused.value)


def test_without_replay_rows_are_counts(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="2026-03-02 08:00:07 is here twice"):
        load(write(tmp_path, *LOGS["counts"], (", replay: on", "")))


def test_people_are_planned_for_replayed_calls(tmp_path: Path) -> None:
    rows = [f"2026-03-02 08:{minute:02}:{second:02},1" for minute in range(60) for second in (1, 1, 30)]
    path = write(tmp_path, "timestamp,calls", rows, ("heads: 3", "heads: {goal: 80/20}"))
    staffing = ms.run(path, replications=1).staffing
    assert staffing["offered_forecast"].sum() == pytest.approx(180.0)
