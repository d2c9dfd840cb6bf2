"""Clients of a room by the hundred, in a process of their own: what `app_budgets.py` measures with.

`python app_load.py ADDRESS CODE TOKEN WALLS PHONES SECONDS` lets so many walls and phones watch a room that a console
plays at 3600x, pulls levers, and prints what they saw as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from itertools import count
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

Message = dict[str, Any]
WELCOME_WITHIN_S = 600.0
ANSWER_WITHIN_S = 30.0


class Watcher:
    """A wall or a phone: counts frames, and remembers when it heard of pulls."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames = 0
        self.welcome: Message = {}
        self.heard_at: list[float] = []
        """When it heard of each pull, by the monotonic clock."""
        self.is_in = asyncio.Event()

    async def listen(self) -> None:
        """Until the socket is closed."""
        async for text in self.socket:
            assert isinstance(text, str)
            if '"type":"frame"' in text[:40]:
                self.frames += 1
            elif '"type":"welcome"' in text[:40]:
                self.welcome = json.loads(text)
                self.is_in.set()
            elif '"kind":"lever_pulled"' in text:
                self.heard_at.append(time.monotonic())


class Console(Watcher):
    """Says commands and waits for their answers."""

    def __init__(self, socket: ClientConnection) -> None:
        super().__init__(socket)
        self.state: Message = {}
        self._answers: dict[str, asyncio.Future[Message]] = {}
        self._ids = count(1)

    async def listen(self) -> None:
        """Until the socket is closed."""
        async for text in self.socket:
            message: Message = json.loads(text)
            if message["type"] == "welcome":
                self.welcome, self.state = message, message["state"]
                self.is_in.set()
            elif message["type"] == "state":
                self.state = message
            elif message.get("id") in self._answers:
                self._answers.pop(message["id"]).set_result(message)

    async def ask(self, kind: str, **fields: object) -> Message:
        """A command, and its answer."""
        name = f"c{next(self._ids)}"
        self._answers[name] = asyncio.get_running_loop().create_future()
        await self.socket.send(json.dumps({"v": 1, "id": name, "type": kind, **fields}))
        return await asyncio.wait_for(self._answers[name], ANSWER_WITHIN_S)

    async def begin(self, pace: int = 3600) -> None:
        """From the lobby on, without stops, at a pace."""
        for stop in self.state["stops"]:
            await self.ask("drop_stop", t=stop["t"])
            await asyncio.sleep(0.1)
        await self.ask("pace", pace=pace)
        if (await self.ask("start"))["type"] != "ack" or self.state["state"] == "paused":
            await self.ask("resume")


def join(role: str, token: str) -> str:
    """The first message."""
    secret = {"token": token} if token else {}
    return json.dumps({"v": 1, "id": "j1", "type": "join", "role": role, **secret})


def sockets(address: str, code: str) -> Iterator[Any]:
    """Connections to a room, one after the other."""
    while True:
        yield connect(f"{address.replace('http', 'ws', 1)}/ws/{code}", max_size=None, compression=None)


async def measure(address: str, code: str, token: str, walls: int, phones: int, seconds: float) -> Message:
    """Let everybody in, play, pull, and say what was seen."""
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        wire = sockets(address, code)
        watchers = []
        roles = ["console"] + ["wall"] * walls + ["phone"] * phones
        for role in roles:
            socket = await stack.enter_async_context(next(wire))
            watcher = Console(socket) if role == "console" else Watcher(socket)
            watchers.append(watcher)
            group.create_task(watcher.listen())
            await socket.send(join(role, "" if role == "phone" else token))
        for watcher in watchers:
            await asyncio.wait_for(watcher.is_in.wait(), WELCOME_WITHIN_S)
        console, seen = watchers[0], watchers[1 : 1 + walls]
        assert isinstance(console, Console)
        await console.begin()
        before, begun = [one.frames for one in seen], time.monotonic()
        print(json.dumps({"playing": True}), flush=True)
        delays = await pull_levers(console, watchers[1 + walls :], seconds)
        lasted = time.monotonic() - begun
        rates = [(one.frames - start) / lasted for one, start in zip(seen, before, strict=True)]
        result = {"delays_ms": delays, "frames_per_s": sum(rates) / len(rates), "slowest": min(rates)}
        print(json.dumps({**result, "seconds": lasted}), flush=True)
        for watcher in watchers:
            await watcher.socket.close()
        return result


async def pull_levers(console: Console, phones: list[Watcher], seconds: float) -> list[float]:
    """Pull a lever every so often, going back to pull again; milliseconds from each pull to each phone."""
    names = [card["name"] for card in console.welcome["levers"]]
    delays: list[float] = []
    ends, number = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        await asyncio.sleep(1.0)
        if number and number % len(names) == 0:
            await console.ask("go_to", branch=console.state["branch"], t=3600.0 * (1 + number))
            await asyncio.sleep(1.0)
            await console.ask("resume")
            await asyncio.sleep(1.0)
        for phone in phones:
            phone.heard_at.clear()
        pulled = time.monotonic()
        answer = await console.ask("pull", lever=names[number % len(names)])
        number += 1
        if answer["type"] != "ack":
            continue
        await asyncio.sleep(0.8)
        delays += [(phone.heard_at[0] - pulled) * 1000.0 for phone in phones if phone.heard_at]
    return delays


if __name__ == "__main__":
    to, room, secret = sys.argv[1:4]
    most, hands, lasts = (int(word) for word in sys.argv[4:7])
    asyncio.run(measure(to, room, secret, most, hands, lasts))
