from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from measures.synthetic import HORIZON_DAYS, NAMES, make_trace, scenario
from momentsim import measures
from momentsim.contract.plan import SECOND

CONTACT_COLUMNS = [
    "replication",
    "contact",
    "moment",
    "attempt",
    "leg",
    "customer",
    "segment",
    "reason",
    "channel",
    "skill",
    "agent",
    "group",
    "interval_start",
    "arrived_s",
    "queued_s",
    "answered_s",
    "ended_s",
    "wait_s",
    "talk_s",
    "hold_s",
    "wrap_s",
    "outcome",
    "resolved",
    "anger_before",
    "anger_after",
    "quality",
]


def test_contacts_have_the_contract_columns_in_order() -> None:
    table = measures.contacts_table(scenario(), NAMES, make_trace(0), 3)
    assert list(table.columns) == CONTACT_COLUMNS
    assert (table["replication"] == 3).all()


def test_what_did_not_happen_is_blank() -> None:
    table = measures.contacts_table(scenario(), NAMES, make_trace(0), 0)
    lost = table[table["outcome"] == "abandoned"]
    assert lost["answered_s"].isna().all() and lost["agent"].isna().all() and lost["group"].isna().all()
    assert np.allclose(lost["wait_s"], lost["ended_s"] - lost["queued_s"])
    busy = table[table["outcome"] == "blocked"]
    assert busy["wait_s"].isna().all()
    alone = table[table["outcome"] == "contained"]
    assert alone["skill"].isna().all() and (alone["channel"] == "self_service").all()
    served = table[table["outcome"] == "answered"]
    assert np.allclose(served["wait_s"], served["answered_s"] - served["queued_s"])


def test_intervals_of_arrival_are_local_times() -> None:
    table = measures.contacts_table(scenario(), NAMES, make_trace(0), 0)
    start = table["interval_start"]
    offset = (start - pd.Timestamp("2007-02-14")).dt.total_seconds()
    assert ((table["arrived_s"] >= offset) & (table["arrived_s"] < offset + 1800)).all()


def test_moments_use_words() -> None:
    table = measures.moments_table(scenario(), NAMES, make_trace(0), 0)
    assert set(table["class"]) == {"let_down", "neutral", "delight"}
    assert set(table["wallet_event"]) == {"none", "deepened", "cut_back"}
    assert set(table.loc[table["reason"] == "baggage", "owner"]) == {"ground"}
    assert table.loc[~table["surveyed"], "nps_answer"].isna().all()


def test_agent_seconds_add_up_to_the_horizon() -> None:
    table = measures.agents_table(scenario(), NAMES, make_trace(0), 0)
    total = table[["talk_s", "wrap_s", "idle_s", "paused_s", "offline_s"]].sum(axis=1)
    assert np.allclose(total, HORIZON_DAYS * 86400)
    assert 90 < table["emotional_intelligence"].mean() < 110


def test_levers_tell_when_they_took_effect() -> None:
    table = measures.levers_table(scenario(), NAMES, make_trace(0), 0)
    assert table.loc[0, "lever"] == "storm.reserves"
    assert table.loc[0, "pulled_at"] == pd.Timestamp("2007-02-15T06:00:00")
    later = table["effective_s"] - table["pulled_s"]
    assert float(later.iloc[0]) == pytest.approx(1e-6, abs=1e-9)


def test_empty_log_gives_empty_tables() -> None:
    trace = make_trace(0)
    empty = trace._replace(contacts=trace.contacts[:0], moments=trace.moments[:0], levers=trace.levers[:0])
    for make in (measures.contacts_table, measures.moments_table, measures.levers_table):
        assert len(make(scenario(), NAMES, empty, 0)) == 0


@pytest.mark.slow
def test_a_million_contacts_are_quick() -> None:
    trace = make_trace(0)
    rows = np.resize(trace.contacts, 1_000_000)
    rows["arrived"] = np.sort(np.random.default_rng(0).integers(0, HORIZON_DAYS * 86400 * SECOND, len(rows)))
    began = time.process_time()
    table = measures.contacts_table(scenario(), NAMES, trace._replace(contacts=rows), 0)
    assert len(table) == 1_000_000
    assert time.process_time() - began < 10.0  # well under 1 s; row by row it takes a minute
