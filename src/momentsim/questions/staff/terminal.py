"""A staffing on the terminal: the answer, heads by time of day, each day beside the formulas, and the search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from momentsim.questions.staff.goal_words import (
    column_of,
    factor_of,
    goals_of,
    levels_of,
    parts_of,
    rows_of,
    shown,
    title_of,
    unit_of,
)
from momentsim.questions.staff.words import paragraph, replaced_words, staffing_words
from momentsim.report.glossary import explained
from momentsim.report.numbers import plain, show_number
from momentsim.report.terminal import headings, new_table, print_answer, print_notes, print_table, print_words
from momentsim.scenario.sections.staffing_goal import Goal

MOST_DAYS: Final = 7
"""Days that are printed; all are in the files."""
MOST_ROWS: Final = 48
FEW_ROWS: Final = 24
"""The same on the first screen."""
About = Mapping[str, Any]


def print_staffing(
    console: Console, requirement: pd.DataFrame, levels: pd.DataFrame, about: About, *, full: bool = False
) -> None:
    """The paragraph to read out and heads by time of day; in full every sentence and table. `about` is the manifest."""
    asked = f"Who is needed for {about['goal']}?"
    print_answer(console, asked, paragraph(about, levels))
    for sentence in staffing_words(about, levels) if full else ():
        print_words(console, f"- {sentence}")
    if full:
        console.print()
    if "found" in about:
        groups = list(about["groups"])
        if full or len(groups) == 1:
            for group in groups:
                _print_heads(console, requirement[requirement["group"] == group], group, full=full)
        else:
            _print_groups(console, requirement, groups)
    if full and "found" in about:
        for part in parts_of(about):
            _print_days(console, rows_of(requirement, part), part)
    judged = [
        _levels(levels_of(levels, goal), part, goal) for part in parts_of(about) for goal in goals_of(part)
    ]
    judged = judged if full or about["goal_kind"] == "value" else []
    for table in judged:
        print_table(console, table)
        console.print()
    terms = explained(["heads to roster", *(title for table in judged for title in headings(table))])
    print_notes(console, [terms, *([_note(about)] if full else [*replaced_words(about), _short_note(about)])])


def _print_heads(console: Console, own: pd.DataFrame, group: str, *, full: bool) -> None:
    """Rostered heads of one group: a row per time of day, a column per day, equal rows together."""
    block, step = heads_block(own, MOST_ROWS if full else FEW_ROWS)
    days = list(block.columns)
    shown_days = days[:MOST_DAYS]
    table = new_table(f"heads to roster, {group}", *shown_days)
    rows = list(block[shown_days].itertuples(index=True, name=None))
    begin = 0
    for index in range(1, len(rows) + 1):
        if index == len(rows) or rows[index][1:] != rows[begin][1:]:
            counts = ("" if np.isnan(count) else plain(count, 0) for count in rows[begin][1:])
            table.add_row(f"{_clock(rows[begin][0])} to {_clock(rows[index - 1][0] + step)}", *counts)
            begin = index
    print_table(console, table)
    console.print()
    notes = []
    if _hides_changes(own, step):
        notes.append("The most of each hour.")
    if len(days) > MOST_DAYS:
        notes.append(f"The first {MOST_DAYS} of {len(days)} days.")
    if notes:
        print_notes(console, [" ".join([*notes, f"All are in heads_{group}.csv."])])


def _hides_changes(own: pd.DataFrame, step: int) -> bool:
    """Whether heads change within a row of so many minutes."""
    rows = own.groupby(pd.to_datetime(own["interval_start"]).dt.floor(f"{step}min"))["heads_rostered"]
    return bool((rows.nunique() > 1).any())


def _print_groups(console: Console, requirement: pd.DataFrame, groups: list[str]) -> None:
    """Fewest and most rostered heads, a row per group and a column per day."""
    blocks = {name: heads_block(requirement[requirement["group"] == name], MOST_ROWS)[0] for name in groups}
    days = list(blocks[groups[0]].columns)[:MOST_DAYS]
    table = new_table("heads to roster", *days)
    for name, block in blocks.items():
        ends = ((block[day].min(), block[day].max()) for day in days)
        table.add_row(name, *("" if np.isnan(most) else _from_to(least, most) for least, most in ends))
    print_table(console, table)
    console.print()
    print_notes(console, ["Fewest and most of the day; interval by interval in heads_GROUP.csv."])


def _from_to(least: float, most: float) -> str:
    return plain(most, 0) if least == most else f"{plain(least, 0)} to {plain(most, 0)}"


def heads_block(own: pd.DataFrame, most_rows: int = MOST_ROWS) -> tuple[pd.DataFrame, int]:
    """Rostered heads by minute of the day (rows) and day (columns), and the minutes of a row.

    Rows are hours, with the most heads of each, where intervals would make too many of them.
    """
    times = pd.to_datetime(own["interval_start"])
    minutes = times.dt.hour * 60 + times.dt.minute
    step = int(np.diff(np.unique(minutes)).min()) if minutes.nunique() > 1 else 24 * 60
    if 24 * 60 // step > most_rows:
        step = 60
        minutes = minutes // step * step
    frame = pd.DataFrame({"minute": minutes, "day": times.dt.normalize(), "heads": own["heads_rostered"]})
    block = frame.pivot_table(index="minute", columns="day", values="heads", aggfunc="max")
    return block.set_axis(_day_names(block.columns), axis="columns"), step


def _day_names(days: Iterable[Any]) -> list[str]:
    """`Mon 8 Jan`."""
    return [f"{day:%a} {day.day} {day:%b}" for day in map(pd.Timestamp, days)]


def _print_days(console: Console, requirement: pd.DataFrame, about: About) -> None:
    """Each day: contacts and heads by formulas and as found, and what the simulation says."""
    goals = goals_of(about)
    by_c = ("Erlang C, h",) if goals.are_in_erlang_c else ()
    titles = ("contacts expected", "simulated", *by_c, "Erlang A, h", "found, h", "rostered, h")
    of_goals = [part for goal in goals for part in (title_of(goal), f"worst interval, {unit_of(goal)}")]
    table = new_table("day", *titles, *of_goals)
    tables = [day_table(requirement, about, goal) for goal in goals]
    days = tables[0]
    for place, row in enumerate(days.head(2 * MOST_DAYS).to_dict(orient="records")):
        columns = ["forecast", "simulated", "erlang_c", "erlang_a", "heads", "rostered"]
        if not by_c:
            columns.remove("erlang_c")
        cells = [plain(row[name], 0 if row[name] >= 100 else 1) for name in columns]
        shares = [
            shown(goal, float(own[name].iloc[place]), 0.5)
            for goal, own in zip(goals, tables, strict=True)
            for name in ("share", "worst")
        ]
        table.add_row(str(row["day"]), *cells, *shares)
    print_table(console, table)
    console.print()
    if len(days) > 2 * MOST_DAYS:
        print_notes(console, [f"The first {2 * MOST_DAYS} of {len(days)} days."])


def day_table(requirement: pd.DataFrame, about: About, goal: Goal) -> pd.DataFrame:
    """One row per day: contacts, agent-hours at work by formula and as found, and a goal's measure."""
    measure = column_of(about, goal)
    first = requirement[requirement["group"] == about["groups"][0]]
    times = pd.to_datetime(first["interval_start"])
    length = about["interval_s"] / 3600.0
    heads = requirement.groupby("interval_start", sort=False)[
        ["heads_erlang_c", "heads_erlang_a", "heads", "heads_rostered"]
    ].sum()
    frame = pd.DataFrame(
        {
            "day": times.dt.normalize().to_numpy(),
            "forecast": first["offered_forecast"].to_numpy(),
            "simulated": first["offered_simulated"].to_numpy(),
            "share": first[f"{measure}_simulated"].to_numpy(),
            "weight": (heads["heads"] if goal.kind == "occupancy" else first["offered_simulated"]).to_numpy(),
            **{
                name: heads[column].to_numpy() * length
                for name, column in (
                    ("erlang_c", "heads_erlang_c"), ("erlang_a", "heads_erlang_a"), ("heads", "heads"),
                    ("rostered", "heads_rostered"),
                )
            },
        }
    )  # fmt: skip
    frame["weight"] = frame["weight"].where(frame["share"].notna(), 0.0)
    frame["counted"] = frame["share"].fillna(0.0) * frame["weight"]
    by_day = frame.groupby("day")
    sums = by_day[
        ["forecast", "simulated", "erlang_c", "erlang_a", "heads", "rostered", "counted", "weight"]
    ].sum()
    worst = by_day["share"].max() if goal.is_limit else by_day["share"].min()
    days = _day_names(sums.index)
    total = sums["counted"] / sums["weight"].where(sums["weight"] > 0)
    return (
        sums.drop(columns=["counted", "weight"])
        .assign(day=days, share=total, worst=worst)
        .reset_index(drop=True)
    )


