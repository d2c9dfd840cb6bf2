"""The report of one run: what happened, when, to whom, at what cost, and how sure that is."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final

import numpy as np

from momentsim.report import drawing
from momentsim.report.bars import horizontal
from momentsim.report.document.closing_chapters import assumptions, command_of, method, numbers
from momentsim.report.document.measure_tables import row_of, summary_tables
from momentsim.report.document.parts import Chapter, Drawn, Listing, Report, Tile
from momentsim.report.document.svg import drawn
from momentsim.report.figure_ledger import bars_of, finding_of
from momentsim.report.numbers import capitalise, plain, show_number, span, with_unit
from momentsim.report.staffing_words import staffing_words
from momentsim.report.stored_folder import Column, StoredFolder, StoredTable
from momentsim.report.summary_reading import Reading, Readings
from momentsim.report.tables import NET_TITLE
from momentsim.report.verdicts import Verdict, decide
from momentsim.report.workbook.table_sheets import MOST_INTERVALS, NOBODY, by_day

VALUE: Final = "value"
"""Lines of the ledger that begin so are value; all others but income of tiers are cost."""
INCOME: Final = "service_tier"
GOAL_WORDS: Final = {
    Verdict.HIGHER: "met",
    Verdict.SAME: "met",
    Verdict.LOWER: "missed",
    Verdict.UNSURE: "cannot be told",
    Verdict.UNKNOWN: "cannot be told from one replication",
}


def run_report(stored: StoredFolder, title: str, sentences: tuple[str, ...]) -> Report:
    """The report from the folder's tables."""
    summary, inputs = stored.table("summary"), stored.table("inputs")
    read, ledger = Readings(summary), stored.table("ledger")
    first, *_ = sentences
    chapters = [
        Chapter("decision", "What happened", sentences, tables=summary_tables(summary, "Service")),
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
        title,
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
    verdict = GOAL_WORDS[decide(level.low - goal["share"], level.high - goal["share"])]
    words = f"goal {100 * goal['share']:g} %: {verdict}"
    served = _tile(summary, f"answered within {goal['threshold_s']:g} s", "service_level", level, words)
    lost = read["customers_lost_expected"]
    if not lost.is_known:
        wait = _tile(summary, "mean wait of those answered", "wait_mean_s", read["wait_mean_s"], "")
        return [served, wait, _tile(summary, "cost, total", "cost_total", read["cost_total"], "")]
    known = {
        Verdict.UNSURE: "no clear difference",
        Verdict.HIGHER: "more leave",
        Verdict.LOWER: "fewer leave",
    }
    left = known.get(decide(lost.low, lost.high), "")
    customers = _tile(summary, "customers lost by experience", "customers_lost_expected", lost, left)
    money = _tile(
        summary, NET_TITLE, "net_benefit", read["net_benefit"], "no profit or loss: to compare variants"
    )
    return [served, customers, money]


def _tile(summary: StoredTable, name: str, measure: str, read: Reading, words: str) -> Tile:
    interval = span(read.low, read.high, read.unit)
    value = (
        with_unit(read.value, read.unit, read.half_width)
        if read.unit != "customers"
        else plain(read.value, 0)
    )
    told = f"95 %: {interval}" if interval else "no interval: one replication"
    return Tile(name, value, told, words, f"summary.csv, row {row_of(summary, measure)}")


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
    intervals = stored.table("intervals")
    table = by_day(intervals) if len(intervals["skill"]) > MOST_INTERVALS else intervals
    first = next(iter(table))
    parts = table.get("part") or ["horizon"] * len(table["skill"])
    rows = enumerate(zip(table["skill"], parts, strict=True))
    whole = [row for row, told in rows if told == ("all", "horizon")]
    times = [value for row in whole if isinstance(value := table[first][row], datetime)]
    columns = {
        name: _part(table[name], whole) for name in ("offered", "answered", "queue_mean", "agents_on_duty")
    }
    places = np.array(times, dtype="datetime64[s]")
    figure, (calls, people) = drawing.panels((3, 2), size=(12.8, 6.4))
    for name, colour in (("offered", drawing.ORANGE), ("answered", drawing.BLUE)):
        calls.step(places, columns[name], where="post", color=colour, label=name)
    for name, colour, label in (
        ("agents_on_duty", drawing.GREEN, "agents on duty"),
        ("queue_mean", drawing.VERMILLION, "callers waiting"),
    ):
        people.step(places, columns[name], where="post", color=colour, label=label)
    step = "day" if table is not intervals else "interval"
    for axis, label in ((calls, f"calls by {step}"), (people, "people")):
        axis.set_ylabel(label, fontsize=drawing.TEXT)
        axis.set_ylim(bottom=0)
        axis.legend(fontsize=drawing.SMALL, **drawing.WHITE_BACKED)
        drawing.plain_ticks(axis.yaxis)
    peak = max(range(len(whole)), key=lambda row: columns["queue_mean"][row], default=0)
    text = _peak_words(times, columns, peak, step)
    picture = drawn(
        figure, "when", "Calls, callers waiting and agents over time", f"{text} From intervals.csv."
    )
    levers = stored.table("levers")
    tables = [_levers(levers)] if any(levers.values()) else []
    return Chapter("when", "When", [text], [picture], tables)


def _part(column: Column, rows: list[int]) -> list[float]:
    return [value if isinstance(value := column[row], float) else math.nan for row in rows]


def _peak_words(times: list[datetime], columns: dict[str, list[float]], peak: int, step: str) -> str:
    if not times or not columns["queue_mean"][peak] > 0:
        return "Hardly anybody waited at any time."
    at = times[peak]
    when = f"{at:%d %B %Y}" if step == "day" else f"{at:%d %B %Y, %H:%M}"
    waiting, agents = (plain(columns[name][peak], 0) for name in ("queue_mean", "agents_on_duty"))
    return f"Most callers waited at once in the {step} of {when}: {waiting} on average, with {agents} agents on duty."


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
            _time(at),
            f"levers.csv, row {row}",
        )
        for row, (lever, size, action, number, at) in enumerate(zip(*columns, strict=True), start=2)
    ]
    header = ("lever", "size", "action", "replication", "at", "from")
    return Listing("Levers that were pulled", header, rows[:MOST_LEVERS], has_source=True, numbers=False)


