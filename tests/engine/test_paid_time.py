"""Every minute on a contact is paid: pay is computed once more, from roster, levers and contact log."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from engine import books_check
from engine.stories import PLAIN, differences, read
from momentsim.contract.plan import HOUR, MINUTE, LeverAction, Prepared, RosterAction
from momentsim.contract.trace import Trace
from momentsim.engine import simulate
from momentsim.measures import digest, ledger_table
from momentsim.prepare import Reference, lower, prepare
from momentsim.scenario import LoadedScenario

Spans = list[tuple[int, int]]
TEAM, CALLED = range(6), range(6, 9)
STAY = 2 * HOUR
DELAY = 5 * MINUTE


def long_talks(**levers: Any) -> LoadedScenario:
    """Talks of half an hour, shifts with unpaid and paid breaks that touch, and a reserve group."""
    made = copy.deepcopy(PLAIN) | {"horizon": "18 h", "waiting": {"lines": 14}}
    made["moments"]["question"] = {
        "handling_time": {"distribution": "exponential", "mean": "30 min"},
        "wrap_up": {"distribution": "constant", "mean": "7 min"},
    }
    made["demand"] = {"volumes": {"question": {"per_day": 700, "profile": "flat"}}}
    breaks = [
        {"after": "1 h", "length": "20 min", "paid": False},
        {"after": "80 min", "length": "10 min"},
        {"after": "3 h", "length": "40 min", "paid": False},
    ]
    shifts = {
        "early": {"start": "00:00", "length": "6 h", "heads": 4, "breaks": breaks},
        "late": {"start": "07:00", "length": "6 h", "heads": 2, "breaks": breaks[:1]},
    }
    called = {"heads": 3, "reserve": True, "cost_per_hour": "30 USD/h"}
    made["workforce"] = {
        "groups": {"team": {"shifts": shifts, "cost_per_hour": "20 USD/h"}, "called": called}
    }
    made["levers"] = levers
    return read(made)


def call_in(**terms: Any) -> dict[str, Any]:
    """The reserves, there five minutes after each pull."""
    delay = {"distribution": "constant", "mean": "5 min"}
    return {"kind": "call_in", "group": "called", "delay": delay, "show_up": "100 %", **terms}


OVERTIME = {"kind": "overtime", "group": "team", "hours": "2 h", "agree": "100 %", "at": "2024-01-08 00:00"}
CASES: dict[str, dict[str, Any]] = {
    "no lever": {"idle": call_in(at="never")},
    "sent home once": {"more": call_in(at="2024-01-08 01:00", until="2 h")},
    "sent home again and again": {
        "more": call_in(
            when="on_duty(called) < 1", undo_when="on_duty(called) >= 3 for 7 min", at_most=40, again_after="11 min"
        )
    },
    "asked to stay": {"more": call_in(at="never"), "longer": OVERTIME},
    "asked to stay until it ends": {
        "more": call_in(at="never"), "longer": OVERTIME | {"until": "2024-01-08 07:10"},
    },
}  # fmt: skip


def told(levers: dict[str, Any]) -> tuple[LoadedScenario, Prepared, Trace]:
    """A run, the same on both clocks."""
    loaded = long_talks(**levers)
    prepared = prepare(lower(loaded, Reference.neutral(["question"])), 1)
    compiled, simpy = (simulate(prepared, log=True, clock=clock) for clock in ("compiled", "simpy"))
    assert differences(compiled, simpy) == []
    books_check.audit(prepared, compiled)
    return loaded, prepared, compiled


def rostered(prepared: Prepared, agent: int) -> Spans:
    """When the roster pays an agent: on shift, unpaid breaks left out."""
    begins = (RosterAction.START, RosterAction.UNPAID_ENDS)
    ends = (RosterAction.END, RosterAction.UNPAID_STARTS)
    mine = prepared.plan.roster[prepared.plan.roster["agent"] == agent]
    starts = mine["time"][np.isin(mine["action"], begins)].tolist()
    stops = mine["time"][np.isin(mine["action"], ends)].tolist()
    return list(zip(starts, stops, strict=True))


def called(trace: Trace, horizon: int) -> Spans:
    """When the reserves are called: from their report to the undo, where that is later."""
    rows = trace.levers[trace.levers["lever"] == 0]
    reports = rows["effective"][rows["action"] == LeverAction.PULL] + DELAY
    undone = (rows["time"][rows["action"] == LeverAction.UNDO] + 1).tolist()
    undone += [horizon] * (len(reports) - len(undone))
    return [(start, end) for start, end in zip(reports.tolist(), undone, strict=True) if start < end]


def handled(trace: Trace, agent: int) -> Spans:
    """When an agent talked or wrapped up, from the contact log."""
    rows = trace.contacts[trace.contacts["agent"] == agent]
    return list(zip(rows["answered"].tolist(), (rows["ended"] + rows["wrap"]).tolist(), strict=True))


def overlap(some: Spans, others: Spans, horizon: int) -> int:
    """Time within the horizon that lies in both; spans of each do not overlap among themselves."""
    return sum(
        max(min(end, last, horizon) - max(start, first), 0) for start, end in some for first, last in others
    )


@pytest.mark.parametrize("case", CASES)
def test_the_ledger_pays_what_the_contact_log_shows(case: str) -> None:
    loaded, prepared, trace = told(CASES[case])
    horizon = int(prepared.plan.settings["horizon"][0])
    everything = [(0, horizon)]
    regular = {"team": 0, "called": 0}
    overtime = {"team": 0, "called": 0}
    for agent in (*TEAM, *CALLED):
        group = "team" if agent in TEAM else "called"
        paid = rostered(prepared, agent) if agent in TEAM else called(trace, horizon)
        stays: Spans = []
        if "longer" in CASES[case] and agent in TEAM:
            (shift_end,) = (end for _, end in paid[-1:])
            undone = (trace.levers["time"][trace.levers["action"] == LeverAction.UNDO] + 1).tolist()
            stays = [(shift_end, min([shift_end + STAY, *(time for time in undone if time > shift_end)]))]
            if any(time <= shift_end for time in undone):
                stays = []
        worked = handled(trace, agent)
        beyond = overlap(worked, everything, horizon) - overlap(worked, paid + stays, horizon)
        own = beyond + overlap(stays, everything, horizon)
        assert trace.agents["overtime"][agent] == own, agent
        assert overlap(paid, everything, horizon) + own >= overlap(worked, everything, horizon)
        regular[group] += overlap(paid, everything, horizon)
        overtime[group] += own
    assert overtime["team"] > 0  # talks are long: shifts and unpaid breaks begin in the middle of some
    assert (overtime["called"] > 0) == case.startswith("sent home")
    ledger = ledger_table(loaded.scenario, prepared.names, [digest(prepared, trace)]).set_index("line")[
        "amount"
    ]
    lines = {
        "paid_hours: team": regular["team"] * 20,
        "reserves: called": regular["called"] * 30,
        "overtime: team": overtime["team"] * 20 * 1.5,
        "overtime: called": overtime["called"] * 30 * 1.5,
    }
    for line, amount in lines.items():
        assert ledger.get(line, 0.0) == pytest.approx(-amount / HOUR), line


def test_each_contact_of_called_agents_is_a_use() -> None:
    """Also the last ones, which end after they were sent home, however often that was."""
    price = {"per_use": "4 USD"}
    for case in ("sent home once", "sent home again and again"):
        levers = {"more": CASES[case]["more"] | {"price": price}}
        _, prepared, trace = told(levers)
        served = trace.agents["contacts"][list(CALLED)].sum()
        rows = trace.contacts[np.isin(trace.contacts["agent"], list(CALLED))]
        assert served == (rows["ended"] < prepared.plan.settings["horizon"][0]).sum() > 0
        assert trace.lever_use[["uses", "spent"]].tolist() == [(served, 4.0 * served)]
