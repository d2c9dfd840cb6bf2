"""How long a row of counts lasts is stated or proved, and no two rows of a queue begin at one time."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import momentsim as ms
from momentsim.contract.plan import HOUR
from momentsim.errors import MomentsimError, ScenarioError
from momentsim.fit import fit_arrivals
from momentsim.prepare.calendar import Calendar
from momentsim.prepare.demand import BUSINESS_DAY, lower_demand
from momentsim.prepare.laws import LawBook
from momentsim.questions.shifts.requirement import requirement_of
from momentsim.scenario import LoadedScenario, load
from momentsim.scenario.files.row_grid import CountTable
from momentsim.scenario.files.scenario_files import read_counts

START = datetime(2025, 1, 20, 8)
HOURLY = (600, 900, 1000, 900, 800, 700)

DESK = """name: desk
start: "{start}"
horizon: {horizon}
interval: {interval}
customers: {{segments: {{everyone: {{customers: 200000, yearly_margin: 100 USD}}}}}}
moments:
  call: {{handling_time: {{distribution: exponential, mean: 4 min}}, resolution: 100 %, reconnect: 0 %}}
demand: {{volumes: {{call: {{file: calls.csv{keys}}}}}}}
workforce: {{groups: {{team: {{heads: 80, speed_sd: 0}}}}}}
waiting: {{patience: {{distribution: exponential, mean: 3 min}}, redial: {{first: 0 %, further: 0 %}}}}
behaviour: off
"""


def desk(
    folder: Path,
    rows: list[str],
    keys: str = "",
    *,
    interval: str = "30 min",
    horizon: str = "6 h",
    start: str = "2025-01-20 08:00",
) -> LoadedScenario:
    (folder / "calls.csv").write_text("\n".join(rows) + "\n", "utf-8")
    text = DESK.format(keys=keys, interval=interval, horizon=horizon, start=start)
    (folder / "desk.yaml").write_text(text, "utf-8")
    return load(folder / "desk.yaml")


def hourly(counts: tuple[int, ...] = HOURLY) -> list[str]:
    starts = (START + timedelta(hours=hour) for hour in range(len(counts)))
    lines = (f"{start:%Y-%m-%d %H:%M},{count}" for start, count in zip(starts, counts, strict=True))
    return ["interval_start,offered", *lines]


def expected_by_hour(loaded: LoadedScenario, hours: int) -> list[float]:
    """Moments expected in each hour from the scenario's start."""
    demand = lower_demand(loaded, Calendar(loaded.scenario.start), LawBook(loaded.samples))
    strips = demand.of_files
    sums = np.bincount(strips["start"] // HOUR, strips["expected"], minlength=hours)
    return [float(number) for number in sums[:hours]]


@pytest.mark.parametrize("keys", ["", ", sparse: on", ", row: 1 h", ", sparse: on, row: 1 h"])
def test_hourly_rows_are_hours_whatever_the_interval(keys: str, tmp_path: Path) -> None:
    for interval in ("5 min", "15 min", "30 min", "1 h"):
        made = desk(tmp_path, hourly(), keys, interval=interval)
        assert made.tables["calls.csv"].row_s == 3600.0
        assert expected_by_hour(made, 6) == pytest.approx(HOURLY)
        halves = lower_demand(made, Calendar(START), LawBook({})).of_files["expected"]
        assert float(halves.max() - halves.min()) == pytest.approx(400 * len(HOURLY) / len(halves))


def test_calls_of_an_hour_come_in_the_whole_hour(tmp_path: Path) -> None:
    """80 agents for at most 67 erlangs: 20 % hung up when all calls came in the first half hour; right is 0.06 %.

    A share of calls with about 3 of 4,900 a replication; 0.5 % would be 24 where 3 are expected.
    """
    answer = ms.run(desk(tmp_path, hourly(), ", sparse: on"), replications=3)
    share = answer.summary.query("measure == 'abandoned_share' and scope == 'all'")["value"].item()
    assert share < 0.005


@pytest.mark.parametrize(
    ("rows", "keys", "found"),
    [
        (hourly()[:2], "", "there is only one row"),
        (hourly()[:2], ", sparse: on", "there is only one row"),
        ([*hourly()[:3], hourly()[5]], ", sparse: on", "rows begin 1 h or 3 h apart"),
        ([hourly()[0], hourly()[1], hourly()[3]], ", sparse: on", "rows begin 2 h apart"),
    ],
)
def test_what_proves_no_length_is_refused(rows: list[str], keys: str, found: str, tmp_path: Path) -> None:
    message = (
        f"nothing says how long a row lasts: {found}, and intervals last 30 min, "
        "write how long with 'row: 1 h' beside the file, or in a column interval_end"
    )
    with pytest.raises(ScenarioError, match=message):
        desk(tmp_path, rows, keys)


def test_a_row_says_itself_when_it_ends(tmp_path: Path) -> None:
    rows = ["interval_start,interval_end,offered", "2025-01-20 09:00,2025-01-20 10:00,800"]
    assert expected_by_hour(desk(tmp_path, rows, ", sparse: on"), 3) == [0.0, 800.0, 0.0]
    for second, message in (
        ("2025-01-20 10:00,2025-01-20 10:00,800", r"3:1: interval_end: '2025-01-20 10:00' is no time after"),
        ("2025-01-20 10:00,2025-01-20 10:30,800", r"interval_end: rows last 30 min and 1 h, all rows alike"),
        ("2025-01-20 10:00,,800", r"some rows say how long they last and some do not"),
    ):
        with pytest.raises(ScenarioError, match=message):
            desk(tmp_path, [*rows, second], ", sparse: on")


def test_a_length_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"rows of 45 min do not fit, intervals last 30 min"):
        desk(tmp_path, hourly(), ", row: 45 min")


