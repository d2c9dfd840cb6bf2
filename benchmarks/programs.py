"""The programs that are measured side by side, and which of them this machine has."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from typing import NamedTuple

import c_erlang

Run = Callable[[float, float, float, int, int, int], dict[str, float]]
"""arrivals_per_hour, handling_time_s, patience_s, agents, contacts, seed -> what the contacts add up to."""


class Program(NamedTuple):
    """One program: how many contacts a pass has, and the most agents at which it is still worth the wait."""

    name: str
    module: str
    needs: str  # a package; "" for none, "cc" for a C compiler
    contacts: int
    most_agents: int

    @property
    def run(self) -> Run:
        """Its function; imported when it is asked for, since a package may be missing."""
        found: Run = importlib.import_module(self.module).run
        return found

    @property
    def available(self) -> bool:
        """Whether this machine has what it needs."""
        if self.needs == "cc":
            return c_erlang.compiler() is not None
        return not self.needs or importlib.util.find_spec(self.needs) is not None


OURS = Program("momentsim", "product", "", 2_000_000, 10_000)
PROGRAMS = (
    OURS,
    Program("C, general loop", "c_erlang", "cc", 2_000_000, 10_000),
    Program("lean SimPy", "lean_simpy", "simpy", 400_000, 10_000),
    Program("callback SimPy", "callback_simpy", "simpy", 200_000, 10_000),
    Program("textbook SimPy", "textbook_simpy", "simpy", 60_000, 2_000),
    Program("Ciw", "ciw_erlang", "ciw", 20_000, 2_000),
    Program("salabim", "salabim_erlang", "salabim", 5_000, 2_000),
)


def available() -> list[Program]:
    """The programs that this machine can run, this engine first."""
    return [program for program in PROGRAMS if program.available]


def missing() -> list[str]:
    """Names of those it cannot run."""
    return [program.name for program in PROGRAMS if not program.available]
