"""A run that hands can be laid on: advance, look, pull a lever, go back, or take other luck from here on.

Its state is a function of (plan, luck, pulls, time), and of nothing else: not of the steps in which it came here, nor
of how often somebody looked. So any state is made again by running again. A lever pulled at t acts at t + 1, as under
the SimPy clock and as if the plan had pulled it at t. Rows, not names, and microseconds since the scenario's start;
`momentsim.runs.steered_centre` has the words for people.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import HOUR, LEVER_ACTION, NEVER, LeverAction, Prepared, Why
from momentsim.contract.trace import BOOKED, Trace
from momentsim.engine.clock_compiled import Status
from momentsim.engine.live import Live
from momentsim.engine.order import Kind, lever_stamp
from momentsim.engine.simulate import Run
from momentsim.engine.state.initial_state import event_rows, in_order
from momentsim.engine.state.records import Stage
from momentsim.engine.state.tables import Tables

ANGER_BANDS: Final = (0.1, 0.3, 0.6)
"""Where one band of anger ends and the next begins, on its scale of 0..1."""
_AWAY = (Stage.AWAY, Stage.TURNS_TO_SELF_SERVICE)

WholeArray = npt.NDArray[np.int64]


class Pull(NamedTuple):
    """What a hand did to a lever, by its row in the plan, and when: pulled it in a size, or undid it."""

    lever: int
    time: int
    size: int = 0
    action: LeverAction = LeverAction.PULL


class Luck(NamedTuple):
    """Another replication, and the time after which its draws and its demand count."""

    prepared: Prepared
    time: int


class Look(NamedTuple):
    """What there is to see at one time. Everything of that instant has happened, but for levers pulled in it."""

    time: int
    waiting: WholeArray  # by queue
    longest_wait: WholeArray  # by queue, microseconds; 0 when nobody waits
    on_duty: WholeArray  # by group: logged in and not on a break
    idle: WholeArray  # by group: of these, without a contact
    lines_in_use: int  # contacts waiting or talking
    will_call_again: int  # open moments away whose customer has called before
    yet_to_call: int  # open moments away whose customer never called
    answered: int  # legs that have arrived since the start, as the next two
    abandoned: int
    blocked: int  # the lines were full
    anger: WholeArray  # known customers by band of anger, from the calm up, see ANGER_BANDS
    attitude: float  # mean over known customers, SD from where each is at rest, as of their last touch
    value: float  # booked to moments so far, money; below 0 when harm prevails
    given: float  # compensation, refunds and goodwill so far, money
    pulled_at: WholeArray  # by lever, the last time; -1 for one not pulled
    in_force: npt.NDArray[np.bool_]  # by lever: it acts, and is not undone


class Steered:
    """One replication under way, on the compiled clock; `time` is its own clock, and it goes forwards only."""

    def __init__(
        self, prepared: Prepared, pulls: Iterable[Pull] = (), *, at: int = 0, luck: Iterable[Luck] = ()
    ) -> None:
        """The state at time `at`; pulls later than that are made when their time comes, unless a hand is quicker."""
        self._prepared = prepared
        self.pulls = tuple(pulls)
        self.luck = tuple(luck)
        self._run = Run(with_pulls(prepared, self.pulls))
        self._start = int(prepared.plan.settings["warm_up"][0])
        self._pulled_now: dict[int, int] = {}
        self.time = 0
        for change in self.luck:
            self.advance(change.time)
            self._run.change_luck(change.prepared, self._start + change.time)
        self.advance(at)
        just_pulled = (pull for pull in self.pulls if pull.time == at and pull.action == LeverAction.PULL)
        self._pulled_now |= {pull.lever: self._start + at for pull in just_pulled}

    @property
    def end(self) -> int:
        """Until when the story can go on: the end of the run-out."""
        return int(self._run.world["centre"]["limit"][0]) - self._start

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to happen."""
        return self._run.finished

    def advance(self, until: int) -> Status:
        """Go on up to and including `until`; PAUSED, or DONE when nothing is left. Raises ValueError backwards."""
        if until < self.time:
            raise ValueError(f"a run goes forwards, and {until} is before {self.time}: `at` goes back")
        self.time = min(until, self.end)
        return self._run.advance(self._start + self.time)

    def pulled_at(self, lever: int) -> int | None:
        """When a lever was pulled last, by whomever; None if it was not. Raises ValueError for one unknown."""
        levers = len(self._run.world["levers"])
        if not 0 <= lever < levers:
            raise ValueError(f"there is no lever {lever}, but {levers} from 0 on")
        return self.live().pulled_at(lever)

    def pull(self, lever: int, size: int = 0) -> None:
        """Pull a lever now in a size; it is pulled one microsecond later and acts after its lead time.

        Raises ValueError for one unknown, in force, or pulled too often or too lately, and at the end.
        """
        before, live = self.pulled_at(lever), self.live()
        sizes = int(self._run.world["levers"]["sizes"][lever])
        if not 0 <= size < sizes:
            raise ValueError(f"lever {lever} has no size {size}, but {sizes} from 0 on")
        if live.pulls_left(lever) <= 0 or live.is_held(lever):
            raise ValueError(f"lever {lever} was pulled already, at {before}")
        if self.time < live.pull_again_at(lever):
            raise ValueError(f"lever {lever} may be pulled again from {live.pull_again_at(lever)} on")
        self._act(lever, LeverAction.PULL, size)

    def undo(self, lever: int) -> None:
        """Take back a lever one microsecond later; ValueError for one unknown or not in force, and at the end."""
        self.pulled_at(lever)
        if not self.live().is_held(lever):
            raise ValueError(f"lever {lever} is not in force")
        self._act(lever, LeverAction.UNDO, 0)

    def _act(self, lever: int, action: int, size: int) -> None:
        """Let the one door of all levers open a tick later."""
        if self.is_over:
            raise ValueError("the story is over")
        self.pulls = (*self.pulls, Pull(lever, self.time, size, LeverAction(action)))
        now = self._start + self.time
        if action == LeverAction.PULL:
            self._pulled_now[lever] = now
        world = self._run.world
        told = int(world["centre"]["agenda_next"][0])
        acts = event_rows(
            np.array([now + 1]), Kind.LEVER_ACTS, lever, lever_stamp(action, int(Why.HAND), size)
        )
        ahead = in_order(np.concatenate([world["agenda"][told:], acts]))
        world.put(agenda=np.concatenate([world["agenda"][:told], ahead]))

    def live(self) -> Live:
        """The run as a playbook sees it; its pause goes on at once."""
        return Live(self._run.world, _OwnClock(self), self._pulled_now, self._act)

    def fork(self) -> Steered:
        """Another run in the very same state."""
        other = copy(self)
        other._run = self._run.fork()
        other._pulled_now = dict(self._pulled_now)
        return other

    def at(self, time: int) -> Steered:
        """Another run with the same past up to `time`, and no pull by hand at or after it; made by running again."""
        return Steered(
            self._prepared,
            [pull for pull in self.pulls if pull.time < time],
            at=time,
            luck=[change for change in self.luck if change.time < time],
        )

    def with_luck_of(self, other: Prepared) -> Steered:
        """Another run with the same past; from now on draws and demand are those of another replication."""
        run = self.fork()
        run.luck = (*self.luck, Luck(other, self.time))
        run._run.change_luck(other, self._start + self.time)
        return run

    def finish(self) -> Trace:
        """What comes of it when nobody pulls any more: the trace to the end, of a run of its own."""
        run = self.fork()._run
        run.advance()
        return run.trace()

    def look(self) -> Look:
        """What there is to see now; it changes nothing."""
        world = self._run.world
        now = self._start + self.time
        centre, cases = world["centre"][0], world["cases"]
        groups = world["group_state"][: len(world["groups"])]
        away = np.isin(cases["stage"], _AWAY)
        called = cases["contacts"] > 0
        legs = world["intervals"][self._first_leg() :]
        tallies = world["tallies"]
        customers = world["customers"][: centre["customers"]]
        pulled = world["pulled"]
        return Look(
            time=self.time,
            waiting=world["lines"]["waiting"].copy(),
            longest_wait=_longest_waits(world, now),
            on_duty=groups["on_duty"].copy(),
            idle=groups["idle"].copy(),
            lines_in_use=int(centre["in_system"]),
            will_call_again=int(np.count_nonzero(away & called)),
            yet_to_call=int(np.count_nonzero(away & ~called)),
            answered=int(legs["answered"].sum()),
            abandoned=int(legs["abandoned"].sum()),
            blocked=int(legs["blocked"].sum()),
            anger=_anger_bands(world, customers, now),
            attitude=float(customers["attitude"].mean()) if len(customers) else 0.0,
            value=float(sum(tallies[name].sum() for name in BOOKED)),
            given=float(sum(tallies[name].sum() for name in ("compensation", "refunds", "goodwill"))),
            pulled_at=np.where(pulled["pulls"] > 0, pulled["last"] - 1 - self._start, -1),
            in_force=pulled["effective"] < NEVER,
        )

    def _first_leg(self) -> int:
        """Row of the first leg after the warm-up."""
        world = self._run.world
        return self._start // int(world["settings"]["interval"][0]) * len(world["legs"])


