"""Draws all figures of a result as PNG files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from matplotlib.figure import Figure

from momentsim.report import figure_cost, figure_ledger, figure_waits, figure_week
from momentsim.report.drawing import Drawable, png

FIGURES: dict[str, Callable[[Drawable], Figure]] = {
    "week_at_a_glance": figure_week.draw,
    "waits": figure_waits.draw,
    "loyalty_ledger": figure_ledger.draw,
    "cost_against_value": figure_cost.draw,
}
"""File name -> drawing."""


def draw_all(folder: Path, result: Drawable) -> None:
    """Write every figure into an existing folder."""
    for name, picture in pictures(result).items():
        (folder / name).write_bytes(picture)


def pictures(result: Drawable) -> dict[str, bytes]:
    """File name -> what is in the file, of every figure."""
    return {f"{name}.png": png(draw(result)) for name, draw in FIGURES.items()}
