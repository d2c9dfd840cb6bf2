from __future__ import annotations

import math
import pickle
from datetime import datetime
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from measures.synthetic import (
    HORIZON_DAYS,
    NAMES,
    STEP,
    make_digests,
    make_plan,
    make_prepared,
    make_sample,
    make_trace,
    scenario,
)
from momentsim import measures
from momentsim.contract.plan import DAY, SECOND
from momentsim.contract.trace import CUSTOMER, JOINED, RESTED, Trace
from momentsim.measures import Sample, digest
from momentsim.measures.catalogue import BY_NAME
from momentsim.measures.crises import crisis_facts, crisis_start
from momentsim.measures.expected_customers import people_totals
from momentsim.measures.service import SERVICE_LEVELS
from momentsim.measures.summary import facts_of


def value(
    table: pd.DataFrame, measure: str, scope: str = "all", item: str = "all", column: str = "value"
) -> float:
    rows = table[(table["measure"] == measure) & (table["scope"] == scope) & (table["item"] == item)]
    return float(rows[column].iloc[0])


@pytest.fixture(scope="module")
def sample() -> Sample:
    return make_sample(5)


@pytest.fixture(scope="module")
def summary(sample: Sample) -> pd.DataFrame:
    return measures.summary(*sample)


def test_offered_splits_into_outcomes(sample: Sample, summary: pd.DataFrame) -> None:
    offered = value(summary, "offered")
    lost = sum(value(summary, name) for name in ("abandoned_share", "blocked_share", "balked_share"))
    assert value(summary, "answered") == pytest.approx(offered * (1 - lost))
    assert sum(value(summary, "offered", "skill", name) for name in NAMES.queues) == pytest.approx(offered)
    assert sum(value(summary, "offered", "reason", name) for name in NAMES.reasons) == pytest.approx(offered)


@pytest.mark.parametrize(
    ("convention", "expected", "published"),
    [
        ("credit_in_threshold", 880 / 1060, 83.0),
        ("ignore", 860 / 1000, 86.0),
        ("count", 860 / 1060, 81.1),
        ("ignore_in_threshold", 860 / 1040, 82.7),
        ("ignore_short", 860 / 1052, None),
    ],
)
def test_service_level_by_each_formula(convention: str, expected: float, published: float | None) -> None:
    """The example of Call Centre Helper: 1,000 answered, 860 in 20 s; 60 abandoned, 20 in 20 s (8 in 5 s)."""
    trace = make_trace(0)
    intervals = np.zeros_like(trace.intervals)
    for name, number in (
        ("offered", 1060),
        ("answered", 1000),
        ("answered_in_threshold", 860),
        ("abandoned", 60),
    ):
        intervals[name][0, 0] = number
    intervals["abandoned_short"][0, 0], intervals["abandoned_in_threshold"][0, 0] = 8, 20
    one = digest(make_prepared(), trace._replace(intervals=intervals))
    table = measures.summary(scenario(service_level_abandons=convention), NAMES, [one])
    assert value(table, "service_level") == pytest.approx(expected)
    rows = measures.interval_table(scenario(service_level_abandons=convention), NAMES, [one])
    assert rows["service_level"].iloc[0] == pytest.approx(expected)
    assert set(rows["service_level_formula"]) == {convention}
    for other in SERVICE_LEVELS:
        side_by_side = value(measures.summary(scenario(), NAMES, [one]), f"service_level_{other}")
        if other == convention:
            assert side_by_side == pytest.approx(expected)
    assert published is None or round(100 * expected, 1) == published


def test_ledger_adds_up_to_the_net_benefit(sample: Sample, summary: pd.DataFrame) -> None:
    ledger = measures.ledger_table(*sample)
    assert ledger["amount"].sum() == pytest.approx(value(summary, "net_benefit"), rel=1e-12)
    costs = ledger[~ledger["line"].str.startswith("value_")]
    assert -costs["amount"].sum() == pytest.approx(value(summary, "cost_total"), rel=1e-12)
    assert value(summary, "value_net") - value(summary, "cost_total") == pytest.approx(
        value(summary, "net_benefit")
    )
    by_line = costs.groupby("line")["amount"].sum()
    for line in ("refunds", "compensation"):
        assert value(summary, f"cost_{line}") == pytest.approx(-by_line[line])
        assert by_line[line] < 0.0


def test_what_customers_are_given_is_in_the_cost_and_in_no_cost_per_contact(sample: Sample) -> None:
    facts = facts_of(sample, "all")
    given = facts["cost_refunds"] + facts["cost_compensation"]
    assert np.allclose(facts["cost_to_serve"], facts["cost_total"] - given)
    assert BY_NAME["cost_per_contact"].top == BY_NAME["cost_per_resolved_moment"].top == "cost_to_serve"


