"""Both clocks tell the same story: their traces are equal row for row, field for field, to the last bit."""

from __future__ import annotations

from typing import Final

import numpy as np

from momentsim.contract.plan import Table
from momentsim.contract.trace import Trace
from momentsim.errors import MomentsimError
from momentsim.prepare import Loaded
from momentsim.runs.reference import shorten
from momentsim.scenario import LoadedScenario, load, shipped_scenarios
from momentsim.validation.proof import Proof, prove_equal
from momentsim.validation.simulation import load_text, run_logged
from momentsim.validation.texts import FULL
from momentsim.validation.ties import tied_scenario

STORM_DAYS: Final = 2.75
"""Of the airline scenario: to the evening of the first day of the storm, with reserves called and redials."""


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


def count_equal_rows(one: Trace, other: Trace) -> tuple[int, int]:
    """Rows of all tables of a trace, and how many of them are equal in the other."""
    rows = equal = 0
    for left, right in zip(one, other, strict=True):
        if isinstance(left, np.ndarray) and isinstance(right, np.ndarray):
            rows += max(left.size, right.size)
            equal += equal_rows(left, right)
        else:
            rows += 1
            equal += int(left == right)
    return rows, equal


def clock_proof(case: str, loaded: Loaded) -> Proof:
    """One replication under each clock."""
    compiled, simpy = (run_logged(loaded, clock).trace for clock in ("compiled", "simpy"))
    rows, equal = count_equal_rows(compiled, simpy)
    return prove_equal(case, f"rows equal, {len(compiled.contacts):,} contacts", "rows", rows, equal)


def shipped_scenario(
    name: str, variant: str | None = None, overrides: tuple[str, ...] = ()
) -> LoadedScenario:
    """A scenario that comes with the program."""
    for scenario in shipped_scenarios():
        if scenario.path.stem == name:
            return load(scenario.path, variant=variant, overrides=overrides)
    raise MomentsimError(f"the shipped scenario '{name}' is missing; reinstall the program")


def quickstart_clock_proofs() -> list[Proof]:
    """The scenario of the first look, and the one with events at the same microsecond."""
    return [
        clock_proof("clocks: quickstart", shipped_scenario("quickstart")),
        clock_proof("clocks: ties", tied_scenario()),
    ]


def full_clock_proofs() -> list[Proof]:
    """A small scenario in which nearly everything happens."""
    return [clock_proof("clocks: many features", load_text(FULL))]


def airline_clock_proofs() -> list[Proof]:
    """The ice storm up to the evening of its first day, with reserves called in."""
    loaded = shipped_scenario("airline_ice_storm", "reserves", ("run.run_out=0 s",))
    return [clock_proof("clocks: airline", shorten(loaded, STORM_DAYS * 86_400.0))]
