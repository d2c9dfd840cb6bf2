"""The one-off compilation: announced, and done by the parent before any worker starts."""

from __future__ import annotations

from momentsim.experiments.compiling import simulate_briefly, story, without_garbage_collection
from momentsim.experiments.progress import Progress
from momentsim.experiments.settings import ClockName
from momentsim.model import Loaded

ANNOUNCEMENT = "compiling, once after an installation or a change of version (less than a minute) ..."


def cache_is_cold(clock: ClockName) -> bool:
    """Whether this clock has not been compiled on this machine yet (and compilation is not switched off)."""
    from momentsim.compiled import COMPILING, cache_folder

    return COMPILING and not any(cache_folder().rglob(f"*.{story(clock).__name__}-*.nbi"))


def compile_once(operation: Loaded, *, clock: ClockName, progress: Progress) -> None:
    """Simulate one day so that everything is compiled; the trace is thrown away.

    Costs a moment when the compiler's cache is warm, so it is only called when it is cold.
    """
    # it needs the compiler, which later runs do without
    from momentsim.experiments.companion import compile_story

    progress.say(ANNOUNCEMENT)
    with without_garbage_collection():
        compile_story(operation, clock)
        simulate_briefly(operation, clock)
