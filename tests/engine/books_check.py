"""An auditor for traces: recomputes every book from the rows and checks that nothing is lost or impossible."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.stories import all_moments
from momentsim.contract.plan import LeverKind, MomentKind, Prepared, Table
from momentsim.contract.trace import Channel, MomentClass, Outcome, Trace, legs_of, whole_moments
from momentsim.validation.conservation import ENDS, by_reason_and_queue
from momentsim.validation.simulation import Rows, SimulatedRun

SIGNED = (
    "jump_sum",
    "destroyed_by_operation",
    "destroyed_by_handling",
    "won_back",
    "usual_price",
    "created_wallet",
    "operation_wallet",
    "handling_wallet",
    "won_back_wallet",
    "usual_wallet",
    "booked_12m",
    "joins_told",
    "word_of_mouth",
)
WORDS_IN_COUNTS = {
    Outcome.ABANDONED: "abandoned",
    Outcome.BLOCKED: "blocked",
    Outcome.BALKED: "balked",
    Outcome.CONTAINED: "contained",
    Outcome.GAVE_UP: "gave_up",
    Outcome.CLOSED: "closed",
    Outcome.DISCONNECTED: "disconnected",
    Outcome.INFORMED: "informed",
    Outcome.CALLED_BACK: "called_back",
    Outcome.NOT_REACHED: "not_reached",
    Outcome.NOT_CALLED: "not_called",
}
NOT_OFFERED = (Outcome.CLOSED, Outcome.INFORMED)


def audit(prepared: Prepared, trace: Trace) -> None:
    """Raise AssertionError unless all books of a logged trace agree with its rows and with the plan."""
    trace = trace._replace(moments=whole_moments(trace.moments))
    contacts_agree(prepared, trace)
    contacts_are_possible(trace)
    nobody_is_lost(prepared, trace)
    tallies_agree(trace)
    agents_agree(prepared, trace)
    if prepared.plan.settings["warm_up"][0] == 0:  # last legs of before it are in no row
        moments_have_their_agents(trace)
    people_are_possible(prepared, trace)


def contacts_agree(prepared: Prepared, trace: Trace) -> None:
    """Counts by interval, reason and queue, waits and queue time, from the rows of contacts."""
    plan, settings = prepared.plan, prepared.plan.settings[0]
    rows: Rows = trace.contacts
    books = by_reason_and_queue(SimulatedRun(prepared, trace), trace.intervals)
    queue = np.where(rows["queue"] >= 0, rows["queue"], plan.reasons["queue"][rows["reason"]])
    place = (
        rows["arrived"] // int(settings["interval"]),
        rows["reason"].astype(np.int64) * plan.queues + queue,
    )

    def count(mask: Any, weights: Any = None) -> Table:
        total = np.zeros(books.shape, np.int64)
        np.add.at(total, (place[0][mask], place[1][mask]), 1 if weights is None else weights)
        return total

    voice, call = rows["channel"] != Channel.SELF_SERVICE, rows["channel"] == Channel.VOICE
    diverted = rows["outcome"] == Outcome.DIVERTED
    diverted_closed = diverted & (rows["queued"] < 0)
    offered = voice & ~np.isin(rows["outcome"], NOT_OFFERED) & ~diverted_closed
    assert np.array_equal(count(offered), books["offered"])
    assert np.array_equal(count(diverted & ~diverted_closed), books["diverted"])
    assert np.array_equal(count(diverted_closed), books["diverted_closed"])
    called_back = rows["channel"] == Channel.CALLBACK_OFFER
    assert np.array_equal(count(called_back), books["callbacks"])
    for outcome, name in WORDS_IN_COUNTS.items():
        passed_on = (rows["outcome"] == Outcome.TRANSFERRED) & called_back & (name == "called_back")
        assert np.array_equal(count((rows["outcome"] == outcome) | passed_on), books[name]), name
    passed_on = rows["outcome"] == Outcome.TRANSFERRED
    assert np.array_equal(count(passed_on & ~voice), books["broke_out"])
    assert np.array_equal(count(passed_on & voice), books["transferred"])
    assert np.array_equal(count(voice & (rows["outcome"] == Outcome.OPEN)), books["open"])
    ended = [books[name] for name in ENDS]
    assert np.array_equal(sum(ended), books["offered"])
    answered = met_an_agent(rows)
    assert np.array_equal(count(answered), books["answered"])
    abandoned, on_line = rows["outcome"] == Outcome.ABANDONED, answered & ~called_back
    waited, gone = rows["answered"] - rows["queued"], rows["ended"] - rows["queued"]
    sent_away, cut_off = diverted & ~diverted_closed, rows["outcome"] == Outcome.DISCONNECTED
    never = rows["outcome"] == Outcome.NOT_CALLED
    for name, which, wait in (
        ("wait_answered", on_line, waited),
        ("wait_called_back", answered & called_back, waited),
        ("wait_not_called", never, gone),
        ("wait_abandoned", abandoned, gone),
        ("wait_disconnected", cut_off, gone),
        ("wait_diverted", sent_away, gone),
    ):
        assert np.array_equal(count(which, wait[which]), books[name]), name
    assert np.array_equal(count(answered, rows["talk"][answered]), books["talk"])
    assert np.array_equal(count(answered, rows["wrap"][answered]), books["wrap"])
    solved = rows["resolved"] == 1
    assert np.array_equal(count(answered & solved), books["resolved"])
    threshold, short = (
        int(prepared.plan.settings[name][0]) for name in ("service_threshold", "short_abandon")
    )
    assert np.array_equal(count(on_line & (waited <= threshold)), books["answered_in_threshold"])
    assert np.array_equal(count(abandoned & (gone <= threshold)), books["abandoned_in_threshold"])
    assert np.array_equal(count(abandoned & (gone <= short)), books["abandoned_short"])
    within = rows["arrived"] < settings["horizon"] - settings["warm_up"]
    queue_of = legs_of(plan.reasons, plan.diverts)["queue"]
    for end, mask in enumerate((on_line, abandoned)):
        by_queue = np.bincount(queue_of, trace.waits[:, end].sum(axis=1), plan.queues)
        assert np.array_equal(by_queue, np.bincount(queue[mask & within], minlength=plan.queues))
    if not np.any(voice & (rows["outcome"] == Outcome.OPEN)) and not books["rings"].any():
        rest = (
            trace.queue_time.sum()
            - waited[answered & (call | called_back)].sum()
            - gone[abandoned | cut_off | never | sent_away].sum()
        )
        opened_warm = prepared.plan.settings["warm_up"][0] > 0  # who has waited since then is in no row
        assert rest >= 0 if opened_warm else rest == 0


def met_an_agent(rows: Rows) -> Any:
    """Legs that an agent answered: the last one of a call, and those that were passed on to a colleague."""
    passed_on = (rows["outcome"] == Outcome.TRANSFERRED) & (rows["channel"] != Channel.SELF_SERVICE)
    return np.isin(rows["outcome"], (Outcome.ANSWERED, Outcome.CALLED_BACK)) | passed_on


def contacts_are_possible(trace: Trace) -> None:
    """Times in order, nothing negative, scores where they belong."""
    rows: Rows = trace.contacts
    assert np.all(rows["ended"] >= rows["arrived"])
    queued = rows["queued"] >= 0
    assert np.all(rows["queued"][queued] >= rows["arrived"][queued])
    met = rows["answered"] >= 0
    assert np.all(rows["answered"][met] >= rows["queued"][met])
    answered = met_an_agent(rows)
    assert np.array_equal(rows["ended"][answered], (rows["answered"] + rows["talk"])[answered])
    for name in ("talk", "wrap"):
        assert np.all(rows[name] >= 0), name
    for name in ("anger_before", "anger_after"):
        assert np.all((rows[name] >= 0.0) & (rows[name] <= 1.0)), name
    assert not np.any(np.isnan(rows["quality"]) & answered) or np.all(np.isnan(rows["quality"]))
    assert np.all(np.isnan(rows["quality"][~answered]))
    assert np.all((rows["agent"] >= 0) == met)
    assert np.all(np.diff(rows["ended"]) >= 0)
    legs = np.stack([rows["contact"], rows["leg"].astype(np.int64)])
    assert np.unique(legs, axis=1).shape[1] == len(rows)


def nobody_is_lost(prepared: Prepared, trace: Trace) -> None:
    """Every need of the plan from the start on ends in exactly one row, or its customer had left or not joined yet."""
    start = int(prepared.plan.settings["warm_up"][0])
    needs = int(np.sum(all_moments(prepared)["began"] >= start))
    vanished = int(trace.tallies["vanished"].sum() + trace.tallies["not_yet"].sum())
    assert len(trace.moments) + vanished == needs
    assert len(np.unique(trace.moments["moment"])) == len(trace.moments)
    by_moment = dict(zip(trace.moments["moment"].tolist(), trace.moments["contacts"].tolist(), strict=True))
    attempts = np.unique(
        np.stack([trace.contacts["moment"], trace.contacts["attempt"].astype(np.int64)]), axis=1
    )
    numbers, counts = np.unique(attempts[0], return_counts=True)
    told = dict(zip(numbers.tolist(), counts.tolist(), strict=True))
    assert all(told.get(moment, 0) == contacts for moment, contacts in by_moment.items())
    if start == 0:  # after a warm-up, moments of before it still make attempts
        assert set(told) <= set(by_moment)


def tallies_agree(trace: Trace) -> None:
    """Tallies of moments, from their rows."""
    rows: Rows = trace.moments
    books: Rows = trace.tallies
    place = tuple(rows[name].astype(np.int64) for name in ("reason", "segment", "kind"))
    solved, met = rows["resolved"] == 1, rows["contacts"] > 0
    in_need = met | (rows["kind"] == MomentKind.AFFECTED)
    wanted: dict[str, Any] = {
        "moments": np.ones(len(rows)),
        "resolved": solved,
        "resolved_first": solved & (rows["contacts"] == 1),
        "no_contact": ~met,
        "open": rows["open"],
        "unserved": in_need & (rows["resolved"] == 0),
        "helped_elsewhere": rows["resolved"] == 2,
        "contacts": rows["contacts"],
        "effort": rows["effort"].astype(np.float64),
        "delight": rows["label"] == MomentClass.DELIGHT,
        "let_down": rows["label"] == MomentClass.LET_DOWN,
        "surveyed": rows["surveyed"],
        "surveyed_promoters": rows["nps_answer"] >= 9,
        "surveyed_detractors": (rows["nps_answer"] >= 0) & (rows["nps_answer"] <= 6),
        "deepened": rows["wallet_event"] == 1,
        "cut_back": rows["wallet_event"] == -1,
        "time_to_resolution": np.where(solved, rows["ended"] - rows["began"], 0),
        "destroyed_by_operation": rows["harm"],
    }
    for name, values in wanted.items():
        total = np.zeros(books.shape)
        np.add.at(total, place, values)
        np.testing.assert_allclose(books[name], total, rtol=1e-6, atol=1e-6, err_msg=name)
    if not books["vanished"].any():  # of these the usual price alone is booked
        told = books["created"] + books["destroyed_by_handling"] + books["usual_price"]
        assert told.sum() == pytest.approx(rows["value_change"].sum(), rel=1e-6, abs=1e-6)


def agents_agree(prepared: Prepared, trace: Trace) -> None:
    """Seconds of each agent add up to the horizon; group books and contacts say the same."""
    settings = prepared.plan.settings[0]
    rows: Rows = trace.agents
    horizon, interval = int(settings["horizon"] - settings["warm_up"]), int(settings["interval"])
    spent = sum(rows[name] for name in ("talk", "wrap", "idle", "paused", "offline"))
    assert np.all(spent == horizon)
    asked_to_stay = np.any(prepared.plan.levers["kind"] == LeverKind.OVERTIME)  # and paid, idle or not
    most = rows["talk"] + rows["wrap"] + (rows["idle"] + rows["paused"]) * asked_to_stay
    assert np.all(rows["overtime"] <= most)
    assert np.all((rows["fatigue"] >= 0.0) & (rows["fatigue"] <= 1.0))
    if horizon % interval == 0:
        books = trace.staff[: horizon // interval]
        for group in range(books.shape[1]):
            mine = rows[rows["group"] == group]
            busy = int(mine["talk"].sum() + mine["wrap"].sum())
            assert int(books["busy"][:, group].sum()) == busy
            assert int(books["on_duty"][:, group].sum()) == busy + int(mine["idle"].sum())
    met = met_an_agent(trace.contacts)
    ended = met & (trace.contacts["ended"] < horizon)
    done = np.bincount(trace.contacts["agent"][ended], minlength=len(rows))
    at_the_end = met & (trace.contacts["ended"] == horizon)
    assert np.all(
        np.abs(rows["contacts"] - done)
        <= np.bincount(trace.contacts["agent"][at_the_end], minlength=len(rows))
    )


def moments_have_their_agents(trace: Trace) -> None:
    """Every moment whose last leg ended with a talk belongs to that agent."""
    last: dict[int, Any] = {int(row["moment"]): row for row in trace.contacts}
    ended = [row for row in trace.moments if row["open"] == 0 and int(row["moment"]) in last]
    talks = (Outcome.ANSWERED, Outcome.CALLED_BACK)
    ended = [row for row in ended if row["resolved"] != 2]  # these ended elsewhere
    by_agent = [row for row in ended if last[int(row["moment"])]["outcome"] in talks]
    agents = np.array([last[int(row["moment"])]["agent"] for row in by_agent], np.int64)
    rows = np.array(by_agent, trace.moments.dtype)
    wanted: dict[str, Any] = {
        "moments": np.ones(len(rows)),
        "resolved": rows["resolved"],
        "delight": rows["label"] == MomentClass.DELIGHT,
        "let_down": rows["label"] == MomentClass.LET_DOWN,
    }
    for name, values in wanted.items():
        assert np.array_equal(np.bincount(agents, values, len(trace.agents)), trace.agents[name]), name


def people_are_possible(prepared: Prepared, trace: Trace) -> None:
    """Customers stay within their bounds, and no number that means something is missing."""
    rows: Rows = trace.customers
    bound = float(prepared.plan.effects["displacement_bound"][0])
    for name in rows.dtype.names or ():
        assert np.all(np.isfinite(rows[name])), name
    assert np.all(np.abs(rows["attitude"]) <= bound + 1e-9)
    assert np.all((rows["anger"] >= 0.0) & (rows["anger"] <= 1.0))
    assert np.all(rows["wallet"] > 0.0)
    assert np.all(rows["hazard"] >= 0.0)
    assert np.all(trace.lost >= 0)
    joined = np.bincount(trace.joined["segment"], minlength=len(trace.lost))
    assert np.array_equal(joined, trace.acquisition["joined"])
    assert np.all(trace.lost <= prepared.plan.segments["customers"] + joined)
    assert np.all(np.abs(rows["expectation"]) <= 3.0)
    assert np.all(rows["grievance"] >= 0.0)
    for name in ("effort", "stakes", "attitude_after", "behaviour_after", "value_change", "harm"):
        assert np.all(np.isfinite(trace.moments[name])), name
    assert np.all(trace.moments["ended"] >= trace.moments["began"])
    for name in trace.tallies.dtype.names or ():
        assert np.all(np.isfinite(trace.tallies[name])), name
        if name not in SIGNED:
            assert np.all(trace.tallies[name] >= 0), name
