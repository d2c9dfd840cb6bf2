"""Demand: Poisson counts, nested volumes, exact replay, factors; nothing shifts when something is added."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from prepared_scenarios import KEY, MONDAY, by_key, demand_of, moment, moments_of, prepared, scenario, segment
from scipy.special import gammaincinv
from scipy.stats import chi2, gamma, kstest, norm, poisson
from scipy.stats import t as student

from momentsim.contract.plan import DAY, HOUR, MOMENT, MomentKind, Table
from momentsim.draws import Purpose, key_of, name_key, replication_key, uniform, uniform_pair
from momentsim.prepare import Operation, reference_operation
from momentsim.prepare.busy_days import day_shares, factors, gamma_factors
from momentsim.prepare.calendar import Calendar
from momentsim.prepare.customer_choice import share_rows
from momentsim.prepare.demand import BUSINESS_DAY, lower_demand, regrid, yearly_moments
from momentsim.prepare.demand_points import CROWD, STRIP, in_order, moments_of_strips, strip_owner
from momentsim.prepare.laws import LawBook
from momentsim.scenario.laws.law import Law
from momentsim.scenario.sections.demand import DayKind, mean_factors
from momentsim.scenario.types import Customers, Demand, Volume

FALSE_ALARM = 1e-7
SMOOTH = Law(distribution="erlang", phases=4)


def same(first: Table, second: Table) -> bool:
    return first.tobytes() == second.tobytes()


def files(counts: list[float]) -> dict[str, Any]:
    rows = tuple((MONDAY + timedelta(minutes=30 * index), count) for index, count in enumerate(counts))
    return {"volume.csv": rows}


def test_counts_of_intervals_are_poisson() -> None:
    strips = np.zeros(20_000, STRIP)
    strips["length"], strips["expected"], strips["day"] = DAY, 3.0, np.arange(20_000)
    moments = moments_of_strips(KEY, strips, share_rows({"a": segment()}), 0, DAY)
    strips["reason"] = np.arange(20_000)
    numbered = moments_of_strips(KEY, strips, share_rows({"a": segment()}), 0, DAY)
    counts = np.bincount(numbered["reason"], minlength=20_000)
    seen = np.bincount(np.minimum(counts, 9), minlength=10)
    expected = 20_000 * np.append(poisson.pmf(np.arange(9), 3.0), poisson.sf(8, 3.0))
    assert chi2.sf(np.sum((seen - expected) ** 2 / expected), 9) > FALSE_ALARM
    places = np.histogram(moments["began"], bins=20, range=(0, DAY))[0]
    even = len(moments) / 20
    assert chi2.sf(np.sum((places - even) ** 2 / even), 19) > FALSE_ALARM


@pytest.mark.parametrize(
    "expected",
    [0.01, 3.0, 501.0, *(pytest.param(many, marks=pytest.mark.slow) for many in (499.0, 500.0, 1_700.6))],
)
def test_points_are_those_whose_height_lies_under_the_rate(expected: float) -> None:
    strips = np.zeros(5, STRIP)
    strips["length"], strips["expected"], strips["day"] = DAY, expected, np.arange(5)
    strips["reason"] = np.arange(5)
    moments = moments_of_strips(KEY, strips, share_rows({"a": segment()}), 0, DAY)
    counts = np.bincount(moments["reason"], minlength=5)
    for strip, count in zip(strips, counts, strict=True):
        owner = np.uint64(strip_owner(strip))
        gaps = [uniform_pair(KEY, owner, Purpose.DEMAND_POINT, ordinal)[0] for ordinal in range(count + 1)]
        heights = np.cumsum(-np.log1p(-np.array(gaps)))
        assert np.all(heights[:-1] <= expected) and heights[-1] > expected


def test_a_week_follows_weekdays_and_profile() -> None:
    weights = tuple(float(weight) for weight in BUSINESS_DAY)
    made = scenario(demand=demand_of(per_day=4000.0, weekdays={"sat": 0.5, "sun": 0.0}, profile=weights))
    moments = moments_of(prepared(made))
    expected = np.outer([1, 1, 1, 1, 1, 0.5, 0], np.array(weights) / sum(weights)).ravel() * 4000.0
    counts = np.bincount(moments["began"] // HOUR, minlength=168)
    assert counts[144:].sum() == 0
    hits = np.sum((counts[:144] - expected[:144]) ** 2 / expected[:144])
    assert chi2.sf(hits, 144) > FALSE_ALARM
    assert np.all(np.diff(moments["began"]) >= 0)
    assert np.array_equal(moments["began"], moments["first_contact"])
    assert set(moments["kind"]) == {MomentKind.ORDINARY} and set(moments["crisis"]) == {-1}


def test_a_start_within_the_day_and_a_horizon_that_cuts_the_last_day() -> None:
    made = scenario(start=MONDAY.replace(hour=18), horizon=36 * 3600.0, demand=demand_of(per_day=9000.0))
    day = prepared(made)
    assert day.days == 2
    moments = moments_of(day)
    assert moments["began"].min() >= 0 and moments["began"].max() < 36 * HOUR
    weights = np.array(BUSINESS_DAY) / sum(BUSINESS_DAY) * 9000.0
    expected = np.concatenate([weights, weights, weights])[18:54]
    counts = np.bincount(moments["began"] // HOUR, minlength=36)
    assert chi2.sf(np.sum((counts - expected) ** 2 / expected), 36) > FALSE_ALARM


def test_the_same_date_brings_the_same_moments_whenever_the_scenario_starts() -> None:
    late = moments_of(prepared(scenario(start=MONDAY + timedelta(days=1), horizon=86400.0)))
    whole = prepared(scenario()).moments_of_day(1)
    assert np.array_equal(late["key"], whole["key"])
    assert np.array_equal(late["began"] + DAY, whole["began"])


def test_one_percent_more_volume_only_adds_one_percent() -> None:
    few, many = (
        moments_of(prepared(scenario(demand=demand_of(per_day=volume)))) for volume in (1000.0, 1010.0)
    )
    known = by_key(many)
    assert all(known[int(row["key"])].tobytes() == row.tobytes() for row in few)
    assert 0 < len(many) - len(few) < 200


def test_prevention_is_nested_and_thins() -> None:
    kept = []
    for share in (0.0, 0.2, 0.4):
        made = scenario(demand=demand_of(per_day=3000.0, preventable=share))
        kept.append({row.tobytes() for row in moments_of(prepared(made))})
    assert kept[0] > kept[1] > kept[2]
    total = len(kept[0])
    for share, moments in zip((0.2, 0.4), kept[1:], strict=True):
        assert abs(len(moments) - (1 - share) * total) < 6 * np.sqrt(share * (1 - share) * total)


def test_one_reason_more_shifts_nothing() -> None:
    alone = moments_of(prepared(scenario()))
    volumes = {"other": Volume(per_day=500.0), "question": Volume(per_day=1000.0, profile="flat")}
    made = scenario(moments={"other": moment(), "question": moment()}, demand=Demand(volumes=volumes))
    both = moments_of(prepared(made))
    own = both[both["reason"] == 1].copy()
    own["reason"] = 0
    assert same(own, alone)
    assert np.all(np.diff(both["began"]) >= 0)


def test_one_customer_more_moves_only_moments_to_the_new_one() -> None:
    before = moments_of(prepared(scenario()))
    more = Customers(segments={"everyone": segment(customers=1001)})
    after = moments_of(prepared(scenario(customers=more)))
    moved = before["customer"] != after["customer"]
    assert np.all(after["customer"][moved] == 1000)
    assert 0 < moved.sum() < 40  # 7 expected
    before["customer"] = after["customer"]
    assert same(before, after)


def test_volume_per_customer_and_year() -> None:
    yearly = demand_of(per_customer_year=365.25)
    assert abs(len(moments_of(prepared(scenario(demand=yearly)))) - 7000) < 6 * np.sqrt(7000)


def test_replay_is_exact_in_every_interval() -> None:
    counts = [float(index % 7) for index in range(48)]
    made = scenario(horizon=86400.0, demand=demand_of(file="volume.csv", replay=True))
    first, second = (moments_of(prepared(made, replication, files(counts))) for replication in (0, 1))
    for moments in (first, second):
        assert np.bincount(moments["began"] // (HOUR // 2), minlength=48).tolist() == counts
    assert not np.array_equal(first["began"], second["began"])


def test_a_file_without_replay_gives_means() -> None:
    counts = [100.0] * 48
    made = scenario(horizon=86400.0, demand=demand_of(file="volume.csv"))
    seen = np.bincount(moments_of(prepared(made, 0, files(counts)))["began"] // (HOUR // 2), minlength=48)
    assert chi2.sf(np.sum((seen - 100.0) ** 2 / 100.0), 48) > FALSE_ALARM
    assert len(set(seen)) > 5


def test_replay_takes_no_day_factor() -> None:
    busy = Demand(volumes={"question": Volume(file="volume.csv", replay=True)}, day_factor_cv=0.5)
    made = scenario(horizon=86400.0, demand=busy)
    assert len(moments_of(prepared(made, 0, files([3.0] * 48)))) == 144


def test_day_factors_are_gamma_common_to_all_reasons() -> None:
    demand = Demand(volumes={}, day_factor_cv=0.2)
    days = np.concatenate(
        [factors(key_of(key), demand, Calendar(MONDAY), 1000 * DAY).days for key in range(5)]
    )
    assert days.mean() == pytest.approx(1.0, abs=6 * 0.2 / np.sqrt(5000))
    assert days.std() == pytest.approx(0.2, rel=0.08)
    skewness = np.mean((days - 1.0) ** 3) / days.std() ** 3
    assert skewness == pytest.approx(2 * 0.2, abs=0.25)  # 2*CV for the gamma law


@pytest.mark.parametrize("cv", [5e-324, 1e-300, 1e-160, 1e-20, 1e-16, 2e-16])
def test_busy_days_of_next_to_no_spread_are_alike(cv: float) -> None:
    shares = np.array([2.0**-54, 0.5, 1.0 - 2.0**-53])
    assert gamma_factors(shares, cv) == pytest.approx(1.0, abs=1e-14)


REMEMBERING = Demand(volumes={}, day_factor_cv=0.3, day_factor_correlation=0.7)


def test_days_that_remember_are_gamma_each() -> None:
    """One pair of dates a replication, so all are independent; their scores have the stated correlation."""
    pairs = np.array(
        [
            factors(replication_key(3, number), REMEMBERING, Calendar(MONDAY), 2 * DAY).days
            for number in range(3000)
        ]
    )
    law = gamma(1 / 0.09, scale=0.09)
    assert kstest(pairs[:, 0], law.cdf).pvalue > FALSE_ALARM
    scores = np.asarray(norm.ppf(law.cdf(pairs)))
    fisher = np.arctanh(np.corrcoef(scores[:, 0], scores[:, 1])[0, 1]) - np.arctanh(0.7)
    assert abs(fisher) * np.sqrt(3000 - 3) < norm.isf(FALSE_ALARM / 2)


def test_a_date_has_its_own_factor_wherever_the_scenario_starts() -> None:
    for correlation in (0.3, 0.7, 0.99):
        demand = REMEMBERING.model_copy(update={"day_factor_correlation": correlation})
        whole = factors(KEY, demand, Calendar(MONDAY), 90 * DAY).days
        later = factors(KEY, demand, Calendar(MONDAY + timedelta(days=11)), 20 * DAY).days
        assert later.tobytes() == whole[11:31].tobytes()
    first_year = factors(KEY, REMEMBERING, Calendar(datetime(1, 1, 1)), 3 * DAY).days
    assert np.all(first_year > 0)


def test_days_without_memory_are_what_they_were() -> None:
    """To the last bit what one draw a date gives; a mirrored key mirrors days that remember too."""
    key, cv = replication_key(1, 1), 0.1
    forgetting = factors(key, Demand(volumes={}, day_factor_cv=cv), Calendar(MONDAY), 3 * DAY).days
    draws = [
        uniform(key, name_key("busyness"), Purpose.DAY_FACTOR, MONDAY.toordinal() + day) for day in range(3)
    ]
    assert forgetting.tolist() == (gammaincinv(100.0, draws) / 100.0).tolist()
    one, other = (
        day_shares(replication_key(1, number, antithetic=True), MONDAY.toordinal(), 0.7, 9)
        for number in (1, 2)
    )
    assert one + other == pytest.approx(1.0)


KINDS = {
    "heavy": DayKind(share=0.3, factors={"one": 2.0, "other": 0.5}),
    "quiet": DayKind(share=0.2, factors={"one": 0.25}),
}
OF_KINDS = {"heavy": (2.0, 0.5), "quiet": (0.25, 1.0), "usual": (1.0, 1.0)}
SHARES = {"heavy": 0.3, "quiet": 0.2, "usual": 0.5}
MEANS = np.array([1.15, 0.85])


def test_kinds_of_days_come_by_their_shares() -> None:
    """Each count within 6 SD of the binomial law; the same date is of the same kind wherever the scenario starts."""
    demand = Demand(volumes={}, day_kinds=KINDS)
    assert mean_factors(demand) == pytest.approx({"one": 1.15, "other": 0.85})
    drawn = [
        factors(key_of(key), demand, Calendar(MONDAY), 1000 * DAY, ("one", "other")).kinds
        for key in range(20)
    ]
    rows = np.concatenate(drawn)
    seen = 0
    for name, of_kind in OF_KINDS.items():
        count = int(np.isclose(rows * MEANS, of_kind).all(axis=1).sum())
        assert abs(count - SHARES[name] * 20_000) < 6 * np.sqrt(20_000 * SHARES[name] * (1 - SHARES[name]))
        seen += count
    assert seen == 20_000
    later = factors(key_of(0), demand, Calendar(MONDAY + timedelta(days=11)), 20 * DAY, ("one", "other"))
    assert later.kinds.tobytes() == drawn[0][11:31].tobytes()


def test_kinds_of_days_move_volumes_against_each_other() -> None:
    """Mean and covariance of a day's counts are known; t over 30 replications, each false with 1e-7."""
    volumes = {"one": Volume(per_day=1000.0, profile="flat"), "other": Volume(per_day=500.0, profile="flat")}
    demand = Demand(volumes=volumes, day_kinds=KINDS)
    made = scenario(
        horizon=70 * 86400.0, moments={"one": moment(), "other": moment()}, demand=demand
    )  # fmt: skip
    usual = np.array([1000.0, 500.0])
    counts = np.array([_counts(moments_of(prepared(made, replication))) for replication in range(30)])
    products = sum(SHARES[name] * np.prod(of_kind) for name, of_kind in OF_KINDS.items())
    covariance = float(np.prod(usual) * (products - np.prod(MEANS)))
    assert covariance < -60_000
    gone = counts - usual * MEANS
    for exact, found in (
        (0.0, gone[:, :, 0].mean(axis=1)),
        (0.0, gone[:, :, 1].mean(axis=1)),
        (covariance, (gone[:, :, 0] * gone[:, :, 1]).mean(axis=1)),
    ):
        error = found.std(ddof=1) / np.sqrt(30)
        assert abs(found.mean() - exact) < student.isf(FALSE_ALARM / 2, 29) * error
    assert (gone[:, :, 0] * gone[:, :, 1]).mean() < 0.5 * covariance


