"""Parts that two processes make together: what one has lowered the other need not lower again.

Both begin at other ends of the same story and put each part that they have made into a folder. Nobody waits for
the other: a part that is not there is made, so that a process which is late, or dead, costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

from llvmlite.binding import parse_bitcode
from numba import _dynfunc
from numba.core.bytecode import FunctionIdentity
from numba.core.compiler import compile_result

from momentsim.calling import is_part
from momentsim.linking import Part, entry_to_nothing

Side = Literal["first", "second"]
OTHER: dict[Side, Side] = {"first": "second", "second": "first"}

FAR_AWAY = 1_000_000
"""Functions are numbered in the names of their code; the second process must not use numbers of the first."""


class Stored(NamedTuple):
    """One part in a file: code, names of the files of what it calls, and how it is called."""

    name: str
    code: bytes
    below: tuple[str, ...]
    description: Any
    signature: Any


class Shelf:
    """A folder of parts, seen from one side: it puts its own there and takes those of the other."""

    def __init__(self, folder: Path, side: Side) -> None:
        self.folder = folder
        self.side = side
        self._taken: dict[str, Any] = {}
        """Parts in use here, by the names of their files."""
        self._names: dict[Any, str] = {}
        """Names of the files of these and of the parts put there by this process."""

    def put(self, key: str, library: Any, result: Any = None) -> None:
        """Write a part, unless it holds what only this process understands."""
        libraries = library._linking_libraries if result else []
        below = tuple(name for each in libraries if (name := self._name_of(each)))
        if library._dynamic_globals or len(below) < len(libraries):
            return
        described = (None, None)
        if result:
            result.fndesc.typemap = result.fndesc.calltypes = None
            described = (result.fndesc, result.signature)
        code = library._get_module_for_linking().as_bitcode()
        name = f"{key}-{self.side}"
        unfinished = self.folder / f"{name}-{os.getpid()}"
        try:
            unfinished.write_bytes(pickle.dumps(Stored(library.name, code, below, *described)))
            unfinished.replace(self.folder / name)
        except OSError:  # no room, or the other side has finished and cleared up
            return
        self._names[library] = name

    def _name_of(self, library: Any) -> str | None:
        """Name of the file of a part; parts of the compiler's own are put there when they are first needed."""
        if library not in self._names and not isinstance(library, Part):
            code = library._get_module_for_linking().as_bitcode()
            self.put(hashlib.sha256(code).hexdigest(), library)
        return self._names.get(library)

    def take(self, key: str, context: Any) -> Any:
        """The result of compiling a part, made by the other side; None where there is none."""
        try:
            stored = self._read(f"{key}-{OTHER[self.side]}")
            library = self._library(f"{key}-{OTHER[self.side]}", stored, context)
        except (OSError, EOFError, pickle.UnpicklingError):
            return None
        description = stored.description
        is_part(description.mangled_name)
        environment = _dynfunc.Environment(description.lookup_globals())
        return compile_result(
            target_context=context,
            typing_context=context.typing_context,
            library=library,
            environment=environment,
            entry_point=entry_to_nothing(description, environment, library),
            fndesc=description,
            signature=stored.signature,
            objectmode=False,
            lifted=(),
            reload_init=[],
            referenced_envs=(),
        )

    def _read(self, name: str) -> Stored:
        stored: Stored = pickle.loads((self.folder / name).read_bytes())
        return stored

    def _library(self, name: str, stored: Stored, context: Any) -> Any:
        if name not in self._taken:
            library = Part(context.codegen(), stored.name)
            below = [self._library(each, self._read(each), context) for each in stored.below]
            library.hold(parse_bitcode(stored.code))
            library._linking_libraries = below
            library.finalize()
            self._taken[name] = library
            self._names[library] = name
        return self._taken[name]


class Overloads:
    """What the compiler takes for the cache of one function: its parts on the shelf, by types of arguments."""

    def __init__(self, shelf: Shelf, function: Callable[..., Any]) -> None:
        self._shelf = shelf
        self._function = function

    def _key(self, signature: Any) -> str:
        code = self._function.__code__
        where = (code.co_filename, code.co_firstlineno, self._function.__qualname__)
        return hashlib.sha256(repr((where, signature)).encode()).hexdigest()

    def load_overload(self, signature: Any, context: Any) -> Any:
        """A part for these types of arguments that the other side has made."""
        return None if self._function.__closure__ else self._shelf.take(self._key(signature), context)

    def save_overload(self, signature: Any, result: Any) -> None:
        """Let the other side have what was made."""
        if not self._function.__closure__:
            self._shelf.put(self._key(signature), result.library, result)


_open: list[Shelf] = []
"""The shelf in use, if any."""


def share(part: Any, function: Callable[..., Any]) -> None:
    """Look for the parts of a function on the shelf, if there is one."""
    if _open:
        part._cache = Overloads(_open[-1], function)


@contextmanager
def shelf_open(folder: Path, side: Side) -> Iterator[None]:
    """Within, parts that were not used before are shared."""
    if side == "second":
        counter: Any = FunctionIdentity
        counter._unique_ids = itertools.count(FAR_AWAY)
    _open.append(Shelf(folder, side))
    try:
        yield
    finally:
        _open.pop()
