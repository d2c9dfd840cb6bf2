"""Callers diverted from a queue, told on paper, on both clocks: too long a wait, too many waiting, closed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.plans import law
from engine.small import Call, minutes, small
from engine.stories import differences
from engine.test_opening_hours import desk, told, words
from momentsim.contract.plan import DIVERT, MINUTE, NEVER, Family, Prepared
from momentsim.contract.trace import Channel


def diverting(
    prepared: Prepared,
    *,
    after_min: float | None = None,
    most_waiting: int = NEVER,
    when_closed: int = 0,
    call_again: float = 0.0,
    self_service: float = 0.0,
    delay_min: float = 7.0,
) -> Prepared:
    """The same plan, of which every queue diverts; who calls again does so `delay_min` later."""
    plan = prepared.plan
    diverts = np.zeros(plan.queues, DIVERT)
    diverts["after"] = NEVER if after_min is None else round(after_min * MINUTE)
    diverts["most_waiting"], diverts["when_closed"] = most_waiting, when_closed
    diverts["call_again"], diverts["self_service"] = call_again, self_service
    diverts["delay_law"] = len(plan.laws)
    laws = np.concatenate([plan.laws, law(Family.CONSTANT, delay_min * MINUTE)])
    return prepared._replace(plan=plan._replace(diverts=diverts, laws=laws))


def test_who_has_waited_so_long_is_diverted() -> None:
    trace = told(diverting(small([Call(0), Call(1)], talk_min=(10.0,)), after_min=5.0))
    assert words(trace) == ["diverted", "answered"]
    row = trace.contacts[0]
    assert (row["queued"], row["ended"]) == (1 * MINUTE, 6 * MINUTE)
    assert (row["answered"], row["agent"]) == (-1, -1)
    books = trace.intervals
    assert (books["offered"].sum(), books["diverted"].sum(), books["abandoned"].sum()) == (2, 1, 0)
    assert books["wait_diverted"].sum() == 5 * MINUTE
    assert trace.tallies["unserved"].sum() == 1


def test_an_agent_freed_at_that_very_instant_still_reaches_the_caller() -> None:
    trace = told(diverting(small([Call(0), Call(1)], talk_min=(6.0,)), after_min=5.0))
    assert words(trace) == ["answered", "answered"]


@pytest.mark.parametrize(
    ("patience_min", "outcome"), [(4.0, "abandoned"), (5.0, "abandoned"), (6.0, "diverted")]
)
def test_what_ends_first_ends_the_wait(patience_min: float, outcome: str) -> None:
    calls = small([Call(0), Call(1)], talk_min=(10.0,), patience_min=patience_min, redial_first=0.0)
    assert words(told(diverting(calls, after_min=5.0)))[0] == outcome


def test_who_finds_so_many_waiting_is_diverted_at_once() -> None:
    trace = told(diverting(small([Call(0), Call(1), Call(2), Call(3)], talk_min=(9.0,)), most_waiting=2))
    assert words(trace) == ["diverted", "answered", "answered", "answered"]
    assert minutes(trace.contacts["arrived"])[0] == minutes(trace.contacts["ended"])[0] == 3
    assert trace.intervals["diverted"].sum() == 1 and trace.intervals["wait_diverted"].sum() == 0


def test_who_calls_again_does_so_after_the_delay() -> None:
    calls = small([Call(0), Call(1)], talk_min=(10.0,))
    trace = told(diverting(calls, after_min=5.0, call_again=1.0))
    assert words(trace) == ["diverted", "answered", "answered"]
    assert trace.contacts["attempt"][2] == 2 and minutes(trace.contacts["arrived"])[2] == 13
    assert trace.tallies["resolved"].sum() == 2


def test_where_it_is_closed_they_are_diverted_and_call_again_after_the_opening() -> None:
    trace = told(diverting(desk([Call(10), Call(130)]), when_closed=1, call_again=1.0))
    assert words(trace) == ["diverted", "answered", "diverted", "answered"]
    assert minutes(trace.contacts["arrived"]) == [10, 67, 130, 187]
    assert trace.contacts["queued"][0] == -1
    books = trace.intervals
    assert (books["offered"].sum(), books["closed"].sum()) == (2, 0)
    assert (books["diverted"].sum(), books["diverted_closed"].sum()) == (0, 2)


def test_self_service_is_an_attempt_of_its_own() -> None:
    plan: dict[str, Any] = {"success_simple": 1.0, "success_at_stakes": 1.0}
    calls = small([Call(0), Call(1)], talk_min=(10.0,), **plan)
    trace = told(diverting(calls, after_min=5.0, self_service=1.0))
    assert words(trace) == ["diverted", "answered", "contained"]
    assert trace.contacts["channel"][2] == Channel.SELF_SERVICE and trace.contacts["attempt"][2] == 2


def test_a_rule_that_never_applies_changes_nothing() -> None:
    calls = [Call(at) for at in range(0, 60, 3)]
    with_rule = told(diverting(small(calls, talk_min=(7.0,)), after_min=100_000.0))
    without = told(small(calls, talk_min=(7.0,)))
    assert differences(with_rule, without) == []
