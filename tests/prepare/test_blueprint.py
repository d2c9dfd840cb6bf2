"""The whole plan: queues, who serves what, settings, crises, levers, names; and that it can be pickled."""

from __future__ import annotations

import pickle
from datetime import timedelta

import numpy as np
import pytest
from prepared_scenarios import MONDAY, demand_of, moment, prepared, scenario, storm

from momentsim.contract.plan import DAY, HOUR, MINUTE, MONTH, NEVER, SECOND, YEAR, Family, LeverKind
from momentsim.draws import replication_key
from momentsim.prepare import Operation, Reference, lower, prepare
from momentsim.scenario.types import (
    Behaviour,
    Blackout,
    CalledReserves,
    Compensation,
    Demand,
    Group,
    Law,
    Notice,
    PreCancellation,
    Redial,
    Routing,
    SelfServiceFit,
    SelfServiceOffer,
    ServiceGoal,
    Volume,
    Waiting,
    Workforce,
)

NOON = MONDAY + timedelta(hours=36)


def test_one_queue_without_skills() -> None:
    assert prepared(scenario()).names.queues == ("question",)
    two = scenario(moments={"a": moment(), "b": moment()}, demand=demand_of("a", per_day=1.0))
    assert prepared(two).names.queues == ("voice",)
    assert prepared(two).plan.reasons["queue"].tolist() == [0, 0]


def test_queues_and_who_serves_them() -> None:
    groups = {
        "first": Group(heads=2, skills=("b", "a"), overflow_after={"a": 60.0}),
        "second": Group(heads=1),
    }
    moments = {"x": moment(skill="a"), "y": moment(skill="b", priority=1), "z": moment(skill="a")}
    made = prepared(
        scenario(moments=moments, workforce=Workforce(groups=groups), demand=demand_of("x", per_day=1.0))
    )
    assert made.names.queues == ("a", "b")
    assert made.plan.queues == 2
    assert made.plan.reasons["queue"].tolist() == [0, 1, 0]
    assert made.plan.reasons["priority"].tolist() == [4, 0, 4]
    assert made.plan.serves_by_group[["group", "rank", "queue", "after"]].tolist() == [
        (0, 0, 1, 0), (0, 1, 0, MINUTE), (1, 0, 0, 0), (1, 0, 1, 0),
    ]  # fmt: skip
    assert made.plan.serves_by_queue[["queue", "after", "group"]].tolist() == [
        (0, 0, 1), (0, MINUTE, 0), (1, 0, 0), (1, 0, 1),
    ]  # fmt: skip
    assert made.plan.settings["has_overflow"][0] == 1
    assert prepared(scenario()).plan.settings["has_overflow"][0] == 0


def test_settings() -> None:
    made = scenario(
        waiting=Waiting(
            lines=7, service_level=ServiceGoal(0.9, 15.0), announce_wait=True, short_abandon=3.0,
            redial=Redial(first=0.4, further=0.3, delay=Law(distribution="constant", mean=60.0)),
        ),
        routing=Routing(agent_choice="highest_emotional_intelligence", order="anger"),
        behaviour=Behaviour(anger=False, load_mode="slowdown"),
    )  # fmt: skip
    plan = prepared(made, 3).plan
    settings = plan.settings[0]
    assert settings["key"] == replication_key(1, 3)
    assert (settings["horizon"], settings["run_out"], settings["interval"]) == (7 * DAY, 7 * DAY, 30 * MINUTE)
    assert (settings["lines"], settings["login_cap"]) == (7, NEVER)
    assert (settings["service_threshold"], settings["short_abandon"]) == (15 * SECOND, 3 * SECOND)
    assert (settings["agent_choice"], settings["contact_order"], settings["announce_wait"]) == (1, 3, 1)
    assert (settings["anger_on"], settings["fatigue_on"], settings["crisis_multipliers_on"]) == (0, 1, 1)
    assert settings["load_sign"] == -1.0
    assert (settings["redial_first"], settings["redial_further"]) == (0.4, 0.3)
    assert plan.laws[settings["redial_law"]]["family"] == Family.CONSTANT
    blueprint = lower(Operation(made), Reference.neutral(made.moments))
    assert prepare(blueprint, 0, score_only=True).plan.settings["score_only"][0] == 1


@pytest.mark.parametrize(("outlook", "half_years"), [("12 months", 0), ("36 months", 4), ("lifetime", 16)])
def test_pay_dates_are_monthly_to_a_year_after_the_horizon_then_half_yearly(
    outlook: str, half_years: int
) -> None:
    plan = prepared(scenario(economics={"outlook": outlook})).plan
    assert plan.settings["year_after"][0] == 7 * DAY + YEAR
    months = [*range(1, 13), *range(18, 13 + 6 * half_years, 6)]
    assert plan.pay_dates.tolist() == [MONTH * month for month in months]
    assert plan.pay_weights == pytest.approx([1.1 ** (-month / 12) for month in months])
    assert (plan.outlook["monthly"][0], plan.outlook["endless"][0]) == (12, outlook == "lifetime")


