"""A sweep on the terminal: what it finds in words, the points, what one more is worth, which key matters."""

from __future__ import annotations

import math

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from momentsim.experiments.sweep.sensitivity import NOISE
from momentsim.experiments.sweep.slopes import AVERAGED
from momentsim.experiments.sweep.store import Swept
from momentsim.experiments.sweep.tables import BENEFIT
from momentsim.measures.catalogue import BY_NAME
from momentsim.report.numbers import reading_unit, shown, span
from momentsim.report.sweep_words import Row, amount, principal, short_names, value_words

WIDTH = 118
MOST_ROWS = 30
"""Points of one key that are printed."""
BEST_ROWS = 12
"""Points of several keys that are printed, the best ones."""


def print_sweep(console: Console, found: Swept) -> None:
    """Everything that a planner reads; the rest is in the folder."""
    width = min(console.width, WIDTH)
    about = found.about
    console.print(Text(f"{about['scenario']}: {_varied(found)}", style="bold"), width=width)
    console.print()
    for sentence in found.sentences:
        console.print(Text(f"- {sentence}"), width=width)
    console.print()
    console.print(_points(found), width=width)
    console.print()
    if len(found.slopes):
        console.print(_slopes(found), width=width)
        console.print()
    if len(found.sensitivity):
        console.print(_sensitivity(found), width=width)
        console.print()
    for note in _notes(found):
        console.print(Text(note, style="dim"), width=width)
    console.print()


def _varied(found: Swept) -> str:
    keys = " and ".join(str(key["key"]) for key in found.keys)
    kinds = {"grid": "a grid", "latin": "a Latin hypercube", "sobol": "a Sobol design"}
    size = f"{found.about['finished']} points"
    if found.about["design"] == "grid":
        return f"{keys}, {size}"
    runs = found.about["design_points"]
    same = f" ({runs} in the design, some alike)" if runs != found.about["points"] else ""
    base = f" of {found.about['design_size']} base points" if found.about["design"] == "sobol" else ""
    return f"{keys}, {kinds[found.about['design']]}{base}, {size}{same}"


def shown_points(found: Swept) -> list[int]:
    """Numbers of the points that are printed: all of one key, the best ones of several, the file as written."""
    numbers = [int(number) for number in found.points["point"]]
    here = int(found.about["as_written_point"])
    if len(found.keys) == 1 and found.about["design"] == "grid" and len(numbers) <= MOST_ROWS:
        return numbers if here else [0, *numbers]
    rows = found.of(principal(found))
    rows = rows[(rows["point"] > 0) & (rows["point"] != here)]
    ascending = BY_NAME[principal(found)].better == "down"
    best = rows.sort_values("value", ascending=ascending, kind="stable")["point"].head(BEST_ROWS)
    return [here, *(int(number) for number in best)]


def _points(found: Swept) -> Table:
    names = short_names([str(key["key"]) for key in found.keys])
    table = _framed("point")
    for key in found.keys:
        table.add_column(names[str(key["key"])], justify="right", overflow="fold")
    for measure in found.measures:
        unit = reading_unit(_unit(found, measure))
        title = BY_NAME[measure].title.strip()
        table.add_column(title if unit in title else f"{title}, {unit}", justify="right", overflow="fold")
    ranked = principal(found)
    table.add_column(f"{BY_NAME[ranked].title.strip()} - as written", justify="right", overflow="fold")
    cells = {measure: found.of(measure).set_index("point") for measure in found.measures}
    here = int(found.about["as_written_point"])
    for number in shown_points(found):
        row = cells[ranked].loc[number]
        values = [_value(found, key, row.to_dict()) for key in found.keys]
        numbers = [_cell(cells[measure].loc[number].to_dict()) for measure in found.measures]
        change = amount(
            row["difference_low_all"], row["difference_high_all"], _unit(found, ranked)
        ).removesuffix(f" {_unit(found, ranked)}")
        table.add_row(
            "as written" if number == here else str(number),
            *values,
            *numbers,
            "" if number == here else change,
        )
    return table


def _value(found: Swept, key: Row, row: Row) -> str:
    value = row[key["column"]]
    unknown = isinstance(value, float) and math.isnan(value)
    return str(key["written"]) if unknown else value_words(key, value)


def _cell(row: Row) -> str:
    return shown(row["value"], str(row["unit"]), (row["high"] - row["low"]) / 2)


def _slopes(found: Swept) -> Table:
    names = short_names([str(key["key"]) for key in found.keys])
    table = _framed("one more of")
    table.add_column("from .. to", overflow="fold")
    table.add_column("per", justify="right", no_wrap=True)
    for measure in found.measures:
        unit = _unit(found, measure)
        name = "points" if unit == "share" else unit
        title = BY_NAME[measure].title.strip()
        table.add_column(title if name in title else f"{title}, {name}", justify="right", overflow="fold")
    grouped = found.slopes.groupby(["key", "from", "to"], sort=False)
    for (key, low, high), rows in grouped:
        by_measure = rows.set_index("measure")
        spans = [
            span(*by_measure.loc[measure, ["low_all", "high_all"]], _unit(found, measure), 3)
            for measure in found.measures
        ]
        first = rows.iloc[0]
        local = " *" if len(found.keys) == 1 and bool(first["local"]) and len(grouped) > 1 else ""
        table.add_row(names[str(key)], f"{low} .. {high}{local}", str(first["per"]), *spans)
    return table


def _sensitivity(found: Swept) -> Table:
    table = _framed("sensitivity")
    table.add_column("of key", overflow="fold")
    for measure in found.measures:
        table.add_column(BY_NAME[measure].title.strip(), justify="right", overflow="fold")
    for (index, key), rows in found.sensitivity.groupby(["index", "key"], sort=False):
        by_measure = rows.set_index("measure")
        numbers = [
            _index(by_measure.loc[measure]) if measure in by_measure.index else ""
            for measure in found.measures
        ]
        table.add_row(str(index), str(key), *numbers)
    return table


def _index(row: pd.Series[float]) -> str:
    value, low, high = (float(row[name]) for name in ("value", "low", "high"))
    if not math.isfinite(value):
        return "-"
    if str(row["index"]) == NOISE:
        return f"{value:.3f}"
    return f"{value:.2f}" + (f" ({low:.2f} to {high:.2f})" if math.isfinite(low) else "")


def _notes(found: Swept) -> list[str]:
    about = found.about
    count = f"{int(found.table['replications'].min())} replications, all points under the same draws"
    notes = [
        f"{count}. Differences from the file as written: paired 95 % intervals that hold for all points together."
    ]
    if len(found.slopes):
        over = "over the design" if (found.slopes["at"] == AVERAGED).all() else "of the step"
        mark = " *: the file's own value." if len(found.keys) == 1 and over == "of the step" else ""
        notes.append(f"One more: mean slope {over}, paired intervals that hold together (Bonferroni).{mark}")
    if len(found.sensitivity):
        method = str(found.sensitivity.iloc[0]["method"])
        notes.append(f"Sensitivity: {method}, without sampling noise; 95 % bootstrap intervals.")
    if BENEFIT in found.measures:
        notes.append("Net benefit: net value minus total cost, to 12 months after the horizon.")
    shown_number = len(shown_points(found))
    if shown_number < about["finished"]:
        notes.append(f"{shown_number} of {about['finished']} points are shown, all are in sweep.csv.")
    return notes


def _unit(found: Swept, measure: str) -> str:
    return str(found.of(measure)["unit"].iloc[0])


def _framed(first: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.add_column(first, overflow="fold")
    return table
