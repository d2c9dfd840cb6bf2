"""Horizontal bars from a zero line, each with its amount and interval written beside it."""

from __future__ import annotations

import math

from matplotlib.axes import Axes

from momentsim.report import drawing
from momentsim.report.drawing import Bar
from momentsim.report.numbers import DIVISORS, WORD_DIGITS, decimals_for, plain

SCALES = ((1e9, " bn"), (1e6, " M"), (1e4, " k"))
"""One scale for the axis of a figure, by the longest bar; shorter ones are written in what they are read in."""


def horizontal(axis: Axes, bars: list[Bar], currency: str) -> None:
    """First bar on top; room is left for the amounts."""
    places = list(range(len(bars) - 1, -1, -1))
    suffix = _common_suffix(bars)
    for place, bar in zip(places, bars, strict=True):
        axis.barh(place, bar.value, height=0.62, color=bar.colour)
        if math.isfinite(bar.low) and bar.high > bar.low:
            whiskers = [[bar.value - bar.low], [bar.high - bar.value]]
            axis.errorbar(
                bar.value, place, xerr=whiskers, fmt="none", ecolor=drawing.BLACK, elinewidth=1.6, capsize=5
            )
        _amount(axis, bar, place, suffix)
    axis.set_yticks(places, [bar.label for bar in bars], fontsize=drawing.TEXT)
    axis.axvline(0, color=drawing.BLACK, linewidth=1.2)
    axis.grid(axis="y", visible=False)
    axis.grid(axis="x", color=drawing.PALE, linewidth=0.8)
    axis.spines["left"].set_visible(False)
    axis.tick_params(axis="y", length=0)
    axis.set_xlabel(currency, fontsize=drawing.TEXT)
    _money_axis(axis, bars, suffix)


def _amount(axis: Axes, bar: Bar, place: float, suffix: str) -> None:
    outer = [edge for edge in (bar.value, bar.low, bar.high) if math.isfinite(edge)]
    right = bar.value >= 0
    axis.annotate(
        _text(bar, suffix),
        (max(*outer, 0) if right else min(*outer, 0), place),
        xytext=(8 if right else -8, 0),
        textcoords="offset points",
        va="center",
        ha="left" if right else "right",
        fontsize=drawing.TEXT,
        fontweight="bold",
    )


def _text(bar: Bar, suffix: str) -> str:
    largest = DIVISORS[suffix]
    if abs(bar.value) < largest:  # 306 is read at once, 0.306 k is not
        suffix = next((name for name, size in DIVISORS.items() if size <= min(abs(bar.value), largest)), "")
    if abs(bar.value) < DIVISORS[" k"] <= largest:
        return plain(bar.value, 0)
    size = DIVISORS[suffix]
    decimals = decimals_for(bar.value / size, (bar.high - bar.low) / 2 / size, WORD_DIGITS)
    return plain(bar.value / size, decimals) + suffix


def _common_suffix(bars: list[Bar]) -> str:
    longest = max((abs(bar.value) for bar in bars), default=0.0)
    return next((suffix for size, suffix in SCALES if longest >= size), "")


def _money_axis(axis: Axes, bars: list[Bar], suffix: str) -> None:
    edges = [edge for bar in bars for edge in (bar.value, bar.low, bar.high) if math.isfinite(edge)]
    low, high = min(0.0, *edges), max(0.0, *edges)
    if low == high:
        high = 1.0  # nothing happened; the axis still needs a length
    room = 0.16 * (high - low)
    axis.set_xlim(low - (room if low < 0 else 0.0), high + (room if high > 0 else 0.0))
    decimals = drawing.tick_decimals(axis.get_xticks() / DIVISORS[suffix])

    def tick(value: float, _place: float) -> str:
        return "0" if value == 0 else f"{plain(value / DIVISORS[suffix], decimals)}{suffix}"

    axis.xaxis.set_major_formatter(tick)
