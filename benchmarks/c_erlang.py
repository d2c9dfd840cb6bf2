"""Erlang A in C: compiles `c_erlang.c` with the compiler of this machine, and calls it.

Why it is an honest baseline: a general event loop (calendar queue, patience events that are cancelled, idle agents in
the order of idleness, a log of ten columns a contact) with the compiler's optimisation on, but for one model only: no
skills, no retrials, no behaviour, no draws that belong to their contact. The memory of the log is ready before the
clock starts, so that the operating system's part is not in the time. The clock is in seconds. The run starts with as
many busy agents as the load asks for, so that the totals agree with the long-run Erlang A.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
import time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

COMPILERS = ("cc", "gcc", "clang")
CONTACT_BYTES, ENTRY_BYTES = 64, 24
SOURCE = Path(__file__).with_name("c_erlang.c")


def compiler() -> str | None:
    """The C compiler of this machine, None without one."""
    return next(filter(None, map(shutil.which, COMPILERS)), None)


@cache
def loop() -> Any:
    """The compiled loop. Raises RuntimeError without a compiler."""
    found = compiler()
    if found is None:
        raise RuntimeError(f"there is no C compiler; looked for {', '.join(COMPILERS)}")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "erlang.so"
        options = ("-O3", "-march=native", "-std=c11", "-Wall", "-Werror", "-shared", "-fPIC")
        subprocess.run([found, *options, str(SOURCE), "-o", str(library), "-lm"], check=True)
        function = ctypes.CDLL(str(library)).erlang_a  # stays loaded when its file is gone
    real, whole = ctypes.c_double, ctypes.c_int32
    tables: list[Any] = [ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(real)]
    function.argtypes = [real, real, real, whole, whole, whole, ctypes.c_uint64, *tables]
    return function


@lru_cache(maxsize=2)  # the two tables of the run before
def room(rows: int, row_bytes: int) -> npt.NDArray[np.uint8]:
    """Memory that has been written once, so that every page of it is there."""
    return np.ones(rows * row_bytes, np.uint8)


def run(
    arrivals_per_hour: float, handling_time_s: float, patience_s: float, agents: int, contacts: int, seed: int
) -> dict[str, float]:
    """Simulate `contacts` arrivals and everything that follows from them; compilation is not in the time.

    Returns contacts, answered, abandoned, wait_mean_s (over all contacts, abandoned ones included), events and
    seconds (of the processor). Raises RuntimeError without a compiler, MemoryError without room for the calendar.
    """
    function = loop()
    totals = (ctypes.c_double * 4)()
    at_start = min(agents, round(arrivals_per_hour / 3600.0 * handling_time_s))
    gap_s, rows = 3600.0 / arrivals_per_hour, contacts + at_start
    log, entries = (room(rows, row_bytes).ctypes.data for row_bytes in (CONTACT_BYTES, ENTRY_BYTES))
    started = time.process_time()
    failed = function(
        gap_s, handling_time_s, patience_s, agents, contacts, at_start, seed, log, entries, totals
    )
    seconds = time.process_time() - started
    if failed:
        raise MemoryError(f"no room for the calendar of {agents} agents")
    answered, abandoned, wait_s, events = totals
    return {
        "contacts": contacts,
        "answered": answered,
        "abandoned": abandoned,
        "wait_mean_s": wait_s / contacts,
        "events": events,
        "seconds": seconds,
    }


if __name__ == "__main__":
    from one_line import line

    print(line("C", run, contacts=1_000_000))
