"""Arrivals at constant and stepped rates, from files with short rows, and as renewal processes."""

from __future__ import annotations

import pickle
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from prepared_scenarios import (
    HOUR_S,
    KEY,
    MONDAY,
    by_key,
    demand_of,
    moment,
    moments_of,
    prepared,
    scenario,
    segment,
)
from scipy.stats import chi2, expon, gamma, kstest, lognorm, norm

from momentsim.contract.plan import DAY, HOUR, MINUTE, SECOND, Table
from momentsim.prepare import Operation, Reference, lower, prepare
from momentsim.prepare.busy_days import factors
from momentsim.prepare.calendar import Calendar
from momentsim.prepare.demand import profile_weights
from momentsim.scenario.files.row_grid import CountTable
from momentsim.scenario.types import Customers, Demand, Law, Part, RatePeriod, Volume

FALSE_ALARM = 1e-8
HYPER = Law(
    distribution="mixture",
    parts=(
        Part(weight=0.2, law=Law(distribution="exponential", mean=400.0)),
        Part(weight=0.8, law=Law(distribution="exponential", mean=25.0)),
    ),
)
SMOOTH = Law(distribution="lognormal", cv=0.4)


def busy(volume: Volume, replication: int = 0, **changes: Any) -> Table:
    return moments_of(prepared(scenario(demand=Demand(volumes={"question": volume}), **changes), replication))


def gaps(moments: Table) -> npt.NDArray[np.float64]:
    return np.asarray(np.diff(moments["began"]) / SECOND)


def poisson_fits(counts: npt.ArrayLike, expected: npt.ArrayLike) -> bool:
    counted, meant = np.asarray(counts), np.asarray(expected)
    assert np.all(counted[meant == 0] == 0)
    counted, meant = counted[meant > 0], meant[meant > 0]
    return bool(chi2.sf(np.sum((counted - meant) ** 2 / meant), len(meant)) > FALSE_ALARM)


