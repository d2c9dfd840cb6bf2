"""Levers that customers feel: each moves its own answer the right way, and none that rests moves anything.

Differences are paired by replication; their bound is crossed by chance with 5e-7 (Student's t). A lever that did
nothing would leave every difference at exactly 0; those that act leave them at 1.2 bounds and more.
"""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.stats import t as student

from engine.stories import RICH, read
from momentsim.contract.plan import MomentKind
from momentsim.contract.trace import Trace
from momentsim.engine import simulate
from momentsim.errors import ScenarioError
from momentsim.prepare import Reference, lower, prepare
from momentsim.scenario.explain import explain

REPLICATIONS, OF_ONE_VOICE = 16, 32
"""What one voice does to those hit by a crisis is the smallest of the answers."""
FALSE_ALARM = 5e-7
MORNING = "2024-01-08 06:00"
OWN_LEVERS = ("notice", "self_service_offer", "compensation", "pre_cancel", "reserves")
KINDS: dict[str, dict[str, Any]] = {
    "notice": {"crisis": "storm", "reach": "100 %", "clarity": "100 %"},
    "pre_cancellation": {"crisis": "storm", "share": "100 %", "hours_ahead": "2 h"},
    "self_service_offer": {"crisis": "storm", "adoption": "80 %", "solves": "90 %"},
    "compensation": {"crisis": "storm", "amount": "200 USD", "delay": "6 h"},
    "goodwill_authority": {"amount": "200 USD"},
    "one_voice": {"strength": "100 %"},
}


def story(levers: dict[str, Any]) -> dict[str, Any]:
    """The rich story with these levers only, and twice as many hit by its storm."""
    made = copy.deepcopy(RICH)
    storm = {key: value for key, value in made["crises"]["storm"].items() if key not in OWN_LEVERS}
    storm["days"]["2024-01-08"]["failed"] = 4
    made["crises"]["storm"] = storm
    made["levers"] = levers
    return made


@cache
def runs(
    kind: str, at: str, changes: tuple[tuple[str, Any], ...] = (), clock: Any = "compiled"
) -> list[Trace]:
    """Replications with one lever of a kind."""
    loaded = read(story({"it": {"kind": kind, "at": at, **KINDS[kind], **dict(changes)}}))
    plan = lower(loaded, Reference.neutral(tuple(loaded.scenario.moments)))
    count = OF_ONE_VOICE if kind == "one_voice" else REPLICATIONS
    return [simulate(prepare(plan, number), clock=clock) for number in range(1, count + 1)]


def of_affected(traces: list[Trace], field: str) -> np.ndarray[Any, Any]:
    """A tally of those whom the storm hit, by replication."""
    return np.array([trace.tallies[field][:, :, MomentKind.AFFECTED].sum() for trace in traces], float)


def of_all(traces: list[Trace], field: str) -> np.ndarray[Any, Any]:
    """A tally of everybody, by replication."""
    return np.array([trace.tallies[field].sum() for trace in traces], float)


def rises(after: np.ndarray[Any, Any], before: np.ndarray[Any, Any]) -> bool:
    """Whether the paired difference is above 0 by the bound."""
    differences = after - before
    error = differences.std(ddof=1) / np.sqrt(len(differences))
    bound = student.isf(FALSE_ALARM, len(differences) - 1)
    return bool(differences.mean() > bound * error and differences.mean() > 0.0)


def test_a_clear_notice_spares_calls_and_an_empty_one_brings_some() -> None:
    without, clear = runs("notice", "never"), runs("notice", MORNING)
    empty = runs("notice", MORNING, (("clarity", "0 %"),))
    assert rises(of_affected(without, "contacts"), of_affected(clear, "contacts"))
    assert rises(of_affected(empty, "contacts"), of_affected(without, "contacts"))
    assert all(trace.lever_use["uses"][0] == trace.tallies["notices"].sum() > 0 for trace in clear)


