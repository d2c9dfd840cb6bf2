"""Tells a scenario given as data by both clocks and through the whole product, and checks all it leaves."""

from __future__ import annotations

import csv
import json
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.books_check import audit
from engine.stories import differences
from momentsim import units
from momentsim.contract.trace import Trace
from momentsim.engine import simulate
from momentsim.errors import ScenarioError
from momentsim.measures.catalogue import BY_NAME
from momentsim.prepare import Reference, lower, prepare
from momentsim.runs.result import Result
from momentsim.runs.run import run
from momentsim.runs.settings import RunSettings
from momentsim.scenario import LoadedScenario, load

SECONDS = "seconds\n0\n12.5\n300\n1800\n"


def loaded_from(data: dict[str, Any], *overrides: str, folder: Path | None = None) -> LoadedScenario:
    """A scenario given as data, through the loader, with the side files that it may name."""
    if folder is None:
        with tempfile.TemporaryDirectory() as made:
            return loaded_from(data, *overrides, folder=Path(made))
    path = folder / "world.yaml"
    path.write_text(json.dumps(data), "utf-8")  # JSON is YAML with all quotes
    (folder / "seconds.csv").write_text(SECONDS, "utf-8")
    for name, column, number in (("volumes.csv", "offered", 3), ("heads.csv", "heads", 2)):
        write_counts(folder / name, column, data, number)
    return load(path, overrides=overrides)


def with_levers_that_fit(data: dict[str, Any]) -> LoadedScenario:
    """The same, without the levers that have nothing to act on there: which these are is for the checks to say."""
    try:
        return loaded_from(data)
    except ScenarioError as error:
        keys = [problem.key.split(".") for problem in error.problems]
        if any(key[0] != "levers" or key[1] not in data["levers"] for key in keys):
            raise
        refused = {key[1] for key in keys}
    levers = {name: lever for name, lever in data["levers"].items() if name not in refused}
    return loaded_from({**data, "levers": levers})


def write_counts(path: Path, column: str, data: dict[str, Any], number: int) -> None:
    """A side file with one count for every interval of warm-up and horizon: 0 in every fourth."""
    warm_up = units.parse_duration((data.get("opening") or {}).get("warm_up") or "0 s") or 0.0
    start = datetime.fromisoformat(data["start"]) - timedelta(seconds=warm_up)
    horizon, interval = (
        units.parse_duration(data.get(key) or "30 min") or 0.0 for key in ("horizon", "interval")
    )
    with path.open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(["interval_start", column])
        for index in range(round((warm_up + horizon) / max(interval, 60.0))):
            begin = start + timedelta(seconds=index * interval)
            rows.writerow([f"{begin:%Y-%m-%d %H:%M}", number if index % 4 else 0])


def told(loaded: LoadedScenario) -> Trace:
    """The trace of both clocks, row for row the same, audited against its own rows and the plan."""
    prepared = prepare(lower(loaded, Reference.neutral(tuple(loaded.scenario.moments))), 1)
    compiled, simpy = (simulate(prepared, log=True, clock=clock) for clock in ("compiled", "simpy"))
    assert differences(compiled, simpy) == []
    audit(prepared, compiled)
    return compiled


def result_of(loaded: LoadedScenario, replications: int = 2) -> Result:
    """Through the pilot and the replications to a result; its tables are checked."""
    result = run(loaded, loaded, RunSettings(replications=replications, workers=1, log="all"))
    summary_is_sensible(result.summary)
    intervals_are_sensible(result)
    ledger_adds_up(result)
    log_is_sensible(result)
    return result


def summary_is_sensible(table: pd.DataFrame) -> None:
    """No infinity, shares within 0..1, no negative amounts, intervals around their values, blanks where due."""
    for name, rows in table.groupby("measure"):
        measure = BY_NAME[str(name)]
        low, high = measure.bounds
        known = rows["value"].dropna()
        assert np.all(np.isfinite(known)), name
        assert np.all((known >= low - 1e-9) & (known <= high + 1e-9)), (name, known.tolist())
        limits = rows.dropna(subset=["low", "high"])
        assert np.all(limits["low"] <= limits["value"] + 1e-6 * limits["value"].abs() + 1e-9), name
        assert np.all(limits["high"] >= limits["value"] - 1e-6 * limits["value"].abs() - 1e-9), name
    whole = table[table["scope"] == "all"].set_index("measure")["value"]
    always = (
        "attempts",
        "offered",
        "answered",
        "customers_lost",
        "cost_total",
        "jammed_hours",
        "customers_lost_expected",
    )
    assert not whole[list(always)].isna().any()
    if whole["offered"] > 0:
        assert not whole[["abandoned_share", "blocked_share", "balked_share"]].isna().any()
    assert whole[["wait_mean_s", "wait_p90_s", "handle_mean_s"]].isna().all() == (whole["answered"] == 0)


def intervals_are_sensible(result: Result) -> None:
    """One row an interval and skill; counts are there, and add up to those of the summary."""
    table, scenario = result.intervals, result.loaded.scenario
    assert len(table) >= round(scenario.horizon / scenario.interval) * (1 + len(result.names.queues))
    for name in ("offered", "answered", "abandoned", "blocked", "balked", "queue_mean", "agents_on_duty"):
        assert np.all(np.isfinite(table[name])) and np.all(table[name] >= 0), name
    for name in ("service_level", "occupancy"):
        known = table[name].dropna()
        assert np.all((known >= 0) & (known <= 1 + 1e-9)), name
    assert np.all(table["wait_mean_s"].isna() == (table["answered"] == 0))
    offered = table.loc[(table["skill"] == "all") & (table["part"] == "horizon"), "offered"].sum()
    whole = result.summary.query("measure == 'offered' and scope == 'all'")["value"].iloc[0]
    assert np.isclose(offered, whole)


def ledger_adds_up(result: Result) -> None:
    """Lines sum to the net benefit, and those of cost to the total cost."""
    ledger = result.ledger
    assert np.all(np.isfinite(ledger["amount"]))
    assert np.all(ledger["amount"] != 0) or ledger.empty
    whole = result.summary[result.summary["scope"] == "all"].set_index("measure")["value"]
    value: Any = np.zeros(len(ledger), bool)
    if len(ledger):
        value = ledger["line"].str.startswith("value_") | ledger["line"].eq("service_tier")
    assert np.isclose(ledger["amount"].sum(), whole["net_benefit"], rtol=1e-6, atol=1e-4)
    assert np.isclose(-ledger.loc[~value, "amount"].sum(), whole["cost_total"], rtol=1e-6, atol=1e-4)


def log_is_sensible(result: Result) -> None:
    """Times in order, known words, no number below what it can be."""
    contacts, moments = result.contacts, result.moments
    assert contacts["outcome"].notna().all()
    for name in ("arrived_s", "wait_s", "talk_s", "wrap_s"):
        assert np.all(contacts[name].dropna() >= 0), name
    assert np.all(contacts["wait_s"].isna() == (contacts["queued_s"].isna()))
    assert np.all(moments["ended_s"] >= moments["began_s"])
    assert result.customers["customer"].is_unique or len(result.traces) > 1
    for name, table in (("contacts", contacts), ("moments", moments)):
        assert not np.isinf(table.select_dtypes("number").to_numpy(float)).any(), name
