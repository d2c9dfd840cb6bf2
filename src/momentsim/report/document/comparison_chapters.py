"""Chapters of a comparison: when it went otherwise, whom that helped or hurt, and what it cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from momentsim.measures.catalogue import MEASURES
from momentsim.report import drawing
from momentsim.report.document.measure_tables import FIRST_ROW, difference_table, headings
from momentsim.report.document.parts import Chapter, Drawn, Listing
from momentsim.report.document.run_report import (
    INCOME,
    MOST_LEVERS,
    VALUE,
    course_of,
    owners_table,
    peak_words,
    time_words,
    value_by_owner,
)
from momentsim.report.document.svg import drawn
from momentsim.report.document.words import Wording, row_word, word
from momentsim.report.numbers import show_number
from momentsim.report.stored_folder import StoredFolder, StoredTable

MOST_DRAWN: Final = 4
"""Cases in one panel; more could not be told apart."""
TIMED: Final = (
    "jammed_hours",
    "time_to_recover_h",
    "wait_mean_s",
    "service_level",
    "abandoned_share",
    "blocked_share",
)
LINES: Final = (
    (drawing.GREY, "dashed"),
    (drawing.BLUE, "solid"),
    (drawing.VERMILLION, "solid"),
    (drawing.GREEN, "solid"),
)
"""Colour and kind of line by case, baseline first."""


def when(stored: StoredFolder, table: StoredTable, told: str, cases: Sequence[str]) -> Chapter:
    """Callers waiting and agents on duty over time, what was pulled, and the measures that are about time.

    `cases` are all names, baseline first, then the best; `told` is the one that is told in full. Folders of before
    intervals were kept have the measures only.
    """
    baseline = cases[0]
    courses = {
        case: course_of(intervals)
        for case in cases[:MOST_DRAWN]
        if (intervals := stored.table(f"{case}/intervals"))
    }
    said = [f"{case}: {peak_words(courses[case])}" for case in (baseline, told) if case in courses]
    figures = [_side_by_side(stored, list(courses))] if len(courses) > 1 else []
    tables = [_differences(table, told, baseline, TIMED)]
    if pulled := [row for case in cases for row in _pulled(stored, case)]:
        header = headings("case", "lever", "size", "action", "at", "replications", "from")
        tables.append(
            Listing(word("captions.levers"), header, pulled[:MOST_LEVERS], has_source=True, numbers=False)
        )
    return Chapter("when", word("headings.when"), said, figures, [one for one in tables if one.rows])


def _pulled(stored: StoredFolder, case: str) -> list[tuple[Wording, ...]]:
    """What was done to levers, at the same time in several replications once."""
    place = f"{case}/levers"
    levers = stored.table(place)
    if not any(levers.values()):
        return []
    done: dict[tuple[str, ...], list[int]] = {}
    columns = [levers[name] for name in ("lever", "size", "action", "pulled_at")]
    for row, (lever, size, action, at) in enumerate(zip(*columns, strict=True), start=FIRST_ROW):
        done.setdefault((str(lever), str(size or ""), str(action or "pull"), time_words(at)), []).append(row)
    of = stored.about["finished"]
    return [
        (
            case,
            *what,
            word("page.of", part=str(len(rows)), whole=str(of)),
            row_word(f"{place}.csv", rows[0]),
        )
        for what, rows in done.items()
    ]


def _side_by_side(stored: StoredFolder, cases: Sequence[str]) -> Drawn:
    """Two panels on one time axis, a line per case."""
    courses = {case: course_of(stored.table(f"{case}/intervals")) for case in cases}
    figure, axes = drawing.panels((3, 2), size=(12.8, 6.4))
    for axis, name, label in zip(
        axes, ("queue_mean", "agents_on_duty"), ("callers waiting", "agents on duty"), strict=True
    ):
        for (case, course), (colour, kind) in zip(courses.items(), LINES, strict=False):
            axis.step(
                course.places, course.columns[name], where="post", color=colour, linestyle=kind, label=case
            )
        axis.set_ylabel(label, fontsize=drawing.TEXT)
        axis.set_ylim(bottom=0)
        drawing.plain_ticks(axis.yaxis)
    axes[0].legend(fontsize=drawing.SMALL, **drawing.WHITE_BACKED)
    step = next(iter(courses.values())).step
    told = " ".join(f"{case}: {peak_words(course)}" for case, course in courses.items())
    title = f"Callers waiting and agents on duty by {step}, means of all replications"
    return drawn(figure, "when", title, f"{told} From intervals.csv of each case.")


def customers(stored: StoredFolder, table: StoredTable, told: str, baseline: str) -> Chapter:
    """Loyalty and the crisis, and whose doing it was: value by department and segment, less that of the baseline."""
    measures = _of_sections(("Loyalty", "Crisis"))
    sums = {case: value_by_owner(stored.table(f"{case}/ledger")) for case in (told, baseline)}
    keys = dict.fromkeys((*sums[baseline], *sums[told]))
    changed = {key: sums[told].get(key, 0.0) - sums[baseline].get(key, 0.0) for key in keys}
    caption = word("captions.owners_differ", case=told, baseline=baseline)
    tables = [_differences(table, told, baseline, measures), *owners_table(changed, caption)]
    return Chapter("customers", word("headings.customers"), tables=[one for one in tables if one.rows])


def money(stored: StoredFolder, table: StoredTable, told: str, cases: Sequence[str]) -> Chapter:
    """The measures of money, and what each line of cost comes to in every case."""
    costs = {case: _costs(stored.table(f"{case}/ledger")) for case in cases}
    lines = dict.fromkeys(line for each in costs.values() for line in each)
    rows = [(line, *(show_number(costs[case].get(line, 0.0), "money") for case in cases)) for line in lines]
    measured = _differences(table, told, cases[0], _of_sections(("Money",)))
    listed = Listing(word("captions.costs_by_line"), (word("header.line"), *cases), rows)
    return Chapter("money", word("headings.money"), tables=[one for one in (measured, listed) if one.rows])


def _costs(ledger: StoredTable) -> Mapping[str, float]:
    """Cost by line."""
    sums: dict[str, float] = {}
    for line, amount in zip(ledger["line"], ledger["amount"], strict=True):
        if isinstance(amount, float) and amount and not str(line).startswith((VALUE, INCOME)):
            sums[str(line)] = sums.get(str(line), 0.0) - amount
    return sums


def _of_sections(sections: Sequence[str]) -> list[str]:
    """Measures that are shown of these sections, in the order of the catalogue."""
    return [each.name for each in MEASURES if each.section in sections and each.headline]


def _differences(table: StoredTable, case: str, baseline: str, names: Iterable[str]) -> Listing:
    """Differences of these measures, those left out that are 0 on both sides."""
    rows = {
        name
        for name, scope, of, *sides in zip(
            *(table[column] for column in ("measure", "scope", "case", "baseline", "variant")), strict=True
        )
        if scope == "all" and of == case and any(sides)
    }
    return difference_table(table, case, baseline, [name for name in names if name in rows])
