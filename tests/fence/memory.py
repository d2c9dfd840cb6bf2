"""Memory with a fence: every array that numpy makes meanwhile ends, or begins, at a page that may not be touched.

Compiled code checks no index. Inside a fence a step outside an array ends the process at once, instead of reading
or writing what lies there. numpy lets its allocator be replaced (NEP 49); this one gives each array pages of its own
and takes them away with it, so that a look at an array that is gone ends the process as well. Only the systems
that have `mmap` and `mprotect` have a fence.
"""

from __future__ import annotations

import ctypes
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from momentsim.engine.state import tables

Side = Literal["behind", "before"]
PAGE: Final = mmap.PAGESIZE
GUARD: Final = 256 * PAGE
"""Length of what may not be touched on either side: so far a wrong index is sure to be noticed."""
_SET_HANDLER: Final = 304
"""Place of PyDataMem_SetHandler in numpy's table of functions for other languages, the same in all versions."""
_NOTHING, _READ_WRITE, _PRIVATE = 0, 3, 2 | getattr(mmap, "MAP_ANONYMOUS", 0x20)
_FAILED: Final = ctypes.c_void_p(-1).value

_Malloc = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
_Calloc = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t)
_Realloc = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
_Free = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)


class _Handler(ctypes.Structure):
    """PyDataMem_Handler of numpy's C interface."""

    _fields_ = (
        ("name", ctypes.c_char * 127),
        ("version", ctypes.c_uint8),
        ("context", ctypes.c_void_p),
        ("malloc", _Malloc),
        ("calloc", _Calloc),
        ("realloc", _Realloc),
        ("free", _Free),
    )


class Fence:
    """Hands out pages, each block with its end (or its beginning) at a page that faults when it is touched."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.blocks = 0
        """How many were handed out so far."""
        self._pages: dict[
            int, tuple[int, int, int]
        ] = {}  # where a block begins: its size, its pages, their length
        self._system = ctypes.CDLL(None, use_errno=True)
        self._system.mmap.restype = ctypes.c_void_p
        self._system.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
        self._system.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        self._system.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
        self.handler = _Handler(
            b"fence", 1, None, _Malloc(self._malloc), _Calloc(self._calloc),
            _Realloc(self._realloc), _Free(self._free),
        )  # fmt: skip

    def block(self, size: int) -> int:
        """Address of a new block of zeros, 0 when there is no memory."""
        inner = max(-(-size // PAGE), 1) * PAGE
        pages = self._system.mmap(None, inner + 2 * GUARD, _NOTHING, _PRIVATE, -1, 0)
        if pages in (None, _FAILED) or self._system.mprotect(pages + GUARD, inner, _READ_WRITE) != 0:
            return 0
        first = pages + GUARD + (inner - size if self.side == "behind" else 0)
        self._pages[first] = (size, pages, inner + 2 * GUARD)
        self.blocks += 1
        return int(first)

    def release(self, first: int) -> None:
        """Take a block away: from now on it faults, too."""
        _, pages, length = self._pages.pop(first)
        self._system.munmap(pages, length)

    def _malloc(self, _context: Any, size: int) -> int:
        return self.block(size)

    def _calloc(self, _context: Any, count: int, size: int) -> int:
        return self.block(count * size)

    def _realloc(self, _context: Any, old: int | None, size: int) -> int:
        new = self.block(size)
        if new and old:
            ctypes.memmove(new, old, min(size, self._pages[old][0]))
            self.release(old)
        return new

    def _free(self, _context: Any, first: int | None, _size: int) -> None:
        if first:
            self.release(first)


_KEPT: list[Fence] = []
"""Arrays keep the allocator that made them, however long they live."""


@contextmanager
def fenced(side: Side) -> Iterator[Fence]:
    """Within, every new array of numpy lies at the fence; arrays of before stay where they are.

    Tables that would begin on a line of the cache, with some room before and behind, get no such room.
    """
    fence = Fence(side)
    _KEPT.append(fence)
    ctypes.pythonapi.PyCapsule_New.restype = ctypes.py_object
    ctypes.pythonapi.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    capsule = ctypes.pythonapi.PyCapsule_New(ctypes.addressof(fence.handler), b"mem_handler", None)
    roomy = tables.aligned_rows
    usual = _set_handler(capsule)
    tables.aligned_rows = _rows
    try:
        yield fence
    finally:
        tables.aligned_rows = roomy
        _set_handler(usual)


def _rows(rows: int, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    return np.empty(rows, dtype)


def _set_handler(capsule: object) -> object:
    """Let numpy take its memory from another handler; returns the one so far."""
    module = __import__("numpy._core._multiarray_umath" if np.__version__[0] != "1" else "numpy.core._multiarray_umath",
                        fromlist=["_ARRAY_API"])  # fmt: skip
    get = ctypes.pythonapi.PyCapsule_GetPointer
    get.restype, get.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    functions = ctypes.cast(get(module._ARRAY_API, None), ctypes.POINTER(ctypes.c_void_p))
    address = functions[_SET_HANDLER]
    assert address is not None
    return ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object)(address)(capsule)