@pytest.mark.parametrize("time", ["", " 00:00"])
def test_a_day_is_spread_by_profile(time: str, tmp_path: Path) -> None:
    """The usual daily forecast times intraday profile; without one the business day, and `check` says so."""
    rows = ["interval_start,offered", f"2025-01-20{time},2400", f"2025-01-21{time},1200"]
    own = ", profile: [0,0,0,0,0,0,0,0,1,3,0,0,0,0,0,0,0,0,0,0,0,0,0,0]"
    made = desk(tmp_path, rows, own, horizon="2 d", start="2025-01-20 00:00")
    by_hour = expected_by_hour(made, 48)
    assert (by_hour[8], by_hour[9], sum(by_hour[:24])) == pytest.approx((600, 1800, 2400))
    assert (by_hour[32], by_hour[33], sum(by_hour[24:])) == pytest.approx((300, 900, 1200))
    assert not made.warnings
    made = desk(tmp_path, rows, horizon="2 d", start="2025-01-20 00:00")
    assert expected_by_hour(made, 24) == pytest.approx(2400 * np.array(BUSINESS_DAY) / sum(BUSINESS_DAY))
    assert "rows of 1 d are spread over the day like a business day" in str(made.warnings[0])


def test_a_week_is_spread_by_weekdays_too(tmp_path: Path) -> None:
    rows = ["interval_start,offered", "2025-01-20 00:00,6000", "2025-01-27 00:00,600"]
    keys = ", row: 7 d, profile: flat, weekdays: {sat: 0, sun: 0, mon: 2}"
    made = desk(tmp_path, rows, keys, horizon="14 d", start="2025-01-20 00:00")
    days = np.array(expected_by_hour(made, 14 * 24)).reshape(14, 24).sum(axis=1)
    assert days == pytest.approx([2000, 1000, 1000, 1000, 1000, 0, 0, 200, 100, 100, 100, 100, 0, 0])


def test_a_row_reaches_beyond_the_horizon(tmp_path: Path) -> None:
    """A day from midnight on, a desk from eight on: what comes before it begins is not part of the run."""
    rows = ["interval_start,offered", "2025-01-20,2400"]
    made = desk(tmp_path, rows, ", profile: flat", horizon="6 h")
    answer = ms.run(made, replications=3)
    offered = answer.summary.query("measure == 'offered' and scope == 'all'")["value"].item()
    assert abs(offered - 600) < 6 * np.sqrt(600 / 3)


def test_calls_where_the_profile_has_none_are_told(tmp_path: Path) -> None:
    rows = ["interval_start,offered", "2025-01-20 00:00,2400", "2025-01-21 00:00,1200"]
    made = desk(
        tmp_path, rows, ", profile: flat, weekdays: {tue: 0}", horizon="2 d", start="2025-01-20 00:00"
    )
    with pytest.raises(MomentsimError, match=r"calls\.csv: 2025-01-21: 1200 moments come when 'weekdays'"):
        expected_by_hour(made, 24)


def test_a_day_is_not_replayed(tmp_path: Path) -> None:
    rows = ["interval_start,offered", "2025-01-20,2400"]
    with pytest.raises(ScenarioError, match=r"volumes\.call\.replay: rows of 1 d say not when within them"):
        desk(tmp_path, rows, ", replay: on")
    assert desk(tmp_path, hourly(), ", replay: on").tables["calls.csv"].row_s == 3600.0


