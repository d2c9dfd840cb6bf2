"""A small storm with every sort of lever, a room that plays it, and hands for tests."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from momentsim.app.crowd import Sender
from momentsim.app.room import Outgoing, Room
from momentsim.app.setting import Setting, read_setting

STORM = """\
name: small_storm
start: "2024-01-08 06:00"
horizon: 10 h
customers:
  segments:
    everyone: {customers: 5000, yearly_margin: 100 USD}
moments:
  question: {handling_time: {mean: 5 min}}
  rebooking: {handling_time: {mean: 10 min}, stakes: 80 %}
demand:
  volumes:
    question: {per_day: 500, profile: flat}
    rebooking: {per_day: 30, profile: flat}
workforce:
  groups:
    team: {heads: 4}
    reserves: {heads: 12, reserve: on}
    night: {heads: 3, reserve: on}
waiting: {lines: 40}
crises:
  ice:
    moment: rebooking
    days:
      "2024-01-08": {scheduled: 20, failed: 10, announced_from: "07:00", announced_until: "09:00"}
    first_contact_delay: {mean: 1 h}
    blackouts: [{start: "2024-01-08 08:00", end: "2024-01-08 10:00"}]
    reserves:
      call_out: {group: reserves, at: "2024-01-08 10:00", delay: {median: 30 min, sigma: 0.4}}
    compensation: {at: never, amount: 100 USD, delay: 2 h}
levers:
  word:
    kind: one_voice
    lead_time: 20 min
    sizes:
      half: {strength: 40 %, price: {per_hour: 30 USD/h}}
      whole: {strength: 80 %, price: {per_hour: 60 USD/h}}
  lines: {kind: extra_lines, lines: 20, until: 1 h, at_most: 3, price: {once: 100 USD}}
  night: {kind: call_in, group: night, delay: {median: 20 min, sigma: 0.3}, undo_when: "queue < 2 for 30 min"}
run: {replications: 2}
"""
CONSOLE = Sender("console-1", "console")
RESERVES, WORD, LINES = "ice.reserves.call_out", "word", "lines"


@cache
def storm_file() -> Path:
    """The storm as a file, once for each process."""
    path = Path(tempfile.mkdtemp(prefix="momentsim-storm-")) / "small_storm.yaml"
    path.write_text(STORM, encoding="utf-8")
    return path


@cache
def storm() -> Setting:
    """The storm, ready to be steered."""
    return read_setting(storm_file())


def phone(number: int, team: str = "Blue") -> Sender:
    """One of many phones."""
    return Sender(f"phone-{number}", "phone", f"Ann {number}", team)


class Table:
    """A room with a console, and a wall clock that goes when told to."""

    def __init__(self, folder: Path | None = None, **more: Any) -> None:
        self.room = Room("K7QF", storm(), folder=folder, **more)
        self.wall = 100.0
        self.told: list[Outgoing] = []
        self.welcome = self.room.welcome(CONSOLE, self.wall)

    def say(self, kind: str, sender: Sender = CONSOLE, **fields: Any) -> dict[str, Any]:
        """Say something, and get the answer."""
        out = self.room.take(sender, {"v": 1, "id": "a", "type": kind, **fields}, self.wall)
        assert out[0].to == f"client:{sender.client}"
        self.told += out[1:]
        return out[0].message

    def do(self, kind: str, sender: Sender = CONSOLE, **fields: Any) -> dict[str, Any]:
        """Say something that is done."""
        answer = self.say(kind, sender, **fields)
        assert answer["type"] == "ack", answer
        return answer

    def refused(self, kind: str, sender: Sender = CONSOLE, **fields: Any) -> str:
        """Say something that is not done, and why."""
        answer = self.say(kind, sender, **fields)
        assert answer["type"] == "refuse", answer
        return str(answer["reason"])

    def wait(self, seconds: float, step: float = 0.1) -> None:
        """Let the wall clock go on, a tick at a time."""
        for _ in range(round(seconds / step)):
            self.wall += step
            self.told += self.room.tick(self.wall)

    def work(self) -> None:
        """Do all that waits."""
        while self.room.has_work:
            self.told += self.room.work(self.wall)

    def play_to(self, second: float) -> None:
        """Run on to a time, through all stops, and pause there."""
        while self.second < second:
            self.do("go_to", branch=self.room.played.tree.current, t=second)
            self.work()

    @property
    def second(self) -> float:
        """Where the story has come to."""
        return self.room.time / 1e6

    @property
    def state(self) -> str:
        """The state of the room."""
        return self.room.state

    def card(self, lever: str) -> dict[str, Any]:
        """The card of a lever as it stands."""
        return {str(card["name"]): card for card in self.room.played.cards()}[lever]

    def heard(self, kind: str, role: str = "console") -> list[dict[str, Any]]:
        """What a role was told of one type, in order."""
        return [out.message for out in self.told if out.message["type"] == kind and out.to in ("all", role)]
