"""Logs of calls: read as they come or refused with every place, and the laws that were put in come out of them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, norm

import momentsim as ms
from momentsim.errors import MomentsimError, ScenarioError
from momentsim.fit import ExportFit, LawFit, fit_export, fit_law
from momentsim.fit.call_log import read_call_log
from momentsim.fit.calls import Calls, Ending, count_calls
from momentsim.fit.queue_log import read_queue_log
from momentsim.fit.written import scenario_text
from momentsim.scenario import LoadedScenario, load

Z = float(norm.isf(1e-7 / 2))
"""Standard errors: fewer than ten estimates a test, so false alarms below 1e-6 in all."""
CENTRE = """name: centre
start: "2024-01-01 00:00"
horizon: 14 d
behaviour: off
opening_hours: {all: {weekly: [{start: "08:00", end: "20:00"}]}}
moments:
  sales:
    skill: sales
    handling_time: {distribution: lognormal, mean: 240 s, sigma: 0.7}
    wrap_up: {distribution: exponential, mean: 40 s}
    patience: {distribution: weibull, mean: 150 s, shape: 1.5}
  help:
    skill: help
    handling_time: {distribution: exponential, mean: 200 s}
    patience: {distribution: exponential, mean: 100 s}
demand:
  volumes:
    sales: {rates: [{start: "08:00", end: "20:00", per_hour: 60}]}
    help: {rates: [{start: "08:00", end: "20:00", per_hour: 40}]}
workforce:
  groups:
    a: {skills: [sales], heads: 4, speed_sd: 0}
    b: {skills: [help], heads: 2, speed_sd: 0}
"""


@pytest.fixture(scope="module")
def contacts(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Contact log of two weeks with known laws, in which a third of those who call hang up."""
    return ms.run(load_text(CENTRE, tmp_path_factory.mktemp("centre")), replications=1).contacts


def load_text(text: str, folder: Path) -> LoadedScenario:
    (folder / "centre.yaml").write_text(text, "utf-8")
    return load(folder / "centre.yaml")


def within(law: LawFit | None, mean: float, shape: float = 1.0) -> None:
    """The true mean and shape lie within the stated errors, which are small enough to tell."""
    assert law is not None
    assert abs(np.log(law.mean / mean)) < Z * law.mean_log_error < 0.2
    assert law.family == "exponential" or abs(np.log(law.shape / shape)) < Z * law.shape_log_error < 0.2


def check_centre(fit: ExportFit) -> None:
    sales, helped = fit.queues["sales"], fit.queues["help"]
    assert sales.handling_time is not None and sales.handling_time.family == "lognormal"
    within(sales.handling_time, 240.0, 0.7)
    within(sales.wrap_up, 40.0)
    assert sales.patience is not None and sales.patience.family == "weibull" and sales.patience.follows
    within(sales.patience, 150.0, 1.5)
    within(helped.handling_time, 200.0)
    assert helped.patience is not None and helped.patience.family == "exponential" and helped.patience.follows
    within(helped.patience, 100.0)
    for queue, per_hour in ((sales, 60), (helped, 40)):
        assert abs(queue.volume["per_day"] / (12 * per_hour) - 1.0) < Z / np.sqrt(14 * 12 * per_hour)
        assert len(queue.volume["weekday_profiles"]) == 7


