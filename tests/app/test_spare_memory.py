"""Large tables that have come and gone leave no memory behind."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

CHURN = """
import re, sys
import numpy as np
from momentsim.app.spare_memory import spare_memory

def resident_mb():
    return int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1000

if sys.argv[1] == "spared":
    spare_memory()
first = np.ones(3_000_000)  # what is given back in one piece tells the allocator to keep pieces of this size
del first
before = resident_mb()
large, small = [np.ones(2_000_000) for _ in range(3)], np.ones(1000)
last = np.ones(1_000)
kept = [bytes(100) for _ in range(1000)]
del large
print(resident_mb() - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other allocators keep other memory")
def test_large_tables_are_given_back_at_once() -> None:
    left = {
        how: float(
            subprocess.run(
                [sys.executable, "-c", CHURN, how], capture_output=True, text=True, check=True
            ).stdout
        )
        for how in ("usual", "spared")
    }
    assert left["spared"] < 5.0 < left["usual"], "megabytes"
