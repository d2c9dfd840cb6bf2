"""Draws all figures of a comparison as PNG files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from matplotlib.figure import Figure

from momentsim.experiments.compare import Comparison
from momentsim.report import figure_days, figure_differences, figure_front
from momentsim.report.drawing import save

FIGURES: dict[str, Callable[[Comparison], Figure]] = {
    "differences": figure_differences.draw,
    "front": figure_front.draw,
    "side_by_side": figure_days.draw,
}
"""File name -> drawing."""


def draw_all(folder: Path, comparison: Comparison) -> None:
    """Write every figure into an existing folder."""
    for name, draw in FIGURES.items():
        save(draw(comparison), folder / f"{name}.png")
