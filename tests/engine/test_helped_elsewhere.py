"""Help elsewhere in a crisis: who finds it, when, and what it does to calls, needs and customers."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from engine import books_check
from engine.plans import law
from engine.small import Call, small
from engine.stories import RICH, differences, read, ready
from momentsim.contract.plan import CRISIS, HOUR, MINUTE, Failure, Family, MomentKind, Table
from momentsim.contract.trace import MomentClass, Outcome, Trace
from momentsim.engine import simulate
from momentsim.measures import digest, moments_table, summary
from momentsim.measures.columns import TABLES
from momentsim.prepare import Reference, lower, prepare

AFFECTED = int(MomentKind.AFFECTED)
FIXED = {"distribution": "constant", "mean": "5 h"}
DELAY = 5 * HOUR


def story(helped: dict[str, Any] | None, **storm: Any) -> dict[str, Any]:
    """The rich story's storm, with levers of its own only; `helped` is the crisis's `helped_elsewhere`."""
    made = copy.deepcopy(RICH)
    crisis = made["crises"]["storm"]
    for lever in ("pre_cancel", "self_service_offer", "notice", "compensation"):
        del crisis[lever]
    if helped is not None:
        crisis["helped_elsewhere"] = helped
    crisis |= storm
    return made


def told(helped: dict[str, Any] | None, **storm: Any) -> Trace:
    """A trace that is the same on both clocks, and whose books agree."""
    prepared = ready(story(helped, **storm))
    compiled, simpy = (simulate(prepared, log=True, clock=clock) for clock in ("compiled", "simpy"))
    assert differences(compiled, simpy) == []
    books_check.audit(prepared, compiled)
    return compiled


def hit(trace: Trace) -> Any:
    """Rows of those whom the storm has hit."""
    return trace.moments[trace.moments["kind"] == AFFECTED]


def value(trace: Trace) -> float:
    """What handling has created and destroyed."""
    return float(trace.moments["value_change"].sum())


@pytest.mark.slow
def test_left_out_or_for_nobody_is_the_same() -> None:
    assert differences(told(None), told({"share": "0 %"})) == []


def test_who_has_found_it_never_calls_again() -> None:
    """After five hours everybody whose need is open goes, wherever they wait, and not before."""
    trace, without = told({"share": "100 %", "delay": FIXED}), told(None)
    rows = hit(trace)
    found = rows[rows["resolved"] == 2]
    assert len(found) == trace.tallies["helped_elsewhere"].sum() > 20
    assert (found["ended"] >= found["began"] + DELAY).all()
    waited = (found["ended"] - found["began"] - DELAY) % (15 * MINUTE)
    assert (waited == 0).all()  # at once, or after one or more looks while the centre was busy with them
    assert ((found["ended"] == found["began"] + DELAY).mean()) > 0.7
    last = dict(zip(trace.contacts["moment"].tolist(), trace.contacts["ended"].tolist(), strict=True))
    assert all(last[row["moment"]] <= row["ended"] for row in found if row["contacts"])
    hung_up = np.isin(trace.contacts["moment"], found["moment"]) & (
        trace.contacts["outcome"] == Outcome.ABANDONED
    )
    at_that_time = trace.contacts["ended"][hung_up & np.isin(trace.contacts["ended"], found["ended"])]
    assert len(at_that_time)  # some stood in the queue
    assert len(trace.contacts) < len(without.contacts)
    assert not (rows["resolved"] == 0).any()
    assert (
        trace.tallies["unserved"][..., AFFECTED].sum() == 0 < without.tallies["unserved"][..., AFFECTED].sum()
    )


def test_who_never_called_is_helped_without_having_felt_the_handling() -> None:
    rows = hit(told({"share": "100 %", "delay": FIXED}, call_share="40 %"))
    silent = rows[rows["contacts"] == 0]
    assert len(silent) > 20
    assert (silent["resolved"] == 2).all()
    assert (silent["ended"] == silent["began"] + DELAY).all()
    assert np.isnan(silent["experience"]).all() and (silent["label"] == MomentClass.NEUTRAL).all()
    assert (silent["value_change"] == 0.0).all() and (silent["harm"] < 0.0).any()


def test_whoever_is_not_helped_at_all_ends_unmet() -> None:
    """Help that would come after the end of the run-out never comes: the need stays open to the end, and counts."""
    late = told({"share": "100 %", "delay": {"distribution": "constant", "mean": "30 d"}}, call_share="40 %")
    rows, without = hit(late), hit(told(None, call_share="40 %"))
    assert not (rows["resolved"] == 2).any()
    assert (rows["resolved"] == 1).sum() == (without["resolved"] == 1).sum()
    unmet = rows[rows["resolved"] == 0]
    assert (unmet["open"] == 1).all()
    assert (unmet["label"] == MomentClass.LET_DOWN).all()
    assert len(unmet) == late.tallies["unserved"][..., AFFECTED].sum()


@pytest.mark.slow
def test_the_same_people_find_it_and_more_of_them_with_a_larger_share() -> None:
    """By own draws: those of a third are among those of two thirds, and value rises with each."""
    traces = [told({"share": share, "delay": FIXED}) for share in ("0 %", "33 %", "66 %", "100 %")]
    numbers = [trace.tallies["helped_elsewhere"].sum() for trace in traces]
    assert numbers == sorted(numbers) and numbers[0] == 0 < numbers[1] < numbers[2] < numbers[3]
    never = [trace.tallies["unserved"][..., AFFECTED].sum() for trace in traces]
    assert never == sorted(never, reverse=True)
    assert np.all(np.diff([value(trace) for trace in traces]) > 0.0)


@pytest.mark.slow
def test_sooner_helps_more() -> None:
    """Value falls and calls rise with the delay."""
    traces = [
        told({"share": "100 %", "delay": {"distribution": "constant", "mean": f"{hours} h"}})
        for hours in (1, 6, 36)
    ]
    assert np.all(np.diff([value(trace) for trace in traces]) < 0.0)
    assert np.all(np.diff([hit(trace)["contacts"].sum() for trace in traces]) > 0)


def after_waiting(share: float, patience_min: float) -> Table:
    """Eighteen callers hit by a crisis who wait 19 minutes or hang up before that; who is answered is helped."""
    starts = np.arange(18) * 40.0
    calls = [Call(minute, reason=0, customer=0) for minute in starts]
    calls += [Call(minute + 1, reason=1, customer=1 + number) for number, minute in enumerate(starts)]
    made = small(
        calls, talk_min=(20.0, 10.0), patience_min=patience_min, memory_on=1, stakes=0.8, redial_first=0.0,
        resolution=1.0, failure=int(Failure.PRODUCT),
    )  # fmt: skip
    crises = np.zeros(1, CRISIS)
    crises["patience_factor"] = crises["resolution_factor"] = 1.0
    for name in ("reconnect", "reconnect_law", "stakes"):
        crises[name] = -1
    crises["elsewhere"], crises["elsewhere_law"] = share, len(made.plan.laws)
    laws = np.concatenate([made.plan.laws, law(Family.CONSTANT, 18.9 * MINUTE)])
    moments = made.moments_of_day(0)
    moments["kind"][moments["reason"] == 1], moments["crisis"][moments["reason"] == 1] = AFFECTED, 0
    plan = made.plan._replace(crises=crises, laws=laws)
    rows: Table = hit(simulate(made._replace(plan=plan, moments_of_day=lambda day: moments), log=True))
    return rows


def test_after_the_same_wait_solved_is_more_than_elsewhere_and_that_more_than_unmet() -> None:
    solved, elsewhere, unmet = after_waiting(0.0, 60.0), after_waiting(1.0, 60.0), after_waiting(0.0, 18.9)
    for rows, resolved in ((solved, 1), (elsewhere, 2), (unmet, 0)):
        assert len(rows) == 18 and (rows["resolved"] == resolved).all()
        assert (rows["contacts"] == 1).all()
    felt = [np.sort(rows["experience"]) for rows in (solved, elsewhere, unmet)]
    assert felt[0].mean() > felt[1].mean() + 0.2
    assert (felt[1] > felt[2]).all()
    assert (felt[2] < -0.75).all()  # -0.8 is its worst and its end, the wait of -0.66 is in its mean


@pytest.mark.slow
def test_while_the_centre_is_jammed_those_who_need_it_are_blind() -> None:
    """They try again five hours later, so fewer are helped in the jam, and nobody between the tries."""
    free = told({"share": "100 %", "delay": FIXED}, redial={"first": "99 %", "further": "99 %"})
    blind = told(
        {"share": "100 %", "delay": FIXED, "hub_dependence": "100 %"},
        redial={"first": "99 %", "further": "99 %"},
    )
    spent = [hit(trace)[hit(trace)["resolved"] == 2] for trace in (free, blind)]
    took = [rows["ended"] - rows["began"] for rows in spent]
    assert took[1].mean() > took[0].mean() + 0.5 * HOUR
    assert (took[1] >= 2 * DELAY).sum() > (took[0] >= 2 * DELAY).sum()


@pytest.mark.slow
def test_refunds_follow_help() -> None:
    """Whoever was helped elsewhere takes the money back as seldom as one helped by the centre."""
    terms = {"amount": "90 USD", "unmet": "100 %", "met": "0 %"}
    helped = told({"share": "100 %", "delay": FIXED}, refund=terms)
    without = told(None, refund=terms)
    assert helped.tallies["refunds"].sum() == 0.0 < without.tallies["refunds"].sum()


def test_help_at_once_and_help_that_never_comes_are_times_too() -> None:
    at_once = {
        "share": "100 %",
        "delay": {"distribution": "constant", "mean": "1 s"},
        "hub_dependence": "100 %",
    }
    assert (hit(told(at_once))["resolved"] > 0).any()
    never = told({"share": "100 %", "delay": {"distribution": "never"}})
    assert never.tallies["helped_elsewhere"].sum() == 0


def test_the_log_and_the_measure_say_who_was_helped_elsewhere() -> None:
    """Only where a crisis has it; among those in need, and none of them among the unserved."""
    loaded = read(story({"share": "50 %", "delay": FIXED}))
    prepared = prepare(lower(loaded, Reference.neutral(tuple(loaded.scenario.moments))), 1)
    trace = simulate(prepared, log=True)
    logged = moments_table(loaded.scenario, prepared.names, trace, 1)
    found = logged["helped_elsewhere"]
    assert not (found & logged["resolved"]).any() and (logged["kind"][found] == "affected").all()
    told = summary(loaded.scenario, prepared.names, [digest(prepared, trace)])
    whole = told[told["scope"] == "all"].set_index("measure")["value"]
    assert whole["helped_elsewhere"] == found.sum() > 0
    helped = (logged["resolved"] & (logged["kind"] == "affected")).sum()
    assert whole["people_in_need"] == helped + whole["helped_elsewhere"] + whole["unserved"]
    assert "helped_elsewhere" in TABLES["moments.parquet"][1]
    without = moments_table(read(story(None)).scenario, prepared.names, trace, 1)
    assert "helped_elsewhere" not in without
