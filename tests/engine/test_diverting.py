"""Callers diverted from a queue, told on paper, on both clocks: too long a wait, too many waiting, closed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.plans import law
from engine.small import START, Call, Serve, minutes, small
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
    leaves_message: float = 0.0,
    message_queue: int = 0,
) -> Prepared:
    """The same plan, of which every queue diverts; who calls again does so `delay_min` later."""
    plan = prepared.plan
    diverts = np.zeros(plan.queues, DIVERT)
    diverts["after"] = NEVER if after_min is None else round(after_min * MINUTE)
    diverts["most_waiting"], diverts["when_closed"] = most_waiting, when_closed
    diverts["call_again"], diverts["self_service"] = call_again, self_service
    diverts["leaves_message"], diverts["message_queue"] = leaves_message, message_queue
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


def test_who_leaves_a_message_is_called_back_when_nobody_waits_on_the_phone() -> None:
    """Diverted at 6; when the agent is free at 10, who waits on the phone since 8 goes first."""
    trace = told(
        diverting(small([Call(0), Call(1), Call(8)], talk_min=(10.0,)), after_min=5.0, leaves_message=1.0)
    )
    assert words(trace) == ["diverted", "answered", "answered", "answered"]
    row = trace.contacts[3]
    assert row["channel"] == Channel.CALLBACK and row["leg"] == 2 and row["attempt"] == 1
    assert (row["queued"], row["answered"], row["ended"]) == (6 * MINUTE, 20 * MINUTE, 30 * MINUTE)
    calls, messages = trace.intervals[:, 0], trace.intervals[:, 1]
    assert (calls["offered"].sum(), calls["answered"].sum(), calls["diverted"].sum()) == (3, 2, 1)
    assert (messages["offered"].sum(), messages["answered"].sum()) == (1, 1)
    assert messages["wait_answered"].sum() == 14 * MINUTE
    assert trace.tallies["resolved"].sum() == 3 and trace.tallies["attempts"].sum() == 3


def test_an_idle_agent_of_another_queue_calls_back_at_once() -> None:
    serves = (Serve(0, 0), Serve(1, 1))
    calls = small(
        [Call(0), Call(1)],
        talk_min=(10.0,),
        groups=(1, 1),
        serves=serves,
        roster=((0, 0, START), (0, 1, START)),
    )
    trace = told(diverting(calls, after_min=5.0, leaves_message=1.0, message_queue=1))
    row = trace.contacts[trace.contacts["channel"] == Channel.CALLBACK][0]
    assert (row["queue"], row["agent"], row["queued"], row["answered"]) == (1, 1, 6 * MINUTE, 6 * MINUTE)


def test_messages_left_at_night_are_worked_on_from_the_opening_on_first_come_first_served() -> None:
    night = desk([Call(10), Call(20), Call(50)], talk_min=(4.0,))
    trace = told(diverting(night, when_closed=1, leaves_message=1.0))
    rows = trace.contacts[trace.contacts["channel"] == Channel.CALLBACK]
    assert minutes(rows["queued"]) == [10, 20, 50]
    assert minutes(rows["answered"]) == [60, 64, 68]
    assert words(trace).count("diverted") == 3


def test_a_message_that_is_not_reached_before_closing_waits_for_the_next_opening() -> None:
    """The talk that begins at 119 ends at 129, when it is closed; opened again at 180, the message is next."""
    day = desk([Call(119), Call(119.5)], talk_min=(10.0,))
    trace = told(diverting(day, most_waiting=1, after_min=0.25, leaves_message=1.0))
    row = trace.contacts[trace.contacts["channel"] == Channel.CALLBACK][0]
    assert minutes([row["answered"]]) == [180]


def test_a_message_without_anybody_to_call_is_open_at_the_end() -> None:
    trace = told(diverting(desk([Call(300)]), when_closed=1, leaves_message=1.0))
    assert words(trace) == ["diverted", "open"]
    assert trace.moments["open"].tolist() == [1] and trace.intervals["open"].sum() == 1


def test_the_longest_waiting_message_of_two_queues_goes_first() -> None:
    serves = (Serve(0, 0), Serve(1, 0, 1))
    calls = small([Call(0), Call(1), Call(2, 1)], talk_min=(10.0, 10.0), serves=serves, queue=[0, 1])
    trace = told(diverting(calls, after_min=3.0, leaves_message=1.0, message_queue=1))
    rows = trace.contacts[trace.contacts["channel"] == Channel.CALLBACK]
    assert minutes(rows["queued"]) == [4, 5] and minutes(rows["answered"]) == [10, 20]
