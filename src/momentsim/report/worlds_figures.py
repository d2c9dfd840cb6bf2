"""Draws the figures of plausible worlds as PNG files."""

from __future__ import annotations

from pathlib import Path

from momentsim.experiments.compare import Comparison
from momentsim.report import figure_assumptions, figure_worlds
from momentsim.report.compared import best_variants
from momentsim.report.drawing import save
from momentsim.report.worlds_words import named_assumptions


def draw_worlds(folder: Path, comparison: Comparison) -> None:
    """Write the figures into an existing folder: none without worlds, no tornado where nothing is named."""
    worlds = comparison.worlds
    if worlds is None or not len(worlds.spread):
        return
    save(figure_worlds.draw(comparison, worlds), folder / "worlds.png")
    for case in best_variants(comparison, len(comparison.variants)):
        named = named_assumptions(worlds, case)
        if named is not None and len(named):
            save(figure_assumptions.draw(comparison, worlds, case), folder / "assumptions.png")
            return