class _OwnClock:
    """The time of a run as `Live` asks for it."""

    def __init__(self, steered: Steered) -> None:
        self._steered = steered

    @property
    def now(self) -> int:
        """Time, microseconds."""
        return self._steered._start + self._steered.time

    def timeout(self, delay: int) -> Status:
        """Go on for so long."""
        return self._steered.advance(self._steered.time + delay)


def with_pulls(prepared: Prepared, pulls: Iterable[Pull]) -> Prepared:
    """The plan in which a hand does this to levers too; what is pulled already is not pulled again."""
    plan = prepared.plan
    start = int(plan.settings["warm_up"][0])
    rows = [(start + pull.time, pull.lever, pull.action, pull.size, Why.HAND) for pull in pulls]
    actions = np.concatenate([plan.lever_actions, np.array(rows, LEVER_ACTION)])
    return prepared._replace(plan=plan._replace(lever_actions=np.sort(actions)))


def _longest_waits(world: Tables, now: int) -> WholeArray:
    """By queue, how long the one who waits longest has waited."""
    cases = world["cases"]
    queued = np.flatnonzero(cases["stage"] == Stage.QUEUED)
    since = np.full(len(world["lines"]), now, np.int64)
    np.minimum.at(since, cases["queue"][queued], cases["queued"][queued])
    return now - since


def _anger_bands(world: Tables, customers: Any, now: int) -> WholeArray:
    """Known customers by band of anger, which fades since it was last written."""
    half_life = float(world["effects"]["anger_half_life_h"][0]) * HOUR
    angry = np.flatnonzero(customers["anger"] > ANGER_BANDS[0])  # fields alone: rows are long, and many
    left = customers["anger"][angry] * np.exp2((customers["anger_at"][angry] - now) / half_life)
    bands = np.bincount(np.searchsorted(ANGER_BANDS, left, "right"), minlength=len(ANGER_BANDS) + 1)
    bands[0] += len(customers) - len(angry)
    return bands
