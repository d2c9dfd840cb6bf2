"""Every field of a scenario that the model reads changes the story when it is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, get_args

import numpy as np
import pytest
from pydantic import BaseModel

from engine.stories import RICH, differences, read
from momentsim.engine import simulate
from momentsim.model import Operation, Reference, lower, prepare
from momentsim.plan import Prepared
from momentsim.scenario.types import Scenario
from momentsim.trace import Trace

Path = tuple[str | int, ...]

ONLY_MEASURED = (
    "name", "description", "currency", "economics", "cost_per_hour", "service_level_abandons", "owner",
    "run.replications", "web_rebooking.cost", "service_level.share",
)  # fmt: skip
"""Fields that name things, price them or say how they are counted; measures read them."""
NOT_ALONE = ("kind", "file", "heads_file", "replay", "distribution", "weekdays", "days", "storm.moment", "status_moment", "skill", "group")
"""Names of other things, and forms that only make sense together with other fields."""


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Paths and values of all fields with a plain value."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from leaves(getattr(value, name), (*path, name))
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from leaves(item, (*path, name))
    elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel | tuple):
        for place, item in enumerate(value):
            yield from leaves(item, (*path, place))
    elif isinstance(value, bool | int | float | str | datetime):
        yield path, value


def moved(path: Path, value: Any) -> Any:
    """Another allowed value."""
    name = path[-1]
    if isinstance(value, bool):
        return not value
    if isinstance(value, datetime):
        return value + timedelta(hours=2)
    if isinstance(value, int):
        return value + 2 if name not in ("priority",) else 1
    if isinstance(value, float):
        return 0.37 if 0.0 <= value <= 1.0 and value != 0.37 else value * 1.5
    return value


def put(value: Any, path: Path, new: Any) -> Any:
    """A copy with the value at a path replaced."""
    if not path:
        return new
    head, rest = path[0], path[1:]
    if isinstance(value, BaseModel):
        return value.model_copy(update={str(head): put(getattr(value, str(head)), rest, new)})
    if isinstance(value, Mapping):
        return {**value, head: put(value[head], rest, new)}
    return tuple(put(item, rest, new) if place == head else item for place, item in enumerate(value))


def told(scenario: Scenario) -> tuple[Prepared, Trace]:
    operation = Operation(scenario, {}, {})
    prepared = prepare(lower(operation, Reference.neutral(tuple(scenario.moments))), 1)
    return prepared, simulate(prepared, log=True)


BASE = read(RICH, "run.run_out=2 d").scenario
ALL = [(path, value) for path, value in leaves(BASE) if not isinstance(value, str)]


def test_print() -> None:
    prepared, trace = told(BASE)
    dead = []
    for path, value in ALL:
        dotted = ".".join(map(str, path))
        try:
            other = told(put(BASE, path, moved(path, value)))[1]
        except Exception as error:
            dead.append((dotted, value, repr(error)[:80]))
            continue
        if not differences(trace, other):
            dead.append((dotted, value, "SAME"))
    for line in dead:
        print(line)
    print(len(ALL))
