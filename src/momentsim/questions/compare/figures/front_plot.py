"""Cost against value: every case against the baseline, and which no other case is better in both."""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from momentsim.questions.compare.compare import Comparison
from momentsim.questions.compare.figure_differences import Differences, pairs_text
from momentsim.report import drawing
from momentsim.report.changes import Change
from momentsim.report.numbers import DIVISORS, suffix_of
from momentsim.report.verdicts import is_alone

NAMES_IN_TITLE = 3
UNLIKELY = 0.005
"""Probabilities below this, or this near to 1, are not written out."""
CHARACTER = 0.62
"""Width of a letter over its height."""
OFFSETS = ((12, 6), (12, -6), (-12, 6), (-12, -6), (12, 28), (12, -28), (-12, 28), (-12, -28))
"""Where a name may stand, in dots from its point."""


Box: TypeAlias = tuple[float, float, float, float]
"""Left, lower, right and upper edge, in dots."""


class Spot(NamedTuple):
    """One case: cost and value above the baseline's."""

    name: str
    cost: Change
    value: Change
    on_front: bool
    probability: float


class Spots(NamedTuple):
    """All cases, and what is said about them."""

    spots: list[Spot]
    finding: str
    currency: str


def data(comparison: Comparison) -> Spots:
    """Differences of cost and net value; the baseline stands at 0."""
    found = Differences(comparison)
    currency = comparison.baseline.loaded.scenario.currency
    here = Change(0.0, 0.0, 0.0, currency)
    spots = []
    for row in comparison.ranking.to_dict(orient="records"):
        name = str(row["case"])
        is_base = name == comparison.baseline_name
        cost, value = (
            here if is_base else found.of(name, measure) for measure in ("cost_total", "value_net")
        )
        spots.append(Spot(name, cost, value, bool(row["on_front"]), float(row["on_front_probability"])))
    return Spots(spots, _finding(spots), currency)


def _finding(spots: list[Spot]) -> str:
    on = [spot.name for spot in sorted(spots, key=lambda spot: spot.cost.value) if spot.on_front]
    if len(on) == 1:
        sure = is_alone(spot.probability for spot in spots if not spot.on_front)
        return f"{on[0]} costs least and gives most" + (
            "" if sure else " by the estimates, but that is not sure"
        )
    if len(on) <= NAMES_IN_TITLE:
        named = f"{', '.join(on[:-1])} and {on[-1]}"
        return f"{named}: by the estimates no other case costs less and gives more"
    return f"For {len(on)} of {len(spots)} cases, by the estimates, no other costs less and gives more"


def draw(comparison: Comparison) -> Figure:
    """The figure."""
    both = data(comparison)
    figure, (axis,) = drawing.panels((1,), size=(12.8, 8.0))
    told = "P: chance that none costs less and gives more"
    text = f"against {comparison.baseline_name}; {pairs_text(comparison)}; {told}"
    drawing.title(figure, both.finding, text)
    sizes = [_scale(both, "cost"), _scale(both, "value")]
    points = [(spot.cost.value / sizes[0][0], spot.value.value / sizes[1][0]) for spot in both.spots]
    for spot in both.spots:
        _cross(axis, spot, (sizes[0][0], sizes[1][0]))
    _line(axis, [point for point, spot in zip(points, both.spots, strict=True) if spot.on_front])
    axis.axhline(0, color=drawing.GREY, linewidth=0.9)
    axis.axvline(0, color=drawing.GREY, linewidth=0.9)
    axis.grid(axis="x", color=drawing.PALE, linewidth=0.8)
    axis.set_xlabel(f"cost above the baseline's, {sizes[0][1]}{both.currency}", fontsize=drawing.TEXT)
    axis.set_ylabel(
        f"customer value above the baseline's, {sizes[1][1]}{both.currency}", fontsize=drawing.TEXT
    )
    axis.margins(x=0.16, y=0.12)
    for each in (axis.xaxis, axis.yaxis):
        drawing.plain_ticks(each)
    _labels(figure, axis, both.spots, points)
    return figure


def _scale(both: Spots, which: str) -> tuple[float, str]:
    changes = [spot.cost if which == "cost" else spot.value for spot in both.spots]
    edges = [abs(edge) for change in changes for edge in change[:3] if math.isfinite(edge)]
    suffix = suffix_of(max(edges, default=0.0), both.currency)
    return DIVISORS[suffix], f"{suffix.strip()} " if suffix else ""


def _cross(axis: Axes, spot: Spot, sizes: tuple[float, float]) -> None:
    colour = drawing.BLUE if spot.on_front else drawing.GREY
    x, y = spot.cost.value / sizes[0], spot.value.value / sizes[1]
    if spot.cost.high > spot.cost.low or spot.value.high > spot.value.low:
        axis.plot([spot.cost.low / sizes[0], spot.cost.high / sizes[0]], [y, y], color=colour, linewidth=1.6)
        axis.plot(
            [x, x], [spot.value.low / sizes[1], spot.value.high / sizes[1]], color=colour, linewidth=1.6
        )
    marker = "o" if spot.on_front else "s"
    face = colour if spot.on_front else "white"
    axis.plot(
        [x], [y], marker=marker, markersize=10, color=colour, markerfacecolor=face, linestyle="", zorder=3
    )


def _line(axis: Axes, points: list[tuple[float, float]]) -> None:
    """Along the front one goes up in steps: to be better one pays for the next case as a whole."""
    ordered = sorted(points)
    if len(ordered) > 1:
        x, y = [point[0] for point in ordered], [point[1] for point in ordered]
        axis.step(x, y, where="post", color=drawing.SKY, linewidth=2.0, zorder=1)


def _labels(figure: Figure, axis: Axes, spots: list[Spot], points: list[tuple[float, float]]) -> None:
    """Each name beside its point, at the first of eight places where it covers no other."""
    figure.canvas.draw()
    spans = axis.transData.transform(points)
    taken: list[Box] = [(x - 8, y - 8, x + 8, y + 8) for x, y in spans]
    size = drawing.SMALL * drawing.DOTS_PER_INCH / 72
    for spot, (x, y) in zip(spots, spans, strict=True):
        text = _name(spot)
        width = CHARACTER * size * len(text)
        boxes = [_box(x, y, (width, size), offset) for offset in OFFSETS]
        inside = [box for box in boxes if box[2] < axis.bbox.x1 and box[0] > axis.bbox.x0] or boxes
        box = next((one for one in inside if not any(_overlap(one, other) for other in taken)), inside[0])
        taken.append(box)
        axis.annotate(
            text, tuple(axis.transData.inverted().transform((box[0], box[1]))), fontsize=drawing.SMALL,
            fontweight="bold" if spot.on_front else "normal",
            color=drawing.BLACK if spot.on_front else drawing.GREY,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.0},
        )  # fmt: skip


def _name(spot: Spot) -> str:
    """The name, and how sure its place is where that is worth a word."""
    if math.isnan(spot.probability) or (spot.probability < UNLIKELY and not spot.on_front):
        return spot.name
    sure = "> 0.99" if spot.probability > 1 - UNLIKELY else f"{spot.probability:.2f}"
    return f"{spot.name}, P {sure}"


def _box(x: float, y: float, text: tuple[float, float], offset: tuple[int, int]) -> Box:
    """Left, lower, right and upper edge of a text that stands off a point, to the right or left of it."""
    width, height = text
    left = x + offset[0] if offset[0] > 0 else x + offset[0] - width
    lower = y + offset[1] if offset[1] > 0 else y + offset[1] - height
    return left, lower, left + width, lower + height


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
