"""Named extremes: bounded in time and memory, and told in tables and figures that make sense."""

from __future__ import annotations

import copy
import json
import time
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from momentsim.cli.commands import app
from momentsim.report.figures import draw_all
from momentsim.runs.result import Result
from worlds.telling import loaded_from, result_of, told

pytestmark = pytest.mark.slow

PLAIN: dict[str, Any] = {
    "name": "plain",
    "start": "2024-01-08 00:00",
    "horizon": "6 h",
    "customers": {"segments": {"everyone": {"customers": 500, "yearly_margin": "100 USD"}}},
    "moments": {"question": {"handling_time": {"mean": "5 min", "cv": 1}}},
    "demand": {"volumes": {"question": {"per_day": 240, "profile": "flat"}}},
    "workforce": {"groups": {"team": {"heads": 2}}},
    "run": {"run_out": "6 h"},
}
NOW = {"distribution": "constant", "mean": "0 s", "cv": None}
ENDLESS = {"patience": NOW, "redial": {"first": "100 %", "further": "100 %", "delay": NOW}}
WORKERS, CALLS, CUSTOMERS = "workforce.groups.team", "demand.volumes.question", "customers.segments.everyone"

EXTREMES: dict[str, list[str]] = {
    "nobody at work": [f"{WORKERS}.heads=0"],
    "empty shifts": [f"{WORKERS}.heads=null", f"{WORKERS}.shifts={{}}"],
    "shifts of nobody": [
        f"{WORKERS}.heads=null", f'{WORKERS}.shifts={{a: {{start: "01:00", length: 2 h, heads: 0}}}}',
    ],
    "closed hours with demand": [f'{WORKERS}.heads=[{{start: "02:00", end: "03:00", heads: 3}}]'],
    "closed for a day": ["horizon=1 d", f'{WORKERS}.heads=[{{start: "00:00", end: "24:00", heads: 3, days: [wed]}}]'],
    "fifty times too much": [f"{CALLS}.per_day=28800"],
    "one customer": [f"{CUSTOMERS}.customers=1"],
    "no demand": [f"{CALLS}.per_day=0"],
    "one interval": ["horizon=30 min"],
    "a day in one interval": ["horizon=1 d", "interval=1 d"],
    "shortest intervals": ["interval=1 min"],
    "odd intervals": ["interval=90 min"],
    "redialling without end": [f"{WORKERS}.heads=0", f"waiting={json.dumps(ENDLESS)}", f"{CALLS}.per_day=40"],
    "coming back without end": [
        f"moments.question.handling_time={json.dumps(NOW)}", "moments.question.resolution=0",
        "moments.question.reconnect=1", f"moments.question.reconnect_delay={json.dumps(NOW)}", f"{CALLS}.per_day=40",
    ],
    "no handling time": [f"moments.question.handling_time={json.dumps(NOW)}"],
    "no patience": [f"waiting.patience={json.dumps(NOW)}"],
    "endless patience": ["waiting.patience={distribution: never}", f"{WORKERS}.heads=0"],
    "one line": ["waiting.lines=1"],
    "one login": ["workforce.login_cap=1"],
    "handling for a month": ["moments.question.handling_time={distribution: constant, mean: 30 d, cv: null}"],
    "handling of all lengths": ["moments.question.handling_time={mean: 1 d, cv: 22}"],
    "patience beyond all time": ["waiting.patience={mean: 12 h, cv: 0.9}", f"{CUSTOMERS}.patience_factor=1000"],
    "no run-out": ["run.run_out=0 s"],
    "nothing is worth anything": [f"{CUSTOMERS}.yearly_margin=0 USD", f"{WORKERS}.cost_per_hour=0 USD/h",
                                  "economics.telephony_per_minute=0 USD"],
    "worth everything": [f"{CUSTOMERS}.yearly_margin=1e12 USD", f"{CUSTOMERS}.value_cv=1000",
                         f"{WORKERS}.cost_per_hour=1e12 USD/h"],
    "no contacts for anybody": [f"{CUSTOMERS}.contact_weight=0"],
    "everybody loves us": [f"{CUSTOMERS}.promoters=1", f"{CUSTOMERS}.detractors=0"],
    "everybody hates us": [f"{CUSTOMERS}.promoters=0", f"{CUSTOMERS}.detractors=1"],
    "nobody ever leaves": [f"{CUSTOMERS}.yearly_churn=0"],
    "nearly everybody leaves": [f"{CUSTOMERS}.yearly_churn=0.999999"],
    "a century ago": ["start=1900-01-01 00:00"],
    "a millennium ahead": ["start=2999-12-31 00:00"],
}  # fmt: skip


@cache
def warm() -> None:
    """Both clocks and the whole product once, so that no case pays for compiling."""
    loaded = loaded_from(copy.deepcopy(PLAIN), "horizon=1 h")
    told(loaded)
    result_of(loaded)


def extreme(name: str) -> Result:
    warm()
    began = time.process_time()
    loaded = loaded_from(copy.deepcopy(PLAIN), *EXTREMES[name])
    told(loaded)
    result = result_of(loaded)
    assert time.process_time() - began < 20
    return result


@pytest.mark.parametrize("name", EXTREMES)
def test_extremes_end_soon_and_make_sense(name: str) -> None:
    result = extreme(name)
    whole = result.summary[result.summary["scope"] == "all"].set_index("measure")["value"]
    if name in ("nobody at work", "empty shifts", "shifts of nobody", "closed for a day"):
        assert whole["answered"] == 0
        assert whole["offered"] > 0
        assert np.isnan(whole["occupancy"])
        assert np.isnan(whole["wait_mean_s"])
    if name == "no demand":
        assert whole["attempts"] == 0
        assert whole["occupancy"] == 0
        assert np.isnan(whole["service_level"])
        assert np.isnan(whole["abandoned_share"])
    if name in ("redialling without end", "coming back without end"):
        assert whole["contacts_per_moment"] == 1000
    if name == "fifty times too much":
        assert whole["occupancy"] > 0.99


@pytest.mark.parametrize("name", ["nobody at work", "no demand", "worth everything"])
def test_extremes_by_the_command_line(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every output file of an extreme opens, has no word for a number that is none, and figures draw quietly."""
    monkeypatch.chdir(tmp_path)
    Path("plain.yaml").write_text(json.dumps(PLAIN), "utf-8")
    changes = [word for change in EXTREMES[name] for word in ("--set", change)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = CliRunner().invoke(app, ["run", "plain.yaml", "-n", "2", "--out", "out", *changes])
    assert answer.exit_code == 0, answer.output
    for word in ("nan", "inf", "None", "Traceback"):
        assert word not in answer.stdout.replace("information", "").split(), answer.stdout
    for file in Path("out").glob("*.csv"):
        text = file.read_text("utf-8-sig")
        cells = {cell.lower() for line in text.splitlines() for cell in line.split(",")}
        assert not cells & {"nan", "inf", "-inf", "none", "nat"}, file.name
        pd.read_csv(file)
    for file in Path("out").glob("*.parquet"):
        pd.read_parquet(file)
    for file in Path("out").glob("*.json"):
        json.loads(file.read_text("utf-8"))
    assert len(list(Path("out/figures").glob("*.png"))) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("name", EXTREMES)
def test_extremes_are_drawn_quietly(name: str, tmp_path: Path) -> None:
    draw_all(tmp_path, extreme(name))
