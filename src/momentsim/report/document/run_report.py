"""The report of one run: what happened, when, to whom, at what cost, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.report import drawing
from momentsim.report.bars import horizontal
from momentsim.report.document.closing_chapters import assumptions, command_of, method, numbers
from momentsim.report.document.measure_tables import headings, row_of, summary_tables
from momentsim.report.document.parts import Chapter, Drawn, Listing, Report, Tile
from momentsim.report.document.svg import drawn
from momentsim.report.document.words import Word, Wording, interval_word, row_word, verdict_word, word
from momentsim.report.figure_ledger import bars_of, finding_of
from momentsim.report.numbers import capitalise, plain, show_number, with_unit
from momentsim.report.staffing_words import staffing_words
from momentsim.report.stored_folder import Column, StoredFolder, StoredTable
from momentsim.report.summary_reading import Reading, Readings
from momentsim.report.verdicts import decide
from momentsim.report.workbook.table_sheets import MOST_INTERVALS, NOBODY, by_day

VALUE: Final = "value"
"""Lines of the ledger that begin so are value; all others but income of tiers are cost."""
INCOME: Final = "service_tier"


def run_report(stored: StoredFolder, title: str, sentences: tuple[str, ...]) -> Report:
    """The report from the folder's tables; `title` is for those who hear the figure."""
    summary, inputs = stored.table("summary"), stored.table("inputs")
    read, ledger = Readings(summary), stored.table("ledger")
    first, *_ = sentences
    chapters = [
        Chapter(
            "decision", word("headings.what_happened"), sentences, tables=summary_tables(summary, "Service")
        ),
        _when(stored),
        _customers(summary, ledger),
        _people(stored, summary),
        _money(summary, ledger),
        _how_sure(stored, sentences[-1]),
        *assumptions(inputs, "inputs.csv"),
        method(stored.about, inputs, command_of("run", stored.about, inputs)),
        numbers(map(str, summary["measure"])),
    ]
    subtitle = f"One run of {stored.about['finished']} replications; value counted {stored.about['outlook']}."
    return Report(
        title_word(stored),
        subtitle,
        first,
        _tiles(stored, summary, read),
        _ledger_figure(read, title, str(stored.about["outlook"])) if read["value_net"].is_known else None,
        sentences[-1].strip("()"),
        [chapter for chapter in chapters if chapter.paragraphs or chapter.tables or chapter.figures],
    )


def _tiles(stored: StoredFolder, summary: StoredTable, read: Readings) -> list[Tile]:
    """Service, customers, money; where memory is off, nothing is known of customers."""
    goal = stored.about["service_level"]
    level = read["service_level"]
    verdict = verdict_word(decide(level.low - goal["share"], level.high - goal["share"]), "goals")
    words = word("tiles.goal", share=f"{100 * goal['share']:g}", verdict=verdict)
    within = word("tiles.answered_within", seconds=f"{goal['threshold_s']:g}")
    served = _tile(summary, within, "service_level", level, words)
    lost = read["customers_lost_expected"]
    if not lost.is_known:
        wait = _tile(summary, word("tiles.wait"), "wait_mean_s", read["wait_mean_s"], "")
        total = word("measures.cost_total")
        return [served, wait, _tile(summary, total, "cost_total", read["cost_total"], "")]
    left = verdict_word(decide(lost.low, lost.high), "leaving")
    customers = _tile(summary, word("tiles.lost"), "customers_lost_expected", lost, left)
    no_profit = word("tiles.no_profit")
    money = _tile(summary, word("tiles.net"), "net_benefit", read["net_benefit"], no_profit)
    return [served, customers, money]


def title_word(stored: StoredFolder) -> Wording:
    """Scenario and variant."""
    scenario, variant = str(stored.about["scenario"]), stored.about.get("variant")
    return word("titles.variant", scenario=scenario, variant=str(variant)) if variant else scenario


def interval_told(low: float, high: float, unit: str) -> Word:
    """The interval of a tile."""
    interval = interval_word(low, high, unit)
    return word("tiles.interval", interval=interval) if interval else word("tiles.no_interval")