def test_what_is_announced_ahead_harms_less_and_not_more_than_there_was_time() -> None:
    without, ahead = runs("pre_cancellation", "never"), runs("pre_cancellation", "2024-01-08 00:00")
    late = runs("pre_cancellation", "2024-01-08 08:00")
    harm = [-of_affected(traces, "destroyed_by_operation") for traces in (without, late, ahead)]
    assert rises(harm[0], harm[1])
    assert rises(harm[1], harm[2])


@pytest.mark.slow
def test_who_is_offered_to_help_themselves_needs_fewer_people() -> None:
    """Of those hit by a crisis, and of those with a need."""

    def answered(traces: list[Trace]) -> np.ndarray[Any, Any]:
        return np.array([trace.intervals["answered"].sum() for trace in traces], float)

    without, offered = runs("self_service_offer", "never"), runs("self_service_offer", MORNING)
    assert rises(of_affected(offered, "resolved"), of_affected(without, "resolved"))
    need = (("crisis", None), ("moment", "booking"))
    calm, helped = runs("self_service_offer", "never", need), runs("self_service_offer", MORNING, need)
    assert rises(answered(calm), answered(helped))
    assert all(trace.lever_use["uses"][0] > 0 for trace in helped)


def test_compensation_wins_back_and_is_paid_to_whom_it_is_for() -> None:
    without, everybody = runs("compensation", "never"), runs("compensation", MORNING)
    called, unhelped = (runs("compensation", MORNING, (("whom", whom),)) for whom in ("called", "unhelped"))
    assert rises(of_affected(everybody, "won_back"), of_affected(without, "won_back"))
    paid = [of_affected(traces, "compensation") for traces in (without, called, unhelped, everybody)]
    assert not paid[0].any()
    assert rises(paid[3], paid[1])
    assert rises(paid[3], paid[2])
    assert rises(paid[1], paid[0])
    assert rises(paid[2], paid[0])
    each = everybody[0].tallies["compensation"].sum() / everybody[0].lever_use["uses"][0]
    assert each == pytest.approx(called[0].tallies["compensation"].sum() / called[0].lever_use["uses"][0])


def test_more_authority_passes_fewer_on_and_gives_more_away() -> None:
    def passed_on(traces: list[Trace]) -> np.ndarray[Any, Any]:
        return np.array([trace.intervals["transferred"].sum() for trace in traces], float)

    without, more = runs("goodwill_authority", "never"), runs("goodwill_authority", MORNING)
    assert rises(passed_on(without), passed_on(more))
    assert rises(of_all(more, "goodwill"), of_all(without, "goodwill"))
    elsewhere = runs("goodwill_authority", MORNING, (("group", "called"),))
    assert np.array_equal(of_all(elsewhere, "goodwill"), of_all(without, "goodwill"))


@pytest.mark.slow
def test_one_voice_ends_a_blackout_and_doubts() -> None:
    def doubted(traces: list[Trace]) -> np.ndarray[Any, Any]:
        return np.array([trace.intervals["doubted"].sum() for trace in traces], float)

    without, told = runs("one_voice", "never"), runs("one_voice", MORNING)
    crisis_only = runs("one_voice", MORNING, (("crisis", "storm"),))
    assert rises(of_affected(told, "resolved"), of_affected(without, "resolved"))
    assert rises(of_affected(crisis_only, "resolved"), of_affected(without, "resolved"))
    assert rises(doubted(without), doubted(told))