def test_heads_and_requirements_of_an_hour_hold_all_of_it(tmp_path: Path) -> None:
    heads = [line.replace("offered", "heads") for line in hourly((60, 61, 62, 63, 64, 65))]
    (tmp_path / "heads.csv").write_text("\n".join(heads), "utf-8")
    desk(tmp_path, hourly())
    text = (tmp_path / "desk.yaml").read_text("utf-8").replace("heads: 80", "heads_file: heads.csv")
    text = text.replace("speed_sd: 0", "speed_sd: 0, shift_rules: {kinds: {full: {length: 6 h}}}")
    (tmp_path / "staffed.yaml").write_text(text, "utf-8")
    loaded = load(tmp_path / "staffed.yaml")
    assert [number for _start, number in loaded.tables["heads.csv (team)"]][:4] == [60.0, 60.0, 61.0, 61.0]
    plain = requirement_of(loaded, "team").heads.tolist()
    assert plain == [60, 60, 61, 61, 62, 62, 63, 63, 64, 64, 65, 65]
    assert requirement_of(loaded, "team", tmp_path / "heads.csv").heads.tolist() == plain
    table = pd.DataFrame([line.split(",") for line in heads[1:]], columns=["interval_start", "heads"])
    assert requirement_of(loaded, "team", table).heads.tolist() == plain


QUEUES = [
    "interval_start,queue,offered",
    *(
        f"{START + timedelta(minutes=30 * n):%Y-%m-%d %H:%M},{q},{c}"
        for n in range(12)
        for q, c in (("Sales", 5), ("Support", 2))
    ),
]


def test_rows_of_several_queues_need_a_choice(tmp_path: Path) -> None:
    with pytest.raises(
        ScenarioError, match=r"calls\.csv:3:1: queue: there are rows of several queues: Sales, Support"
    ):
        desk(tmp_path, QUEUES)
    made = desk(tmp_path, QUEUES, ", queue: Support")
    assert expected_by_hour(made, 6) == [4.0] * 6
    with pytest.raises(
        ScenarioError, match=r"no rows of the queue 'Sale', it has: Sales, Support, did you mean 'Sales'"
    ):
        desk(tmp_path, QUEUES, ", queue: Sale")
    with pytest.raises(ScenarioError, match=r"the header has no column 'queue'"):
        desk(tmp_path, hourly(), ", queue: Sales")


def test_two_volumes_read_their_queues_from_one_file(tmp_path: Path) -> None:
    desk(tmp_path, QUEUES, ", queue: Support")
    text = (tmp_path / "desk.yaml").read_text("utf-8")
    call = text.split("moments:\n")[1].split("\n")[0]
    text = text.replace(call, f"{call}\n{call.replace('call', 'sale')}")
    text = text.replace("{volumes: {", "{volumes: {sale: {file: calls.csv, queue: Sales}, ")
    (tmp_path / "two.yaml").write_text(text, "utf-8")
    made = load(tmp_path / "two.yaml")
    assert sum(count for _start, count in made.tables["calls.csv (Sales)"]) == 60
    assert expected_by_hour(made, 6) == [14.0] * 6


def weeks(queues: bool) -> list[str]:
    """Four weeks of half hours of two queues, a row each or summed."""
    starts = [START + timedelta(days=day, minutes=30 * n) for day in range(28) for n in range(20)]
    if not queues:
        return ["interval_start,offered", *(f"{start:%Y-%m-%d %H:%M},60" for start in starts)]
    lines = [
        f"{start:%Y-%m-%d %H:%M},{name},{count}" for start in starts for name, count in (("a", 45), ("b", 15))
    ]
    return ["interval_start,queue,offered", *lines]


def test_counts_of_two_queues_are_not_fitted_as_one(tmp_path: Path) -> None:
    """The last queue alone was fitted: 300 a day instead of 1,200."""
    path = tmp_path / "counts.csv"
    path.write_text("\n".join(weeks(queues=True)), "utf-8")
    with pytest.raises(
        ScenarioError, match=r"counts\.csv:3:1: queue: there are rows of several queues: a, b"
    ):
        read_counts(path, "offered")
    assert fit_arrivals(read_counts(path, "offered", queue="a")).per_day == pytest.approx(900)
    path.write_text("\n".join(weeks(queues=False)), "utf-8")
    assert fit_arrivals(read_counts(path, "offered")).per_day == pytest.approx(1200)


def test_an_hour_that_is_there_twice_is_an_error_with_both_lines(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text("\n".join([*weeks(queues=False)[:9], *weeks(queues=False)[7:]]), "utf-8")
    with pytest.raises(
        ScenarioError, match=r"counts\.csv:10:1: interval_start: .* is here twice, it is already on line 8"
    ):
        read_counts(path, "offered")
    rows = [(START, 1.0), (START + timedelta(minutes=30), 1.0), (START, 1.0)]
    with pytest.raises(MomentsimError, match="2025-01-20 08:00 is there twice, as row 1 and as row 3"):
        fit_arrivals(rows)


def test_a_table_survives_the_way_to_another_process() -> None:
    table = CountTable([(START, 1.0)], 3600.0)
    again = pickle.loads(pickle.dumps(table))
    assert again == table and again.row_s == 3600.0 and repr(again) == repr(table)
