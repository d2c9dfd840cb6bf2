"""Both clocks tell the same story: their traces are equal row for row, field for field, to the last bit."""

from __future__ import annotations

import numpy as np

from momentsim.experiments.validation.simulation import logged
from momentsim.experiments.validation.verdict import Proof, counted
from momentsim.plan import Table
from momentsim.scenario import LoadedScenario
from momentsim.trace import Trace


def equal_rows(one: Table, other: Table) -> int:
    """Rows of two tables with equal bits in every field; tables of different length share none."""
    if one.shape != other.shape or one.dtype != other.dtype:
        return 0
    flat, flat_other = one.reshape(-1), other.reshape(-1)
    equal = np.ones(len(flat), bool)
    for name in one.dtype.names or ("",):
        left, right = (table[name] if name else table for table in (flat, flat_other))
        bits = f"V{left.dtype.itemsize}"
        equal &= np.ascontiguousarray(left).view(bits) == np.ascontiguousarray(right).view(bits)
    return int(equal.sum())


def compared(one: Trace, other: Trace) -> tuple[int, int]:
    """Rows of all tables of a trace, and how many of them are equal in the other."""
    rows = equal = 0
    for left, right in zip(one, other, strict=True):
        if isinstance(left, np.ndarray):
            rows += max(left.size, right.size)
            equal += equal_rows(left, right)
        else:
            rows += 1
            equal += int(left == right)
    return rows, equal


def clock_proof(case: str, loaded: LoadedScenario) -> Proof:
    """One replication under each clock."""
    compiled, simpy = (logged(loaded, clock).trace for clock in ("compiled", "simpy"))
    rows, equal = compared(compiled, simpy)
    return counted(case, f"rows equal, {len(compiled.contacts):,} contacts", "rows", rows, equal)
