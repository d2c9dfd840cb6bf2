"""What the commands show: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


WIDTH_WITHOUT_TERMINAL = 120


@dataclass(frozen=True)
class Show:
    """What the user wants to see."""

    as_json: bool
    quiet: bool


def console() -> Console:
    """Standard output; wide enough for tables when it goes to a file.

    Whoever reads it may leave (`| head`): the rest is not shown, and the work goes on to its end.
    """
    from rich.console import Console

    class Screen(Console):
        def on_broken_pipe(self) -> None:
            self.quiet = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    return Screen(width=None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL, highlight=False)


def tell(words: str) -> None:
    """A message on standard error, exactly as it is."""
    print(words, file=sys.stderr)


def print_json(content: Any) -> None:
    """Machine-readable output on standard output; escaped where that cannot take every character."""
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps(content, indent=2, ensure_ascii=not is_unicode, allow_nan=False))
