"""The fit of arrivals finds again what the model was given, within its stated error."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import norm
from scipy.stats import t as student

from momentsim.contract.plan import DAY
from momentsim.draws import replication_key
from momentsim.errors import MomentsimError
from momentsim.fit import Busyness, DailyCounts, count_table, fit_arrivals
from momentsim.fit.busyness import fit_busyness, relative_covariances
from momentsim.prepare.busy_days import factors
from momentsim.prepare.calendar import Calendar
from momentsim.scenario import load
from momentsim.scenario.types import Demand

pytestmark = pytest.mark.slow

FALSE_ALARM = 1e-8
MONDAY = datetime(2024, 1, 1)
OPENS, CLOSES = 16, 42
"""Half hours of the day between which the synthetic centre is open, 08:00 to 21:00."""
DATES, REPLICATIONS = 260, 48

Rows = list[tuple[datetime, float]]


def synthetic(truth: Busyness, replication: int, per_day: float = 3000.0, dates: int = DATES) -> Rows:
    """Counts of half hours with the model's own factors, a busy Monday and a busy noon."""
    demand = Demand(volumes={}, **truth._asdict())
    found = factors(replication_key(7, replication), demand, Calendar(MONDAY), dates * DAY)
    rate = np.repeat(found.days if len(found.days) else np.ones(dates), 48).reshape(dates, 48)
    if len(found.periods):
        rate = rate * np.diff(found.periods).reshape(dates, 48)
    shape = 1.0 + np.sin(np.linspace(0.2, 2.9, CLOSES - OPENS))
    monday = np.where(np.arange(dates) % 7 == 0, 1.3, 1.0)
    mean = per_day * monday[:, None] * shape / shape.sum()
    counts = np.random.default_rng(replication).poisson(mean * rate[:, OPENS:CLOSES])
    return [
        (MONDAY + timedelta(days=day, minutes=30 * (OPENS + index)), float(count))
        for day in range(dates)
        for index, count in enumerate(counts[day])
    ]


def busyness_of(rows: Rows) -> npt.NDArray[np.float64]:
    return np.array(fit_busyness(relative_covariances(count_table(rows))))


@pytest.mark.parametrize(
    "truth",
    [
        Busyness(0.08, 0.06, 0.8, 0.6),
        Busyness(0.05, 0.12, 0.6, 0.3),
        Busyness(0.15, 0.05, 0.9, 0.0),
    ],
    ids=["both", "half hours", "days"],
)
def test_what_was_put_in_comes_out(truth: Busyness) -> None:
    """Stated error over 260 dates of 3,000 calls: a bias below 4 % of a CV, 0.02 and 0.04 of the correlations.

    A correlation of days is never below 0, so that of days which do not remember is a little above.
    """
    found = np.array([busyness_of(synthetic(truth, replication)) for replication in range(REPLICATIONS)])
    allowed = np.array([0.04 * truth.day_factor_cv, 0.04 * truth.period_factor_cv, 0.02, 0.04])
    chance = (
        student.isf(FALSE_ALARM / 2, REPLICATIONS - 1) * found.std(axis=0, ddof=1) / np.sqrt(REPLICATIONS)
    )
    assert np.all(np.abs(found.mean(axis=0) - np.array(truth)) < allowed + chance)
    assert np.all(chance < [0.02, 0.02, 0.12, 0.2])  # so that the test has power


def test_what_the_means_of_weekdays_take_from_few_dates_is_known() -> None:
    """Five weeks of days that remember, next to no Poisson noise: dates six days apart fall below 0."""
    dates, correlation, cv = MONDAY.toordinal() + np.arange(35), 0.7, 0.1
    scores = np.linalg.cholesky(correlation ** np.abs(np.subtract.outer(dates, dates)).astype(float))
    generator = np.random.default_rng(51)
    rows = []
    for _ in range(1500):
        rate = 1e9 * (1.0 + cv * (scores @ generator.normal(size=35)))
        found = relative_covariances(DailyCounts(0, 1800, dates, np.repeat(rate[:, None], 4, axis=1)))
        rows.append(np.array([found.within[0], *found.between]) / cv**2)
    expected = found.memory @ correlation ** np.arange(found.memory.shape[1])
    error = np.std(rows, axis=0, ddof=1) / np.sqrt(len(rows))
    assert np.all(np.abs(np.mean(rows, axis=0) - expected) < norm.isf(FALSE_ALARM / 2) * error)
    assert np.all(correlation ** np.arange(3, 7) - expected[3:] > 6 * error[3:])  # untold, it would be seen


def test_counts_of_one_weekday_do_not_tell_how_long_days_last() -> None:
    mondays = [row for row in synthetic(Busyness(0.1, 0.0, 0.0, 0.7), 0) if row[0].weekday() == 0]
    assert fit_arrivals(mondays).busyness.day_factor_correlation == 0.0


def test_too_few_dates_are_told() -> None:
    known = fit_arrivals(synthetic(Busyness(0.1, 0.03, 0.5, 0.6), 3))
    assert known.warnings == () and known.errors.day_factor_correlation < 0.2
    few = fit_arrivals(synthetic(Busyness(0.1, 0.03, 0.5, 0.6), 3, dates=42))
    assert "is from 42 dates and has a standard error of 0." in few.warnings[0]
    steps = [
        (start, count * (1.4 if day >= 130 * 26 else 1.0)) for day, (start, count) in enumerate(SOUND_YEAR)
    ]
    assert "at the end of its range: the counts follow a trend" in fit_arrivals(steps).warnings[0]
    assert fit_arrivals(SOUND_YEAR).warnings == ()