def test_costs_come_from_counted_hours() -> None:
    sample = make_sample(1, relief=0.5)
    ledger = measures.ledger_table(*sample).set_index("line")["amount"]
    assert ledger["paid_hours: frontline"] == pytest.approx(-120 * 24 * HORIZON_DAYS * 36.0)
    agents = make_trace(0, relief=0.5).agents
    backup = agents[agents["group"] == 1]
    on_duty = (
        sum(backup[name].sum() for name in ("talk", "wrap", "idle", "paused")) - backup["overtime"].sum()
    )
    assert ledger["reserves: backup"] == pytest.approx(-on_duty / SECOND / 3600 * 30.0)
    assert ledger["overtime: backup"] == pytest.approx(-backup["overtime"].sum() / SECOND / 3600 * 30.0 * 1.5)


def test_self_service_offer_costs_once_and_only_when_pulled() -> None:
    trace = make_trace(0)
    assert digest(make_prepared(), trace).lever_cost == 0.0
    pulled = np.array([(1, 1, 2, 0, 0, 0), (1, 1, 2, 0, 0, 0)], trace.levers.dtype)
    assert digest(make_prepared(), trace._replace(levers=pulled)).lever_cost == 25_000.0


def _untouched(trace: Trace) -> Trace:
    return trace._replace(customers=np.zeros(0, CUSTOMER))


def test_without_touched_customers_loyalty_is_the_baseline() -> None:
    one = digest(make_prepared(), _untouched(make_trace(0)))
    table = measures.summary(scenario(), NAMES, [one])
    assert value(table, "nps") == pytest.approx((400_000 * 30 + 50_000 * 15) / 450_000)
    assert value(table, "customers_lost_expected") == 0.0
    assert value(table, "wallet_change_share") == 0.0
    norms = np.random.default_rng(0).normal(size=1_000_000)
    rate = 0.13 / 365 * np.exp(-0.65 * norms)
    there = np.exp(-rate * HORIZON_DAYS)
    expected = (there - np.exp(-rate * (HORIZON_DAYS + 365))).sum() / there.sum()
    assert value(table, "expected_churn_12m_share") == pytest.approx(expected, rel=0.003)


def test_touched_customers_add_with_minus_without() -> None:
    """One customer with displacement y: survival by numerical integration of the hazard."""
    plan = make_plan()
    rows = np.zeros(1, CUSTOMER)
    rows["churned"] = -1
    rows["norm"], rows["attitude"], rows["behaviour"] = 0.3, -0.5, -0.4
    rows["touched"] = HORIZON_DAYS * DAY
    rows["value"], rows["wallet_target"] = 100.0, 0.9
    rows["hazard"] = 0.02
    found = people_totals(plan, rows, np.zeros(0, JOINED), np.zeros(2, RESTED))[0]
    rate = 0.13 / 365 * math.exp(-0.65 * 0.3)
    days = (np.arange(365_000) + 0.5) / 1000
    ahead = (rate * np.exp(0.65 * 0.4 * 2.0 ** (-days / 180))).sum() / 1000
    lost = math.exp(-rate * (365 + HORIZON_DAYS)) - math.exp(-0.02 - ahead)
    assert found["lost_change"] == pytest.approx(lost, rel=1e-6)
    assert found["stayers_change"] == pytest.approx(math.exp(-0.02) - math.exp(-rate * HORIZON_DAYS))
    assert found["wallet_change"] == pytest.approx(-10.0)
    assert found["class_change"] == -1  # 0.3 is a promoter (above 0), -0.2 is in between


@pytest.mark.parametrize(("norm", "y"), [(3.0, 2.0), (-3.0, 2.0), (-3.0, -2.0), (0.0, 0.5)])
def test_of_one_customer_there_leaves_neither_less_nor_more_than_one(norm: float, y: float) -> None:
    """With one customer, what was lived through may weigh more than the average that it is added to."""
    plan = make_plan()
    plan.segments["customers"] = 1
    rows = np.zeros(1, CUSTOMER)
    rows["churned"] = -1
    rows["norm"], rows["attitude"], rows["behaviour"], rows["value"], rows["wallet_target"] = (
        norm,
        y,
        y,
        900.0,
        0.1,
    )
    found = people_totals(plan, rows, np.zeros(0, JOINED), np.zeros(2, RESTED))
    for who, most in (("stayers", 1.0), ("leavers", found["stayers_quiet"] + found["stayers_change"])):
        total = found[f"{who}_quiet"] + found[f"{who}_change"]
        assert np.all((total >= 0.0) & (total <= most)), who
    one = digest(make_prepared(), _untouched(make_trace(0)))
    for class_change, wallet_change in ((-2.0, -900.0), (2.0, 900.0)):
        people = one.people.copy()
        few = dict.fromkeys(scenario().customers.segments, 1)
        people["class_change"], people["wallet_change"] = class_change, wallet_change
        segments = {
            name: section.model_copy(update={"customers": few[name]})
            for name, section in scenario().customers.segments.items()
        }
        customers = scenario().customers.model_copy(update={"segments": segments})
        small = scenario().model_copy(update={"customers": customers})
        table = measures.summary(small, NAMES, [one._replace(people=people)])
        assert -100.0 <= value(table, "nps") <= 100.0
        assert value(table, "wallet_change_share") >= -1.0


