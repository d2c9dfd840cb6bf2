"""The figures of a comparison, in plausible worlds too where these were asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from matplotlib.figure import Figure

from momentsim.experiments.compare import Comparison
from momentsim.report import (
    figure_assumptions,
    figure_days,
    figure_differences,
    figure_front,
    figure_worlds,
)
from momentsim.report.compared import best_variants
from momentsim.report.drawing import save
from momentsim.report.worlds_words import named_assumptions


def figures_of(comparison: Comparison) -> dict[str, Callable[[], Figure]]:
    """File name -> drawing; without worlds none of these, no tornado where no assumption is named."""
    found: dict[str, Callable[[], Figure]] = {
        "differences": partial(figure_differences.draw, comparison),
        "front": partial(figure_front.draw, comparison),
        "side_by_side": partial(figure_days.draw, comparison),
    }
    worlds = comparison.worlds
    if worlds is None or not len(worlds.spread):
        return found
    found["worlds"] = partial(figure_worlds.draw, comparison, worlds)
    for case in best_variants(comparison, len(comparison.variants)):
        named = named_assumptions(worlds, case)
        if named is not None and len(named):
            found["assumptions"] = partial(figure_assumptions.draw, comparison, worlds, case)
            break
    return found


def draw_all(folder: Path, comparison: Comparison) -> None:
    """Write every figure into an existing folder."""
    for name, draw in figures_of(comparison).items():
        save(draw(), folder / f"{name}.png")
