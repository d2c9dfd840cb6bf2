from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from measures.synthetic import make_sample, make_trace
from momentsim import measures
from momentsim.measures.catalogue import BY_NAME, MEASURES, find_measure
from momentsim.measures.columns import TABLES
from momentsim.measures.columns_worlds import WORLD_TABLES
from momentsim.measures.facts import FACTS, SCOPES, terms
from momentsim.measures.reference_page import FILE, page
from momentsim.measures.summary import facts_of
from momentsim.questions.compare.verdicts import estimates_of, pairs_table, ranking, verdicts

CONTRACT = [
    "offered",
    "answered",
    "abandoned_share",
    "blocked_share",
    "contained_share",
    "false_contained_share",
    "service_level",
    "wait_mean_s",
    "wait_p90_s",
    "handle_mean_s",
    "occupancy",
    "resolved_first_share",
    "contacts_per_moment",
    "effort_mean",
    "delight_share",
    "let_down_share",
    "nps",
    "nps_surveyed",
    "csat",
    "expected_churn_12m_share",
    "customers_lost_expected",
    "customers_lost",
    "wallet_change_share",
    "value_created",
    "value_destroyed",
    "value_won_back",
    "value_net",
    "cost_total",
    "cost_per_contact",
    "cost_per_resolved_moment",
    "net_benefit",
    "jammed_hours",
    "unserved",
    "time_to_recover_h",
    "people_in_need",
    "attempts",
    "wait_all_mean_s",
    "complaints_per_1000",
    "cost_refunds",
    "cost_compensation",
]


def test_stable_names_are_there() -> None:
    assert set(CONTRACT) <= set(BY_NAME)
    assert len(BY_NAME) == len(MEASURES)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_every_measure_is_defined_in_full(measure: measures.Measure) -> None:
    assert measure.scopes[0] == "all"
    assert measure.meaning.endswith(".") and measure.numerator and measure.denominator and measure.interval
    units = {FACTS[name].unit for _, name in terms(measure.top)}
    assert len(units) == 1, "a sum needs one unit"


def test_facts_exist_in_the_scopes_they_name() -> None:
    sample = make_sample(2)
    for scope in SCOPES:
        found = set(facts_of(sample, scope))
        assert found == {name for name, fact in FACTS.items() if scope in fact.scopes}


def test_unknown_measure_suggests_the_nearest() -> None:
    with pytest.raises(KeyError, match="did you mean service_level"):
        find_measure("servicelevel")


def test_reference_page_is_current(request: pytest.FixtureRequest) -> None:
    written = Path(request.config.rootpath) / "docs" / "reference" / FILE
    assert written.read_text(encoding="utf-8") == page(), (
        "out of date: run `python -m momentsim.measures.reference_page docs/reference`"
    )


def test_every_column_is_described() -> None:
    sample, trace = make_sample(2), make_trace(0)
    tables = {
        "summary.csv": measures.summary(*sample),
        "comparison.csv": measures.paired_table(sample, sample),
        "verdicts.csv": verdicts(estimates_of(sample), {"same": estimates_of(sample)}),
        "ranking.csv": ranking({"base": estimates_of(sample)}),
        "pairs.csv": pairs_table({"base": estimates_of(sample)}, [1, 2]),
        "intervals.csv": measures.interval_table(*sample),
        "ledger.csv": measures.ledger_table(*sample),
        "teams.csv": measures.teams_table(*sample),
    }
    rows = {
        "contacts.parquet": measures.contacts_table,
        "moments.parquet": measures.moments_table,
        "customers.parquet": measures.customers_table,
        "agents.parquet": measures.agents_table,
        "levers.csv": measures.levers_table,
    }
    tables.update({name: make(sample.scenario, sample.names, trace, 0) for name, make in rows.items()})
    # tests of plausible worlds, planned heads, curves, home sites, kinds of days, event logs and of the files of a run
    elsewhere = {*WORLD_TABLES, "staffing.csv", "curve.csv", "sites.csv", "inputs.csv", "events.csv"}
    elsewhere.add("day_kinds.csv")
    assert set(tables) == set(TABLES) - elsewhere
    for name, table in tables.items():
        assert isinstance(table, pd.DataFrame)
        assert set(table.columns) == set(TABLES[name][1]) - {"helped_elsewhere"}, (
            name
        )  # no crisis here has that