def test_laws_come_out_of_a_log_as_planners_export_it(contacts: pd.DataFrame, tmp_path: Path) -> None:
    """Date and time in two columns, whole seconds as printed, a German spreadsheet's marks."""
    came = datetime(2024, 1, 1) + pd.to_timedelta(contacts["arrived_s"].round(), unit="s")
    clock = {
        name: pd.to_timedelta(contacts[column].round(), unit="s").astype(str).str.removeprefix("0 days ")
        for name, column in (("Wait Time", "wait_s"), ("Talk Time", "talk_s"), ("ACW", "wrap_s"))
    }
    table = {"Datum": came.dt.strftime("%d.%m.%Y"), "Uhrzeit": came.dt.strftime("%H:%M:%S")}
    table |= {"Queue Name": contacts["skill"], **clock, "Outcome": contacts["outcome"]}
    pd.DataFrame(table).to_csv(tmp_path / "log.csv", sep=";", index=False)
    fit = fit_export(tmp_path / "log.csv")
    check_centre(fit)
    figures = fit.queues["help"].figures
    mine = contacts[contacts["skill"] == "help"]
    assert figures is not None and figures.calls == len(mine)
    assert figures.wait is not None and figures.abandoned is not None
    assert figures.abandoned == pytest.approx((mine["outcome"] == "abandoned").mean())
    assert figures.wait == pytest.approx(mine["wait_s"].mean(), abs=0.05)
    # patience if exponential: the mean wait of all over the share that hung up
    assert figures.wait / figures.abandoned == pytest.approx(100.0, rel=0.05)


@pytest.mark.slow
def test_the_contact_log_of_a_run_is_a_log(contacts: pd.DataFrame, tmp_path: Path) -> None:
    contacts.to_csv(tmp_path / "contacts.csv", index=False)
    check_centre(fit_export(tmp_path / "contacts.csv"))


@pytest.mark.slow
def test_the_scenario_runs_and_shows_what_the_log_shows(contacts: pd.DataFrame, tmp_path: Path) -> None:
    contacts.to_csv(tmp_path / "contacts.csv", index=False)
    ms.fit_export(tmp_path / "contacts.csv", queue="help", out=tmp_path / "mine.yaml")
    text = (tmp_path / "mine.yaml").read_text("utf-8")
    assert "heads: {goal: 80/20}      # YOURS" in text
    loaded = load_text(text.replace("{goal: 80/20}", "2").replace("horizon: 7 d", "horizon: 14 d"), tmp_path)
    again = ms.run(loaded, replications=1).contacts
    mine = contacts[contacts["skill"] == "help"]
    for log in (mine, again):
        assert len(log) > 6_000
    shares = [float((log["outcome"] == "abandoned").mean()) for log in (mine, again)]
    assert shares[0] == pytest.approx(
        shares[1], abs=0.06
    )  # 5.5 standard errors of the difference, 0.0076 each


def test_waits_of_those_who_hung_up_are_not_their_patience() -> None:
    """Treated as complete, waits of those who hung up say 46 s where patience is 180 s."""
    generator = np.random.default_rng(5)
    patience, offered = generator.exponential(180.0, 8_000), generator.exponential(60.0, 8_000)
    gone = patience < offered
    within(fit_law(patience[gone], offered[~gone]), 180.0)
    assert patience[gone].mean() == pytest.approx(45.0, rel=0.05)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("family", "sample", "mean", "shape"),
    [
        ("weibull", lambda draw: 180 * draw.weibull(0.7, 8_000), 180 * 1.265823, 0.7),
        ("lognormal", lambda draw: draw.lognormal(5.0, 0.8, 8_000), float(np.exp(5.32)), 0.8),
        ("gamma", lambda draw: draw.gamma(3.0, 80.0, 8_000), 240.0, 3.0),
        ("exponential", lambda draw: draw.exponential(240.0, 8_000), 240.0, 1.0),
    ],
)
@pytest.mark.parametrize("censored", [False, True])
def test_families_are_told_apart(
    family: str, sample: object, mean: float, shape: float, censored: bool
) -> None:
    generator = np.random.default_rng(77)
    full = sample(generator)  # type: ignore[operator]
    limit = generator.exponential(200.0, len(full)) if censored else np.full(len(full), np.inf)
    found = fit_law(full[full < limit], limit[full >= limit])
    assert found.family == family and found.follows
    within(found, mean, shape)
    assert np.all(found.survival.low <= found.survival.observed)


