"""Every shipped scenario makes a room that can be played, those without levers and the long ones too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from momentsim.app.crowd import Sender
from momentsim.app.room import Room
from momentsim.app.setting import read_setting
from momentsim.app.stops import default_stops
from momentsim.errors import MomentsimError

SCENARIOS = Path(__file__).parents[2] / "scenarios"
QUICK = ("quickstart", "utility_outage")
CASES = [
    pytest.param(path, id=path.stem, marks=[] if path.stem in QUICK else [pytest.mark.slow])
    for path in sorted(SCENARIOS.glob("*.yaml"))
]
CONSOLE = Sender("console-1", "console")


@pytest.mark.parametrize("path", CASES)
def test_a_room_of_it_is_played(path: Path) -> None:
    setting = read_setting(path)
    room = Room("K7QF", setting)
    room.welcome(CONSOLE)
    stops = default_stops(setting.scenario)
    assert 0 < len(stops) <= 5
    assert [stop.time for stop in stops] == sorted({stop.time for stop in stops})
    for number, kind in enumerate(("start", "pause")):
        assert room.take(CONSOLE, {"id": str(number), "type": kind}, 0.0)[0].message["type"] == "ack"
    ahead = {"id": "c", "type": "go_to", "branch": "b1", "t": setting.scenario.horizon}
    assert room.take(CONSOLE, ahead, 0.0)[0].message["type"] == "ack"
    while room.played.is_behind:
        room.work(0.0)
    assert room.time == stops[0].time
    for card in room.played.cards():
        assert card["can_pull"] and card["words"] and card["price"] and card["lead"]
        pull = {"id": "d", "type": "pull", "lever": card["name"]}
        assert room.take(CONSOLE, pull, 0.0)[0].message["type"] == "ack"
    show = {"id": "e", "type": "show", "xray": True, "face": 0}
    assert room.take(CONSOLE, show, 0.0)[0].message["type"] == "ack"
    assert room.take(CONSOLE, {"id": "f", "type": "resume"}, 0.0)[0].message["type"] == "ack"
    for number in range(1, 20):
        assert all(json.dumps(out.message, allow_nan=False) for out in room.tick(number / 10))
    assert len(json.dumps(room.welcome(CONSOLE))) < 500_000
    back = {"id": "g", "type": "go_to", "branch": "b1", "t": stops[0].time / 1e6}
    assert room.take(CONSOLE, back, 2.0)[0].message["type"] == "ack"
    assert room.played.see().time == stops[0].time


def test_stops_of_the_ice_storm_are_those_of_the_guide() -> None:
    setting = read_setting(SCENARIOS / "airline_ice_storm.yaml")
    hours = [stop.time / 3.6e9 for stop in default_stops(setting.scenario)]
    assert hours == [42.0, 56.0, 63.0, 80.0, 108.0]


def test_a_replication_below_one_is_refused() -> None:
    with pytest.raises(MomentsimError, match="from 1 on"):
        read_setting(SCENARIOS / "quickstart.yaml", replication=0)


def test_a_very_short_story_has_a_room(tmp_path: Path) -> None:
    path = tmp_path / "short.yaml"
    whole = (SCENARIOS / "quickstart.yaml").read_text("utf-8")
    path.write_text(whole, encoding="utf-8")
    setting = read_setting(path, overrides=["horizon=30 min", "start=2024-01-08 10:00"])
    room = Room("K7QF", setting)
    room.welcome(CONSOLE)
    room.take(CONSOLE, {"id": "a", "type": "start"}, 0.0)
    room.take(CONSOLE, {"id": "b", "type": "pace", "pace": 3600}, 0.0)
    wall = 0.0
    while room.state == "running" and wall < 5.0:
        wall += 0.1
        room.tick(wall)
    while room.played.is_behind:
        room.work(wall)
    assert room.time == 30 * 60_000_000 and room.state == "paused"
