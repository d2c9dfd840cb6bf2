"""The figures of a sweep: curves for one key, heat maps for two, effects of each key for more, sensitivities."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from matplotlib.figure import Figure

from momentsim.questions.sweep.figures import curves, effects, heat, sensitivities
from momentsim.questions.sweep.store import Swept
from momentsim.report import drawing


def figures_of(swept: Swept) -> dict[str, Callable[[], Figure]]:
    """File name -> drawing, of those that fit; none where fewer than two points are finished."""
    if swept.about["finished"] < 2:
        return {}
    drawings: dict[str, Callable[[], Figure]] = {}
    grid = swept.about["design"] == "grid"
    if len(swept.keys) == 1 and grid:
        drawings["curves"] = partial(curves.draw, swept)
    elif len(swept.keys) == 2 and grid:
        for measure in swept.measures:
            drawings[f"heat_{measure}"] = partial(heat.draw, swept, measure)
    else:
        drawings["effects"] = partial(effects.draw, swept)
    if len(swept.sensitivity):
        drawings["sensitivity"] = partial(sensitivities.draw, swept)
    return drawings


def draw_all(folder: Path, swept: Swept) -> None:
    """Write every figure into an existing folder."""
    for name, draw in figures_of(swept).items():
        drawing.save(draw(), folder / f"{name}.png")
