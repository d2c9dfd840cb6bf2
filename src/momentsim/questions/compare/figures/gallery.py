"""The figures of a comparison, in plausible worlds too where these were asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from matplotlib.figure import Figure

from momentsim.questions.compare.compare import Comparison
from momentsim.questions.compare.figure_differences import best_variants
from momentsim.questions.compare.figures import days, forest_plot, front_plot
from momentsim.questions.worlds.figures import assumption_bars as worlds_assumption_bars
from momentsim.questions.worlds.figures import uncertainties as worlds_uncertainties
from momentsim.questions.worlds.words import named_assumptions
from momentsim.report.drawing import save


def figures_of(comparison: Comparison) -> dict[str, Callable[[], Figure]]:
    """File name -> drawing; without worlds none of these, no tornado where no assumption is named."""
    drawings: dict[str, Callable[[], Figure]] = {
        "differences": partial(forest_plot.draw, comparison),
        "front": partial(front_plot.draw, comparison),
        "side_by_side": partial(days.draw, comparison),
    }
    worlds = comparison.worlds
    if worlds is None or not len(worlds.spread):
        return drawings
    drawings["worlds"] = partial(worlds_uncertainties.draw, comparison, worlds)
    for case in best_variants(comparison, len(comparison.variants)):
        named = named_assumptions(worlds, case)
        if named is not None and len(named):
            drawings["assumptions"] = partial(worlds_assumption_bars.draw, comparison, worlds, case)
            break
    return drawings


def draw_all(folder: Path, comparison: Comparison) -> None:
    """Write every figure into an existing folder."""
    for name, draw in figures_of(comparison).items():
        save(draw(), folder / f"{name}.png")
