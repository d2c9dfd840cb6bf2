"""Customers over months and years: nothing drifts in the calm, the ledger stays exact, customers come and go.

Statistical bounds are set at 5.5 standard errors, pilot included: a test fails by chance with probability below 1e-7.
"""

from __future__ import annotations

import copy
import math
import time
import zlib
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest

from engine.stories import RICH, differences, read, ready
from momentsim.contract import plan as p
from momentsim.contract.plan import DAY, HOUR
from momentsim.contract.trace import JOINED, RESTED, Trace
from momentsim.engine import simulate
from momentsim.measures import digest, ledger_table, summary
from momentsim.measures.expected_customers import brand_at_end, people_totals
from momentsim.prepare import Blueprint, Operation, lower, prepare
from momentsim.prepare.expectations import GRID, law_in_the_calm
from momentsim.runs.reference import reference_for
from momentsim.scenario.evidence.registry import BEHAVIOURAL
from momentsim.validation import ledger
from momentsim.validation.simulation import Rows, load_text, run_logged
from momentsim.validation.texts import FULL, WITHOUT_SOFTENING

pytestmark = pytest.mark.slow

SIGMAS = 5.5
FloatArray = npt.NDArray[np.float64]

CALM: dict[str, Any] = {
    "name": "calm",
    "start": "2024-01-01 00:00",
    "horizon": "365 d",
    "interval": "1 h",
    "customers": {"segments": {"everyone": {"customers": 4000, "yearly_margin": "100 USD"}}},
    "moments": {
        "question": {"handling_time": {"distribution": "exponential", "mean": "5 min"}},
        "claim": {
            "stakes": "90 %", "builder": True, "failure": "promise",
            "handling_time": {"distribution": "exponential", "mean": "5 min"},
        },
    },
    "demand": {
        "volumes": {"question": {"per_day": 88, "profile": "flat"}, "claim": {"per_day": 22, "profile": "flat"}}
    },
    "workforce": {
        "groups": {"team": {"heads": 3, "skill_sd": 0, "speed_sd": 0, "emotional_intelligence_sd": 0}}
    },
    "behaviour": {"learning": False, "expectations": True, "grievances": True, "word_of_mouth": True},
}  # fmt: skip
"""A small base over a year, 10 moments a customer, a fifth of them moments of truth; everything on."""


def blueprint_of(story: dict[str, Any], *overrides: str) -> Blueprint:
    loaded = read(story, *overrides)
    operation = Operation(loaded.scenario, loaded.tables, loaded.samples)
    return lower(
        loaded, reference_for(operation, operation, clock="compiled", on_progress=lambda share: True)
    )


class Calm(NamedTuple):
    """What replications of the calm gave, one number each."""

    blueprint: Blueprint
    attitude: FloatArray
    expectation: FloatArray
    grievance: FloatArray
    churn: FloatArray


@pytest.fixture(scope="module")
def calm() -> Calm:
    blueprint = blueprint_of(CALM)
    found = []
    for number in range(1, 11):
        prepared = prepare(blueprint, number)
        trace = simulate(prepared)
        rows, people = (
            trace.customers,
            people_totals(prepared.plan, trace.customers, trace.joined, trace.rested)[0],
        )
        stayers = people["stayers_quiet"] + people["stayers_change"]
        found.append(
            (
                rows["attitude"].sum() / 4000,
                rows["expectation"].mean(),
                rows["grievance"].sum() / 4000,
                1.0 - stayers / 4000,
            )
        )
    return Calm(blueprint, *np.array(found, np.float64).T)


def error(values: FloatArray, of_pilot: float) -> float:
    """Bound for a mean over replications, with the error of the pilot that set the yardstick."""
    return SIGMAS * math.hypot(float(values.std(ddof=1)) / math.sqrt(len(values)), of_pilot)


def test_attitudes_drift_nowhere(calm: Calm) -> None:
    """Within 0.01 SD and sampling. The pilot saw 20,000 moments; its error moves ten jumps of each customer a year."""
    squares = [float(np.mean(calm.blueprint.reasons["stakes"] ** 2)) * 0.25**2 * 2.0]
    of_pilot = 10.0 * 0.5 * math.sqrt(squares[0] / 20_000)
    assert abs(calm.attitude.mean()) < 0.01 + error(calm.attitude, of_pilot)


