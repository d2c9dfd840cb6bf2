"""The commands: `momentsim run`, `compare`, `check` and so on, one module each.

Nothing heavy is imported before a command runs, so that help and completion are quick.
"""

from __future__ import annotations

import io
import os
import sys

# Replications run in threads of their own; threads of a linear-algebra library would only be in their way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from momentsim.cli import commands  # the setting must stand before numpy is imported

__all__ = ["main"]


def main() -> None:
    """Entry point of the `momentsim` command."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")  # names of files may be no text; JSON knows \\udcff
    commands.app()
