"""Figures of a staffing: heads and what becomes of them over the days, and the search or the value curve."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from momentsim.questions.staff.goal_words import (
    column_of,
    factor_of,
    figure_title_of,
    goals_of,
    levels_of,
    measures_of,
    rows_of,
    unit_of,
)
from momentsim.questions.staff.words import edge_words, need_words
from momentsim.report import drawing
from momentsim.report.numbers import plain
from momentsim.scenario.sections.staffing_goal import Goal
from momentsim.units import format_number

DAYS_SHOWN: Final = 7
FEWEST_CONTACTS: Final = 0.25
"""Of the peak: quieter intervals are left out of the curve of service, which would be all noise there."""


def figures_of(
    requirement: pd.DataFrame, levels: pd.DataFrame, about: dict[str, Any]
) -> dict[str, Callable[[], Figure]]:
    """File name -> drawing; without an answer there is only the search. Of several pools each has a number."""
    if "parts" in about:
        parts = (
            figures_of(rows_of(requirement, part), rows_of(levels, part), part) for part in about["parts"]
        )
        return {
            f"{name}_of_{number}": draw
            for number, part in enumerate(parts, start=1)
            for name, draw in part.items()
        }
    drawings: dict[str, Callable[[], Figure]] = {}
    if "found" in about:
        drawings["requirement"] = partial(draw_requirement, requirement, about)
    if len(levels) and about["goal_kind"] == "value":
        drawings["value"] = partial(draw_value, levels, about)
    elif len(levels):
        goals = goals_of(about)
        for place, goal in enumerate(goals):
            drawings[f"search_{place + 1}" if len(goals) > 1 else "search"] = partial(
                draw_search, levels_of(levels, goal), about, goal
            )
    return drawings


def draw_all(folder: Path, requirement: pd.DataFrame, levels: pd.DataFrame, about: dict[str, Any]) -> None:
    """Write every figure into an existing folder."""
    for name, draw in figures_of(requirement, levels, about).items():
        drawing.save(draw(), folder / f"{name}.png")


def draw_requirement(requirement: pd.DataFrame, about: dict[str, Any]) -> Figure:
    """Heads at work by the formulas and as found; below, how service really goes."""
    by_time = requirement.groupby("interval_start", sort=False)
    heads = by_time[["heads_erlang_c", "heads_erlang_a", "heads"]].sum()
    first = requirement[requirement["group"] == about["groups"][0]].set_index("interval_start")
    times = pd.to_datetime(heads.index).to_numpy()
    shown = times < times[0] + np.timedelta64(DAYS_SHOWN, "D")
    goals = goals_of(about)
    figure, (above, *below) = drawing.panels([3, *[2 for _ in goals]])
    drawing.title(figure, _requirement_finding(about), "Heads at work")
    for name, label, colour, width in (  # thin on thick: lines that are alike are all seen
        ("heads", "found by simulation", drawing.BLACK, 5.0),
        ("heads_erlang_c", "Erlang C", drawing.SKY, 1.8),
        ("heads_erlang_a", "Erlang A", drawing.ORANGE, 1.8),
    ):
        if name != "heads_erlang_c" or goals.are_in_erlang_c:
            counts = heads[name][shown].to_numpy(np.float64)
            above.step(
                _close_steps(times[shown]), np.append(counts, counts[-1]), where="post", label=label, color=colour,
                linewidth=width,
            )  # fmt: skip
    above.set_ylim(0, 1.08 * above.get_ylim()[1])
    above.yaxis.set_major_locator(MaxNLocator(integer=True))
    above.legend(
        fontsize=drawing.SMALL, frameon=False, ncols=3, loc="lower right", bbox_to_anchor=(1.0, 0.98)
    )
    for axis, goal in zip(below, goals, strict=True):
        _service(axis, first[shown], times[shown], about, goal)
        _days(axis, times[shown])
    part = "" if shown.all() else f"The first {DAYS_SHOWN} days. "
    drawing.footnote(
        figure,
        f"{part}Formulas are planned on the forecast; the simulation has everything in the scenario. Band: 95 % "
        f"interval of the mean of {about['replications']} replications",
    )
    return figure


def _close_steps(times: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The end of the last interval once more, so that its step is drawn."""
    return (
        np.append(times, times[-1] + (times[-1] - times[-2])) if len(times) > 1 else np.append(times, times)
    )


