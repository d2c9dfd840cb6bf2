"""The rooms of one program, who is in them, their join codes, and how many there may be."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from momentsim.app.crowd import Sender
from momentsim.app.messages import VERSION
from momentsim.app.outbox import Outbox
from momentsim.app.permissions import Role
from momentsim.app.room import Outgoing
from momentsim.errors import MomentsimError
from momentsim.runs.progress import Progress

MAX_ROOMS = 16
MAX_CLIENTS = 250
"""Of all rooms together; wall and console always find a place."""
MAX_TRIES = 10
"""Wrong codes or tokens from one address within a minute."""
MAX_JOINS = 300
"""Right ones of the same: a class behind one address may come back all at once."""
TRIES_FOR_S = 60.0
MAX_ADDRESSES = 1000
"""Addresses whose tries are remembered."""
TICKET_FOR_S = 60.0
STOPS_WITHIN_S = 5.0
CODE_LETTERS = "CDFHJKMNPQRTVWXY3479"
"""No two look alike on a bad projector, and no vowels: a code is no word."""
CODE_LENGTH = 4
FILE_ENDINGS = frozenset(
    {".html", ".xlsx", ".csv", ".json", ".jsonl", ".yaml", ".png", ".svg", ".pdf", ".md"}
)


class Moving(Protocol):
    """What moves a room, as far as the server needs to know it; see `beat.Beat`."""

    def enter(self, sender: Sender) -> None:
        """Somebody is here: the whole state is delivered to them."""

    def leave(self, client: str) -> None:
        """Somebody has gone."""

    def put(self, sender: Sender, message: Mapping[str, Any]) -> None:
        """Somebody says something that was checked."""

    def stop(self) -> None:
        """No more, soon."""

    def join(self, timeout: float | None = None) -> None:
        """Wait until it has stopped; what is kept is on the disk then."""


class MadeRoom(NamedTuple):
    """A room that moves, and where it keeps its files."""

    moving: Moving
    folder: Path
    forget: Callable[[], None] = lambda: None
    """Called when the room has stopped: nobody will ask for what was worked out for it."""


Deliver = Callable[[list[Outgoing]], None]
Given = TypeVar("Given")


class RoomRequest(NamedTuple):
    """Which room is asked for."""

    file: Path
    title: str
    variant: str | None = None
    overrides: tuple[str, ...] = ()
    seed: int | None = None
    replication: int = 1
    resume: Path | None = None
    """A folder of a workshop that goes on."""
    code: str = ""
    """Its join code; a new room is given one."""


MakeRoom = Callable[[RoomRequest, str, Deliver, Progress], MadeRoom]
"""Prepares a room of this code and sets it going; may take seconds, and runs in a thread of its own."""


class Preparing(Progress):
    """How far a room is that is not ready: what its wall says meanwhile. Told in one thread, read in another."""

    def __init__(self) -> None:
        self.words = "The room is being prepared"
        self.done = 0.0

    def say(self, words: str) -> None:
        """Something that takes longer than usual."""
        self.words = words

    def stage(self, name: str) -> None:
        """Something new begins."""
        self.done = 0.0

    def share(self, done: float) -> None:
        """How far that is."""
        self.done = round(done, 3)

    def message(self) -> dict[str, Any]:
        """The same as a message."""
        return {"type": "job", "kind": "prepare", "done": self.done, "of": 1, "words": self.words}


class Member:
    """One connected client of a room."""

    def __init__(self, sender: Sender, again: str) -> None:
        self.sender = sender
        self.again = again
        self.outbox = Outbox()
        self.is_welcome = False
        """Whether the whole state was sent; nothing goes out before it."""


class _Text(NamedTuple):
    to: str
    kind: str
    text: str
    ends: bool
    """Whether the workshop is closed by it, or was."""


class OpenRoom:
    """One room with the clients in it. Everything but `deliver` belongs to the event loop's thread."""

    def __init__(
        self, code: str, asked: RoomRequest, join_words: Callable[[str], dict[str, str] | None]
    ) -> None:
        self.code = code
        self.title = asked.title
        self.state = "preparing"
        self.failed = ""
        self.preparing = Preparing()
        self.members: dict[str, Member] = {}
        self._made: MadeRoom | None = None
        self._again: dict[str, Sender] = {}
        self._serial = 0
        self._join_words = join_words
        self._loop = asyncio.get_running_loop()

    def begin(self, made: MadeRoom) -> None:
        """The room is ready: everybody who waits is welcomed."""
        self._made, self.state = made, "open"
        for member in self.members.values():
            made.moving.enter(member.sender)

    def files(self) -> dict[str, Path]:
        """What can be fetched after the close, by name."""
        if self._made is None or self.state != "closed" or not self._made.folder.is_dir():
            return {}
        return {
            path.name: path
            for path in sorted(self._made.folder.iterdir())
            if path.suffix in FILE_ENDINGS and path.is_file() and not path.is_symlink()
        }

    def fail(self, reason: str) -> None:
        """The room cannot be made; who waits is told."""
        self.state, self.failed = "failed", reason
        self.dismiss(reason)

    def dismiss(self, reason: str) -> None:
        """Everybody is sent away for good."""
        for member in self.members.values():
            member.outbox.put(encode({"type": "bye", "reason": reason}))
            member.outbox.end()

    def add(self, role: Role, name: str, team: str, again: str) -> Member:
        """A client who may come in; one who was here before is the same again, and takes the place of its old self."""
        before = self._again.get(again) if role == "phone" and again else None
        if before is None:
            self._serial += 1
            sender = Sender(f"c{self._serial}", role, name, team)
            again = secrets.token_urlsafe(12)
        else:
            sender = before._replace(name=name or before.name, team=team or before.team)
        self._remember(again, sender)
        member = Member(sender, again)
        old = self.members.get(sender.client)
        if old is not None:
            old.outbox.put(encode({"type": "bye", "reason": "this place is open in another tab"}))
            old.outbox.end()
        self.members[sender.client] = member
        if self._made is not None:
            self._made.moving.enter(sender)
        return member

    def remove(self, member: Member) -> None:
        """A client has gone, unless its place was taken over meanwhile."""
        if self.members.get(member.sender.client) is not member:
            return
        del self.members[member.sender.client]
        if self._made is not None:
            self._made.moving.leave(member.sender.client)

    def say(self, member: Member, message: Mapping[str, Any]) -> None:
        """A checked message of a client goes to the room."""
        if self._made is not None:
            self._made.moving.put(member.sender, message)

    def deliver(self, outgoing: list[Outgoing]) -> None:
        """Hand out what the room says. Called in the room's thread, which is where the text is made, once for all."""
        texts, said, text = [], None, ""
        for to, message in outgoing:
            kind = str(message["type"])
            if kind == "welcome":
                message = self._welcome_of(to.removeprefix("client:"), message)
            ends = kind == "closed" or (kind == "welcome" and bool(message.get("files")))
            if message is not said:  # the same goes to several roles, one after the other
                said, text = message, encode(message)
            texts.append(_Text(to, kind, text, ends))
        self.call(self._hand_out, texts)

    def call(self, what: Callable[[Given], None], given: Given) -> None:
        """Have something done in the event loop's thread; at the end of the program nobody is there to hear it."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(what, given)

    def stop(self) -> None:
        """End the room's thread, and wait for it: what it keeps is on the disk then."""
        if self._made is not None:
            self._made.moving.stop()
            self._made.moving.join(STOPS_WITHIN_S)
            self._made.forget()

    def _hand_out(self, texts: list[_Text]) -> None:
        for to, kind, text, ends in texts:
            if ends:
                self.state = "closed"
            for member in self._meant(to):
                member.is_welcome |= kind == "welcome"
                if not member.is_welcome:
                    continue
                if kind == "frame":
                    member.outbox.put_frame(text)
                else:
                    member.outbox.put(text)
                if kind == "bye":
                    member.outbox.end()

    def _meant(self, to: str) -> Iterable[Member]:
        if to.startswith("client:"):
            member = self.members.get(to.removeprefix("client:"))
            return [] if member is None else [member]
        return [member for member in self.members.values() if to in ("all", member.sender.role)]

    def _welcome_of(self, client: str, message: Mapping[str, Any]) -> dict[str, Any]:
        member = self.members.get(client)
        if member is None:
            return dict(message)
        if member.sender.role == "phone":
            return {**message, "again": member.again, "join": None}
        return {**message, "join": self._join_words(self.code)}

    def _remember(self, again: str, sender: Sender) -> None:
        self._again.pop(again, None)
        self._again[again] = sender
        while len(self._again) > 4 * MAX_CLIENTS:
            del self._again[next(iter(self._again))]


