"""`momentsim fit`: a scenario from an export, as a planner asks for it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cli.fixtures import Call

REPORT = Path(__file__).parents[1] / "fit" / "data" / "daily_report.csv"


@pytest.fixture
def counts(here: Path) -> Path:
    """Two weeks of half hours from 8 to 18, Mondays busier than the rest."""
    rows = [
        f"{datetime(2025, 1, 6, 8) + timedelta(days=day, minutes=30 * place)},{30 if day % 7 else 45}"
        for day in range(14)
        for place in range(20)
    ]
    path = here / "calls.csv"
    path.write_text("\n".join(["interval_start,offered", *rows]), "utf-8")
    return path


def test_what_it_writes_is_a_good_scenario(counts: Path, call: Call) -> None:
    said = call("fit", counts, "--out", "mine.yaml")
    assert "call: 642.86 a day" in said.out and "next: momentsim check mine.yaml" in said.out
    assert "good" in call("check", "mine.yaml").out
    text = Path("mine.yaml").read_text("utf-8")
    assert "weekdays: {mon: 1.4, tue: 0.93333," in text and text.count("YOURS") == 3
    again = call("fit", counts, "--out", "mine.yaml")
    assert again.code == 2 and "this file is there already and is left alone" in again.err
    assert call("fit", counts).out == text


def test_a_report_without_dates_says_what_to_say(call: Call) -> None:
    refused = call("fit", REPORT)
    assert refused.code == 2 and "momentsim fit FILE --first-date 2021-01-01" in refused.err
    told = json.loads(call("fit", REPORT, "--first-date", "2021-01-01", "--json").out)
    assert told["queues"]["call"]["volume"]["per_day"] == 163.69
    assert (told["first_date"], told["last_date"]) == ("2021-01-01", "2021-03-25")
    assert "day_factor_cv: 0.24006  # standard error 0.02" in told["scenario"]


def test_what_a_log_does_not_say_is_null(here: Path, call: Call) -> None:
    (here / "times.csv").write_text("timestamp\n2025-01-20 09:00:01\n2025-01-20 12:00:01\n", "utf-8")
    told = json.loads(call("fit", "times.csv", "--json").out)["queues"]["call"]
    assert told["log"] == {
        "calls": 2,
        "answered": None,
        "abandoned": None,
        "in_threshold": None,
        "wait": None,
    }
    assert told["laws"] == {} and "patience is unknown: the log does not say it" in told["notes"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--zone", "UTC"], "says no zone, leave out the time zone: such times are local ones"),
        (["--queue", "Sales"], "no rows of the queue 'Sales', the file does not tell queues apart"),
        (["--weights", "0"], "a profile has 24, 48, 96 or 288 weights, not 0"),
        (["--first-date", "2025-01-01"], "the header has no column 'day_number'"),
        (["--weights", "96"], "counts of 1800 s do not give a profile of 96 weights"),
    ],
)
def test_mistakes_end_with_code_2(counts: Path, call: Call, options: list[str], message: str) -> None:
    refused = call("fit", counts, *options)
    assert refused.code == 2 and message in refused.err
    assert "there is no such file" in call("fit", "none.csv").err