def test_expectations_drift_nowhere(calm: Calm) -> None:
    assert abs(calm.expectation.mean()) < 0.01 + error(calm.expectation, 1.0 / math.sqrt(20_000))


def test_twelve_month_churn_is_the_baseline(calm: Calm) -> None:
    """The factor for everyday service is an approximation: 0.1 percentage points, and sampling."""
    assert abs(calm.churn.mean() - 0.12) < 0.001 + error(calm.churn, 0.0)


def test_grievances_stay_at_their_mean(calm: Calm) -> None:
    """The mean at the start is the mean at the end, but for the 12 % who left: they have no more let-downs."""
    usual = float(calm.blueprint.customers.segments["grievance"][0])
    assert usual > 0.05
    assert calm.grievance.mean() == pytest.approx(usual, rel=0.2)


def test_word_of_mouth_has_no_net_effect() -> None:
    """Net joins, in units of what one let-down prevents; the labels' shares are known to the pilot's error."""
    blueprint = blueprint_of(copy.deepcopy(CALM) | {"horizon": "120 d"}, *GROWING)
    joins = np.array(
        [simulate(prepare(blueprint, number)).tallies["joins_told"].sum() for number in range(1, 9)]
    )
    told = 4000 * 10 * 120 / 365 * 0.0063 * math.sqrt(0.2 * 0.8 / 60_000)
    assert np.all(joins != 0.0)
    assert abs(joins.mean()) < error(joins, 2.0 * told)


WORLDS = 8
"""Every behavioural parameter anywhere in its plausible range, all at once."""


def places_of(name: str) -> np.ndarray[Any, Any]:
    """Where one parameter lies in its range, by world: one in each eighth, and the same whatever else is drawn."""
    generator = np.random.default_rng(zlib.crc32(name.encode()))
    return (generator.permutation(WORLDS) + generator.random(WORLDS)) / WORLDS


@pytest.mark.parametrize(
    "world", [0, *(pytest.param(world, marks=pytest.mark.slow) for world in range(1, WORLDS))]
)
def test_nothing_drifts_in_any_plausible_world(world: int) -> None:
    """As above, a year each: attitudes, expectations and churn. The pilot's error is that of 20,000 jumps."""
    story = copy.deepcopy(CALM)
    story["behaviour"]["parameters"] = {
        name: found.low + (found.high - found.low) * float(places_of(name)[world])
        for name, found in BEHAVIOURAL.items()
    }
    blueprint = blueprint_of(story)
    found, spread = [], 0.0
    for number in range(1, 5):
        prepared = prepare(blueprint, number)
        trace = simulate(prepared, log=True)
        people = people_totals(prepared.plan, trace.customers, trace.joined, trace.rested)[0]
        stayers = people["stayers_quiet"] + people["stayers_change"]
        rows: Rows = trace.customers
        moments: Rows = trace.moments
        found.append((rows["attitude"].sum() / 4000, rows["expectation"].mean(), 1.0 - stayers / 4000))
        moved = moments["attitude_after"] - moments["attitude_before"]
        spread = max(spread, float(np.nanstd(moved)))
    attitude, expectation, churn = np.array(found, np.float64).T
    assert abs(attitude.mean()) < 0.01 + error(attitude, 10.0 * spread / math.sqrt(20_000))
    assert abs(expectation.mean()) < 0.01 + error(expectation, 1.0 / math.sqrt(20_000))
    assert abs(churn.mean() - 0.12) < 0.002 + error(churn, 0.0)


def test_the_law_of_expectations_keeps_itself() -> None:
    """Simulated customers who start with the law still have it after many moments: mean 0, the same spread."""
    random = np.random.default_rng(5)
    experiences = [random.gamma(2.0, 1.0, 20_000), random.normal(0.0, 1.0, 20_000)]
    law = law_in_the_calm(experiences, np.array([3.0, 1.0]), 0.2, 0.1)
    spread = math.sqrt(float(law.masses @ GRID**2))
    assert float(law.masses @ GRID) == pytest.approx(0.0, abs=1e-3)
    people = np.interp(random.uniform(size=100_000), np.linspace(0.0, 1.0, 129), law.table())
    for _ in range(25):
        reason = (random.uniform(size=len(people)) < 0.25).astype(np.int64)
        met = np.stack([random.choice(mine, len(people)) for mine in experiences])[
            reason, np.arange(len(people))
        ]
        surprise = met - np.array(law.levels)[reason] - people
        people = people + np.where(surprise > 0, 0.2, 0.1) * surprise
    assert people.mean() == pytest.approx(0.0, abs=0.01)
    assert people.std() == pytest.approx(spread, rel=0.02)