@pytest.mark.slow
@pytest.mark.parametrize("family", ["weibull", "lognormal", "exponential"])
def test_intervals_hold_as_often_as_they_say(family: str) -> None:
    """Of 100 samples nearly all have the true mean in their 95 % interval, and the shape: false alarms below 1e-6."""
    generator = np.random.default_rng(3)
    mean, shape = {"weibull": (135.4118, 1.5), "lognormal": (201.3434, 1.1), "exponential": (180.0, 1.0)}[
        family
    ]
    held = []
    for _ in range(100):
        patience = {
            "weibull": 150.0 * generator.weibull(1.5, 1500),
            "lognormal": generator.lognormal(4.7, 1.1, 1500),
            "exponential": generator.exponential(180.0, 1500),
        }[family]
        offered = generator.exponential(60.0, 1500)
        gone = patience < offered
        fit = fit_law(patience[gone], offered[~gone], families=(family,))
        (low, high), (least, most) = fit.mean_interval, fit.shape_interval
        held.append((low < mean < high, family == "exponential" or least < shape < most))
    assert np.all(np.sum(held, axis=0) >= binom.ppf(1e-7, 100, 0.95))


def test_a_law_that_nothing_follows_is_told() -> None:
    two_kinds = np.concatenate([np.full(500, 30.0), np.full(500, 600.0)]) + np.random.default_rng(1).uniform(
        0, 5, 1000
    )
    assert not fit_law(two_kinds, np.empty(0)).follows
    same = fit_law(np.full(100, 30.0), np.empty(0))
    assert same.mean == 30.0 and np.isfinite([same.mean_log_error, same.shape, same.shape_log_error]).all()
    with pytest.raises(MomentsimError, match="19 of 40 were seen to their end; a law needs 20 at least"):
        fit_law(np.full(19, 5.0), np.full(21, 9.0))


QUEUE_LOG = """1762156800|NONE|NONE|NONE|QUEUESTART|
1762156824|1.1|support|NONE|ENTERQUEUE||5550100|1
1762156830|0.9|support|PJSIP/201|COMPLETECALLER|7|369|1
1762156843|1.1|support|PJSIP/201|CONNECT|19|1.2|3
1762156850|1.3|support|NONE|ENTERQUEUE||5550101|1
1762156860|1.3|support|NONE|EXITWITHTIMEOUT|1|1|10
1762156860|1.3|overflow|NONE|ENTERQUEUE||5550101|1
1762156862|1.3|overflow|NONE|ABANDON|1|1|2
1762156870|1.4|support|NONE|ENTERQUEUE||5550102|1
1762156871|1.4|support|PJSIP/202|RINGNOANSWER|1000
1762156875|1.4|support|PJSIP/202|CONNECT|5|1.5|3
1762156975|1.4|support|PJSIP/202|BLINDTRANSFER|300|default|5|100|1
1762156980|1.6|support|NONE|ENTERQUEUE||5550103|1
1762156990|1.6|support|PJSIP/202|CONNECT|10|1.7|3
1762157060|1.6|support|PJSIP/202|ATTENDEDTRANSFER|LINK|PJSIP/1|PJSIP/2|10|70|1
1762157070|1.8|support|NONE|ENTERQUEUE||5550104|1
1762157080|1.8|support|NONE|EXITWITHKEY|2|1|1|10
1762157090|1.9|support|NONE|ENTERQUEUE||5550105|1
1762157099|1.9|support|NONE|EXITEMPTY|1|1|9
1762157212|1.1|support|PJSIP/201|COMPLETEAGENT|19|369|1
1762157213|1.1|support|PJSIP/201|DANCE|19
1762157220|2.0|support|NONE|ENTERQUEUE||5550106|1
"""


def test_a_queue_log_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    path.write_text(QUEUE_LOG, "utf-8")
    queues = read_queue_log(path, zone=ZoneInfo("Europe/Berlin"))
    calls = queues["support"]
    assert calls.starts[0] == datetime(2025, 11, 3, 9, 0, 24)
    served, left = Ending.SERVED, Ending.LEFT
    assert calls.ends.tolist() == [served, left, served, served, left, left, Ending.UNKNOWN]
    assert calls.wait.tolist()[:-1] == [19, 10, 5, 10, 10, 9]
    assert calls.talk[calls.of(served)].tolist() == [369, 100, 70]
    assert queues["overflow"].ends.tolist() == [Ending.ABANDONED] and queues["overflow"].wait.tolist() == [2]
    assert "1 events of calls that came before the log begins" in calls.notes[0]
    assert "of 1 calls the log does not say how their wait ended" in calls.notes[1]
    assert calls.notes[2] == "events passed over: DANCE (1)"


