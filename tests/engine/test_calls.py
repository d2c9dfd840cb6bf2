"""Ways of a call, told on paper first: busy, balked, abandoned, overflow, redial, run-out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.plans import plain_plan
from engine.small import ALWAYS, START, Call, Serve, minutes, small, story
from momentsim.contract.plan import DAY, HOUR, MINUTE, ContactOrder, Family
from momentsim.contract.trace import MomentClass, Outcome, Trace
from momentsim.engine import simulate


def outcomes(trace: Trace) -> list[Outcome]:
    return [Outcome(int(outcome)) for outcome in trace.contacts["outcome"]]


def test_first_come_first_served() -> None:
    trace = story([Call(0), Call(1), Call(2), Call(3)])
    assert minutes(trace.contacts["arrived"]) == [0, 1, 2, 3]
    assert minutes(trace.contacts["answered"]) == [0, 10, 20, 30]
    assert minutes(trace.contacts["ended"]) == [10, 20, 30, 40]
    assert trace.queue_time.sum() == (9 + 18 + 27) * MINUTE


def test_higher_priority_goes_first() -> None:
    trace = story([Call(0, 1), Call(1, 1), Call(2, 0), Call(3, 1)], talk_min=(10, 10), priority=[0, 4])
    assert minutes(trace.contacts["arrived"]) == [0, 2, 1, 3]


def test_a_head_start_counts_as_time_waited_within_one_priority() -> None:
    """Reason 1 stands as if it had come 5 minutes earlier: it overtakes those of the 5 minutes before it."""
    calls = [Call(0), Call(1), Call(3), Call(7, 1), Call(9), Call(9.5, 1)]
    trace = story(calls, talk_min=(10, 10), head_start=[0, 5 * MINUTE])
    assert minutes(trace.contacts["arrived"]) == [0, 1, 7, 3, 9.5, 9]
    plain = story(calls, talk_min=(10, 10), head_start=[5 * MINUTE, 5 * MINUTE])
    assert minutes(plain.contacts["arrived"]) == [0, 1, 3, 7, 9, 9.5]


def test_a_head_start_does_not_reach_over_priorities() -> None:
    calls = [Call(0), Call(1, 1), Call(2)]
    trace = story(calls, talk_min=(10, 10), head_start=[0, 60 * MINUTE], priority=[0, 4])
    assert minutes(trace.contacts["arrived"]) == [0, 2, 1]


def test_at_equal_standing_who_really_came_first_goes_first() -> None:
    trace = story([Call(0), Call(1), Call(6, 1)], talk_min=(10, 10), head_start=[0, 5 * MINUTE])
    assert minutes(trace.contacts["arrived"]) == [0, 1, 6]


def test_a_head_start_counts_between_queues_and_not_towards_the_delay_of_overflow() -> None:
    """The helping group takes queue 1 only after 4 real minutes, whatever the head start."""
    calls = [Call(0), Call(1), Call(7, 1)]
    changes: dict[str, Any] = {"head_start": [0, 60 * MINUTE], "queue": [0, 1]}
    shared = story(calls, talk_min=(10, 10), serves=(Serve(0), Serve(1)), **changes)
    assert minutes(shared.contacts["arrived"]) == [0, 7, 1]
    delayed = story(calls, talk_min=(10, 10), serves=(Serve(0), Serve(1, after_min=4)), **changes)
    assert minutes(delayed.contacts["arrived"]) == [0, 1, 7]


@pytest.mark.parametrize("order", [ContactOrder.STAKES, ContactOrder.VALUE, ContactOrder.ANGER])
def test_band_of_the_score_goes_first_within_a_priority(order: ContactOrder) -> None:
    calls = [Call(0)] + [Call(1 + n / 10, n % 2, customer=n) for n in range(40)]
    settings: dict[str, Any] = {"memory_on": 1, "anger_on": 1, "contact_order": order, "stakes": [0.1, 0.9]}
    prepared = small(calls, talk_min=(10, 10), **settings)
    trace = simulate(prepared, log=True)
    waiting = trace.contacts[1:]
    by_customer = {int(row["customer"]): row for row in trace.customers}
    margin = float(prepared.plan.segments["margin"][0])
    score = {
        ContactOrder.STAKES: np.where(waiting["reason"] == 1, 0.9, 0.1),
        ContactOrder.VALUE: np.array(
            [by_customer[int(c)]["value"] / (2 * margin + 1e-9) for c in waiting["customer"]]
        ),
        ContactOrder.ANGER: waiting["anger_before"].astype(np.float64),
    }[order]
    band = np.minimum((score * 4).astype(int), 3)
    expected = np.lexsort((waiting["queued"], -band))
    assert np.array_equal(expected, np.arange(len(waiting)))
    if order != ContactOrder.ANGER:
        assert len(np.unique(band)) > 1


def test_angry_callers_of_a_higher_band_go_first() -> None:
    """Two calls of one customer hang up and grow angry; the third attempt overtakes a calm caller."""
    trace = story(
        [Call(0), Call(0, customer=1), Call(25, customer=2)],
        talk_min=(65.0,), patience_min=5, redial_first=1.0, redial_further=1.0,
        anger_on=1, contact_order=ContactOrder.ANGER, expected_wait=0.0,
    )  # fmt: skip
    angry = trace.contacts[trace.contacts["customer"] == 1]
    assert angry["anger_before"].max() >= 0.25
    assert outcomes(trace).count(Outcome.ABANDONED) >= 2


def test_group_takes_its_preferred_queue_first_and_then_the_longer_wait() -> None:
    calls = [Call(0), Call(1, 1), Call(2, 0), Call(3, 1), Call(4, 0)]
    two_queues: dict[str, Any] = {"talk_min": (10, 10), "queue": [0, 1]}
    preferred = story(calls, serves=(Serve(0, rank=0), Serve(1, rank=1)), **two_queues)
    assert minutes(preferred.contacts["arrived"]) == [0, 2, 4, 1, 3]
    equal = story(calls, serves=(Serve(0), Serve(1)), **two_queues)
    assert minutes(equal.contacts["arrived"]) == [0, 1, 2, 3, 4]


def test_overflow_group_helps_after_the_delay() -> None:
    """Two groups: the second one is idle, but takes calls of the queue only once they have waited 3 min."""
    both: dict[str, Any] = {
        "groups": (1, 1),
        "roster": ((0, 0, START), (0, 1, START)),
        "serves": (Serve(0, 0), Serve(0, 1, after_min=3)),
    }
    trace = story([Call(0), Call(1), Call(2)], **both)
    assert trace.contacts["group"].tolist() == [0, 1, 0]
    assert minutes(trace.contacts["answered"]) == [0, 4, 10]


def test_overflow_group_that_comes_free_respects_the_delay() -> None:
    both: dict[str, Any] = {
        "groups": (1, 1),
        "roster": ((0, 0, START), (0, 1, START)),
        "serves": (Serve(0, 0), Serve(0, 1, after_min=3), Serve(1, 1)),
    }
    trace = story([Call(0), Call(0, 1), Call(8), Call(9)], talk_min=(20, 10), queue=[0, 1], **both)
    rows = trace.contacts[np.lexsort((trace.contacts["reason"], trace.contacts["arrived"]))]
    assert minutes(rows["answered"]) == [0, 0, 11, 20]
    assert rows["group"].tolist() == [0, 1, 1, 0]


def test_busy_lines_block_and_the_line_is_free_at_hang_up() -> None:
    trace = story([Call(0), Call(1), Call(2), Call(10)], lines=2, wrap_min=1)
    assert outcomes(trace) == [Outcome.BLOCKED, Outcome.ANSWERED, Outcome.ANSWERED, Outcome.ANSWERED]
    assert minutes(trace.contacts["arrived"]) == [2, 0, 1, 10]
    assert trace.contacts["queued"][0] == -1
    assert trace.intervals["blocked"].sum() == 1


def test_caller_hangs_up_when_patience_ends_but_an_agent_freed_then_still_answers() -> None:
    trace = story([Call(0), Call(2), Call(5)], patience_min=5)
    assert outcomes(trace) == [Outcome.ABANDONED, Outcome.ANSWERED, Outcome.ANSWERED]
    assert minutes(trace.contacts["ended"]) == [7, 10, 20]
    assert minutes(trace.contacts["answered"][1:]) == [0, 10]
    assert trace.waits[0, 1].sum() == 1


def test_abandoned_calls_are_short_or_within_the_threshold() -> None:
    trace = story([Call(0), Call(1)], patience_min=4 / 60)
    counts = {
        name: int(trace.intervals[name].sum())
        for name in ("abandoned", "abandoned_short", "abandoned_in_threshold")
    }
    assert counts == {"abandoned": 1, "abandoned_short": 1, "abandoned_in_threshold": 1}
    trace = story([Call(0), Call(1)], patience_min=0.25)
    assert trace.intervals["abandoned_short"].sum() == 0
    assert trace.intervals["abandoned_in_threshold"].sum() == 1


def test_every_failure_redials_when_it_surely_does() -> None:
    trace = story([Call(0), Call(1)], talk_min=(30.0,), patience_min=5, redial_first=1.0, redial_further=0.0)
    second = trace.contacts[trace.contacts["moment"] == 2]
    assert minutes(second["arrived"]) == [1, 26]
    assert second["attempt"].tolist() == [1, 2]
    assert [Outcome(int(o)) for o in second["outcome"]] == [Outcome.ABANDONED, Outcome.ANSWERED]
    moment = trace.moments[trace.moments["moment"] == 2][0]
    assert (moment["contacts"], moment["effort"], moment["resolved"]) == (2, 1.0, 1)


def test_unsolved_moments_come_back_or_not() -> None:
    surely = story([Call(0)], resolution=0.0, reconnect=1.0)
    assert minutes(surely.contacts["arrived"])[:3] == [0, 30, 60]
    assert surely.moments["open"].tolist() == [1]
    never = story([Call(0)], resolution=0.0, reconnect=0.0)
    assert len(never.contacts) == 1
    assert never.tallies["unserved"].sum() == 1


def test_announced_wait_turns_callers_away_by_its_share() -> None:
    """Balking probability is strength x (1 - exp(-announced/median patience)).

    Bound: 400 callers, binomial; outside 5.5 SD with probability below 1e-7.
    """
    prepared = small([Call(0)] + [Call(1 + n / 1000) for n in range(400)], patience_min=20, announce_wait=1)
    trace = simulate(prepared, log=True)
    arrived = trace.contacts[trace.contacts["arrived"] > 0]
    order = np.argsort(arrived["arrived"])
    balked = arrived["outcome"][order] == Outcome.BALKED
    ahead = np.concatenate([[0], np.cumsum(~balked)[:-1]]) + 1
    strength = float(prepared.plan.effects["balk_strength"][0])
    share = strength * -np.expm1(-ahead * 10.0 / 20.0)
    deviation = (balked.sum() - share.sum()) / np.sqrt((share * (1 - share)).sum())
    assert abs(deviation) < 5.5
    assert np.all(arrived["queued"][order][balked] == -1)


def test_the_announcement_reckons_with_the_handling_time_it_is_given() -> None:
    """With strength 1 and a median of 20 minutes; a thousandth of a second ahead turns nobody away."""
    calls = [Call(0)] + [Call(1 + n / 1000, customer=n) for n in range(200)]
    short = story(calls, patience_min=20, announce_wait=1, announced_handling=1)
    assert Outcome.BALKED not in short.contacts["outcome"]
    endless = small(calls, patience_min=20, announce_wait=1, announced_handling=1000 * HOUR)
    endless.plan.effects["balk_strength"] = 1.0
    assert np.sum(simulate(endless, log=True).contacts["outcome"] == Outcome.BALKED) == 200


def test_nobody_balks_while_an_agent_is_free() -> None:
    trace = story([Call(n * 10) for n in range(20)], announce_wait=1, patience_min=0.001)
    assert set(outcomes(trace)) == {Outcome.ANSWERED}


def test_run_out_drains_what_waits_and_ends_early() -> None:
    trace = story([Call(719), Call(719.5)], talk_min=(120.0,))
    assert trace.moments["open"].tolist() == [0, 0]
    assert trace.agents["talk"].sum() == MINUTE
    assert minutes(trace.contacts["ended"]) == [719 + 120, 719 + 240]
    assert trace.ended < 12 * HOUR + DAY


def test_run_out_ends_after_seven_days_and_what_is_open_is_let_down() -> None:
    """Nobody ever comes on duty: callers of endless patience wait until the run-out ends."""
    trace = story([Call(0), Call(5)], roster=[(0, 0, START)][:0], memory_on=1)
    assert outcomes(trace) == [Outcome.OPEN, Outcome.OPEN]
    limit = 12 * HOUR + 7 * DAY
    assert trace.contacts["ended"].tolist() == [limit, limit]
    assert trace.moments["open"].tolist() == [1, 1]
    assert trace.intervals["open"].sum() == 2
    assert trace.tallies["unserved"].sum() == 2
    assert trace.ended <= limit
    felt = story(
        [Call(0, customer=1), Call(5)],
        talk_min=(9000.0,),
        memory_on=1,
        lines=1,
        redial_first=1.0,
        redial_further=1.0,
    )
    still_open = felt.moments[felt.moments["open"] == 1]
    assert len(still_open) == 1
    assert still_open["label"].tolist() == [MomentClass.LET_DOWN]


def test_a_need_without_contact_is_closed_without_one() -> None:
    from momentsim.contract.plan import NEVER

    prepared = small([Call(3)])
    moments = prepared.moments_of_day(0)
    moments["first_contact"] = NEVER
    trace = simulate(prepared._replace(moments_of_day=lambda day: moments), log=True)
    assert len(trace.contacts) == 0
    assert trace.tallies["no_contact"].sum() == 1
    assert trace.tallies["unserved"].sum() == 0


def test_order_of_callers_holds_under_load() -> None:
    """At every answer nobody of the same queue who came earlier is left waiting; the wait is that of Erlang A."""
    trace = simulate(plain_plan(arrivals_per_hour=130, agents=10, hours=8), log=True)
    rows = trace.contacts
    waited = rows[(rows["outcome"] == Outcome.ANSWERED) & (rows["answered"] > rows["queued"])]
    left = np.where(rows["outcome"] == Outcome.ANSWERED, rows["answered"], rows["ended"])
    assert len(waited) > 200
    for row in waited:
        overtaken = (rows["queued"] < row["queued"]) & (left > row["answered"])
        assert not overtaken.any()


def test_law_families_of_patience_reach_the_engine() -> None:
    prepared = plain_plan(arrivals_per_hour=60, agents=1, hours=6)
    for family in (Family.CONSTANT, Family.EXPONENTIAL, Family.LOGNORMAL):
        laws = prepared.plan.laws.copy()
        laws["family"][1], laws["b"][1] = family, 0.5
        laws["a"][1] = np.log(120e6) if family == Family.LOGNORMAL else 120e6
        trace = simulate(prepared._replace(plan=prepared.plan._replace(laws=laws)), log=True)
        gone = trace.contacts[trace.contacts["outcome"] == Outcome.ABANDONED]
        spread = np.ptp(gone["ended"] - gone["queued"])
        assert (spread == 0) == (family == Family.CONSTANT)


def test_small_plan_is_always_on_duty() -> None:
    assert small([Call(0)], roster=ALWAYS).plan.roster["time"].tolist() == [0]
