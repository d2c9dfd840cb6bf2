"""Levers `callback` and `announcement`: put in force and taken back while a run goes on, on both clocks."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from engine.books_check import audit
from engine.stories import PLAIN, differences, read
from momentsim.contract.trace import Outcome, Trace
from momentsim.engine import simulate
from momentsim.errors import ScenarioError
from momentsim.prepare import Reference, lower, prepare

CALLBACK: dict[str, Any] = {
    "kind": "callback",
    "queue": "question",
    "at": "2024-01-08 10:00",
    "until": "2024-01-08 12:00",
    "offer": {"acceptance": 1.0, "no_answer": 0.0},
    "price": {"once": "100 USD", "per_use": "2 USD"},
}


def traced(levers: dict[str, Any]) -> Trace:
    """A busy plain day with these levers, told by both clocks and audited."""
    made = copy.deepcopy(PLAIN)
    made["levers"] = levers
    made["workforce"]["groups"]["team"]["heads"] = 2
    loaded = read(made)
    prepared = prepare(lower(loaded, Reference.neutral(tuple(loaded.scenario.moments))), 1)
    trace, simpy = (simulate(prepared, log=True, clock=clock) for clock in ("compiled", "simpy"))
    assert differences(trace, simpy) == []
    audit(prepared, trace)
    return trace


def test_callbacks_are_offered_while_the_lever_is_in_force_and_priced_by_use() -> None:
    never, pulled = traced({"back": CALLBACK | {"at": "never"}}), traced({"back": CALLBACK})
    assert never.intervals["callback_offers"].sum() == 0
    offered = pulled.intervals["callback_offers"].sum(axis=1)
    assert offered[:20].sum() == 0 < offered[20:24].sum() and offered[24:].sum() == 0
    taken = pulled.intervals["callbacks"].sum()
    use = pulled.lever_use[0]
    assert (use["pulls"], use["uses"], use["spent"]) == (1, taken, 100 + 2 * taken)
    assert pulled.intervals["abandoned"].sum() < never.intervals["abandoned"].sum()


def test_a_queue_goes_back_to_what_it_tells_by_itself() -> None:
    message = {"answers": {"question": 0.5}, "lost": 0.0}
    lever = {
        "kind": "announcement",
        "queue": "question",
        "at": "2024-01-08 10:00",
        "until": "2024-01-08 12:00",
        "announcement": {"tells": "nothing", "message": message},
    }
    trace = traced({"say": lever})
    informed = trace.intervals["informed"].sum(axis=1)
    assert informed[:20].sum() == 0 < informed[20:24].sum() and informed[24:].sum() == 0
    assert trace.lever_use[0]["uses"] == trace.contacts[_heard(trace)].size


def _heard(trace: Trace) -> Any:
    """First legs that came while the lever was in force: between the tick after 10:00 and that after 12:00."""
    rows, hour = trace.contacts, 3_600_000_000
    busy = rows["outcome"] == Outcome.BLOCKED
    return (rows["arrived"] > 10 * hour) & (rows["arrived"] <= 12 * hour) & (rows["queue"] >= 0) & ~busy


@pytest.mark.parametrize(
    ("levers", "message"),
    [
        ({"back": CALLBACK | {"queue": "questoin"}}, "levers.back.queue: there is no queue 'questoin'"),
        ({"one": CALLBACK, "two": CALLBACK}, "levers.two.queue: 'one' is a lever of this kind"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(levers: dict[str, Any], message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        traced(levers)
    assert message in str(caught.value)
