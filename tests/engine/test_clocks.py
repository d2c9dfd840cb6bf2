"""Two clocks, one story: the same plan gives the same trace, row for row, in whatever steps it is told."""

from __future__ import annotations

import copy
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import books_check, plans
from engine.stories import AIRLINE, RICH, cut, differences, ready
from momentsim.contract.plan import DAY, HOUR, MINUTE, NEVER, Family, Prepared
from momentsim.contract.trace import Outcome, Trace
from momentsim.engine import Interrupted, ReplicationRun, simulate
from momentsim.engine.clock_compiled import Status
from momentsim.prepare import Reference, lower, prepare
from momentsim.scenario import load

CONSTANT = {"distribution": "constant", "mean": "5 min"}


def tie_rich() -> dict[str, Any]:
    """Constant laws and replayed shift changes on the hour: many events on the same microsecond."""
    story = copy.deepcopy(RICH)
    for moment in story["moments"].values():
        moment["handling_time"] = moment["wrap_up"] = moment["reconnect_delay"] = CONSTANT
    story["moments"]["booking"]["self_service"]["duration"] = CONSTANT
    story["waiting"] |= {"patience": CONSTANT, "redial": {"delay": CONSTANT}}
    story["crises"]["storm"]["first_contact_delay"] = CONSTANT
    story["workforce"]["groups"]["care"]["overflow_after"] = {"sales": "5 min"}
    return story


def rounded(prepared: Prepared, step: int) -> Prepared:
    """The same demand with all times rounded down to whole steps."""

    def day(number: int) -> Any:
        moments = prepared.moments_of_day(number).copy()
        for name in ("began", "first_contact"):
            there = moments[name] < NEVER
            moments[name][there] -= moments[name][there] % step
        return moments[np.lexsort((moments["key"], moments["began"]))]

    return prepared._replace(moments_of_day=day)


def both(prepared: Prepared, *, log: bool = True) -> Trace:
    """The trace of both clocks, which must agree, and must stand up to the auditor."""
    compiled, told = (simulate(prepared, log=log, clock=clock) for clock in ("compiled", "simpy"))
    assert differences(compiled, told) == []
    if log:
        books_check.audit(prepared, compiled)
    return compiled


def test_plain_plan_is_identical() -> None:
    trace = both(plans.plain_plan(arrivals_per_hour=100, agents=10, hours=6))
    assert trace.intervals["answered"].sum() > 400
    assert trace.intervals["abandoned"].sum() > 10


def every_law() -> dict[str, Any]:
    """A story in which each family of durations decides something."""
    story = copy.deepcopy(RICH)
    exponential = {"distribution": "exponential", "mean": "20 s"}
    parts = [{"weight": 0.2, "law": exponential}, {"weight": 0.8, "law": {"median": "4 min", "cv": 0.7}}]
    booking, rebooking = story["moments"]["booking"], story["moments"]["rebooking"]
    booking["handling_time"] = {"distribution": "gamma", "mean": "5 min", "cv": 0.8}
    booking["wrap_up"] = {"distribution": "uniform", "low": "10 s", "high": "90 s"}
    booking["self_service"]["duration"] = {"distribution": "erlang", "phases": 3, "mean": "2 min"}
    booking["patience"] = {"distribution": "mixture", "parts": parts}
    rebooking["handling_time"] = {"distribution": "hyperexponential", "mean": "9 min", "cv": 1.6}
    rebooking["wrap_up"] = {"distribution": "constant", "mean": "1 min"}
    rebooking["reconnect_delay"] = {"distribution": "weibull", "mean": "1 h", "cv": 0.6}
    rebooking["patience"] = {"distribution": "weibull", "median": "5 min", "shape": 0.8}
    story["waiting"] |= {"redial": {"delay": {"distribution": "gamma", "mean": "9 min", "cv": 2}}}
    return story


def test_a_plan_with_every_family_is_identical() -> None:
    prepared = ready(every_law())
    assert {*range(1, 9)} - {int(Family.EMPIRICAL)} <= {*prepared.plan.laws["family"].tolist()}
    trace = both(prepared)
    assert trace.intervals["abandoned"].sum() > 10


CHOICES = ("longest_idle", "highest_emotional_intelligence", "most_skilled", "least_occupied", "heart")
ORDERS = [
    *itertools.product(("first_come",), CHOICES),
    *itertools.product(("stakes", "value", "anger", "detected"), ("longest_idle", "heart")),
]
TOLD = [
    pytest.param(*way, marks=[] if way[0] == "first_come" or way[1] == "heart" else pytest.mark.slow)
    for way in ORDERS
]
MATCHES = ("workforce.groups.care.matches=[gold]", "workforce.groups.sales.matches=[mass]")


@pytest.mark.parametrize(("order", "choice"), TOLD)
def test_rich_plan_is_identical(order: str, choice: str) -> None:
    trace = both(ready(RICH, f"routing.order={order}", f"routing.agent_choice={choice}", *MATCHES))
    happened = {Outcome(int(outcome)) for outcome in np.unique(trace.contacts["outcome"])}
    unheard_of = {outcome for outcome in Outcome if outcome >= Outcome.CALLED_BACK}  # it never closes
    assert happened >= set(Outcome) - unheard_of
    assert len(trace.levers) == 4
    assert {name for name in ("notices", "compensation", "won_back") if trace.tallies[name].sum() > 0} == {
        "notices", "compensation", "won_back",
    }  # fmt: skip
    assert trace.contacts["attempt"].max() > 3
    assert trace.agents["overtime"].sum() > 0
    assert trace.agents["paused"].sum() > 0


