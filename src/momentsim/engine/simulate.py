"""Run one replication: feed the clock with room and demand until the story is over, and hand over the trace."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Literal, TypeAlias

import numpy as np

from momentsim.contract.plan import DAY, NEVER, Plan, Prepared, Table
from momentsim.contract.trace import Trace
from momentsim.engine import dispatch
from momentsim.engine.clock_compiled import ROWS_AHEAD, Status, advance, room_wanted
from momentsim.engine.live import Watch
from momentsim.engine.state.codes import RepairStage
from momentsim.engine.state.event_list import add_calendar, grow_calendar
from momentsim.engine.state.initial_state import make_room, moments_log, new_world
from momentsim.engine.state.records import EVENTS_AHEAD
from momentsim.engine.state.trace_rows import (
    acquisition_rows,
    agent_rows,
    customer_rows,
    joined_rows,
    lever_rows,
    lever_use,
    programme_rows,
)

ClockName = Literal["compiled", "simpy"]
EVENTS_PER_CALL = {"compiled": 200_000, "simpy": 5_000}
"""About a fifth of a second at most between two looks at the outside."""
LOG_ROWS = 65_536
"""Rows of a log that are handed over at a time: enough for columns to compress, few enough for memory."""

TakeRows: TypeAlias = Callable[[Literal["contacts", "moments"], Table], None]
"""Takes rows of the log while the run goes on, in their order. Their memory is used again afterwards."""

_COUNTERS: dict[Literal["contacts", "moments"], str] = {"contacts": "contact_rows", "moments": "moment_rows"}
"""Name of each log, and the field of the centre that counts its rows."""


class Interrupted(Exception):
    """The run was stopped from outside before its end; nothing of it is kept."""


class ReplicationRun:
    """One replication under way. `advance` may be called with any steps; the trace does not depend on them.

    With `take_rows` the log is handed over in pieces, so that it needs little memory however long it gets; the
    trace then has none. `watch` needs the SimPy clock and makes a process that may pull levers.
    """

    def __init__(
        self,
        prepared: Prepared,
        *,
        log: bool = False,
        clock: ClockName = "compiled",
        take_rows: TakeRows | None = None,
        watch: Watch | None = None,
    ) -> None:
        if watch is not None and clock != "simpy":
            raise ValueError("only the SimPy clock can be watched")
        self.prepared = prepared
        self.clock_name: ClockName = clock
        self.take_rows = take_rows
        self.held_back = 0
        """Rows of moments that were not final when rows were last handed over."""
        self.room: dict[str, int] = {}
        """Rows that long tables are to have again in a fork, where this run itself has no room."""
        self.world = new_world(prepared.plan, log=log)
        self.day = -1
        self.chunk_ends = 0
        self.finished = False
        self._next_day()
        if log and take_rows is not None:
            make_room(self.world, rows=LOG_ROWS)
        elif log:  # address space for twice what the first day promises; memory only as rows are written
            make_room(self.world, rows=2 * len(self.world["moments"]) * prepared.days)
        # the compiled clock's event list; under SimPy posted events only pass through its rows
        limit = int(self.world["centre"]["limit"][0])
        add_calendar(self.world, limit, mean_gap(prepared.plan), count_most_posted(prepared.plan))
        if clock == "simpy":
            from momentsim.engine.clock_simpy import SimPyClock

            self.simpy_clock = SimPyClock()
            if watch is not None:
                self.simpy_clock.watch(self.world, watch)

    @property
    def now(self) -> int:
        """Time of the last event told, microseconds."""
        return int(self.world["centre"]["now"][0])

    @property
    def share_done(self) -> float:
        """Share of the horizon that is over."""
        return min(1.0, self.now / int(self.prepared.plan.settings["horizon"][0]))

    def advance(self, until: int = NEVER, max_events: int = 2**62) -> Status:
        """Go on up to and including time `until`, or for `max_events` events."""
        left = max_events
        while not self.finished and left > 0:
            before = int(self.world["centre"]["events"][0])
            status = self._clock(until, left)
            left -= int(self.world["centre"]["events"][0]) - before
            if status == Status.NEED_ROOM:
                self._make_room()
            elif status == Status.NEED_MOMENTS:
                self._next_day()
            elif status == Status.DONE:
                self.finished = True
            else:
                return Status.PAUSED
        return Status.DONE if self.finished else Status.PAUSED

    def trace(self) -> Trace:
        """Close the books and hand over the trace, without the warm-up; the run must be over."""
        world, plan = self.world, self.prepared.plan
        centre = world["centre"][0]
        if centre["logging"]:
            self._hand_over(nearly_full_only=False)
            rows = int(max(centre["contact_rows"], centre["moment_rows"]) + centre["open"])
            make_room(world, rows=rows)
        dispatch.close_everything(world.world)
        if centre["logging"]:
            self._hand_over(nearly_full_only=False)
        start = int(plan.settings["warm_up"][0])
        first = start // int(plan.settings["interval"][0])
        return Trace(
            contacts=world["contacts"][: centre["contact_rows"]],
            moments=world[moments_log(centre)][: centre["moment_rows"]],
            customers=customer_rows(world, start),
            agents=agent_rows(plan, world),
            levers=lever_rows(world, start),
            lever_use=lever_use(world, start),
            programmes=programme_rows(plan, world),
            intervals=world["intervals"].reshape(-1, len(world["legs"]))[first:],
            staff=world["staff"].reshape(-1, len(plan.groups))[first:],
            queue_time=world["queue_time"]["value"].reshape(-1, plan.queues)[first:],
            tallies=world["tallies"].reshape(len(plan.reasons), len(plan.segments), -1),
            booked=world["booked"]["value"],
            waits=world["waits"]["value"].reshape(len(world["legs"]), 2, -1),
            lost=world["lost"]["value"],
            joined=joined_rows(plan, world, start),
            acquisition=acquisition_rows(world),
            rested=world["rested"],
            ended=max(int(centre["last_closed"]), int(plan.settings["horizon"][0])) - start,
            events=int(centre["events"]),
        )

    def fork(self, *, keep_room: bool = True) -> ReplicationRun:
        """Another run in the same state, which goes its own way from here; on the compiled clock, with its log kept.

        Without `keep_room` it has none for what is to come: it takes little memory and only waits to be forked.
        """
        if self.clock_name != "compiled" or self.take_rows is not None:
            raise ValueError("only a run on the compiled clock that hands over no rows can be forked")
        other = copy(self)
        centre = self.world["centre"][0]
        used = {
            "customers": int(centre["customers"]),
            "contacts": int(centre["contact_rows"]),
            moments_log(centre): int(centre["moment_rows"]),
        }
        other.room = {name: self.room.get(name, len(self.world[name])) for name in used}
        other.world = self.world.copy(used, dict.fromkeys(used, 1) if not keep_room else other.room)
        if keep_room:
            other.room = {}
        return other

    @property
    def bytes(self) -> int:
        """Memory that its tables take once they are full."""
        return self.world.bytes

    def change_luck(self, other: Prepared, now: int) -> None:
        """From after `now` on take draws and demand of another replication of the same scenario."""
        self.world["settings"]["key"] = other.plan.settings["key"]
        self.prepared = self.prepared._replace(moments_of_day=other.moments_of_day)
        moments = other.moments_of_day(self.day)
        self.world.put(moments=moments)
        self.world["centre"]["moment_next"] = np.searchsorted(moments["began"], now, "right")

    def _clock(self, until: int, max_events: int) -> Status:
        if self.clock_name == "simpy":
            return self.simpy_clock.advance(self.world, self.chunk_ends, until, max_events)
        return Status(advance(self.world.world, self.chunk_ends, until, min(max_events, 2**31)))

    def _next_day(self) -> None:
        self.day += 1
        self.world.put(moments=self.prepared.moments_of_day(self.day))
        last = self.day + 1 >= self.prepared.days
        self.chunk_ends = NEVER if last else (self.day + 1) * DAY
        self.world["centre"]["moment_next"] = 0

    def _make_room(self) -> None:
        """Hand over or double whatever is nearly full."""
        world, centre = self.world, self.world["centre"][0]
        self._hand_over(nearly_full_only=True)
        rows = max(int(centre["contact_rows"]), int(centre["moment_rows"])) + ROWS_AHEAD
        make_room(
            world,
            cases=self._double("cases", centre["open"]),
            customers=self._double("customers", centre["customers"]) if centre["tracking"] else 0,
            rows=2 * max(rows, len(world["contacts"])) if centre["logging"] and self._is_crowded(rows) else 0,
            repairs=self._double("repairs", world["desk"]["open"][0]),
            claims=self._double("claims", world["claims_book"]["open"][0]),
        )
        held = room_wanted(world.world)
        if held > len(world["pool"]):
            grow_calendar(world, 2 * held)

    def _double(self, table: str, used: int) -> int:
        """Twice the rows of a table that is nearly full; 0 for one that is not."""
        rows = len(self.world[table])
        return 2 * rows if used + EVENTS_AHEAD > rows else 0

    def _hand_over(self, *, nearly_full_only: bool) -> None:
        """Give the rows of the log away, if somebody takes them, and use their room again."""
        if self.take_rows is None:
            return
        centre = self.world["centre"][0]
        for name, counter in _COUNTERS.items():
            rows = self.world[name if name == "contacts" else moments_log(centre)]
            used = int(centre[counter])
            if used > 0 and (used + ROWS_AHEAD > len(rows) or not nearly_full_only):
                ready = used if name == "contacts" else self._final_moments(used)
                self.take_rows(name, rows[:ready])
                rows[: used - ready] = rows[ready:used].copy()
                centre[counter] = used - ready
                if name == "moments":
                    self.held_back = used - ready

    def _final_moments(self, used: int) -> int:
        """How many rows of moments will not change any more: those before the oldest case still to be made good."""
        desk, repairs = self.world["desk"][0], self.world["repairs"]
        oldest_noticed = self.now - int(self.prepared.plan.recovery["give_up_after"][0])
        live = repairs[
            (repairs["stage"] == RepairStage.IN_HAND)
            | ((repairs["stage"] == RepairStage.NOTICED) & (repairs["noticed"] >= oldest_noticed))
        ]
        given = int(desk["rows_given"])
        ready = int(live["row"].min(initial=given + used)) - given
        desk["rows_given"] += ready
        return ready

    def _is_crowded(self, rows: int) -> bool:
        """Whether the log needs more room: it is full, or rows held back fill half of it."""
        room = len(self.world["contacts"])
        return rows > room or 2 * self.held_back > room


def count_most_posted(plan: Plan) -> int:
    """Events posted at most while one is told: for each agent, each of the recovery team, each trigger, and a few."""
    return len(plan.agents) + int(plan.recovery["people"][0]) + len(plan.triggers) + 64


def mean_gap(plan: Plan) -> float:
    """Rough mean time between ends of talks when all agents are busy, microseconds."""
    talk = plan.laws["mean"][plan.reasons["talk_law"]]
    return float(np.min(talk)) / max(len(plan.agents), 1)


def simulate(
    prepared: Prepared,
    *,
    log: bool = False,
    clock: ClockName = "compiled",
    on_progress: Callable[[float], bool] | None = None,
    take_rows: TakeRows | None = None,
    watch: Watch | None = None,
) -> Trace:
    """Simulate one replication.

    `log` keeps a row per contact and moment, in the trace or handed over to `take_rows` in pieces.
    `on_progress` is told the share of the horizon done (0..1) a few times a second; when it returns False the
    run stops and raises Interrupted. `watch` is a process that watches and pulls levers (SimPy clock only).
    """
    run = ReplicationRun(prepared, log=log, clock=clock, take_rows=take_rows, watch=watch)
    while run.advance(max_events=EVENTS_PER_CALL[clock]) != Status.DONE:
        if on_progress is not None and not on_progress(run.share_done):
            raise Interrupted
    return run.trace()