def _levels(levels: pd.DataFrame, about: About, goal: Goal) -> Table:
    """What was judged of a goal, a row per staffing."""
    currency = about["currency"]
    is_value = about["goal_kind"] == "value"
    titles = (
        (
            "in time, %",
            f"value, {currency}",
            f"cost, {currency}",
            f"net benefit, {currency}",
            "customers lost",
        )
        if is_value
        else (title_of(goal), "at least", "at most", "")
    )
    table = new_table("judged, agent-hours", *titles)
    judged = levels[levels["stage"] == "judging"]
    for row in judged.to_dict(orient="records"):
        mark = " *" if row["level"] == about.get("found", {}).get("level") else ""
        half = factor_of(goal) * (row["high"] - row["low"]) / 2
        share = shown(goal, row["goal_measure"], half)
        if is_value:
            money = (show_number(row[name], currency) for name in ("value", "cost_total", "net_benefit"))
            rest = [share, *money, show_number(row["customers_lost_expected"], "customers")]
        else:
            rest = [
                share,
                shown(goal, row["low"], half),
                shown(goal, row["high"], half),
                str(row["verdict"]),
            ]
        table.add_row(f"{plain(row['agent_hours'], 1)}{mark}", *rest)
    return table


def _note(about: About) -> str:
    confidence = f"{100 * about['confidence']:g} %"
    bounds = (
        f"Differences: paired, {confidence} intervals (t). Value: expected margin of customers {about['outlook']}."
        if about["goal_kind"] == "value"
        else f"Bounds are one-sided, {confidence} each (t)."
    )
    return (
        f"* chosen. Searched under common draws, judged on {about['replications']} replications of others. {bounds} "
        "Agent-hours: rostered, within the horizon. Heads by the formulas are planned on the forecast (no busy days, "
        "no crises); the simulation has everything that the scenario has. Worst interval: mean over replications."
    )


def _short_note(about: About) -> str:
    """What stands behind the first screen, and where the rest is."""
    return (
        f"Searched under common draws, judged on {about['replications']} replications of others, with "
        f"{100 * about['confidence']:g} % intervals. --full: day by day beside the formulas, and every staffing that "
        "was judged."
    )


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
