"""Promises kept and broken, failures that repeat, and offers in the right and the wrong moment, told on paper."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine import books_check
from engine.small import Call, minutes, small
from engine.test_recovery import noticed_plan
from momentsim.contract.plan import DAY, MINUTE
from momentsim.contract.trace import Trace
from momentsim.engine import simulate

# --- promises -----------------------------------------------------------------------------------------------


def promised(kept: float, **changes: Any) -> Trace:
    """One call, solved at 10 min, with something due an hour later."""
    return simulate(
        small([Call(0)], promise_within=60 * MINUTE, promise_kept=kept, memory_on=1, anger_on=1, **changes),
        log=True,
    )


def test_a_kept_promise_ends_the_moment_on_its_date() -> None:
    trace = promised(1.0)
    assert minutes(trace.moments["ended"]) == [70]
    assert trace.moments["resolved"].tolist() == [1]
    assert (trace.tallies["promises"].sum(), trace.tallies["promises_kept"].sum()) == (1, 1)
    assert trace.customers["anger"][0] == 0.0


def test_a_broken_promise_angers_and_brings_the_customer_back() -> None:
    """Due at 70 and broken: back 20 min later, in anger."""
    trace = promised(0.0, reconnect=1.0)
    assert minutes(trace.contacts["arrived"])[:2] == [0, 90]
    assert trace.contacts["anger_before"][1] > 0.25
    lost = promised(0.0, reconnect=0.0)
    assert (minutes(lost.moments["ended"]), lost.moments["resolved"].tolist()) == ([70], [0])
    kept = promised(1.0)
    assert lost.moments["experience"][0] < kept.moments["experience"][0]


def test_a_failure_repeats_after_a_kept_promise() -> None:
    """Kept at 70, fails again 20 min later, the customer calls at 90, and so on; each repetition is counted."""
    prepared = small(
        [Call(0)], promise_within=60 * MINUTE, promise_kept=1.0, failure_repeat=1.0, failure_repeat_law=3,
        memory_on=1,
    )  # fmt: skip
    prepared.plan.settings["horizon"], prepared.plan.settings["run_out"] = 710 * MINUTE, 0
    trace = simulate(prepared, log=True)
    assert minutes(trace.contacts["arrived"]) == [90 * n for n in range(8)]
    assert trace.tallies["failures_repeated"].sum() == 7
    assert trace.tallies["promises"].sum() == 8
    assert trace.moments["resolved"].tolist() == [1]  # a failure beyond the end of the run is none


def test_what_is_due_after_the_end_stays_open() -> None:
    prepared = small([Call(0)], promise_within=60 * DAY, promise_kept=1.0, memory_on=1)
    trace = simulate(prepared, log=True)
    assert trace.moments["open"].tolist() == [1]
    assert trace.tallies["promises"].sum() == 0
    books_check.audit(prepared, trace)


def test_who_pays_for_next_day_service_gets_it() -> None:
    prepared = small([Call(0)], promise_within=60 * MINUTE, promise_kept=0.0, memory_on=1)
    prepared.plan.segments["promise_within"] = 30 * MINUTE
    prepared.plan.segments["promise_kept"], prepared.plan.segments["promise_kept_own"] = 1.0, 1
    trace = simulate(prepared, log=True)
    assert (minutes(trace.moments["ended"]), trace.moments["resolved"].tolist()) == ([40], [1])


# --- selling ------------------------------------------------------------------------------------------------


def offered(calls: list[Call], **changes: Any) -> Trace:
    """Every talk ends with an offer of 10, which everybody takes who is in the mood."""
    values: dict[str, Any] = {"offer_pressure": 1.0, "offer_margin": 10.0, "offer_acceptance": 1.0, "stakes": 1.0,
                              "memory_on": 1, "selling_on": 1, "let_down_below": -100.0}  # fmt: skip
    return simulate(small(calls, **(values | changes)), log=True)


def test_an_offer_sells_after_real_help_only() -> None:
    trace = offered([Call(20.0 * n, customer=n) for n in range(30)])
    good = trace.contacts["quality"] >= 0.0
    assert 5 < good.sum() < 25
    by_moment = trace.moments["sold"][np.argsort(trace.moments["began"])]
    assert np.array_equal(by_moment, np.where(good, 10.0, 0.0))
    assert trace.tallies["sold"].sum() == 10.0 * good.sum()
    assert (trace.tallies["offers"].sum(), trace.tallies["pushy"].sum()) == (30, int((~good).sum()))


def test_an_offer_in_the_wrong_moment_makes_it_worse() -> None:
    """The same talks with and without offers: a solved one loses 0.3 SD at the end, an unsolved one too."""
    for resolution in (0.0, 1.0):
        pushed, plain = (
            offered([Call(0)], offer_calm=0.0, resolution=resolution, reconnect=0.0, offer_pressure=share)
            for share in (1.0, 0.0)
        )
        poor = plain.contacts["quality"][0] < 0.0 or resolution == 0.0
        lost = plain.moments["experience"][0] - pushed.moments["experience"][0]
        assert (lost > 0.1) == poor


def test_the_switch_takes_the_harm_away_and_not_the_sales() -> None:
    calls = [Call(20.0 * n, customer=n) for n in range(30)]
    on, off = (offered(calls, selling_on=state) for state in (1, 0))
    assert off.moments["experience"].sum() > on.moments["experience"].sum()
    assert np.array_equal(off.moments["sold"], on.moments["sold"])


def test_agents_who_listen_make_no_offer_in_the_wrong_moment() -> None:
    calls = [Call(20.0 * n, customer=n) for n in range(30)]
    listening, plain = offered(calls, offer_after_help=1), offered(calls)
    assert listening.tallies["pushy"].sum() == 0
    assert listening.tallies["sales"].sum() == plain.tallies["sales"].sum() > 0


def test_an_open_let_down_blocks_later_sales() -> None:
    """Each customer calls twice; the first moment is a let-down, whatever happened, so nothing sells any more."""
    calls = [Call(20.0 * n, customer=n // 2) for n in range(30)]
    blocked, free = offered(calls, let_down_below=100.0), offered(calls)
    second = np.arange(30) % 2 == 1
    assert free.moments["sold"][second].sum() > 0.0
    assert blocked.moments["sold"][second].sum() == 0.0
    assert np.array_equal(blocked.moments["sold"][~second], free.moments["sold"][~second])


def test_a_let_down_made_good_blocks_no_longer() -> None:
    """A second call 60 min after the case was closed: with the team it may sell, without it cannot."""
    calls = [Call(0, customer=1), Call(400, customer=1)]
    offers = {"offer_pressure": 1.0, "offer_margin": 10.0, "offer_acceptance": 1.0}
    sold = []
    for people in (1, 0):
        prepared = noticed_plan(calls, people=people, **offers)
        prepared.plan.effects["speech_lag_h"] = 1.0
        prepared.plan.effects["quality_noise"] = 0.0
        sold.append(simulate(prepared, log=True).moments["sold"].tolist())
    assert sold == [[10.0, 10.0], [10.0, 0.0]]
