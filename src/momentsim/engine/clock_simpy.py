"""The SimPy clock: every posted event is a SimPy event, told by the same handlers in the same order."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy
from simpy.events import EventPriority

from momentsim.contract.plan import NEVER, LeverAction, Why
from momentsim.engine import dispatch
from momentsim.engine.clock_compiled import Status, is_short_of_room
from momentsim.engine.live import LiveRun, Watch
from momentsim.engine.order import EventKind, lever_stamp
from momentsim.engine.state.event_list import free_row
from momentsim.engine.state.tables import Tables

_WIDTH = 64


class StoryEvent(simpy.Event):
    """A SimPy event that carries one event of the story; its priority is (kind, known, owner, stamp) in one number.

    `source` is the list that it comes from. What is not from the calendar was known beforehand: of one kind and time,
    what was posted goes first, as on the other clock.
    """

    def __init__(
        self, environment: simpy.Environment, fields: tuple[int, int, int, int, int], source: str
    ) -> None:
        super().__init__(environment)
        self.fields = fields
        self.source = source
        known = source != "calendar"
        time, kind, owner, _, stamp = fields
        self._ok = True
        self._value = None
        priority = ((((2 * kind + known) << _WIDTH) + owner + 1) << _WIDTH) + stamp + 1
        environment.schedule(self, priority=EventPriority(priority), delay=time - environment.now)


class SimPyClock:
    """Lives through one run; `environment` is an ordinary SimPy environment whose time is microseconds."""

    def __init__(self, environment: simpy.Environment | None = None) -> None:
        self.environment = environment or simpy.Environment(initial_time=0)
        self.world: Tables
        self.waiting = 0  # posted events not yet told
        self.chained: set[str] = set()  # which of agenda and moments has its next event posted
        self.pulled_by_hand: dict[int, int] = {}  # when, by number of the lever

    def watch(self, world: Tables, watch: Watch) -> None:
        """Let a process watch the run and pull levers, from the scenario's start on.

        It wakes before anything else of the same instant.
        Whatever the process raises comes out of `advance`. When the story is over, the process is too.
        """
        self.world = world
        process = watch(LiveRun(world, self.environment, self.pulled_by_hand, self._do))
        start = int(world["settings"]["warm_up"][0])
        self.environment.process(self._start_later(start, process) if start else process)

    def _start_later(self, start: int, process: Generator[Any, Any, None]) -> Generator[Any, Any, None]:
        yield self.environment.timeout(start)
        yield from process

    def advance(self, world: Tables, chunk_ends: int, until: int, max_events: int) -> Status:
        """The same contract as the compiled clock's `advance`."""
        self.world = world
        centre = world["centre"][0]
        moments = world["moments"]
        for _ in range(max_events):
            if is_short_of_room(world.world):
                return Status.NEED_ROOM
            self._chain(world)
            head = self.environment.peek()
            demand_is_over = centre["moment_next"] >= len(moments)
            if demand_is_over and chunk_ends <= head:
                return Status.DONE if chunk_ends == NEVER else Status.NEED_MOMENTS
            if demand_is_over and self.waiting == 0 and centre["in_horizon"] == 0 and chunk_ends == NEVER:
                return Status.DONE
            if head > until:
                return Status.PAUSED
            self.environment.step()
        return Status.PAUSED

    def _chain(self, world: Tables) -> None:
        """Of what is known beforehand, only the next event of each list stands in SimPy's queue."""
        if len(self.chained) == 2:
            return
        centre, agenda, moments = world["centre"][0], world["agenda"], world["moments"]
        if "agenda" not in self.chained and centre["agenda_next"] < len(agenda):
            entry = agenda[int(centre["agenda_next"])]
            self._post("agenda", *(int(entry[name]) for name in ("time", "kind", "owner", "slot", "stamp")))
        if "moments" not in self.chained and centre["moment_next"] < len(moments):
            moment_row = int(centre["moment_next"])
            self._post(
                "moments", int(moments[moment_row]["began"]), int(EventKind.MOMENT_BEGINS), moment_row, -1, 0
            )

    def _post(self, list_name: str, time: int, kind: int, owner: int, slot: int, stamp: int) -> None:
        fields = (time, kind, owner, slot, stamp)
        event = StoryEvent(self.environment, fields, list_name)
        event.callbacks = [self._happen]
        if list_name == "calendar":
            self.waiting += 1
        elif list_name != "hand":
            self.chained.add(list_name)

    def _do(self, lever: int, action: int, size: int) -> None:
        """Post what the agenda would hold if the plan did this to the lever now; it keeps no run alive either."""
        now = int(self.environment.now)
        if action == LeverAction.PULL:
            self.pulled_by_hand[lever] = now
        stamp = lever_stamp(action, int(Why.PLAYBOOK), size)
        self._post("hand", now + 1, int(EventKind.LEVER_ACTS), lever, -1, stamp)

    def _happen(self, event: Any) -> None:
        world = self.world
        time, kind, owner, slot, stamp = event.fields
        if event.source == "moments":
            self.chained.discard("moments")
            dispatch.dispatch_moment(world.world, owner)
        else:
            if event.source == "agenda":
                self.chained.discard("agenda")
                world["centre"]["agenda_next"] += 1
            elif event.source == "calendar":
                self.waiting -= 1
            dispatch.dispatch(world.world, kind, time, owner, slot, stamp)
        self._take_posted(world)

    def _take_posted(self, world: Tables) -> None:
        """Take over the events that were posted while the last one was told."""
        pool, wheel = world["pool"], world["wheel"][0]
        while (row := int(wheel["posted"])) >= 0:
            time, owner, kind, slot, stamp, following = pool.item(row)
            self._post("calendar", time, kind, owner, slot, stamp)
            wheel["posted"] = following
            free_row(world.world, row)
