"""The event list against a sorted list: any inserts, ties, far events, and inserts behind the current bucket."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import example, given, settings
from hypothesis import strategies as st

from momentsim.compiler.decorators import compiled
from momentsim.engine.state import event_list
from momentsim.engine.state.records import CASE, CENTRE
from momentsim.engine.state.tables import Tables, World
from momentsim.engine.state.timers import post

LAST = 40_000_000_000  # 11 hours of microseconds
Event = tuple[int, int, int, int]  # time, kind, owner, stamp


@compiled
def put(w: World, time: int, kind: int, owner: int, stamp: int) -> None:
    post(w, time, kind, owner, owner, stamp)
    event_list.place_posted(w)


@compiled
def first_row(w: World) -> int:
    return int(event_list.first_event(w))


@compiled
def take_row(w: World) -> int:
    event_list.first_event(w)
    return int(event_list.take_event(w))


class EventList:
    """The calendar queue with the interface of a heap; with customers tracked, a scout goes ahead of it."""

    def __init__(self, mean_gap: float, tracking: bool = True) -> None:
        centre = np.zeros(1, CENTRE)
        centre["tracking"] = centre["scouting"] = tracking
        centre["limit"] = LAST
        # fewer cases than owners, since a row of an event need not be one of a case
        self.tables = Tables(centre=centre, cases=np.zeros(2, CASE))
        event_list.add_calendar(self.tables, LAST, mean_gap, most_posted=1)

    def push(self, event: Event) -> None:
        if self.tables["wheel"]["count"][0] + 1 > len(self.tables["pool"]):
            event_list.grow_calendar(self.tables, 2 * len(self.tables["pool"]))
        put(self.tables.world, *event)

    def peek(self) -> Event | None:
        row = first_row(self.tables.world)
        return None if row < 0 else self._event(row)

    def pop(self) -> Event:
        return self._event(take_row(self.tables.world))

    def __len__(self) -> int:
        return int(self.tables["wheel"]["count"][0])

    def _event(self, row: int) -> Event:
        event: Any = self.tables["pool"][row]
        return int(event["time"]), int(event["kind"]), int(event["owner"]), int(event["stamp"])


far = st.one_of(
    st.just(0), st.integers(0, 50), st.integers(0, 10_000_000), st.integers(0, LAST), st.just(LAST)
)  # ties, near, far, the last instant
push = st.tuples(st.just("push"), far, st.integers(0, 3), st.integers(0, 3))
step = st.one_of(push, push, st.just(("pop", 0, 0, 0)), st.just(("peek", 0, 0, 0)))


@settings(max_examples=settings().max_examples * 3 // 2)
@given(
    steps=st.lists(step, max_size=120),
    gap=st.sampled_from([1.0, 300.0, 5e4, 1e7, 1e12]),
    tracking=st.booleans(),
)
@example(
    steps=[("push", LAST, 0, 0), ("peek", 0, 0, 0), ("push", 5, 0, 0)] + [("pop", 0, 0, 0)] * 2,
    gap=300.0,
    tracking=True,
)
def test_same_order_as_a_heap(steps: list[tuple[str, int, int, int]], gap: float, tracking: bool) -> None:
    """Inserts are never before the last event taken, but may be before the first one still held."""
    events, heap, now = EventList(gap, tracking), list[Event](), 0
    for stamp, (what, delay, kind, owner) in enumerate(steps):
        if what == "push":
            event = (min(now + delay, LAST), kind, owner, stamp)
            events.push(event)
            heapq.heappush(heap, event)
        elif what == "peek":
            assert events.peek() == (heap[0] if heap else None)
        elif heap:
            wanted = heapq.heappop(heap)
            assert events.pop() == wanted
            now = wanted[0]
        assert len(events) == len(heap)
    while heap:
        assert events.pop() == heapq.heappop(heap)
    assert events.peek() is None


def test_ten_thousand_events_with_growth_and_thousands_of_ties() -> None:
    rng = np.random.default_rng(3)
    times: npt.NDArray[np.int64] = np.where(
        rng.random(10_000) < 0.4, 3_600_000_000, rng.integers(0, LAST, 10_000)
    )
    events = EventList(1e5)
    for stamp, time in enumerate(times.tolist()):
        events.push((time, 1, stamp % 7, stamp))
    taken = [events.pop() for _ in range(len(times))]
    assert taken == sorted((time, 1, stamp % 7, stamp) for stamp, time in enumerate(times.tolist()))