def _counts(moments: Table) -> np.ndarray[Any, Any]:
    """Moments by date and reason."""
    days = moments["began"] // DAY
    return np.stack(
        [np.bincount(days[moments["reason"] == reason], minlength=70) for reason in (0, 1)], axis=1
    )


@pytest.mark.parametrize(
    "keys",
    [{"profile": "business_day"}, {"interarrival": SMOOTH}, {"file": "volume.csv"}],
    ids=["at random", "renewal", "file"],
)
def test_a_day_of_one_kind_is_that_of_the_volumes_of_the_kind(keys: dict[str, Any]) -> None:
    """Also in what is expected of a year; twice a number is exact."""
    told, yearly = [], []
    for times in (1.0, 2.0):
        counts = files([3.0 * times] * 48)
        amount: dict[str, Any] = {} if "file" in keys else {"per_day": 400.0 * times}
        kinds = {"all": DayKind(share=1.0, factors={"question": 2.0})} if times == 1.0 else {}
        demand = Demand(volumes={"question": Volume(**amount, **keys)}, day_kinds=kinds)
        made = scenario(horizon=86400.0, demand=demand)
        told.append(moments_of(prepared(made, 0, counts)))
        loaded = Operation(made, counts, {})
        lowered = lower_demand(loaded, Calendar(MONDAY), LawBook({}))
        yearly.append(yearly_moments(lowered, 0, DAY, 1).tolist())
    assert len(told[0]) > 200
    assert same(*told)
    assert yearly[0] == yearly[1]


