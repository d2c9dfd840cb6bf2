"""Starts the server, says where it is, opens the browser, and ends it."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from typing import NamedTuple

import uvicorn
from starlette.types import ASGIApp

from momentsim.app.library import Library
from momentsim.app.network import LOOPBACK, bind, qr_svg, qr_text
from momentsim.app.rooms import MakeRoom, RoomRequest, Rooms
from momentsim.app.web import Access, Desk, make_app

MAX_MESSAGE = 4096
"""Bytes of a WebSocket message that are read at all; what is beyond 2 kB is refused in words."""
MAX_REQUESTS = 600
PING_EVERY_S = 20.0
ENDS_WITHIN_S = 3


class ServerSettings(NamedTuple):
    """How the server is to run."""

    port: int
    lan: str | None = None
    """The address for phones; None without."""
    allowed_hosts: tuple[str, ...] = ()
    opens_browser: bool = True
    first: RoomRequest | None = None
    """The room to make at once."""


Say = Callable[[str], None]


def serve(served: ServerSettings, library: Library, make: MakeRoom, say: Say) -> None:
    """Serve until Ctrl-C; what was decided is on the disk when this returns.

    Raises MomentsimError where the port cannot be used.
    """
    sockets = bind([LOOPBACK, *([] if served.lan is None else [served.lan])], served.port)
    port = int(sockets[0].getsockname()[1])
    voice = _Voice(served.lan, port, secrets.token_urlsafe(16), say)
    rooms = Rooms(make, voice.token, join_words=voice.join_words, tell=voice.tell_room)
    access = Access.of([] if served.lan is None else [served.lan], port, served.allowed_hosts)

    def begin() -> None:
        page = "/"
        if served.first is None:
            voice.tell_start()
        else:
            page = f"/wall/{rooms.open(served.first).code}"
        if served.opens_browser and _has_screen():
            ticket = rooms.tickets.give(page)
            threading.Thread(
                target=webbrowser.open, args=(voice.here(f"/open/{ticket}"),), daemon=True
            ).start()

    server = make_server(make_app(Desk(rooms, library), access, begin))
    with contextlib.suppress(
        KeyboardInterrupt
    ):  # the ordinary end; uvicorn has closed everything before it says so
        server.run(sockets=sockets)


def make_server(app: ASGIApp) -> uvicorn.Server:
    """A server for sockets that are bound: no compression, which costs more than it saves, and no access log."""
    config = uvicorn.Config(
        app,
        http="h11",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=MAX_MESSAGE,
        ws_ping_interval=PING_EVERY_S,
        ws_ping_timeout=PING_EVERY_S,
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=MAX_REQUESTS,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=ENDS_WITHIN_S,
    )
    return uvicorn.Server(config)


def listening(sockets: list[socket.socket]) -> list[str]:
    """Addresses of sockets, as a browser takes them."""
    return ["http://{}:{}".format(*one.getsockname()[:2]) for one in sockets]


class _Voice:
    """What the terminal is told, and what a wall shows to those who want to join."""

    def __init__(self, lan: str | None, port: int, token: str, say: Say) -> None:
        self.token = token
        self._lan = lan
        self._port = port
        self._say = say

    def here(self, page: str) -> str:
        """A page's address on this machine."""
        return f"http://{LOOPBACK}:{self._port}{page}"

    def join_words(self, code: str) -> dict[str, str] | None:
        """How to join a room; None where no phone can."""
        if self._lan is None:
            return None
        address = self._there(f"/p/{code}")
        return {"url": address, "code": code, "qr": qr_svg(address)}

    def tell_start(self) -> None:
        """Where it begins."""
        self._say(f"momentsim app is ready:\n  {self.here('/')}#t={self.token}")
        if self._lan is not None:
            self._say(f"  phones: {self._there('/j')}")
        self._say("Ctrl-C ends it; what was decided is kept in the folder workshops.")

    def tell_room(self, code: str, title: str) -> None:
        """A room is there."""
        self._say(f"{title}, room {code}:")
        for page in ("wall", "console"):
            self._say(f"  {page:8} {self.here(f'/{page}/{code}')}#t={self.token}")
        if self._lan is not None:
            address = self._there(f"/p/{code}")
            self._say(
                f"  phones   {address}, or {self._there('/j')} and the code {code}\n\n{qr_text(address)}"
            )

    def _there(self, page: str) -> str:
        return f"http://{self._lan}:{self._port}{page}"


def _has_screen() -> bool:
    """Whether a browser could show itself; without a screen the address is printed and nothing is started."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