def test_the_outside_anchor_raises_the_bar() -> None:
    """What people see elsewhere makes the same service feel worse, year by year; adapting makes up for a part."""
    story = copy.deepcopy(CALM) | {"horizon": "200 d"}
    still = simulate(prepare(blueprint_of(story), 1), log=True).moments
    risen = simulate(prepare(blueprint_of(story, "customers.outside_anchor=0.5"), 1), log=True).moments
    late = [float(np.nanmean(rows["disconfirmation"][rows["began"] > 150 * DAY])) for rows in (still, risen)]
    fall = late[0] - late[1]
    assert 0.05 < fall < 0.5 * 200 / 365.25


# --- the ledger ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_ledger_is_exact_with_everything_on() -> None:
    """Every amount recomputed by brute force, with adapting expectations, grievances and broken promises."""
    switches = [f"behaviour.{name}=on" for name in ("expectations", "grievances", "word_of_mouth")]
    extra = ["moments.rebooking.failure=promise", "customers.outside_anchor=0.3"]
    run = run_logged(load_text(FULL, overrides=[*WITHOUT_SOFTENING, *switches, *extra]))
    assert np.ptp(run.trace.customers["expectation"]) > 0.1
    assert run.trace.customers["grievance"].max() > 0.5
    proofs = ledger.amounts("everything on", run)
    assert len(proofs) == 5
    assert all(abs(proof.found - proof.exact) <= proof.tolerance for proof in proofs)


# --- customers who join -------------------------------------------------------------------------------------

GROWING = (
    "customers.segments.everyone.acquired_per_year=40 %",
    "customers.segments.everyone.acquisition_cost=30 USD",
)


def grown(*overrides: str, replication: int = 1) -> tuple[p.Prepared, Trace]:
    story = copy.deepcopy(CALM) | {"horizon": "120 d"}
    loaded = read(story, *GROWING, *overrides)
    prepared = prepare(lower(loaded, blueprint_reference(loaded)), replication)
    return prepared, simulate(prepared, log=True)


def blueprint_reference(loaded: Any) -> Any:
    operation = Operation(loaded.scenario, loaded.tables, loaded.samples)
    return reference_for(operation, operation, clock="compiled", on_progress=lambda share: True)


def test_customers_join_at_the_written_rate_and_call_from_then_on() -> None:
    trace = grown("behaviour.word_of_mouth=off")[1]
    expected = 0.4 * 4000 * 120 / 365.25
    assert trace.acquisition["paid"][0] == pytest.approx(expected, rel=1e-9)
    assert abs(len(trace.joined) - expected) < SIGMAS * math.sqrt(expected)
    joined = dict(zip(trace.joined["customer"].tolist(), trace.joined["time"].tolist(), strict=True))
    since = np.array([joined.get(int(customer), 0) for customer in trace.moments["customer"]])
    assert np.all(trace.moments["began"] >= since)
    assert set(trace.moments["customer"][trace.moments["customer"] >= 4000].tolist()) <= set(joined)
    lived = sum(120.0 - when / DAY for when in joined.values())
    per_day = 110.0 / 4000
    for count, days in (
        (int(np.sum(since == 0)), 4000 * 120.0),
        (int(np.sum(since > 0)), lived),
    ):
        assert count == pytest.approx(per_day * days, rel=0.04, abs=SIGMAS * math.sqrt(per_day * days))
    rows = trace.customers[trace.customers["joined"] >= 0]
    assert all(row["joined"] == joined[int(row["customer"])] for row in rows)


def test_more_joining_only_brings_joins_forward() -> None:
    """The k-th to join is the same person in every world, sooner or later."""
    plain = grown("behaviour.word_of_mouth=off")[1].joined
    told = grown("behaviour.parameters.prior_purchase=0.05", "behaviour.parameters.listener_prospect=0.2")[
        1
    ].joined
    common = min(len(plain), len(told))
    assert common > 50
    assert np.array_equal(plain["customer"][:common], told["customer"][:common])
    assert np.any(plain["time"][:common] != told["time"][:common])


