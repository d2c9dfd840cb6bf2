"""Which queue and which interval a leg counts in, told on paper; intervals are half an hour long."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.books_check import audit
from engine.small import START, Call, Serve, minutes, small
from engine.stories import differences
from momentsim.contract.plan import MINUTE
from momentsim.contract.trace import Outcome, Trace, legs_of
from momentsim.engine import simulate

FRONT_AND_BACK: dict[str, Any] = {
    "groups": (1, 1), "serves": (Serve(0, 0), Serve(1, 1)), "roster": ((0, 0, START), (0, 1, START)),
    "talk_min": (10.0,), "beyond_authority": 1.0, "escalation_queue": 1,
}  # fmt: skip
FRONT, BACK = 0, 1


def booked(trace: Trace, name: str) -> list[list[float]]:
    """A count by interval (first three) and kind of leg: front, back."""
    rows: list[list[float]] = trace.intervals[name][:3].tolist()
    return rows


def test_a_leg_counts_in_its_queue_and_in_the_interval_in_which_it_got_there() -> None:
    """Calls at 15 and 16; the first reaches the back queue at 26, the second at 37 (with a minute of handover)."""
    prepared = small([Call(15), Call(16, customer=1)], **FRONT_AND_BACK)
    trace = simulate(prepared, log=True)
    audit(prepared, trace)
    assert legs_of(prepared.plan.reasons, prepared.plan.diverts)["queue"].tolist() == [FRONT, BACK]
    assert booked(trace, "offered") == [[2, 1], [0, 1], [0, 0]]
    assert booked(trace, "answered") == [[2, 1], [0, 1], [0, 0]]
    assert booked(trace, "transferred") == [[2, 0], [0, 0], [0, 0]]
    assert booked(trace, "resolved") == [[0, 1], [0, 1], [0, 0]]
    assert trace.intervals["wait_answered"].sum(axis=0).tolist() == [10 * MINUTE, 0.0]
    assert trace.waits.sum(axis=2).tolist() == [[2, 0], [2, 0]]
    assert sorted(minutes(trace.contacts["arrived"])) == [15, 16, 26, 37]


def test_the_second_stage_has_its_own_times() -> None:
    """Talks of 10 min in front, for ever patient; of 25 in the back, with 20 min of wrap-up and 10 of patience.

    The first is in the back at 11, until 36; the second from 22, and hangs up at 32; the third from 51, answered at 56.
    """
    of_laws = {"escalated_talk_law": 1, "escalated_wrap_law": 4, "escalated_patience_law": 0}
    calls = [Call(0), Call(5, customer=1), Call(40, customer=2)]
    prepared = small(calls, **FRONT_AND_BACK | {"talk_min": (10.0, 25.0)} | of_laws)
    compiled, simpy = (simulate(prepared, log=True, clock=clock) for clock in ("compiled", "simpy"))
    assert differences(compiled, simpy) == []
    audit(prepared, compiled)
    rows = compiled.contacts[np.argsort(compiled.contacts["arrived"], kind="stable")]
    assert minutes(rows["arrived"]) == [0, 5, 11, 22, 40, 51]
    assert minutes(rows["answered"][[0, 1, 2, 4, 5]]) == [0, 11, 11, 40, 56]
    assert minutes(rows["ended"]) == [11, 22, 36, 32, 51, 81]
    assert minutes(rows["wrap"]) == [0, 0, 20, 0, 0, 20]
    assert rows["outcome"][3] == Outcome.ABANDONED


def test_a_group_has_its_own_pace_in_each_queue() -> None:
    """Agent 0 talks as usual in front; agent 1 takes 1.5 times as long there and half as long in the back."""
    serves = (Serve(0, 0), Serve(0, 1, talk_factor=1.5), Serve(1, 1, talk_factor=0.5))
    story = FRONT_AND_BACK | {
        "serves": serves,
        "beyond_authority": [0.0, 0.0],
        "queue": [0, 1],
        "talk_min": (10, 20),
    }
    prepared = small([Call(0), Call(1), Call(30, 1), Call(35, 0), Call(36, 1)], **story)
    compiled, simpy = (simulate(prepared, log=True, clock=clock) for clock in ("compiled", "simpy"))
    assert differences(compiled, simpy) == []
    rows = compiled.contacts[np.argsort(compiled.contacts["arrived"], kind="stable")]
    assert rows["agent"].tolist() == [0, 1, 1, 0, 1]
    assert minutes(rows["answered"]) == [0, 1, 30, 35, 40]
    assert minutes(rows["ended"]) == [10, 16, 40, 45, 50]


def test_who_hangs_up_in_the_second_queue_has_hung_up_there() -> None:
    """Nobody is on duty in the back."""
    story = FRONT_AND_BACK | {"roster": ((0, 0, START),)}
    prepared = small([Call(15)], patience_min=5.0, **story)
    trace = simulate(prepared, log=True)
    audit(prepared, trace)
    assert booked(trace, "abandoned") == [[0, 1], [0, 0], [0, 0]]
    assert trace.intervals["wait_abandoned"].sum(axis=0).tolist() == [0.0, 5 * MINUTE]
    assert trace.queue_time.sum(axis=0).tolist() == [0, 5 * MINUTE]


def test_who_is_passed_on_in_the_same_queue_counts_there_twice() -> None:
    story = FRONT_AND_BACK | {"escalation_queue": 0}
    prepared = small([Call(0)], **story)
    trace = simulate(prepared, log=True)
    audit(prepared, trace)
    assert legs_of(prepared.plan.reasons, prepared.plan.diverts)["queue"].tolist() == [FRONT, FRONT]
    assert booked(trace, "offered")[0] == [1, 1]


def test_from_self_service_a_call_counts_when_it_reaches_the_phone() -> None:
    """20 minutes in self-service from minute 15 on, and then nobody who wants to go on alone: phone at 35."""
    prepared = small([Call(15)], adoption=1.0, success_simple=0.0, success_at_stakes=0.0, break_out=1.0)
    trace = simulate(prepared, log=True)
    audit(prepared, trace)
    assert [row[0] for row in booked(trace, "broke_out")] == [1, 0, 0]
    assert [row[0] for row in booked(trace, "offered")] == [0, 1, 0]
    assert trace.tallies["attempts"].sum() == 1


@pytest.mark.parametrize(("minute", "within"), [(12 * 60 - 5, 1), (12 * 60 - 15, 2)])
def test_what_is_open_at_the_horizons_end_is_counted_apart(minute: float, within: int) -> None:
    """The horizon is 12 hours: of a call near its end the second leg counts in the run-out, or both within."""
    prepared = small([Call(minute)], **FRONT_AND_BACK)
    trace = simulate(prepared, log=True)
    audit(prepared, trace)
    end = 24
    assert trace.intervals["offered"][:end].sum() == within
    assert trace.intervals["offered"][end:].sum() == 2 - within
    assert trace.waits.sum() == within
    assert trace.tallies["open_at_end"].sum() == trace.tallies["open_resolved"].sum() == 1
    assert trace.tallies["attempts"].sum() == 1 and trace.tallies["attempts_after"].sum() == 0
