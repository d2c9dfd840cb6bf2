"""Any small scenario over the whole schema: told alike by both clocks, nothing lost, tables that make sense."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from worlds.strategies import scenarios
from worlds.telling import result_of, told, with_levers_that_fit

pytestmark = pytest.mark.slow

CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
FEW = settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=CHECKS)
TABLES = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=CHECKS)
MANY = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=CHECKS)


@FEW
@given(data=scenarios())
def test_any_world_is_told_alike_and_adds_up(data: dict[str, Any]) -> None:
    told(with_levers_that_fit(data))


@TABLES
@given(data=scenarios())
def test_any_world_gives_sensible_tables(data: dict[str, Any]) -> None:
    result_of(with_levers_that_fit(data))


@pytest.mark.long
@MANY
@given(data=scenarios())
def test_many_worlds(data: dict[str, Any]) -> None:
    loaded = with_levers_that_fit(data)
    told(loaded)
    result_of(loaded)
