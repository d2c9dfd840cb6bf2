"""A sweep on the terminal: what it finds in words, the points, what one more is worth, which key matters."""

from __future__ import annotations

import math
from collections.abc import Callable
from textwrap import wrap

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from momentsim.measures.catalogue import BY_NAME
from momentsim.questions.sweep.sensitivity import NOISE
from momentsim.questions.sweep.slopes import AVERAGED
from momentsim.questions.sweep.store import Swept
from momentsim.questions.sweep.tables import BENEFIT
from momentsim.questions.sweep.words import Row, principal, short_names, value_words
from momentsim.report.numbers import reading_unit, show_number, span
from momentsim.report.verdicts import signed_words

WIDTH = 118
HEADING = 11
"""Letters in a line of a heading."""
LONG = 16
"""Letters of a key that take a line; longer ones take two."""
SELF_EVIDENT = ("customers", "1 to 5")
MOST_ROWS = 30
"""Points of one key that are printed."""
MOST_COLUMNS = 7
"""Keys and measures beside each other."""
BEST_ROWS = 12
"""Points of several keys that are printed, the best ones."""


def print_sweep(console: Console, swept: Swept) -> None:
    """Everything that a planner reads; the rest is in the folder."""
    width = min(console.width, WIDTH)
    about = swept.about
    console.print(Text(f"{about['scenario']}: {_varied_words(swept)}", style="bold"), width=width)
    console.print()
    for sentence in swept.sentences:
        console.print(Text(f"- {sentence}"), width=width)
    console.print()
    console.print(_points(swept), width=width)
    console.print()
    if len(swept.slopes):
        console.print(_slopes(swept), width=width)
        console.print()
    if len(swept.sensitivity):
        console.print(_sensitivity(swept), width=width)
        console.print()
    for note in _notes(swept):
        console.print(Text(note, style="dim"), width=width)
    console.print()


def _varied_words(swept: Swept) -> str:
    keys = " and ".join(str(key["key"]) for key in swept.keys)
    kinds = {"grid": "a grid", "latin": "a Latin hypercube", "sobol": "a Sobol design"}
    size = f"{swept.about['finished']} points"
    if swept.about["design"] == "grid":
        return f"{keys}, {size}"
    runs = swept.about["design_points"]
    same = f" ({runs} in the design, some alike)" if runs != swept.about["points"] else ""
    base = f" of {swept.about['design_size']} base points" if swept.about["design"] == "sobol" else ""
    return f"{keys}, {kinds[swept.about['design']]}{base}, {size}{same}"


def shown_points(swept: Swept) -> list[int]:
    """Numbers of the points that are printed: all of one key, the best ones of several, the file as written."""
    numbers = [int(number) for number in swept.points["point"]]
    here = int(swept.about["as_written_point"])
    if len(swept.keys) == 1 and swept.about["design"] == "grid" and len(numbers) <= MOST_ROWS:
        return numbers if here else [0, *numbers]
    rows = swept.of(principal(swept))
    rows = rows[(rows["point"] > 0) & (rows["point"] != here)]
    ascending = BY_NAME[principal(swept)].better == "down"
    best = rows.sort_values("value", ascending=ascending, kind="stable")["point"].head(BEST_ROWS)
    return [here, *(int(number) for number in best)]


def shown_measures(swept: Swept) -> list[str]:
    """Measures beside the points: all where there is room, else the first ones and that of the ranking."""
    room = max(1, MOST_COLUMNS - len(swept.keys))
    if len(swept.measures) <= room:
        return swept.measures
    kept = [name for name in swept.measures if name != principal(swept)][: room - 1]
    return [name for name in swept.measures if name in (*kept, principal(swept))]


def _points(swept: Swept) -> Table:
    names = short_names([str(key["key"]) for key in swept.keys])
    table = _new_table("point")
    for key in swept.keys:
        table.add_column(names[str(key["key"])].replace(".", ".\n"), justify="right", no_wrap=True)
    for measure in shown_measures(swept):
        table.add_column(_heading(swept, measure, reading_unit), justify="right", no_wrap=True)
    ranked, unit = principal(swept), _unit(swept, principal(swept))
    against = f"{BY_NAME[ranked].title.strip()} - as written"
    table.add_column("\n".join(wrap(against, HEADING)), justify="right", no_wrap=True)
    cells = {measure: _by_point(swept, measure) for measure in swept.measures}
    here = int(swept.about["as_written_point"])
    for number in shown_points(swept):
        row = cells[ranked][number]
        values = [_value(key, row) for key in swept.keys]
        numbers = [_cell(cells[measure][number]) for measure in shown_measures(swept)]
        change = signed_words(row["difference_low_all"], row["difference_high_all"], unit).removesuffix(
            f" {unit}"
        )
        is_here = number == here
        table.add_row("as written" if is_here else str(number), *values, *numbers, "" if is_here else change)
    return table


