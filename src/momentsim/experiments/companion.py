"""A second process that helps to compile: it reads the story from its end, then compiles what is called beside it.

Nothing depends on it. Where it cannot be started, or ends early, the first process does all by itself.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from momentsim.experiments.compiling import simulate_nothing, story, without_garbage_collection
from momentsim.experiments.settings import ClockName, default_workers
from momentsim.model import Loaded, Operation
from momentsim.sharing import shelf_open

START = (
    "import sys; sys.path[:] = {path!r}; from momentsim.experiments.companion import main; main({folder!r})"
)
ERRAND = "errand"
"""File in the shared folder that says what the second process should do."""

PATIENCE_S = 30.0
"""How long the first process waits at the end for what the other is compiling, before it compiles it itself."""


class Errand(NamedTuple):
    """What the second process is asked for."""

    operation: Loaded
    clock: ClockName


def compile_story(operation: Loaded, clock: ClockName) -> None:
    """Compile what a clock calls and, where there is a second processor, the doors beside it in the meantime."""
    if default_workers() < 2 or not sys.executable:
        story(clock).compile_door()
        return
    with TemporaryDirectory(prefix="momentsim-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with company(folder, Errand(operation, clock)), shelf_open(folder, "first"):
            story(clock).compile_door()


@contextmanager
def company(folder: Path, errand: Errand) -> Iterator[None]:
    """Within, a second process is at work, if one can be started; at the end it is waited for."""
    try:
        process = _started(folder, errand)
    except OSError:
        yield
        return
    try:
        yield
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_S)
    finally:
        process.kill()
        process.wait()
        if process.stdin is not None:
            process.stdin.close()


def _started(folder: Path, errand: Errand) -> subprocess.Popen[bytes]:
    operation = errand.operation
    sendable = Operation(operation.scenario, dict(operation.tables), dict(operation.samples))
    (folder / ERRAND).write_bytes(pickle.dumps(errand._replace(operation=sendable)))
    path = [str(Path(entry).absolute()) for entry in sys.path]
    return subprocess.Popen(
        [sys.executable, "-c", START.format(path=path, folder=str(folder))],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=os.name != "nt",  # Ctrl-C is for this process, which then stops the other
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


def main(folder: str) -> None:
    """Do one errand; end at once when the first process has gone, and its end of the pipe with it."""
    threading.Thread(target=_end_with_the_other, daemon=True).start()
    errand: Errand = pickle.loads((Path(folder) / ERRAND).read_bytes())
    with without_garbage_collection():
        with shelf_open(Path(folder), "second"):
            story(errand.clock).lower_what_it_calls()
        simulate_nothing(errand.operation)


def _end_with_the_other() -> None:
    os.read(sys.stdin.fileno(), 1)
    os._exit(0)
