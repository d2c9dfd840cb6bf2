"""All that we use of numba beyond what it promises, in one file.

=============================================  ======================================================================
name                                           what for
=============================================  ======================================================================
*for either pipeline*
`templates.make_intrinsic_template`            `function_type`: a function whose code we write, known when first met
`_numba_type_` (of our own objects)            how numba asks an object of ours for its type
`Dispatcher.get_call_template`                 `fix_types`: one machine code a function, for the annotated types
`Dispatcher._cache`: `flush`, `load_overload`  `forgive_damage`: a file that a killed process left is compiled anew
`Dispatcher._cache.save_overload`              `save_with`: write the machine code a second time, without the compiler
`CompileResult.library`, `.signature`,         `machine_code`: the object file of a door, and what it calls
`.fndesc.llvm_func_name`, `_final_module`,
`_get_compiled_object`
`numpy_support.as_dtype`                       `layout_of`: the rows that a type of numba stands for
*for linking only, in versions that it was tested with*
`rtsys.initialize`, `Cache._load_overload`     load cached code without all that compiling needs
`JITCodeLibrary` and its `_codegen`,           `Lowered`, `CompiledPart`, `Whole`: code optimised when all is together
`_data_layout`, `_optimize_functions`,
`_raise_if_finalized`, `_finalized`,
`_optimize_final_module`,
`_module_pass_manager`,
`_finalize_dynamic_globals`,
`_linking_libraries`
`NativeLowering`, `register_pass`,             `LowerOnly`: the last stage of a part
`_dynfunc.make_function`, `CompileResult`,
`insert_user_function`
`CompilerBase`, `DefaultPassBuilder`           `DoorCompiler`, `PartCompiler`: numba's own passes, but this last stage
names of passes                                `NOT_NEEDED`: passes for what parts never hold
=============================================  ======================================================================

Linking: left alone the compiler optimises every function together with all that it calls, and makes machine code of
it, before it goes on to the callers, where the same happens again: the rules at the bottom of a story go through it
once for every floor above them. Here a function that only compiled code calls is kept as it was lowered (a
`CompiledPart`), and the doors from Python (a `Whole` each) are optimised and turned into machine code once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numba import types
from numba.core.typing.templates import make_intrinsic_template
from numba.np.numpy_support import as_dtype

from momentsim.compiler.pipeline import pipeline

Types = tuple[Any, ...]
"""Types of numba, one for each argument."""


def function_type(handle: object, write: Callable[..., Any], name: str) -> Any:
    """Type of a function `handle` whose code is written by what `write` gives back."""
    return types.Function(make_intrinsic_template(handle, write, name))


def layout_of(kind: Any) -> np.dtype[Any]:
    """What an element or a row of this type is for numpy."""
    dtype: np.dtype[Any] = as_dtype(kind)
    return dtype


def fix_types(dispatcher: Any, wanted: Sequence[Any]) -> None:
    """Let callers have machine code for these types only; where one is None, for the type that they call with."""
    plain_template = dispatcher.get_call_template
    found: dict[Types, Any] = {}

    def template(arguments: Types, keywords: Any) -> Any:
        fixed = tuple(want or given for want, given in zip(wanted, arguments, strict=True))
        if fixed not in found:
            found[fixed] = plain_template(fixed, keywords)
        return found[fixed]

    dispatcher.get_call_template = template


def forgive_damage(dispatcher: Any) -> None:
    """Let a function whose cached code cannot be read be compiled anew; a killed process may leave such files.

    When linking, code is also loaded without the compiler's many modules: before it looks into its cache the
    compiler makes itself ready to compile, which takes longer than all else in a short run, and machine code needs
    none of it but the allocator of arrays.
    """
    cached = dispatcher._cache
    load = cached.load_overload if pipeline() == "plain" else _light_loader(cached)

    def load_or_forget(signature: Any, context: Any) -> Any:
        try:
            return load(signature, context)
        except Exception:  # reading garbage may raise anything
            cached.flush()
            return None

    cached.load_overload = load_or_forget


def _light_loader(cached: Any) -> Callable[[Any, Any], Any]:
    from numba.core.runtime import rtsys

    def load(signature: Any, context: Any) -> Any:
        rtsys.initialize(context)
        return cached._load_overload(signature, context)

    return load


def save_with(dispatcher: Any, save_too: Callable[[Any], None]) -> None:
    """Do something else with what was compiled when it is saved; what cannot be saved is used all the same."""
    cached = dispatcher._cache
    save = cached.save_overload

    def save_both(signature: Any, result: Any) -> None:
        try:
            save(signature, result)
            save_too(result)
        except OSError:  # no room
            return

    cached.save_overload = save_both


class MachineCode(NamedTuple):
    """One compiled function outside the compiler.

    symbol: its name in the object file. kind: its type as LLVM writes it. needed: what it calls elsewhere.
    """

    symbol: str
    kind: str
    needed: list[str]
    code: bytes


def machine_code(result: Any) -> MachineCode:
    """The object file of a door that was just compiled."""
    symbol: str = result.fndesc.llvm_func_name
    module = result.library._final_module
    needed = [
        value.name
        for value in (*module.functions, *module.global_variables)
        if value.is_declaration and not value.name.startswith("llvm.")
    ]
    kind = str(module.get_function(symbol).global_value_type)
    return MachineCode(symbol, kind, needed, result.library._get_compiled_object())


def argument_types(result: Any) -> Sequence[Any]:
    """Types of the arguments that it was compiled for."""
    found: Sequence[Any] = result.signature.args
    return found


def returned_type(result: Any) -> str:
    """Type of what it gives back, in the compiler's words."""
    return str(result.signature.return_type)