def test_intervals_of_the_nps_end_where_it_does(sample: Sample) -> None:
    """Two replications with few customers, far apart: a t interval alone would reach beyond 700 points."""
    ends = [one._replace(people=one.people.copy()) for one in sample.digests[:2]]
    for one, change in zip(ends, (-1.0, 1.0), strict=True):
        one.people["class_change"] = change * 1e6
    table = measures.summary(sample.scenario, sample.names, ends)
    assert value(table, "nps", column="low") >= -100.0 and value(table, "nps", column="high") <= 100.0


def test_states_after_the_end_are_carried_back_to_it() -> None:
    """A customer touched a week into the run-out has lived among the usual contacts until then, as all others do."""
    plan = make_plan()
    plan.segments["attitude_rest"], plan.segments["behaviour_rest"], plan.segments["grievance"] = (
        0.4,
        0.2,
        0.3,
    )
    plan.settings["grievances_on"] = 1
    ends = np.zeros(1, CUSTOMER)
    ends["churned"], ends["norm"], ends["touched"] = -1, -0.2, HORIZON_DAYS * DAY
    ends["attitude"], ends["behaviour"], ends["grievance"], ends["wallet_target"] = -0.3, -0.25, 0.8, 0.9
    later, week, effects = ends.copy(), 7 * DAY, plan.effects[0]
    left = 2.0 ** (-7.0 / effects["displacement_half_life_d"])
    later["touched"] += week
    later["attitude"], later["behaviour"] = ends["attitude"] * left, ends["behaviour"] * left
    later["grievance"] = 0.3 + 0.5 * 2.0 ** (-7.0 / effects["grievance_half_life_d"])
    later["wallet_target"] = 1.0 - 0.1 * 2.0 ** (-7.0 / effects["wallet_half_life_d"])
    days = (np.arange(7000) + 0.5) / 1000
    per = effects["churn_per_grievance"]
    g = 0.3 + 0.5 * 2.0 ** (-days / effects["grievance_half_life_d"])
    y = -0.2 - 0.25 * 2.0 ** (-days / effects["displacement_half_life_d"])
    bond = np.exp(-effects["churn_slope"] * y) * (1.0 + per * g) / (1.0 + per * 0.3)
    later["hazard"] = plan.segments["usual_hazard"][0] * DAY * bond.sum() / 1000
    found = [people_totals(plan, each, np.zeros(0, JOINED), np.zeros(2, RESTED))[0] for each in (ends, later)]
    for name in ("class_change", "stayers_change", "leavers_change", "lost_change", "wallet_change"):
        assert found[1][name] == pytest.approx(found[0][name], rel=1e-5, abs=1e-9), name


def test_who_would_have_left_anyway_leaves_as_observed() -> None:
    """Mean over norms of exp(-h T e^(-slope n)), and for a year the gamma law that the hazard was solved with."""
    plan = make_plan()
    plan.segments["observed_hazard"], plan.segments["observed_spread"] = 0.2 / (365 * DAY), 0.1
    found = people_totals(plan, np.zeros(0, CUSTOMER), np.zeros(0, JOINED), np.zeros(2, RESTED))[0]
    norms = np.array([NormalDist().inv_cdf((place + 0.5) / 20001) for place in range(20001)])
    rates = 0.2 * HORIZON_DAYS / 365 * np.exp(-plan.effects["churn_slope"][0] * norms)
    there = float((1.0 + 0.1 * rates) ** -10.0 @ np.ones(20001)) / 20001
    assert found["stayers_usual"] / plan.segments["customers"][0] == pytest.approx(there, rel=1e-5)


