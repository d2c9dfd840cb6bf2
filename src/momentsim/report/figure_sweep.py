"""The figures of a sweep: curves for one key, heat maps for two, effects of each key for more, sensitivities."""

from __future__ import annotations

from pathlib import Path

from momentsim.experiments.sweep.store import Swept
from momentsim.report import drawing, figure_curves, figure_effects, figure_heat, figure_sensitivity


def draw_all(folder: Path, found: Swept) -> None:
    """Write every figure that fits into an existing folder."""
    if found.about["finished"] < 2:
        return
    grid = found.about["design"] == "grid"
    if len(found.keys) == 1 and grid:
        drawing.save(figure_curves.draw(found), folder / "curves.png")
    elif len(found.keys) == 2 and grid:
        for measure in found.measures:
            drawing.save(figure_heat.draw(found, measure), folder / f"heat_{measure}.png")
    else:
        drawing.save(figure_effects.draw(found), folder / "effects.png")
    if len(found.sensitivity):
        drawing.save(figure_sensitivity.draw(found), folder / "sensitivity.png")