def _days(axis: Axes, times: np.ndarray[Any, Any]) -> None:
    """Days with their weekday, or every third hour where there are only two days."""
    axis.margins(x=0.01)
    long = times[-1] - times[0] > np.timedelta64(2, "D")
    ticks = pd.date_range(pd.Timestamp(times[0]).floor("D"), times[-1], freq="D" if long else "3h")
    ticks = ticks[ticks >= times[0]]
    labels = [f"{tick:%a} {tick.day} {tick:%b}" if long else f"{tick:%H:%M}" for tick in ticks]
    axis.set_xticks(ticks.to_numpy(), labels)


def _service(
    axis: Axes, table: pd.DataFrame, times: np.ndarray[Any, Any], about: dict[str, Any], goal: Goal
) -> None:
    column = column_of(about, goal)
    factor, unit = factor_of(goal), unit_of(goal)
    busy = (table["offered_simulated"] >= FEWEST_CONTACTS * table["offered_simulated"].max()).to_numpy()
    value, low, high = (
        np.where(busy, factor * table[f"{column}_{end}"].to_numpy(np.float64), np.nan)
        for end in ("simulated", "low", "high")
    )
    value, low, high = (np.append(each, each[-1]) for each in (value, low, high))
    steps = _close_steps(times)
    axis.fill_between(steps, low, high, step="post", color=drawing.BLUE, alpha=0.2, linewidth=0)
    axis.step(steps, value, where="post", color=drawing.BLUE, linewidth=1.8)
    title = figure_title_of(goal)
    told = f"{title[:1].upper()}{title[1:]}" if goal.scope is None else title
    if goal.kind != "value":
        wanted = factor * goal.wanted
        axis.axhline(wanted, color=drawing.VERMILLION, linewidth=1.4, linestyle="--")
        told = f"{told}; dashed: the goal, {format_number(round(wanted, 6))} {unit}"
    axis.set_title(told, loc="left", fontsize=drawing.SMALL, color=drawing.GREY)
    if not goal.is_limit:
        axis.set_ylim(top=100.5)


def _requirement_finding(about: dict[str, Any]) -> str:
    level = about["found"]
    if about["goal_kind"] == "value":
        asked = f"Value asks for {plain(level['agent_hours'], 0)} agent-hours"
        low, high = (plain(end, 0) for end in level["as_good_hours"])
        return asked if level["edge"] or low == high else f"{asked}; {low} to {high} may be as good"
    more = level["agent_hours"] / about["erlang_a_hours"] - 1.0 if about["erlang_a_hours"] else 0.0
    if abs(more) < 0.0005:
        return f"{about['goal']} {need_words(about)} what Erlang A says"
    size = f"{plain(100 * abs(more), 1)} % {'more' if more > 0 else 'less'}"
    return f"{about['goal']} {need_words(about)} {size} than Erlang A says"


def draw_search(levels: pd.DataFrame, about: dict[str, Any], goal: Goal) -> Figure:
    """A goal's measure against agent-hours: what was searched, what was judged, and the goal."""
    figure, (axis,) = drawing.panels([1])
    factor = factor_of(goal)
    searched, judged = (
        levels[levels["stage"] == stage].sort_values("agent_hours") for stage in ("searching", "judging")
    )
    axis.plot(
        searched["agent_hours"], factor * searched["goal_measure"], "o-", color=drawing.GREY, linewidth=1.2,
        markersize=5, label="searched",
    )  # fmt: skip
    for row in judged.to_dict(orient="records"):
        axis.plot(
            [row["agent_hours"]] * 2,
            [factor * row["low"], factor * row["high"]],
            color=drawing.BLUE,
            linewidth=2.4,
        )
    axis.plot(
        judged["agent_hours"], factor * judged["goal_measure"], "s", color=drawing.BLUE, markersize=8,
        label=f"judged on other draws, one-sided bounds of {100 * about['confidence']:g} %",
    )  # fmt: skip
    axis.axhline(
        factor * goal.wanted, color=drawing.VERMILLION, linewidth=1.6, linestyle="--", label=f"goal {goal}"
    )
    if "found" in about:
        goals = goals_of(about)
        measure = measures_of(about["found"], goals)[goals.index(goal)]["goal_measure"]
        hours, share = about["found"]["agent_hours"], factor * measure["value"]
        axis.plot(
            [hours], [share], "s", markersize=17, markerfacecolor="none", color=drawing.BLACK, label="chosen"
        )
        drawing.headline(figure, f"{about['goal']} {need_words(about)} {plain(hours, 0)} agent-hours")
    else:
        drawing.headline(figure, f"{about['goal']}: stopped before an answer")
    _axes(axis, figure_title_of(goal))
    axis.legend(fontsize=drawing.SMALL, frameon=False)
    return figure


