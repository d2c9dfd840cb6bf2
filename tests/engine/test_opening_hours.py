"""A queue that is closed, told on paper: open from minute 60 to 120 and from 180 to 240, on both clocks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.books_check import audit
from engine.plans import law
from engine.small import END, START, Call, Serve, minutes, small
from engine.stories import RICH, differences, ready
from momentsim.contract.plan import HOURS, MINUTE, OPEN_SPAN, Family, Prepared
from momentsim.contract.trace import Channel, Outcome, Trace
from momentsim.engine import simulate

OPEN = ((60, 120), (180, 240))


def desk(
    calls: list[Call],
    *,
    spans: tuple[tuple[tuple[int, int], ...], ...] = (OPEN,),
    disconnects: int = 0,
    message: int = 1,
    call_again: float = 1.0,
    self_service: float = 0.0,
    delay_min: float = 5.0,
    **changes: Any,
) -> Prepared:
    """A small plan with hours by queue; who calls again does so `delay_min` after the opening."""
    prepared = small(calls, **changes)
    plan = prepared.plan
    hours = np.zeros(plan.queues, HOURS)
    rows = np.array([span for queue in spans for span in queue], np.int64).reshape(-1, 2) * MINUTE
    open_spans = np.zeros(len(rows), OPEN_SPAN)
    open_spans["opens"], open_spans["closes"] = rows.T
    hours["last_span"] = np.cumsum([len(queue) for queue in spans])
    hours["first_span"] = hours["last_span"] - [len(queue) for queue in spans]
    hours["disconnects"], hours["message"] = disconnects, message
    hours["call_again"], hours["self_service"] = call_again, self_service
    hours["delay_law"] = len(plan.laws)
    laws = np.concatenate([plan.laws, law(Family.CONSTANT, delay_min * MINUTE)])
    return prepared._replace(plan=plan._replace(hours=hours, open_spans=open_spans, laws=laws))


def told(prepared: Prepared) -> Trace:
    """The trace of both clocks, audited."""
    trace, simpy = (simulate(prepared, log=True, clock=clock) for clock in ("compiled", "simpy"))
    assert differences(trace, simpy) == []
    audit(prepared, trace)
    return trace


def words(trace: Trace) -> list[str]:
    return [Outcome(int(outcome)).name.lower() for outcome in trace.contacts["outcome"]]


def test_numbers_of_outcomes_are_at_the_end_of_the_list() -> None:
    assert [outcome.value for outcome in Outcome] == list(range(len(Outcome)))
    assert (Outcome.OPEN.value, Outcome.CLOSED.value, Outcome.DISCONNECTED.value) == (8, 9, 10)


def test_who_finds_it_closed_calls_again_after_the_next_opening() -> None:
    trace = told(desk([Call(10), Call(70), Call(130)]))
    assert words(trace) == ["closed", "answered", "answered", "closed", "answered"]
    assert minutes(trace.contacts["arrived"]) == [10, 65, 70, 130, 185]
    assert trace.contacts["queued"][0] == -1 and trace.contacts["attempt"][1] == 2
    assert trace.intervals["closed"].sum() == 2 and trace.intervals["offered"].sum() == 3
    assert trace.tallies["attempts"].sum() == 5
    assert trace.tallies["resolved"].sum() == 3


def test_edges_the_instant_of_opening_is_open_and_that_of_closing_closed() -> None:
    trace = told(
        desk([Call(60), Call(120), Call(180 - 1e-6 / 60), Call(200)], call_again=0.0, talk_min=(1.0,))
    )
    assert words(trace) == ["answered", "closed", "closed", "answered"]


def test_who_does_not_call_again_ends_with_the_need_unmet() -> None:
    trace = told(desk([Call(10)], call_again=0.0, memory_on=1))
    assert words(trace) == ["closed"]
    tally = trace.tallies
    assert (tally["unserved"].sum(), tally["resolved"].sum(), tally["no_contact"].sum()) == (1, 0, 0)
    row = trace.moments[0]
    assert (row["contacts"], row["effort"], row["resolved"], row["open"]) == (1, 1.0, 0, 0)
    answered = told(desk([Call(70)], memory_on=1)).moments[0]
    assert row["experience"] < answered["experience"]


def test_nobody_calls_again_where_it_opens_no_more() -> None:
    """The need stays open to the end; a call in the last night is booked where it was made."""
    trace = told(desk([Call(300)]))
    assert words(trace) == ["closed"]
    assert trace.moments["open"].tolist() == [1]


def test_without_a_message_they_dial_again_as_after_busy() -> None:
    trace = told(desk([Call(50)], message=0, call_again=0.0, redial_first=1.0, redial_further=1.0))
    assert words(trace) == ["closed", "answered"]
    assert minutes(trace.contacts["arrived"]) == [50, 70]  # the law of redials is 20 minutes
    given_up = told(desk([Call(10)], message=0, call_again=1.0, redial_first=1.0, redial_further=0.0))
    assert words(given_up) == ["closed", "closed"]


@pytest.mark.parametrize(("success", "last"), [(1.0, "contained"), (0.0, "answered")])
def test_self_service_is_an_attempt_of_its_own(success: float, last: str) -> None:
    """Where it fails after twenty minutes, the caller is back at the closed queue, until it is open at 70."""
    plan: dict[str, Any] = {"success_simple": success, "success_at_stakes": success, "break_out": 1.0}
    trace = told(desk([Call(10)], call_again=0.0, self_service=1.0, **plan))
    rows = trace.contacts
    assert words(trace)[0] == "closed" and words(trace)[-1] == last
    assert rows["channel"][1] == Channel.SELF_SERVICE and rows["attempt"][1] == 2
    assert minutes(rows["arrived"])[:2] == [10, 10] and minutes(rows["ended"])[1] == 30
    assert success == 1.0 or words(trace)[1] == "transferred"


def test_at_closing_an_agent_whose_shift_ends_finishes_the_queue() -> None:
    """Talks last ten minutes; the shift ends with the queue, at 120, and two still wait."""
    roster = ((60, 0, START), (120, 0, END))
    prepared = desk([Call(115), Call(116), Call(117)], roster=roster)
    trace = told(prepared)
    assert minutes(trace.contacts["answered"]) == [115, 125, 135]
    assert minutes(trace.agents["overtime"]) == [25.0]
    before = told(desk([Call(115), Call(116)], roster=((60, 0, START), (118, 0, END)), spans=(((60, 300),),)))
    assert before.contacts["answered"][-1] < 0  # an open queue waits for the next shift


def test_who_waits_is_cut_off_at_closing_and_told() -> None:
    roster = ((60, 0, START), (300, 0, END))
    calls = [Call(115), Call(116), Call(190)]
    trace = told(desk(calls, disconnects=1, roster=roster, talk_min=(8.0,)))
    assert words(trace) == ["disconnected", "answered", "answered", "answered"]
    assert minutes(trace.contacts["ended"][:1]) == [120] and minutes(trace.contacts["arrived"][2:]) == [
        185,
        190,
    ]
    assert trace.intervals["disconnected"].sum() == 1
    assert minutes(trace.intervals["wait_disconnected"].sum(axis=0)) == [4.0]
    patient = told(desk(calls, disconnects=1, roster=roster, talk_min=(8.0,), patience_min=2.0))
    assert words(patient)[0] == "abandoned"  # whoever hangs up before is not cut off


def test_an_agent_freed_at_the_instant_of_closing_still_takes_the_first_who_waits() -> None:
    roster = ((60, 0, START), (300, 0, END))
    trace = told(desk([Call(110), Call(111), Call(112)], disconnects=1, call_again=0.0, roster=roster))
    assert words(trace) == ["answered", "disconnected", "answered"]
    assert minutes(trace.contacts["answered"])[2] == 120


def test_a_contact_passed_on_to_a_closed_queue_is_told_there() -> None:
    """The back office opens at 180; the caller then comes through the front again, and is passed on."""
    front_and_back: dict[str, Any] = {
        "groups": (1, 1), "serves": (Serve(0, 0), Serve(1, 1)), "roster": ((0, 0, START), (0, 1, START)),
        "beyond_authority": 1.0, "escalation_queue": 1,
    }  # fmt: skip
    trace = told(desk([Call(70)], spans=(((0, 700),), ((180, 700),)), **front_and_back))
    assert words(trace) == ["transferred", "closed", "transferred", "answered"]
    assert minutes(trace.contacts["arrived"])[2] == 185
    assert trace.contacts["queue"].tolist() == [0, 1, 0, 1]
    assert trace.contacts["agent"][1] == -1


def test_hours_that_are_always_open_change_nothing() -> None:
    """A queue whose one span has no end tells the story of a plan without hours, bit for bit."""
    always = 'opening_hours.all.weekly=[{start: "00:00", end: "24:00"}]'
    assert differences(told(ready(RICH)), told(ready(RICH, always))) == []


@pytest.mark.parametrize("at_closing", ["serve", "disconnect"])
def test_with_everything_on_both_clocks_agree_and_books_add_up(at_closing: str) -> None:
    trace = told(
        ready(
            RICH,
            'opening_hours.sales.weekly=[{start: "07:00", end: "19:00"}]',
            'opening_hours.care.weekly=[{start: "08:00", end: "12:00"}, {start: "13:00", end: "20:00"}]',
            f"opening_hours.care.at_closing={at_closing}",
            f"opening_hours.sales.at_closing={at_closing}",
            "opening_hours.sales.closed.self_service=20 %",
            "opening_hours.care.closed.message=off",
        )
    )
    found = set(words(trace))
    assert "closed" in found and ("disconnected" in found) == (at_closing == "disconnect")