def test_nobody_joins_unless_written() -> None:
    trace = simulate(ready(RICH, "customers.segments.mass.acquired_per_year=0 %"))
    assert len(trace.joined) == trace.acquisition["joined"].sum() == trace.tallies["not_yet"].sum() == 0


def test_prospects_that_run_out_are_counted() -> None:
    prepared, _ = grown("behaviour.word_of_mouth=off")
    segments = prepared.plan.segments.copy()
    segments["joining"] *= 4.0  # far beyond the margin of two
    trace = simulate(prepared._replace(plan=prepared.plan._replace(segments=segments)))
    assert trace.acquisition["joined"][0] == len(trace.joined) == segments["prospects"][0]
    assert trace.acquisition["untracked"][0] > 100


def test_counts_and_money_of_customers_won_add_up() -> None:
    story = copy.deepcopy(CALM) | {"horizon": "120 d"}
    loaded = read(story, *GROWING)
    blueprint = lower(loaded, blueprint_reference(loaded))
    digests = [digest(prepared, simulate(prepared)) for prepared in (prepare(blueprint, k) for k in (1, 2))]
    table = summary(loaded.scenario, blueprint.names, digests)
    of = table[table["scope"] == "all"].set_index("measure")["value"]
    assert of["customers_at_end"] == 4000 + of["customers_acquired"] - of["customers_lost"]
    assert of["expected_churn_12m_share"] == pytest.approx(0.117, abs=0.006)
    ledger_lines = ledger_table(loaded.scenario, blueprint.names, digests)
    assert ledger_lines["amount"].sum() == pytest.approx(of["net_benefit"], rel=1e-9)
    amounts = ledger_lines.groupby("line")["amount"].sum()
    assert amounts["value_acquired"] == pytest.approx(of["value_acquired"])
    assert amounts["acquisition"] == pytest.approx(-30.0 * 0.4 * 4000 * 120 / 365.25, rel=1e-9)


def test_a_newcomer_is_worth_what_a_simulated_one_brings() -> None:
    """Margin by margin of two years and a half, over many dispositions."""
    story = {**CALM, "economics": {"outlook": "12 months", "discount_rate": "10 %"}}
    blueprint = blueprint_of(story, "customers.segments.everyone.acquired_per_year=10 %")
    segment, random = blueprint.customers.segments[0], np.random.default_rng(3)
    norms = random.normal(size=200_000)
    rates = segment["usual_hazard"] * np.exp(-blueprint.effects["churn_slope"][0] * norms)
    spend = np.exp(0.06 * norms - 0.5 * 0.06**2) * 100.0 / 12.0
    date = int(blueprint.dates["begins"][40])
    paid = blueprint.paid.times > date
    due, weights = blueprint.paid.times[paid] - date, blueprint.paid.weights[paid]
    value = sum(w * float(np.mean(spend * np.exp(-rates * t))) for t, w in zip(due, weights, strict=True))
    assert blueprint.customers.newcomers[40, 0] == pytest.approx(value, rel=0.01)


# --- the brand ----------------------------------------------------------------------------------------------


def test_the_brand_moves_what_people_say_and_who_comes_not_what_customers_do() -> None:
    calm_brand, hurt = (
        simulate(ready(RICH, f"crises.storm.brand_shock={shock}"), log=True) for shock in (0, 2)
    )
    for name in ("attitude", "behaviour", "hazard", "wallet_target", "expectation", "grievance"):
        there = (calm_brand.customers["joined"] < 0, hurt.customers["joined"] < 0)
        assert np.array_equal(calm_brand.customers[name][there[0]], hurt.customers[name][there[1]]), name
    assert hurt.tallies["surveyed_promoters"].sum() < calm_brand.tallies["surveyed_promoters"].sum()
    assert hurt.acquisition["paid"].sum() < calm_brand.acquisition["paid"].sum()


def test_a_brand_shock_moves_money() -> None:
    """Through customers who are won, through what is told about it, and through what is sold."""
    shocks = [
        simulate(ready(RICH, f"crises.storm.brand_shock={shock}", "behaviour.word_of_mouth=on"))
        for shock in (0, 2)
    ]
    for value in (
        [float(trace.acquisition["value"].sum()) for trace in shocks],
        [float(trace.tallies["word_of_mouth"].sum()) for trace in shocks],
    ):
        assert value[1] < value[0]