def _tile(summary: StoredTable, name: Wording, measure: str, read: Reading, words: Wording) -> Tile:
    value = (
        with_unit(read.value, read.unit, read.half_width)
        if read.unit != "customers"
        else plain(read.value, 0)
    )
    told = interval_told(read.low, read.high, read.unit)
    return Tile(name, value, told, words, row_word("summary.csv", row_of(summary, measure)))


def _ledger_figure(read: Readings, title: str, outlook: str) -> Drawn:
    figure, (axis,) = drawing.panels((1,), size=(12.8, 5.6))
    bars = bars_of(read)
    drawing.headline(figure, finding_of(read))
    horizontal(axis, bars, read["value_net"].unit)
    told = "; ".join(
        f"{bar.label.replace(chr(10), ' ')} {show_number(bar.value, read['value_net'].unit)}" for bar in bars
    )
    text = f"{capitalise(told)} {read['value_net'].unit}. Expected margin of customers {outlook}. From summary.csv."
    return drawn(figure, "ledger", f"Ledger of {title}: {finding_of(read)}", text)


def _when(stored: StoredFolder) -> Chapter:
    course = course_of(stored.table("intervals"))
    figure, (calls, people) = drawing.panels((3, 2), size=(12.8, 6.4))
    for name, colour in (("offered", drawing.ORANGE), ("answered", drawing.BLUE)):
        calls.step(course.places, course.columns[name], where="post", color=colour, label=name)
    for name, colour, label in (
        ("agents_on_duty", drawing.GREEN, "agents on duty"),
        ("queue_mean", drawing.VERMILLION, "callers waiting"),
    ):
        people.step(course.places, course.columns[name], where="post", color=colour, label=label)
    for axis, label in ((calls, f"calls by {course.step}"), (people, "people")):
        axis.set_ylabel(label, fontsize=drawing.TEXT)
        axis.set_ylim(bottom=0)
        axis.legend(fontsize=drawing.SMALL, **drawing.WHITE_BACKED)
        drawing.plain_ticks(axis.yaxis)
    text = peak_words(course)
    picture = drawn(
        figure, "when", "Calls, callers waiting and agents over time", f"{text} From intervals.csv."
    )
    levers = stored.table("levers")
    tables = [_levers(levers)] if any(levers.values()) else []
    return Chapter("when", word("headings.when"), [text], [picture], tables)


class Course(NamedTuple):
    """How it went over time, all queues together, by interval, or by day where there are many."""

    times: list[datetime]
    columns: dict[str, list[float]]
    step: str

    @property
    def places(self) -> npt.NDArray[np.datetime64]:
        """The times for an axis."""
        return np.array(self.times, dtype="datetime64[s]")


def course_of(intervals: StoredTable) -> Course:
    """What a table of intervals says of the horizon."""
    is_long = len(intervals["skill"]) > MOST_INTERVALS
    table = by_day(intervals) if is_long else intervals
    first = next(iter(table))
    parts = table.get("part") or ["horizon"] * len(table["skill"])
    rows = enumerate(zip(table["skill"], parts, strict=True))
    whole = [row for row, told in rows if told == ("all", "horizon")]
    times = [value for row in whole if isinstance(value := table[first][row], datetime)]
    names = ("offered", "answered", "queue_mean", "agents_on_duty")
    columns = {name: _part(table[name], whole) for name in names}
    return Course(times, columns, "day" if is_long else "interval")


def _part(column: Column, rows: list[int]) -> list[float]:
    return [value if isinstance(value := column[row], float) else math.nan for row in rows]


def peak_words(course: Course) -> str:
    """When most people waited, and how many were there for them."""
    queue = course.columns["queue_mean"]
    peak = max(range(len(queue)), key=queue.__getitem__, default=0)
    if not course.times or not queue[peak] > 0:
        return "Hardly anybody waited at any time."
    at = course.times[peak]
    when = f"{at:%d %B %Y}" if course.step == "day" else f"{at:%d %B %Y, %H:%M}"
    waiting, agents = (plain(course.columns[name][peak], 0) for name in ("queue_mean", "agents_on_duty"))
    there = f"{waiting} on average, with {agents} agents on duty"
    return f"Most callers waited at once in the {course.step} of {when}: {there}."


