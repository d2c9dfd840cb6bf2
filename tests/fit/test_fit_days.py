"""Demand from totals of days: level, weekdays and busy days come out, and nothing is said of the hours."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t as student

from momentsim.contract.plan import DAY
from momentsim.draws import replication_key
from momentsim.errors import MomentsimError, ScenarioError
from momentsim.fit import count_table, fit_arrivals
from momentsim.fit.busyness import fit_busyness, relative_covariances
from momentsim.prepare.busy_days import factors
from momentsim.prepare.calendar import Calendar
from momentsim.scenario.files.side_files import read_counts
from momentsim.scenario.types import Demand

REPORT = Path(__file__).parent / "data" / "daily_report.csv"
"""A daily report in the layout of a much-used public data set, with numbers of our own: no dates, only an index."""
FALSE_ALARM = 1e-7
MONDAY = datetime(2024, 1, 1)

Rows = list[tuple[datetime, float]]


def totals(cv: float, correlation: float, replication: int, dates: int = 364) -> Rows:
    """Day totals with the model's own day factors, a busy Monday and no calls on Sundays."""
    demand = Demand(volumes={}, day_factor_cv=cv, day_factor_correlation=correlation)
    busy = factors(replication_key(11, replication), demand, Calendar(MONDAY), dates * DAY).days
    usual = np.resize([1300.0, 1000, 1000, 1000, 900, 400, 0], dates)
    counts = np.random.default_rng(replication).poisson(usual * (busy if len(busy) else 1.0))
    return [(MONDAY + timedelta(days=day), float(count)) for day, count in enumerate(counts)]


def days_of(rows: Rows) -> tuple[float, float]:
    """CV and correlation of the day factor, without their errors, which take longer."""
    busyness = fit_busyness(relative_covariances(count_table(rows).while_open()))
    return busyness.day_factor_cv, busyness.day_factor_correlation


def test_a_report_without_dates_is_read_once_the_first_is_said() -> None:
    rows = read_counts(REPORT, "offered", first_date=date(2021, 1, 1))
    assert (rows[0], rows[-1][0]) == ((datetime(2021, 1, 1), 209.0), datetime(2021, 3, 25))
    fit = fit_arrivals(rows)
    by_weekday = defaultdict(list)
    for start, count in rows:
        by_weekday[start.weekday()].append(count)
    means = {day: np.mean(counts) for day, counts in by_weekday.items()}
    assert fit.per_day == pytest.approx(sum(means.values()) / 7) == pytest.approx(163.69, abs=0.005)
    assert fit.weekdays["sun"] == pytest.approx(means[6] / fit.per_day) == pytest.approx(0.1996, abs=1e-4)
    # by hand: variance beyond the mean, over the squared mean
    beyond = sum(12 * (np.var(counts, ddof=1) - means[day]) for day, counts in by_weekday.items())
    by_hand = np.sqrt(beyond / sum(12 * means[day] ** 2 for day in means))
    assert fit.busyness.day_factor_cv == pytest.approx(by_hand, rel=0.01) == pytest.approx(0.240, abs=0.003)


def test_nothing_is_said_of_the_hours() -> None:
    fit = fit_arrivals(totals(0.1, 0.6, 1))
    assert fit.whole_days and fit.weekdays["sun"] == 0.0
    section = fit.section("call")
    assert set(section) == {"volumes", "day_factor_cv", "day_factor_correlation"}
    assert set(section["volumes"]["call"]) == {"per_day", "weekdays"}
    assert "do not say when within them calls come: write a profile" in fit.warnings[-1]
    with pytest.raises(MomentsimError, match="counts of whole days do not give a profile"):
        fit_arrivals(totals(0.1, 0.6, 1), weights=48)


def test_without_its_first_date_the_report_is_refused_with_what_to_say() -> None:
    with pytest.raises(ScenarioError) as refused:
        read_counts(REPORT, "offered")
    (problem,) = refused.value.problems
    assert problem.what == "the header has no column 'interval_start'"
    assert problem.meant.startswith(
        "if 'Index' counts days, write their dates in a column 'date', or say the first"
    )


def test_every_number_that_is_no_day_is_told(tmp_path: Path) -> None:
    path = tmp_path / "daily.csv"
    path.write_text("Index,Incoming Calls\n1,209\n2.5,169\nTotal,378\n", "utf-8")
    with pytest.raises(ScenarioError) as refused:
        read_counts(path, "offered", first_date=date(2021, 1, 1))
    assert [problem.line for problem in refused.value.problems] == [3, 4]
    assert "'Total' is not the number of a day, write 1, 2, 3" in str(refused.value)


@pytest.mark.parametrize(("cv", "correlation"), [(0.1, 0.6), (0.2, 0.0)])
def test_what_was_put_in_comes_out(cv: float, correlation: float) -> None:
    """Stated error over a year: a bias below 4 % of the CV and 0.05 of the correlation, which is never below 0."""
    found = np.array([days_of(totals(cv, correlation, replication)) for replication in range(30)])
    chance = student.isf(FALSE_ALARM / 8, 29) * found.std(axis=0, ddof=1) / np.sqrt(30)
    assert np.all(np.abs(found.mean(axis=0) - (cv, correlation)) < np.array([0.04 * cv, 0.05]) + chance)
    assert np.all(chance < [0.02, 0.2])  # so that the test has power


def test_days_that_vary_by_chance_only_have_no_factor() -> None:
    found = [days_of(totals(0.0, 0.0, number))[0] for number in range(8)]
    assert max(found) < 0.02  # the Poisson noise of a day is 3.3 %


def test_a_date_without_calls_is_told() -> None:
    rows = [
        (start, 0.0 if start == datetime(2024, 12, 25) else count) for start, count in totals(0.05, 0.3, 2)
    ]
    fit = fit_arrivals(rows)
    assert fit.silent == ("2024-12-25",)
    assert "nobody called on 2024-12-25; leave out the dates" in " ".join(fit.warnings)
    without = fit_arrivals([row for row in rows if row[0] != datetime(2024, 12, 25)])
    assert without.silent == () and without.busyness.day_factor_cv < fit.busyness.day_factor_cv
