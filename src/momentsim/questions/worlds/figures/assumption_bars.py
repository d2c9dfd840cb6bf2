"""The assumptions that matter: mean net benefit of a variant at both ends of the plausible range of each."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from momentsim.questions.compare.compare import Comparison
from momentsim.questions.compare.figure_differences import Differences
from momentsim.questions.compare.verdicts import BENEFIT
from momentsim.questions.worlds.findings import Worlds
from momentsim.questions.worlds.words import named_assumptions, spread_row, value_words
from momentsim.report import drawing
from momentsim.report.numbers import DIVISORS, join_words, suffix_of

MOST: Final = 10


def draw(comparison: Comparison, worlds: Worlds, case: str) -> Figure:
    """A bar for each assumption that the fit names, the longest on top. Raises ValueError where it names none."""
    named = named_assumptions(worlds, case)
    if named is None or not len(named):
        raise ValueError(f"no assumption is named for {case}")
    rows = widest(named)
    currency = Differences(comparison).of(case, BENEFIT).unit
    figure, axes = drawing.grid(1, 1, size=(12.8, max(4.6, 2.6 + 0.6 * len(rows))), sharex=False)
    drawing.headline(figure, finding(rows, case, comparison.baseline_name))
    _bars(axes[0], rows, float(spread_row(worlds, case, BENEFIT)["mean"]), currency)
    share = 100 * worlds.about["explained"][case]
    drawing.footnote(
        figure,
        f"Mean over all other assumptions, from a fit to {worlds.about['finished']} plausible worlds that foretells "
        f"{share:.0f} % of how worlds differ; ends of the plausible range at the bars",
    )
    return figure


def widest(named: pd.DataFrame) -> list[dict[str, Any]]:
    """The assumptions whose ends are farthest apart, the widest first."""
    records = [{str(name): value for name, value in row.items()} for row in named.to_dict(orient="records")]
    return sorted(records, key=lambda row: -abs(row["at_high"] - row["at_low"]))[:MOST]


def finding(rows: list[dict[str, Any]], case: str, baseline: str) -> str:
    """Whether one of them turns the verdict."""
    flipping = [str(row["parameter"]) for row in rows if row["flips"] == "yes"]
    if flipping:
        return f"Whether {case} is better than {baseline} depends on {join_words(flipping[:2])}"
    strongest = join_words([str(row["parameter"]) for row in rows[:2]])
    return f"{case}: most depends on {strongest}, but none alone turns its net benefit"


def _bars(axis: Axes, rows: list[dict[str, Any]], mean: float, currency: str) -> None:
    edges = [abs(float(row[end])) for row in rows for end in ("at_low", "at_high")]
    suffix = suffix_of(max(edges), currency)
    size = DIVISORS[suffix]
    for index, row in enumerate(reversed(rows)):
        low, high = float(row["at_low"]) / size, float(row["at_high"]) / size
        axis.plot(
            [low, high], [index, index], color=drawing.SKY, linewidth=12, solid_capstyle="butt", zorder=1
        )
        for end, value in ((low, row["low"]), (high, row["high"])):
            left = end == min(low, high)
            axis.annotate(
                value_words(float(value), str(row["unit"])), (end, index), xytext=(-6 if left else 6, 0),
                textcoords="offset points", ha="right" if left else "left", va="center", fontsize=drawing.SMALL,
            )  # fmt: skip
    axis.axvline(mean / size, color=drawing.GREY, linewidth=1.2, linestyle=(0, (4, 3)))
    axis.axvline(0, color=drawing.BLACK, linewidth=1.4)
    axis.grid(axis="x", color=drawing.PALE, linewidth=0.8)
    axis.grid(axis="y", visible=False)
    axis.margins(x=0.14)
    axis.set_ylim(-0.6, len(rows) - 0.4)
    axis.set_yticks(range(len(rows) - 1, -1, -1), [_label(row) for row in rows], fontsize=drawing.TEXT)
    axis.tick_params(axis="y", length=0)
    axis.xaxis.set_major_locator(MaxNLocator(5))
    drawing.plain_ticks(axis.xaxis)
    axis.set_xlabel(
        f"net benefit against the baseline, {suffix.strip()} {currency}".replace(",  ", ", "),
        fontsize=drawing.TEXT,
    )


def _label(row: dict[str, Any]) -> str:
    return f"{row['parameter']} ({row['tag']})"
