"""Measures of careers and what hiring costs, from runs with exits and with none."""

from __future__ import annotations

import copy
import math

import numpy as np
import pandas as pd
import pytest

from engine.stories import PLAIN, RICH, read
from momentsim.contract.trace import Trace
from momentsim.engine import simulate
from momentsim.measures import digest
from momentsim.measures.ledger import ledger_table
from momentsim.measures.summary import summary
from momentsim.measures.tables import agents_table
from momentsim.prepare import Reference, lower, prepare

MEASURES = (
    "exits",
    "exits_yearly_share",
    "vacant_share",
    "absent_share",
    "burnout_mean",
    "tenure_mean_months",
)


def measured(careers: dict[str, str] | None) -> tuple[dict[str, float], pd.DataFrame, pd.DataFrame, Trace]:
    """The summary of group `team`, the ledger, the table of agents, and the trace of one replication."""
    story = copy.deepcopy(PLAIN)
    story["demand"]["volumes"]["question"]["per_day"] = 5
    story["workforce"]["groups"]["team"] = {"heads": 60, "absence": "10 %"}
    if careers is not None:
        story["workforce"]["groups"]["team"]["careers"] = careers
    loaded = read(story, "horizon=100 d", "run.run_out=0 s", "interval=1 h")
    scenario = loaded.scenario
    prepared = prepare(lower(loaded, Reference.neutral(["question"])), 1)
    trace = simulate(prepared)
    digests = [digest(prepared, trace)]
    rows = summary(scenario, prepared.names, digests)
    rows = rows[rows["scope"] == "group"]
    found = dict(zip(rows["measure"], rows["value"], strict=True))
    return (
        found,
        ledger_table(scenario, prepared.names, digests),
        agents_table(scenario, prepared.names, trace, 1),
        trace,
    )


def test_measures_are_those_of_the_rows() -> None:
    found, ledger, table, trace = measured({"yearly_exits": "90 %", "replacement_cost": "9000 USD"})
    rows, days = trace.agents, 100.0
    exits, vacant_days = int(rows["exits"].sum()), rows["vacant"].sum() / 86400e6
    there = rows["tenure"] >= 0
    assert exits > 3
    assert found["exits"] == exits
    assert found["vacant_share"] == pytest.approx(vacant_days / (60 * days))
    assert found["exits_yearly_share"] == pytest.approx(exits / ((60 * days - vacant_days) / 365.25))
    absent = rows["absent"].sum() / (60 * days * 86400e6 - rows["vacant"].sum())
    assert found["absent_share"] == pytest.approx(absent, rel=1e-3)
    assert found["burnout_mean"] == pytest.approx(rows["burnout"][there].mean())
    assert found["tenure_mean_months"] == pytest.approx(
        rows["tenure"][there].mean() / (365.25 / 12 * 86400e6)
    )
    line = ledger[ledger["line"] == "hiring: team"]
    assert line["amount"].tolist() == [pytest.approx(-9000.0 * exits)]
    paid = ledger[ledger["line"] == "paid_hours: team"]["amount"].iloc[0]
    unpaid = rows["unpaid"].sum() / 3600e6
    assert -paid == pytest.approx(36.0 * (60 * days * 24 - unpaid))
    assert table["tenure_months"].isna().tolist() == (~there).tolist()
    assert table["exits"].sum() == exits


def test_without_careers_measures_are_blank() -> None:
    found, ledger, table, _ = measured(None)
    assert all(math.isnan(found[name]) for name in MEASURES)
    assert not ledger["line"].str.startswith("hiring").any()
    assert table[["tenure_months", "burnout", "engagement"]].isna().all(axis=None)


def test_shrinkage_and_days_missed_leave_the_right_pay() -> None:
    """Paid are rostered hours that are not missed, those lost to shrinkage included: in expectation 1 - absence."""
    story = copy.deepcopy(PLAIN)
    story["demand"]["volumes"]["question"]["per_day"] = 1
    shift = {"start": "08:00", "length": "8 h", "heads": 400}
    story["workforce"]["groups"]["team"] = {
        "shifts": {"day": shift}, "absence": "20 %", "shrinkage": "30 %", "careers": {},
    }  # fmt: skip
    loaded = read(story, "horizon=30 d", "run.run_out=0 s", "behaviour=off")
    prepared = prepare(lower(loaded, Reference.neutral(["question"])), 1)
    paid = digest(prepared, simulate(prepared)).paid_hours[0]
    days = 400 * 30
    # a missed shift in the roster takes 1/0.7 shifts of pay off: variance (0.7*0.2)(1 - 0.7*0.2)/0.49 a shift
    error = 8.0 * math.sqrt(days * 0.14 * 0.86 / 0.49)
    assert abs(paid - 8.0 * days * 0.8) < 5.5 * error


def test_reserves_who_miss_days_cost_nothing() -> None:
    story = copy.deepcopy(RICH)
    story["workforce"]["groups"]["called"] |= {"absence": "50 %", "careers": {"yearly_exits": "50 %"}}
    loaded = read(story)
    prepared = prepare(lower(loaded, Reference.neutral(list(loaded.scenario.moments))), 1)
    trace = simulate(prepared)
    assert np.all(digest(prepared, trace).paid_hours >= 0.0)
    assert trace.agents["unpaid"][trace.agents["group"] == 2].sum() > 0