def _by_point(swept: Swept, measure: str) -> dict[int, Row]:
    return {int(row["point"]): row for row in swept.of(measure).to_dict(orient="records")}


def _value(key: Row, row: Row) -> str:
    value = row[key["column"]]
    unknown = isinstance(value, float) and math.isnan(value)
    return str(key["written"]) if unknown else value_words(key, value)


def _cell(row: Row) -> str:
    return show_number(row["value"], str(row["unit"]), (row["high"] - row["low"]) / 2)


def _heading(swept: Swept, measure: str, unit_name: Callable[[str], str]) -> str:
    """Title and unit of a measure, in short lines."""
    title, unit = BY_NAME[measure].title.strip(), unit_name(_unit(swept, measure))
    named = title if unit in (*SELF_EVIDENT, title) else f"{title}, {unit}"
    return "\n".join(wrap(named, HEADING))


def _in_lines(name: str) -> str:
    return name.replace(".", ".\n") if len(name) > LONG else name


def _points_word(unit: str) -> str:
    return "points" if unit == "share" else unit


def _slopes(swept: Swept) -> Table:
    names = short_names([str(key["key"]) for key in swept.keys])
    table = _new_table("one more of")
    table.add_column("from .. to", no_wrap=True)
    table.add_column("per", justify="right", no_wrap=True)
    for measure in swept.measures:
        table.add_column(_heading(swept, measure, _points_word), justify="right", no_wrap=True)
    grouped = swept.slopes.groupby(["key", "from", "to"], sort=False)
    for (key, low, high), rows in grouped:
        by_measure = {row["measure"]: row for row in rows.to_dict(orient="records")}
        spans = [
            span(by_measure[name]["low_all"], by_measure[name]["high_all"], _unit(swept, name), 3)
            for name in swept.measures
        ]
        first = by_measure[swept.measures[0]]
        local = " *" if len(swept.keys) == 1 and bool(first["local"]) and len(grouped) > 1 else ""
        table.add_row(_in_lines(names[str(key)]), f"{low} .. {high}{local}", str(first["per"]), *spans)
    return table


def _sensitivity(swept: Swept) -> Table:
    """Intervals of indices; a number by itself where there is none."""
    names = short_names([str(key["key"]) for key in swept.keys])
    table = _new_table("sensitivity")
    table.add_column("to key", no_wrap=True)
    for measure in swept.measures:
        table.add_column(
            "\n".join(wrap(BY_NAME[measure].title.strip(), HEADING)), justify="right", no_wrap=True
        )
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for row in swept.sensitivity.to_dict(orient="records"):
        cells.setdefault((str(row["index"]), str(row["key"])), {})[str(row["measure"])] = _index(row)
    for (index, key), numbers in cells.items():
        table.add_row(
            index, _in_lines(names.get(key, key)), *(numbers.get(name, "") for name in swept.measures)
        )
    return table


def _index(row: Row) -> str:
    value, low, high = (float(row[name]) for name in ("value", "low", "high"))
    if not math.isfinite(value):
        return "-"
    if str(row["index"]) == NOISE:
        return f"{value:.3f}"
    return f"{low:.2f} to {high:.2f}" if math.isfinite(low) else f"{value:.2f}"


def _notes(swept: Swept) -> list[str]:
    about = swept.about
    count = f"{int(swept.table['replications'].min())} replications, all points under the same draws"
    notes = [
        f"{count}. Differences from the file as written: paired 95 % intervals that hold for all points together."
    ]
    if len(swept.slopes):
        over = "over the design" if (swept.slopes["at"] == AVERAGED).all() else "of the step"
        marked = len(swept.keys) == 1 and over == "of the step" and len(swept.points) > 2
        mark = " *: the step of the sentence." if marked else ""
        notes.append(f"One more: mean slope {over}, paired intervals that hold together (Bonferroni).{mark}")
    if len(swept.sensitivity):
        method = str(swept.sensitivity.iloc[0]["method"])
        noise = "" if swept.about["design"] == "latin" else ", without sampling noise"
        notes.append(f"Sensitivity: {method}{noise}; 95 % bootstrap intervals.")
    if BENEFIT in swept.measures:
        counted = swept.about["outlook"]
        notes.append(
            f"Net benefit: expected margin of customers {counted}, less cost; no revenue is in it, so only differences "
            "say anything. What is assumed about people was not varied."
        )
    shown_number = len(shown_points(swept))
    if shown_number < about["finished"] or len(shown_measures(swept)) < len(swept.measures):
        notes.append(
            f"{min(shown_number, about['finished'])} of {about['finished']} points and "
            f"{len(shown_measures(swept))} of {len(swept.measures)} measures are in the first table, all in sweep.csv."
        )
    return notes


def _unit(swept: Swept, measure: str) -> str:
    return str(swept.of(measure)["unit"].iloc[0])


def _new_table(first: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.add_column(first, no_wrap=True)
    return table
