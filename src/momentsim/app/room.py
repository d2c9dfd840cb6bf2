"""A room: people play one storm together. It is told what clients say and how late it is, and answers with messages.

No web, no threads and no clock of its own: what comes of it is a function of what it is told. `beat.py` moves it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from momentsim.app import followed_customer, room_messages, ticker
from momentsim.app.commands import COMMANDS
from momentsim.app.crowd import Sender
from momentsim.app.files import RoomFiles
from momentsim.app.frames import FrameContent, encoded, hidden_part, open_part
from momentsim.app.ghosts import GHOSTS, make_ghost
from momentsim.app.permissions import RequestRefused, check
from momentsim.app.played_branch import microseconds, seconds
from momentsim.app.setting import AskJob, Message, Setting
from momentsim.app.stops import Stop
from momentsim.app.workshop import Outgoing, Workshop
from momentsim.contract.plan import SECOND

__all__ = ["TICK_S", "Outgoing", "Room", "Sender"]

TICK_S: Final = 0.1
MOST_STEPS: Final = 3
"""A tick goes on by so many usual steps at most; what is more is dropped, and the clock goes on from there."""
QUIET_S: Final = 1.0
"""From one frame to the next while nothing moves."""
PHONE_S: Final = 0.5
LONELY_S: Final = 60.0
"""A story that nobody watches pauses after so long."""
_DUTY_EVERY: Final = 5
_CARDS_EVERY: Final = 10
_CHANGES_LEVERS: Final = ("pull", "release", "undo", "go_to", "close_ballot")
_SAID_BY_MANY: Final = ("vote", "predict", "mood", "rule")


class Room(Workshop):
    """A workshop that is told of people and of the wall clock, in seconds of any clock that goes forwards."""

    def __init__(
        self, code: str, setting: Setting, *, ask_job: AskJob | None = None, folder: Path | None = None
    ) -> None:
        """Quick; raises MomentsimError where another room is kept in the folder."""
        super().__init__(code, setting, ask_job, folder)
        self._seq = 0
        self._last_frame = self._last_phone_frame = float("-inf")
        self._memory: ticker.TickerMemory | None = None
        self._cards: list[dict[str, object]] = []
        self._happenings = ticker.happenings(setting.scenario)
        groups = setting.quiet.plan.groups
        self._reserves = {row: int(each["agents"]) for row, each in enumerate(groups) if each["reserve"]}
        self.waiting_work.append(self._haunt())
        if self.files is not None:
            self.files.begin(code, setting)

    @property
    def has_work(self) -> bool:
        """Whether `work` has something to do."""
        return self.played.is_behind or bool(self.waiting_work) or bool(self.posted)

    def take(self, sender: Sender, message: Mapping[str, Any], wall: float) -> list[Outgoing]:
        """Do what a client asks for: an `ack` or `refuse` to the client, and what changed to all."""
        kind = str(message.get("type", ""))
        about = {"id": message.get("id", "")}
        if kind not in _SAID_BY_MANY:
            self._settle(wall)
        before = self.time
        try:
            check(kind, sender.role, self.state)
            COMMANDS[kind](self, sender, message, wall)
        except RequestRefused as refusal:
            return [Outgoing(f"client:{sender.client}", {"type": "refuse", **about, "reason": str(refusal)})]
        if kind == "ping":
            return [Outgoing(f"client:{sender.client}", {"type": "pong", **about})]
        self.write(sender, message, wall, before)
        if kind in _CHANGES_LEVERS:
            self.write_levers()
        answer = Outgoing(f"client:{sender.client}", {"type": "ack", **about, "t": seconds(self.time)})
        if kind in _SAID_BY_MANY:  # what many say at once is told to all with the next tick
            return [answer]
        return [answer, *self.flush(wall)]

    def tick(self, wall: float) -> list[Outgoing]:
        """Let the story go on to where the wall clock says, and show it."""
        if self.state == "closed":
            return self.flush(wall)
        if self.crowd.here:
            self.last_company = wall
        if self.state == "running":
            self._move(wall)
            if self.state == "running" and wall - self.last_company > LONELY_S:
                self.pause("nobody is here", wall)
            if self.files is not None:
                self.files.keep_time(seconds(self.time), wall)
        if self.ballot is not None and self.ballot.is_open and wall >= self.ballot.ends:
            self.close_ballot(wall)
        self._show(wall)
        if self.files is not None:
            self.files.sync()
        return self.flush(wall)

    def work(self, wall: float) -> list[Outgoing]:
        """Do one short piece of what waits: take in what a job found, go back or forwards, or go on with a ghost."""
        if self.posted:
            self.take_in(self.posted.popleft())
        elif self.played.is_behind:
            self.played.step()
            if not self.played.is_behind:
                self._arrive(wall)
        elif self.waiting_work and next(self.waiting_work[0], self) is self:
            self.waiting_work.popleft()
        return self.flush(wall)

    def welcome(self, sender: Sender, wall: float = 0.0) -> Message:
        """Take somebody in: the whole state for one client, by role and fog."""
        self.crowd.here[sender.client] = sender
        self.last_company = max(self.last_company, wall)
        self.changed.add("state")
        return room_messages.welcome(self, sender, wall, self._seq)

    def leave(self, client: str) -> None:
        """Somebody has gone; what they said stays."""
        if self.crowd.here.pop(client, None) is not None:
            self.changed.add("state")

    def flush(self, wall: float) -> list[Outgoing]:
        """Everything that is to be said now."""
        changed, self.changed = self.changed, set()
        if self.played.is_behind:  # what must be looked at follows when there is something to see
            changed -= {"levers", "series"}
        if "tree" in changed:
            self.out.append(Outgoing("all", self.played.tree_message()))
        if "levers" in changed:
            self._send_cards()
        if "series" in changed:
            self.out += [Outgoing("phone", message) for message in room_messages.series(self, "phone")]
            for message in room_messages.series(self, "console"):
                self.out += [Outgoing(to, message) for to in ("wall", "console")]
        if "state" in changed:
            roles = ("wall", "console", "phone")
            self.out += [Outgoing(role, room_messages.state(self, role, wall)) for role in roles]
        out, self.out = self.out, []
        return out

    # how it is made again from what was kept

    def repeat(self, sender: Sender, said: Mapping[str, Any], wall: float, second: float) -> None:
        """Do once more what was accepted when the story had come to this time, seconds since the start."""
        self.played.trusts = True
        self.stand_at(second)
        if said["type"] == "end":
            self.end(wall)
        else:
            COMMANDS[said["type"]](self, sender, said, wall)

    def stand_at(self, second: float) -> None:
        """The story has come to this time, seconds since the start."""
        self.played.stand_at(microseconds(second))

    def come_back(self, files: RoomFiles, found: Mapping[str, Message], ask_job: AskJob | None) -> None:
        """All is repeated: pause, and go on with the files."""
        self.played.trusts = False
        if self.state == "running":
            self.state = "paused"
        elif self.state == "closed":
            self.state = "debrief"
        if self.ballot is not None:
            self.ballot.is_open = False
        self.found = dict(found)
        self.last_pull_wall = float("-inf")
        self.files, self.ask = files, ask_job
        self.changed.clear()
        self.out.clear()

    # what happens by itself

    def _settle(self, wall: float) -> None:
        if self.played.is_behind:
            self.played.settle()
            self._arrive(wall)

    def _arrive(self, wall: float) -> None:
        """Going back or forwards is over: there is something to see again."""
        if not self.is_hastening:
            self._memory = None
        self._tell_news(self.played.see())
        self.change("state", "series", "levers")
        self._last_frame = self._last_phone_frame = float("-inf")
        label = next((stop.label for stop in self.stops if stop.time == self.time), "")
        if self.is_hastening and label:
            self.say("stop", label)
        self.is_hastening = False
        if self.state in ("paused", "running") and self.played.is_over:
            self.end(wall)

    def _move(self, wall: float) -> None:
        since, begun = self.anchor
        target = begun + round((wall - since) * self.pace * SECOND)
        most = self.time + round(MOST_STEPS * TICK_S * self.pace * SECOND)
        if target > most:
            target = most
            self.anchor = (wall, target)
        stop = self.next_stop()
        if stop is None or stop.time > target:
            self.played.advance(max(target, self.time))
        else:
            self._stop_at(stop, wall)
        if self.played.is_over:
            self.end(wall)

    def _stop_at(self, stop: Stop, wall: float) -> None:
        if stop.time < self.played.horizon:
            self.played.advance(stop.time)
        else:  # what is settled at the horizon's end takes a tenth of a second: after this tick
            self.played.advance(stop.time - 1)
            self.played.hasten(stop.time)
            self.is_hastening = True
        self.say("stop", stop.label)
        self.pause(stop.label, wall)

    def _show(self, wall: float) -> None:
        """Frames where it is time for them, and the news between two looks."""
        moves = self.state == "running"
        if self.played.is_behind or (not moves and wall - self._last_frame < QUIET_S):
            return
        seen = self.played.see()
        self._tell_news(seen)
        if self.followed is not None:
            names, start = self.setting.quiet.names, self.setting.scenario.start
            self.followed = followed_customer.follow_on(self.followed, self.played.steered, names, start)
        frame = self._frame(seen)
        self._last_frame = wall
        duty = {"duty": encoded(seen.duty)} if self._seq % _DUTY_EVERY == 1 or not moves else {}
        for_walls: Message = {**frame, **duty}
        self.out += [Outgoing(to, for_walls) for to in ("wall", "console")]
        if wall - self._last_phone_frame >= (PHONE_S if moves else QUIET_S) - TICK_S / 2:
            self._last_phone_frame = wall
            self.out.append(Outgoing("phone", frame))
        if self._seq % _CARDS_EVERY == 0 or not moves:
            self._send_cards()

    def _frame(self, seen: FrameContent) -> Message:
        self._seq += 1
        face: Message | None = None
        if self.followed is not None:
            face = {"words": self.followed.words, **({"mood": self.followed.mood} if self.xray else {})}
        frame: Message = {"type": "frame", "seq": self._seq, **open_part(seen), "face": face}
        if self.xray:
            frame["x"] = hidden_part(self.played.steered)
        return frame

    def _tell_news(self, seen: FrameContent) -> None:
        before = self._memory
        self._memory = ticker.remember(self.played.steered, seen, before)
        if before is None or before.seen.time >= seen.time:
            return
        titles = [text.title for text in self.played.texts]
        told = ticker.news(before, self._memory, titles, self._reserves)
        told += ticker.between(self._happenings, before.seen.time, seen.time)
        for each in sorted(told):
            self.say(each.kind, each.words, time=each.time)

    def _send_cards(self) -> None:
        cards = self.played.cards()
        if cards != self._cards:
            self._cards = cards
            self.out.append(Outgoing("all", {"type": "levers", "levers": cards}))

    def _haunt(self) -> Iterator[None]:
        """Have both ghosts made elsewhere, or where nobody does that make them here a little at a time."""
        if self.ask is not None:
            self.ask_job("ghost", [])
            return
        for name in GHOSTS:
            self.played.ghosts[name] = yield from make_ghost(self.setting, name)
            self.change("series")
