"""What the commands show: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console


WIDTH_WITHOUT_TERMINAL = 120
"""Letters in a line where there is no terminal and COLUMNS is not set."""
LEAST_WIDTH = 40
"""Numbers need some room, whatever COLUMNS says."""
HANGING = 4
"""Blanks by which a long line goes on further in."""


@dataclass(frozen=True)
class Show:
    """What the user wants to see."""

    as_json: bool
    quiet: bool


def console() -> Console:
    """Standard output, as wide as COLUMNS says, else as the terminal; wide enough for tables when it goes to a file.

    Whoever reads it may leave (`| head`): the rest is not shown, and the work goes on to its end.
    """
    from rich.console import Console

    class Screen(Console):
        def on_broken_pipe(self) -> None:
            self.quiet = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    return Screen(width=_width(), highlight=False)


def _width() -> int | None:
    """Letters in a line; None where the terminal is asked."""
    return _said_width() or (None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL)


def _said_width() -> int | None:
    """What COLUMNS says, if it says a number."""
    said = os.environ.get("COLUMNS", "")
    return max(LEAST_WIDTH, int(said)) if said.isascii() and said.isdigit() and int(said) > 0 else None


def tell(words: str) -> None:
    """A message on standard error: exactly as it is, but on a terminal no word is broken."""
    print(_wrap(words, _terminal_width(sys.stderr)), file=sys.stderr)


def say(words: str) -> None:
    """Lines on standard output: exactly as they are, but no word is broken on a terminal, or where COLUMNS is set."""
    print(_wrap(words, _width() if _said_width() else _terminal_width(sys.stdout)))


def _terminal_width(stream: TextIO) -> int | None:
    """Letters in a line of the terminal behind a stream; None where there is none."""
    if not stream.isatty():
        return None
    with suppress(OSError):
        return os.get_terminal_size(stream.fileno()).columns or None
    return None


def _wrap(words: str, width: int | None) -> str:
    """The same lines, long ones going on below, further in; a word that is longer than a line stays whole."""
    if width is None:
        return words
    lines = []
    for line in words.split("\n"):
        further = " " * (len(line) - len(line.lstrip()) + HANGING)
        lines += wrap(
            line, width, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
        ) or [line]
    return "\n".join(lines)


def print_json(content: Any) -> None:
    """Machine-readable output on standard output; escaped where that cannot take every character."""
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps(content, indent=2, ensure_ascii=not is_unicode, allow_nan=False))