def test_memory_moves_moments_and_not_the_pilot() -> None:
    volumes = {"question": Volume(per_day=900.0)}
    made = [
        scenario(demand=Demand(volumes=volumes, day_factor_cv=0.3, day_factor_correlation=correlation))
        for correlation in (0.0, 0.7)
    ]
    forgetting, remembering = (moments_of(prepared(each)) for each in made)
    assert len(forgetting) != len(remembering)
    pilots = [reference_operation(Operation(each), Operation(each)).scenario.demand for each in made]
    assert pilots[0] == pilots[1]


def test_half_hours_are_correlated_gamma() -> None:
    demand = Demand(volumes={}, period_factor_cv=0.1, period_factor_correlation=0.6)
    found = factors(KEY, demand, Calendar(MONDAY), 400 * DAY)
    periods = np.diff(found.periods)
    assert len(periods) == 400 * 48
    assert periods.mean() == pytest.approx(1.0, abs=0.01)
    assert periods.std() == pytest.approx(0.1, rel=0.05)
    assert np.corrcoef(periods[1:], periods[:-1])[0, 1] == pytest.approx(0.6, abs=0.04)


def test_factors_multiply_strips() -> None:
    demand = Demand(volumes={}, day_factor_cv=0.2, period_factor_cv=0.1)
    found = factors(KEY, demand, Calendar(MONDAY), 2 * DAY)
    strips = np.zeros(2, STRIP)
    strips["start"], strips["length"], strips["expected"] = [DAY, DAY], [HOUR, HOUR // 2], 10.0
    strips["day"] = MONDAY.toordinal() + 1
    found.apply(strips)
    halves = np.diff(found.periods)[48:50]
    assert strips["expected"].tolist() == pytest.approx(
        [10.0 * found.days[1] * halves.mean(), 10.0 * found.days[1] * halves[0]]
    )


def test_a_longer_horizon_changes_no_factor() -> None:
    demand = Demand(volumes={}, day_factor_cv=0.2, period_factor_cv=0.1)
    short, long = (factors(KEY, demand, Calendar(MONDAY), days * DAY) for days in (3, 9))
    assert np.array_equal(short.days, long.days[:3])
    assert np.array_equal(short.periods, long.periods[: 3 * 48 + 1])


def test_regrid_keeps_the_mean() -> None:
    weights = np.array(BUSINESS_DAY) / np.mean(BUSINESS_DAY)
    for parts in (1, 8, 24, 32, 96):
        assert regrid(weights, parts).mean() == pytest.approx(1.0)
    assert regrid(weights, 96)[:4] == pytest.approx(weights[0])
    assert regrid(weights, 12) == pytest.approx(weights.reshape(12, 2).mean(axis=1))


def test_sorting_by_time_then_key_also_where_all_come_at_once() -> None:
    random = np.random.default_rng(4)
    for size, spread in ((0, DAY), (1, DAY), (5000, DAY), (5000, 40), (3 * CROWD, 1)):
        moments = np.zeros(size, MOMENT)
        moments["began"] = random.integers(0, spread, size)
        moments["key"] = random.integers(0, 2**63, size)
        ordered = in_order(moments, 0, DAY)
        assert same(ordered, moments[np.lexsort((moments["key"], moments["began"]))])
