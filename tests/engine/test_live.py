"""Watched runs: a watcher that only looks changes nothing, and what it pulls replays to the identical trace."""

from __future__ import annotations

import copy
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pytest

from engine import books_check
from engine.plans import pulled_by_plan
from engine.stories import RICH, differences, ready
from momentsim.contract.plan import HOUR, LEVER_ACTION, MINUTE, NEVER, SECOND, Prepared, Table
from momentsim.contract.trace import Trace
from momentsim.engine import LiveRun, ReplicationRun, simulate
from momentsim.engine.simulate import ClockName

CLOCKS: tuple[ClockName, ...] = ("compiled", "simpy")
Process = Generator[Any, Any, None]


def by_hand(story: Mapping[str, Any]) -> dict[str, Any]:
    """The same story in which the plan pulls no lever."""
    other: dict[str, Any] = copy.deepcopy(dict(story))
    storm = other["crises"]["storm"]
    for lever in (
        storm["reserves"]["more"],
        storm["self_service_offer"],
        storm["notice"],
        storm["compensation"],
    ):
        lever["at"] = "never"
    return other


def pulling(times: Mapping[int, int]) -> Callable[[LiveRun], Process]:
    """A watcher that pulls levers (by number) at given times."""

    def watch(live: LiveRun) -> Process:
        for lever, time in sorted(times.items(), key=lambda item: item[1]):
            if time > live.now:
                yield live.pause(time - live.now)
            live.pull(lever)
        while True:
            yield live.pause(HOUR)

    return watch


def replay(prepared: Prepared, trace: Trace) -> Prepared:
    """The plan that pulls just what was pulled in a trace."""
    fields = ("time", "lever", "action", "size", "why")
    rows = [tuple(row[name] for name in fields) for row in trace.levers]
    actions = np.sort(np.array(rows, LEVER_ACTION))
    return prepared._replace(plan=prepared.plan._replace(lever_actions=actions))


def same_on_the_compiled_clock(prepared: Prepared, watched: Trace, unlike: Sequence[str] = ()) -> None:
    books_check.audit(replay(prepared, watched), watched)
    for clock in CLOCKS:
        again = simulate(replay(prepared, watched), log=True, clock=clock)
        assert differences(watched, again) == list(unlike)


RESERVES, WEB, NOTICE, COMPENSATION = range(4)
TIMES = {
    "all_at_once": dict.fromkeys(range(4), 9 * HOUR),
    "from_the_start": dict.fromkeys(range(4), 0),
    "compensation_late": {RESERVES: 8 * HOUR, NOTICE: 7 * HOUR, COMPENSATION: 30 * HOUR},
    "odd_times": {COMPENSATION: 9 * HOUR + 17, WEB: 9 * HOUR + 18, RESERVES: 10 * HOUR + 1},
    "only_compensation": {COMPENSATION: 11 * HOUR},
}