def test_self_service_and_laws_of_a_reason() -> None:
    fit = SelfServiceFit(adoption=0.3, context_passed=0.9)
    moments = {
        "question": moment(
            self_service=fit, wrap_up=Law(mean=45.0, cv=0.8), patience=Law(distribution="never")
        )
    }
    plan = prepared(scenario(moments=moments)).plan
    row = plan.reasons[0]
    assert (row["adoption"], row["context_passed"]) == (0.3, 0.9)
    assert plan.laws[row["wrap_law"]]["mean"] == pytest.approx(45e6)
    assert plan.laws[row["patience_law"]]["family"] == Family.NEVER
    assert plan.laws[row["self_service_law"]]["mean"] == pytest.approx(180e6)
    plain = prepared(scenario()).plan
    reason = plain.reasons[0]
    assert (reason["adoption"], reason["wrap_law"]) == (0.0, -1)
    # an offer of self-service needs to know how a session goes even where nobody starts in self-service
    assert reason["break_out"] == 0.7
    assert plain.laws[reason["self_service_law"]]["mean"] == pytest.approx(180e6)


def test_crises_blackouts_and_levers() -> None:
    levers = storm(
        redial=Redial(first=0.8, further=0.7),
        blackouts=(Blackout(start=NOON, end=NOON + timedelta(hours=2)),),
        reserves={"home": CalledReserves(group="home", at=NOON, show_up=0.6)},
        self_service_offer=SelfServiceOffer(at=NOON, cost=500.0),
        pre_cancel=PreCancellation(share=0.4, hours_ahead=9000.0),
        notice=Notice(at=NOON, hours_ahead=5400.0),
        compensation=Compensation(at=NOON, amount=25.0, apology=False),
    )
    groups = {"team": Group(heads=5), "home": Group(heads=3, reserve=True)}
    made = prepared(scenario(crises={"ice": levers}, workforce=Workforce(groups=groups)))
    assert made.names.levers == (
        "ice.reserves.home",
        "ice.self_service_offer",
        "ice.notice",
        "ice.compensation",
    )
    rows = made.plan.levers
    assert rows["kind"].tolist() == [
        LeverKind.RESERVES,
        LeverKind.SELF_SERVICE_OFFER,
        LeverKind.NOTICE,
        LeverKind.COMPENSATION,
    ]
    assert set(rows["at"]) == {36 * HOUR}
    assert rows["group"].tolist() == [1, -1, -1, -1]
    assert (rows["until"][0], rows["short_for"][0], rows["short_queue"][0]) == (0, 0, 10)
    assert rows["share"].tolist() == [0.6, 0.5, 0.8, 1.0]
    assert rows["strength"].tolist() == [0.0, 0.7, 0.6, 0.0]
    assert rows["hours_ahead"][2] == 1.5
    assert rows["amount"].tolist() == [0.0, 500.0, 0.0, 25.0]
    assert (rows["delay"][3], rows["apology"][3]) == (2 * DAY, 0)
    assert made.plan.laws[rows["law"][0]]["family"] == Family.LOGNORMAL
    crisis = made.plan.crises[0]
    assert (crisis["reconnect"], crisis["reconnect_law"], crisis["stakes"]) == (-1.0, -1, -1.0)
    assert (crisis["redial_first"], crisis["redial_further"], crisis["patience_factor"]) == (0.8, 0.7, 4.0)
    assert (crisis["told_ahead"], crisis["hours_ahead"]) == (0.4, 2.5)
    blackout = made.plan.blackouts[0]
    assert (blackout["crisis"], blackout["start"], blackout["end"]) == (0, 36 * HOUR, 38 * HOUR)


def test_parameters_reach_the_effects() -> None:
    made = scenario(behaviour=Behaviour(parameters={"churn_slope": 0.8}))
    assert prepared(made).plan.effects["churn_slope"][0] == 0.8


def test_volumes_of_zero_and_reasons_without_volume() -> None:
    moments = {"question": moment(), "never": moment()}
    made = prepared(scenario(moments=moments, demand=Demand(volumes={"question": Volume(per_day=0.0)})))
    assert len(made.moments_of_day(0)) == 0


def test_the_same_replication_is_the_same_and_travels_to_other_processes() -> None:
    made = scenario(crises={"ice": storm()})
    blueprint = lower(Operation(made), Reference.neutral(made.moments))
    first, again = prepare(blueprint, 2), prepare(pickle.loads(pickle.dumps(blueprint)), 2)
    for day in range(first.days):
        assert first.moments_of_day(day).tobytes() == again.moments_of_day(day).tobytes()
    assert np.array_equal(first.plan.agents, again.plan.agents)
    assert len(pickle.loads(pickle.dumps(first)).moments_of_day(1)) == len(first.moments_of_day(1))
