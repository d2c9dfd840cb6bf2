"""A run that hands can be laid on: its state is a function of plan, luck, pulls and time, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.stories import AIRLINE, RICH, SCENARIOS, differences, ready
from engine.test_live import COMPENSATION, NOTICE, RESERVES, WEB, by_hand, pulling
from momentsim.contract.plan import DAY, HOUR, MINUTE, NEVER, LeverAction, Prepared, Why
from momentsim.engine import Pull, ReplicationRun, SteeredRun, checkpoints, simulate
from momentsim.engine.clock_compiled import Status
from momentsim.engine.interventions import Luck, with_pulls
from momentsim.prepare import Reference, lower, prepare
from momentsim.scenario import load

FILES = sorted(SCENARIOS.glob("*.yaml"))
BOOKS = (
    "centre", "intervals", "staff", "queue_time", "tallies", "booked", "waits", "lost", "agent_state", "group_state",
    "lines", "practices", "usual_values", "progress", "courses", "joinings", "desk", "claims_book", "pulled",
)  # fmt: skip
"""Tables without free rows, which hold what was there before; which row an event has is nobody's business either."""


def state(steered: SteeredRun) -> dict[str, bytes]:
    """All books of a run, and its customers, as bytes."""
    world = steered._run.world
    known = world["customers"][: world["centre"]["customers"][0]]
    return {**{name: world[name].tobytes() for name in BOOKS}, "customers": known.tobytes()}


def unlike(one: SteeredRun, other: SteeredRun) -> list[str]:
    left, right = state(one), state(other)
    return [name for name in left if left[name] != right[name]]


def laid_on(prepared: Prepared, pulls: Iterable[tuple[int, int]], step: int = 0) -> SteeredRun:
    """A run in which a hand pulls each lever at its time, in steps of any size, with a look at each."""
    steered = SteeredRun(prepared)
    for lever, time in sorted(pulls, key=lambda pull: pull[1]):
        while step and steered.time + step < time:
            steered.advance(steered.time + step)
            steered.look()
        steered.advance(time)
        steered.pull(lever)
    return steered


QUICK = ("airline_ice_storm", "quickstart")
"""What the quick loop forks and goes back in; all shipped scenarios are for the slow tests."""
CASES = [
    pytest.param(
        path,
        variant,
        marks=[] if variant is None and path.stem in QUICK else [pytest.mark.slow],
        id=f"{path.stem}-{variant}",
    )
    for path in FILES
    for variant in (None, *load(path).variants)
]
"""Every shipped scenario, as it stands and with every variant."""


def shipped(path: Path, variant: str | None = None) -> Prepared:
    """A replication of a shipped scenario, with twelve people where heads are to be planned."""
    loaded = load(path, variant=variant)
    groups = loaded.scenario.workforce.groups.items()
    if unplanned := [name for name, group in groups if group.is_unplanned]:
        loaded = load(
            path, variant=variant, overrides=[f"workforce.groups.{name}.heads=12" for name in unplanned]
        )
    return prepare(lower(loaded, Reference.neutral(tuple(loaded.scenario.moments))), 1)


@pytest.mark.parametrize(("path", "variant"), CASES)
def test_every_shipped_scenario_forks_goes_back_and_is_steered(path: Path, variant: str | None) -> None:
    """A third into the horizon, when programmes, careers and recovery have begun and storms rage."""
    prepared = shipped(path, variant)
    horizon = int(prepared.plan.settings["horizon"][0] - prepared.plan.settings["warm_up"][0])
    share = 0.22 if path == AIRLINE else 0.31  # the storm's first day; half a million contacts come later
    before, after = int(share * horizon), int((share + 0.02) * horizon)
    straight = SteeredRun(prepared, at=after)
    run = SteeredRun(prepared, at=before)
    forked = run.fork()
    for other in (forked, run):
        other.look()
        assert other.advance(after) is Status.PAUSED
        assert unlike(straight, other) == []
    for lever in range(len(prepared.plan.levers)):
        if straight.pulled_at(lever) is None:
            straight.pull(lever)
    pulled = tuple(straight.pulls)
    later = after + horizon // 200
    straight.advance(later)
    assert unlike(straight, SteeredRun(prepared, pulled, at=later)) == []


GOING_BACK = [
    pytest.param(path, marks=[] if path.stem == QUICK[0] else pytest.mark.slow, id=path.stem)
    for path in FILES
]


