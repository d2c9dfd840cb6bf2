"""How one compiled function becomes code for the linker: only what our language needs, and nothing found out twice.

The compiler is made for all of Python. Compiled functions here know numbers, rows of tables, branches, loops and
calls of each other, hundreds of times over; a cold start is mostly the compiler reading and typing them. So they
go through a shorter list of passes, types found once are remembered, and nothing is written for debuggers.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from numba.core import base, cgutils, types
from numba.core.compiler_machinery import FunctionPass, PassManager, register_pass
from numba.core.interpreter import Interpreter
from numba.core.ir import UNDEFINED, Arg, Assign, Del
from numba.core.ir_utils import build_definitions
from numba.core.lowering import Lower
from numba.core.rewrites.static_binop import DetectStaticBinops
from numba.core.rewrites.static_getitem import RewriteConstGetitems, RewriteConstSetitems
from numba.core.ssa import reconstruct_ssa
from numba.core.transforms import canonicalize_cfg
from numba.core.typed_passes import (
    AnnotateTypes,
    IRLegalization,
    NativeLowering,
    NoPythonBackend,
    NopythonTypeInference,
    PreLowerStripPhis,
)

from momentsim.calling import is_part


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

base._has_loc = cache(base._has_loc)
"""The compiler looks at the parameters of what writes a sum each time that it writes a sum."""


class LeanLower(Lower):  # type: ignore[misc]  # the compiler has no types
    """Writes the code of one function, without descriptions for a debugger and without counting nothing."""

    def alloca_lltype(self, name: str, lltype: Any, datamodel: Any = None) -> Any:
        """Room for a variable."""
        return cgutils.alloca_once(self.builder, lltype, name=name, zfill=False)

    def lower_block(self, block: Any) -> None:
        """The instructions of a block."""
        self.pre_block(block)
        for instruction in block.body:
            self.loc = instruction.loc
            self.lower_inst(instruction)
        self.post_block(block)

    def lower_inst(self, inst: Any) -> None:
        """One instruction; that a variable is not used any more only matters where references are counted."""
        if isinstance(inst, Del):
            if self._is_counted(self.typeof(inst.value)):
                super().lower_inst(inst)
        elif isinstance(inst, Assign) and not isinstance(inst.value, Arg):
            name = inst.target.name
            self.storevar(self.lower_assign(self.typeof(name), inst), name)
        else:
            super().lower_inst(inst)

    def storevar(self, value: Any, name: str, argidx: int | None = None) -> None:
        """Give a variable its value, without a look at the former one."""
        kind = self.typeof(name)
        if self._is_counted(kind):
            super().storevar(value, name, argidx)
            return
        self._alloca_var(name, kind)
        if name in self._singly_assigned_vars:
            self._blk_local_varmap[name] = value
        else:
            self.builder.store(value, self.getvar(name))

    def incref(self, kind: Any, value: Any) -> None:
        """One reference more, where references are counted: in arrays."""
        if self._is_counted(kind):
            super().incref(kind, value)

    def decref(self, kind: Any, value: Any) -> None:
        """One reference fewer, as above."""
        if self._is_counted(kind):
            super().decref(kind, value)

    def _is_counted(self, kind: Any) -> bool:
        return bool(self.context.data_model_manager[kind].contains_nrt_meminfo())

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


class PartLower(LeanLower):
    """Writes the code of a function that only compiled code calls."""

    def __init__(self, context: Any, library: Any, description: Any, *rest: Any, **more: Any) -> None:
        is_part(description.mangled_name)
        super().__init__(context, library, description, *rest, **more)

    @property
    def call_conv(self) -> Any:
        """How it is called."""
        return self.context.call_conv.of_parts


@register_pass(mutates_CFG=False, analysis_only=True)
class LeanLegalization(IRLegalization):  # type: ignore[misc]  # as above
    """Says where variables die, in functions that have arrays: of other variables nobody wants to know."""

    _name = "momentsim_legalization"

    def run_pass(self, state: Any) -> bool:
        """Add these statements where references are counted."""
        models = state.targetctx.data_model_manager
        if any(models[kind].contains_nrt_meminfo() for kind in set(state.typemap.values())):
            return bool(super().run_pass(state))
        return False


@register_pass(mutates_CFG=True, analysis_only=False)
class LeanLowering(NativeLowering):  # type: ignore[misc]  # as above
    """The last but one stage: from typed code to the linker's language, and for doors to machine code."""

    _name = "momentsim_lowering"
    lowering_class = LeanLower


class Reader(Interpreter):  # type: ignore[misc]  # as above
    """Reads byte code, of which some is difficult: calls with lists of arguments, contexts, attempts. Not here."""

    def post_process(self, peepholes: Any, func_ir: Any) -> Any:
        """Nothing is left to be simplified."""
        return func_ir


@register_pass(mutates_CFG=True, analysis_only=False)
class Reading(FunctionPass):  # type: ignore[misc]  # as above
    """The first stage: from byte code to statements in which every variable has one meaning.

    The compiler does the same in four stages, after each of which it finds out where variables live and die.
    """

    _name = "momentsim_reading"

    def __init__(self) -> None:
        super().__init__()

    def run_pass(self, state: Any) -> bool:
        """Read, mark constant fields and exponents, and number the meanings of variables."""
        read = Reader(state.func_id).interpret(state.bc)
        state.func_ir = read
        read.generator_info = None
        read.blocks = canonicalize_cfg(read.blocks)
        for change in (RewriteConstGetitems, RewriteConstSetitems, DetectStaticBinops):
            change_all(read, change(state))
        state.func_ir = reconstruct_ssa(read)
        state.func_ir._definitions = build_definitions(state.func_ir.blocks)
        return True


def change_all(function: Any, change: Any) -> None:
    """Change the blocks of a function until nothing is found that should be changed."""
    for place, block in function.blocks.items():
        while change.match(function, block, None, None):
            block = function.blocks[place] = change.apply()


@register_pass(mutates_CFG=True, analysis_only=False)
class LeanStripPhis(PreLowerStripPhis):  # type: ignore[misc]  # as above
    """Ends the numbering of meanings."""

    _name = "momentsim_strip_phis"

    def run_pass(self, state: Any) -> bool:
        """Back to variables that are stored and loaded."""
        state.func_ir = self._strip_phi_nodes(state.func_ir)
        state.func_ir._definitions = build_definitions(state.func_ir.blocks)
        return True


class LeanPassManager(PassManager):  # type: ignore[misc]  # as above
    """Runs the stages without telling the world about each."""

    def _runPass(self, index: int, stage: Any, state: Any) -> None:  # noqa: N802  # the compiler's name
        stage.analysis = self._analysis
        stage.run_pass(state)


def lean_passes(state: Any, lowering: type) -> PassManager:
    """The passes that our language needs.

    The compiler has others, for closures, lists, contexts, whole arrays and literals that are types of their own.
    A function that needs one of these does not compile.
    """
    context = state.typingctx
    if not isinstance(context, RememberedTypes):
        state.typingctx = _remembered.setdefault(id(context), RememberedTypes(context))
    passes = LeanPassManager("momentsim")
    for stage in (
        Reading,
        NopythonTypeInference,
        LeanStripPhis,
        LeanLegalization,
        AnnotateTypes,
        lowering,
        NoPythonBackend,
    ):
        passes.add_pass(stage, stage.__name__)
    passes.finalize()
    return passes
