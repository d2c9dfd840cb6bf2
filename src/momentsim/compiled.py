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
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])

COMPILING = os.environ.get("NUMBA_DISABLE_JIT", "0") in ("", "0")
"""Whether code marked `compiled` is compiled in this process."""

COMPILED_ROOMS = ("rules", "engine", "model")
"""Rooms whose files hold compiled code, beside the files of the floor."""


def sources_hash(root: Path | None = None) -> str:
    """Hash of all files that can change compiled code, of the dtypes in them, and of compiler and numpy."""
    import numba

    root = root or Path(__file__).parent
    digest = hashlib.sha256(f"{numba.__version__} {np.__version__}".encode())
    rooms = [path for room in COMPILED_ROOMS for path in sorted((root / room).glob("*.py"))]
    for path in [*sorted(root.glob("*.py")), *rooms]:
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


def _set_up(*, inside: bool) -> Callable[[Function], Function]:
    os.environ.setdefault("NUMBA_CPU_NAME", "generic")
    import numba

    settings: Any = numba.config
    settings.CACHE_DIR = str(cache_folder())
    njit: Any = numba.njit
    jit = njit(nogil=True, error_model="numpy", **_options(inside=inside))

    def compile_once(function: Function) -> Function:
        dispatcher = jit(function)
        if COMPILING:
            if not inside:
                _rebuild_if_corrupt(dispatcher)
            _one_signature(dispatcher, function)
        return cast("Function", dispatcher)

    return compile_once


def _options(*, inside: bool) -> dict[str, Any]:
    """Functions that only compiled code calls need no doors, and no place in the cache beside their callers."""
    if not COMPILING:
        return {}
    from momentsim.linking import DoorCompiler, InsideCompiler

    if inside:
        return {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": InsideCompiler}
    return {"cache": True, "pipeline_class": DoorCompiler}


def _rebuild_if_corrupt(dispatcher: Any) -> None:
    """Let a function whose cached code cannot be read be compiled again; a killed process may leave such files."""
    cache = dispatcher._cache
    load = cache.load_overload

    def load_or_forget(signature: Any, context: Any) -> Any:
        try:
            return load(signature, context)
        except Exception:  # reading garbage may raise anything
            cache.flush()
            return None

    cache.load_overload = load_or_forget


def _one_signature(dispatcher: Any, function: Callable[..., Any]) -> None:
    """Compile a function for the types of its annotations only.

    Left alone the compiler makes another copy for every mix of constants and widths of integers that callers
    use: two and a half times as many functions, and as much longer to compile.
    """
    from numba.core import types

    kinds = {"int": types.int64, "float": types.float64, "bool": types.boolean, "World": types.int64}
    kinds["np.uint64"] = types.uint64
    wanted = [kinds.get(str(kind)) for name, kind in function.__annotations__.items() if name != "return"]
    plain_template = dispatcher.get_call_template

    def template(arguments: Any, keywords: Any) -> Any:
        fixed = tuple(want or given for want, given in zip(wanted, arguments, strict=True))
        return plain_template(fixed, keywords)

    dispatcher.get_call_template = template


compiled = _set_up(inside=False)
"""Decorator: compile for the hot path (no Python objects, releases the GIL, cached on disk).

Annotations are types here: `int` is int64, `float` float64, `np.uint64` itself, `World` an address.
"""

compiled_inside = _set_up(inside=True) if COMPILING else compiled
"""Decorator: as `compiled`, for functions that only compiled code calls; leaves out the doors to Python."""


def row_accessor(place: int, dtype: np.dtype[Any]) -> Callable[..., Any]:
    """Function (world, index) -> record, a view of one row of table number `place` of a world.

    Compiled code gets the world as the address of a directory of table addresses: one number instead of some
    forty arrays, which would be copied at every call. Plain Python gets the world object itself, checks every
    index, and refuses negative ones, which compiled code could not tell from others.
    """
    if not COMPILING:

        def row(world: Any, index: int) -> Any:
            if index < 0:
                raise IndexError(f"row {index} of table {place}")
            return world.tables[place][index]

        return row
    intrinsic, record_type, integer, address_of = _compiler_parts(place, dtype)

    def compiled_row(typing_context: Any, world: Any, index: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            number = context.cast(builder, arguments[1], signature.args[1], integer)
            return address_of(context, builder, arguments[0], number)

        return record_type(integer, index), generate

    return cast("Callable[..., Any]", intrinsic(compiled_row))


def only_row_accessor(place: int, dtype: np.dtype[Any]) -> Callable[..., Any]:
    """Function (world) -> record, a view of the only row of table number `place` of a world."""
    if not COMPILING:

        def only_row(world: Any) -> Any:
            return world.tables[place][0]

        return only_row
    intrinsic, record_type, integer, address_of = _compiler_parts(place, dtype)

    def compiled_only_row(typing_context: Any, world: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return address_of(context, builder, arguments[0], None)

        return record_type(integer), generate

    return cast("Callable[..., Any]", intrinsic(compiled_only_row))


def _compiler_parts(place: int, dtype: np.dtype[Any]) -> tuple[Any, Any, Any, Any]:
    """What accessors need of the compiler: intrinsic, record type, integer type, and how to find a row."""
    import numba
    from llvmlite import ir
    from numba.core import types
    from numba.extending import intrinsic

    record_type = numba.from_dtype(dtype)
    word = ir.IntType(64)

    def address_of(context: Any, builder: Any, world: Any, number: Any) -> Any:
        directory = builder.inttoptr(world, word.as_pointer())
        address = builder.load(builder.gep(directory, [ir.Constant(word, place)]))
        # tables move only between calls from Python, so one look at the directory is enough in a call
        address.set_metadata("invariant.load", builder.module.add_metadata([]))
        if number is not None:
            address = builder.add(address, builder.mul(number, ir.Constant(word, dtype.itemsize)))
        return builder.inttoptr(address, context.get_value_type(record_type))

    return intrinsic, record_type, types.int64, address_of
