"""What planners type into each kind of key: read where it has one reading, else refused with all of them.

A row is a key, what is typed, and the value as the resolved file writes it, or after `NO` the end of the message.
"""

from __future__ import annotations

from typing import Any

import pytest

from momentsim.errors import ScenarioError
from momentsim.scenario import load
from momentsim.scenario.explain import explain
from momentsim.scenario.files.plain_files import near_files
from momentsim.scenario.files.yaml_reader import read_text

from .scenario_fixtures import Loaded, Problems, Write

NO = "NO "
PATIENCE = "waiting.patience.mean"
MARGIN = "customers.segments.all.yearly_margin"
COST = "workforce.groups.frontline.cost_per_hour"
CUSTOMERS = "customers.segments.all.customers"
SOLVED = "moments.question.resolution"
HEADS = "workforce.groups.frontline.heads"
GOAL = "waiting.service_level"
DAYS = "workforce.groups.frontline.heads[0].days"
OPENS = "workforce.groups.frontline.heads[0].start"
WEEK = ["mon", "tue", "wed", "thu", "fri"]

DURATIONS = [
    ("6 min", "6 min"),
    ("8 h 30 min", "8.5 h"),
    ("1h30min", "1.5 h"),
    ("2 hours and 30 minutes", "2.5 h"),
    ("1 h 0 min 5 s", "3605 s"),
    ("00:04:00", "4 min"),
    ("12 H", "12 h"),
    ("3 mins", "3 min"),
    ("90 secs", "1.5 min"),
    ("2 hrs", "2 h"),
    ("2 wks", "2 weeks"),
    ("4:00", "NO did you mean '4 min' or '4 h'?"),
    ("8:30", "NO did you mean '8 min 30 s' or '8 h 30 min'?"),
    ("4", "NO did you mean '4 s' or '4 min'?"),
    ("4 m", "NO 'm' may be a minute or a month, use s, min, h, d, weeks or years, did you mean '4 min'?"),
    (
        "1 month",
        "NO months are not equally long, use s, min, h, d, weeks or years, did you mean '30 d' or '4 weeks'?",
    ),
    ("2 months", "NO did you mean '60 d' or '8 weeks'?"),
    ("1,5 min", "NO did you mean '1.5 min'?"),
    ("1,500 s", "NO did you mean '1500 s' or '1.5 s'?"),
    ("8h30", "NO did you mean '8 h 30 min'?"),
    ("30 min 2 h", "NO unknown unit 'min 2 h', use s, min, h, d, weeks or years"),
    ("soon", "NO 'soon' is not a duration, a duration like '6 min' (s, min, h, d, weeks or years)"),
]
MONEY = [
    ("$120", "120 USD"),
    ("120 $", "120 USD"),
    ("USD 120", "120 USD"),
    ("120usd", "120 USD"),
    (
        "€120",
        "NO '€120' is not in USD, write it in the scenario's currency, like '36 USD', did you mean '120 USD'?",
    ),
    ("120", "NO did you mean '120 USD'?"),
    ("1,200 USD", "NO did you mean '1200 USD' or '1.2 USD'?"),
    ("$1,200", "NO did you mean '1200 USD' or '1.2 USD'?"),
    ("1.200,50 USD", "NO did you mean '1200.5 USD'?"),
    ("1,200,000 USD", "NO did you mean '1200000 USD'?"),
    ("12,50 USD", "NO did you mean '12.5 USD'?"),
    ("5k USD", "NO did you mean '5000 USD'?"),
    ("much", "NO 'much' is not an amount of money, write it like '36 USD'"),
]
RATES = [
    ("$36/h", "36 USD/h"),
    ("36 USD per hour", "36 USD/h"),
    ("$36/hr", "36 USD/h"),
    ("36 USD", "NO did you mean '36 USD/h'?"),
    ("36,50 USD/h", "NO did you mean '36.5 USD/h'?"),
]
COUNTS = [
    ("50,000", "NO did you mean 50000 or 50?"),
    ("50.000,5", "NO write a whole number"),
    ("50 000", "NO did you mean 50000?"),
    ("50'000", "NO did you mean 50000?"),
    ("1,200", "NO did you mean 1200?"),
    ("50k", "NO did you mean 50000?"),
    ("12 agents", "NO did you mean 12?"),
    ("5-8", "NO several are tried by momentsim sweep --vary customers.segments.all.customers=5..8:1"),
]
SHARES = [
    ("85 %", "85 %"),
    ("85 percent", "85 %"),
    ("0.85", "85 %"),
    ("0,85", "NO did you mean '0.85'?"),
    ("85", "NO did you mean '85 %'?"),
    ("85,5 %", "NO did you mean '85.5 %'?"),
    ("85,5", "NO did you mean '85.5 %'?"),
    ("high", "NO 'high' is not a share, write a share from 0 % to 100 %, like '12 %' or 0.12"),
]
GOALS = [
    ("80/20", "80/20"),
    ("80 %/20 s", "80/20"),
    ("80 percent / 0.5 min", "80/30"),
    ("80%/1 min", "80/60"),
    ("80 % in 20 s", "NO did you mean '80/20'?"),
    ("0.8/20", "NO '0.8/20' is a goal under 1 %, write the share in percent, did you mean '80/20'?"),
]
TIMES = [
    ("08:00", "08:00"),
    ("8:00", "08:00"),
    ("8am", "08:00"),
    ("8:30 pm", "20:30"),
    ("12 a.m.", "00:00"),
    ("12 pm", "12:00"),
    ("8.30", "NO did you mean '08:30' or '08:18'?"),
    ("8.30 pm", "NO did you mean '20:30'?"),
    ("8h30", "NO did you mean '08:30'?"),
    ("'0830'", "NO did you mean '08:30'?"),
    ("8", "NO did you mean '08:00'?"),
    ("480", "NO did you mean '08:00'?"),  # what a YAML 1.1 writer makes of 8:00
    ("28800", "NO did you mean '08:00'?"),
    ("noon", "NO did you mean '12:00'?"),
    ("midnight", "NO did you mean '00:00' or '24:00'?"),
    ("25:00", 'NO \'25:00\' is not a time of day, write it like "08:30", up to "24:00"'),
]
STARTS = [
    ("2026-03-02 08:00", "2026-03-02 08:00"),
    ("2026-03-02T08:00:00", "2026-03-02 08:00"),
    ("2026-03-02 8 am", "2026-03-02 08:00"),
    ("2026/3/2 8:00", "2026-03-02 08:00"),
    ("2026-03-02", "2026-03-02 00:00"),
    ("02.03.2026", "NO did you mean '2026-03-02 00:00'?"),
    ("2.3.26 8:00", "NO did you mean '2026-03-02 08:00'?"),
    ("3/2/2026 8:00", "NO did you mean '2026-02-03 08:00' or '2026-03-02 08:00'?"),
    ("25/12/2026 8:00", "NO did you mean '2026-12-25 08:00'?"),
    ("2 March 2026 8 am", "NO did you mean '2026-03-02 08:00'?"),
    ("Mar 2, 2026 08:00", "NO did you mean '2026-03-02 08:00'?"),
    ("2026-03-02T08:00:00Z", "NO did you mean '2026-03-02 08:00'?"),
    ("2026-03-02 24:00", "NO did you mean '2026-03-03 00:00'?"),
    ("soon", 'NO write a real local date and time like "2007-02-14 06:00"'),
]
WEEKDAYS = [
    ("mon-fri", WEEK),
    ("Mon - Fri", WEEK),
    ("monday to friday", WEEK),
    ("weekdays", WEEK),
    ("[mon-wed, Thursday, fri]", WEEK),
    ("weekend", ["sat", "sun"]),
    ("fri-mon", ["fri", "sat", "sun", "mon"]),
    ("Wednesday", ["wed"]),
    ("tue and thu", ["tue", "thu"]),
    ("Mondays", ["mon"]),
    ("Wensday", "NO did you mean 'wed'?"),
    ("mon-mon", "NO write days like mon, a list of them, or mon-fri, did you mean 'mon'?"),
    ("[mon-fri, wed]", "NO a weekday is listed twice, list each day once"),
    ("5", "NO 5 is no weekday, write days like mon, a list of them, or mon-fri"),
]
SWITCHES = [("yes", True), ("No", False), ("on", True), ("1", "NO did you mean on?")]
CURRENCIES = [
    ("euro", "NO did you mean 'EUR'?"),
    ("usd", "NO did you mean 'USD'?"),
    ("$", "NO did you mean 'USD' or 'CAD' or 'AUD'?"),
]
PLACES = [
    ("heads=12", "NO unknown key, did you mean workforce.groups.frontline.heads?"),
    (
        "patience.mean=2 min",
        "NO did you mean waiting.patience or moments.question.patience or moments.question.escalated.patience?",
    ),
    ("workforce.groups.frontline.agents=12", "NO unknown key, did you mean 'heads'?"),
    (f"{HEADS}=8-14", f"NO several are tried by momentsim sweep --vary {HEADS}=8..14:1"),
    ("waiting.patience=never", "NO did you mean {distribution: never}?"),
    ("waiting.patience=4 min", "NO did you mean {mean: 4 min}?"),
    ("demand.volumes.question=800", "NO did you mean {per_day: 800}?"),
    ("demand.volumes.question=v.csv", "NO did you mean {file: v.csv}?"),
    ("workforce.groups.frontline.skills=question", "NO did you mean [question]?"),
    (
        "opening_hours={question: {days: mon-fri}}",
        "NO did you mean weekly: [{start: 08:00, end: 18:00, days: mon-fri}]?",
    ),
    ("demand.volumes.question.weekdays={wed: 1, Wednesday: 2}", "NO write each day once"),
]
KINDS: dict[str, list[tuple[str, Any]]] = {
    PATIENCE: [*DURATIONS],
    MARGIN: [*MONEY],
    COST: [*RATES],
    CUSTOMERS: [*COUNTS],
    SOLVED: [*SHARES],
    GOAL: [*GOALS],
    OPENS: [*TIMES],
    "start": [*STARTS],
    DAYS: [*WEEKDAYS],
    "behaviour.anger": [*SWITCHES],
    "currency": [*CURRENCIES],
}
TABLE = [
    *((key, typed, told) for key, rows in KINDS.items() for typed, told in rows),
    *((*case.split("=", 1), told) for case, told in PLACES),
]


