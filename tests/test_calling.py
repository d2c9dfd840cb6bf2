"""Compiled functions call each other with results in registers: every kind of result, and what is refused."""

from __future__ import annotations

import math

import pytest

from momentsim.compiled import COMPILING, compiled, compiled_apart


@compiled_apart
def nothing(value: float) -> None:
    math.sqrt(value)


@compiled_apart
def truth(value: float) -> bool:
    return value > 2.0


@compiled_apart
def pair(value: float) -> tuple[int, float]:
    return int(value), value - int(value)


@compiled_apart
def larger(value: int) -> int:
    total = 0
    for number in range(value):
        total += max(number, 2)
    return total


@compiled
def together(value: float) -> float:
    nothing(value)
    whole, rest = pair(value)
    return larger(whole) + 10.0 * rest + 100.0 * truth(value)


@compiled_apart
def refuses(value: float) -> float:
    if value < 0.0:
        raise ValueError
    return math.sqrt(value)


@compiled
def root(value: float) -> float:
    return refuses(value)


@pytest.mark.parametrize("value", [1.5, 2.25, 7.125])
def test_every_kind_of_result_comes_back(value: float) -> None:
    whole = int(value)
    expected = sum(max(number, 2) for number in range(whole)) + 10.0 * (value - whole) + 100.0 * (value > 2.0)
    assert together(value) == expected


@pytest.mark.skipif(not COMPILING, reason="plain Python may raise anywhere")
def test_compiled_code_cannot_raise() -> None:
    with pytest.raises(Exception, match="Unsupported constraint encountered: raise"):
        root(4.0)