def test_a_queue_log_needs_the_zone_of_the_centre(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    path.write_text(QUEUE_LOG, "utf-8")
    with pytest.raises(
        ScenarioError, match="1762156800 is 2025-11-03 08:00 in Greenwich, say the centre's time zone"
    ):
        fit_export(path)
    with pytest.raises(MomentsimError, match="'Berlin' is no time zone, write one like Europe/Berlin"):
        fit_export(path, zone="Berlin")
    path.write_text(QUEUE_LOG.replace("CONNECT|19", "CONNECT|x").replace("1762157070|", "soon|"), "utf-8")
    with pytest.raises(ScenarioError) as refused:
        fit_export(path, zone="UTC")
    assert [(problem.line, problem.key) for problem in refused.value.problems] == [
        (4, "CONNECT"),
        (16, "time"),
    ]


def test_the_date_on_which_the_zone_sets_its_clock_is_left_out(tmp_path: Path) -> None:
    """Two calls every half hour, day and night: 2:00 to 3:00 of 26 October would have four."""
    midnight = 1759701600  # Monday, 6 October 2025, in Berlin
    lines = [
        f"{midnight + 1800 * place + second}|{place}.{second}|help|NONE|ENTERQUEUE||1|1"
        for place in range(28 * 48 + 2)
        for second in (60, 1200)
    ]
    path = tmp_path / "queue_log"
    path.write_text("\n".join(lines), "utf-8")
    fit = fit_export(path, zone="Europe/Berlin").queues["help"]
    assert "the clock was set on 2025-10-26: left out" in fit.notes
    assert fit.volume["per_day"] == 96 and set(fit.volume["weekday_profiles"]["sun"]) == {1.0}


def test_a_queue_log_with_local_times_needs_no_zone(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    lines = [line.split("|", 1) for line in QUEUE_LOG.splitlines()]
    first = datetime(2025, 11, 3, 8) - timedelta(seconds=1762156800)
    path.write_text(
        "\n".join(f"{first + timedelta(seconds=int(time))}|{rest}" for time, rest in lines), "utf-8"
    )
    assert read_queue_log(path)["support"].starts[0] == datetime(2025, 11, 3, 8, 0, 24)


def log_of(tmp_path: Path, text: str) -> Calls:
    path = tmp_path / "log.csv"
    path.write_text(text, "utf-8")
    (calls,) = read_call_log(path).values()
    return calls


@pytest.mark.parametrize(
    ("text", "wait", "talk", "wrap_up", "ends"),
    [
        (  # the layout of a much-used public log: waits of those who hung up are not in it
            "Call Id,Date,Time,Answered (Y/N),Speed of answer in seconds,AvgTalkDuration\n"
            "1,2021-01-01,9:12:58,Y,109,00:02:23\n2,2021-01-01,9:12:58,N,,\n",
            [109, np.nan], [143, np.nan], [np.nan, np.nan], [0, 1],
        ),
        (
            "Timestamp;Wait (mm:ss);Handle Time;ACW (min);Status\n"
            "20.01.2025 09:00:05;0:15;8 min 30 s;1,5;Answered\n20.01.2025 09:01;1:40;;;Hung up\n",
            [15, 100], [420, np.nan], [90, np.nan], [0, 1],
        ),
        (
            "Call Start,Answered At,End\n2025-01-20 09:00:00,2025-01-20 09:00:20,2025-01-20 09:05:00\n"
            "2025-01-20 09:01:00,,2025-01-20 09:01:33\n",
            [20, 33], [280, np.nan], [np.nan, np.nan], [0, 1],
        ),
        (
            "datetime,wait_s,talk_s,hold_s,outcome\n2025-01-20 09:00,5,60,10,answered\n"
            "2025-01-20 09:01,7,0,0,disconnected\n2025-01-20 09:02,0,0,0,blocked\n",
            [5, 7], [70, 0], [np.nan, np.nan], [0, 2],
        ),
        (
            "timestamp,calls\n2025-11-03 08:00:24,1\n2025-11-03 08:00:24,1\n",
            [np.nan] * 2, [np.nan] * 2, [np.nan] * 2, [3, 3],
        ),
    ],
    ids=["public", "printed", "times", "of this product", "times only"],
)  # fmt: skip
def test_logs_are_read_as_they_come(
    tmp_path: Path, text: str, wait: list[float], talk: list[float], wrap_up: list[float], ends: list[int]
) -> None:
    calls = log_of(tmp_path, text)
    np.testing.assert_equal((calls.wait, calls.talk, calls.wrap_up), (wait, talk, wrap_up))
    assert calls.ends.tolist() == ends


def test_durations_of_a_sheet_are_what_its_cells_hold(tmp_path: Path) -> None:
    """Two minutes are shown as 00:02:00, and by some cells as 00:02; they are no two seconds."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["Date", "Time", "Wait Time", "Talk Time", "Outcome"])
    came = datetime(2025, 1, 20, 9)
    for wait, talk in ((0, 120), (75, 3 * 3600)):
        cells = [came.date(), came.time(), timedelta(seconds=wait), timedelta(seconds=talk), "answered"]
        book.active.append(cells)
    book.save(tmp_path / "log.xlsx")
    (calls,) = read_call_log(tmp_path / "log.xlsx").values()
    assert (calls.wait.tolist(), calls.talk.tolist(), calls.starts[0]) == ([0, 75], [120, 10_800], came)


def test_everything_that_cannot_be_read_is_told_at_once(tmp_path: Path) -> None:
    text = """Date,Time,Outcome,Wait Time,Talk Time
03/24/2025,9:12:58 AM,answered,0:00:10,4:15
03/25/2025,9:13 AM,abandond,ten,0
03/26/2025,,answered,-4,1 h 2 min
"""
    with pytest.raises(ScenarioError) as refused:
        log_of(tmp_path, text)
    found = [(problem.line, problem.key, problem.what) for problem in refused.value.problems]
    assert found == [
        (2, "talk", "'4:15' can be read as 4 min 15 s or as 4 h 15 min"),
        (3, "outcome", "'abandond' does not say how a call ended"),
        (3, "wait", "'ten' is not a duration"),
        (4, "interval_start", "'2025-03-26' has no time of day"),
        (4, "wait", "'-4' is not a duration"),
    ]
    assert "did you mean 'abandoned'?" in str(refused.value)


def test_a_date_with_two_readings_is_refused_unless_the_file_proves_one(tmp_path: Path) -> None:
    text = "Date,Time,Outcome\n03/04/2025,9:12,answered\n05/04/2025,9:12,answered\n"
    with pytest.raises(ScenarioError, match="can be read as 2025-04-03 9:12 or as 2025-03-04 9:12"):
        log_of(tmp_path, text)
    assert log_of(tmp_path, f"{text}13/04/2025,9:12,answered\n").starts[0] == datetime(2025, 4, 3, 9, 12)


@pytest.mark.parametrize("header", ["interval_start,heads", "Date,Time,Calls Handled", "timestamp,score"])
def test_a_report_of_something_else_is_no_log(tmp_path: Path, header: str) -> None:
    row = ["2025-01-20 09:00", "7"] if header.count(",") == 1 else ["2025-01-20", "9:00", "7"]
    path = tmp_path / "other.csv"
    path.write_text(f"{header}\n{','.join(row)}\n", "utf-8")
    with pytest.raises(ScenarioError, match="the header has no column 'offered'"):
        fit_export(path)


def test_times_alone_are_a_log(tmp_path: Path) -> None:
    path = tmp_path / "times.csv"
    path.write_text(
        "Call Id,Queue Name,Timestamp\n1,a,2025-01-20 09:00:01\n2,b,2025-01-20 09:40:01\n", "utf-8"
    )
    assert list(fit_export(path).queues) == ["a", "b"]


def test_patience_is_not_guessed_from_those_who_hung_up_alone(tmp_path: Path) -> None:
    rows = [
        f"2025-01-20 09:{minute:02}:00,{'abandoned,30' if minute % 2 else 'answered,'}"
        for minute in range(60)
    ]
    path = tmp_path / "log.csv"
    path.write_text("\n".join(["timestamp,outcome,wait_s", *rows]), "utf-8")
    fit = fit_export(path).queues["call"]
    assert fit.patience is None
    assert "patience is unknown: the log has the waits of 50.0% of all calls only" in fit.notes


def test_dates_that_are_closed_or_in_part_are_left_out() -> None:
    """Three weeks, 30 calls a day from 8 to 18; a holiday, and a log that begins on its first day at 15:00."""
    hours = [8 + number / 3 for number in range(30)]
    days = [day for day in range(21) if day % 7 < 5 and day != 9]
    starts = [datetime(2025, 1, 6) + timedelta(days=day, hours=hour) for day in days for hour in hours]
    rows, notes = count_calls([start for start in starts if start >= datetime(2025, 1, 6, 15)])
    assert notes == [
        "nobody called on 2025-01-15: left out, as closed",
        "2025-01-06 is in the log in part only: left out",
    ]
    assert {start.date() for start, _ in rows} == {start.date() for start in starts if start.day > 6}
    assert {start.strftime("%H:%M") for start, _ in rows} == {
        f"{h:02}:{m}" for h in range(8, 18) for m in ("00", "30")
    }
    assert sum(count for _, count in rows) == 30 * 13


@pytest.mark.parametrize("hour", ["twice", "missing"])
def test_a_date_on_which_the_clock_is_set_is_left_out(tmp_path: Path, hour: str) -> None:
    """As exports of a centre that never closes show it: 25 or 23 hours on a Sunday."""
    sunday = datetime(2025, 10, 26)
    starts = [datetime(2025, 10, 6) + timedelta(minutes=30 * place) for place in range(28 * 48)]
    rows = [f"{start},{40 if start.date() == sunday.date() else 20}" for start in starts]
    at = starts.index(sunday + timedelta(hours=2))
    rows[at : at + 2] = rows[at : at + 2] * 2 if hour == "twice" else []
    path = tmp_path / "weeks.csv"
    path.write_text("\n".join(["interval_start,offered", *rows]), "utf-8")
    fit = fit_export(path).queues["call"]
    assert fit.notes[0] == "the clock was set on 2025-10-26: left out"
    assert fit.volume["per_day"] == 960 and fit.volume["weekdays"]["sun"] == 1.0
    rows.insert(300, rows[300])
    path.write_text("\n".join(["interval_start,offered", *rows]), "utf-8")
    with pytest.raises(
        ScenarioError, match=r"weeks.csv:303:1: interval_start: 2025-10-12 06:00 is here twice"
    ):
        fit_export(path)


def test_two_queues_are_fitted_by_queue(tmp_path: Path) -> None:
    rows = [
        f"{datetime(2025, 1, 6, 8) + timedelta(days=day, minutes=30 * place)},{queue},{calls}"
        for day in range(14)
        for place in range(20)
        for queue, calls in (("Sales EMEA", 20), ("Support", 10))
    ]
    path = tmp_path / "counts.csv"
    path.write_text("\n".join(["interval_start,queue,offered", *rows]), "utf-8")
    fit = fit_export(path)
    assert {name: queue.volume["per_day"] for name, queue in fit.queues.items()} == {
        "Sales_EMEA": 400,
        "Support": 200,
    }
    assert fit.together is not None and fit.together.per_day == 600
    assert set(load_text(scenario_text(fit), tmp_path).scenario.moments) == {"Sales_EMEA", "Support"}
    with pytest.raises(
        MomentsimError, match="no rows of the queue 'Suport', it has: Sales EMEA, Support, did"
    ):
        fit_export(path, queue="Suport")
    assert json.dumps(fit_export(path, queue="Support").queues["Support"].volume)
