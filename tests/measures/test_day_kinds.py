"""Kinds of days beside each other: counts add up to the summary, and a kind is what its scenario alone says."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import momentsim as ms
from momentsim.measures.columns import TABLES
from momentsim.report.day_kind_table import print_day_kinds
from momentsim.runs.result import Result
from momentsim.runs.stored_run import find_run, write_run

KINDS = """name: kinds
start: "2025-01-06 06:00"
horizon: 60 h
seed: 5
behaviour: off
opening: {warm_up: 2 h}
moments:
  sale: {skill: sales, handling_time: {distribution: exponential, mean: 4 min}, resolution: 100 %}
  help: {skill: care, handling_time: {distribution: exponential, mean: 4 min}, resolution: 100 %}
demand:
  volumes: {sale: {per_hour: 60}, help: {per_hour: 60}}
  day_kinds:
    heavy: {share: 40 %, factors: {sale: 1.5}}
    light: {share: 25 %, factors: {sale: 0.5, help: 0.8}}
workforce: {groups: {a: {heads: 5, skills: [sales]}, b: {heads: 5, skills: [care]}}}
waiting: {patience: {distribution: exponential, mean: 2 min}, redial: {first: 0 %, further: 0 %}}
"""
COUNTS = ["offered", "answered", "abandoned", "blocked"]


def run(folder: Path, *changes: str, replications: int = 12, text: str = KINDS) -> Result:
    (folder / "kinds.yaml").write_text(text, "utf-8")
    return ms.run(folder / "kinds.yaml", replications=replications, overrides=changes, workers=1)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return run(tmp_path_factory.mktemp("kinds"))


def figures(result: Result, skill: str = "all") -> dict[str, Any]:
    """Rows of a skill by kind of day."""
    rows = result.day_kinds.to_dict("records")
    return {row["kind"]: row for row in rows if row["skill"] == skill}


def of_all(result: Result, measure: str) -> list[float]:
    """Value and interval of a measure in the summary."""
    table = result.summary[(result.summary["measure"] == measure) & (result.summary["scope"] == "all")]
    return [float(number) for number in table[["value", "low", "high"]].iloc[0]]


def test_kinds_add_up_to_the_summary(result: Result) -> None:
    table = result.day_kinds
    assert list(table["kind"].unique()) == ["heavy", "light", "usual days"]
    assert set(table["skill"]) == {"all", "care", "sales"}
    everything = table[table["skill"] == "all"]
    assert everything["days"].sum() == pytest.approx(2.5)
    assert everything["offered"].sum() == pytest.approx(of_all(result, "offered")[0])
    of_horizon = (result.intervals["part"] == "horizon") & (result.intervals["skill"] == "all")
    for name in COUNTS:
        in_summary = sum(result.intervals.loc[of_horizon, name])
        assert everything[name].sum() == pytest.approx(in_summary)
        of_queues = table[table["skill"] != "all"].groupby("kind")[name].sum()
        assert of_queues.tolist() == pytest.approx(everything.sort_values("kind")[name].tolist())
    for measure, weights in (
        ("service_level", "offered"),
        ("abandoned_share", "offered"),
        ("wait_mean_s", "answered"),
    ):
        mean = np.average(everything[measure], weights=everything[weights])
        assert mean == pytest.approx(of_all(result, measure)[0])


def test_heavy_days_have_more_calls_and_a_worse_service(result: Result) -> None:
    """24 hours x 60 calls times the factor, within 5.5 standard errors (false alarms 1e-7)."""
    sales = figures(result, "sales")
    for kind, factor in (("heavy", 1.5), ("light", 0.5), ("usual days", 1.0)):
        expected = 24 * 60 * factor
        dates = sales[kind]["days"] * 12
        assert sales[kind]["offered_per_day"] == pytest.approx(expected, abs=5.5 * np.sqrt(expected / dates))
    assert all(row["service_level_low"] < row["service_level"] for row in sales.values())
    assert sales["heavy"]["service_level_high"] < sales["light"]["service_level_low"]
    assert sales["heavy"]["wait_mean_s"] > sales["usual days"]["wait_mean_s"] > sales["light"]["wait_mean_s"]


def test_a_scenario_of_one_kind_is_told_by_its_summary(tmp_path: Path) -> None:
    """With a share of 100 % there is one row in all, and it says what the summary does, interval and all."""
    changes = "demand.day_kinds.heavy.share=100 %", "demand.day_kinds.light.share=0 %"
    for antithetic in ("off", "on"):
        alone = run(tmp_path, *changes, f"run.antithetic={antithetic}", replications=4)
        table = figures(alone)
        assert list(table) == ["heavy", "light"] and table["light"]["days"] == 0
        assert np.isnan(table["light"]["service_level"])
        for measure in ("service_level", "abandoned_share", "wait_mean_s"):
            own = [table["heavy"][measure + end] for end in ("", "_low", "_high")]
            assert own == pytest.approx(of_all(alone, measure))


def test_kinds_are_those_that_the_demand_had(tmp_path: Path) -> None:
    """On dates of a kind without any calls there are none, whichever dates these are in each replication."""
    silent = KINDS.replace("factors: {sale: 0.5, help: 0.8}", "factors: {sale: 0, help: 0}")
    everything = figures(run(tmp_path, text=silent))
    assert everything["light"]["days"] > 0 and everything["light"]["offered"] == 0
    assert everything["heavy"]["offered"] > 0


def test_days_of_one_replication_alone_have_no_interval(tmp_path: Path) -> None:
    """Of two replications of one day one is heavy (a seed that does so): how heavy days differ nobody knows."""
    for seed in range(20):
        rows = figures(run(tmp_path, "horizon=18 h", f"seed={seed}", replications=2))
        if rows["heavy"]["days"] == pytest.approx(18 / 48):
            break
    assert rows["heavy"]["days"] == pytest.approx(18 / 48)
    assert np.isfinite(rows["heavy"]["service_level"]) and rows["heavy"]["offered"] > 0
    for name in ("offered_per_day", "service_level", "abandoned_share", "wait_mean_s"):
        assert np.isnan(rows["heavy"][f"{name}_low"]) and np.isnan(rows["heavy"][f"{name}_high"])


def test_the_table_is_shown_fresh_and_from_its_folder(result: Result, tmp_path: Path) -> None:
    folder = write_run(result, tmp_path / "out")
    stored = find_run(folder, result.identity)
    assert stored is not None
    shown = []
    for kinds in (result.day_kinds, stored.day_kinds):
        console = Console(width=120, file=StringIO(), record=True)
        print_day_kinds(console, kinds)
        shown.append(console.export_text())
    assert shown[0] == shown[1]
    rows = [line.split()[0] for line in shown[0].splitlines() if line.strip()]
    assert [word for word in rows if word in ("heavy", "light", "usual")] == ["heavy", "light", "usual"]
    assert "By queue, with intervals: day_kinds.csv." in shown[0]


def test_the_table_is_written_where_there_are_kinds(result: Result, tmp_path: Path) -> None:
    written = pd.read_csv(write_run(result, tmp_path / "out") / "day_kinds.csv", encoding="utf-8-sig")
    assert set(written.columns) == set(TABLES["day_kinds.csv"][1])
    plain = run(
        tmp_path, text=KINDS[: KINDS.index("  day_kinds")] + KINDS[KINDS.index("workforce") :], replications=1
    )
    assert plain.day_kinds.empty
    assert not (write_run(plain, tmp_path / "plain") / "day_kinds.csv").exists()
