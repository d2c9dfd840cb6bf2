"""Machine code of an earlier run, called without the compiler, whose import takes longer than a short run.

Beside what the compiler keeps for itself, `keep` writes the object code of a door under a name made of the function,
its source and the kinds of its arguments; `find` hands it to LLVM's loader and calls it as the C function that it is.
Only doors are kept that take numbers, rows and whole arrays, give back a number or nothing, and own no memory.
Everything else, and whatever is not exactly as it was written, is left to the compiler.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

Kinds: TypeAlias = tuple[str, ...]
"""What a door was compiled for, one word for each argument."""

ENDING: Final = ".door"
NUMBERS: Final[dict[str, Any]] = {
    "int": ctypes.c_int64,
    "uint": ctypes.c_uint64,
    "float": ctypes.c_double,
}
KIND_OF_NUMBER: Final = {
    np.int64: "int",
    np.uint64: "uint",
    float: "float",
    np.float64: "float",
}
WORD: Final = 1 << 63
FINE: Final = (0, -2)
"""What code answers that has come to its end; -2 says that there is no value."""

FROM_PYTHON_ONLY: Final = (
    "numba_do_raise", "numba_extract_record_data", "numba_gil_ensure", "numba_gil_release",
    "numba_release_buffer", "numba_runtime_build_excinfo_struct", "numba_unpickle",
    "NRT_Free", "NRT_MemInfo_call_dtor", "NRT_adapt_ndarray_from_python",
)  # fmt: skip
"""Functions of the compiler that a door needs for arguments that are Python objects, which it is not given here."""

_engines: list[Any] = []
"""They own the code."""


def kinds_of(arguments: Sequence[object]) -> Kinds | None:
    """Kinds of these arguments; None where one is of no kind that can be handed over."""
    kinds = []
    for argument in arguments:
        kind = _kind_of(argument)
        if kind is None:
            return None
        kinds.append(kind)
    return tuple(kinds)


def _kind_of(argument: Any) -> str | None:
    kind = type(argument)
    if kind is int:
        return "int" if -WORD <= argument < WORD else None
    if kind is np.ndarray:
        flags = argument.flags
        whole = flags.c_contiguous and flags.aligned and flags.writeable
        return f"array {argument.ndim} {_layout(argument.dtype)}" if whole else None
    if kind is np.void and argument.dtype.names:
        return f"row {_layout(argument.dtype)}"
    return KIND_OF_NUMBER.get(kind)


@cache
def _layout(dtype: np.dtype[Any]) -> str:
    return (
        f"{np.lib.format.dtype_to_descr(dtype)!r} {dtype.itemsize} {dtype.alignment} {dtype.isalignedstruct}"
    )


def kinds_of_types(types_of_arguments: Sequence[Any]) -> Kinds | None:
    """The same for types of the compiler."""
    from numba import types

    from momentsim.compiler.internals import layout_of

    kinds = []
    for kind in types_of_arguments:
        if kind in (types.int64, types.uint64, types.float64):
            kinds.append({"int64": "int", "uint64": "uint", "float64": "float"}[str(kind)])
        elif isinstance(kind, types.Record):
            kinds.append(f"row {_layout(layout_of(kind))}")
        elif isinstance(kind, types.Array) and kind.layout == "C" and kind.mutable and kind.aligned:
            kinds.append(f"array {kind.ndim} {_layout(layout_of(kind.dtype))}")
        else:
            return None
    return tuple(kinds)


def keep(function: Callable[..., Any], folder: Path, result: Any) -> None:
    """Write what was just compiled, if it can be called without the compiler. Raises OSError without room."""
    from momentsim.compiler.internals import argument_types, machine_code, returned_type

    kinds = kinds_of_types(argument_types(result))
    returned = {"int64": "int", "uint64": "uint", "float64": "float", "none": ""}.get(returned_type(result))
    file = None if kinds is None else _file(function, folder, kinds)
    if kinds is None or file is None or returned is None:
        return
    made = machine_code(result)
    if not is_called_as_here(made.kind, kinds) or _needs_compiler(made.needed):
        return
    head = {"symbol": made.symbol, "returned": returned, "needed": made.needed}
    content = json.dumps(head).encode() + b"\n" + made.code
    beside = file.with_suffix(f".{os.getpid()}")
    beside.write_bytes(hashlib.sha256(content).digest() + content)
    beside.replace(file)


def _needs_compiler(needed: Sequence[str]) -> bool:
    ours = ("numba_", "NRT_")
    return any(name.startswith(ours) and name not in FROM_PYTHON_ONLY for name in needed)


def is_called_as_here(kind: str, kinds: Kinds) -> bool:
    """Whether code of this type, as LLVM writes it, takes its arguments as `_as_c` hands them over.

    Another version of the compiler may do it otherwise; its code is then left to it.
    """
    words = {ctypes.c_int64: "i64", ctypes.c_uint64: "i64", ctypes.c_double: "double", ctypes.c_void_p: "ptr"}
    expected = ["ptr", "ptr", *(words[word] for each in kinds for word in _types_of(each))]
    answer, _, rest = kind.partition(" (")
    given = ["ptr" if word.endswith("*") else word for word in _arguments_in(rest.removesuffix(")"))]
    return answer == "i32" and given == expected


def _arguments_in(text: str) -> list[str]:
    """What stands between the commas of a list that are in no brackets of their own."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in "{[(<") - (sign in "}])>")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def find(function: Callable[..., Any], folder: Path, kinds: Kinds) -> Callable[..., Any] | None:
    """The function as it was kept for such arguments; None if it was not, or is not whole."""
    file = _file(function, folder, kinds)
    try:
        written = b"" if file is None else file.read_bytes()
    except OSError:
        return None
    digest, content = written[:32], written[32:]
    if hashlib.sha256(content).digest() != digest:
        return None
    head, _, code = content.partition(b"\n")
    about = json.loads(head)
    address = _loaded(code, about["symbol"], about["needed"])
    return None if address is None else _as_c(address, function.__name__, kinds, about["returned"])


