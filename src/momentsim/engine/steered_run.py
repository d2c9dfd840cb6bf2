"""A run that hands can be laid on: advance, look, pull a lever, go back, or take other luck from here on.

Its state is a function of (plan, luck, pulls, time), and of nothing else: not of the steps in which it came here, nor
of how often somebody looked. So any state is made again by running again, from the start or from a copy on the way.
A lever pulled at t acts at t + 1, as under the SimPy clock and as if the plan had pulled it at t. Rows, not names,
and microseconds since the scenario's start; `momentsim.runs.steered_centre` has the words for people.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import DAY, HOUR, NEVER, LeverAction, Prepared
from momentsim.contract.trace import BOOKED, Trace
from momentsim.engine.checkpoints import EVENTS_APART, Checkpoints
from momentsim.engine.clock_compiled import Status
from momentsim.engine.interventions import Interventions, Luck, Pull, put_pulls, with_pulls
from momentsim.engine.live import LiveRun
from momentsim.engine.simulate import ReplicationRun
from momentsim.engine.state.codes import MomentStage
from momentsim.engine.state.tables import Tables

ANGER_BANDS: Final = (0.1, 0.3, 0.6)
"""Where one band of anger ends and the next begins, on its scale of 0..1."""
ROWS_AT_ONCE: Final = 16_384
"""Customers that a look takes at once: their rows are long, and memory is what it waits for."""

WholeArray = npt.NDArray[np.int64]


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


class SteeredRun:
    """One replication under way, on the compiled clock; `time` is its own clock, and it goes forwards only."""

    def __init__(
        self,
        prepared: Prepared,
        pulls: Iterable[Pull] = (),
        *,
        at: int = 0,
        luck: Iterable[Luck] = (),
        keep: bool = False,
    ) -> None:
        """The state at time `at`; pulls later than that are made when their time comes, unless a hand is quicker.

        With `keep`, copies are kept on the way, at borders of days and before each pull, from which `at` starts.
        """
        self._prepared = prepared
        self._past = Interventions(tuple(pulls), tuple(luck))
        self._copies = Checkpoints() if keep else None
        self._start = int(prepared.plan.settings["warm_up"][0])
        self._run_again(at)
        just_pulled = (pull for pull in self.pulls if pull.time == at and pull.action == LeverAction.PULL)
        self._pulled_now |= {pull.lever: self._start + at for pull in just_pulled}

    def _run_again(self, until: int) -> None:
        """Come into the state of this past, from the nearest copy or from the start."""
        copy = None if self._copies is None else self._copies.nearest(self._past, until)
        self._pulled_now: dict[int, int] = {}
        self.time = 0 if copy is None else copy.time
        if copy is None:
            self._run = ReplicationRun(with_pulls(self._prepared, self.pulls))
        else:
            self._run = copy.run.fork()
            taken, given = (
                [pull for pull in past.pulls if pull.time >= copy.time] for past in (copy.past, self._past)
            )
            put_pulls(self._run.world, taken=taken, given=given)
        self._events_kept = int(self._run.world["centre"]["events"][0])
        for change in self.luck:
            if change.time >= self.time:
                self.advance(change.time)
                self._run.change_luck(change.prepared, self._start + change.time)
        self.advance(until)

    @property
    def pulls(self) -> tuple[Pull, ...]:
        """What hands have done, and what they are known to do later."""
        return self._past.pulls

    @property
    def luck(self) -> tuple[Luck, ...]:
        """When luck became that of which other replication."""
        return self._past.luck

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
        until = min(until, self.end)
        if self._copies is not None:
            for border in range((self.time // DAY + 1) * DAY, until + 1, DAY):
                self._go_on(border)
                if self._run.world["centre"]["events"][0] - self._events_kept >= EVENTS_APART:
                    self._keep_copy()
        return self._go_on(until)

    def _go_on(self, until: int) -> Status:
        self.time = until
        return self._run.advance(self._start + until)

    def _keep_copy(self) -> None:
        if self._copies is not None:
            self._copies.keep(self._run, self.time, self._past)
            self._events_kept = int(self._run.world["centre"]["events"][0])

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
        self._keep_copy()
        pull = Pull(lever, self.time, size, LeverAction(action))
        self._past = self._past._replace(pulls=(*self.pulls, pull))
        if action == LeverAction.PULL:
            self._pulled_now[lever] = self._start + self.time
        put_pulls(self._run.world, given=[pull])

    def live(self) -> LiveRun:
        """The run as a playbook sees it; its pause goes on at once."""
        return LiveRun(self._run.world, _OwnClock(self), self._pulled_now, self._act)

    def fork(self) -> SteeredRun:
        """Another run in the very same state."""
        other = copy(self)
        other._run = self._run.fork()
        other._pulled_now = dict(self._pulled_now)
        return other

    def at(self, time: int) -> SteeredRun:
        """Another run with the same past up to `time`, and no pull by hand at or after it; made by running again."""
        other = copy(self)
        other._past = self._past.before(time)
        other._run_again(time)
        return other

    def with_luck_of(self, other: Prepared) -> SteeredRun:
        """Another run with the same past; from now on draws and demand are those of another replication."""
        run = self.fork()
        run._past = self._past._replace(luck=(*self.luck, Luck(other, self.time)))
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
        stage = cases["stage"].copy()
        away = (stage == MomentStage.AWAY) | (stage == MomentStage.TURNS_TO_SELF_SERVICE)
        called = cases["contacts"] > 0
        legs = world["intervals"][self._first_leg() :]
        tallies = world["tallies"]
        anger, attitude = _moods(world, world["customers"][: centre["customers"]], now)
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
            anger=anger,
            attitude=attitude,
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
    """The time of a run as `LiveRun` asks for it."""

    def __init__(self, steered: SteeredRun) -> None:
        self._steered = steered

    @property
    def now(self) -> int:
        """Time, microseconds."""
        return self._steered._start + self._steered.time

    def timeout(self, delay: int) -> Status:
        """Go on for so long."""
        return self._steered.advance(self._steered.time + delay)


def _longest_waits(world: Tables, now: int) -> WholeArray:
    """By queue, how long the one who waits longest has waited."""
    cases = world["cases"]
    queued = np.flatnonzero(cases["stage"] == MomentStage.QUEUED)
    since = np.full(len(world["lines"]), now, np.int64)
    np.minimum.at(since, cases["queue"][queued], cases["queued"][queued])
    return now - since


def _moods(world: Tables, customers: Any, now: int) -> tuple[WholeArray, float]:
    """Known customers by band of anger, which fades since it was last written, and their mean attitude."""
    half_life = float(world["effects"]["anger_half_life_h"][0]) * HOUR
    above = np.zeros(len(ANGER_BANDS), np.int64)
    attitude = 0.0
    for first in range(0, len(customers), ROWS_AT_ONCE):
        rows = customers[first : first + ROWS_AT_ONCE]
        left = rows["anger"] * np.exp2((rows["anger_at"] - now) / half_life)
        above += [np.count_nonzero(left >= bound) for bound in ANGER_BANDS]
        attitude += float(rows["attitude"].sum())
    return -np.diff([len(customers), *above, 0]), attitude / max(len(customers), 1)
