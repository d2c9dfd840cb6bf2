"""Figures of a run, drawn by a second process that gets the plotting library ready while this one simulates.

It never touches the disk: pictures come back through its pipe. Where there is one processor only, or the process was
lost, the figures are drawn here. See decision 52.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from momentsim.contract.plan import Names
from momentsim.measures.digest import Digest
from momentsim.measures.interval_table import interval_table
from momentsim.measures.ledger import ledger_table
from momentsim.runs.backends.process_messages import (
    ReplicationFailure,
    ReplicationMade,
    answers_alone,
    receive,
    send,
    start,
    with_place,
)
from momentsim.runs.settings import default_workers
from momentsim.scenario.types import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from momentsim.runs.result import Result


@dataclass(frozen=True)
class Sitter:
    """What figures need of a result, as it can be sent; tables are made where they are drawn."""

    scenario: Scenario
    names: Names
    digests: Mapping[int, Digest]
    summary_columns: Mapping[str, list[Any]]

    @property
    def loaded(self) -> Sitter:
        """What carries the scenario."""
        return self

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Measures."""
        import pandas as pd

        return pd.DataFrame(self.summary_columns)

    @cached_property
    def intervals(self) -> pd.DataFrame:
        """Interval table."""
        return interval_table(self.scenario, self.names, list(self.digests.values()))

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Ledger."""
        return ledger_table(self.scenario, self.names, list(self.digests.values()))


class SecondProcess:
    """Draws while this process does something else; ends with the block."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = ThreadPoolExecutor(1)
        self._answer: Future[dict[str, bytes] | None] | None = None
        if default_workers() > 1:
            with suppress(OSError):
                self._process = start(__name__)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._thread.shutdown()
        for pipe in () if self._process is None else (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                pipe and pipe.close()

    def begin(self, result: Result) -> None:
        """Have the figures drawn."""
        sitter = Sitter(
            result.loaded.scenario, result.names, dict(result.digests), dict(result.summary_columns)
        )
        self._answer = self._thread.submit(self._ask, sitter)

    def _ask(self, sitter: Sitter) -> dict[str, bytes] | None:
        """The pictures; None where the process is not there (any more). Raises what went wrong while drawing."""
        if self._process is None:
            return None
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            send(self._process.stdin, sitter)
            answer = receive(self._process.stdout)
        except (EOFError, OSError):
            return None
        if isinstance(answer, ReplicationFailure):
            raise answer.error
        assert isinstance(answer, ReplicationMade)
        pictures: dict[str, bytes] = answer.finished
        return pictures

    def finish(self, folder: Path, result: Result) -> None:
        """Write every figure into an existing folder."""
        pictures = None if self._answer is None else self._answer.result()
        if pictures is None:
            from momentsim.report.figures import pictures as draw_here

            pictures = draw_here(result)
        for name, picture in pictures.items():
            (folder / name).write_bytes(picture)


def main() -> None:
    """In the second process: make ready, draw what is asked for, end."""
    answers = answers_alone()
    from momentsim.report.figures import pictures

    with suppress(EOFError, OSError):  # nobody is interested any more
        sitter = receive(sys.stdin.buffer)
        try:
            answer: ReplicationMade | ReplicationFailure = ReplicationMade(pictures(sitter))
        except Exception as error:  # told where it was asked for
            answer = ReplicationFailure(with_place(error, f"the process that draws, {os.getpid()}"))
        send(answers, answer)
