"""Average handling times of a report, by interval or day, as one mean for each queue: of a law they say the mean alone.

    Interval Start;Queue;Calls;Answered;AHT (s)
    20.01.2026 09:00;Sales;41;38;252

The mean is that of all calls: sum(calls x average) / sum(calls) over the rows, with the calls answered where a column
says them, else all. How much single calls differ no average says.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from momentsim.fit.call_log import durations_of, heading_and_unit
from momentsim.scenario.files.columns import columns_of, numbers_of, raise_if_any
from momentsim.scenario.files.headings import names_of
from momentsim.scenario.files.side_rows import open_rows
from momentsim.scenario.written import show_value

AVERAGES: Final = (
    *("aht", "averagehandletime", "averagehandlingtime", "avghandletime", "avghandlingtime", "avghandle"),
    *("avg.handletime", "avg.handlingtime", "meanhandletime", "meanhandlingtime", "avgaht", "handletimeavg"),
    *("durchschnittlichebearbeitungszeit", "mittlerebearbeitungszeit", "dmt", "tmo"),
)
"""Headings of average handling times, without blanks and unit; what is no average may be a sum of the interval."""
ANSWERED: Final = (
    *("answered", "handled", "callsanswered", "callshandled", "contactsanswered", "contactshandled"),
    *("answeredcalls", "handledcalls", "acdcalls", "angenommen", "angenommeneanrufe"),
)
"""Headings of the calls of which averages are."""


@dataclass(frozen=True, slots=True)
class MeanHandling:
    """The mean handling time of a queue, after-call work included, and what it is made of."""

    mean_s: float
    rows: int
    """With calls and an average."""
    calls: int
    of_answered: bool
    """Weighted by calls answered; else by those offered."""
    without: int
    """Rows with calls and no average."""

    def words(self) -> str:
        """What is known, and what is not."""
        weights = "answered" if self.of_answered else "offered, since those answered are not in the file"
        left_out = f"; {self.without} rows with calls have no average" if self.without else ""
        return (
            f"mean handling time {self.mean_s:.1f} s: the averages of {self.rows:,} rows, weighted by the "
            f"{self.calls:,} calls {weights}{left_out}. After-call work is in it where your averages have it in. How "
            "much single calls differ no average says: the spread is that of a scenario without one (CV 1)"
        )


def read_averages(path: Path) -> dict[str, MeanHandling]:
    """The mean of each queue, under "" where the file tells none; nothing where the file has no averages.

    Raises ScenarioError with every cell that cannot be read.
    """
    rows = open_rows(path, str(path), _has_averages)
    if not _has_averages(rows.headings):
        return {}
    unit = ""
    for place, heading in enumerate(rows.headings):
        short, its_unit = heading_and_unit(heading)
        if short in AVERAGES:
            rows.headings[place], unit = "aht", its_unit or ""
        elif short in ANSWERED:
            rows.headings[place] = "answered"
    cells = columns_of(rows, ("offered", "aht"), ("answered", "queue"))
    of_answered = bool(cells.of("answered"))
    weights = "answered" if of_answered else "offered"
    counts, problems = numbers_of(cells, weights)
    averages = durations_of(cells, "aht", unit, problems)
    problems += [
        cells.problem(
            line, weights, f"{show_value(text.strip())} is no number of calls", "write a number from 0 up"
        )
        for line, text, count in zip(cells.lines, cells.of(weights), counts, strict=True)
        if count is None or (isinstance(count, float) and count < 0.0)
    ]
    raise_if_any(problems, cells.name)
    numbers = [count if isinstance(count, float) else 0.0 for count in counts]
    queues = [text.strip() for text in cells.of("queue")] or [""] * len(cells.lines)
    found = {}
    for name in dict.fromkeys(queues):
        mine = [place for place, queue in enumerate(queues) if queue == name]
        mean = _mean([numbers[place] for place in mine], [averages[place] for place in mine], of_answered)
        if mean is not None:
            found[name] = mean
    return found


def _has_averages(headings: Sequence[str]) -> bool:
    """Whether a row may be the one with headings, and has averages beside counts."""
    return bool(names_of("offered", headings)) and any(
        heading_and_unit(heading)[0] in AVERAGES for heading in headings
    )


def _mean(calls: Sequence[float], averages: Sequence[float], of_answered: bool) -> MeanHandling | None:
    """An average of 0, or none, is that of nobody."""
    known = [
        (number, average)
        for number, average in zip(calls, averages, strict=True)
        if number > 0.0 and average > 0.0 and not math.isnan(average)
    ]
    total = sum(number for number, _average in known)
    if not known:
        return None
    mean = sum(number * average for number, average in known) / total
    without = sum(number > 0.0 for number in calls) - len(known)
    return MeanHandling(mean, len(known), round(total), of_answered, without)
