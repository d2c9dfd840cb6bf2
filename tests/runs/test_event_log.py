"""The event log: each attempt's story, once, in order, and as vidigi reads it."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import momentsim as ms
from momentsim.cli import main
from momentsim.measures import columns
from momentsim.runs.event_log import EVENTS

pytestmark = pytest.mark.slow

DESK = """
name: desk
start: "2026-03-02 08:00"
horizon: 3 h
customers:
  segments: {all: {customers: 20000, yearly_margin: 120 USD}}
moments:
  question:
    handling_time: {mean: 4 min, cv: 0.8}
    wrap_up: {mean: 30 s}
    self_service: {adoption: 50 %, success_simple: 40 %}
demand: {volumes: {question: {per_day: 720, profile: flat}}}
workforce:
  groups:
    frontline: {heads: 1}
    back: {heads: 1}
waiting:
  callbacks: {question: {wait_above: 2 min, acceptance: 60 %}}
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("desk") / "desk.yaml"
    file.write_text(DESK, "utf-8")
    return file


@pytest.fixture(scope="module")
def result(desk: Path) -> Any:
    return ms.run(desk, replications=2, log="all")


def test_every_attempt_arrives_and_departs_once(result: Any) -> None:
    events = result.events
    legs = result.contacts
    by_attempt = events[events["event_type"] == "arrival_departure"].groupby(["run_number", "entity_id"])[
        "event"
    ]
    attempts = legs.groupby(["replication", "contact"])
    assert (by_attempt.first() == "arrival").all()
    assert by_attempt.count().max() == 2
    assert by_attempt.count().eq(2).sum() == attempts["ended_s"].last().notna().sum()
    assert len(by_attempt) == attempts.ngroups
    assert {"question_callback_wait", "question_wait", "question_talk", "self_service"} < set(events["event"])


def test_its_columns_are_described(result: Any) -> None:
    assert list(result.events) == list(columns.EVENTS)


def test_times_are_those_of_the_log(result: Any) -> None:
    events, legs = result.events, result.contacts
    for kind, column in (("resource_use", "answered_s"), ("resource_use_end", "ended_s")):
        chosen = events[events["event_type"] == kind]
        answered = legs[legs["answered_s"].notna() & legs[column].notna()]
        assert np.array_equal(np.sort(chosen["time"]), np.sort(answered[column]))
    assert (events.groupby(["run_number", "entity_id"])["time"].diff().dropna() >= 0).all()
    assert (events.groupby("run_number")["time"].diff().dropna() >= 0).all()
    first = events.iloc[0]
    assert first["timestamp"] - pd.Timedelta(seconds=first["time"]) == pytest.approx(
        pd.Timestamp("2026-03-02 08:00"), abs=pd.Timedelta(milliseconds=1)
    )


def test_agents_are_numbered_in_their_group_and_talk_to_one_at_a_time(result: Any) -> None:
    events = result.events
    used = events[events["event_type"].isin(["resource_use", "resource_use_end"])]
    assert set(used["resource_id"]) == {1}
    numbers = used.groupby("group")["unique_resource_id"].unique()
    assert {group: list(found) for group, found in numbers.items()} == {"back": [1], "frontline": [0]}
    for _agent, own in used.groupby(["run_number", "unique_resource_id"]):
        step = own["event_type"].map({"resource_use": 1, "resource_use_end": -1})
        assert set(step.cumsum()) <= {0, 1}


def test_the_file_is_written_beside_the_logs(
    desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    words = ["run", str(desk), "-n", "1", "--out", str(folder), "--quiet", "--no-xlsx"]

    def command(*more: str) -> int:
        with pytest.raises(SystemExit) as end:
            monkeypatch.setattr(sys, "argv", ["momentsim", *words, *more])
            main()
        return int(end.value.code or 0)

    assert command() == 0
    assert not (folder / EVENTS).exists()
    assert command("--event-log") == 0  # the same run is there: only the file is added
    table = pd.read_csv(folder / EVENTS)
    assert list(table)[:4] == ["entity_id", "event_type", "event", "time"]
    assert len(table) == len(ms.run(desk, replications=1).events)
    before = (folder / EVENTS).stat().st_mtime_ns
    assert command("--event-log") == 0
    assert (folder / EVENTS).stat().st_mtime_ns == before
    capsys.readouterr()
    assert command("--event-log", "--log", "none") == 2
    assert "--event-log is made of a log: leave out --log none" in capsys.readouterr().err


def test_vidigi_reads_it(result: Any, tmp_path: Path) -> None:
    """Every row fits vidigi's own model of an event, and its tables are made of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what vidigi imports
        logging = pytest.importorskip("vidigi.logging", reason="vidigi is not installed")
        prep = pytest.importorskip("vidigi.prep", reason="vidigi is not installed")
    file = tmp_path / EVENTS
    result.events.to_csv(file, index=False)
    table = pd.read_csv(file)
    logger = logging.EventLogger()
    for row in table[table["run_number"] == 1].to_dict("records"):
        known = {str(key): value for key, value in row.items() if value == value}
        for key in ("resource_id", "unique_resource_id"):
            if key in known:
                known[key] = int(known[key])
        logger.log_event(**known)
    assert logger.summary()["total_events"] == (table["run_number"] == 1).sum()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shown = prep.reshape_for_animations(
            table[table["run_number"] == 1],
            every_x_time_units=600,
            limit_duration=10_800,
            step_snapshot_max=50,
        )
    assert {"question_talk", "question_wait", "self_service"} <= set(shown["event"])
    busy = shown[shown["event"] == "question_talk"]
    assert busy.groupby("snapshot_time")["entity_id"].nunique().max() == 2