def test_standard_errors_are_honest() -> None:
    """The mean jackknife error lies between half and double the spread over samples (checked, not drawn)."""
    fits = [fit_arrivals(synthetic(Busyness(0.08, 0.06, 0.8, 0.6), number)) for number in range(24)]
    spread = np.std([fit.busyness for fit in fits], axis=0, ddof=1)
    stated = np.mean([fit.errors for fit in fits], axis=0)
    assert np.all((stated > 0.5 * spread) & (stated < 2.0 * spread))


def test_poisson_counts_have_no_busyness() -> None:
    """Without the correction for Poisson noise the half-hour CV would be 9 % here."""
    found = np.array([busyness_of(synthetic(Busyness(0.0, 0.0, 0.0), number)) for number in range(8)])
    assert np.all(found[:, :2] < 0.02)


def test_a_day_factor_alone_is_told_from_half_hours() -> None:
    """Not told apart, the half hours would get the 10 % of the days; a CV is never below 0, so its mean is above."""
    found = np.mean([busyness_of(synthetic(Busyness(0.1, 0.0, 0.0), number)) for number in range(24)], axis=0)
    assert found[0] == pytest.approx(0.1, rel=0.15)
    assert found[1] < 0.02


def test_weekdays_and_profiles_are_the_means() -> None:
    rows = synthetic(Busyness(0.05, 0.05, 0.5), 0)
    fit = fit_arrivals([row for row in rows if row[0].weekday() < 6], weights=24)
    assert fit.weekdays["sun"] == 0.0 and "sun" not in fit.profiles
    assert sum(fit.weekdays.values()) == pytest.approx(6.0)
    monday = [count for start, count in rows if start.weekday() == 0]
    assert fit.per_day * fit.weekdays["mon"] == pytest.approx(sum(monday) / len(monday) * (CLOSES - OPENS))
    assert fit.weekdays["mon"] / fit.weekdays["tue"] == pytest.approx(1.3, rel=0.1)
    for weights in fit.profiles.values():
        assert len(weights) == 24 and np.mean(weights) == pytest.approx(1.0)
        assert weights[:8] == (0.0,) * 8 and weights[21:] == (0.0,) * 3


def test_the_section_is_a_scenario_section(tmp_path: Path) -> None:
    fit = fit_arrivals(synthetic(Busyness(0.08, 0.06, 0.8, 0.6), 1))
    text = f"""name: fitted
start: "2024-01-01 00:00"
horizon: 7 d
customers: {{segments: {{all: {{customers: 1000, yearly_margin: 100 USD}}}}}}
moments: {{call: {{handling_time: {{mean: 4 min}}}}}}
workforce: {{groups: {{team: {{heads: 10}}}}}}
demand: {json.dumps(fit.section("call"))}
"""
    (tmp_path / "fitted.yaml").write_text(text, "utf-8")
    demand = load(tmp_path / "fitted.yaml").scenario.demand
    assert demand.day_factor_cv == pytest.approx(fit.busyness.day_factor_cv, abs=1e-5)
    assert demand.day_factor_correlation == pytest.approx(fit.busyness.day_factor_correlation, abs=1e-5)
    assert demand.period_factor_correlation == pytest.approx(fit.busyness.period_factor_correlation, abs=1e-5)
    assert len(dict(demand.volumes["call"].weekday_profiles)["mon"]) == 48


def dropped(rows: Rows, place: int) -> Rows:
    return rows[:place] + rows[place + 1 :]


SOUND = synthetic(Busyness(0.0, 0.0, 0.0), 0, dates=21)
SOUND_YEAR = synthetic(Busyness(0.0, 0.0, 0.0), 0)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "there are no counts to fit"),
        (dropped(SOUND, 30), "1 of 21 dates have other intervals than the rest, the first is 2024-01-02"),
        (SOUND[: 26 * 8], "there is only one tue; a weekday needs two dates at least"),
        ([(start, 0.0) for start, _ in SOUND], "there are no calls at all"),
        (
            [(start + timedelta(minutes=10), count) for start, count in SOUND],
            "days must start at a full half hour",
        ),
        (
            [(start, count) for start, count in SOUND if start.minute == 0],
            "intervals that divide half an hour",
        ),
        ([(start, count) for start, count in SOUND if start.hour == 8], "at least four half hours"),
        (
            [row for row in SOUND if row[0].hour == 8 and row[0].minute == 0],
            "found one row a day, not at 00:00",
        ),
        (
            [row for row in SOUND if (row[0].hour, row[0].minute) != (9, 30)],
            "one length that divides a day; found 0:30:00, 1:00:00",
        ),
    ],
    ids=["empty", "uneven", "one date", "none", "off", "hourly", "short", "daily", "hole"],
)
def test_counts_that_cannot_be_fitted(rows: Rows, message: str) -> None:
    with pytest.raises(MomentsimError, match=message):
        fit_arrivals(rows)


def test_hours_that_a_weekday_never_has_are_closed() -> None:
    closed = [(start, 0.0 if start.weekday() == 5 and start.hour >= 13 else count) for start, count in SOUND]
    assert any(start.weekday() == 5 and start.hour >= 13 for start, _ in SOUND)
    exported = [(start, count) for start, count in closed if start.weekday() != 5 or start.hour < 13]
    assert fit_arrivals(exported) == fit_arrivals(closed)


def test_a_profile_finer_than_the_counts_is_refused() -> None:
    with pytest.raises(MomentsimError, match="counts of 1800 s do not give a profile of 96 weights"):
        fit_arrivals(SOUND, weights=96)
