"""What keeps a program small that lives for hours, with many rooms in many threads."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from typing import Final

from momentsim.compiler import decorators

LARGE_BYTES: Final = 1 << 20
_M_MMAP_THRESHOLD: Final = -3
"""Of `malloc.h`."""


def spare_memory() -> None:
    """Give large pieces of memory back as soon as they are free, and never load the compiler.

    The allocator of Linux otherwise keeps up to 64 MB for each thread once large tables have come and gone. The
    compiler would take 75 MB, and hold up all rooms for half a second, to save some microseconds a tick.
    """
    decorators.FEW_CALLS = sys.maxsize
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # other libraries of C than glibc's give back by themselves
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES)
