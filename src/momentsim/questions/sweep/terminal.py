"""A sweep on the terminal: what it finds in words, the points, what one more is worth, which key matters."""

from __future__ import annotations

import math

from rich.console import Console
from rich.table import Table

from momentsim.measures.catalogue import BY_NAME
from momentsim.questions.sweep.sensitivity import NOISE
from momentsim.questions.sweep.slopes import AVERAGED
from momentsim.questions.sweep.store import Swept
from momentsim.questions.sweep.tables import BENEFIT, ONLY_AS_DIFFERENCE
from momentsim.questions.sweep.words import Row, paragraph, principal, short_names, value_words
from momentsim.report.glossary import explained
from momentsim.report.numbers import capitalise, reading_unit, show_number, span
from momentsim.report.terminal import new_table, print_answer, print_notes, print_table, print_words
from momentsim.report.verdicts import NOT_VARIED, decide, signed_words, unit_words

SELF_EVIDENT = ("customers", "1 to 5")
MOST_ROWS = 30
"""Points of one key that are printed."""
FEW_ROWS = 14
"""The same on the first screen."""
MOST_COLUMNS = 7
"""Keys and measures beside each other."""
BEST_ROWS = 12
"""Points of several keys that are printed, the best ones."""


def print_sweep(console: Console, swept: Swept, *, full: bool = False) -> None:
    """The paragraph to read out and the points; in full every sentence, and what one more and each key are worth."""
    asked = f"{swept.about['scenario']}: {_varied_words(swept)}"
    print_answer(console, asked, paragraph(swept))
    for sentence in swept.sentences if full else ():
        print_words(console, f"- {sentence}")
    if full:
        console.print()
    shown = shown_points(swept, MOST_ROWS if full else FEW_ROWS)
    print_table(console, _points(swept, shown, numbered=full), names=len(swept.keys) + full)
    console.print()
    for table, names in ((_slopes, 3), (_sensitivity, 2)) if full else ():
        if (made := table(swept)) is not None:
            print_table(console, made, names=names)
            console.print()
    terms = explained(BY_NAME[name].title for name in shown_measures(swept))
    print_notes(console, [terms, *(_notes_in_full(swept, shown) if full else [_note(swept, shown)])])


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


def shown_points(swept: Swept, most: int) -> list[int]:
    """Numbers of the points that are printed: all of one key, the best ones of several, the file as written."""
    numbers = [int(number) for number in swept.points["point"]]
    here = int(swept.about["as_written_point"])
    if len(swept.keys) == 1 and swept.about["design"] == "grid" and len(numbers) <= most:
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


def _points(swept: Swept, shown: list[int], *, numbered: bool) -> Table:
    """A row per point: the change of the principal measure against the file as written, levels of what has one."""
    names = short_names([str(key["key"]) for key in swept.keys])
    ranked = principal(swept)
    levels = [name for name in shown_measures(swept) if name not in ONLY_AS_DIFFERENCE]
    change = f"{BY_NAME[ranked].title.strip()}{_unit_word(swept, ranked)} against as written"
    keys = [names[str(key["key"])] for key in swept.keys]
    titles = (*keys, change, *(_heading(swept, name) for name in levels))
    table = new_table("point", *titles) if numbered else new_table(*titles)
    cells = {measure: _by_point(swept, measure) for measure in swept.measures}
    changes = _changes(swept, shown)
    for number in shown:
        values = [_value(key, cells[ranked][number]) for key in swept.keys]
        numbers = [_cell(cells[measure][number]) for measure in levels]
        table.add_row(*([str(number)] if numbered else []), *values, changes[number], *numbers)
    return table


def _changes(swept: Swept, shown: list[int]) -> dict[int, str]:
    """`+223 to +784 better` of each point, the words below each other."""
    ranked = principal(swept)
    rows, unit, better = _by_point(swept, ranked), _unit(swept, ranked), BY_NAME[ranked].better
    ends = {
        number: (rows[number]["difference_low_all"], rows[number]["difference_high_all"]) for number in shown
    }
    words = {number: decide(low, high, better) for number, (low, high) in ends.items()}
    here = int(swept.about["as_written_point"])
    width = max((len(word) for number, word in words.items() if number != here), default=0)
    told = {}
    for number, (low, high) in ends.items():
        moved = signed_words(low, high, unit).removesuffix(unit_words(unit))
        told[number] = (
            "as written".ljust(width) if number == here else f"{moved} {words[number].ljust(width)}"
        )
    return told


