"""A staffing on the terminal: the answer, heads by time of day, each day beside the formulas, and the search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from momentsim.questions.staff.words import staffing_words
from momentsim.report.numbers import plain, show_number

WIDTH: Final = 118
MOST_DAYS: Final = 7
"""Days that are printed; all are in the files."""
MOST_ROWS: Final = 48
About = Mapping[str, Any]


def print_staffing(console: Console, requirement: pd.DataFrame, levels: pd.DataFrame, about: About) -> None:
    """Everything that a planner reads first; `about` is the manifest."""
    width = min(console.width, WIDTH)
    console.print(Text(f"Who is needed for {about['goal']}?", style="bold"))
    for sentence in staffing_words(about, levels):
        console.print(Text(sentence), width=width)
    console.print()
    if "found" in about:
        for group in about["groups"]:
            _print_heads(console, requirement[requirement["group"] == group], group, width)
        _print_days(console, requirement, about, width)
    console.print(_levels(levels, about), width=width)
    console.print(Text(_note(about), style="dim"), width=width)
    console.print()


def _print_heads(console: Console, own: pd.DataFrame, group: str, width: int) -> None:
    """Rostered heads of one group: a row per time of day, a column per day, equal rows together."""
    block, step = heads_block(own)
    days = list(block.columns)
    title = f"Heads to roster, {group}"
    shown_days = days[:MOST_DAYS]
    table = _new_table(title)
    for day in shown_days:
        table.add_column(day, justify="right", no_wrap=True)
    rows = list(block[shown_days].itertuples(index=True, name=None))
    begin = 0
    for index in range(1, len(rows) + 1):
        if index == len(rows) or rows[index][1:] != rows[begin][1:]:
            counts = ("" if np.isnan(count) else plain(count, 0) for count in rows[begin][1:])
            table.add_row(f"{_clock(rows[begin][0])} to {_clock(rows[index - 1][0] + step)}", *counts)
            begin = index
    console.print(table, width=width)
    if len(days) > MOST_DAYS:
        note = f"The first {MOST_DAYS} of {len(days)} days; all are in heads_{group}.csv."
        console.print(Text(note, style="dim"), width=width)
    console.print()


def heads_block(own: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Rostered heads by minute of the day (rows) and day (columns), and the minutes of a row.

    Rows are hours, with the most heads of each, where intervals would make too many of them.
    """
    times = pd.to_datetime(own["interval_start"])
    minutes = times.dt.hour * 60 + times.dt.minute
    step = int(np.diff(np.unique(minutes)).min()) if minutes.nunique() > 1 else 24 * 60
    if 24 * 60 // step > MOST_ROWS:
        step = 60
        minutes = minutes // step * step
    frame = pd.DataFrame({"minute": minutes, "day": times.dt.normalize(), "heads": own["heads_rostered"]})
    block = frame.pivot_table(index="minute", columns="day", values="heads", aggfunc="max")
    return block.set_axis(_day_names(block.columns), axis="columns"), step


def _day_names(days: Iterable[Any]) -> list[str]:
    """`Mon 8 Jan`."""
    return [f"{day:%a} {day.day} {day:%b}" for day in map(pd.Timestamp, days)]


def _print_days(console: Console, requirement: pd.DataFrame, about: About, width: int) -> None:
    """Each day: contacts and heads by formulas and as found, and what the simulation says."""
    table = _new_table("day")
    abandoned = about["goal_kind"] == "abandoned"
    for title in ("contacts expected", "simulated", "Erlang C, h", "Erlang A, h", "found, h", "rostered, h"):
        if title != "Erlang C, h" or not abandoned:
            table.add_column(title, justify="right")
    table.add_column("hang up, %" if abandoned else "in time, %", justify="right")
    table.add_column("worst interval, %", justify="right")
    days = day_table(requirement, about)
    for row in days.head(2 * MOST_DAYS).to_dict(orient="records"):
        columns = ["forecast", "simulated", "erlang_c", "erlang_a", "heads", "rostered"]
        if abandoned:
            columns.remove("erlang_c")
        cells = [plain(row[name], 0 if row[name] >= 100 else 1) for name in columns]
        shares = [show_number(row[name], "share", 0.005) for name in ("share", "worst")]
        table.add_row(str(row["day"]), *cells, *shares)
    console.print(table, width=width)
    if len(days) > 2 * MOST_DAYS:
        console.print(Text(f"The first {2 * MOST_DAYS} of {len(days)} days.", style="dim"), width=width)
    console.print()


def day_table(requirement: pd.DataFrame, about: About) -> pd.DataFrame:
    """One row per day: contacts, agent-hours at work by formula and as found, and the share of the goal's kind."""
    share = "abandoned_simulated" if about["goal_kind"] == "abandoned" else "service_level_simulated"
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
            "share": first[share].to_numpy(),
            **{
                name: heads[column].to_numpy() * length
                for name, column in (
                    ("erlang_c", "heads_erlang_c"), ("erlang_a", "heads_erlang_a"), ("heads", "heads"),
                    ("rostered", "heads_rostered"),
                )
            },
        }
    )  # fmt: skip
    frame["counted"] = frame["share"].fillna(0.0) * frame["simulated"].fillna(0.0)
    by_day = frame.groupby("day")
    sums = by_day[["forecast", "simulated", "erlang_c", "erlang_a", "heads", "rostered", "counted"]].sum()
    worst = by_day["share"].max() if about["goal_kind"] == "abandoned" else by_day["share"].min()
    days = _day_names(sums.index)
    total = sums["counted"] / sums["simulated"].where(sums["simulated"] > 0)
    return sums.drop(columns="counted").assign(day=days, share=total, worst=worst).reset_index(drop=True)


def _levels(levels: pd.DataFrame, about: About) -> Table:
    """What was judged, a row per staffing."""
    table = _new_table("judged, agent-hours")
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
        else ("hang up, %" if about["goal_kind"] == "abandoned" else "in time, %", "at least", "at most", "")
    )
    for title in titles:
        table.add_column(title, justify="right")
    judged = levels[levels["stage"] == "judging"]
    for row in judged.to_dict(orient="records"):
        mark = " *" if row["level"] == about.get("found", {}).get("level") else ""
        half = (row["high"] - row["low"]) / 2
        share = show_number(row["goal_measure"], "share", half)
        if is_value:
            money = (show_number(row[name], currency) for name in ("value", "cost_total", "net_benefit"))
            rest = [share, *money, show_number(row["customers_lost_expected"], "customers")]
        else:
            rest = [
                share,
                show_number(row["low"], "share", half),
                show_number(row["high"], "share", half),
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


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _new_table(first: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.add_column(first, overflow="fold")
    return table