@pytest.mark.parametrize(("key", "typed", "told"), TABLE, ids=[f"{key}={typed}" for key, typed, _ in TABLE])
def test_what_is_typed(key: str, typed: str, told: Any, plain: str, write: Write) -> None:
    periods = plain.replace("heads: 14", 'heads: [{start: "00:00", end: "24:00", heads: 4}]')
    path = write(periods if key in (DAYS, OPENS) else plain)
    if isinstance(told, str) and told.startswith(NO):
        with pytest.raises(ScenarioError) as raised:
            load(path, overrides=[f"{key}={typed}"])
        lines = str(raised.value).split("\n")
        assert any(line.endswith(told.removeprefix(NO)) for line in lines), lines
    else:
        assert explain(load(path, overrides=[f"{key}={typed}"]), key).value == told


def test_the_same_in_the_file_a_variant_and_on_the_command_line(plain: str, loaded: Loaded) -> None:
    by_day = plain.replace("per_day: 900", "per_day: 900, weekdays: {mon-tue: 2, Wednesday: 3}")
    variant = "\nvariants:\n  quiet: {demand: {volumes: {question: {weekdays: {tuesday: 0.5}}}}}\n"
    key = "demand.volumes.question.weekdays"
    made = loaded(by_day + variant, "quiet", (f"{key}.Fri=4", f"{key}={{Wed: 5}}"))
    assert made.scenario.demand.volumes["question"].weekdays == {"mon": 2, "tue": 0.5, "wed": 5, "fri": 4}
    assert made.origin(f"{key}.tue").layer == "variant quiet"