@pytest.mark.parametrize("name", TIMES)
@pytest.mark.parametrize("replication", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_pulled_levers_replay_to_the_identical_trace(name: str, replication: int) -> None:
    prepared = ready(by_hand(RICH), replication=replication)
    assert (prepared.plan.levers["at"] == NEVER).all()
    watched = simulate(prepared, log=True, clock="simpy", watch=pulling(TIMES[name]))
    assert dict(watched.levers[["lever", "time"]].tolist()) == TIMES[name]
    assert (watched.levers["effective"] == watched.levers["time"] + 1).all()
    assert (watched.tallies["compensation"].sum() > 0) == (COMPENSATION in TIMES[name])
    same_on_the_compiled_clock(prepared, watched)


@pytest.mark.parametrize(
    "switch",
    [
        "behaviour=off",
        *(pytest.param(f"behaviour.{part}=off", marks=pytest.mark.slow) for part in ("memory", "feedback")),
    ],
)
def test_compensation_is_owed_without_memory_too(switch: str) -> None:
    prepared = ready(by_hand(RICH), switch)
    watched = simulate(prepared, log=True, clock="simpy", watch=pulling({COMPENSATION: 10 * HOUR}))
    assert watched.tallies["compensation"].sum() > 0
    same_on_the_compiled_clock(prepared, watched)


def test_compensation_is_owed_to_those_hit_before_and_after() -> None:
    """Late or early, the same people are paid; only the date differs."""
    prepared = ready(by_hand(RICH))
    paid = [
        simulate(prepared, clock="simpy", watch=pulling({COMPENSATION: hour * HOUR}))
        .tallies["compensation"]
        .sum()
        for hour in (0, 9, 20)
    ]
    assert paid[0] > 0
    np.testing.assert_allclose(paid, paid[0])


@pytest.mark.parametrize("clock", ["compiled", pytest.param("simpy", marks=pytest.mark.slow)])
def test_thousands_of_claims_get_their_date_in_one_event(clock: ClockName) -> None:
    """More than the event list has room for at the start, so that room is made before."""
    story = by_hand(RICH)
    story["crises"]["storm"]["customers_per_service"] = 4000
    story["customers"]["segments"]["mass"]["customers"] = 20_000
    prepared = ready(story)
    planned = pulled_by_plan(prepared, {COMPENSATION: 20 * HOUR})
    run = ReplicationRun(planned, clock=clock)
    run.advance(20 * HOUR)
    held, claims = len(run.world["pool"]), int(run.world["claims_book"]["open"][0])
    assert claims > 4000
    run.advance()
    assert len(run.world["pool"]) >= held
    paid = run.trace().tallies["compensation"].sum()
    early = simulate(ready(story, "crises.storm.compensation.at=2024-01-08 00:00"))
    np.testing.assert_allclose(paid, early.tallies["compensation"].sum())


def test_a_watcher_that_only_looks_changes_nothing() -> None:
    def watch(live: LiveRun) -> Process:
        while True:
            yield live.pause(7 * MINUTE)
            live.waiting()
            live.longest_wait(queue=0)

    prepared = ready(RICH)
    assert differences(
        simulate(prepared, log=True), simulate(prepared, log=True, clock="simpy", watch=watch)
    ) == []  # fmt: skip


@pytest.mark.parametrize("early", [SECOND, 0])
def test_a_hand_may_be_quicker_than_the_plan(early: int) -> None:
    """The plan's own pull of the same lever then does nothing, not even when both fall on one instant."""
    prepared = ready(RICH)
    times = {lever: int(at) - early for lever, at in enumerate(prepared.plan.levers["at"])}
    watched = simulate(prepared, log=True, clock="simpy", watch=pulling(times))
    assert dict(watched.levers[["lever", "time"]].tolist()) == times
    same_on_the_compiled_clock(prepared, watched, ["events"])  # those of the plan are told, and do nothing


@pytest.mark.slow
def test_what_a_watcher_sees_is_what_the_books_say() -> None:
    """Looks every minute, against the rows of the log."""
    looks: list[tuple[int, ...]] = []

    def watch(live: LiveRun) -> Process:
        while True:
            yield live.pause(MINUTE + 1)
            waits = live.longest_wait(), live.longest_wait(queue=0), live.longest_wait(reason=1)
            queues = live.waiting(), live.waiting(queue=0), live.waiting(reason=1)
            people = live.on_duty(), live.idle(), live.on_duty(0), live.idle(0), live.lines_in_use
            looks.append((live.now, *waits, *queues, *people))

    rows = simulate(ready(RICH), log=True, clock="simpy", watch=watch).contacts
    rows = rows[rows["queued"] >= 0]
    until = np.where(rows["answered"] >= 0, rows["answered"], rows["ended"])
    for now, *waits_and_queues, on_duty, idle, on_duty_0, idle_0, lines in looks:
        waiting = (rows["queued"] < now) & (until >= now)
        for index, chosen in enumerate((True, rows["queue"] == 0, rows["reason"] == 1)):
            since = rows["queued"][waiting & chosen]
            longest = now - since.min() if len(since) else 0
            assert (waits_and_queues[index], waits_and_queues[3 + index]) == (longest, len(since)), now
        talking = ((rows["answered"] >= 0) & (rows["answered"] < now) & (rows["ended"] >= now)).sum()
        assert lines == waiting.sum() + talking
        assert 0 <= idle_0 <= idle <= on_duty
        assert idle_0 <= on_duty_0 <= on_duty
    assert max(look[4] for look in looks) > 3


def test_only_the_simpy_clock_can_be_watched() -> None:
    with pytest.raises(ValueError, match="only the SimPy clock"):
        ReplicationRun(ready(RICH), watch=pulling({}))


@pytest.mark.parametrize("clock", ["compiled", "simpy"])
def test_handed_over_rows_are_those_of_the_trace(clock: ClockName, monkeypatch: pytest.MonkeyPatch) -> None:
    """In pieces, on both clocks; the rest of the trace does not change."""
    prepared = ready(RICH, "demand.volumes.booking.per_day=5000")
    whole = simulate(prepared, log=True)
    monkeypatch.setitem(simulate.__globals__, "LOG_ROWS", 64)
    pieces: dict[str, list[Table]] = {"contacts": [], "moments": []}

    def take(name: Literal["contacts", "moments"], rows: Table) -> None:
        pieces[name].append(rows.copy())

    told = simulate(prepared, log=True, clock=clock, take_rows=take)
    assert len(told.contacts) == len(told.moments) == 0
    assert len(pieces["contacts"]) > 2
    joined = told._replace(
        contacts=np.concatenate(pieces["contacts"]), moments=np.concatenate(pieces["moments"])
    )
    assert differences(whole, joined) == []
