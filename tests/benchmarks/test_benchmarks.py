"""Every program of the benchmark simulates the centre it says: each one agrees with exact Erlang A."""

from __future__ import annotations

import importlib
import math
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from momentsim.theory.erlang import erlang_a

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
CONTACTS = {
    "product": 4_800,
    "c_erlang": 20_000,
    "lean_simpy": 4_000,
    "callback_simpy": 4_000,
    "textbook_simpy": 700,
    "ciw_erlang": 500,
    "salabim_erlang": 100,
}
"""Contacts of one seed: more for the fast ones."""
SEEDS = 40


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The module that lists the programs, importable for one test."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield importlib.import_module("programs")


def test_all_programs_are_listed(programs: Any) -> None:
    assert {program.module for program in programs.PROGRAMS} == set(CONTACTS)


@pytest.mark.slow
@pytest.mark.parametrize("module", CONTACTS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Ciw and salabim as they are
def test_each_agrees_with_erlang_a(module: str, programs: Any) -> None:
    """Two figures of seven programs, |t| < 7 on 39 degrees of freedom: a false alarm in 3 million runs of all."""
    program = next(program for program in programs.PROGRAMS if program.module == module)
    if not program.available:
        pytest.skip(f"{program.needs} is not on this machine")
    results = [program.run(100, 300, 300, 9, CONTACTS[module], seed) for seed in range(1, SEEDS + 1)]
    exact = erlang_a(100, 300, 9, 300)
    waits_s = [result["wait_mean_s"] for result in results]
    abandoned = [result["abandoned"] / result["contacts"] for result in results]
    for sample, expected in ((waits_s, exact.wait_mean_s), (abandoned, exact.abandoned_share)):
        error = statistics.stdev(sample) / math.sqrt(len(sample))
        assert abs(statistics.mean(sample) - expected) < 7 * error
    for result in results:
        assert result["answered"] + result["abandoned"] == result["contacts"]
        assert result["contacts"] == pytest.approx(CONTACTS[module], rel=0.15)
        if "events" in result:
            assert result["events"] >= result["contacts"] + result["answered"]


@pytest.mark.parametrize("load", [2.0, 10.0])
@pytest.mark.parametrize("patience_s", [300.0, math.inf])
def test_the_c_loop_in_overload(load: float, patience_s: float, programs: Any) -> None:
    """Nobody is lost, and with patience the share abandoned is the exact one.

    Six standard errors of a share of independent contacts, an upper bound here: 2e-9 a figure.
    """
    program = next(program for program in programs.PROGRAMS if program.module == "c_erlang")
    if not program.available:
        pytest.skip("there is no C compiler")
    contacts = 100_000
    done = program.run(load * 200, 360, patience_s, 20, contacts, 7)
    assert done["answered"] + done["abandoned"] == contacts
    expected = 0.0 if math.isinf(patience_s) else erlang_a(load * 200, 360, 20, patience_s).abandoned_share
    assert abs(done["abandoned"] / contacts - expected) <= 6 * math.sqrt(0.25 / contacts)