def _levers(levers: StoredTable) -> Listing:
    """What was pulled and undone, when and in which replication; folders of before sizes have neither of them."""
    count = len(levers["lever"])
    blank: Column = [None] * count
    columns = [levers.get(name, blank) for name in ("lever", "size", "action", "replication", "pulled_at")]
    rows = [
        (
            str(lever),
            str(size or ""),
            str(action or "pull"),
            f"{number:g}",
            time_words(at),
            row_word("levers.csv", row),
        )
        for row, (lever, size, action, number, at) in enumerate(zip(*columns, strict=True), start=2)
    ]
    header = headings("lever", "size", "action", "replication", "at", "from")
    return Listing(word("captions.levers"), header, rows[:MOST_LEVERS], has_source=True, numbers=False)


MOST_LEVERS: Final = 40


def time_words(value: object) -> str:
    """A time to the minute; blank for what is none."""
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else ""


def _customers(summary: StoredTable, ledger: StoredTable) -> Chapter:
    """Who was hurt, and by whom: value by segment and owner."""
    tables = summary_tables(summary, "Loyalty") + summary_tables(summary, "Crisis")
    owners = owners_table(value_by_owner(ledger), word("captions.owners"))
    return Chapter("customers", word("headings.customers"), tables=[*tables, *owners])


def value_by_owner(ledger: StoredTable) -> dict[tuple[str, str], float]:
    """Sums of the lines of value by department that caused them and by segment."""
    sums: dict[tuple[str, str], float] = {}
    for line, owner, segment, amount in zip(
        *(ledger[name] for name in ("line", "owner", "segment", "amount")), strict=True
    ):
        if str(line).startswith(VALUE) and isinstance(amount, float):
            key = str(owner or NOBODY), str(segment or "all")
            sums[key] = sums.get(key, 0.0) + amount
    return sums


def owners_table(sums: Mapping[tuple[str, str], float], caption: Wording) -> list[Listing]:
    """These sums, departments down and segments across; no table where there are none."""
    owners, segments = (list(dict.fromkeys(key[place] for key in sums)) for place in (0, 1))
    rows = [
        (
            word("header.nobody") if owner == NOBODY else owner,
            *(show_number(sums[owner, name], "money") if (owner, name) in sums else "" for name in segments),
        )
        for owner in owners
    ]
    header = (*headings("department"), *(word("header.all") if name == "all" else name for name in segments))
    return [Listing(caption, header, rows)] if rows else []


def _people(stored: StoredFolder, summary: StoredTable) -> Chapter:
    said = staffing_words(stored.about.get("staffing", {}))
    return Chapter(
        "people", word("headings.people"), said, tables=summary_tables(summary, "People", every=True)
    )


def _money(summary: StoredTable, ledger: StoredTable) -> Chapter:
    rows = [
        (str(line), show_number(-amount, "money"), row_word("ledger.csv", row))
        for row, (line, amount) in enumerate(zip(ledger["line"], ledger["amount"], strict=True), start=2)
        if isinstance(amount, float) and amount and not str(line).startswith((VALUE, INCOME))
    ]
    tables = summary_tables(summary, "Money")
    if rows:
        tables.append(
            Listing(word("captions.costs"), headings("line", "cost", "from"), rows, has_source=True)
        )
    return Chapter("money", word("headings.money"), tables=tables)


def _how_sure(stored: StoredFolder, note: str) -> Chapter:
    said = [
        f"{note.strip('()')}",
        "Another run of as many replications would give other estimates; 95 of 100 such intervals hold the truth of "
        "the model. Whether the model is right about people is another question: see what was assumed. "
        "`momentsim compare --worlds 64` asks how far a verdict hangs on it.",
        *(f"Warning: {warning}" for warning in stored.about["warnings"]),
    ]
    return Chapter("how-sure", word("headings.how_sure"), said)