@pytest.mark.parametrize("kind", KINDS)
def test_a_lever_that_rests_moves_no_byte(kind: str) -> None:
    loaded = read({**story({}), "levers": {}})
    plan = lower(loaded, Reference.neutral(tuple(loaded.scenario.moments)))
    plain = simulate(prepare(plan, 1))
    resting = runs(kind, "never")[0]
    for name in ("tallies", "intervals", "waits", "agents", "customers", "rested"):
        assert getattr(plain, name).tobytes() == getattr(resting, name).tobytes(), name
    assert plain.events == resting.events


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["notice", "self_service_offer", "goodwill_authority", "one_voice"])
def test_what_is_undone_before_anything_happens_moves_nothing(kind: str) -> None:
    undone = runs(kind, "2024-01-08 00:00", (("until", "1 s"),))
    assert undone[0].tallies.tobytes() == runs(kind, "never")[0].tallies.tobytes()
    assert undone[0].lever_use["pulls"][0] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_both_clocks_agree(kind: str) -> None:
    loaded = read(story({"it": {"kind": kind, "at": MORNING, **KINDS[kind]}}))
    prepared = prepare(lower(loaded, Reference.neutral(tuple(loaded.scenario.moments))), 1)
    compiled, told = (simulate(prepared, clock=clock) for clock in ("compiled", "simpy"))
    assert compiled.tallies.tobytes() == told.tallies.tobytes()
    assert compiled.lever_use.tobytes() == told.lever_use.tobytes()


WRONG = {
    "no such crisis": (
        {"kind": "notice", "crisis": "strom"},
        "levers.it.crisis: there is no crisis 'strom', known: storm, did you mean 'storm'?",
    ),
    "no such moment": ({"kind": "self_service_offer", "moment": "bokking"}, "did you mean 'booking'?"),
    "no such group": ({"kind": "one_voice", "group": "sale"}, "did you mean 'sales'?"),
    "offered to nobody": ({"kind": "self_service_offer"}, "write 'crisis' or 'moment'"),
    "offered to both": (
        {"kind": "self_service_offer", "moment": "booking", "crisis": "storm"},
        "write one of them, and a second lever for the other",
    ),
    "promised twice": (
        {"kind": "compensation", "crisis": "storm", "amount": "1 USD", "at_most": 2},
        "compensation is promised once",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_is_told(name: str) -> None:
    lever, words = WRONG[name]
    with pytest.raises(ScenarioError) as raised:
        read(story({"it": lever}))
    assert words in str(raised.value)


SAYS = {
    "notice": "Tell those hit by storm before they call; it reaches 100 %, with clarity 100 %.",
    "pre_cancellation": "Announce what is still to fail in storm up to 2 h ahead, to 100 %.",
    "self_service_offer": "Let those hit by storm help themselves; 80 % try, 90 % of average cases succeed.",
    "compensation": "Pay all hit by storm 200 as voucher, 6 h after they were hit.",
    "goodwill_authority": "Let every agent decide on 200 more, which they also give away.",
    "one_voice": "Tell the front line what to say; 100 % of differences in knowledge and of a blackout go.",
}


@pytest.mark.parametrize("kind", KINDS)
def test_explain_says_what_it_does(kind: str) -> None:
    said = explain(read(story({"it": {"kind": kind, **KINDS[kind]}})), "levers.it").says
    assert said.startswith(SAYS[kind])
    assert said.endswith(
        "It acts at once. It has no price of its own. Pulled by hand or by a playbook only. "
        "It stays until somebody undoes it."
    )


def test_a_crisis_is_compensated_by_one_lever() -> None:
    made = story({"it": {"kind": "compensation", "crisis": "storm", "amount": "1 USD"}})
    made["crises"]["storm"]["compensation"] = {"at": "never", "amount": "2 USD"}
    with pytest.raises(ScenarioError, match=r"is compensated by 'crises\.storm\.compensation' already"):
        read(made)


def test_levers_with_nothing_to_act_on_are_told() -> None:
    made = story({"limit": {"kind": "goodwill_authority", "amount": "9 USD"}, "voice": {"kind": "one_voice"}})
    del made["crises"]["storm"]["blackouts"]
    for moment in made["moments"].values():
        moment.pop("beyond_authority", None)
        moment.pop("escalates_to", None)
    for group in made["workforce"]["groups"].values():
        group["knowledge_sd"] = 0.0
    with pytest.raises(ScenarioError) as raised:
        read(made)
    assert "no need asks for a decision" in str(raised.value)
    assert "agents know the same and there is no blackout" in str(raised.value)
