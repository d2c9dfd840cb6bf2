"""Noticing, the recovery team, promises and offers, told on paper; and the ledger with recovery in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.small import Call, small
from momentsim.contract import plan as p
from momentsim.contract.plan import DAY, HOUR, MINUTE
from momentsim.contract.trace import Detected
from momentsim.engine import ReplicationRun, simulate
from momentsim.rules import recovery as rules
from test_loyalty_is_real import value_to_outlook

ALL_DAY = {"opens": 0, "closes": DAY, "days": 0b1111111}
LAG_MIN = 12 * 60.0
"""Speech analytics marks a moment so long after its end."""


def noticed_plan(calls: list[Call], people: int = 1, **about: Any) -> p.Prepared:
    """Every moment is a let-down and marked by speech analytics; the team takes 60 min for a case."""
    settings: dict[str, Any] = {"memory_on": 1, "let_down_below": 100.0, "stakes": 0.8}
    settings |= {
        name: about.pop(name) for name in list(about) if name in ("talk_min", *(p.REASON.names or ()))
    }
    prepared = small(calls, groups=(len(calls),), roster=[(0, n, p.RosterAction.START) for n in range(len(calls))],
                     **settings)  # fmt: skip
    row = np.zeros(1, p.RECOVERY)
    fields = {"on": 1, "speech": 1, "sensitivity": 1.0, "specificity": 1.0, "people": people, "apology": 1}
    for name, value in (fields | ALL_DAY | {"give_up_after": 14 * DAY} | about).items():
        row[name] = value
    laws = np.concatenate([prepared.plan.laws, np.zeros(1, p.LAW)])
    laws["family"][-1], laws["a"][-1], laws["weight"][-1] = p.Family.CONSTANT, 60.0 * MINUTE, 1.0
    row["law"] = len(laws) - 1
    return prepared._replace(plan=prepared.plan._replace(recovery=row, laws=laws))


def times_of(prepared: p.Prepared, field: str, until_min: int) -> list[int]:
    """Minutes at which a tally has risen, one for each unit; read at whole minutes."""
    run = ReplicationRun(prepared)
    found: list[int] = []
    for minute in range(until_min):
        run.advance(until=minute * MINUTE)
        found += [minute] * (int(run.world["tallies"][field].sum()) - len(found))
    return found


THREE = [Call(0, customer=1), Call(1, customer=2), Call(2, customer=3)]


def test_one_person_works_cases_one_after_the_other() -> None:
    """Talks end at 10, 11, 12 min, noticed 12 h later: done at 790, 850 and 910 min."""
    assert times_of(noticed_plan(THREE), "recovered", 1000) == [790, 850, 910]


def test_two_people_share_the_list() -> None:
    assert times_of(noticed_plan(THREE, people=2), "recovered", 1000) == [790, 791, 850]


def test_a_case_waits_for_the_agreed_delay() -> None:
    assert times_of(noticed_plan(THREE[:1], delay=30 * MINUTE), "recovered", 1000) == [820]


def test_nobody_begins_a_case_outside_working_hours() -> None:
    """Until 13:00 one case is begun (12:10) and finished; the others wait for 09:00 of the next day."""
    hours = {"opens": 9 * HOUR, "closes": 13 * HOUR}
    assert times_of(noticed_plan(THREE, **hours), "recovered", 2100) == [790, 2040]
    tuesday_off = {**hours, "days": 0b1111101}
    assert times_of(noticed_plan(THREE[:2], **tuesday_off), "recovered", 3600) == [790, 2 * 1440 + 600]


def test_a_midnight_before_the_start_shifts_the_hours() -> None:
    """The run begins at 20:00 of a Sunday: noticed at 08:10 on Monday, begun at 09:00."""
    hours = {"opens": 9 * HOUR, "closes": 17 * HOUR, "midnight": -20 * HOUR, "weekday": 6, "days": 0b1}
    assert times_of(noticed_plan(THREE[:1], **hours), "recovered", 1000) == [13 * 60 + 60]


def test_the_highest_score_goes_first() -> None:
    """By stakes: while the first case is worked on, the last one noticed overtakes the second."""
    calls = [Call(0, customer=1), Call(1, customer=2), Call(2, 1, customer=3)]
    for order, expected in ((p.RecoveryOrder.STAKES, [1, 0, 1]), (p.RecoveryOrder.FIRST_COME, [1, 1, 0])):
        prepared = noticed_plan(calls, stakes=[0.3, 0.9], talk_min=(10.0, 10.0), order=order)
        run = ReplicationRun(prepared, log=True)
        run.advance(until=860 * MINUTE)
        rows = run.world["moment_rows"][:3]
        assert rows["recovered"][np.argsort(rows["began"])].tolist() == expected


def test_cases_too_old_are_dropped() -> None:
    """When its turn comes at 790 min the second is 59 min old, at 850 the third is 118: more than 100."""
    trace = simulate(noticed_plan(THREE, give_up_after=100 * MINUTE), log=True)
    assert trace.moments["recovered"].tolist() == [1, 1, 0]
    assert trace.tallies["given_up"].sum() == 1


def test_the_backlog_is_counted_at_the_horizon() -> None:
    """The horizon ends at 12 h: with a lag of nothing but talks, cases noticed by then and not taken up."""
    prepared = noticed_plan(THREE)
    prepared.plan.effects["speech_lag_h"] = 11.0
    trace = simulate(prepared)
    assert trace.tallies["backlog"].sum() == 2
    assert trace.tallies["recovered"].sum() == 3


def test_false_alarms_cost_time_and_change_nobody() -> None:
    """The first moment is no let-down but marked: the team is busy with it for an hour."""
    prepared = noticed_plan(THREE, let_down_below=-100.0, specificity=0.0)
    trace = simulate(prepared, log=True)
    assert trace.tallies["false_alarms"].sum() == 3
    assert trace.tallies["recovered"].sum() == trace.tallies["compensation"].sum() == 0
    assert np.all(trace.moments["detected"] == Detected.SPEECH)
    quiet = simulate(noticed_plan(THREE, let_down_below=-100.0, specificity=1.0), log=True)
    assert np.array_equal(quiet.customers["attitude"], trace.customers["attitude"])
    assert np.all(quiet.moments["detected"] == Detected.NONE)


def test_who_is_noticed_first_wins_and_silence_stays_unnoticed() -> None:
    """A post is found 6 h after, speech analytics marks 12 h after, a complaint is read 48 h after."""
    ways: dict[str, Any] = {"complaints": 1, "listening": 1.0}
    prepared = noticed_plan(THREE[:1], **ways)
    for share, expected in ((1.0, Detected.LISTENING), (0.0, Detected.SPEECH)):
        prepared.plan.effects["public_post"] = share
        assert simulate(prepared, log=True).moments["detected"].tolist() == [expected]
    silent = noticed_plan(THREE[:1], sensitivity=0.0)
    assert simulate(silent, log=True).moments["detected"].tolist() == [Detected.NONE]


def test_what_is_noticed_after_the_end_is_not_noticed() -> None:
    prepared = noticed_plan(THREE[:1])
    prepared.plan.settings["run_out"] = 0
    trace = simulate(prepared, log=True)
    assert trace.moments["detected"].tolist() == [Detected.NONE]


# --- what is given back -------------------------------------------------------------------------------------


def test_the_ledger_is_exact_with_recovery() -> None:
    """Value booked to `won_back` is with - without by quadrature, and both entries telescope."""
    prepared = noticed_plan(THREE[:1], compensation=20.0, gift=5.0, let_down_below=100.0, centre=3.0)
    trace = simulate(prepared, log=True)
    plan, customer, moment = prepared.plan, trace.customers[0], trace.moments[0]
    effects = {name: float(plan.effects[name][0]) for name in plan.effects.dtype.names or ()}
    ended, done = 10 * MINUTE, 790 * MINUTE
    jump_x = float(moment["attitude_after"] - moment["attitude_before"])
    jump_y = float(moment["behaviour_after"] - moment["behaviour_before"])
    assert jump_y == pytest.approx(effects["kappa"] * jump_x)
    assert jump_y < 0
    prompt = rules.promptness(done - ended, effects["recovery_half_life_d"] * DAY)
    price = effects["failed_price"] * customer["value"]
    money, gift = (rules.generosity(x, price, effects["generosity_scale"]) for x in (20.0, 5.0))
    share_x = rules.attitude_share(
        prompt, money, gift * effects["gift_restores"], effects["apology_restores"], effects["apology_alone"],
        effects["recovery_paradox"],
    )  # fmt: skip
    share_y = rules.behaviour_share(prompt, money, effects["compensation_restores"])
    left = 2.0 ** (-(done - ended) / (effects["displacement_half_life_d"] * DAY))
    state = {"norm": float(customer["norm"]), "value": float(customer["value"]), "wallet": 1.0,
             "wallet_target": 1.0, "hazard": 0.0, "grievance": 0.0}  # fmt: skip
    base = value_to_outlook(prepared, {**state, "behaviour": 0.0}, ended)
    assert moment["value_change"] == pytest.approx(
        value_to_outlook(
            prepared, {**state, "behaviour": jump_y, "hazard": hazard_at(prepared, customer, ended)}, ended
        )
        - value_to_outlook(
            prepared, {**state, "behaviour": 0.0, "hazard": hazard_at(prepared, customer, ended)}, ended
        ),
        rel=1e-6,
    )
    assert base > 0
    run = ReplicationRun(prepared)
    run.advance(until=done)
    after = run.world["customers"][0]
    assert after["attitude"] == pytest.approx(jump_x * left * (1.0 - share_x), rel=1e-9)
    assert after["behaviour"] == pytest.approx(jump_y * left * (1.0 - share_y), rel=1e-9)
    state["hazard"] = float(after["hazard"])
    worth = [
        value_to_outlook(prepared, {**state, "behaviour": y}, done)
        for y in (jump_y * left, float(after["behaviour"]))
    ]
    assert trace.tallies["won_back"].sum() == pytest.approx(worth[1] - worth[0], rel=1e-7)
    ratio = effects["compensation_redeemed"] * effects["compensation_cost"]
    assert trace.tallies["compensation"].sum() == pytest.approx(20.0 * ratio + 5.0)


def hazard_at(prepared: p.Prepared, customer: Any, now: int) -> float:
    """Integrated hazard of a customer who was never moved."""
    slope = float(prepared.plan.effects["churn_slope"][0])
    return float(prepared.plan.segments["hazard"][0] * np.exp(-slope * customer["norm"]) * now)


def test_attitude_may_end_above_where_it_was_and_behaviour_not() -> None:
    """Noticed and worked at once, generously: the paradox holds for satisfaction only."""
    prepared = noticed_plan(THREE[:1], compensation=1e9, centre=3.0)
    prepared.plan.effects["speech_lag_h"] = 0.0
    prepared.plan.effects["compensation_restores"] = 0.8
    prepared.plan.laws["a"][-1] = 0.0
    row = simulate(prepared, log=True).customers[0]
    assert row["attitude"] > 0.0 > row["behaviour"]


def test_a_further_apology_hurts_a_little() -> None:
    """The same customer is called back twice within 90 days: the second apology takes from both."""
    twice = [Call(0, customer=1), Call(1, customer=1)]
    forgotten, remembered = noticed_plan(twice), noticed_plan(twice)
    forgotten.plan.effects["apology_memory_d"] = 0.0
    ends = [simulate(each, log=True).customers[0] for each in (forgotten, remembered)]
    assert ends[1]["attitude"] < ends[0]["attitude"]
    assert ends[1]["behaviour"] < ends[0]["behaviour"]


def test_without_memory_nobody_is_let_down_and_nothing_noticed() -> None:
    prepared = noticed_plan(THREE)
    prepared.plan.settings["memory_on"] = 0
    trace = simulate(prepared, log=True)
    assert np.all(trace.moments["detected"] == Detected.NONE)
    assert trace.tallies["recovered"].sum() == 0


def test_complaints_are_counted_whoever_listens_and_fall_where_it_is_made_good_before() -> None:
    """A complaint comes 48 h after the moment: talks end at 10, 11 and 12 min, and the team is done at 790 to 910.

    Nobody complains at share 0; all do at share 1, with recovery off, without a team, or with one that is late.
    """
    for share in (0.0, 1.0):
        for about, people, complaints in (
            ({"on": 0}, 0, 3), ({}, 0, 3), ({}, 1, 0), ({"delay": 3 * DAY}, 1, 3), ({"sensitivity": 0.0}, 1, 3),
        ):  # fmt: skip
            prepared = noticed_plan(THREE, people=people, **about)
            prepared.plan.effects["complaint_minor"] = prepared.plan.effects["complaint_serious"] = share
            assert simulate(prepared).tallies["complaints"].sum() == share * complaints
    pleased = noticed_plan(THREE, let_down_below=-100.0)
    pleased.plan.effects["complaint_minor"] = 1.0
    assert simulate(pleased).tallies["complaints"].sum() == 0
