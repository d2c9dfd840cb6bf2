"""How the story reaches the rows of its tables, compiled or not.

Compiled code gets the world as the address of a directory of table addresses: one number instead of some
forty arrays, which would be copied at every call. Plain Python gets the world object itself, checks every
index, and refuses negative ones, which compiled code could not tell from others.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Final, cast

import numpy as np

from momentsim.compiled import COMPILING

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
    return cast("Callable[..., Any]", _Row(place, dtype))


def only_row_accessor(place: int, dtype: np.dtype[Any]) -> Callable[..., Any]:
    """Function (world) -> record, a view of the only row of table number `place` of a world."""
    if not COMPILING:

        def only_row(world: Any) -> Any:
            return world.tables[place][0]

        return only_row
    return cast("Callable[..., Any]", _OnlyRow(place, dtype))


def row_fetcher(place: int, dtype: np.dtype[Any]) -> Callable[..., None]:
    """Function (world, index) -> None: row `index` of table `place` will soon be read, so let it be fetched.

    A row of a large table is in no cache of the processor, and waiting for it takes longer than all that is then
    done with it. Fetched a few events ahead it is there in time. Changes nothing but speed; any index will do.
    """
    if not COMPILING:

        def no_fetch(world: Any, index: int) -> None:
            """Plain Python has nothing to gain."""

        return no_fetch
    return cast("Callable[..., None]", _Fetch(place, dtype))


class _Accessor:
    """An accessor in compiled code, which the compiler learns about when it first meets it."""

    def __init__(self, place: int, dtype: np.dtype[Any]) -> None:
        self.__name__ = f"{type(self).__name__.strip('_').lower()}_of_table_{place}"
        self._place = place
        self._dtype = dtype

    @cached_property
    def _numba_type_(self) -> Any:
        """A function whose code is written here."""
        from numba.core.types import Function
        from numba.core.typing.templates import make_intrinsic_template

        return Function(make_intrinsic_template(self, self._definition(), self.__name__))

    def _definition(self) -> Callable[..., Any]:
        """Signature of the accessor, and what writes its code."""
        raise NotImplementedError

    def _record(self) -> Any:
        import numba

        return numba.from_dtype(self._dtype)

    def _address(self, builder: Any, world: Any, number: Any) -> Any:
        """Address of a row of the table, as one of bytes; of the first row for no number."""
        from llvmlite import ir

        word, byte = ir.IntType(64), ir.IntType(8).as_pointer()
        directory = builder.inttoptr(world, byte.as_pointer())
        address = builder.load(builder.gep(directory, [ir.Constant(word, self._place)]))
        # tables move only between calls from Python, so one look at the directory is enough in a call
        address.set_metadata("invariant.load", builder.module.add_metadata([]))
        if number is None:
            return address
        # a step along a pointer, which the optimiser can follow through a loop
        return builder.gep(address, [builder.mul(number, ir.Constant(word, self._dtype.itemsize))])


class _Row(_Accessor):
    def _definition(self) -> Callable[..., Any]:
        from numba.core import types

        def compiled_row(typing_context: Any, world: Any, index: Any) -> Any:
            def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
                number = context.cast(builder, arguments[1], signature.args[1], types.int64)
                address = self._address(builder, arguments[0], number)
                return builder.bitcast(address, context.get_value_type(signature.return_type))

            return self._record()(types.int64, index), generate

        return compiled_row


class _OnlyRow(_Accessor):
    def _definition(self) -> Callable[..., Any]:
        from numba.core import types

        def compiled_only_row(typing_context: Any, world: Any) -> Any:
            def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
                address = self._address(builder, arguments[0], None)
                return builder.bitcast(address, context.get_value_type(signature.return_type))

            return self._record()(types.int64), generate

        return compiled_only_row


class _Fetch(_Accessor):
    def _definition(self) -> Callable[..., Any]:
        from llvmlite import ir
        from numba.core import types

        byte, word, switch = ir.IntType(8).as_pointer(), ir.IntType(64), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, switch, switch, switch])
        how = [switch(1), switch(3), switch(1)]  # to write, to keep, data

        def compiled_fetch(typing_context: Any, world: Any, index: Any) -> Any:
            def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
                fetch = builder.module.declare_intrinsic("llvm.prefetch", (byte,), kind)
                row = self._address(builder, *arguments)
                for start in range(0, self._dtype.itemsize, CACHE_LINE):
                    builder.call(fetch, [builder.gep(row, [word(start)]), *how])
                return context.get_dummy_value()

            return types.none(types.int64, types.int64), generate

        return compiled_fetch
