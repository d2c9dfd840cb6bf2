"""Errors meant for people: where, what was found, what is allowed, what was probably meant; all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

EXIT_CODE_BAD_INPUT = 2


class MomentsimError(Exception):
    """A message for the user; the command ends with exit code 2 and prints no traceback."""

    exit_code = EXIT_CODE_BAD_INPUT


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one place of an input file.

    `line` and `column` count from 1; 0 means that the place has none (a missing file, say). `key` is the
    dotted key, empty for the file as a whole. `allowed` and `meant` may be empty.
    """

    file: str
    line: int
    column: int
    key: str
    what: str
    allowed: str = ""
    meant: str = ""

    def place(self) -> str:
        """`file:line:column`, as far as known."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def __str__(self) -> str:
        parts = [part for part in (self.what, self.allowed, self.meant) if part]
        where = f"{self.place()}: {self.key}: " if self.key else f"{self.place()}: "
        return where + ", ".join(parts)


class ScenarioError(MomentsimError):
    """All problems of a scenario, sorted by file and line; `str()` prints one a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        ordered = sorted(set(problems), key=_position)
        self.problems: tuple[Problem, ...] = tuple(ordered)
        super().__init__("\n".join(str(problem) for problem in ordered))


def _position(problem: Problem) -> tuple[str, int, int, str, str]:
    return (problem.file, problem.line, problem.column, problem.key, problem.what)