def test_jams_and_recovery() -> None:
    """Jams at hours 30 and 31 and, after 20 clear hours, at 52: recovered 53 - 30 hours after the start."""
    trace = make_trace(0)
    intervals = np.zeros_like(trace.intervals)
    intervals["offered"][:192, 0] = 10
    for hour in (30, 31, 52):
        intervals["abandoned"][2 * hour : 2 * hour + 2, 0] = 4
    intervals["abandoned"][2 * 40, 0] = 6  # 6 of 20 is 30 %, not over it
    one = digest(make_prepared(), trace._replace(intervals=intervals))
    facts = crisis_facts(Sample(scenario(), NAMES, (one,)), "all")
    assert facts["jammed_hours"][0, 0] == 3
    assert facts["time_to_recover_h"][0, 0] == 53 - 30
    by_skill = crisis_facts(Sample(scenario(), NAMES, (one,)), "skill")
    assert by_skill["jammed_hours"][0].tolist() == [3, 0]


def test_a_crisis_starts_with_its_first_failure() -> None:
    """Quiet days before the storm may be written down; the clock of recovery does not run in them."""
    made = scenario()
    storm = made.crises["storm"]
    (first,) = storm.days.values()
    calm = first.model_copy(update={"failed": 0})
    days = {"2007-02-13": calm, **storm.days}
    earlier = made.model_copy(update={"crises": {"storm": storm.model_copy(update={"days": days})}})
    assert crisis_start(earlier) == crisis_start(made) == datetime(2007, 2, 15, 6)


def test_crisis_measures_are_blank_without_a_crisis() -> None:
    table = measures.summary(*make_sample(2, crisis=False))
    for name in ("people_in_need", "unserved", "time_to_recover_h"):
        assert math.isnan(value(table, name))
    assert not math.isnan(value(table, "jammed_hours"))


def test_labels_are_blank_when_memory_is_off() -> None:
    sample = make_sample(2)
    forgetful = sample.scenario.model_copy(
        update={"behaviour": sample.scenario.behaviour.model_copy(update={"memory": False})}
    )
    assert math.isnan(value(measures.summary(forgetful, NAMES, sample.digests), "delight_share"))


def test_interval_table_counts_what_the_summary_counts(sample: Sample, summary: pd.DataFrame) -> None:
    table = measures.interval_table(*sample)
    assert list(table["skill"].iloc[:3]) == ["all", "help", "bags"]
    assert table["interval_start"].iloc[3] == pd.Timestamp("2007-02-14T00:30:00")
    whole = table[(table["skill"] == "all") & (table["part"] == "horizon")]
    assert whole["offered"].sum() == pytest.approx(value(summary, "offered"), rel=1e-6)
    assert whole["agents_on_duty"].max() == pytest.approx(120)
    assert len(whole) >= HORIZON_DAYS * DAY // STEP


def test_paired_comparison_of_a_better_world(sample: Sample) -> None:
    table = measures.paired_table(sample, make_sample(5, relief=0.6))
    whole = table[table["scope"] == "all"].set_index("measure")
    assert np.allclose(whole["difference"], whole["variant"] - whole["baseline"], equal_nan=True)
    better = {
        str(name): float(chance)
        for name, chance in zip(whole.index, whole["probability_better"], strict=True)
    }
    assert (
        min(better[name] for name in ("abandoned_share", "service_level", "unserved", "net_benefit")) > 0.975
    )
    assert better["cost_total"] < 0.025
    assert math.isnan(better["offered"])
    assert set(table["scope"]) == {"all", "reason", "skill", "group", "segment"}


def test_paired_with_itself_is_exactly_nothing(sample: Sample) -> None:
    table = measures.paired_table(sample, sample)
    known = table[table["baseline"].notna()]
    assert (known["difference"] == 0).all() and (known["low"] == 0).all() and (known["high"] == 0).all()
    assert set(known["probability_better"].dropna()) == {0.5}


def test_one_replication_is_compared_without_interval() -> None:
    table = measures.paired_table(make_sample(1), make_sample(1, relief=0.5))
    assert table["low"].isna().all() and table["probability_better"].isna().all()


def test_digest_is_small_and_travels() -> None:
    one = make_digests(1)[0]
    copied = pickle.loads(pickle.dumps(one))
    assert np.array_equal(copied.tallies, one.tallies)
    assert len(pickle.dumps(one)) < 100_000


def test_runs_with_different_run_outs_fit_together() -> None:
    trace = make_trace(0)
    shorter = trace._replace(
        intervals=trace.intervals[:200], staff=trace.staff[:200], queue_time=trace.queue_time[:200]
    )
    both = [digest(make_prepared(), each) for each in (trace, shorter)]
    table = measures.interval_table(scenario(), NAMES, both)
    assert table["offered"].notna().all()
