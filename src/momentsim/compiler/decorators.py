"""The one door to the compiler.

Compiled code must also run as plain Python: with ``NUMBA_DISABLE_JIT=1`` the same functions run uncompiled,
for coverage and debugging. The compiler's cache does not notice a change in another file, so its folder is
named by a hash of every source file of the package, of the compiler and of numpy (`compiler/cache.py`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from threading import Lock
from types import ModuleType
from typing import Any, TypeVar, cast

from momentsim.compiler import kept_code
from momentsim.compiler.cache import cache_folder

Function = TypeVar("Function", bound=Callable[..., Any])

COMPILING = os.environ.get("NUMBA_DISABLE_JIT", "0") in ("", "0")
"""Whether code marked `compiled` is compiled in this process."""

# Code that runs alike everywhere; the compiler looks here once, when it is first imported.
os.environ.setdefault("NUMBA_CPU_NAME", "generic")


def _compiler() -> Any:
    """The compiler's decorator, writing to our cache if there is one."""
    import numba

    settings: Any = numba.config
    # every time: the compiler forgets it when it reads its environment again
    settings.CACHE_DIR = str(cache_folder() or "")
    njit: Any = numba.njit
    return partial(njit, nogil=True, error_model="numpy")


FEW_CALLS = 20_000
"""A door that is called more often is worth the import of the compiler (0.4 s), whose own way in is 10 us faster."""

listeners: list[Callable[[CompiledFunction], None]] = []
"""They hear of each function that is being made ready for compiled callers: how far a first start has come."""

_MAKING = Lock()
"""Held while a function is made ready for the compiler, so that threads do not make two of it."""


class CompiledFunction:
    """A function under the compiler, which is only called in when the function is first used.

    Most compiled functions are only called by other compiled functions. When those are in the cache nothing has
    to be made ready for them, and starting takes as much less time.
    """

    def __init__(self, function: Callable[..., Any], *, has_door: bool, inline: bool) -> None:
        self.__wrapped__ = function
        self.__name__ = function.__name__
        self.__doc__ = function.__doc__
        self._has_door = has_door
        self._inline = inline
        self._kept: dict[kept_code.Kinds, Callable[..., Any]] = {}
        self._kept_calls = 0
        self._door: Any = None
        self._part: Any = None

    def __call__(self, *arguments: Any) -> Any:
        """Call from Python, through the cached door."""
        door = self._door or self._kept_door(arguments) or self._made_door()
        return door(*arguments)

    def _kept_door(self, arguments: tuple[Any, ...]) -> Callable[..., Any] | None:
        """Machine code of an earlier run for such arguments, which needs no compiler."""
        self._kept_calls += 1
        if not self._has_door or self._kept_calls > FEW_CALLS:
            return None
        kinds = kept_code.kinds_of(arguments)
        if kinds is not None and kinds not in self._kept and (folder := cache_folder()):
            with _MAKING:
                if found := kept_code.find(self.__wrapped__, folder, kinds):
                    self._kept[kinds] = found
        return None if kinds is None else self._kept.get(kinds)

    def _made_door(self) -> Any:
        """What Python calls: machine code with everything that it calls, cached on disk."""
        from momentsim.compiler.internals import DOOR_OPTIONS, forgive_damage, save_with

        if not self._has_door:
            raise TypeError(f"{self.__name__} is called by compiled code only")
        with _MAKING:
            if self._door is None:
                folder = cache_folder()
                door = _compiler()(cache=folder is not None, **DOOR_OPTIONS)(self.__wrapped__)
                if folder is not None:
                    forgive_damage(door)
                    save_with(door, partial(kept_code.keep, self.__wrapped__, folder))
                self._door = door
        return self._door

    def _made_part(self) -> Any:
        """What compiled code calls: no door to Python, and no place in the cache beside its callers."""
        from momentsim.compiler.internals import PART_OPTIONS, fix_types

        options = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "forceinline": self._inline}
        with _MAKING:
            if self._part is None:
                part = _compiler()(**options, **PART_OPTIONS)(self.__wrapped__)
                # else there is a copy for every mix of constants and widths that callers use: 2.5 times as many
                fix_types(part, annotated_types(self.__wrapped__))
                self._part = part
                for heard in listeners:
                    heard(self)
        return self._part

    def compile(self) -> None:
        """Make machine code for the annotated types, each of them one of the compiler's, without a call."""
        self._made_door().compile(tuple(annotated_types(self.__wrapped__)))

    @property
    def has_part(self) -> bool:
        """Whether it has been made ready for compiled callers."""
        return self._part is not None

    def is_in_memory(self) -> bool:
        """Whether this process has machine code of it, made or loaded."""
        return bool(self._kept or (self._door is not None and self._door.signatures))

    def callees(self) -> list[CompiledFunction]:
        """Compiled functions that its code names, in the order of the names."""
        known = self.__wrapped__.__globals__
        names = self.__wrapped__.__code__.co_names
        rooms = [vars(known[name]) for name in names if isinstance(known.get(name), ModuleType)]
        found = [holder.get(name) for name in names for holder in (known, *rooms)]
        return list(dict.fromkeys(value for value in found if isinstance(value, CompiledFunction)))

    @property
    def _numba_type_(self) -> Any:
        """How the compiler sees this object when it meets it in the code of a caller."""
        return (self._part or self._made_part())._numba_type_


def annotated_types(function: Callable[..., Any]) -> list[Any]:
    """The compiler's types of the arguments, None where the annotation leaves it to the caller."""
    from numba import types

    kinds = {"int": types.int64, "float": types.float64, "bool": types.boolean, "World": types.int64}
    kinds["np.uint64"] = types.uint64
    return [kinds.get(str(kind)) for name, kind in function.__annotations__.items() if name != "return"]


def compiled(function: Function) -> Function:
    """Decorator: compile for the hot path (no Python objects, releases the GIL, cached on disk).

    Annotations are types here: `int` is int64, `float` float64, `np.uint64` itself, `World` an address.
    Compiled callers take the function in whole: one long piece of machine code looks up tables and checks
    results once, where fifty calls a contact would do so each time.
    """
    return _compiled(function, has_door=True, inline=True)


def compiled_inside(function: Function) -> Function:
    """Decorator: as `compiled`, for functions that only compiled code calls; leaves out the doors to Python."""
    return _compiled(function, has_door=False, inline=True)


def compiled_apart(function: Function) -> Function:
    """Decorator: as `compiled`, for long functions with several callers, which call it instead of taking it in."""
    return _compiled(function, has_door=True, inline=False)


def _compiled(function: Function, *, has_door: bool, inline: bool) -> Function:
    made = CompiledFunction(function, has_door=has_door, inline=inline) if COMPILING else function
    return cast("Function", made)
