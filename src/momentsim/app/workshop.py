"""What a room holds and what can be done in it: its state, who said what, and what is to be told to whom.

`commands.py` does what people ask for by these means; `room.py` is told of people and of the wall clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from momentsim.app import followed_customer
from momentsim.app.ballots import Ballot
from momentsim.app.crowd import Crowd, Sender
from momentsim.app.files import RoomFiles
from momentsim.app.permissions import Mode, RequestRefused, RoomState, may_pull
from momentsim.app.played_branch import PlayedBranch, seconds
from momentsim.app.series import History
from momentsim.app.setting import AskJob, JobKind, JobRequest, Message, Setting
from momentsim.app.stops import HORIZON_ENDS, Stop, default_stops

PACES: Final = (1, 60, 600, 1200, 1800, 3600)
USUAL_PACE: Final = 1200
RESULTS: Final = ("result", "score", "curve")
"""Types of what jobs find that the fog would hide."""
_NEWS_KEPT: Final = 30
_ROOM: Final = Sender("", "console", "room")


class Outgoing(NamedTuple):
    """A message and whom it is for: "all", "wall", "console", "phone" or "client:ID"."""

    to: str
    message: Message


class Workshop:
    """The state of a room; see `permissions.RULES` for what may be said when."""

    def __init__(self, code: str, setting: Setting, ask_job: AskJob | None, folder: Path | None) -> None:
        self.code = code
        self.setting = setting
        self.played = PlayedBranch(setting)
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
        self.followed: followed_customer.FollowedCustomer | None = None
        self.news: deque[Message] = deque(maxlen=_NEWS_KEPT)
        self.found: dict[str, Message] = {}
        """What jobs have found, the latest of each kind and lever."""
        self.files = None if folder is None else RoomFiles(folder)
        self.post: Callable[[Message], None] = lambda message: self.posted.append(message)
        """Takes what a job has found, from any thread; a beat puts its own queue here."""
        self.posted: deque[Message] = deque()
        self.last_pull_wall = float("-inf")
        self.anchor = (0.0, 0)
        """Wall clock and time of the story from which it is reckoned where the story is to be."""
        self.last_company = float("-inf")
        """When somebody was here last, by the wall clock."""
        self.ask = ask_job
        self.out: list[Outgoing] = []
        self.changed: set[str] = set()
        self.waiting_work: deque[Iterator[None]] = deque()
        self.is_hastening = False
        """Whether the present branch goes on to a later time at once."""

    @property
    def time(self) -> int:
        """Where the story has come to, microseconds since the start."""
        return self.played.time

    def change(self, *parts: str) -> None:
        """Tell everybody about these parts when the present command is done: state, tree, levers, series."""
        self.changed |= set(parts)

    def say(self, kind: str, words: str, by: str = "", time: int | None = None) -> None:
        """Put a line of at most six words on the ticker."""
        at = seconds(self.time if time is None else time)
        message: Message = {
            "type": "event",
            "t": at,
            "kind": kind,
            "words": " ".join(words.split()[:6]),
            "by": by,
        }
        self.news.append(message)
        self.out.append(Outgoing("all", message))

    def write(self, sender: Sender, message: Mapping[str, Any], wall: float, time: int) -> None:
        """Keep an accepted command, said when the story had come to `time`; names of people are not kept."""
        if self.files is not None:
            who = {"client": sender.client, "role": sender.role, "team": sender.team}
            self.files.keep(seconds(time), wall, who, message)

    def write_levers(self) -> None:
        """Keep the pulls of the branch that is played."""
        if self.files is not None:
            tree = self.played.tree
            self.files.write_levers(tree.current, tree.pulls_of(tree.current), self.setting.quiet.names)

    # the clock

    def set_clock(self, wall: float) -> None:
        """From now on the story goes with the wall clock from where it is."""
        self.anchor = (wall, self.time)

    def run(self, wall: float) -> None:
        """Let the story go on: how the last vote went has been seen, and what was asked has been guessed."""
        self.set_clock(wall)
        self.asking = None
        if self.ballot is not None and not self.ballot.is_open:
            self.ballot = None
        self.state = "running"
        self.last_company = wall
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
        self.recall_all()

    def hasten(self, until: int, wall: float) -> None:
        """Pause, and be at a later time soon, at the next stop at most."""
        stop = self.next_stop()
        self.played.hasten(until if stop is None else min(until, stop.time))
        self.pause("", wall)
        self.is_hastening = True

    def next_stop(self) -> Stop | None:
        """The stop at which the clock will pause by itself; the end of the horizon is one."""
        ahead = [stop for stop in self.stops if stop.time > self.time]
        if self.played.horizon > self.time:
            ahead.append(Stop(self.played.horizon, HORIZON_ENDS))
        return min(ahead, default=None)

    def look_again(self) -> None:
        """Another past: nobody is followed any more."""
        self.followed = None

    # what came of it

    def debrief(self) -> None:
        """Show what really happened."""
        self.state, self.xray, self.page = "debrief", True, "debrief"
        self.change("state", "series", "levers")
        self.waiting_work.append(self.find_truth())
        self.recall_all()
        self.show_results()

    def recall_all(self) -> None:
        """When the story is over, people lay all branches over each other."""
        self.waiting_work.append(self._recall())

    def show_results(self) -> None:
        """Send to phones what the fog kept from them."""
        kept = [message for message in self.found.values() if message["type"] in RESULTS]
        self.out += [Outgoing("phone", message) for message in kept]

    def ask_job(self, kind: JobKind, branches: list[str], *, storms: int = 0, lever: str = "") -> None:
        """Have a job begun; raises Refused where this room has nobody to do it."""
        if self.played.trusts:  # what it found then is kept
            return
        if self.ask is None:
            raise RequestRefused("nobody is there to work that out")
        tree = self.played.tree
        pulls = {branch: tree.pulls_of(branch) for branch in branches}
        names = {branch: tree.branches[branch].name for branch in branches}
        folder = None if self.files is None else self.files.folder
        request = JobRequest(kind, self.setting, pulls, names, storms, lever, folder, self.code)
        self.ask(request, lambda message: self.post(message))

    def take_in(self, message: Message) -> None:
        """Keep what a job found, so that a welcome repeats it, and tell everybody who may see it."""
        kind = str(message.get("type", ""))
        if isinstance(history := message.get("history"), History):
            self.played.ghosts[str(message["name"])] = history
            self.change("series")
            return
        if message.get("kind") == "ghost":  # nobody waits for them
            return
        if kind in ("closed", *RESULTS):
            self.found[f"curve {message.get('lever', '')}" if kind == "curve" else kind] = message
            if self.files is not None:
                self.files.keep_found(self.found)
        seen_by = ("all",) if kind not in RESULTS or self.xray else ("wall", "console")
        self.out += [Outgoing(to, message) for to in seen_by]

    # people

    def check_hand(self, sender: Sender) -> None:
        """Raises Refused where the mode does not let this client pull levers."""
        if not self.played.trusts:
            may_pull(sender.role, self.mode, is_captain=self.crowd.is_captain(sender))

    def close_ballot(self, wall: float) -> None:
        """End the vote; how it went is shown to all."""
        if self.ballot is not None and self.ballot.is_open:
            self.ballot.is_open = False
            self.ballot.ends = wall
            self.change("state")

    def pick_face(self, number: int) -> None:
        """Follow another customer, or nobody where the number is below 0."""
        if self.played.trusts:
            return
        names, start = self.setting.quiet.names, self.setting.scenario.start
        self.followed = None if number < 0 else followed_customer.pick(self.played.steered, names, start)

    def _recall(self) -> Iterator[None]:
        for branch in list(self.played.tree.branches):
            yield from self.played.recall(branch)
        self.change("series")

    def find_truth(self) -> Iterator[None]:
        """What people predicted, as it came out on the branch that is played."""
        yield from self.played.foresee()
        self.truth = self.played.outcome
        self.change("state")
