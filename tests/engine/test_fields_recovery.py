"""Every field of recovery, promises and selling that the model reads changes the story when it is changed."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from engine.recovery_story import WITH_EVERYTHING
from engine.stories import differences, read
from engine.test_fields import Path, leaves, moved, put, told
from momentsim.contract.trace import Trace

BASE = read(
    WITH_EVERYTHING, "run.run_out=3 d", "recovery.listening=5 %", "recovery.give_up_after=8 h"
).scenario
PRICES = ("cost_per_hour", "tier_price")
"""Only measures read them."""
MINE = ("recovery", "promise", "selling", "promise_kept", "promise_within", "tier_price")
FIELDS = {
    ".".join(map(str, path)): (path, value)
    for path, value in leaves(BASE)
    if set(path) & set(MINE) and "behaviour" not in path
}


def moved_far(path: Path, value: Any) -> Any:
    """Another allowed value; times of day move by two hours."""
    return value - 7200 if path[-1] in ("start", "end") else moved(path, value)


@cache
def base_trace() -> Trace:
    return told(BASE)


@pytest.mark.parametrize("name", FIELDS)
def test_field_changes_the_trace(name: str) -> None:
    path, value = FIELDS[name]
    changed = differences(base_trace(), told(put(BASE, path, moved_far(path, value))))
    assert bool(changed) == (path[-1] not in PRICES)


def test_the_order_of_cases_changes_the_trace() -> None:
    assert differences(base_trace(), told(put(BASE, ("recovery", "order"), "value")))


def test_every_section_is_walked() -> None:
    assert {name.split(".")[-1] for name in FIELDS} >= {
        "survey", "complaints", "listening", "sensitivity", "specificity", "people", "start", "end", "delay",
        "give_up_after", "apology", "compensation", "gift", "within", "kept", "repeat_failure", "pressure", "margin",
        "acceptance", "only_after_help", "promise_kept", "promise_within",
    }  # fmt: skip
