"""Callbacks and announcements told on paper, on both clocks: who waits where, who is called when, what breaks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.books_check import audit
from engine.plans import law, plain_plan
from engine.small import Call, minutes, small
from engine.stories import differences
from momentsim.contract.plan import (
    ANNOUNCEMENT,
    CALLBACK,
    HOURS,
    MINUTE,
    NEVER,
    OPEN_SPAN,
    Family,
    MomentKind,
    Prepared,
    Tells,
)
from momentsim.contract.trace import Channel, Outcome, Trace
from momentsim.draws import Purpose, name_key, replication_key, uniform
from momentsim.engine import simulate
from momentsim.rules.experience import patience_when_told, talk_when_told, told_wait


def offering(prepared: Prepared, **changes: Any) -> Prepared:
    """The same plan with a callback offer in its first queue: everybody takes it, nobody misses the call."""
    rows = np.zeros(1, CALLBACK)
    rows["in_force"], rows["acceptance"], rows["tries"], rows["margin"] = 1, 1.0, 2, 1.5
    rows["wait_above"], rows["waiting_above"] = -1, NEVER
    rows["ring"], rows["again_after"] = MINUTE, 15 * MINUTE
    for name, value in changes.items():
        rows[name] = value
    return prepared._replace(plan=prepared.plan._replace(callbacks=rows))


def telling(prepared: Prepared, informed: float = 0.0, **changes: Any) -> Prepared:
    """The same plan with an announcement in its first queue."""
    rows = np.zeros(1, ANNOUNCEMENT)
    rows["in_force"], rows["tells"], rows["band_min"] = 1, Tells.WAIT, 5
    for name, value in changes.items():
        rows[name] = value
    shares = np.full((1, len(prepared.plan.reasons)), informed)
    return prepared._replace(plan=prepared.plan._replace(announcements=rows, informed=shares))


def closing(prepared: Prepared, minute: int, disconnects: int = 0) -> Prepared:
    """The same plan in which the queue closes at this minute for good; nobody calls again."""
    hours, spans = np.zeros(1, HOURS), np.zeros(1, OPEN_SPAN)
    hours["last_span"], hours["disconnects"], hours["message"] = 1, disconnects, 1
    hours["delay_law"] = len(prepared.plan.laws)
    spans["closes"] = minute * MINUTE
    laws = np.concatenate([prepared.plan.laws, law(Family.CONSTANT, 5 * MINUTE)])
    return prepared._replace(plan=prepared.plan._replace(hours=hours, open_spans=spans, laws=laws))


def told(prepared: Prepared) -> Trace:
    """The trace of both clocks, audited."""
    trace, simpy = (simulate(prepared, log=True, clock=clock) for clock in ("compiled", "simpy"))
    assert differences(trace, simpy) == []
    audit(prepared, trace)
    return trace


def words(trace: Trace) -> list[str]:
    return [Outcome(int(outcome)).name.lower() for outcome in trace.contacts["outcome"]]


def total(trace: Trace, name: str) -> float:
    return float(trace.intervals[name].sum())


THREE = (Call(0), Call(1), Call(2))
"""One agent talks for 10 minutes: they are answered at minutes 0, 10 and 20."""


def test_a_callback_keeps_the_place_in_the_queue() -> None:
    plain, offered = told(small(THREE)), told(offering(small(THREE, patience_min=3.0)))
    assert minutes(offered.contacts["answered"]) == minutes(plain.contacts["answered"]) == [0, 10, 20]
    assert words(offered) == ["answered", "called_back", "called_back"]
    assert offered.contacts["channel"].tolist() == [
        Channel.VOICE,
        Channel.CALLBACK_OFFER,
        Channel.CALLBACK_OFFER,
    ]
    assert [total(offered, name) for name in ("offered", "answered", "called_back", "callbacks")] == [
        3,
        3,
        2,
        2,
    ]
    assert total(offered, "wait_answered") == 0
    assert total(offered, "wait_called_back") == (9 + 18) * MINUTE


def test_who_takes_a_callback_needs_no_line() -> None:
    plain = told(small(THREE, lines=1, redial_first=0.0))
    assert words(plain) == ["blocked", "blocked", "answered"]
    offered = told(offering(small(THREE, lines=2, redial_first=0.0)))
    assert words(offered) == ["answered", "called_back", "called_back"]
    assert words(told(small(THREE, lines=2, redial_first=0.0))).count("blocked") == 1


def test_nobody_is_offered_a_callback_where_an_agent_is_free_or_the_wait_is_short() -> None:
    apart = told(offering(small([Call(0), Call(20)])))
    assert total(apart, "callback_offers") == 0 and words(apart) == ["answered", "answered"]
    longer = told(offering(small(THREE), wait_above=15 * MINUTE))
    assert words(longer) == ["answered", "answered", "called_back"]  # one waits: 10 minutes; two: 20
    fuller = told(offering(small(THREE), wait_above=NEVER, waiting_above=0))
    assert words(fuller) == ["answered", "answered", "called_back"]


def test_with_acceptance_0_only_the_offers_are_counted() -> None:
    prepared = small(THREE, patience_min=12.0, memory_on=1)
    plain, offered = told(prepared), told(offering(prepared, acceptance=0.0))
    assert total(offered, "callback_offers") == 2
    offered.intervals["callback_offers"] = 0
    assert differences(plain, offered) == []


def test_a_call_that_nobody_answers_costs_the_agent_and_is_tried_again() -> None:
    missed = told(offering(small(THREE, redial_first=0.0), no_answer=1.0))
    assert words(missed) == ["answered", "not_reached", "not_reached"]
    # dialled at 10, rings to 11; the next one rings to 12; then again at 26 and 27
    assert minutes(missed.contacts["ended"]) == [10, 26, 27]
    assert total(missed, "rings") == 4 * MINUTE
    assert missed.agents["wrap"].sum() == 4 * MINUTE
    assert total(missed, "callbacks_kept") == 2  # called in time; that nobody answered is another matter
    assert missed.moments["resolved"].tolist() == [1, 0, 0]
    once = told(offering(small(THREE, redial_first=0.0), no_answer=1.0, tries=1))
    assert total(once, "rings") == 2 * MINUTE


def test_the_next_try_waits_first_in_its_queue() -> None:
    """Called in vain at 10, due again at 26 while the agent talks from 11 to 41: first when free, before the fourth."""
    calls = [Call(0), Call(1), Call(2, reason=1), Call(20)]
    prepared = small(calls, talk_min=(10.0, 30.0), redial_first=0.0)
    acceptance = taken_by(prepared, [1], [2, 3])
    trace = told(offering(prepared, no_answer=1.0, acceptance=acceptance))
    assert words(trace) == ["answered", "answered", "not_reached", "answered"]
    assert minutes(trace.contacts["ended"]) == [10, 41, 41, 52]


def taken_by(prepared: Prepared, takers: list[int], others: list[int]) -> float:
    """An acceptance with which these callers take a callback and the others do not; under a key where there is one."""
    for seed in range(1000):
        prepared.plan.settings["key"] = key = replication_key(seed, 0)
        draws = [uniform(key, name_key("call", number), Purpose.CALLBACK, 1) for number in range(4)]
        highest, lowest = max(draws[each] for each in takers), min(draws[each] for each in others)
        if highest < lowest:
            return (highest + lowest) / 2.0
    raise AssertionError("no key separates them")


def test_a_promise_is_kept_or_broken_at_the_time_told() -> None:
    in_time = told(offering(small(THREE, memory_on=1), promise=20 * MINUTE))
    late = told(offering(small(THREE, memory_on=1), promise=9 * MINUTE))
    assert (total(in_time, "callbacks_kept"), total(late, "callbacks_kept")) == (2, 1)
    assert total(late, "called_back") == 2
    assert late.moments["experience"][2] < in_time.moments["experience"][2]
    assert late.moments["experience"][1] == in_time.moments["experience"][1]


def test_a_callback_that_never_comes_is_broken_when_the_queue_closes() -> None:
    for disconnects in (0, 1):
        trace = told(closing(offering(small(THREE, memory_on=1)), 15, disconnects))
        assert words(trace) == ["answered", "not_called", "called_back"]
        assert minutes(trace.contacts["ended"]) == [10, 15, 20]
        assert total(trace, "not_called") == 1 and total(trace, "wait_not_called") == 13 * MINUTE
        assert trace.moments["resolved"].sum() == 2


def test_a_callback_hurts_less_than_the_same_wait_on_the_line() -> None:
    calls = [Call(0), Call(1)]
    line = told(small(calls, talk_min=(60.0,), memory_on=1))
    back = told(offering(small(calls, talk_min=(60.0,), memory_on=1), promise=90 * MINUTE))
    assert minutes(line.contacts["answered"]) == minutes(back.contacts["answered"])
    assert back.moments["experience"][1] > line.moments["experience"][1]


def test_when_quiet_comes_after_all_who_wait_on_the_line() -> None:
    calls = [Call(0), Call(1), Call(2), Call(3)]
    prepared = small(calls)
    acceptance = taken_by(prepared, [1], [2, 3])
    turn, quiet = (told(offering(prepared, acceptance=acceptance, quiet=each)) for each in (0, 1))
    assert words(turn) == ["answered", "called_back", "answered", "answered"]
    assert words(quiet) == ["answered", "answered", "answered", "called_back"]
    assert minutes(turn.contacts["answered"]) == minutes(quiet.contacts["answered"]) == [0, 10, 20, 30]


def test_open_callbacks_are_open_at_the_very_end() -> None:
    prepared = offering(small([Call(11 * 60 + 50), Call(11 * 60 + 51)], talk_min=(1000.0,)))
    prepared.plan.settings["run_out"] = 30 * MINUTE
    trace = told(prepared)
    assert words(trace) == ["open", "open"]


def test_everybody_is_answered_when_the_plain_queue_would_have_answered() -> None:
    """Erlang C, the place kept: contact by contact the same instant as in the plain queue, so the same waits."""
    plain = plain_plan(arrivals_per_hour=100, agents=12, hours=48)
    plain.plan.laws[1] = law(Family.NEVER)[0]
    line, back = simulate(plain, log=True), simulate(offering(plain), log=True)
    audit(plain, back)
    in_order = [np.sort(trace.contacts, order="contact") for trace in (line, back)]
    assert np.array_equal(in_order[0]["answered"], in_order[1]["answered"])
    called_back = in_order[1]["outcome"] == Outcome.CALLED_BACK
    assert np.array_equal(called_back, in_order[0]["answered"] > in_order[0]["queued"])
    waited = total(back, "wait_answered") + total(back, "wait_called_back")
    assert waited == total(line, "wait_answered") > 0


def test_more_callbacks_fewer_hang_ups_and_busy_signals_at_the_same_throughput() -> None:
    """The same callers and the same draws, so the counts are the same in every run: no luck is in the comparison."""
    prepared = plain_plan(arrivals_per_hour=125, agents=12, hours=48, lines=20)
    traces = [simulate(offering(prepared, acceptance=share)) for share in (0.0, 0.4, 0.8)]
    for name in ("abandoned", "blocked"):
        counts = [total(trace, name) for trace in traces]
        assert counts[0] > counts[1] > counts[2], name
    answered = [total(trace, "answered") for trace in traces]
    assert answered == pytest.approx([answered[0]] * 3, rel=0.15)
    assert answered[0] < answered[2]


def test_longer_waits_told_turn_more_away() -> None:
    shares = []
    for load in (100, 125, 150):
        trace = simulate(telling(plain_plan(arrivals_per_hour=load, agents=12, hours=48)))
        shares.append(total(trace, "balked") / total(trace, "offered"))
    assert shares[0] < shares[1] < shares[2]


# announcements


def test_a_wait_is_told_in_whole_bands() -> None:
    assert [told_wait(expected, 5.0) for expected in (0.0, 0.1, 5.0, 5.1, 12.0)] == [5, 5, 5, 10, 15]


def test_patience_of_those_who_are_told_is_the_integral_of_the_hazard() -> None:
    """With an exponential patience the hazard is multiplied: the integral of the speed is the patience, at any time."""
    before, after = 0.9, 1.52
    for mark in (0.0, 5.0, 30.0, 32000.0):
        for patience in (0.0, 0.01, 1.0, 4.0, 60.0, 1e5):
            until = patience_when_told(patience, mark, before, after)
            steps = np.linspace(0.0, until, 200_001)
            speed = np.where(steps < mark, before ** (mark - steps), after ** (steps - mark))
            passed = float(np.sum((speed[1:] + speed[:-1]) / 2.0 * np.diff(steps)))
            assert passed == pytest.approx(patience, rel=2e-3, abs=1e-6) or mark > 1e4
            assert 0.0 <= until < np.inf
    assert patience_when_told(7.0, 5.0, 1.0, 1.0) == 7.0


def test_talks_are_longer_after_waits_longer_than_told_up_to_a_bound() -> None:
    assert [talk_when_told(over, 21.0, 10.0) for over in (-3.0, 0.0, 2.0, 10.0, 99.0)] == [0, 0, 42, 210, 210]
    told_late = told(telling(small(THREE, announced_handling=MINUTE)))  # told 5 minutes, waited 9 and 18
    stays = minutes(told_late.contacts["talk"])
    assert stays == pytest.approx([10.0, 10.0 + 4 * 21 / 60, 10.0 + 10 * 21 / 60])


def test_who_was_told_stays_until_then_and_leaves_soon_after() -> None:
    prepared = small([Call(0), Call(1)], talk_min=(60.0,), patience_min=8.0, redial_first=0.0)
    prepared.plan.effects["balk_strength"] = 0.0
    plain = told(prepared)
    assert minutes(plain.contacts["ended"]) == [9, 60]
    for band, handling in ((30, 30), (5, 5)):  # the last in line is told one band
        trace = told(telling(_reckoning_with(prepared, handling), band_min=band))
        left = 1.0 + patience_when_told(8.0, float(band), 0.9, 1.52)
        assert words(trace) == ["abandoned", "answered"]
        assert minutes(trace.contacts["ended"]) == pytest.approx([left, 60.0], abs=1e-6)
    short, long = (patience_when_told(8.0, mark, 0.9, 1.52) for mark in (5.0, 30.0))
    assert 5.0 < short < long < 30.0  # told longer, they stay longer, but not as long as told


def _reckoning_with(prepared: Prepared, handling_min: int) -> Prepared:
    settings = prepared.plan.settings.copy()
    settings["announced_handling"] = handling_min * MINUTE
    return prepared._replace(plan=prepared.plan._replace(settings=settings))


def test_the_message_answers_some_and_loses_some() -> None:
    calls = [Call(minute) for minute in range(600)]
    prepared = small(calls, talk_min=(0.5,), redial_first=0.0)
    trace = told(telling(prepared, informed=0.4, lost=0.1, tells=Tells.NOTHING))
    informed, lost = total(trace, "informed"), total(trace, "balked")
    assert informed + total(trace, "offered") == 600
    assert abs(informed - 240) < 5.5 * (600 * 0.4 * 0.6) ** 0.5  # 4e-8
    assert abs(lost - 36) < 5.5 * (600 * 0.06 * 0.94) ** 0.5
    assert trace.moments["resolved"].sum() == 600 - lost


def test_status_calls_have_a_share_of_their_own() -> None:
    prepared = small([Call(0), Call(30), Call(60)], redial_first=0.0)
    rows = prepared.moments_of_day(0)
    rows["kind"][1] = MomentKind.STATUS
    trace = told(telling(prepared, tells=Tells.NOTHING, status_informed=1.0, lost=0.0))
    assert words(trace) == ["answered", "informed", "answered"]
