"""The one door to the compiler.

Compiled code must also run as plain Python: with ``NUMBA_DISABLE_JIT=1`` the same functions run uncompiled,
for coverage and debugging. The compiler's cache does not notice a change in another file, so its folder is
named by a hash of every source file of the package, of the compiler and of numpy.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any, TypeVar, cast

import numpy as np

from momentsim import loading

Function = TypeVar("Function", bound=Callable[..., Any])

COMPILING = os.environ.get("NUMBA_DISABLE_JIT", "0") in ("", "0")
"""Whether code marked `compiled` is compiled in this process."""

# Code that runs alike everywhere; the compiler looks here once, when it is first imported.
os.environ.setdefault("NUMBA_CPU_NAME", "generic")

COMPILED_ROOMS = ("rules", "engine", "model")
"""Rooms whose files hold compiled code, beside the files of the floor."""

FRONT_DOORS = ("__init__.py", "__main__.py")
"""Files beside the floor that compiled code never sees."""


def sources_hash(root: Path | None = None) -> str:
    """Hash of all files that can change compiled code, of the dtypes in them, and of compiler and numpy."""
    root = root or Path(__file__).parent
    digest = hashlib.sha256(f"{version('numba')} {np.__version__}".encode())
    rooms = [path for room in COMPILED_ROOMS for path in sorted((root / room).glob("*.py"))]
    floor = [path for path in sorted(root.glob("*.py")) if path.name not in FRONT_DOORS]
    for path in [*floor, *rooms]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Writable folder of the compiler's cache: MOMENTSIM_CACHE, else the user's cache, else a temporary one."""
    named = os.environ.get("MOMENTSIM_CACHE")
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    for base in (
        Path(named) if named else Path(home) / "momentsim",
        Path(tempfile.gettempdir()) / "momentsim",
    ):
        folder = base / f"compiled-{sources_hash()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="momentsim-"))


@cache
def _folder() -> str:
    """The cache's folder, which depends on the content of many files, looked up once."""
    return str(cache_folder())


def _compiler() -> Any:
    """The compiler's decorator, writing to our cache."""
    import numba

    settings: Any = numba.config
    settings.CACHE_DIR = _folder()  # every time: the compiler forgets it when it reads its environment again
    njit: Any = numba.njit
    return partial(njit, nogil=True, error_model="numpy")


FEW_CALLS = 20_000
"""A door that is called more often is worth the import of the compiler (0.4 s), whose own way in is 10 us faster."""

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
        self._kept: dict[loading.Kinds, Callable[..., Any]] = {}
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
        kinds = loading.kinds_of(arguments)
        if kinds is None:
            return None
        with _MAKING:
            if kinds not in self._kept and (found := loading.find(self.__wrapped__, Path(_folder()), kinds)):
                self._kept[kinds] = found
        return self._kept.get(kinds)

    def _made_door(self) -> Any:
        """What Python calls: machine code with everything that it calls, cached on disk."""
        from momentsim.linking import DoorCompiler

        if not self._has_door:
            raise TypeError(f"{self.__name__} is called by compiled code only")
        with _MAKING:
            if self._door is None:
                door = _compiler()(cache=True, pipeline_class=DoorCompiler)(self.__wrapped__)
                _load_lightly(door)
                _keep_for_loading(door)
                self._door = door
        return self._door

    def _made_part(self) -> Any:
        """What compiled code calls: no door to Python, and no place in the cache beside its callers."""
        from momentsim.linking import PartCompiler
        from momentsim.sharing import share

        options = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": PartCompiler}
        options["forceinline"] = self._inline
        with _MAKING:
            if self._part is None:
                part = _compiler()(**options)(self.__wrapped__)
                _one_signature(part, self.__wrapped__)
                share(part, self.__wrapped__)
                self._part = part
        return self._part

    def compile_door(self) -> None:
        """Have the machine code that Python calls, of a function whose annotations are all types."""
        self._made_door().compile(tuple(annotated_types(self.__wrapped__)))

    def lower_what_it_calls(self) -> None:
        """Make the parts of all below this function, those that its code names last first."""
        from momentsim.linking import look_for_news

        look_for_news()
        self._lower_below(set())

    def _lower_below(self, seen: set[CompiledFunction]) -> None:
        for below in reversed(_callees(self.__wrapped__)):
            if below not in seen:
                seen.add(below)
                below._lower_below(seen)
                kinds = annotated_types(below.__wrapped__)
                if None not in kinds:
                    (below._part or below._made_part()).compile(tuple(kinds))

    @property
    def _numba_type_(self) -> Any:
        """How the compiler sees this object when it meets it in the code of a caller."""
        return (self._part or self._made_part())._numba_type_


def _load_lightly(door: Any) -> None:
    """Let a door load cached code without the compiler's many modules, and compile anew where that fails.

    Before it looks into its cache the compiler makes itself ready to compile, which takes longer than all else in
    a short run; machine code needs none of it but the allocator of arrays. Cached code that cannot be read, as a
    killed process may leave it, is forgotten.
    """
    from numba.core.runtime import rtsys

    cache = door._cache

    def load_or_forget(signature: Any, context: Any) -> Any:
        try:
            rtsys.initialize(context)
            return cache._load_overload(signature, context)
        except Exception:  # reading garbage may raise anything
            cache.flush()
            return None

    cache.load_overload = load_or_forget


def _keep_for_loading(door: Any) -> None:
    """Let a door write its machine code a second time, for runs without the compiler."""
    cache = door._cache
    save = cache.save_overload

    def save_twice(signature: Any, result: Any) -> None:
        save(signature, result)
        loading.keep(door.py_func, Path(_folder()), result)

    cache.save_overload = save_twice


def annotated_types(function: Callable[..., Any]) -> list[Any]:
    """The compiler's types of the arguments, None where the annotation leaves it to the caller."""
    from numba.core import types

    kinds = {"int": types.int64, "float": types.float64, "bool": types.boolean, "World": types.int64}
    kinds["np.uint64"] = types.uint64
    return [kinds.get(str(kind)) for name, kind in function.__annotations__.items() if name != "return"]


def _callees(function: Callable[..., Any]) -> list[CompiledFunction]:
    """Compiled functions that the code of a function names, in the order of the names."""
    known = function.__globals__
    names = function.__code__.co_names
    rooms = [vars(known[name]) for name in names if isinstance(known.get(name), ModuleType)]
    found = [holder.get(name) for name in names for holder in (known, *rooms)]
    return list(dict.fromkeys(value for value in found if isinstance(value, CompiledFunction)))


def _one_signature(dispatcher: Any, function: Callable[..., Any]) -> None:
    """Compile a function for the types of its annotations only.

    Left alone the compiler makes another copy for every mix of constants and widths of integers that callers
    use: two and a half times as many functions, and as much longer to compile.
    """
    wanted = annotated_types(function)
    plain_template = dispatcher.get_call_template
    found: dict[Any, Any] = {}

    def template(arguments: Any, keywords: Any) -> Any:
        fixed = tuple(want or given for want, given in zip(wanted, arguments, strict=True))
        if fixed not in found:
            found[fixed] = plain_template(fixed, keywords)
        return found[fixed]

    dispatcher.get_call_template = template


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
