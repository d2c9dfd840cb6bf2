"""Small scenarios for the tests of the model, made in Python."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from momentsim.contract.plan import Prepared, Table
from momentsim.draws import replication_key
from momentsim.prepare import Operation, Reference, lower, prepare
from momentsim.scenario.types import (
    Customers,
    Demand,
    Group,
    Law,
    Moment,
    Scenario,
    Segment,
    Storm,
    StormDay,
    Volume,
    Workforce,
)

MONDAY = datetime(2007, 2, 12)
KEY = replication_key(1, 0)
HOUR_S = 3600


def moment(**changes: Any) -> Moment:
    """A reason with handling times of 5 minutes."""
    return Moment(**({"handling_time": Law(mean=300.0, cv=1.0)} | changes))


def segment(**changes: Any) -> Segment:
    """A segment of a thousand customers."""
    return Segment(**({"customers": 1000, "yearly_margin": 100.0} | changes))


def storm(**changes: Any) -> Storm:
    """Two days of cancelled flights, with status calls."""
    days = {
        "2007-02-13": StormDay(scheduled=100, failed=60),
        "2007-02-14": StormDay(scheduled=100, failed=10),
    }
    return Storm(**({"moment": "question", "status_moment": "question", "days": days} | changes))


def scenario(**changes: Any) -> Scenario:
    """One reason, one segment, one group, flat demand of 1,000 a day over a week from a Monday."""
    base: dict[str, Any] = {
        "name": "test",
        "start": MONDAY,
        "horizon": 7.0 * 86400,
        "customers": Customers(segments={"everyone": segment()}),
        "moments": {"question": moment()},
        "demand": Demand(volumes={"question": Volume(per_day=1000.0, profile="flat")}),
        "workforce": Workforce(groups={"team": Group(heads=5)}),
    }
    return Scenario(**(base | changes))


def demand_of(name: str = "question", **changes: Any) -> Demand:
    """Demand of one reason."""
    return Demand(volumes={name: Volume(**changes)})


def prepared(made: Scenario, replication: int = 0, tables: dict[str, Any] | None = None) -> Prepared:
    """One replication of a scenario, measured against a neutral reference."""
    return prepare(lower(Operation(made, tables or {}), Reference.neutral(made.moments)), replication)


def moments_of(made: Prepared) -> Table:
    """All moments of all days."""
    return np.concatenate([made.moments_of_day(day) for day in range(made.days)])


def by_key(moments: Table) -> dict[int, Any]:
    """Moments by their key."""
    return {int(row["key"]): row for row in moments}
