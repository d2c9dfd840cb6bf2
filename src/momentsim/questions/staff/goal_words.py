"""How a goal is told: what comes true of it, its unit, its column, its title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from momentsim.report.numbers import plain, show_number
from momentsim.scenario.sections.staffing_goal import Goal, Goals
from momentsim.units import format_number

Found = Mapping[str, Any]
TITLES: Final = {
    "abandoned": "hang up, %",
    "wait": "mean wait, s",
    "busy": "busy, %",
    "occupancy": "occupancy, %",
}
FIGURE_TITLES: Final = {
    "abandoned": "percent who hang up",
    "wait": "mean wait of those answered, seconds",
    "busy": "percent who hear busy",
    "occupancy": "occupancy, percent of time on duty",
}


def goals_of(about: Found) -> Goals:
    """The goals that were asked for."""
    if "goals" in about:
        return Goals(
            Goal(each["kind"], each["share"], each["threshold_s"], each["scope"]) for each in about["goals"]
        )
    return Goals((Goal(about["goal_kind"], about["goal_share"], about["goal_threshold_s"]),))


def column_of(about: Found, goal: Goal) -> str:
    """How the columns of a goal's measure in `requirement` begin."""
    if "goals" in about:
        return next(str(each["column"]) for each in about["goals"] if each["goal"] == str(goal))
    return goal.column


def parts_of(about: Found) -> list[Found]:
    """What is known of each pool, where several were staffed in turn; else what is known."""
    return list(about.get("parts", [about]))


def rows_of(table: pd.DataFrame, part: Found) -> pd.DataFrame:
    """Rows of one pool: of its groups, or its goals; all where the table has neither."""
    if "group" in table:
        return table[table["group"].isin(part["groups"])]
    return table[table["goal"].isin([each["goal"] for each in part["goals"]])] if "goal" in table else table


def levels_of(levels: pd.DataFrame, goal: Goal) -> pd.DataFrame:
    """Rows of one goal."""
    return levels[levels["goal"] == str(goal)] if "goal" in levels else levels


def measures_of(found: Found, goals: Goals) -> list[Found]:
    """By goal, what is known of it at the staffing found: its measure with bounds, and what Erlang A promises."""
    return list(found["goals"]) if "goals" in found else [found] * len(goals)


def unit_of(goal: Goal) -> str:
    """How its measure is told: in percent or in seconds."""
    return "s" if goal.kind == "wait" else "%"


def factor_of(goal: Goal) -> float:
    """From its measure to that unit."""
    return 1.0 if goal.kind == "wait" else 100.0


def number_of(goal: Goal, measure: float) -> str:
    """`84.8 %`, or seconds."""
    return f"{plain(factor_of(goal) * measure, 1).removesuffix('.0')} {unit_of(goal)}"


def comes_true(goal: Goal, measure: float) -> str:
    """`84.8 % are answered within 20 s`, or how long those answered wait; of a queue with its name."""
    value = number_of(goal, measure)
    told = {
        "abandoned": f"{value} hang up",
        "busy": f"{value} hear busy",
        "wait": f"those answered wait {value} on average",
        "occupancy": f"occupancy is {value}",
    }.get(goal.kind, f"{value} are answered within {format_number(goal.threshold_s)} s")
    return told if goal.scope is None else f"in {goal.scope} {told}"


def title_of(goal: Goal) -> str:
    """Its column in a printed table."""
    title = TITLES.get(goal.kind, "in time, %")
    return title if goal.scope is None else f"{goal.scope}: {title}"


def figure_title_of(goal: Goal) -> str:
    """Beside an axis."""
    title = FIGURE_TITLES.get(
        goal.kind, f"percent who are answered within {format_number(goal.threshold_s)} s"
    )
    return title if goal.scope is None else f"{goal.scope}: {title}"


def shown(goal: Goal, measure: float, half: float) -> str:
    """Its measure, in percent or seconds, with the decimals that half an interval (in that unit) asks for."""
    if goal.kind == "wait":
        return show_number(measure, "s", half)
    return show_number(measure, "share", half / 100)
