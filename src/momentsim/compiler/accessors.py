"""How the story reaches the rows of its tables, compiled or not.

Compiled code gets the world as the address of a directory of table addresses: one number instead of some
forty arrays, which would be copied at every call. Plain Python gets the world object itself, checks every
index, and refuses negative ones, which compiled code could not tell from others.

Here, too, stands what else is written for the compiler in its own words.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any, Final, cast

import numpy as np

from momentsim.compiler.decorators import COMPILING

CACHE_LINE: Final = 64
"""Bytes that the processor reads and writes at a time."""


def row_accessor(place: int, dtype: np.dtype[Any]) -> Callable[..., Any]:
    """Function (world, index) -> record, a view of one row of table number `place` of a world."""
    if not COMPILING:

        def row(world: Any, index: int) -> Any:
            if index < 0:
                raise IndexError(f"row {index} of table {place}")
            return world.tables[place][index]

        return row
    return _accessor(f"row_of_table_{place}", partial(_code_of_row, place, dtype, only=False))


def only_row_accessor(place: int, dtype: np.dtype[Any]) -> Callable[..., Any]:
    """Function (world) -> record, a view of the only row of table number `place` of a world."""
    if not COMPILING:

        def only_row(world: Any) -> Any:
            return world.tables[place][0]

        return only_row
    return _accessor(f"only_row_of_table_{place}", partial(_code_of_row, place, dtype, only=True))


def row_fetcher(place: int, dtype: np.dtype[Any]) -> Callable[..., None]:
    """Function (world, index) -> None: row `index` of table `place` will soon be read, so let it be fetched.

    A row of a large table is in no cache of the processor, and waiting for it takes longer than all that is then
    done with it. Fetched a few events ahead it is there in time. Changes nothing but speed; any index will do.
    """
    if not COMPILING:

        def no_fetch(world: Any, index: int) -> None:
            """Plain Python has nothing to gain."""

        return no_fetch
    return _accessor(f"fetch_of_table_{place}", partial(_code_of_fetch, place, dtype))


def bit_finder() -> Callable[[int], int]:
    """Function (word) -> place 0..62 of the highest bit of a whole number above 0."""
    if not COMPILING:

        def highest_bit(word: int) -> int:
            return int(word).bit_length() - 1

        return highest_bit
    return _accessor("highest_bit", _code_of_highest_bit)


class _Accessor:
    """An accessor in compiled code, which the compiler learns about when it first meets it."""

    def __init__(self, name: str, define: Callable[[], Callable[..., Any]]) -> None:
        self.__name__ = name
        self._define = define

    @cached_property
    def _numba_type_(self) -> Any:
        """A function whose code is written here."""
        from momentsim.compiler.internals import function_type

        return function_type(self, self._define(), self.__name__)


def _accessor(name: str, define: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
    return cast("Callable[..., Any]", _Accessor(name, define))


def _address(builder: Any, world: Any, place: int, dtype: np.dtype[Any], number: Any) -> Any:
    """Address of a row of a table, as one of bytes; of the first row for no number."""
    from llvmlite import ir

    word, byte = ir.IntType(64), ir.IntType(8).as_pointer()
    directory = builder.inttoptr(world, byte.as_pointer())
    address = builder.load(builder.gep(directory, [ir.Constant(word, place)]))
    # tables move only between calls from Python, so one look at the directory is enough in a call
    address.set_metadata("invariant.load", builder.module.add_metadata([]))
    if number is None:
        return address
    # a step along a pointer, which the optimiser can follow through a loop
    return builder.gep(address, [builder.mul(number, ir.Constant(word, dtype.itemsize))])


def _code_of_row(place: int, dtype: np.dtype[Any], *, only: bool) -> Callable[..., Any]:
    """Signature of the accessor of a row, or of the only row of a table, and what writes its code."""
    import numba
    from numba import types

    record = numba.from_dtype(dtype)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        number = None if only else context.cast(builder, arguments[1], signature.args[1], types.int64)
        address = _address(builder, arguments[0], place, dtype, number)
        return builder.bitcast(address, context.get_value_type(record))

    def compiled_row(typing_context: Any, world: Any, index: Any) -> Any:
        return record(types.int64, index), generate

    def compiled_only_row(typing_context: Any, world: Any) -> Any:
        return record(types.int64), generate

    return compiled_only_row if only else compiled_row


def _code_of_highest_bit() -> Callable[..., Any]:
    """The same of the place of a bit: an instruction of the processor that Python has no word for."""
    from llvmlite import ir
    from numba import types

    never_0, last = ir.Constant(ir.IntType(1), 1), ir.Constant(ir.IntType(64), 63)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.sub(last, builder.ctlz(arguments[0], never_0))

    def compiled_highest_bit(typing_context: Any, word: Any) -> Any:
        return types.int64(types.int64), generate

    return compiled_highest_bit


def _code_of_fetch(place: int, dtype: np.dtype[Any]) -> Callable[..., Any]:
    """The same of what lets a row be fetched."""
    from llvmlite import ir
    from numba import types

    byte, word, switch = ir.IntType(8).as_pointer(), ir.IntType(64), ir.IntType(32)
    kind = ir.FunctionType(ir.VoidType(), [byte, switch, switch, switch])
    how = [switch(1), switch(3), switch(1)]  # to write, to keep, data

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        fetch = builder.module.declare_intrinsic("llvm.prefetch", (byte,), kind)
        row = _address(builder, arguments[0], place, dtype, arguments[1])
        for start in range(0, dtype.itemsize, CACHE_LINE):
            builder.call(fetch, [builder.gep(row, [word(start)]), *how])
        return context.get_dummy_value()

    def compiled_fetch(typing_context: Any, world: Any, index: Any) -> Any:
        return types.none(types.int64, types.int64), generate

    return compiled_fetch
