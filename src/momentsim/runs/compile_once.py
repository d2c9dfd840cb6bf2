"""The one-off compilation: announced, shown, and done by the parent before any worker starts."""

from __future__ import annotations

from momentsim.prepare import Loaded
from momentsim.runs.choices import ClockName
from momentsim.runs.compiling import (
    progress_of_compiling,
    simulate_briefly,
    story,
    without_garbage_collection,
)
from momentsim.runs.progress import Progress

ANNOUNCEMENT = (
    "compiling, once after an installation or a change of version (half a minute, more on a busy machine) ..."
)


def cache_is_cold(clock: ClockName) -> bool:
    """Whether this clock has not been compiled on this machine yet (and compilation is not switched off)."""
    from momentsim.compiler.cache import cache_folder
    from momentsim.compiler.decorators import COMPILING

    if not COMPILING or story(clock).is_in_memory():
        return False
    folder = cache_folder()
    return folder is None or not any(folder.rglob(f"*.{story(clock).__name__}-*.nbi"))


def compile_once(operation: Loaded, *, clock: ClockName, progress: Progress) -> None:
    """Simulate one day so that everything is compiled; the trace is thrown away.

    Costs a moment when the compiler's cache is warm, so it is only called when it is cold.
    """
    progress.say(ANNOUNCEMENT)
    with without_garbage_collection(), progress_of_compiling(clock, progress):
        simulate_briefly(operation, clock)