def test_a_constant_rate_is_the_same_all_day_and_all_week() -> None:
    moments = busy(Volume(per_hour=60.0, weekdays={"sun": 2.0}))
    assert poisson_fits(np.bincount(moments["began"] // HOUR, minlength=168), [60.0] * 144 + [120.0] * 24)
    assert kstest(gaps(moments[moments["began"] < 6 * DAY]), expon(scale=60.0).cdf).pvalue > FALSE_ALARM


def test_a_constant_rate_is_a_flat_profile() -> None:
    assert busy(Volume(per_hour=60.0)).tobytes() == busy(Volume(per_day=1440.0, profile="flat")).tobytes()


def gamma_until_next(shape: float) -> Any:
    """Integral of the survival of a gamma law with mean 1: time to the next moment in equilibrium."""
    return lambda gap: (
        gap * gamma(shape, scale=1 / shape).sf(gap) + gamma(shape + 1, scale=1 / shape).cdf(gap)
    )


STEPS = (
    RatePeriod(start=8 * HOUR_S, end=10 * HOUR_S + 780, per_hour=200.0),
    RatePeriod(start=10 * HOUR_S + 780, end=17 * HOUR_S, per_hour=600.0, days=("mon", "wed")),
    RatePeriod(start=20 * HOUR_S, end=20 * HOUR_S + 61, per_hour=6000.0),
)


def test_rates_step_at_the_written_times_exactly() -> None:
    began = busy(Volume(rates=STEPS))["began"]
    day, time = began // DAY, began % DAY
    third = HOUR * 10 + 13 * MINUTE
    at = [time < 8 * HOUR, time < third, time < 17 * HOUR, time < 20 * HOUR, time < 20 * HOUR + 61 * SECOND]
    piece = np.select(at, range(5), 5)
    counts = np.zeros((7, 6))
    np.add.at(counts, (day, piece), 1)
    expected = np.zeros((7, 6))
    expected[:, 1], expected[[0, 2], 2], expected[:, 4] = (
        200.0 * 133 / 60,
        600.0 * 407 / 60,
        6000.0 * 61 / 3600,
    )
    assert poisson_fits(counts, expected)


def test_a_moved_step_leaves_the_other_intervals_alone() -> None:
    later = (STEPS[0].model_copy(update={"end": 10 * HOUR_S + 900}), *STEPS[1:])
    kept = [
        {row.tobytes() for row in moments if not 20 <= row["began"] % DAY // (30 * MINUTE) < 21}
        for moments in (busy(Volume(rates=STEPS)), busy(Volume(rates=later)))
    ]
    assert len(kept[0]) > 5000 and kept[0] == kept[1]


def test_each_weekday_has_its_own_profile() -> None:
    morning = tuple(float(hour < 12) for hour in range(24))
    moments = busy(Volume(per_day=2400.0, profile="flat", weekday_profiles={"tue": morning}))
    tuesday = moments[moments["began"] // DAY == 1]["began"] % DAY // HOUR
    assert poisson_fits(np.bincount(tuesday, minlength=24), [200.0] * 12 + [0.0] * 12)
    rest = moments[moments["began"] // DAY != 1]["began"] % DAY // HOUR
    assert poisson_fits(np.bincount(rest, minlength=24), [600.0] * 24)


def test_short_rows_of_a_file_are_strips_of_their_own_length() -> None:
    counts = [float(index % 5) for index in range(288)]
    rows = tuple((MONDAY + timedelta(minutes=5 * index), count) for index, count in enumerate(counts))
    made = scenario(horizon=86400.0, demand=demand_of(file="v.csv", replay=True))
    moments = moments_of(prepared(made, 0, {"v.csv": CountTable(rows, 300.0)}))
    assert np.bincount(moments["began"] // (5 * MINUTE), minlength=288).tolist() == counts
    with_gap = rows[:100] + rows[150:]
    moments = moments_of(prepared(made, 0, {"v.csv": CountTable(with_gap, 300.0)}))
    counts[100:150] = [0.0] * 50
    assert np.bincount(moments["began"] // (5 * MINUTE), minlength=288).tolist() == counts


def test_a_file_sets_the_pace_of_a_renewal_process() -> None:
    counts = [float(index % 7) for index in range(48)]
    rows = tuple((MONDAY + timedelta(minutes=30 * index), count) for index, count in enumerate(counts))
    regular = demand_of(file="v.csv", interarrival=Law(distribution="constant"))
    moments = moments_of(prepared(scenario(horizon=86400.0, demand=regular), 0, {"v.csv": rows}))
    assert np.all(np.abs(np.bincount(moments["began"] // (30 * MINUTE), minlength=48) - counts) <= 1)
    assert abs(len(moments) - sum(counts)) <= 1


def test_storms_follow_the_hours_of_rates() -> None:
    weights = profile_weights(Volume(rates=STEPS))
    assert weights.mean() == pytest.approx(1.0)
    assert weights[9 * 60] / weights[12 * 60] == pytest.approx(200.0 * 7 / (600.0 * 2))
    assert weights[7 * 60] == 0.0
    assert profile_weights(Volume(per_hour=3.0)).tolist() == [1.0] * 24


@pytest.mark.parametrize(
    ("law", "cdf"),
    [
        (SMOOTH, lambda gap: lognorm.cdf(gap, np.sqrt(np.log(1.16)), scale=1 / np.sqrt(1.16))),
        (HYPER, lambda gap: 1 - 0.2 * np.exp(-gap / 4) - 0.8 * np.exp(-gap / 0.25)),
        (Law(distribution="exponential"), lambda gap: 1 - np.exp(-gap)),
        (Law(distribution="erlang", phases=4), gamma(4, scale=0.25).cdf),
        (Law(distribution="uniform", cv=0.5), lambda gap: np.clip((gap / 3**0.5 - 1 / 3**0.5 + 0.5), 0, 1)),
    ],
    ids=["lognormal", "mixture", "exponential", "erlang", "uniform"],
)
def test_gaps_follow_the_law_at_a_constant_rate(law: Law, cdf: Any) -> None:
    found = gaps(busy(Volume(per_hour=120.0, interarrival=law))) / 30.0
    assert len(found) > 15_000
    assert kstest(found, cdf).pvalue > FALSE_ALARM
    ranks = np.argsort(np.argsort(found)) / len(found)
    assert abs(np.corrcoef(ranks[1:], ranks[:-1])[0, 1]) * np.sqrt(len(found)) < norm.isf(FALSE_ALARM)


def test_the_mean_of_the_law_alone_says_how_many() -> None:
    law = Law(distribution="constant", mean=50.0)
    began = busy(Volume(interarrival=law))["began"]
    assert np.all(np.abs(np.diff(began) - 50 * SECOND) <= 2)  # microseconds
    assert len(began) in (12096, 12095)
    alone = busy(Volume(interarrival=HYPER))
    assert (
        kstest(gaps(alone), lambda gap: 1 - 0.2 * np.exp(-gap / 400) - 0.8 * np.exp(-gap / 25)).pvalue
        > FALSE_ALARM
    )


@pytest.mark.parametrize(
    ("law", "until_next", "starts"),
    [
        pytest.param(
            Law(distribution="constant"), lambda gap: np.clip(gap, 0, 1), 200, marks=pytest.mark.slow
        ),
        (HYPER, lambda gap: 1 - 0.8 * np.exp(-gap / 4) - 0.2 * np.exp(-gap / 0.25), 200),
        pytest.param(
            Law(distribution="exponential"), lambda gap: 1 - np.exp(-gap), 300, marks=pytest.mark.slow
        ),
        pytest.param(
            Law(distribution="erlang", phases=2),
            lambda gap: 1 - (1 + gap) * np.exp(-2 * gap),
            600,
            marks=pytest.mark.slow,
        ),
        (Law(distribution="gamma", cv=3.0), gamma_until_next(1 / 9), 200),
    ],
    ids=["constant", "mixture", "exponential", "erlang", "gamma"],
)
def test_the_process_starts_in_equilibrium(law: Law, until_next: Any, starts: int) -> None:
    """A process that began with a whole gap would be 0.18 away with two phases, and more than 0.4 with others."""
    made = scenario(
        demand=Demand(volumes={"question": Volume(per_hour=120.0, interarrival=law)}), horizon=1800.0
    )
    blueprint = lower(Operation(made), Reference.neutral(made.moments))
    first = [
        prepare(blueprint, number).moments_of_day(0)["began"][0] / (30 * SECOND) for number in range(starts)
    ]
    assert kstest(first, until_next).pvalue > FALSE_ALARM


def test_a_varying_rate_runs_the_clock_of_the_process() -> None:
    """In the time of the cumulated rate the gaps follow the law, also over nights without anybody."""
    volume = Volume(rates=STEPS, interarrival=SMOOTH)
    began = busy(volume)["began"]
    plain = lower(Operation(scenario(demand=Demand(volumes={"question": volume}))), Reference.neutral({}))
    strips = plain.volumes.demand.renewals[0].rate.strips(0, 7 * DAY)
    assert len(plain.volumes.demand.strips(0, 7 * DAY)) == 0
    edges = np.append(strips["start"], 7 * DAY)
    passed = np.concatenate([[0.0], np.cumsum(strips["expected"])])
    place = np.searchsorted(strips["start"], began, side="right") - 1
    inside = (began - edges[place]) / strips["length"][place]
    assert inside.max() < 1.0
    found = np.diff(passed[place] + inside * strips["expected"][place])
    assert kstest(found, lognorm(np.sqrt(np.log(1.16)), scale=1 / np.sqrt(1.16)).cdf).pvalue > FALSE_ALARM


def test_a_regular_process_varies_less_than_a_poisson_process() -> None:
    """The variance of long counts tends to CV squared times their mean (0.16 here)."""
    volume = Volume(per_day=500.0, interarrival=SMOOTH)
    counts = [len(busy(volume, number, horizon=86400.0)) for number in range(60)]
    ratio = np.var(counts, ddof=1) / 500 / 0.16
    assert 0.9 * chi2.ppf(FALSE_ALARM, 59) / 59 < ratio < 1.1 * chi2.isf(FALSE_ALARM, 59) / 59


def test_day_factors_act_on_renewal_processes() -> None:
    demand = Demand(volumes={"question": Volume(per_day=5000.0, interarrival=SMOOTH)}, day_factor_cv=0.3)
    made = prepared(scenario(demand=demand))
    counts = np.bincount(moments_of(made)["began"] // DAY, minlength=7)
    expected = 5000.0 * factors(KEY, demand, Calendar(MONDAY), 7 * DAY).days
    assert np.all(np.abs(counts - expected) < 6 * 0.4 * np.sqrt(expected) + 1)


def test_days_may_be_asked_in_any_order_and_again() -> None:
    made = prepared(scenario(demand=Demand(volumes={"question": Volume(per_day=900.0, interarrival=HYPER)})))
    in_order = [made.moments_of_day(day).tobytes() for day in range(7)]
    again = pickle.loads(pickle.dumps(made))
    assert [again.moments_of_day(day).tobytes() for day in (4, 0, 6)] == [in_order[day] for day in (4, 0, 6)]
    other = prepared(scenario(demand=Demand(volumes={"question": Volume(per_day=900.0, interarrival=HYPER)})))
    assert other.moments_of_day(5).tobytes() == in_order[5]


def test_a_longer_horizon_and_another_reason_change_nothing() -> None:
    volume = Volume(per_day=900.0, interarrival=SMOOTH)
    week = busy(volume)
    short = busy(volume, horizon=1.5 * 86400)
    assert short.tobytes() == week[: len(short)].tobytes() and week[len(short)]["began"] >= 1.5 * DAY
    volumes = {"question": volume, "other": Volume(per_day=300.0)}
    both = moments_of(
        prepared(scenario(moments={"question": moment(), "other": moment()}, demand=Demand(volumes=volumes)))
    )
    assert both[both["reason"] == 0].tobytes() == week.tobytes()
    assert np.all(np.diff(both["began"]) >= 0)


def test_more_volume_keeps_every_moment_and_its_customer_and_moves_its_time() -> None:
    few, many = (busy(Volume(per_hour=rate, interarrival=SMOOTH)) for rate in (100.0, 101.0))
    known = by_key(many)
    assert {int(row["key"]) for row in few} <= set(known)
    for row in few[:: len(few) // 50]:
        other = known[int(row["key"])]
        assert other["customer"] == row["customer"]
        assert other["began"] == pytest.approx(row["began"] / 1.01, abs=20)


def test_prevention_takes_single_moments_out() -> None:
    whole, fewer = (
        busy(Volume(per_day=900.0, interarrival=SMOOTH, preventable=share)) for share in (0.0, 0.3)
    )
    assert {row.tobytes() for row in fewer} < {row.tobytes() for row in whole}
    assert abs(len(fewer) - 0.7 * len(whole)) < 6 * np.sqrt(0.21 * len(whole))


def test_customers_are_chosen_as_for_other_moments() -> None:
    two = Customers(segments={"a": segment(customers=300), "b": segment(customers=700)})
    moments = busy(Volume(per_day=2000.0, interarrival=SMOOTH), customers=two)
    counts = np.bincount(moments["customer"], minlength=1000)
    assert poisson_fits(counts, np.full(1000, len(moments) / 1000))


def test_yearly_moments_count_renewal_processes() -> None:
    made = scenario(demand=Demand(volumes={"question": Volume(per_day=900.0, interarrival=SMOOTH)}))
    plain = scenario(demand=Demand(volumes={"question": Volume(per_day=900.0)}))
    first, second = (lower(Operation(each), Reference.neutral(each.moments)) for each in (made, plain))
    assert first.customers.segments.tobytes() == second.customers.segments.tobytes()
