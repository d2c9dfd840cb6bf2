"""Pages, static files and the few questions a page asks by HTTP; who may ask, and the headers of every answer."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from momentsim.app.library import Library, load_for_app, title_of
from momentsim.app.messages import CODE
from momentsim.app.rooms import OpenRoom, RoomRequest, Rooms
from momentsim.app.socket import serve_client
from momentsim.errors import MomentsimError

STATIC = Path(__file__).parent / "static"
PAGES = {
    "/": "start.html",
    "/j": "join.html",
    "/p/{code}": "phone.html",
    "/wall/{code}": "wall.html",
    "/console/{code}": "console.html",
    "/debrief/{code}": "debrief.html",
}
MAX_BODY = 2048
MAX_SOCKETS = 400
"""Open at once, those among them that have not come in yet."""
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FILE_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Of a report: one file with its own stricter rules, shown without any right on this server."""
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Access(NamedTuple):
    """Under which names the server is asked; all in small letters, with the port where it is not 80."""

    hosts: frozenset[str]

    @classmethod
    def of(cls, names: Collection[str], port: int, others: Collection[str] = ()) -> Access:
        """Names and addresses bound, those of this machine's loopback, and others under which somebody passes it on."""
        bound = {"127.0.0.1", "localhost", "[::1]", *names, *others}
        known = {f"{name}:{port}" for name in bound} | set(others) | (bound if port == 80 else set())
        return cls(frozenset(name.lower() for name in known))

    def takes(self, headers: Headers) -> bool:
        """Whether a request names us and comes from one of our own pages, or from no page at all.

        Host and Origin are both compared with what is known: with each other they agree on a strange name too.
        """
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts:
            return False
        return all(self._is_own(origin.lower()) for origin in origins)

    def _is_own(self, origin: str) -> bool:
        scheme, _, name = origin.partition("://")
        return scheme in ("http", "https") and name in self.hosts


class Guard:
    """Turns away who calls us by a strange name, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        is_ours = self._access.takes(Headers(scope=scope))
        if scope["type"] == "websocket":
            if is_ours:
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008})
            return
        app: ASGIApp = self._app if is_ours else _error("this address is not one of this server", 421)
        await app(scope, receive, partial(_send_with_headers, send, scope["path"]))


async def _send_with_headers(send: Send, path: str, message: Message) -> None:
    if message["type"] == "http.response.start":
        headers = MutableHeaders(scope=message)
        for name, value in HEADERS.items():
            headers[name] = value
        headers.setdefault("content-security-policy", CONTENT_POLICY)
        headers.setdefault("cache-control", "no-cache" if path.startswith("/static/") else "no-store")
    await send(message)


class Desk(NamedTuple):
    """What the server works with."""

    rooms: Rooms
    library: Library


def make_app(desk: Desk, access: Access, begin: Callable[[], None] = lambda: None) -> ASGIApp:
    """The whole server. `begin` is called in the event loop when it has started."""
    state = _State(desk)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        begin()
        yield
        await desk.rooms.close()

    pages = [Route(path, partial(_page, STATIC / name), methods=["GET"]) for path, name in PAGES.items()]
    app = Starlette(
        routes=[
            *pages,
            Route("/open/{ticket}", state.open_page, methods=["GET"]),
            Route("/api/scenarios", _for_token(desk, state.scenarios), methods=["GET"]),
            Route("/api/rooms", _for_token(desk, state.list_rooms), methods=["GET"]),
            Route("/api/rooms", _for_token(desk, state.open_room), methods=["POST"]),
            Route("/api/rooms/{code}/tickets", _for_token(desk, state.ticket), methods=["POST"]),
            Route("/api/rooms/{code}/files/{name}", state.file, methods=["GET"]),
            WebSocketRoute("/ws/{code}", state.socket),
            Mount("/static", GZipMiddleware(StaticFiles(packages=[("momentsim.app", "static")]))),
        ],
        exception_handlers={
            HTTPException: _answer_http,
            MomentsimError: _answer_mistake,
            Exception: _answer_fault,
        },
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return Guard(app, access)


Endpoint = Callable[[Request], Awaitable[Response]]


async def _page(file: Path, request: Request) -> Response:
    code = request.path_params.get("code")
    if code is not None and not re.fullmatch(CODE, code.upper()):
        raise HTTPException(404)
    return FileResponse(file)


def _for_token(desk: Desk, answer: Endpoint) -> Endpoint:
    """Only who has the facilitator's token is answered."""

    async def checked(request: Request) -> Response:
        address = request.client.host if request.client else ""
        if not desk.rooms.wrong.may_try(address):
            return _error("too many wrong tokens, try again in a minute", 429)
        if not desk.rooms.is_token(request.headers.get("x-token", "")):
            desk.rooms.wrong.count(address)
            return _error("open this page with the address that the terminal shows", 403)
        return await answer(request)

    return checked


