"""One client on its WebSocket: comes in by code or token, is read at a bearable rate, and is sent what waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import NamedTuple

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from momentsim.app.messages import Message, MessageRefused, read_message
from momentsim.app.rooms import MAX_CLIENTS, Member, OpenRoom, Rooms, encode

RATE = 10.0
"""Messages a second."""
BURST = 20.0
"""Messages at once, after a silence."""
MAX_REFUSED = 50
"""Messages beyond the rate or no messages at all, one after the other, until a client is let go."""
JOIN_WITHIN_S = 10.0
SILENT_FOR_S = 120.0
"""Pages say something every five seconds. Sleepers are found by the protocol's own ping, long before this."""
PREPARING_EVERY_S = 0.5
BYE, TOO_MUCH, TOO_SLOW = 1000, 1008, 1013
"""Codes with which a socket is closed."""


class Pace:
    """Whether a client may say one more thing."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left = BURST
        self._at = clock()

    def takes(self) -> bool:
        """One more message; False where it comes too fast."""
        now = self._clock()
        self._left = min(BURST, self._left + RATE * (now - self._at))
        self._at = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


class Entry(NamedTuple):
    """Where a client has come in."""

    place: OpenRoom
    member: Member


async def serve_client(socket: WebSocket, rooms: Rooms, *, silent_for: float = SILENT_FOR_S) -> None:
    """Serve one client from its first message to its last."""
    await socket.accept()
    entry = await _come_in(socket, rooms)
    if entry is None:
        return
    outbox = entry.member.outbox
    work = {
        asyncio.create_task(_send(socket, entry)),
        asyncio.create_task(_read(socket, entry, silent_for)),
        asyncio.create_task(outbox.overflow.wait()),
    }
    try:
        await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
    finally:
        entry.place.remove(entry.member)
        for task in work:
            task.cancel()
    await asyncio.wait(work)
    await _close(socket, TOO_SLOW if outbox.is_full else BYE)
    for task in work:
        fault = None if task.cancelled() else task.exception()
        if fault is not None and not isinstance(fault, WebSocketDisconnect):
            raise fault


async def _come_in(socket: WebSocket, rooms: Rooms) -> Entry | None:
    """The client's place, after a `join` that is right; None where it was sent away."""
    try:
        text = await asyncio.wait_for(_next_text(socket), JOIN_WITHIN_S)
    except TimeoutError:
        await _close(socket, TOO_MUCH)
        return None
    except WebSocketDisconnect:
        return None
    message_id = ""
    try:
        message = read_message(text or "")
        message_id = message["id"]
        return _entry(socket, rooms, message)
    except MessageRefused as refused:
        await _say(socket, {"type": "refuse", "id": refused.id or message_id, "reason": refused.reason})
        await _close(socket, BYE)
        return None


def _entry(socket: WebSocket, rooms: Rooms, message: Message) -> Entry:
    if message["type"] != "join":
        raise MessageRefused("the first message is 'join'")
    address = socket.client.host if socket.client else ""
    if not rooms.wrong.may_try(address):
        raise MessageRefused("too many wrong codes, try again in a minute")
    if not rooms.joins.may_try(address):
        raise MessageRefused("too many have come from this device, try again in a minute")
    code = str(socket.path_params["code"]).upper()
    place = rooms.places.get(code)
    if place is None or message.get("code", code) != code:
        rooms.wrong.count(address)
        raise MessageRefused("no room has this code, look at the wall again")
    if place.failed:
        raise MessageRefused(place.failed)
    if message["role"] != "phone":
        if not rooms.is_token(message.get("token", "")):
            rooms.wrong.count(address)
            raise MessageRefused("wall and console open with the address that the terminal shows")
    elif rooms.clients() >= MAX_CLIENTS:
        raise MessageRefused(f"the room is full: {MAX_CLIENTS} are here")
    rooms.joins.count(address)
    name, team = message.get("name", ""), message.get("team", "")
    member = place.add(message["role"], name, team, message.get("again", ""))
    return Entry(place, member)


async def _send(socket: WebSocket, entry: Entry) -> None:
    outbox = entry.member.outbox
    while entry.place.state == "preparing":
        await _say(socket, entry.place.preparing.message())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(outbox.ready(), PREPARING_EVERY_S)
            break
    while (text := await outbox.take()) is not None:
        await socket.send_text(text)


async def _read(socket: WebSocket, entry: Entry, silent_for: float) -> None:
    pace, refused_in_a_row, outbox = Pace(), 0, entry.member.outbox
    while refused_in_a_row < MAX_REFUSED and not outbox.is_ended:
        try:
            text = await asyncio.wait_for(_next_text(socket), silent_for)
        except WebSocketDisconnect:
            return
        except TimeoutError:
            if entry.member.is_welcome:
                return
            continue  # who waits for a room that is being prepared has nothing to say
        try:
            if not pace.takes():
                raise MessageRefused("that is too fast, at most ten messages a second", _id_of(text))
            message = read_message(text or "")
            refused_in_a_row = 0
            if message["type"] == "ping":
                outbox.put(encode({"type": "pong", "id": message["id"]}))
            elif message["type"] == "join":
                raise MessageRefused("you are in already", message["id"])
            elif not entry.member.is_welcome:
                raise MessageRefused("the room is being prepared, wait a moment", message["id"])
            else:
                entry.place.say(entry.member, message)
        except MessageRefused as refused:
            refused_in_a_row += 1
            outbox.put(encode({"type": "refuse", "id": refused.id, "reason": refused.reason}))


def _id_of(text: str | None) -> str:
    try:
        return str(read_message(text or "")["id"])
    except MessageRefused as refused:
        return refused.id


async def _next_text(socket: WebSocket) -> str | None:
    """The next text frame; None for a frame of bytes, which nobody should send."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", BYE))
    text = message.get("text")
    return text if isinstance(text, str) else None


async def _say(socket: WebSocket, message: Message) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await socket.send_text(encode(message))


async def _close(socket: WebSocket, code: int) -> None:
    if WebSocketState.DISCONNECTED in (socket.client_state, socket.application_state):
        return
    with contextlib.suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
        await asyncio.wait_for(socket.close(code), 1.0)
