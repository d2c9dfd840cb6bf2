"""How compiled functions become machine code: together, once for each function that Python calls.

Left alone the compiler optimises every function together with all that it calls, and makes machine code of it,
before it goes on to the callers, where the same happens again: the rules at the bottom of a story go through
it once for every floor above them. Here a function that only compiled code calls is kept as it was lowered (a
`Part`), and the doors from Python (a `Whole` each) are optimised and turned into machine code once.
"""

from __future__ import annotations

from typing import Any

from llvmlite.binding import Linkage, parse_assembly
from numba import _dynfunc
from numba.core.cgutils import normalize_ir_text
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase
from numba.core.compiler_machinery import register_pass
from numba.core.registry import cpu_target

from momentsim.calling import with_parts
from momentsim.lowering import LeanLowering, PartLower, lean_passes


class Lowered(JITCodeLibrary):  # type: ignore[misc]  # the compiler has no types
    """Code that is not touched before all of a whole is together."""

    def _optimize_functions(self, module: Any) -> None:
        module.data_layout = self._codegen._data_layout


class Part(Lowered):
    """Code of a function that only compiled code calls: never optimised or executed by itself."""

    _final_module: Any
    _shared_module: Any

    def add_ir_module(self, ir_module: Any) -> None:
        """Take the code as it is: it is all that the part has, and whoever needs it takes a copy."""
        for function in ir_module.functions:
            if not function.is_declaration:
                function.linkage = "linkonce_odr"
        self.hold(parse_assembly(normalize_ir_text(str(ir_module))))

    def hold(self, module: Any) -> None:
        """This is the code."""
        module.name = self._final_module.name
        module.data_layout = self._codegen._data_layout
        self._final_module = self._shared_module = module

    def finalize(self) -> None:
        """Nothing is added from now on."""
        self._raise_if_finalized()
        self._finalize_dynamic_globals()
        self._finalized = True


class Whole(Lowered):
    """Code of a function that Python calls, with every part below it."""

    _linking_libraries: list[Any]
    _shared_module: Any
    _own: frozenset[str]
    """Names that Python looks for: the function and its doors, and the constants of these."""

    def finalize(self) -> None:
        """Link, optimise and generate machine code."""
        self._linking_libraries = with_their_parts(self._linking_libraries)
        self._own = frozenset(_defined(self._final_module))  # before anything is linked
        super().finalize()

    def _optimize_final_module(self) -> None:
        """Optimise; constants of parts that callers have taken in go with these parts."""
        for variable in self._final_module.global_variables:
            if variable.linkage == Linkage.common and variable.name not in self._own:
                variable.linkage = "linkonce_odr"  # found by its name, if it is used at all
        super()._optimize_final_module()

    def _get_module_for_linking(self) -> Any:
        """What is saved beside the machine code: names only, since nothing is linked with a whole."""
        self._ensure_finalized()
        if self._shared_module is None:
            names = [
                "".join(f"\\{byte:02x}" for byte in name.encode()) for name in _defined(self._final_module)
            ]
            self._shared_module = parse_assembly("".join(f'@"{name}" = global i8 0\n' for name in names))
        return self._shared_module


def _defined(module: Any) -> list[str]:
    """Names that code outside a module can find in it."""
    found = [*module.functions, *module.global_variables]
    hidden = (Linkage.internal, Linkage.private)
    return [value.name for value in found if not value.is_declaration and value.linkage not in hidden]


def with_their_parts(libraries: list[Any]) -> list[Any]:
    """These libraries and all that their parts call, each once."""
    found: dict[Any, None] = {}
    waiting = list(libraries)
    while waiting:
        library = waiting.pop()
        if library in found:
            continue
        found[library] = None
        if isinstance(library, Part):
            waiting.extend(library._linking_libraries)
    return list(found)


def entry_to_nothing(description: Any, environment: Any, library: Any) -> Any:
    """What stands for the machine code of a function that only compiled code calls."""
    module, no_code = description.lookup_module(), 0
    return _dynfunc.make_function(module, description.qualname, "", no_code, environment, (library,))


@register_pass(mutates_CFG=True, analysis_only=False)
class LowerOnly(LeanLowering):
    """Lowers a function that only compiled code calls; callers find it under an entry that goes nowhere."""

    _name = "momentsim_lower_only"
    lowering_class = PartLower

    def run_pass(self, state: Any) -> bool:
        """Lower without generating machine code, then register the function for its callers."""
        super().run_pass(state)
        lowered = state["cr"]
        description = lowered.fndesc
        entry = entry_to_nothing(description, lowered.env, state.library)
        state.targetctx.insert_user_function(entry, description, [state.library])
        state["cr"] = lowered._replace(cfunc=entry)
        return True


def _empty_library(state: Any, kind: type) -> Any:
    library = kind(state.targetctx.codegen(), state.func_id.func_qualname)
    library.enable_object_caching()
    return library


class Settled:
    """What the compiler knows of types or of the machine, which it need not look through for news."""

    def __init__(self, context: Any) -> None:
        self._context = context

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def refresh(self) -> None:
        """The door above this part has looked for news."""


def look_for_news() -> None:
    """As a door does before it compiles; for parts that are made without one."""
    cpu_target.typing_context.refresh()
    cpu_target.target_context.refresh()


class DoorCompiler(CompilerBase):  # type: ignore[misc]  # as above
    """Compiles a function that Python calls."""

    def define_pipelines(self) -> list[Any]:
        """The passes up to machine code."""
        self.state.targetctx = with_parts(self.state.targetctx)
        self.state.library = _empty_library(self.state, Whole)
        return [lean_passes(self.state, LeanLowering)]


class PartCompiler(CompilerBase):  # type: ignore[misc]  # as above
    """Compiles a function that only compiled code calls."""

    def __init__(self, typingctx: Any, targetctx: Any, *rest: Any) -> None:
        super().__init__(Settled(typingctx), Settled(targetctx), *rest)
        self.state.typingctx = typingctx

    def define_pipelines(self) -> list[Any]:
        """The same passes, ending before machine code."""
        self.state.targetctx = with_parts(self.state.targetctx)
        self.state.library = _empty_library(self.state, Part)
        self.state.flags.no_compile = True
        return [lean_passes(self.state, LowerOnly)]