class Rooms:
    """All rooms; they are made, found by code, and stopped here."""

    def __init__(
        self,
        make: MakeRoom,
        token: str,
        join_words: Callable[[str], dict[str, str] | None] = lambda _code: None,
        tell: Callable[[str, str], None] = lambda _code, _title: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = token
        self.wrong = Tries(MAX_TRIES, clock)
        """Codes and tokens that were not right."""
        self.joins = Tries(MAX_JOINS, clock)
        self.tickets = Tickets(clock)
        self.places: dict[str, OpenRoom] = {}
        self._make = make
        self._join_words = join_words
        self._tell = tell
        self._stopping: set[asyncio.Task[None]] = set()

    def is_token(self, text: str) -> bool:
        """Whether somebody knows the facilitator's token."""
        return secrets.compare_digest(text.encode("utf-8", "replace"), self.token.encode("ascii"))

    def open(self, asked: RoomRequest) -> OpenRoom:
        """A new room, which prepares itself in the background.

        Raises MomentsimError where there are as many as there may be.
        """
        self._make_way()
        place = OpenRoom(asked.code or self._new_code(), asked, self._join_words)
        self.places[place.code] = place
        self._tell(place.code, place.title)
        threading.Thread(target=self._prepare, args=(place, asked), daemon=True).start()
        return place

    async def close(self) -> None:
        """Everybody is sent home and every room stopped; what was decided is on the disk."""
        for place in self.places.values():
            place.dismiss("the program ends; ask for the address again")
        for place in self.places.values():
            self._stop(place)
        await asyncio.gather(*self._stopping)

    def clients(self) -> int:
        """Connected clients of all rooms."""
        return sum(len(place.members) for place in self.places.values())

    def _prepare(self, place: OpenRoom, asked: RoomRequest) -> None:
        """In a thread that ends with the program, whatever it is at: nothing is decided yet."""
        try:
            made = self._make(asked, place.code, place.deliver, place.preparing)
        except MomentsimError as error:
            place.call(place.fail, str(error))
        except Exception as error:  # whatever it is, the room is no good and people wait for an answer
            place.call(place.fail, f"the room could not be made: {error}")
            raise
        else:
            place.call(place.begin, made)

    def _make_way(self) -> None:
        if len(self.places) < MAX_ROOMS:
            return
        over = [
            place
            for place in self.places.values()
            if place.state in ("failed", "closed") and not place.members
        ]
        if not over:
            raise MomentsimError(
                f"{MAX_ROOMS} rooms are open, at most {MAX_ROOMS}; close one on its console first"
            )
        del self.places[over[0].code]
        self._stop(over[0])

    def _stop(self, place: OpenRoom) -> None:
        """Stop a room in a thread: waiting for it would hold up all others."""
        task = asyncio.create_task(asyncio.to_thread(place.stop))
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)

    def _new_code(self) -> str:
        while True:
            code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
            if code not in self.places and not code.isdigit():
                return code