MOST_LEVERS: Final = 40


def _time(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else ""


def _customers(summary: StoredTable, ledger: StoredTable) -> Chapter:
    """Who was hurt, and by whom: value by segment and owner."""
    segments = list(dict.fromkeys(str(name or "all") for name in ledger["segment"]))
    sums: dict[tuple[str, str], float] = {}
    for line, owner, segment, amount in zip(
        *(ledger[name] for name in ("line", "owner", "segment", "amount")), strict=True
    ):
        if str(line).startswith(VALUE) and isinstance(amount, float):
            key = str(owner or NOBODY), str(segment or "all")
            sums[key] = sums.get(key, 0.0) + amount
    owners = list(dict.fromkeys(owner for owner, _ in sums))
    used = [name for name in segments if any((owner, name) in sums for owner in owners)]
    rows = [
        (owner, *(show_number(sums[owner, name], "money") if (owner, name) in sums else "" for name in used))
        for owner in owners
    ]
    tables = summary_tables(summary, "Loyalty") + summary_tables(summary, "Crisis")
    if rows:
        caption = "Change of customer value by department that caused it and by segment (sums of ledger.csv, estimates)"
        tables.append(Listing(caption, ("department", *used), rows))
    return Chapter("customers", "Customers", tables=tables)


def _people(stored: StoredFolder, summary: StoredTable) -> Chapter:
    said = staffing_words(stored.about.get("staffing", {}))
    return Chapter("people", "Our people", said, tables=summary_tables(summary, "People", every=True))


def _money(summary: StoredTable, ledger: StoredTable) -> Chapter:
    rows = [
        (str(line), show_number(-amount, "money"), f"ledger.csv, row {row}")
        for row, (line, amount) in enumerate(zip(ledger["line"], ledger["amount"], strict=True), start=2)
        if isinstance(amount, float) and amount and not str(line).startswith((VALUE, INCOME))
    ]
    tables = summary_tables(summary, "Money")
    if rows:
        tables.append(Listing("What it cost", ("line", "cost", "from"), rows, has_source=True))
    return Chapter("money", "Money", tables=tables)


def _how_sure(stored: StoredFolder, note: str) -> Chapter:
    said = [
        f"{note.strip('()')}",
        "Another run of as many replications would give other estimates; 95 of 100 such intervals hold the truth of "
        "the model. Whether the model is right about people is another question: see what was assumed. "
        "`momentsim compare --worlds 64` asks how far a verdict hangs on it.",
        *(f"Warning: {warning}" for warning in stored.about["warnings"]),
    ]
    return Chapter("how-sure", "How sure", said)