NOT_NEEDED: Final = frozenset({
    "WithLifting",  # blocks of `with`
    "InlineClosureLikes", "MakeFunctionToJitFunction",  # functions in functions, comprehensions
    "RewriteDynamicRaises",  # errors
    "InlineInlinables", "InlineOverloads",  # functions marked to be taken in before types are known
    "FindLiterallyCalls", "LiteralUnroll", "LiteralPropagationSubPipelinePass",  # loops over mixed tuples
    "NopythonRewrites",  # whole arrays in one expression
})  # fmt: skip
"""Passes of numba that look in vain through parts, which are loops and branches over numbers: a twentieth of a first
start. A part that held such a thing would not compile, or would compute the same more slowly."""

LEVEL: Final = 1
"""How hard LLVM tries to make the code of doors faster, from 0 to 3."""

if pipeline() == "linked":
    from numba import _dynfunc
    from numba.core.codegen import JITCodeLibrary
    from numba.core.compiler import CompilerBase, DefaultPassBuilder
    from numba.core.compiler_machinery import register_pass
    from numba.core.typed_passes import NativeLowering

    class Lowered(JITCodeLibrary):  # type: ignore[misc]  # the compiler has no types
        """Code that is not touched before all of a whole is together."""

        def _optimize_functions(self, module: Any) -> None:
            module.data_layout = self._codegen._data_layout

    class CompiledPart(Lowered):
        """Code of a function that only compiled code calls: never optimised or executed by itself."""

        def finalize(self) -> None:
            """Nothing is added from now on."""
            self._raise_if_finalized()
            self._finalize_dynamic_globals()
            self._finalized = True

    class Whole(Lowered):
        """Code of a function that Python calls, with every part below it."""

        _linking_libraries: list[Any]

        def finalize(self) -> None:
            """Link, optimise and generate machine code."""
            self._linking_libraries = _with_their_parts(self._linking_libraries)
            super().finalize()

        def _optimize_final_module(self) -> None:
            """Once and lightly: numba's two goes at length take twice the time, for code 4 % faster (decision 27)."""
            passes, builder = self._codegen._module_pass_manager(opt=LEVEL)
            passes.run(self._final_module, builder)

    def _with_their_parts(libraries: list[Any]) -> list[Any]:
        """These libraries and all that their parts call, each once."""
        found: dict[Any, None] = {}
        waiting = list(libraries)
        while waiting:
            library = waiting.pop()
            if library in found:
                continue
            found[library] = None
            if isinstance(library, CompiledPart):
                waiting.extend(library._linking_libraries)
        return list(found)

    @register_pass(mutates_CFG=True, analysis_only=False)
    class LowerOnly(NativeLowering):  # type: ignore[misc]  # as above
        """Lowers a function that only compiled code calls; callers find it under an entry that goes nowhere."""

        _name = "momentsim_lower_only"

        def run_pass(self, state: Any) -> bool:
            """Lower without generating machine code, then register the function for its callers."""
            super().run_pass(state)
            lowered = state["cr"]
            described, no_code = lowered.fndesc, 0
            entry = _dynfunc.make_function(
                described.lookup_module(), described.qualname, "", no_code, lowered.env, (state.library,)
            )
            state.targetctx.insert_user_function(entry, described, [state.library])
            state["cr"] = lowered._replace(cfunc=entry)
            return True

    def _empty_library(state: Any, kind: type) -> Any:
        library = kind(state.targetctx.codegen(), state.func_id.func_qualname)
        library.enable_object_caching()
        return library

    class DoorCompiler(CompilerBase):  # type: ignore[misc]  # as above
        """Compiles a function that Python calls."""

        def define_pipelines(self) -> list[Any]:
            """The compiler's own passes."""
            self.state.library = _empty_library(self.state, Whole)
            return [DefaultPassBuilder.define_nopython_pipeline(self.state)]

    class PartCompiler(CompilerBase):  # type: ignore[misc]  # as above
        """Compiles a function that only compiled code calls."""

        def define_pipelines(self) -> list[Any]:
            """The compiler's own passes, but the last stage ends before machine code."""
            self.state.library = _empty_library(self.state, CompiledPart)
            self.state.flags.no_compile = True
            passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
            passes.passes = [
                (LowerOnly if kind is NativeLowering else kind, text)
                for kind, text in passes.passes
                if kind.__name__ not in NOT_NEEDED
            ]
            passes.finalize()
            return [passes]

    DOOR_OPTIONS: dict[str, Any] = {"pipeline_class": DoorCompiler}
    PART_OPTIONS: dict[str, Any] = {"pipeline_class": PartCompiler}
else:
    DOOR_OPTIONS = {}
    PART_OPTIONS = {}