def _file(function: Callable[..., Any], folder: Path, kinds: Kinds) -> Path | None:
    """Where it is kept; None for a function that its source alone does not define, or for code of another sort."""
    if function.__closure__ or "<locals>" in function.__qualname__:
        return None
    if os.environ.get("NUMBA_CPU_NAME") != "generic" or os.environ.get("NUMBA_CPU_FEATURES"):
        return None
    code = function.__code__
    try:
        source = Path(code.co_filename).read_bytes()
    except OSError:
        return None
    made_of = (
        platform.machine(),
        str(sys.implementation.cache_tag),
        function.__module__,
        function.__qualname__,
        str(code.co_firstlineno),
        *kinds,
    )
    digest = hashlib.sha256("\n".join(made_of).encode() + source).hexdigest()
    return folder / f"{function.__module__}.{function.__name__}-{digest[:16]}{ENDING}"


def _loaded(code: bytes, symbol: str, needed: Sequence[str]) -> int | None:
    """Address of the function when the code is in memory; None where something that it calls is not there."""
    import llvmlite.binding as llvm

    machine = _machine()
    for name in needed:
        if llvm.address_of_symbol(name) is None:
            found = _address_of("abort" if name in FROM_PYTHON_ONLY else name)
            if found is None:
                return None
            llvm.add_symbol(
                name, found
            )  # the compiler puts its own in the place of `abort` when it is imported
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    _engines.append(engine)
    return int(engine.get_function_address(symbol)) or None


def _address_of(symbol: str) -> int | None:
    """Where a function of this process is: of Python, or of the libraries of C."""
    try:
        return ctypes.cast(getattr(ctypes.pythonapi, symbol), ctypes.c_void_p).value
    except AttributeError:
        return None


@cache
def _machine() -> Any:
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple().create_target_machine(jit=True)


def _as_c(address: int, name: str, kinds: Kinds, returned: str) -> Callable[..., Any]:
    """A Python function that calls code by the compiler's convention.

    The code answers whether it came to its end, and writes its value to the first address; the second is for an
    exception, which none of these functions raises. A row is an address, an array two owners (none), how many
    elements of what size, the address, its lengths and its strides. Threads run beside each other in it.
    """
    types: list[Any] = []
    for kind in kinds:
        types += _types_of(kind)
    call = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, *types)(address)
    value_type = NUMBERS.get(returned, ctypes.c_void_p)

    def door(*arguments: Any) -> Any:
        value, error = value_type(), ctypes.c_void_p()
        given: list[Any] = []
        for kind, argument in zip(kinds, arguments, strict=True):
            given += _handed_over(kind, argument)
        answer = call(ctypes.addressof(value), ctypes.addressof(error), *given)
        if answer not in FINE:
            raise RuntimeError(f"{name} ended with {answer}")
        return value.value if returned else None

    return door


def _types_of(kind: str) -> list[Any]:
    if kind in NUMBERS:
        return [NUMBERS[kind]]
    if kind.startswith("row"):
        return [ctypes.c_void_p]
    dimensions = int(kind.split()[1])
    words = [ctypes.c_int64] * (2 * dimensions)
    return [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p, *words]


def _handed_over(kind: str, argument: Any) -> Sequence[Any]:
    if kind in NUMBERS:
        return (argument,) if type(argument) in (int, float) else (argument.item(),)
    if kind.startswith("row"):
        return (np.frombuffer(argument, np.uint8).ctypes.data,)
    at = argument.ctypes.data
    return (None, None, argument.size, argument.itemsize, at, *argument.shape, *argument.strides)
