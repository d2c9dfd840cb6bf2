"""What programmes cost, to the cent, on lines of the ledger that carry their names."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from engine.stories import PLAIN, read
from momentsim.engine import simulate
from momentsim.measures import digest, ledger_table, summary
from momentsim.prepare import Reference, lower, prepare

PROGRAMMES: dict[str, dict[str, Any]] = {
    "empathy": {
        "kind": "empathy_training", "hours": "3 h", "adoption": "0 s", "cost": "1000 USD",
        "cost_per_agent": "250.25 USD", "groups": ["team"],
    },
    "assist": {
        "kind": "ai_assist", "cost": "500 USD", "cost_per_month": "304.375 USD", "cost_per_agent": "10 USD",
        "cost_per_agent_month": "30.4375 USD", "start": "2024-01-09 00:00", "lead_time": "1 d",
        "end": "2024-01-12 00:00",
    },
    "wow": {"kind": "wow_budget", "budget_per_month": "9000 USD", "gift": "4.5 USD", "adoption": "0 s"},
}  # fmt: skip


def run(programmes: dict[str, Any]) -> tuple[Any, Any, Any, Any]:
    story = copy.deepcopy(PLAIN) | {"horizon": "5 d", "programmes": programmes}
    story["workforce"]["groups"]["others"] = {"heads": 2}
    loaded = read(story)
    prepared = prepare(lower(loaded, Reference.neutral(tuple(loaded.scenario.moments))), 1)
    trace = simulate(prepared)
    found = digest(prepared, trace)
    lines = ledger_table(loaded.scenario, prepared.names, [found]).set_index("line")["amount"]
    return loaded.scenario, trace, lines, summary(loaded.scenario, prepared.names, [found])


def test_lines_to_the_cent() -> None:
    """A month is 30.4375 days: two days of assistance are 20 USD, and 2 USD for each of 5 agents."""
    _, trace, lines, table = run(PROGRAMMES)
    assert lines["programme: empathy"] == pytest.approx(-(1000 + 3 * 250.25), abs=1e-6)
    assert lines["programme: assist"] == pytest.approx(-(500 + 5 * 10 + 20 + 5 * 2), abs=1e-6)
    gifts = int(trace.programmes["gifts"].sum())
    assert gifts > 0
    assert lines["programme: wow"] == pytest.approx(-4.5 * gifts, abs=1e-6)
    values = table[table["scope"] == "all"].set_index("measure")["value"]
    assert values["net_benefit"] == pytest.approx(lines.sum())
    assert values["trained_hours"] == pytest.approx(9.0)


def test_training_hours_are_paid_hours_like_others() -> None:
    _, _, with_training, _ = run({"empathy": PROGRAMMES["empathy"]})
    _, _, without, _ = run({})
    assert with_training["paid_hours: team"] == without["paid_hours: team"]
    assert not any(name.startswith("programme") for name in without.index)


def test_each_agent_hired_costs_its_price() -> None:
    hiring = {"kind": "empathy_hiring", "adoption": "0 s", "cost": "100 USD", "cost_per_hire": "700.5 USD"}
    careers = {"yearly_exits": "90 %", "hiring_lag": "1 d", "replacement_cost": "0 USD"}
    story = copy.deepcopy(PLAIN) | {"horizon": "60 d", "programmes": {"choice": hiring}}
    story["workforce"]["groups"]["team"] |= {"heads": 60, "careers": careers}
    loaded = read(story)
    prepared = prepare(lower(loaded, Reference.neutral(tuple(loaded.scenario.moments))), 1)
    trace = simulate(prepared)
    lines = ledger_table(loaded.scenario, prepared.names, [digest(prepared, trace)]).set_index("line")
    hired = trace.programmes["hired"].sum()
    assert hired >= 1
    assert lines["amount"]["programme: choice"] == pytest.approx(-(100 + 700.5 * hired), abs=1e-6)
