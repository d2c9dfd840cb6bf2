"""How compiled functions call each other: a result comes back in a register, and nothing can go wrong.

The compiler's own way has room for exceptions: every call hands over two places in memory, for the result and for
what was raised, clears them, and asks afterwards how it went. Nothing that only compiled code calls raises, so
all this can go: from the code to be compiled, and from every event told.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from llvmlite import ir
from numba.core import cgutils
from numba.core.callconv import RETCODE_OK, CPUCallConv, Status
from numba.core.cpu import CPUContext

_parts: set[str] = set()
"""Names, for the linker, of the functions that are called in this way."""

_YES, _NO = ir.Constant(ir.IntType(1), 1), ir.Constant(ir.IntType(1), 0)
_TRAP = ir.FunctionType(ir.VoidType(), ())
_FINE = Status(RETCODE_OK, _YES, _NO, _NO, _NO, _NO, _NO, None)


class ResultInRegister(CPUCallConv):  # type: ignore[misc]  # the compiler has no types
    """result type (arguments ...)."""

    def get_return_type(self, ty: Any) -> Any:
        """Of the result, not of a place for it."""
        return self.context.data_model_manager[ty].get_return_type()

    def get_function_type(self, restype: Any, argtypes: Any) -> Any:
        """The type of a function."""
        packed = self._get_arg_packer(argtypes).argument_types
        return ir.FunctionType(self.get_return_type(restype), list(packed))

    def get_arguments(self, func: Any) -> Any:
        """All of them are the function's own."""
        return func.args

    def decorate_function(self, fn: Any, args: Any, fe_argtypes: Any, noalias: bool = False) -> None:
        """Name the arguments."""
        self._get_arg_packer(fe_argtypes).assign_names(fn.args, [f"arg.{name}" for name in args])

    def return_value(self, builder: Any, retval: Any) -> None:
        """Give back the result."""
        builder.ret(retval)

    def call_function(
        self,
        builder: Any,
        callee: Any,
        resty: Any,
        argtys: Any,
        args: Any,
        attrs: Iterable[str] | None = None,
    ) -> tuple[Status, Any]:
        """Call; it went well."""
        packed = self._get_arg_packer(argtys).as_arguments(builder, args)
        returned = builder.call(callee, list(packed), attrs=tuple(attrs or ()))
        return _FINE, self.context.get_returned_value(builder, resty, returned)


class EitherWay(CPUCallConv):  # type: ignore[misc]  # as above
    """The compiler's way, but for the parts of our own."""

    def __init__(self, context: Any) -> None:
        super().__init__(context)
        self.of_parts = ResultInRegister(context)

    def call_function(self, builder: Any, callee: Any, *about: Any, **more: Any) -> Any:
        """Call a function in the way that is its own."""
        way: Any = self.of_parts if callee.name in _parts else super()
        return way.call_function(builder, callee, *about, **more)

    def return_status_propagate(self, builder: Any, status: Status) -> None:
        """Pass an error on, where there can be one."""
        if status is _FINE:
            builder.unreachable()
        elif builder.function.name in _parts:
            stop(builder)  # a part called one of the compiler's own: the larger of two numbers, and the like
        else:
            super().return_status_propagate(builder, status)

    def return_user_exc(self, builder: Any, *about: Any, **more: Any) -> None:
        """Raise, where that can be done; parts meet it where a range might have steps of 0."""
        if builder.function.name in _parts:
            stop(builder)
        else:
            super().return_user_exc(builder, *about, **more)


def stop(builder: Any) -> None:
    """What cannot happen: the process ends."""
    builder.call(builder.module.declare_intrinsic("llvm.trap", (), _TRAP), ())
    builder.unreachable()


def is_part(name: str) -> None:
    """From now on the function of this name, for the linker, is defined and called in this way."""
    _parts.add(name)


class OwnContext(CPUContext):  # type: ignore[misc]  # as above
    """What the compiler knows of the machine, with parts called in their way."""

    @property
    def call_conv(self) -> EitherWay:
        """How functions are called."""
        return EitherWay(self)

    def declare_function(self, module: Any, fndesc: Any) -> Any:
        """Declare a function, of either kind."""
        if fndesc.mangled_name not in _parts:
            return super().declare_function(module, fndesc)
        way = self.call_conv.of_parts
        kind = way.get_function_type(fndesc.restype, fndesc.argtypes)
        function = cgutils.get_or_insert_function(module, kind, fndesc.mangled_name)
        way.decorate_function(function, fndesc.args, fndesc.argtypes)
        if fndesc.inline:
            function.attributes.add("alwaysinline")
        return function


def with_parts(context: CPUContext) -> OwnContext:
    """This context, as one in which parts are called in their way."""
    own = copy.copy(context)
    own.__class__ = OwnContext
    found: OwnContext = own
    return found
