"""The commands: `momentsim run`, `compare`, `check` and so on, one module each.

Nothing heavy is imported before a command runs, so that help and completion are quick.
"""

from __future__ import annotations

from momentsim.cli.commands import app

__all__ = ["main"]


def main() -> None:
    """Entry point of the `momentsim` command."""
    app()