def test_dates_and_times_of_another_writer_need_no_quotes(plain: str, loaded: Loaded) -> None:
    dumped = plain.replace('start: "2026-03-02 08:00"', "start: 2026-03-02 08:00:00")
    assert loaded(dumped).scenario == loaded(plain).scenario


def test_an_end_on_a_date_has_two_readings(plain: str, problems: Problems) -> None:
    course = "programmes: {course: {kind: empathy_training, start: 2026-03-02, end: 2026-03-05}}"
    found = problems(plain.replace("behaviour: off", course))
    assert any(line.endswith("did you mean '2026-03-05 00:00' or '2026-03-06 00:00'?") for line in found)


def test_only_files_that_are_alike_are_meant(write: Write) -> None:
    for name in ("volumes_2026.csv", "volumes.yaml", "notes.csv", "holiday.csv"):
        write("x", name)
    assert near_files(write("x", "volumes.csv").with_name("volume_2026.csv")) == (
        "did you mean 'volumes_2026.csv' or 'volumes.csv'?"
    )
    assert near_files(write("x", "a.csv").with_name("roster.csv")) == ""


def test_rows_of_another_time_are_one_problem(plain: str, write: Write, problems: Problems) -> None:
    rows = [f"2023-05-02 {hour:02d}:{minute:02d},1" for hour in range(8, 20) for minute in (0, 30)]
    write("\n".join(["interval_start,offered", *rows]), "v.csv")
    assert problems(plain.replace("per_day: 900", "file: v.csv")) == [
        "v.csv:2:1: interval_start: all 24 rows, from 2023-05-02 08:00 to 2023-05-02 19:30, are outside the horizon, "
        'it runs from 2026-03-02 08:00 to 2026-03-02 20:00, did you mean start: "2023-05-02 08:00"?'
    ]


def test_a_misspelt_skill_is_told_once(plain: str, problems: Problems) -> None:
    skilled = plain.replace("  question:\n", "  question:\n    skill: billing\n").replace(
        "heads: 14", "heads: 14, skills: [biling]"
    )
    assert [line for line in problems(skilled) if "mean" in line] == [
        "x.yaml:16:37: workforce.groups.frontline.skills[0]: there is no moment with the skill 'biling', "
        "known: billing, did you mean 'billing'?"
    ]


def test_a_workbook_is_no_scenario(write: Write, problems: Problems) -> None:
    assert problems(b"PK\x03\x04 and so on") == [
        "x.yaml: this is an Excel workbook or another packed file, a scenario is a text file (.yaml); "
        "`momentsim new FILE.yaml` writes one"
    ]


def test_numbers_without_an_end_stay_refused() -> None:
    with pytest.raises(ScenarioError, match="is not a finite number"):
        read_text("key: .inf", file="x")
