"""Recovery, promises and offers in whole scenarios: both clocks, closed books, capacity, and nothing drifts."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from engine import books_check
from engine.recovery_story import WITH_EVERYTHING
from engine.stories import PLAIN, differences, read, ready
from momentsim.contract.trace import Detected, MomentClass
from momentsim.engine import ReplicationRun, simulate
from test_loyalty_is_real import assert_rest_balances_contacts


@pytest.mark.parametrize("order", ["first_come", "stakes", "value"])
def test_both_clocks_tell_the_same_story(order: str) -> None:
    prepared = ready(WITH_EVERYTHING, f"recovery.order={order}")
    compiled, simpy = (simulate(prepared, log=True, clock=clock) for clock in ("compiled", "simpy"))
    assert differences(compiled, simpy) == []
    books_check.audit(prepared, compiled)
    happened = {Detected(int(way)) for way in np.unique(compiled.moments["detected"])}
    assert happened == set(Detected)
    for name in ("recovered", "backlog", "false_alarms", "promises", "promises_kept", "failures_repeated", "sales",
                 "pushy", "won_back"):  # fmt: skip
        assert compiled.tallies[name].sum() > 0, name


def test_books_of_cases_close() -> None:
    """Let-downs noticed are made good, given up, or left undone; rows and tallies agree."""
    trace = simulate(ready(WITH_EVERYTHING), log=True)
    rows, books = trace.moments, trace.tallies
    let_down = rows["label"] == MomentClass.LET_DOWN
    for way in (Detected.SURVEY, Detected.SPEECH, Detected.COMPLAINT, Detected.LISTENING):
        assert books[f"detected_{way.name.lower()}"].sum() == np.sum(let_down & (rows["detected"] == way))
    assert books["false_alarms"].sum() == np.sum(~let_down & (rows["detected"] != Detected.NONE))
    assert books["recovered"].sum() == rows["recovered"].sum()
    assert not np.any((rows["recovered"] == 1) & ~(let_down & (rows["detected"] != Detected.NONE)))
    assert books["sold"].sum() == pytest.approx(rows["sold"].sum())


def test_rows_wait_for_recovery_before_they_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log handed over in pieces is the log kept in memory: same rows, same order, recoveries in them."""
    monkeypatch.setitem(ReplicationRun.__init__.__globals__, "LOG_ROWS", 64)
    pieces: list[Any] = []
    prepared = ready(WITH_EVERYTHING, "demand.volumes.question.per_day=4000", "workforce.groups.team.heads=8")
    simulate(prepared, log=True, take_rows=lambda name, rows: pieces.append((name, rows.copy())))
    streamed = np.concatenate([rows for name, rows in pieces if name == "moments"])
    kept = simulate(prepared, log=True).moments
    assert sum(name == "moments" for name, _ in pieces) > 1
    assert kept["recovered"].sum() > 50
    for name in kept.dtype.names or ():
        np.testing.assert_array_equal(streamed[name], kept[name], err_msg=name)


def test_capacity_binds() -> None:
    """More people make more good, sooner: no backlog, fewer given up, more won back."""
    one, many = (simulate(ready(WITH_EVERYTHING, f"recovery.team.people={n}")).tallies for n in (1, 30))
    assert one["backlog"].sum() > many["backlog"].sum()
    assert one["recovered"].sum() < many["recovered"].sum()
    assert one["won_back"].sum() < many["won_back"].sum()
    assert many["given_up"].sum() == 0


def test_a_faster_team_gives_back_more() -> None:
    slow, fast = (
        simulate(ready(WITH_EVERYTHING, "recovery.team.people=30", f"recovery.delay={delay}"))
        for delay in ("2 d", "0 s")
    )
    assert fast.tallies["won_back"].sum() > slow.tallies["won_back"].sum()


def test_recovery_shifts_no_draw() -> None:
    """With a team and without one, customers call at the same times and are let down by the same moments."""
    with_team, without = (
        simulate(ready(WITH_EVERYTHING, "behaviour.anger=off", team), log=True).moments
        for team in ("recovery.gift=2 USD", "recovery=null")
    )
    for name in ("moment", "customer", "began", "ended", "label", "contacts"):
        assert np.array_equal(with_team[name], without[name]), name


def test_nothing_drifts_with_promises_and_selling() -> None:
    """They are episodes, so the pilot knows what they cost, and levels of rest give it back (below 1e-7)."""
    story = copy.deepcopy(PLAIN)
    story["demand"]["volumes"]["question"]["per_day"] = 2000
    story["workforce"]["groups"]["team"]["heads"] = 14
    story["customers"]["segments"]["everyone"]["customers"] = 500_000
    short = {"distribution": "exponential", "mean": "1 h"}
    story["moments"]["question"] |= {
        "reconnect_delay": short,
        "promise": {"within": "3 h", "kept": "80 %", "repeat_failure": "20 %", "repeat_after": short},
        "selling": {"pressure": "50 %", "margin": "10 USD", "acceptance": "20 %"},
    }
    assert_rest_balances_contacts(read(story), replications=10)
