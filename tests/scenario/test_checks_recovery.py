"""What can be wrong with recovery, promises, selling and paid tiers: the key is named, and what is allowed."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from engine.recovery_story import WITH_EVERYTHING
from engine.stories import read
from momentsim.errors import ScenarioError
from momentsim.scenario.checks import warnings_in

BAD = [
    ("recovery.team.people=0", "recovery.team.people: 0 is outside the range, allowed is 1 .. 100000"),
    ('recovery.team.end="08:00"', "recovery.team.end: 09:00 to 08:00 does not run forwards"),
    ('recovery.team.start="25:00"', "recovery.team.start: '25:00' is not a time of day"),
    ("recovery.team.days=[]", "recovery.team.days: the list is empty, leave 'days' out for every day"),
    ("recovery.team.days=[mon, mon]", "recovery.team.days: a weekday is listed twice"),
    ("recovery.give_up_after=0 s", "recovery.give_up_after: 0 s is outside the range"),
    (
        "recovery.speech_analytics.sensitivity=120 %",
        "recovery.speech_analytics.sensitivity: '120 %' is outside",
    ),
    ("recovery.order=biggest", "recovery.order"),
    ("recovery.compensation=20", "recovery.compensation: 20 has no unit"),
    ("moments.question.promise.within=0 s", "moments.question.promise.within: 0 s is outside the range"),
    ("moments.question.promise.kept=1.2", "moments.question.promise.kept: 1.2 is outside 0..1"),
    ("moments.question.selling.pressure=-10 %", "moments.question.selling.pressure: '-10 %' is"),
    ("moments.question.selling.presure=10 %", "did you mean 'pressure'?"),
    ("moments.question.promise=null", "customers.segments.payers.promise_kept: no moment makes a promise"),
    (
        "customers.segments.payers.promise_within=0 s",
        "customers.segments.payers.promise_within: '0 s' is outside",
    ),
]


@pytest.mark.parametrize(("override", "message"), BAD, ids=[override for override, _ in BAD])
def test_a_mistake_is_named(override: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read(WITH_EVERYTHING, override)
    assert message in str(caught.value)


def told(**changes: Any) -> str:
    """Warnings of the story with other keys of recovery."""
    story = copy.deepcopy(WITH_EVERYTHING)
    story["recovery"] |= changes
    return "\n".join(f"{finding.path}: {finding.what}" for finding in warnings_in(read(story).scenario))


def test_warnings() -> None:
    assert "recovery" not in told()
    deaf = {"survey": False, "complaints": False, "listening": 0, "speech_analytics": None}
    assert "no bad moment is ever noticed" in told(**deaf)
    assert "there is no team, so nobody pays anything back" in told(team=None)
    loaded = read(WITH_EVERYTHING, "moments.question.promise.within=8 d")
    assert any("falls due 8 d after the talk" in finding.what for finding in warnings_in(loaded.scenario))
    silent = read(WITH_EVERYTHING, "behaviour.memory=off")
    assert any("memory is off" in finding.what for finding in warnings_in(silent.scenario))
