"""The roster: an answer as shift templates with whole breaks, and as heads on duty by interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from momentsim import units
from momentsim.questions.shifts.cover import Cover
from momentsim.questions.shifts.patterns import CoverWeek, Pattern
from momentsim.questions.shifts.requirement import FloatArray, Requirement
from momentsim.scenario.files.shift_files import COLUMNS
from momentsim.scenario.sections.base import ALL_DAYS

ROUNDING = 1e-6
"""Heads below which a difference is one of floating-point sums."""
MOST_OF_KIND = 30
"""Letters of a kind's name in the name of a shift."""


class Template(NamedTuple):
    """Agents with the same pattern and the same breaks; begins of breaks in slots after the start."""

    pattern: Pattern
    begins: tuple[int, ...]
    heads: int


def templates_of(week: CoverWeek, answer: Cover) -> list[Template]:
    """Every agent gets one begin of each break. Windows of a pattern do not overlap, so any begins go together."""
    templates: list[Template] = []
    column = 0
    for pattern, heads in zip(week.patterns, answer.heads, strict=True):
        begins: list[list[int]] = []
        for window in pattern.windows:
            counts = answer.breaks[column : column + len(window.begins)]
            begins.append(
                [begin for begin, count in zip(window.begins, counts, strict=True) for _ in range(count)]
            )
            column += len(window.begins)
        each = Counter(zip(*begins, strict=True)) if begins else Counter({(): int(heads)})
        templates += [Template(pattern, chosen, count) for chosen, count in sorted(each.items()) if count]
    return sorted(
        templates,
        key=lambda template: (template.pattern.start, -template.pattern.length, template.pattern.days),
    )


def shifts_table(week: CoverWeek, templates: list[Template]) -> pd.DataFrame:
    """Columns as in a `shifts_file`."""
    named: Counter[str] = Counter()
    rows = []
    for template in templates:
        name = _name(week, template.pattern)
        named[name] += 1
        rows.append(_row(week, template, f"{name}_{named[name]}"))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(week: CoverWeek, template: Template, name: str) -> dict[str, object]:
    pattern = template.pattern
    pauses = list(zip(pattern.windows, template.begins, strict=True))
    spans = {
        paid: " ".join(
            f"{_clock(week, pattern.start + begin)}-{_clock(week, pattern.start + begin + window.length)}"
            for window, begin in pauses
            if window.paid is paid
        )
        for paid in (True, False)
    }
    return {
        "shift": name,
        "start": _clock(week, pattern.start),
        "end": _clock(week, pattern.start + pattern.length),
        "days": " ".join(ALL_DAYS[day] for day in pattern.days),
        "heads": template.heads,
        "breaks": spans[True],
        "unpaid_breaks": spans[False],
    }


def _name(week: CoverWeek, pattern: Pattern) -> str:
    """`full_time_0800_mon-fri`."""
    clock = _clock(week, pattern.start).replace(":", "")
    return f"{pattern.kind[:MOST_OF_KIND]}_{clock}_{days_text(pattern.days)}"


def days_text(days: tuple[int, ...]) -> str:
    """`mon-fri`, over Sunday too (`sat-wed`), or each day (`mon-wed-fri`)."""
    first = next((day for day in days if (day - 1) % 7 not in days), days[0])
    run = [(first + step) % 7 for step in range(len(days))]
    if len(days) > 2 and set(run) == set(days):
        return f"{ALL_DAYS[run[0]]}-{ALL_DAYS[run[-1]]}"
    return "-".join(ALL_DAYS[day] for day in days)


def _clock(week: CoverWeek, slots: int) -> str:
    return units.format_time_of_day(slots * week.slot_s % units.SECONDS_PER_DAY)


def week_table(week: CoverWeek, templates: list[Template]) -> pd.DataFrame:
    """Heads that start by kind and time: kind, start, end, mon .. sun, and paid hours of these agents' week."""
    rows: dict[tuple[str, int], dict[str, object]] = {}
    for template in templates:
        pattern = template.pattern
        row = rows.setdefault(
            (pattern.kind, pattern.start),
            {
                "kind": pattern.kind,
                "start": _clock(week, pattern.start),
                "end": _clock(week, pattern.start + pattern.length),
                **dict.fromkeys(ALL_DAYS, 0),
                "paid_hours": 0.0,
            },
        )
        for day in pattern.days:
            row[ALL_DAYS[day]] = int(str(row[ALL_DAYS[day]])) + template.heads
        hours = template.heads * len(pattern.days) * pattern.paid * week.slot_s / 3600.0
        row["paid_hours"] = float(str(row["paid_hours"])) + hours
    return pd.DataFrame(list(rows.values()))


def heads_at_work(week: CoverWeek, templates: list[Template]) -> FloatArray:
    """Heads at work by slot of the week, breaks taken off."""
    heads = np.zeros(len(week.need))
    for template in templates:
        np.add.at(heads, week.at_work(template.pattern), template.heads)
        for window, begin in zip(template.pattern.windows, template.begins, strict=True):
            np.add.at(heads, week.at_work(template.pattern, begin, window.length), -template.heads)
    return heads


def cover_table(requirement: Requirement, week: CoverWeek, templates: list[Template]) -> pd.DataFrame:
    """Net heads by interval of the horizon: required, on duty, over, under (means over the interval).

    `on_duty` is what is expected of the roster once shrinkage and absence are taken off. With breaks shorter than
    the interval, some of it may be over and some under.
    """
    steps = requirement.interval_s // week.slot_s
    duty = (heads_at_work(week, templates) * requirement.available).reshape(-1, steps)[requirement.places]
    missing = requirement.heads[:, None] - duty
    missing[np.abs(missing) < ROUNDING] = 0.0
    numbers = {
        "required": requirement.heads,
        "on_duty": duty.mean(axis=1),
        "over": np.maximum(-missing, 0.0).mean(axis=1),
        "under": np.maximum(missing, 0.0).mean(axis=1),
    }
    table = pd.DataFrame(numbers).round(6)
    table.insert(0, "interval_start", list(requirement.starts))
    return table


def spans(times: list[pd.Timestamp], step: pd.Timedelta) -> Iterator[tuple[pd.Timestamp, pd.Timestamp]]:
    """Neighbouring intervals as one span each, (start, end)."""
    begin: pd.Timestamp | None = None
    end: pd.Timestamp | None = None
    for time in times:
        if begin is None:
            begin = time
        elif end is not None and time != end:
            yield begin, end
            begin = time
        end = time + step
    if begin is not None and end is not None:
        yield begin, end