@pytest.mark.parametrize("replication", [2, 3])
def test_many_ties_are_identical(replication: int) -> None:
    both(rounded(ready(tie_rich(), "waiting.lines=60", replication=replication), 5 * MINUTE))


def test_everything_off_is_identical() -> None:
    both(ready(RICH, "behaviour=off"))


def test_airline_with_reserves_is_identical() -> None:
    """A cut of the storm's first day, with redials, reserves, notice, web rebooking and compensation in it."""
    whole = load(
        AIRLINE, variant="reserves+notice+web_rebooking+compensation", overrides=["waiting.lines=300"]
    )
    piece = cut(whole, "2007-02-14 09:00", hours=3)
    blueprint = lower(piece, Reference.neutral(tuple(piece.scenario.moments)))
    blueprint.settings["run_out"] = 4 * HOUR
    trace = both(prepare(blueprint, 1))
    assert trace.events > 5_000
    assert trace.contacts["attempt"].max() > 1


@pytest.mark.parametrize("clock", ["compiled", "simpy"])
@pytest.mark.parametrize("step", ["events", "minutes", "days"])
def test_steps_do_not_matter(clock: Any, step: str) -> None:
    prepared = ready(RICH, "horizon=20 h", "run.run_out=6 h")
    whole = simulate(prepared, log=True)
    run = ReplicationRun(prepared, log=True, clock=clock)
    status, until = Status.PAUSED, 0
    for _ in range(200_000):
        if step == "events":
            status = run.advance(max_events=1)
        else:
            until += 7 * MINUTE if step == "minutes" else DAY
            status = run.advance(until=until)
            assert run.now <= until
        if status == Status.DONE:
            break
    assert status == Status.DONE
    assert differences(whole, run.trace()) == []


@pytest.mark.parametrize("clock", ["compiled", "simpy"])
def test_stepping_ends_though_everything_is_over(clock: Any) -> None:
    """Nothing happens after the last event: going on to later times finds the end, and finds it again."""
    run = ReplicationRun(plans.plain_plan(arrivals_per_hour=4, agents=1, hours=1, run_out=0), clock=clock)
    for hour in range(1, 4):
        status = run.advance(until=hour * HOUR)
    assert status == Status.DONE
    assert run.advance() == Status.DONE


def test_log_does_not_matter() -> None:
    prepared = ready(RICH)
    logged, silent = (simulate(prepared, log=log) for log in (True, False))
    assert len(silent.contacts) == len(silent.moments) == 0
    emptied = logged._replace(contacts=silent.contacts, moments=silent.moments)
    assert differences(emptied, silent) == []


def test_progress_is_told_and_can_stop_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(simulate.__globals__["EVENTS_PER_CALL"], "compiled", 100)
    prepared = plans.plain_plan(arrivals_per_hour=100, agents=10, hours=6)
    shares: list[float] = []

    def remember(share: float) -> bool:
        shares.append(share)
        return True

    simulate(prepared, on_progress=remember)
    assert shares == sorted(shares)
    assert len(shares) > 5
    with pytest.raises(Interrupted):
        simulate(prepared, on_progress=lambda share: share < 0.5)


UNCOMPILED = """
import json, sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from engine.stories import RICH, ready
from momentsim.compiler.decorators import COMPILING
from momentsim.engine import simulate
assert not COMPILING
trace = simulate(ready(RICH, *json.loads(sys.argv[2])), log=True)
np.savez(sys.argv[3], **{name: np.asarray(getattr(trace, name)) for name in trace._fields})
"""


@pytest.mark.slow
def test_plain_python_tells_the_same_story(tmp_path: Path) -> None:
    """Without the compiler: same rows and times; floats to 1e-9, since compiled code may fuse operations."""
    overrides = ["horizon=19 h", "run.run_out=3 h", "demand.volumes.booking.per_day=150"]
    compiled = simulate(ready(RICH, *overrides), log=True)
    tests = str(Path(__file__).parents[1])
    file = tmp_path / "trace.npz"
    subprocess.run(
        [sys.executable, "-c", UNCOMPILED, tests, json.dumps(overrides), str(file)],
        check=True, env=os.environ | {"NUMBA_DISABLE_JIT": "1"}, timeout=120,
    )  # fmt: skip
    with np.load(file) as plain:
        for name in Trace._fields:
            same_to_rounding(np.asarray(getattr(compiled, name)), plain[name], name)


def same_to_rounding(one: Any, other: Any, name: str) -> None:
    """Whole numbers (times may be off by the last microsecond) and floats to 1e-9; float32 columns to 1e-6."""
    assert one.shape == other.shape
    for field in one.dtype.names or (None,):
        left, right = (one, other) if field is None else (one[field], other[field])
        rounding = 1e-6 if left.dtype == np.float32 else 1e-9
        np.testing.assert_allclose(left, right, rtol=rounding, atol=1e-9, err_msg=f"{name}.{field}")
