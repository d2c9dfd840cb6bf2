"""Errors meant for people: where, what was found, what is allowed, what was probably meant; all at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

EXIT_CODE_BAD_INPUT = 2
MAX_PROBLEMS = 200
"""Problems of one scenario that are told; a last one says how many more there are."""
MAX_WORDS = 1000
"""Characters of one part of a problem; a file can hold names and values of any length."""
_SHEET = re.compile(r"\.xls[xm]#", re.IGNORECASE)
"""In the name of a sheet of a workbook."""


class MomentsimError(Exception):
    """A message for the user; the command ends with exit code 2 and prints no traceback."""

    exit_code = EXIT_CODE_BAD_INPUT


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one place of an input file.

    `line` and `column` count from 1; 0 means that the place has none (a missing file, say). A file like
    `plan.xlsx#Heads` is a sheet, and line and column are those of a cell. `key` is the dotted key, empty for the file
    as a whole. `allowed` and `meant` may be empty.
    """

    file: str
    line: int
    column: int
    key: str
    what: str
    allowed: str = ""
    meant: str = ""

    def __post_init__(self) -> None:
        for name in ("file", "key", "what", "allowed", "meant"):
            object.__setattr__(self, name, readable(getattr(self, name)))

    def place(self) -> str:
        """`file:line:column` or `book.xlsx#Sheet!C12`, as far as known."""
        if not self.line:
            return self.file
        if _SHEET.search(self.file):
            return f"{self.file}!{cell_name(self.line, self.column)}"
        return f"{self.file}:{self.line}:{self.column}"

    def __str__(self) -> str:
        parts = [part for part in (self.what, self.allowed, self.meant) if part]
        where = f"{self.place()}: {self.key}: " if self.key else f"{self.place()}: "
        return where + ", ".join(parts)


class ScenarioError(MomentsimError):
    """All problems of a scenario, sorted by file and line; `str()` prints one a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        ordered = sorted(set(problems), key=_position)
        if len(ordered) > MAX_PROBLEMS:
            last, more = ordered[MAX_PROBLEMS - 1], len(ordered) - MAX_PROBLEMS
            said = Problem(last.file, last.line, last.column + 1, "", f"and {more:,} more problems")
            ordered = [*ordered[:MAX_PROBLEMS], said]
        self.problems: tuple[Problem, ...] = tuple(ordered)
        super().__init__("\n".join(str(problem) for problem in ordered))


def cell_name(row: int, column: int) -> str:
    """`C12`, of a row and a column of a sheet."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def readable(text: str) -> str:
    """Text for a message: of bearable length, and without characters that could move a terminal's cursor."""
    if len(text) > MAX_WORDS:
        text = f"{text[: MAX_WORDS - 3]}..."
    return text if text.isprintable() else "".join(map(_visible, text))


def is_text(name: str) -> bool:
    """Whether a name that comes from the system is text: no bytes that are not UTF-8, no control characters."""
    return not any(unicodedata.category(character) in ("Cc", "Cs") for character in name)


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def _position(problem: Problem) -> tuple[str, int, int, str, str]:
    return (problem.file, problem.line, problem.column, problem.key, problem.what)