@pytest.mark.parametrize("path", GOING_BACK)
def test_going_back_to_a_copy_is_running_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every shipped scenario, with pulls at random: live and known before, along two branches, and beyond the bound."""
    monkeypatch.setattr("momentsim.engine.steered_run.EVENTS_APART", 0)
    prepared = shipped(path)
    luck = np.random.default_rng(list(path.stem.encode()))
    end = min(62 * HOUR, int(prepared.plan.settings["horizon"][0]))
    levers = luck.permutation(len(prepared.plan.levers))[:5].tolist()
    pulls = [
        Pull(lever, time, int(luck.integers(prepared.plan.levers["sizes"][lever])))
        for lever, time in zip(
            levers, np.sort(luck.integers(end // 3, end, len(levers))).tolist(), strict=True
        )
    ]
    live = SteeredRun(prepared, keep=True)
    for pull in pulls:
        live.advance(pull.time)
        if not live.live().is_held(pull.lever):
            live.pull(pull.lever, pull.size)
    live.advance(end)
    known = SteeredRun(prepared, live.pulls, at=end, keep=True)
    assert unlike(live, known) == []
    kept = [run._copies.copies for run in (live, known) if run._copies is not None]
    assert [copy.time for copy in kept[0]] == sorted(
        {*range(DAY, end + 1, DAY), *(pull.time for pull in live.pulls)}
    )
    assert [copy.time for copy in kept[1]] == list(range(DAY, end + 1, DAY))
    if path == AIRLINE:
        monkeypatch.setattr("momentsim.engine.checkpoints.MOST_BYTES", 2 * kept[0][-1].run.bytes)
        live.fork().at(0).pull(0)
    for time in (0, int(luck.integers(end)), min(2 * DAY, end), *(pull.time for pull in live.pulls[-2:])):
        earlier = [pull for pull in live.pulls if pull.time < time]
        again = SteeredRun(prepared, earlier, at=time)
        for run in (live, known):
            back = run.at(time)
            assert (unlike(again, back), back.pulls) == ([], tuple(earlier))
            for lever in levers[:2]:
                if not back.live().is_held(lever) and back.live().pulls_left(lever) > 0:
                    back.pull(lever)
            back.advance(min(time + 7 * HOUR, end))
            assert unlike(SteeredRun(prepared, back.pulls, at=back.time), back) == []
            assert unlike(back.at(back.time), back) == []
    assert sum(copy.run.bytes for copies in kept for copy in copies) <= checkpoints.MOST_BYTES


def test_copies_that_are_missed_least_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all runs of the process together; those of a run that is gone go with it."""
    prepared = ready(by_hand(RICH))
    run = SteeredRun(prepared, keep=True)
    for hour in (6, 12, 13, 18):
        run.advance(hour * HOUR)
        run.pull(len(run.pulls))
    copies = run._copies
    assert copies is not None
    each = copies.copies[0].run.bytes
    monkeypatch.setattr("momentsim.engine.checkpoints.MOST_BYTES", 5 * each)
    other = SteeredRun(prepared, keep=True)
    other.advance(8 * HOUR)
    other.pull(NOTICE)
    assert [copy.time // HOUR for copy in copies.copies] == [6, 12, 18]
    del other
    run.at(17 * HOUR).pull(3)
    assert [copy.time // HOUR for copy in copies.copies] == [6, 12, 18, 17]


def test_copies_know_whose_luck_they_have() -> None:
    prepared, other = ready(by_hand(RICH)), ready(by_hand(RICH), replication=2)
    run = SteeredRun(prepared, at=9 * HOUR, keep=True)
    run.pull(NOTICE)
    lucky = run.with_luck_of(other)
    for one in (run, lucky):
        one.advance(20 * HOUR)
        one.pull(WEB)
    for one, luck in ((run, []), (lucky, [Luck(other, 9 * HOUR)])):
        again = SteeredRun(prepared, [Pull(NOTICE, 9 * HOUR)], at=21 * HOUR, luck=luck)
        back = one.at(20 * HOUR)
        back.advance(21 * HOUR)
        assert unlike(again, back) == []
    assert unlike(run, lucky) != []


TIMES: dict[str, dict[int, int]] = {
    "at_once": dict.fromkeys(range(4), 9 * HOUR),
    "from_the_start": dict.fromkeys(range(4), 0),
    "one_by_one": {COMPENSATION: 9 * HOUR + 17, WEB: 9 * HOUR + 18, RESERVES: 10 * HOUR + 1, NOTICE: 25 * HOUR},
}  # fmt: skip


@pytest.mark.parametrize("name", TIMES)
def test_pulled_by_a_hand_by_the_plan_or_under_simpy_is_the_same(name: str) -> None:
    times = TIMES[name]
    prepared = ready(by_hand(RICH))
    steered = laid_on(prepared, times.items(), 11 * MINUTE)
    trace = steered.finish()
    assert (trace.levers["why"] == Why.HAND).all()
    assert dict(trace.levers[["lever", "time"]].tolist()) == times
    assert trace.tallies["compensation"].sum() > 0
    planned = with_pulls(prepared, steered.pulls)
    for clock in ("compiled", "simpy"):
        assert differences(trace, simulate(planned, clock=clock)) == []
    watched = simulate(prepared, clock="simpy", watch=pulling(times))
    watched.levers["why"] = Why.HAND  # there it was a playbook's
    assert differences(trace, watched) == []


def test_a_hand_may_be_quicker_than_the_plan_or_come_in_the_same_instant() -> None:
    prepared = ready(RICH)
    for early in (MINUTE, 0):
        times = {lever: int(at) - early for lever, at in enumerate(prepared.plan.levers["at"])}
        steered = SteeredRun(prepared)
        for lever, time in sorted(times.items(), key=lambda item: item[1]):
            steered.advance(time)
            if steered.pulled_at(lever) is None:
                steered.pull(lever)
        trace = steered.finish()
        assert dict(trace.levers[["lever", "time"]].tolist()) == times
        assert differences(trace, simulate(with_pulls(prepared, steered.pulls))) == []


pulls_at_random = st.dictionaries(
    st.integers(0, 3), st.integers(0, 40 * 60).map(lambda minute: minute * MINUTE + minute % 7), max_size=4
)


@settings(max_examples=settings().max_examples // 6, suppress_health_check=list(HealthCheck))
@given(
    times=pulls_at_random, step=st.integers(3 * MINUTE, 9 * HOUR), back=st.integers(0, 40 * HOUR),
    seed=st.integers(1, 9),
)  # fmt: skip
def test_any_pulls_in_any_steps_gone_back_and_pulled_again(
    times: Mapping[int, int], step: int, back: int, seed: int
) -> None:
    """LiveRun = planned; back and the same again = never gone back; and the first run has not noticed."""
    prepared = ready(by_hand(RICH), replication=seed)
    planned = simulate(with_pulls(prepared, [Pull(lever, time) for lever, time in times.items()]))
    steered = laid_on(prepared, times.items(), step)
    assert differences(planned, steered.finish()) == []
    again = steered.at(min(back, steered.time))
    for lever, time in sorted(times.items(), key=lambda item: item[1]):
        if time >= again.time:
            again.advance(time)
            again.pull(lever)
    assert differences(planned, again.finish()) == []
    assert differences(planned, steered.finish()) == []


def test_what_is_undone_by_hand_is_planned_alike_and_sends_people_home() -> None:
    prepared = ready(by_hand(RICH))
    steered = laid_on(prepared, {RESERVES: 9 * HOUR}.items())
    steered.advance(14 * HOUR)
    there = steered.look()
    steered.undo(RESERVES)
    steered.advance(16 * HOUR)
    assert not steered.look().in_force[RESERVES] and there.in_force[RESERVES]
    assert (
        steered.look().on_duty.sum()
        < SteeredRun(prepared, steered.pulls[:1], at=16 * HOUR).look().on_duty.sum()
    )
    trace = steered.finish()
    assert trace.levers["action"].tolist() == [LeverAction.PULL, LeverAction.UNDO]
    for clock in ("compiled", "simpy"):
        assert differences(trace, simulate(with_pulls(prepared, steered.pulls), clock=clock)) == []


def test_gone_back_the_later_pulls_are_gone_and_the_earlier_ones_are_not() -> None:
    steered = laid_on(ready(by_hand(RICH)), {NOTICE: 8 * HOUR, WEB: 12 * HOUR}.items())
    noon = steered.at(12 * HOUR)
    assert noon.pulls == (Pull(NOTICE, 8 * HOUR),)
    assert (noon.pulled_at(NOTICE), noon.pulled_at(WEB)) == (8 * HOUR, None)
    noon.pull(COMPENSATION)
    assert (steered.pulled_at(COMPENSATION), steered.pulled_at(WEB)) == (None, 12 * HOUR)
    assert [len(run.finish().levers) for run in (steered, noon)] == [2, 2]


def test_luck_from_now_on_is_another_and_the_past_is_the_same() -> None:
    prepared, other = ready(RICH), ready(RICH, replication=2)
    run = SteeredRun(prepared, at=9 * HOUR)
    assert differences(run.finish(), run.with_luck_of(prepared).finish()) == []
    changed = run.with_luck_of(other)
    assert unlike(run, changed) == ["centre"]
    rows = [one._run.world["centre"][0] for one in (run, changed)]
    assert [name for name in rows[0].dtype.names if rows[0][name] != rows[1][name]] == ["moment_next"]
    trace = changed.finish()
    assert trace.events not in (simulate(prepared).events, simulate(other).events)
    assert differences(trace, changed.at(20 * HOUR).finish()) == []  # made again with its change of luck
    first = int(9 * HOUR // prepared.plan.settings["interval"][0])
    offered = [made.intervals["offered"][:first].sum() for made in (trace, simulate(prepared))]
    assert offered[0] == offered[1] > 0


def test_a_look_sees_what_the_books_say() -> None:
    run = SteeredRun(ready(RICH), at=12 * HOUR + 1)
    seen, rows = run.look(), ReplicationRun(ready(RICH), log=True)
    rows.advance()
    contacts = rows.trace().contacts
    queued = contacts[contacts["queued"] >= 0]
    until = np.where(queued["answered"] >= 0, queued["answered"], queued["ended"])
    waits = queued[(queued["queued"] <= run.time) & (until > run.time)]
    for queue, (waiting, longest) in enumerate(zip(seen.waiting, seen.longest_wait, strict=True)):
        since = waits["queued"][waits["queue"] == queue]
        assert (waiting, longest) == (len(since), run.time - since.min() if len(since) else 0)
    assert seen.waiting.sum() > 3
    assert seen.lines_in_use >= seen.waiting.sum()
    assert (seen.idle >= 0).all() and (seen.idle <= seen.on_duty).all() and seen.on_duty.sum() > 0
    arrived = contacts[contacts["arrived"] <= run.time]
    for name, outcome in (("answered", (0, 1)), ("abandoned", (2,)), ("blocked", (3,))):
        booked = np.isin(arrived["outcome"], outcome) & (arrived["ended"] <= run.time)
        if name != "answered":  # which counts when the talk begins
            assert getattr(seen, name) == booked.sum()
    assert seen.anger.sum() == run._run.world["centre"]["customers"][0]
    assert seen.will_call_again > 0 and seen.yet_to_call > 0
    assert seen.pulled_at.tolist() == [10 * HOUR, 11 * HOUR, 8 * HOUR, -1]
    assert SteeredRun(ready(RICH)).look().given == 0 < seen.given  # goodwill
    assert run.fork().advance(NEVER) is Status.DONE


def test_anger_fades_in_a_look_and_not_in_the_books() -> None:
    run = SteeredRun(ready(RICH), at=15 * HOUR)
    angry = run.look().anger
    before = state(run)
    run.look()
    assert state(run) == before
    known = run._run.world["customers"][: angry.sum()]
    half_life = float(run._run.world["effects"]["anger_half_life_h"][0]) * HOUR
    left = [row["anger"] * 0.5 ** ((run.time - row["anger_at"]) / half_life) for row in known]
    assert angry.tolist() == np.histogram(left, [-1.0, 0.1, 0.3, 0.6, 2.0])[0].tolist()
    assert (known["anger"] > 0.3).sum() > angry[2:].sum() > 0


def test_tables_that_share_memory_share_it_in_a_copy() -> None:
    world = ReplicationRun(ready(RICH)).world
    copied = world.copy({})
    copied["practice_values"]["value"] = 7.0
    assert (copied["practices"]["autonomy"] == 7.0).all()
    assert (world["practices"]["autonomy"] != 7.0).all()
    names = ["sizes", *(name for names in world._by_memory() for name in names)]
    assert all(not np.shares_memory(world[name], copied[name]) for name in names)
    assert all(np.array_equal(world[name], copied[name]) for name in ("sizes", "agents", "agenda", "groups"))


def later(run: Any) -> Any:
    """The same run, an hour on."""
    run.advance(run.time + HOUR)
    return run


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        (lambda run: run.pull(9), "no lever 9, but 4"),
        (lambda run: run.pull(WEB, 1), "has no size 1, but 1"),
        (lambda run: run.undo(WEB), "is not in force"),
        (lambda run: run.pull(-1), "no lever -1"),
        (lambda run: (run.pull(WEB), run.pull(WEB)), "pulled already"),
        (lambda run: run.pull(NOTICE), "pulled already"),
        (
            lambda run: (
                run.pull(COMPENSATION),
                later(run).undo(COMPENSATION),
                later(run).pull(COMPENSATION),
            ),
            "already",
        ),
        (lambda run: run.advance(run.time - 1), "goes forwards"),
        (lambda run: (run.advance(NEVER), run.pull(WEB)), "is over"),
    ],
)
def test_what_cannot_be_done_is_told(mistake: Any, words: str) -> None:
    run = laid_on(ready(by_hand(RICH)), {NOTICE: 8 * HOUR}.items())
    run.advance(10 * HOUR)
    with pytest.raises(ValueError, match=words):
        mistake(run)


def test_only_a_run_on_the_compiled_clock_forks() -> None:
    with pytest.raises(ValueError, match="compiled clock"):
        ReplicationRun(ready(RICH), clock="simpy").fork()
