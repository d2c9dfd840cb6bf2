"""Every field of a scenario that the model reads changes the story when it is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from pydantic import BaseModel

from engine.stories import RICH, differences, read
from momentsim.contract.trace import Trace
from momentsim.engine import simulate
from momentsim.prepare import Operation, Reference, lower, prepare
from momentsim.scenario.sections.settings import Economics
from momentsim.scenario.types import Scenario

Path = tuple[str | int, ...]

PRICES = tuple(name for name in Economics.model_fields if name not in ("outlook", "discount_rate"))
ONLY_MEASURED = (
    "cost_per_hour",
    "cost",
    "acquisition_cost",
    "replications",
    "full_time_week",
    *PRICES,
)
"""Fields that price things or say how often: no engine reads them, measures do; how far value is counted, it reads."""
TESTED_ELSEWHERE = {
    "head_start": "needs two reasons of one priority in one queue, in the tests of calls",
    "replay": "counts from a file, in the tests of demand",
    "sparse": "files with gaps, in the tests of demand",
    "short_queue": "only with until_short_for, in the tests of reserves",
    "row": "how long a row lasts, in the tests of rows of files",
    "antithetic": "even replications, in the tests of antithetic pairs",
    "selling": "nothing is sold in that story; in the tests of effects",
    "tier_price": "a price, in the tests of recovery",
    "feedback": "needs customers who leave within the horizon, in the tests of effects",
    "calibration": "only moves the reference, in the tests of what was observed",
    "textbook": "moves evidence parameters of passing on, in the tests of what was observed",
    "engagement": "needs careers and somebody led unlike others, in the tests of effects",
}


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Paths and values of all fields with a number, a switch or a time; words are names of other things."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from leaves(getattr(value, name), (*path, name))
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from leaves(item, (*path, name))
    elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel | tuple):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    elif isinstance(value, bool | int | float | datetime):
        yield path, value


def moved(path: Path, value: Any) -> Any:
    """Another allowed value."""
    name = path[-1]
    if isinstance(value, bool):
        return not value
    if isinstance(value, datetime):
        return value + timedelta(hours=2)
    if isinstance(value, int):
        return 9 - value if name == "priority" else value + 2
    return 0.37 if 0.0 <= value <= 1.0 else value * 1.5


def put(value: Any, path: Path, new: Any) -> Any:
    """A copy with the value at a path replaced."""
    if not path:
        return new
    head, rest = path[0], path[1:]
    if isinstance(value, BaseModel):
        return value.model_copy(update={str(head): put(getattr(value, str(head)), rest, new)})
    if isinstance(value, Mapping):
        return {**value, head: put(value[head], rest, new)}
    return tuple(put(item, rest, new) if index == head else item for index, item in enumerate(value))


def told(scenario: Scenario) -> Trace:
    blueprint = lower(Operation(scenario), Reference.neutral(tuple(scenario.moments)))
    return simulate(prepare(blueprint, 1), log=True)


BASE = read(
    RICH, "run.run_out=2 d", "routing.agent_choice=heart", "workforce.groups.care.matches=[gold]"
).scenario
FIELDS = {
    ".".join(map(str, path)): (path, value)
    for path, value in leaves(BASE)
    if path[-1] not in ONLY_MEASURED and path[-1] not in TESTED_ELSEWHERE
}


@cache
def base_trace() -> Trace:
    return told(BASE)


@pytest.mark.parametrize("name", FIELDS)
def test_field_changes_the_trace(name: str) -> None:
    path, value = FIELDS[name]
    assert differences(base_trace(), told(put(BASE, path, moved(path, value))))


@pytest.mark.parametrize("name", ONLY_MEASURED)
def test_prices_leave_the_trace_alone(name: str) -> None:
    """What only measures read moves nobody: so a price can be edited without simulating anew."""
    path, value = next((path, value) for path, value in leaves(BASE) if path[-1] == name)
    assert differences(base_trace(), told(put(BASE, path, moved(path, value)))) == []