def draw_value(levels: pd.DataFrame, about: dict[str, Any]) -> Figure:
    """Net benefit and its two parts against agent-hours; the best staffing and 80/20 marked."""
    searched = levels[levels["stage"] == "searching"].sort_values("agent_hours")
    figure, (above, below) = drawing.panels([1, 1])
    currency = about["currency"]
    above.vlines(
        searched["agent_hours"], searched["against_best_low"], searched["against_best_high"], color=drawing.GREY,
        linewidth=2,
    )  # fmt: skip
    above.plot(searched["agent_hours"], searched["against_best"], "o-", color=drawing.BLACK, linewidth=2)
    above.set_title(
        f"net benefit against the best, {currency}", loc="left", fontsize=drawing.SMALL, color=drawing.GREY
    )
    least = searched.iloc[0]
    for name, label, colour, marker in (
        ("value", "customer value gained", drawing.BLUE, "o"),
        ("cost_total", "cost added", drawing.VERMILLION, "s"),
    ):
        below.plot(
            searched["agent_hours"],
            searched[name] - least[name],
            f"{marker}-",
            color=colour,
            linewidth=2,
            label=label,
        )
    below.set_title(
        f"against the fewest people, {currency}", loc="left", fontsize=drawing.SMALL, color=drawing.GREY
    )
    below.legend(fontsize=drawing.SMALL, frameon=False)
    if "found" in about:
        _mark(figure, (above, below), about)
    for axis in (above, below):
        drawing.plain_ticks(axis.yaxis)
    _axes(below, "")
    drawing.footnote(figure, "One point per staffing, the search's common draws; bars: paired 95 % intervals")
    return figure


def _mark(figure: Figure, axes: tuple[Axes, Axes], about: dict[str, Any]) -> None:
    """Vertical lines at the staffing found and at 80/20, and the finding as a title."""
    best = about["found"]
    level = f"{plain(100 * best['goal_measure']['value'], 0)}/{format_number(about['goal_threshold_s'])}"
    marks = [(best["agent_hours"], f"best: {level}", drawing.BLACK)]
    if best["customary"] is not None:
        marks.append((best["customary_hours"], "the customary 80/20", drawing.ORANGE))
    for axis in axes:
        if not best["edge"]:
            axis.axvspan(*best["as_good_hours"], color=drawing.PALE, zorder=0)
        for hours, _, colour in marks:
            axis.axvline(hours, color=colour, linewidth=1.8, linestyle="--")
    right = max(hours for hours, _, _ in marks)
    for index, (hours, label, colour) in enumerate(marks):
        beside = hours == right and len(marks) > 1
        axes[0].annotate(
            label, (hours, 0.04 + 0.12 * index), xycoords=("data", "axes fraction"),
            xytext=(-6 if beside else 6, 0), ha="right" if beside else "left",
            textcoords="offset points", fontsize=drawing.TEXT, color=colour,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5},
        )  # fmt: skip
    drawing.headline(figure, _value_finding(about, level))


def _value_finding(about: dict[str, Any], level: str) -> str:
    """The best staffing; how far it may be off where others may be as good."""
    best = about["found"]
    if best["edge"]:
        return edge_words(best)
    hours = plain(best["agent_hours"], 0)
    low, high = (plain(end, 0) for end in best["as_good_hours"])
    if low == high:
        return f"Net benefit is highest at {level}, {hours} agent-hours"
    return (
        f"Net benefit is highest between {low} and {high} agent-hours; the best estimate is {hours} ({level})"
    )


def _axes(axis: Axes, vertical: str) -> None:
    axis.set_xlabel("agent-hours, rostered", fontsize=drawing.TEXT)
    if vertical:
        axis.set_title(vertical, loc="left", fontsize=drawing.SMALL, color=drawing.GREY)
    drawing.plain_ticks(axis.xaxis)
