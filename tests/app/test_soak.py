"""An hour with a full house: memory stays flat, everybody who breaks off comes back, commands are seen in time."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import random
import statistics
import time
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
MINUTES = float(os.environ.get("MOMENTSIM_SOAK_MINUTES", "60"))
GUESTS = 200
LEAVES_A_SECOND = 0.01 / 60.0
"""One in a hundred a minute breaks off, and comes back at once."""
SEEN_WITHIN_S = 0.25
GROWS_MB = 60.0
"""From the second quarter to the last; the storm's own tables grow by 15 MB, what clients leave behind by more."""
MODES = ("console", "vote", "captain", "anyone")


class Guest:
    """A phone, or a wall where it has a token, that listens and breaks off now and then."""

    def __init__(self, app: Any, luck: random.Random, seen: list[float]) -> None:
        self.app, self.luck, self.seen = app, luck, seen
        self.joined: dict[str, str] = {"role": "phone"}
        self.clients: list[str] = []
        """Who it was told to be, at each welcome."""
        self.frames = 0

    async def live(self, ends: float, changed: dict[str, float]) -> None:
        """Until the end; `changed` says when the console last asked for a mode."""
        while (left := ends - time.monotonic()) > 0.0:
            async with connect(address_of(self.app), max_size=None, compression=None) as socket:
                await say(socket, "join", **self.joined)
                stays = min(self.luck.expovariate(LEAVES_A_SECOND), left)
                try:
                    await asyncio.wait_for(self._listen(socket, changed), stays)
                except (TimeoutError, ConnectionClosed):
                    continue

    async def _listen(self, socket: ClientConnection, changed: dict[str, float]) -> None:
        mode = ""
        async for text in socket:
            assert isinstance(text, str)
            if '"type":"frame"' in text[:40]:
                self.frames += 1
                if self.frames % 20 == 0:
                    await say(socket, "ping")
                continue
            message = json.loads(text)
            if message["type"] == "welcome":
                self.clients.append(message["client"])
                self.joined["again"] = message["again"]
                mode = message["state"]["mode"]
            elif message["type"] == "state" and message["mode"] != mode:
                mode = message["mode"]
                self.seen.append(time.monotonic() - changed[mode])


def address_of(app: Any) -> str:
    """The room's socket."""
    return f"{app.address.replace('http', 'ws', 1)}/ws/{app.code}"


_IDS = count(1)


async def say(socket: ClientConnection, kind: str, **fields: object) -> None:
    """Send a message."""
    await socket.send(json.dumps({"v": 1, "id": f"s{next(_IDS)}", "type": kind, **fields}))


async def facilitate(app: Any, ends: float, changed: dict[str, float], weigh: Any) -> list[float]:
    """Let the storm run at 60x and change the mode every five seconds; memory on the way, MB."""
    memory = []
    async with connect(address_of(app), max_size=None, compression=None) as socket:
        await say(socket, "join", role="console", token=app.token)
        listening = asyncio.create_task(_throw_away(socket))
        await asyncio.sleep(2.0)
        await say(socket, "pace", pace=60)
        await say(socket, "start")
        for number in count(1):
            if time.monotonic() > ends:
                break
            await asyncio.sleep(5.0)
            mode = MODES[number % len(MODES)]
            changed[mode] = time.monotonic()
            await say(socket, "mode", mode=mode)
            memory.append(weigh(app.process.pid))
        listening.cancel()
    return memory


async def _throw_away(socket: ClientConnection) -> None:
    async for _text in socket:
        pass


@pytest.mark.long
def test_an_hour_with_a_full_house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    benchmark = importlib.import_module("app_budgets")
    luck, seen, changed = random.Random(1), list[float](), dict[str, float]()
    with benchmark.running(benchmark.AIRLINE) as app:
        benchmark.until_open(app)
        if benchmark.memory_mb(app.process.pid) is None:
            pytest.skip("this system does not tell the memory of a process")
        guests = [Guest(app, random.Random(luck.random()), seen) for _ in range(GUESTS)]

        async def soak() -> list[float]:
            ends = time.monotonic() + 60.0 * MINUTES
            async with asyncio.TaskGroup() as group:
                for guest in guests:
                    group.create_task(guest.live(ends, changed))
                playing = group.create_task(facilitate(app, ends, changed, benchmark.memory_mb))
            return playing.result()

        memory = asyncio.run(soak())
        assert app.process.poll() is None
    assert all(len(set(guest.clients)) == 1 for guest in guests)
    quarter = len(memory) // 4
    assert statistics.median(memory[-quarter:]) - statistics.median(memory[quarter : 2 * quarter]) < GROWS_MB
    assert sorted(seen)[int(0.95 * len(seen))] < SEEN_WITHIN_S
    assert len(seen) > 0.9 * GUESTS * len(memory)
    assert (
        sum(guest.frames for guest in guests) > GUESTS * 60 * MINUTES
    )  # two a second, less while they are away
