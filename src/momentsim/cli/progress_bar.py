"""A progress bar with the time left, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from momentsim.runs.progress import Progress


from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

from momentsim.cli.screen import tell
from momentsim.runs.progress import Progress

STAGES = {
    "compile": "compiling",
    "machine code": "making machine code",
    "plan heads": "planning heads",
    "reference": "what customers are used to",
    "prepare": "preparing",
    "simulate": "simulating",
    "worlds": "plausible worlds",
}


UNMEASURED = ("machine code",)
"""Stages that nobody knows the length of: their bar moves without getting longer."""


class Announcements(Progress):
    """Sentences only, one a line."""

    def say(self, words: str) -> None:
        tell(words)


class StageBar(Progress):
    """One bar for the present stage."""

    def __init__(self, shown: RichProgress) -> None:
        self._shown = shown
        self._task = shown.add_task("starting", total=1.0)

    def say(self, words: str) -> None:
        self._shown.console.print(words, markup=False, highlight=False)

    def stage(self, name: str) -> None:
        measured = name not in UNMEASURED
        self._shown.reset(self._task, start=measured, total=1.0, description=STAGES.get(name, name))

    def share(self, done: float) -> None:
        self._shown.update(self._task, completed=done)


@contextmanager
def bar() -> Iterator[StageBar]:
    """A bar that disappears when it is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with RichProgress(*columns, console=Console(stderr=True), transient=True) as shown:
        yield StageBar(shown)


@contextmanager
def showing_progress(*, quiet: bool) -> Iterator[Progress]:
    """Progress for a run: a bar with the time left on a terminal; only announcements elsewhere."""
    from momentsim.runs.progress import SILENT

    if quiet:
        yield SILENT
    elif sys.stderr.isatty():
        with bar() as shown:
            yield shown
    else:
        yield Announcements()