def test_the_brand_moves_the_true_score_of_everybody() -> None:
    """Half the customers are above the cut at 0: a fall by 1 SD leaves what lies beyond 1."""
    prepared = ready(RICH, "crises.storm.brand_shock=1", "behaviour.memory=off", "horizon=30 h")
    nobody = np.zeros(0, simulate(prepared).customers.dtype)
    people = people_totals(
        prepared.plan, nobody, np.zeros(0, JOINED), np.zeros(len(prepared.plan.segments), RESTED)
    )
    brand = brand_at_end(prepared.plan)
    assert -1.0 < brand < -0.9
    norms = np.random.default_rng(1).normal(size=400_000)
    for segment, row in zip(prepared.plan.segments, people, strict=True):
        classes = [
            (norms + moved > segment["promoter_above"]).mean()
            - (norms + moved < segment["detractor_below"]).mean()
            for moved in (0.0, brand)
        ]
        change = float(row["class_change"]) / float(segment["customers"])
        assert change == pytest.approx(float(classes[1] - classes[0]), abs=0.01)


# --- word of mouth ------------------------------------------------------------------------------------------


def test_good_news_outweighs_bad_news_in_the_calm() -> None:
    """People hear more good than bad of a firm in calm times (E2.16.1: about 3 to 1).

    Delight and let-down are relative to the reference, a fifth of the moments each, so that the ratio of what they
    tell says nothing of it (0.3). Taken absolutely (the need was met or not), the registry's shares and reaches
    give more good than bad; how much more follows from resolution alone, so only the side is asserted.
    """
    rows = simulate(prepare(blueprint_of(CALM), 1), log=True).moments
    judged = rows[np.isfinite(rows["experience"])]
    met = float(np.mean(judged["resolved"] == 1))
    assert 0.10 * 12 * met > 2.0 * 0.15 * 28 * (1.0 - met)


def test_better_moments_bring_customers() -> None:
    story = copy.deepcopy(CALM) | {"horizon": "60 d"}
    loaded = read(story, *GROWING)
    reference = blueprint_reference(loaded)
    better = read(story, *GROWING, "workforce.groups.team.skill_mean=1")
    calm_joins, more = (
        simulate(prepare(lower(each, reference), 1)).tallies["joins_told"].sum() for each in (loaded, better)
    )
    assert more > calm_joins + 1.0


def test_nobody_tells_where_nobody_is_won() -> None:
    story = copy.deepcopy(CALM) | {"horizon": "5 d"}
    assert not simulate(prepare(blueprint_of(story), 1)).tallies["joins_told"].any()


# --- long and short horizons --------------------------------------------------------------------------------


@pytest.mark.parametrize(("horizon", "most_s"), [("1 d", 600.0), ("1096 d", 60.0)])
def test_horizons_from_a_day_to_three_years(horizon: str, most_s: float) -> None:
    """Everything on, a small base with customers who come and go; the long one, with all compiled, within a minute."""
    story = copy.deepcopy(CALM) | {"horizon": horizon}
    loaded = read(story, "customers.segments.everyone.acquired_per_year=13 %", "customers.outside_anchor=0.1")
    blueprint = lower(loaded, blueprint_reference(loaded))
    began = time.process_time()
    trace = simulate(prepare(blueprint, 1))
    assert time.process_time() - began < most_s
    assert np.all(np.isfinite(trace.customers["expectation"]))
    assert np.all(np.abs(trace.customers["expectation"]) <= 3.0)
    assert np.all(np.isfinite(trace.tallies["created"]))
    if horizon != "1 d":
        there = 4000 + len(trace.joined) - int(trace.lost.sum())
        assert 3400 < there < 4600
        people: Rows = trace.customers
        closed = np.abs(people["wallet"] - people["wallet_target"])
        since = people["touched"].max() - 0
        assert since >= 1096 * DAY
        assert np.quantile(closed, 0.5) < 0.02  # wallets of long ago have arrived where they went


def test_both_clocks_tell_the_same_year() -> None:
    story = copy.deepcopy(CALM) | {"horizon": "5 d"}
    prepared = prepare(blueprint_of(story, *GROWING), 1)
    compiled, told = (simulate(prepared, log=True, clock=clock) for clock in ("compiled", "simpy"))
    assert differences(compiled, told) == []
    assert len(compiled.joined) > 5
    assert compiled.ended < 5 * DAY + 200 * HOUR
