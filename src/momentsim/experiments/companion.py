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
from momentsim.model import Loaded
from momentsim.sharing import shelf_open

START = "import sys; sys.path[:] = {path!r}; from momentsim.experiments.companion import main; main()"
PATIENCE_S = 30.0
"""How long the first process waits at the end for what the other is compiling, before it compiles it itself."""


class Errand(NamedTuple):
    """What the second process is asked for."""

    operation: Loaded
    clock: ClockName
    folder: Path


def compile_story(operation: Loaded, clock: ClockName) -> None:
    """Compile what a clock calls and, where there is a second processor, the doors beside it in the meantime."""
    if default_workers() < 2:
        story(clock).compile_door()
        return
    with TemporaryDirectory(prefix="momentsim-", ignore_cleanup_errors=True) as folder:
        errand = Errand(operation, clock, Path(folder))
        with company(errand), shelf_open(errand.folder, "first"):
            story(clock).compile_door()


@contextmanager
def company(errand: Errand) -> Iterator[None]:
    """Within, a second process is at work, if one can be started; at the end it is waited for."""
    path = [str(Path(entry).absolute()) for entry in sys.path]
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", START.format(path=path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=os.name != "nt",  # Ctrl-C is for this process, which then stops the other
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
    except OSError:
        yield
        return
    assert process.stdin is not None
    try:
        with suppress(OSError):
            process.stdin.write(pickle.dumps(errand))
            process.stdin.flush()
        yield
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_S)
    finally:
        process.kill()
        process.wait()
        with suppress(OSError):
            process.stdin.close()


def main() -> None:
    """Do one errand; end at once when the first process has gone."""
    errand: Errand = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_end_with_the_other, daemon=True).start()
    with without_garbage_collection():
        with shelf_open(errand.folder, "second"):
            story(errand.clock).lower_what_it_calls()
        simulate_nothing(errand.operation)


def _end_with_the_other() -> None:
    os.read(sys.stdin.fileno(), 1)
    os._exit(0)
