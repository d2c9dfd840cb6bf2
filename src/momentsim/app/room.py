"""A room: people play one storm together. It is told what clients say and how late it is, and answers with messages.

No web, no threads and no clock of its own: what comes of it is a function of what it is told. `beat.py` moves it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from momentsim.app import faces, shown, ticker
from momentsim.app.ballots import Ballot
from momentsim.app.commands import COMMANDS
from momentsim.app.crowd import Crowd, Sender
from momentsim.app.files import RoomFiles
from momentsim.app.looks import Seen, encoded, hidden_part, open_part
from momentsim.app.permissions import Mode, Refused, RoomState, check, may_pull
from momentsim.app.played import GHOSTS, Played, microseconds, seconds
from momentsim.app.setting import AskJob, JobKind, JobRequest, Message, Setting
from momentsim.app.stops import HORIZON_ENDS, Stop, default_stops
from momentsim.contract.plan import SECOND

PACES: Final = (1, 60, 600, 1200, 1800, 3600)
USUAL_PACE: Final = 1200
TICK_S: Final = 0.1
MOST_STEPS: Final = 3
"""A tick goes on by so many usual steps at most; what is more is dropped, and the clock goes on from there."""
QUIET_S: Final = 1.0
PHONE_S: Final = 0.5
LONELY_S: Final = 60.0
_DUTY_EVERY: Final = 5
_NEWS_KEPT: Final = 30
_ROOM: Final = Sender("", "console", "room")


class Outgoing(NamedTuple):
    """A message and whom it is for: "all", "wall", "console", "phone" or "client:ID"."""

    to: str
    message: Message


class Room:
    """The state machine of a workshop; see `permissions.RULES` for what may be said when."""

    def __init__(
        self, code: str, setting: Setting, *, ask_job: AskJob | None = None, folder: Path | None = None
    ) -> None:
        self.code = code
        self.setting = setting
        self.played = Played(setting)
        self.crowd = Crowd()
        self.state: RoomState = "lobby"
        self.pace = USUAL_PACE
        self.mode: Mode = "console"
        self.stops: list[Stop] = default_stops(setting.scenario)
        self.xray = self.blank = False
        self.page, self.ghost = "wall", "nothing"
        self.ballot: Ballot | None = None
        self.ballots = 0
        self.asking: dict[str, str] | None = None
        self.truth: dict[str, float] = {}
        self.face: faces.Face | None = None
        self.files = None if folder is None else RoomFiles(folder)
        self.post: Callable[[Message], None] = lambda message: self._posted.append(message)
        """Takes what a job has found, from any thread; a beat puts its own queue here."""
        self._posted: deque[Message] = deque()
        self._ask_job = ask_job
        self._anchor = (0.0, 0)
        self._seq = 0
        self._last_frame = self._last_phone_frame = self._last_company = float("-inf")
        self.last_pull_wall = float("-inf")
        self._memory: ticker.Memory | None = None
        self.news: deque[Message] = deque(maxlen=_NEWS_KEPT)
        self.found: dict[str, Message] = {}
        self._cards: list[dict[str, object]] = []
        self._changed: set[str] = set()
        self._out: list[Outgoing] = []
        self._work: deque[Iterator[None]] = deque([self._haunt()])
        self._happenings = ticker.happenings(setting.scenario)
        self._reserves = {
            row: int(group["agents"])
            for row, group in enumerate(setting.quiet.plan.groups)
            if group["reserve"]
        }
        if self.files is not None:
            self.files.begin(code, setting)

    @property
    def time(self) -> int:
        """Where the story has come to, microseconds since the start."""
        return self.played.time

    @property
    def has_work(self) -> bool:
        """Whether `work` has something to do."""
        return self.played.is_behind or bool(self._work) or bool(self._posted)

    def take(self, sender: Sender, message: Mapping[str, Any], wall: float) -> list[Outgoing]:
        """Do what a client asks for: an `ack` or `refuse` to the client, and what changed to all."""
        kind = str(message.get("type", ""))
        about = {"id": message.get("id", "")}
        before = self.time
        try:
            check(kind, sender.role, self.state)
            COMMANDS[kind](self, sender, message, wall)
        except Refused as refusal:
            return [Outgoing(f"client:{sender.client}", {"type": "refuse", **about, "reason": str(refusal)})]
        if kind == "ping":
            return [Outgoing(f"client:{sender.client}", {"type": "pong", **about})]
        self.write(sender, message, wall, before)
        answer: Message = {"type": "ack", **about, "t": seconds(self.time)}
        return [Outgoing(f"client:{sender.client}", answer), *self.flush(wall)]

    def tick(self, wall: float) -> list[Outgoing]:
        """Let the story go on to where the wall clock says, and show it."""
        if self.state == "closed":
            return self.flush(wall)
        if self.crowd.here:
            self._last_company = wall
        if self.state == "running":
            self._move(wall)
            if self.state == "running" and wall - max(self._last_company, self._anchor[0]) > LONELY_S:
                self.pause("nobody is here", wall)
            if self.files is not None:
                self.files.keep_time(self, wall)
        if self.ballot is not None and self.ballot.is_open and wall >= self.ballot.ends:
            self.close_ballot(wall)
        self._show(wall)
        if self.files is not None:
            self.files.sync()
        return self.flush(wall)

    def work(self, wall: float) -> list[Outgoing]:
        """Do one short piece of what waits: go back, take in what a job found, or go on with a ghost."""
        if self._posted:
            self.take_in(self._posted.popleft())
        elif self.played.is_behind:
            self.played.step()
            if not self.played.is_behind:
                self._arrive(wall)
        elif self._work and next(self._work[0], self) is self:
            self._work.popleft()
        return self.flush(wall)

    def welcome(self, sender: Sender, wall: float = 0.0) -> Message:
        """Take somebody in: the whole state for one client, by role and fog."""
        self.crowd.here[sender.client] = sender
        self._last_company = max(self._last_company, wall)
        self._changed.add("state")
        return shown.welcome(self, sender, wall, self._seq)

    def leave(self, client: str) -> None:
        """Somebody has gone; what they said stays."""
        if self.crowd.here.pop(client, None) is not None:
            self._changed.add("state")

    def take_in(self, message: Message) -> None:
        """Keep what a job found, so that a welcome repeats it, and tell everybody who may see it."""
        kind = str(message.get("type", ""))
        if kind in ("closed", *shown.RESULTS):
            self.found[f"curve {message.get('lever', '')}" if kind == "curve" else kind] = message
            if self.files is not None:
                self.files.keep_found(self.found)
        seen_by = ("all",) if kind not in shown.RESULTS or self.xray else ("wall", "console")
        self._out += [Outgoing(to, message) for to in seen_by]

    def ask_job(self, kind: JobKind, branches: list[str], *, storms: int = 0, lever: str = "") -> None:
        """Have a job begun; raises Refused where this room has nobody to do it."""
        if self.played.trusts:  # what it found then is kept
            return
        if self._ask_job is None:
            raise Refused("nobody is there to work that out")
        tree = self.played.tree
        pulls = {branch: tree.pulls_of(branch) for branch in branches}
        names = {branch: tree.branches[branch].name for branch in branches}
        folder = None if self.files is None else self.files.folder
        request = JobRequest(kind, self.setting, pulls, names, storms, lever, folder, self.code)
        self._ask_job(request, lambda message: self.post(message))

    @property
    def has_workers(self) -> bool:
        """Whether jobs can be asked for."""
        return self._ask_job is not None

    # what commands do

    def change(self, *parts: str) -> None:
        """Tell everybody about these parts when the present command is done: state, tree, levers, series."""
        self._changed |= set(parts)

    def set_clock(self, wall: float) -> None:
        """From now on the story goes with the wall clock from where it is."""
        self._anchor = (wall, self.time)

    def run(self, wall: float) -> None:
        """Let the story go on."""
        self.set_clock(wall)
        self.state = "running"
        self._last_company = wall
        self.change("state")

    def pause(self, why: str, wall: float) -> None:
        """Stop the clock, by itself where there is a reason to tell."""
        self.state = "paused"
        self.change("state")
        if why:
            self.write(_ROOM, {"type": "pause", "why": why}, wall, self.time)

    def end(self, wall: float) -> None:
        """The story has come to its end by itself."""
        self.state = "finished"
        self.change("state", "series")
        self.write(_ROOM, {"type": "end"}, wall, self.time)
        self._remember_all()

    def debrief(self) -> None:
        """Show what really happened."""
        self.state, self.xray, self.page = "debrief", True, "debrief"
        self.change("state", "series", "levers")
        self._work.append(self._find_truth())
        self._remember_all()

    def hasten(self, until: int, wall: float) -> None:
        """Pause, and be at a later time soon, at the next stop at most."""
        stop = self.next_stop()
        self.played.hasten(until if stop is None else min(until, stop.time))
        self.pause("", wall)
        self.look_again()

    def check_hand(self, sender: Sender) -> None:
        """Raises Refused where the mode does not let this client pull levers."""
        if not self.played.trusts:
            may_pull(sender.role, self.mode, is_captain=self.crowd.is_captain(sender))

    def say(self, kind: str, words: str, by: str = "", time: int | None = None) -> None:
        """Put a line on the ticker."""
        at = seconds(self.time if time is None else time)
        message: Message = {"type": "event", "t": at, "kind": kind, "words": words, "by": by}
        self.news.append(message)
        self._out.append(Outgoing("all", message))

    def look_again(self) -> None:
        """Another past: nothing that was seen before counts."""
        self._memory = None
        self.face = None

    def close_ballot(self, wall: float) -> None:
        """End the vote; how it went is shown to all."""
        if self.ballot is not None and self.ballot.is_open:
            self.ballot.is_open = False
            self.ballot.ends = wall
        self.change("state")

    def show_results(self) -> None:
        """Send to phones what the fog kept from them."""
        kept = [message for message in self.found.values() if message["type"] in shown.RESULTS]
        self._out += [Outgoing("phone", message) for message in kept]

    # messages

    def flush(self, wall: float) -> list[Outgoing]:
        """Everything that is to be said now."""
        changed, self._changed = self._changed, set()
        if self.played.is_behind:  # what must be looked at follows when there is something to see
            changed -= {"levers", "series"}
        if "tree" in changed:
            self._out.append(Outgoing("all", self.played.tree_message()))
        if "levers" in changed:
            self._send_cards()
        if "series" in changed:
            self._out += [Outgoing("all", message) for message in shown.series(self)]
        if "state" in changed:
            roles = ("wall", "console", "phone")
            self._out += [Outgoing(role, shown.state(self, role, wall)) for role in roles]
        out, self._out = self._out, []
        return out

    def write(self, sender: Sender, message: Mapping[str, Any], wall: float, time: int) -> None:
        """Keep an accepted command, said when the story had come to `time`, and the files that follow from it."""
        if self.files is not None:
            self.files.keep(sender, message, self, wall, time)

    # how it is made again from what was kept

    def repeat(self, sender: Sender, said: Mapping[str, Any], wall: float, second: float) -> None:
        """Do once more what was accepted when the story had come to this time."""
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
        self.files, self._ask_job = files, ask_job
        files.go_on()
        self._changed.clear()
        self._out.clear()
        self._remember_all()

    # what happens by itself

    def _arrive(self, wall: float) -> None:
        """Going back or forwards is over: there is something to see again."""
        self._memory = None
        self.change("state", "series", "levers")
        self._last_frame = self._last_phone_frame = float("-inf")
        label = next((stop.label for stop in self.stops if stop.time == self.time), "")
        if label:
            self.say("stop", " ".join(label.split()[:6]))
        if self.state in ("paused", "running") and self.played.is_over:
            self.end(wall)

    def _move(self, wall: float) -> None:
        since, begun = self._anchor
        target = begun + round((wall - since) * self.pace * SECOND)
        most = self.time + round(MOST_STEPS * TICK_S * self.pace * SECOND)
        if target > most:
            target = most
            self._anchor = (wall, target)
        stop = self.next_stop()
        if stop is not None and stop.time <= target:
            self.played.advance(stop.time)
            self.say("stop", " ".join(stop.label.split()[:6]))
            self.pause(stop.label, wall)
        else:
            self.played.advance(max(target, self.time))
        if self.played.is_over:
            self.end(wall)

    def next_stop(self) -> Stop | None:
        ahead = [stop for stop in self.stops if stop.time > self.time]
        if self.played.horizon > self.time:
            ahead.append(Stop(self.played.horizon, HORIZON_ENDS))
        return min(ahead, default=None)

    def _show(self, wall: float) -> None:
        """Frames where it is time for them, and the news between two looks."""
        moves = self.state == "running"
        if self.played.is_behind or (not moves and wall - self._last_frame < QUIET_S):
            return
        seen = self.played.see()
        self._tell_news(seen)
        if self.face is not None:
            self.face = faces.follow_on(self.face, self.played.steered, *self._names())
        frame = self._frame(seen)
        self._last_frame = wall
        duty = {"duty": encoded(seen.duty)} if self._seq % _DUTY_EVERY == 1 or not moves else {}
        self._out += [Outgoing(to, {**frame, **duty}) for to in ("wall", "console")]
        if wall - self._last_phone_frame >= (PHONE_S if moves else QUIET_S) - TICK_S / 2:
            self._last_phone_frame = wall
            self._out.append(Outgoing("phone", frame))
        if self._seq % 10 == 0 or not moves:
            self._send_cards()

    def _frame(self, seen: Seen) -> Message:
        self._seq += 1
        face: Message | None = None
        if self.face is not None:
            face = {"words": self.face.words, **({"mood": self.face.mood} if self.xray else {})}
        frame: Message = {"type": "frame", "seq": self._seq, **open_part(seen), "face": face}
        if self.xray:
            frame["x"] = hidden_part(self.played.steered)
        return frame

    def _tell_news(self, seen: Seen) -> None:
        memory = ticker.remember(self.played.steered, seen, self._memory)
        if self._memory is not None:
            titles = [text.title for text in self.played.texts]
            told = ticker.news(self._memory, memory, titles, self._reserves)
            told += ticker.between(self._happenings, self._memory.seen.time, seen.time)
            for each in sorted(told):
                self.say(each.kind, each.words, time=each.time)
        self._memory = memory

    def _send_cards(self) -> None:
        cards = self.played.cards()
        if cards != self._cards:
            self._cards = cards
            self._out.append(Outgoing("all", {"type": "levers", "levers": cards}))

    def _haunt(self) -> Iterator[None]:
        """Make both ghosts, and send them when they are there."""
        for name in GHOSTS:
            for _share in self.played.haunt(name):
                yield
            self.change("series")

    def _remember_all(self) -> None:
        """When the story is over, people lay all branches over each other."""
        if self.state in ("finished", "debrief"):
            self._work.append(self._recall())

    def _recall(self) -> Iterator[None]:
        for branch in list(self.played.tree.branches):
            yield from self.played.recall(branch)
        self.change("series")

    def _find_truth(self) -> Iterator[None]:
        """What people predicted, as it came out on the branch that is played."""
        yield
        self.truth = self.played.outcome()
        self.change("state")

    def _names(self) -> tuple[Any, Any]:
        return self.setting.quiet.names, self.setting.scenario.start

    def pick_face(self, number: int) -> None:
        """Follow another customer, or nobody where the number is below 0."""
        if self.played.trusts:
            return
        self.face = None if number < 0 else faces.pick(self.played.steered, *self._names())
