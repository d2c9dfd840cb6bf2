"""The thread that moves a room: everything in one thread, ten ticks a second, and mistakes that do not end it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.small_storm import CONSOLE, phone, storm
from momentsim.app.beat import Beat
from momentsim.app.room import Outgoing, Room


class Ears:
    """Hears what a beat delivers."""

    def __init__(self) -> None:
        self.heard: list[Outgoing] = []
        self.threads: set[str] = set()
        self.news = threading.Condition()

    def __call__(self, out: list[Outgoing]) -> None:
        with self.news:
            self.threads.add(threading.current_thread().name)
            self.heard += out
            self.news.notify_all()

    def wait_for(self, wanted: Callable[[Outgoing], bool], seconds: float = 20.0) -> Outgoing:
        """The first message of this sort, heard already or soon."""
        with self.news:
            assert self.news.wait_for(lambda: any(map(wanted, self.heard)), seconds)
            return next(out for out in self.heard if wanted(out))


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def beat(ears: Ears) -> Iterator[Beat]:
    """A beat that moves the small storm."""
    moving = Beat(Room("K7QF", storm()), ears)
    moving.start()
    yield moving
    moving.stop()
    moving.join(20.0)
    assert not moving.is_alive()


def of(kind: str, **fields: Any) -> Callable[[Outgoing], bool]:
    return lambda out: (
        out.message["type"] == kind and all(out.message.get(key) == fields[key] for key in fields)
    )


def test_a_beat_welcomes_answers_and_moves(beat: Beat, ears: Ears) -> None:
    beat.enter(CONSOLE)
    assert ears.wait_for(of("welcome")).to == f"client:{CONSOLE.client}"
    ears.wait_for(of("series", branch="as_planned"))
    beat.put(CONSOLE, {"v": 1, "id": "a1", "type": "start"})
    assert ears.wait_for(of("ack", id="a1")).to == f"client:{CONSOLE.client}"
    beat.put(CONSOLE, {"v": 1, "id": "a2", "type": "pace", "pace": 60})
    ears.wait_for(of("ack", id="a2"))
    first = ears.wait_for(lambda out: out.message["type"] == "frame" and out.message["t"] != 0.0)
    begun, at = time.monotonic(), first.message["t"]
    assert isinstance(at, float)
    later = ears.wait_for(lambda out: out.message["type"] == "frame" and out.message["t"] > at + 30.0)  # type: ignore[operator]
    assert later.to == "wall" and time.monotonic() - begun < 15.0
    assert ears.threads == {"room K7QF"}


def test_what_a_job_finds_is_handed_out(beat: Beat, ears: Ears) -> None:
    beat.post({"type": "result", "done": 1})
    assert ears.wait_for(of("result")).to == "wall"


def test_who_leaves_is_gone(beat: Beat, ears: Ears) -> None:
    beat.enter(phone(1))
    ears.wait_for(of("state", phones=1))
    beat.leave(phone(1).client)
    ears.heard.clear()
    ears.wait_for(of("state", phones=0))


def test_a_mistake_is_logged_and_answered(ears: Ears, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Room):
        def take(self, *_: Any) -> list[Outgoing]:
            raise RuntimeError("planted")

    moving = Beat(Broken("K7QF", storm()), ears)
    moving.start()
    moving.put(CONSOLE, {"v": 1, "id": "a1", "type": "start"})
    assert "log" in str(ears.wait_for(of("refuse", id="a1")).message["reason"])
    ears.heard.clear()
    ears.wait_for(of("frame"))
    moving.stop()
    moving.join(20.0)
    assert "planted" in caplog.text


def test_a_room_that_is_broken_for_good_says_so(ears: Ears, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Room):
        def tick(self, wall: float) -> list[Outgoing]:
            raise RuntimeError("planted")

    moving = Beat(Broken("K7QF", storm()), ears)
    moving.start()
    ears.wait_for(of("bye"))
    moving.join(20.0)
    assert not moving.is_alive() and "planted" in caplog.text