def _by_point(swept: Swept, measure: str) -> dict[int, Row]:
    return {int(row["point"]): row for row in swept.of(measure).to_dict(orient="records")}


def _value(key: Row, row: Row) -> str:
    value = row[key["column"]]
    unknown = isinstance(value, float) and math.isnan(value)
    return str(key["written"]) if unknown else value_words(key, value)


def _cell(row: Row) -> str:
    return show_number(row["value"], str(row["unit"]), (row["high"] - row["low"]) / 2)


def _heading(swept: Swept, measure: str) -> str:
    """Title and unit of a measure."""
    return f"{BY_NAME[measure].title.strip()}{_unit_word(swept, measure)}"


def _unit_word(swept: Swept, measure: str, *, of_change: bool = False) -> str:
    """`, USD`; nothing where the title says it."""
    unit = _unit(swept, measure)
    read = ("points" if unit == "share" else unit) if of_change else reading_unit(unit)
    return "" if read in (*SELF_EVIDENT, BY_NAME[measure].title.strip()) else f", {read}"


def _slopes(swept: Swept) -> Table | None:
    """What one more of each key does; None where no key is a number."""
    if not len(swept.slopes):
        return None
    names = short_names([str(key["key"]) for key in swept.keys])
    headings = (
        f"{BY_NAME[name].title.strip()}{_unit_word(swept, name, of_change=True)}" for name in swept.measures
    )
    table = new_table("one more of", "from .. to", "per", *headings)
    grouped = swept.slopes.groupby(["key", "from", "to"], sort=False)
    for (key, low, high), rows in grouped:
        by_measure = {row["measure"]: row for row in rows.to_dict(orient="records")}
        spans = [
            span(by_measure[name]["low_all"], by_measure[name]["high_all"], _unit(swept, name), 3)
            for name in swept.measures
        ]
        first = by_measure[swept.measures[0]]
        local = " *" if len(swept.keys) == 1 and bool(first["local"]) and len(grouped) > 1 else ""
        table.add_row(names[str(key)], f"{low} .. {high}{local}", str(first["per"]), *spans)
    return table


def _sensitivity(swept: Swept) -> Table | None:
    """Intervals of indices, a number by itself where there is none; None where no indices were asked for."""
    if not len(swept.sensitivity):
        return None
    names = short_names([str(key["key"]) for key in swept.keys])
    titles = (BY_NAME[measure].title.strip() for measure in swept.measures)
    table = new_table("sensitivity", "to key", *titles, left=("to key",))
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for row in swept.sensitivity.to_dict(orient="records"):
        cells.setdefault((str(row["index"]), str(row["key"])), {})[str(row["measure"])] = _index(row)
    for (index, key), numbers in cells.items():
        table.add_row(index, names.get(key, key), *(numbers.get(name, "") for name in swept.measures))
    return table


def _index(row: Row) -> str:
    value, low, high = (float(row[name]) for name in ("value", "low", "high"))
    if not math.isfinite(value):
        return "-"
    if str(row["index"]) == NOISE:
        return f"{value:.3f}"
    return f"{low:.2f} to {high:.2f}" if math.isfinite(low) else f"{value:.2f}"


def _note(swept: Swept, shown: list[int]) -> str:
    """What stands behind the first screen, and where the rest is."""
    return (
        f"{_intervals_note(swept)} {_left_out(swept, shown)}--full: all intervals, what one more of each key is worth, "
        "and which key matters."
    )


def _intervals_note(swept: Swept) -> str:
    count = f"{int(swept.table['replications'].min())} replications, all points under the same draws"
    return f"{count}. Differences from the file as written: paired 95 % intervals that hold for all points together."


def _left_out(swept: Swept, shown: list[int]) -> str:
    """How much of the table is not shown; empty if nothing."""
    finished, points = int(swept.about["finished"]), min(len(shown), int(swept.about["finished"]))
    measures, known = len(shown_measures(swept)), len(swept.measures)
    if points == finished and measures == known:
        return ""
    return (
        f"{points} of {finished} points and {measures} of {known} measures are shown, all are in sweep.csv. "
    )


def _notes_in_full(swept: Swept, shown: list[int]) -> list[str]:
    notes = [_intervals_note(swept)]
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
            f"say anything. {capitalise(NOT_VARIED)}."
        )
    left_out = _left_out(swept, shown)
    return [*notes, left_out.strip()] if left_out else notes


def _unit(swept: Swept, measure: str) -> str:
    return str(swept.of(measure)["unit"].iloc[0])
