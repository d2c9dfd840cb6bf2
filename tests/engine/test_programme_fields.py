"""Every key of a programme that the model reads changes the story, or how groups work, when it is changed."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

import pytest

from engine.stories import PLAIN, differences, read
from engine.test_fields import moved, put
from momentsim.contract.plan import DAY
from momentsim.contract.trace import Trace
from momentsim.engine import ReplicationRun
from momentsim.prepare import Operation, Reference, lower, prepare
from momentsim.scenario.fields import kind_of, options
from momentsim.scenario.sections import programmes as kinds
from momentsim.scenario.types import Scenario

WRITTEN: dict[str, dict[str, Any]] = {
    "empathy_training": {},
    "skill_training": {},
    "empathy_hiring": {},
    "ai_assist": {},
    "incentive_change": {
        "handling_time": "20 %", "resolution": "30 %", "customer_voice": "50 %", "managers_too": False,
    },
    "script_change": {"script": "10 %"},
    "empowerment": {"autonomy": "90 %", "authority": "40 USD"},
    "expert_teams": {},
    "service_pledges": {},
    "home_working": {},
    "wow_budget": {"budget_per_month": "20000 USD", "gift": "5 USD"},
}  # fmt: skip
COMMON = {
    "start": "2024-01-08 12:00", "lead_time": "10 h", "adoption": "1 d", "end": "2024-01-11 00:00",
    "decay_half_life": "1 d",
}  # fmt: skip
COURSE = {"hours": "3 h", "hours_per_day": "1 h", "adoption": "2 d", "end": "2024-01-10 06:00"}
"""Of five agents the third has a turn just before the end, the fourth just after it."""
PRICES = ("cost", "cost_per_agent", "cost_per_month", "cost_per_agent_month", "cost_per_hire")


def test_every_kind_is_written() -> None:
    assert set(WRITTEN) == {kind_of(option) for option in options(kinds.Programme)}


@cache
def base(kind: str) -> Scenario:
    story = copy.deepcopy(PLAIN) | {"horizon": "5 d"}
    story["demand"]["volumes"]["question"]["per_day"] = 150
    story["workforce"]["groups"] = {"team": {"heads": 5, "shrinkage": "30 %"}, "others": {"heads": 2}}
    course = COURSE if kind.endswith("training") else {}
    story["programmes"] = {"one": {"kind": kind, "groups": ["team"], **COMMON, **course, **WRITTEN[kind]}}
    return read(story, "run.run_out=1 d").scenario


def told(scenario: Scenario) -> tuple[Trace, bytes]:
    """The trace, and how groups work at noon of the last day."""
    blueprint = lower(Operation(scenario), Reference.neutral(tuple(scenario.moments)))
    run = ReplicationRun(prepare(blueprint, 1), log=True)
    noons = b""
    for day in range(5):
        run.advance(until=day * DAY + DAY // 2)
        noons += run.world["practices"].tobytes()
    run.advance()
    return run.trace(), noons


def keys() -> Iterator[tuple[str, str]]:
    for kind in WRITTEN:
        programme = base(kind).programmes["one"]
        for name in type(programme).model_fields:
            value = getattr(programme, name)
            if isinstance(value, bool | int | float | datetime):
                yield kind, name


base_told = cache(lambda kind: told(base(kind)))


@pytest.mark.parametrize(("kind", "name"), list(keys()))
def test_key_has_an_effect(kind: str, name: str) -> None:
    programme = base(kind).programmes["one"]
    value = getattr(programme, name)
    new = value / 2 if name in ("hours", "gift") else moved((name,), value)
    if isinstance(value, datetime):
        new = value.replace(day=value.day + 1)
    changed = told(put(base(kind), ("programmes", "one", name), new))
    found = [*differences(base_told(kind)[0], changed[0])]
    found += ["practices"] if base_told(kind)[1] != changed[1] else []
    assert bool(found) != (name in PRICES), found


def test_groups_have_an_effect() -> None:
    for kind in WRITTEN:
        programme = base(kind).programmes["one"]
        other = base(kind).model_copy(
            update={"programmes": {"one": programme.model_copy(update={"groups": ("others",)})}}
        )
        one, two = base_told(kind), told(other)
        assert differences(one[0], two[0]) or one[1] != two[1], kind
