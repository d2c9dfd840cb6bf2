"""What all figures share: colours that colour-blind people can tell apart, sizes, spines, saving.

Colours: Okabe and Ito, "Color Universal Design" (2008). Figures use the object interface with the Agg canvas:
no global state, no window, safe in threads.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from momentsim.contract.plan import Names
from momentsim.measures.digest import Digest
from momentsim.measures.facts import members_of
from momentsim.report.numbers import plain, trials
from momentsim.scenario.types import Scenario

BLACK: Final = "#000000"
ORANGE: Final = "#E69F00"
SKY: Final = "#56B4E9"
GREEN: Final = "#009E73"
BLUE: Final = "#0072B2"
VERMILLION: Final = "#D55E00"
PURPLE: Final = "#CC79A7"
GREY: Final = "#777777"
PALE: Final = "#E8E8E8"

SMALL: Final = 12
TEXT: Final = 14
TITLE: Final = 18
DOTS_PER_INCH: Final = 120
MOST_SUBTITLE: Final = 115
"""Small letters that fit above the axes of a figure of the usual width."""
WHITE_BACKED: Final[dict[str, Any]] = {
    "frameon": True,
    "framealpha": 1.0,
    "facecolor": "white",
    "edgecolor": "none",
}
"""A legend through which no line runs."""
Drawing: TypeAlias = Figure

Drawings: TypeAlias = Mapping[str, Callable[[], Figure]]


class ScenarioCarrier(Protocol):
    """What carries a scenario."""

    @property
    def scenario(self) -> Scenario:
        """The scenario."""
        ...


class Drawable(Protocol):
    """What figures need of a result."""

    @property
    def loaded(self) -> ScenarioCarrier:
        """The scenario as loaded."""
        ...

    @property
    def names(self) -> Names:
        """Names of reasons, segments, queues and groups."""
        ...

    @property
    def digests(self) -> Mapping[int, Digest]:
        """Digest by replication."""
        ...

    @property
    def summary(self) -> pd.DataFrame:
        """Measures."""
        ...

    @property
    def intervals(self) -> pd.DataFrame:
        """Interval table."""
        ...

    @property
    def ledger(self) -> pd.DataFrame:
        """Ledger."""
        ...


class Picture(Figure):
    """A figure that notebooks show by themselves."""

    def _repr_png_(self) -> bytes:
        return png(self)


class Bar(NamedTuple):
    """One bar with its interval; low and high are NaN without one."""

    label: str
    value: float
    low: float
    high: float
    colour: str


def panels(heights: Sequence[float], *, size: tuple[float, float] = (12.8, 7.2)) -> tuple[Figure, list[Axes]]:
    """A figure with panels one above the other on a shared time axis."""
    figure = Picture(figsize=size, dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=list(heights))[:, 0]
    for axis in axes:
        plainly(axis)
    return figure, list(axes)


def grid(rows: int, columns: int, *, size: tuple[float, float], sharex: bool) -> tuple[Figure, list[Axes]]:
    """A figure with panels in rows on a shared vertical axis, row by row."""
    figure = Picture(figsize=size, dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    axes = list(figure.subplots(rows, columns, sharex=sharex, sharey=True, squeeze=False).flat)
    for axis in axes:
        plainly(axis)
    return figure, axes


def plainly(axis: Axes) -> None:
    """No frame but the axes, quiet ticks, light horizontal grid behind the data."""
    axis.spines[["top", "right"]].set_visible(False)
    axis.spines[["left", "bottom"]].set_color(GREY)
    axis.tick_params(labelsize=SMALL, color=GREY)
    axis.grid(axis="y", color=PALE, linewidth=0.8)
    axis.set_axisbelow(True)


def headline(figure: Figure, finding: str) -> None:
    """The finding in large letters."""
    figure.suptitle(finding, x=0.01, ha="left", fontsize=TITLE, fontweight="bold", wrap=True)


def footnote(figure: Figure, text: str) -> None:
    """Below everything, in small letters, what is shown."""
    figure.supxlabel(text, x=0.01, ha="left", fontsize=SMALL, color=GREY, wrap=True)


def plain_ticks(axis: Axis) -> None:
    """Thousands apart, as everywhere else, with as many decimals as the ticks have."""
    axis.set_major_formatter(lambda value, _place: plain(value, tick_decimals(axis.get_majorticklocs())))


def tick_decimals(ticks: npt.ArrayLike) -> int:
    """Fewest decimals in which all ticks are themselves: 2 for steps of 0.25, 1 for 2.5."""
    numbers = np.asarray(ticks, np.float64)
    close = 1e-6 * float(np.abs(np.diff(numbers)).max(initial=1e-12))
    return next((each for each in range(7) if np.all(np.abs(numbers - numbers.round(each)) <= close)), 7)


def title(figure: Figure, finding: str, subtitle: str) -> None:
    """The finding in large letters, and in small ones what is shown."""
    headline(figure, finding)
    subtitle = textwrap.fill(subtitle, MOST_SUBTITLE)
    figure.axes[0].set_title(subtitle, loc="left", fontsize=SMALL, color=GREY, pad=10)


def png(figure: Figure) -> bytes:
    """A picture without dates or versions, so that the same data give the same bytes."""
    # savefig would lay the figure out and draw it twice, the first time for nothing
    canvas: Any = FigureCanvasAgg(figure)
    buffer = io.BytesIO()
    canvas.print_png(buffer, metadata={"Software": None})
    return buffer.getvalue()


def save(figure: Figure, path: Path) -> Path:
    """Write a PNG."""
    path.write_bytes(png(figure))
    return path


def replications_text(result: Drawable) -> str:
    """`mean of 20 replications, 95 % intervals`, or `one replication`."""
    members = members_of(result.loaded.scenario)
    counted = trials(len(result.digests), members)
    return f"mean of {counted}, 95 % intervals" if len(result.digests) > members else counted
