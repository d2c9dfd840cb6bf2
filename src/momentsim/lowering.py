"""How one compiled function becomes code for the linker: only what our language needs, and nothing found out twice.

The compiler is made for all of Python. Compiled functions here know numbers, rows of tables, branches, loops and
calls of each other, hundreds of times over; a cold start is mostly the compiler reading and typing them. So they
go through a shorter list of passes, types found once are remembered, and nothing is written for debuggers.
"""

from __future__ import annotations

from typing import Any

from numba.core import cgutils, types
from numba.core.compiler_machinery import PassManager, register_pass
from numba.core.ir import UNDEFINED
from numba.core.lowering import Lower
from numba.core.typed_passes import (
    AnnotateTypes,
    IRLegalization,
    NativeLowering,
    NoPythonBackend,
    NopythonTypeInference,
    PreLowerStripPhis,
)
from numba.core.untyped_passes import GenericRewrites, IRProcessing, ReconstructSSA, TranslateByteCode


class RememberedTypes:
    """The compiler's knowledge of types, which remembers what it has found out.

    A compilation types thousands of sums of the same kinds, and rows of the same few tables; for each the
    compiler would search through everything that an operator can mean.
    """

    def __init__(self, context: Any) -> None:
        self._context = context
        self._found: dict[Any, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def resolve_function_type(self, function: Any, arguments: Any, keywords: Any) -> Any:
        """The signature of a function for these types of arguments."""
        if keywords or not isinstance(function, types.Function | str):
            return self._context.resolve_function_type(function, arguments, keywords)
        # a field is given by its name, so the kind of key belongs to the key: True is not 1 here
        key = (function, *((type(argument), argument) for argument in arguments))
        if key not in self._found:
            self._found[key] = self._context.resolve_function_type(function, arguments, keywords)
        return self._found[key]


_remembered: dict[int, RememberedTypes] = {}
"""By the context behind it, which lives as long as the process."""

_operators: dict[Any, Any] = {}
"""Signatures of operators between types, found while code is written."""


class LeanLower(Lower):  # type: ignore[misc]  # the compiler has no types
    """Writes the code of one function, without descriptions for a debugger and without counting nothing."""

    def alloca_lltype(self, name: str, lltype: Any, datamodel: Any = None) -> Any:
        """Room for a variable."""
        return cgutils.alloca_once(self.builder, lltype, name=name, zfill=False)

    def incref(self, kind: Any, value: Any) -> None:
        """One reference more, where references are counted: in arrays."""
        if self.context.data_model_manager[kind].contains_nrt_meminfo():
            super().incref(kind, value)

    def decref(self, kind: Any, value: Any) -> None:
        """One reference fewer, as above."""
        if self.context.data_model_manager[kind].contains_nrt_meminfo():
            super().decref(kind, value)

    def lower_binop(self, result: Any, expression: Any, operator: Any) -> Any:
        """An operator between two values that are not both known; its meaning is looked up once."""
        if expression.static_lhs is not UNDEFINED or expression.static_rhs is not UNDEFINED:
            return super().lower_binop(result, expression, operator)
        context, wanted = self.context, self.fndesc.calltypes[expression]
        found = context.typing_context.resolve_value_type(operator)
        key = (found, wanted.args)
        if key not in _operators:
            _operators[key] = found.get_call_type(context.typing_context, wanted.args, {})
        values = [
            context.cast(self.builder, self.loadvar(side.name), self.typeof(side.name), kind)
            for side, kind in zip((expression.lhs, expression.rhs), wanted.args, strict=True)
        ]
        made = context.get_function(found, _operators[key])(self.builder, values)
        return context.cast(self.builder, made, wanted.return_type, result)


@register_pass(mutates_CFG=True, analysis_only=False)
class LeanLowering(NativeLowering):  # type: ignore[misc]  # as above
    """The last but one stage: from typed code to the linker's language, and for doors to machine code."""

    _name = "momentsim_lowering"
    lowering_class = LeanLower


def lean_passes(state: Any, lowering: type) -> PassManager:
    """The passes that our language needs.

    The compiler has others, for closures, lists, contexts, whole arrays and literals that are types of their own.
    A function that needs one of these does not compile.
    """
    context = state.typingctx
    if not isinstance(context, RememberedTypes):
        state.typingctx = _remembered.setdefault(id(context), RememberedTypes(context))
    passes = PassManager("momentsim")
    for stage in (
        TranslateByteCode,
        IRProcessing,
        GenericRewrites,  # fields of rows, by name
        ReconstructSSA,
        NopythonTypeInference,
        PreLowerStripPhis,
        IRLegalization,
        AnnotateTypes,
        lowering,
        NoPythonBackend,
    ):
        passes.add_pass(stage, stage.__name__)
    passes.finalize()
    return passes