class _State:
    """Answers that need rooms or scenarios."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._sockets = 0

    async def scenarios(self, _request: Request) -> Response:
        offers = await asyncio.to_thread(self._desk.library.offers)
        return JSONResponse([{**offer._asdict(), "variants": list(offer.variants)} for offer in offers])

    async def list_rooms(self, _request: Request) -> Response:
        places = self._desk.rooms.places.values()
        return JSONResponse([_room_content(place) for place in places if place.state != "failed"])

    async def open_room(self, request: Request) -> Response:
        wanted = _wanted_room(await _body(request))
        asked = await asyncio.to_thread(_asked, self._desk.library, wanted)
        return JSONResponse({"code": self._desk.rooms.open(asked).code}, 201)

    async def ticket(self, request: Request) -> Response:
        place, name = self._place(request), (await _body(request)).get("name")
        if not isinstance(name, str) or name not in place.files():
            return _error("there is no such file", 404)
        ticket = self._desk.rooms.tickets.give(f"{place.code}/{name}")
        return JSONResponse({"url": f"/api/rooms/{place.code}/files/{name}?ticket={ticket}"}, 201)

    async def file(self, request: Request) -> Response:
        place, name = self._place(request), request.path_params["name"]
        rooms = self._desk.rooms
        has_ticket = rooms.tickets.take(request.query_params.get("ticket", "")) == f"{place.code}/{name}"
        if not has_ticket and not rooms.is_token(request.headers.get("x-token", "")):
            return _error("this link was good once, ask for the file again", 403)
        path = place.files().get(name)
        if path is None:
            return _error("there is no such file", 404)
        is_page = path.suffix == ".html"
        return FileResponse(
            path,
            filename=name,
            content_disposition_type="inline" if is_page else "attachment",
            headers={"content-security-policy": FILE_POLICY, "cache-control": "no-store"},
        )

    async def open_page(self, request: Request) -> Response:
        page = self._desk.rooms.tickets.take(request.path_params["ticket"])
        if not page:
            return _error("this address was good once, take the one that the terminal shows", 403)
        return RedirectResponse(f"{page}#t={self._desk.rooms.token}", 303)

    async def socket(self, socket: WebSocket) -> None:
        if self._sockets >= MAX_SOCKETS:
            await socket.close()
            return
        self._sockets += 1
        try:
            await serve_client(socket, self._desk.rooms)
        finally:
            self._sockets -= 1

    def _place(self, request: Request) -> OpenRoom:
        place = self._desk.rooms.places.get(request.path_params["code"])
        if place is None:
            raise HTTPException(404)
        return place


def _room_content(place: OpenRoom) -> dict[str, Any]:
    phones = sum(member.sender.role == "phone" for member in place.members.values())
    return {"code": place.code, "title": place.title, "state": place.state, "phones": phones}


class _WantedRoom(NamedTuple):
    scenario: str
    variant: str | None
    seed: int | None
    replication: int


def _wanted_room(body: dict[str, Any]) -> _WantedRoom:
    unknown = body.keys() - set(_WantedRoom._fields)
    if unknown:
        raise MomentsimError(f"a room has no field like '{sorted(map(str, unknown))[0][:40]}'")
    scenario, variant = body.get("scenario"), body.get("variant") or None
    seed, replication = body.get("seed"), body.get("replication", 1)
    if not isinstance(scenario, str) or not isinstance(variant, str | None):
        raise MomentsimError("a room needs 'scenario', an id of the list, and perhaps 'variant', a name")
    if type(replication) is not int or not 1 <= replication <= 100_000:
        raise MomentsimError("'replication' is not a whole number from 1 to 100,000")
    if seed is not None and (type(seed) is not int or not 0 <= seed < 2**63):
        raise MomentsimError("'seed' is not a whole number from 0 on")
    return _WantedRoom(scenario, variant, seed, replication)


def _asked(library: Library, wanted: _WantedRoom) -> RoomRequest:
    path = library.path(wanted.scenario)
    loaded = load_for_app(path, wanted.variant, seed=wanted.seed)
    return RoomRequest(path, title_of(loaded), wanted.variant, (), wanted.seed, wanted.replication)


async def _body(request: Request) -> dict[str, Any]:
    """A small JSON object."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "the body is to be application/json")
    received = b""
    async for part in request.stream():
        received += part
        if len(received) > MAX_BODY:
            raise HTTPException(413, f"the body has more than {MAX_BODY} bytes")
    try:
        body = json.loads(received)
    except (ValueError, RecursionError):
        raise HTTPException(400, "the body is not JSON") from None
    if not isinstance(body, dict):
        raise HTTPException(400, "the body is not a JSON object")
    return body


def _error(words: str, status: int) -> JSONResponse:
    return JSONResponse({"error": words}, status)


_WORDS = {404: "there is nothing at this address", 405: "this address is not asked in this way"}


async def _answer_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse(
        {"error": _WORDS.get(error.status_code, error.detail)}, error.status_code, headers=error.headers
    )


async def _answer_mistake(_request: Request, error: Exception) -> Response:
    return _error(str(error), 422)


async def _answer_fault(_request: Request, _error_seen: Exception) -> Response:
    return _error("something went wrong in the program, its terminal says what", 500)