class Tries:
    """What was tried from one address: so often within a minute, then nothing more is looked at."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._at: dict[str, deque[float]] = {}

    def may_try(self, address: str) -> bool:
        """Whether an address has tries left."""
        at = self._at.get(address, deque())
        while at and self._clock() - at[0] >= TRIES_FOR_S:
            at.popleft()
        return len(at) < self._most

    def count(self, address: str) -> None:
        """One more."""
        at = self._at.pop(address, None) or deque(maxlen=self._most)
        at.append(self._clock())
        self._at[address] = at
        while len(self._at) > MAX_ADDRESSES:
            del self._at[next(iter(self._at))]


class Tickets:
    """Words that are good once and for a minute, so that no address in a history opens anything."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._good: dict[str, tuple[float, str]] = {}

    def give(self, what: str, seconds: float = TICKET_FOR_S) -> str:
        """A ticket for one thing."""
        now = self._clock()
        self._good = {ticket: good for ticket, good in self._good.items() if good[0] > now}
        ticket = secrets.token_urlsafe(16)
        self._good[ticket] = (now + seconds, what)
        return ticket

    def take(self, ticket: str) -> str:
        """What a ticket was for; empty when it is none, or no longer."""
        until, what = self._good.pop(ticket, (0.0, ""))
        return what if until > self._clock() else ""


def encode(message: Mapping[str, Any]) -> str:
    """A message as text. Numbers that are none (NaN) would be no JSON, and are a mistake of whoever made them."""
    return json.dumps({"v": VERSION, **message}, separators=(",", ":"), allow_nan=False)
