"""A log with one row a call, from a CSV or a sheet: when it came, and what else the log knows of it.

A column of times says when, or a date and a time beside it (as in files of counts: one reading, or refused with all).
Waits and talks stand in columns of durations (`95`, `0:01:35`, `1 min 35 s`), or follow from times: when it was
answered, when it ended. How the wait ended stands in a column of words, or follows from who has a talk.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from momentsim import units
from momentsim.errors import Problem, ScenarioError
from momentsim.fit.calls import Calls, Ending, in_order
from momentsim.fit.zones import ADD_ZONE
from momentsim.scenario.files.columns import (
    MOST_NOTED,
    Columns,
    columns_of,
    local_time,
    numbers_of,
    raise_if_any,
    write_local_times,
)
from momentsim.scenario.files.headings import CALL, END, START, names_of, plain_name, time_columns
from momentsim.scenario.files.side_rows import SideRows, open_rows
from momentsim.scenario.files.written_numbers import TwoReadings
from momentsim.scenario.readings import duration_readings
from momentsim.scenario.written import show_value
from momentsim.suggestions import did_you_mean

DURATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "wait": (
        *("wait", "waittime", "waitingtime", "queuetime", "timeinqueue", "timetoanswer", "speedofanswer"),
        *("wartezeit", "waitduration", "queueduration", "qtime"),
    ),
    "talk": (
        "talk",
        "talktime",
        "talkduration",
        "conversationtime",
        "gesprächszeit",
        "gesprächsdauer",
        "sertime",
    ),
    "hold": ("hold", "holdduration", "timeonhold", "haltezeit"),
    "wrap_up": (
        *("wrap", "wrapup", "wrapuptime", "acw", "acwtime", "aftercallwork", "aftercallworktime"),
        *("nachbearbeitung", "nachbearbeitungszeit"),
    ),
    "handle": ("handle", "handletime", "handlingtime", "handleduration", "bearbeitungszeit", "aht"),
}
"""Headings of durations of one call, without blanks and unit."""
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "outcome": ("outcome", "disposition", "result", "callresult", "callstatus", "status", "ergebnis"),
    "answered": ("answered", "answered(y/n)", "isanswered", "angenommen"),
    "abandoned": ("abandoned", "abandoned(y/n)", "isabandoned", "aufgelegt"),
}
"""Headings of how the wait ended."""
ANSWERED_AT: Final = (
    "answeredat",
    "answertime",
    "answeredtime",
    "connecttime",
    "connectedat",
    "callanswered",
)
_AVERAGE_TALK: Final = "avgtalkduration"
"""What a much-used public log calls the talk of a call; a report has averages under it."""
_UNITS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("s", "sec", "secs", "seconds"), "s"),
    **dict.fromkeys(("min", "mins", "minutes"), "min"),
    **dict.fromkeys(("mm:ss", "m:ss"), "mm:ss"),
    **dict.fromkeys(("hh:mm:ss", "h:mm:ss", "h:m:s"), ""),
}
_UNIT: Final = re.compile(
    r"(.*?)\s*(?:[(\[]\s*(\S+?)\s*[)\]]|\bin (\w+)|_(s|sec|seconds|min|minutes))", re.IGNORECASE
)
_MINUTES: Final = re.compile(r"(\d{0,4}):([0-5]\d(?:\.\d+)?)", re.ASCII)
LONGEST_S: Final = units.SECONDS_PER_DAY

SERVED: Final = (
    *(
        "answered",
        "answer",
        "handled",
        "connected",
        "completed",
        "complete",
        "served",
        "agent",
        "yes",
        "y",
        "true",
        "1",
    ),
    *("transferred", "completecaller", "completeagent", "ja", "angenommen", "beantwortet"),
)
ABANDONED: Final = (
    *("abandoned", "abandon", "hang", "hangup", "hung up", "lost", "missed", "no answer", "unanswered"),
    *("not answered", "no", "n", "false", "0", "nein", "aufgelegt", "verloren"),
)
LEFT: Final = (
    *(
        "timeout",
        "timed out",
        "overflow",
        "overflowed",
        "called_back",
        "callback",
        "exitwithkey",
        "exitempty",
    ),
    *("exitwithtimeout", "disconnected", "diverted", "voicemail", "open"),
)
NOT_QUEUED: Final = (
    *("blocked", "busy", "closed", "balked", "contained", "gave_up", "informed", "not_reached", "not_called"),
    *("rejected", "phantom"),
)
"""Of calls that never waited in the queue; they are left out, and it is said how many."""
_ENDINGS: Final[Mapping[str, Ending | None]] = {
    **dict.fromkeys(map(plain_name, SERVED), Ending.SERVED),
    **dict.fromkeys(map(plain_name, ABANDONED), Ending.ABANDONED),
    **dict.fromkeys(map(plain_name, LEFT), Ending.LEFT),
    **dict.fromkeys(map(plain_name, NOT_QUEUED), None),
}


def is_call_log(path: Path) -> bool:
    """Whether a file has one row a call: it says of each how long it waited or talked, or how it ended.

    So is a file with nothing but times, and one of counts all of which are 1. Raises ScenarioError.
    """
    rows = open_rows(path, str(path), _has_log)
    header = _named(rows)[0]
    if not names_of("offered", header):
        return (_tells_calls(header) and not _has_averages_only(rows, header)) or _has_times_only(header)
    place = header.index(names_of("offered", header)[0])
    seen = [row[place].strip() for _line, row in rows.body]
    return len(seen) > 1 and set(seen) <= {"1", "1.0"}


def read_call_log(path: Path, zone: ZoneInfo | None = None) -> dict[str, Calls]:
    """Calls by queue, in the order of the file; one without a name where it tells none.

    With a `zone` the times of the file say theirs, and calls come at local times of that one. Raises ScenarioError with
    every cell that cannot be read.
    """
    rows = open_rows(path, str(path), _has_log)
    rows.headings, in_units = _named(rows)
    others = (END, "queue", "answered_at", *DURATIONS, *WORDS)
    cells = columns_of(rows, (START,), others)
    columns = [column for column in (START, "answered_at", END) if cells.of(column)]
    write_local_times(cells, columns, in_greenwich=zone is not None, advice=ADD_ZONE)
    problems: list[Problem] = []
    starts = _times_of(cells, START, problems, needed=True)
    answered = _times_of(cells, "answered_at", problems)
    ended = _times_of(cells, END, problems)
    lengths = {name: durations_of(cells, name, in_units.get(name, ""), problems) for name in DURATIONS}
    said = _said(cells, problems)
    for place, line in enumerate(cells.lines):
        problems += _contradictions(cells, line, (starts[place], answered[place], ended[place]), zone)
    raise_if_any(problems, cells.name)
    if not starts:
        raise ScenarioError([cells.problem(0, START, "the file has no rows", "one row a call")])
    notes = _words_on_units(cells, in_units)
    queues = [text.strip() for text in cells.of("queue")] or [""] * len(starts)
    parts = _parts(starts, answered, ended, lengths)
    ends = [
        _ending(said, cells, place, parts["talk"][place], answered[place]) for place in range(len(starts))
    ]
    came = [local_time(start, zone) if start is not None else None for start in starts]
    return {
        queue: _calls_of(
            [place for place, name in enumerate(queues) if name == queue], came, ends, parts, notes
        )
        for queue in dict.fromkeys(queues)
    }


def _calls_of(
    places: Sequence[int],
    starts: Sequence[datetime | None],
    ends: Sequence[Ending | None],
    parts: Mapping[str, Sequence[float]],
    notes: Sequence[str],
) -> Calls:
    inside = [place for place in places if ends[place] is not None]
    if len(inside) < len(places):
        left_out = len(places) - len(inside)
        notes = [
            *notes,
            f"{left_out} rows are of calls that never waited (busy, closed, contained): left out",
        ]
    chosen = {name: [values[place] for place in inside] for name, values in parts.items()}
    served = [place for place in inside if ends[place] is Ending.SERVED]
    untold = sum(math.isnan(parts["talk"][place]) for place in served)
    if served and untold and untold < len(served):
        notes = [*notes, f"{untold} answered calls have no talk: counted, not used for the handling time"]
    return in_order(
        [start for place in inside if (start := starts[place]) is not None],
        [end for place in inside if (end := ends[place]) is not None],
        chosen["wait"],
        chosen["talk"],
        chosen["wrap_up"],
        notes,
    )


def _parts(
    starts: Sequence[datetime | None],
    answered: Sequence[datetime | None],
    ended: Sequence[datetime | None],
    lengths: Mapping[str, Sequence[float]],
) -> dict[str, list[float]]:
    """Wait, talk with hold, and wrap-up of each call, from what the log has of them."""
    parts: dict[str, list[float]] = {"wait": [], "talk": [], "wrap_up": []}
    for place, start in enumerate(starts):
        wait, talk, hold, wrap_up, handle = (lengths[name][place] for name in DURATIONS)
        if math.isnan(wait):
            until = answered[place] or (ended[place] if math.isnan(talk) and math.isnan(handle) else None)
            wait = (until - start).total_seconds() if until is not None and start is not None else math.nan
        if math.isnan(talk) and not math.isnan(handle):
            talk = handle - (0.0 if math.isnan(wrap_up) else wrap_up)
        elif (
            math.isnan(talk) and (since := answered[place]) is not None and (end := ended[place]) is not None
        ):
            talk = (end - since).total_seconds()
        elif not math.isnan(hold):
            talk += hold
        for name, value in zip(parts, (wait, talk, wrap_up), strict=True):
            parts[name].append(value)
    return parts


def _ending(
    said: Sequence[Ending | None] | None, cells: Columns, place: int, talk: float, answered: datetime | None
) -> Ending | None:
    if said is not None:
        return said[place]
    if not any(cells.of(column) for column in ("talk", "handle", "answered_at")):
        return Ending.UNKNOWN
    return Ending.SERVED if talk > 0 or answered is not None else Ending.ABANDONED


def _said(cells: Columns, problems: list[Problem]) -> list[Ending | None] | None:
    """How each wait ended, by a column of words; None where there is none."""
    column = next((name for name in WORDS if cells.of(name)), None)
    if column is None:
        return None
    endings: list[Ending | None] = []
    for line, text in zip(cells.lines, cells.of(column), strict=True):
        word = plain_name(text.strip())
        ending = _ENDINGS.get(word, Ending.UNKNOWN)
        if ending is Ending.UNKNOWN and len(problems) <= MOST_NOTED:
            what = (
                f"{show_value(text.strip())} does not say how a call ended" if word else "the cell is empty"
            )
            known = [*SERVED[:3], *ABANDONED[:3], *LEFT[:3], *NOT_QUEUED[:3]]
            near = did_you_mean(text.strip().lower(), [*SERVED, *ABANDONED, *LEFT, *NOT_QUEUED])
            problems.append(
                cells.problem(line, column, what, f"known are {', '.join(known)} and the like", near)
            )
        if column == "abandoned" and ending in (Ending.SERVED, Ending.ABANDONED):
            ending = Ending.ABANDONED if ending is Ending.SERVED else Ending.SERVED
            ending = Ending.ABANDONED if word == "abandoned" else ending
        endings.append(ending)
    return endings


def _times_of(
    cells: Columns, column: str, problems: list[Problem], *, needed: bool = False
) -> list[datetime | None]:
    texts = [text.strip() for text in cells.of(column)] or [""] * len(cells.lines)
    times = [units.parse_timestamp(text) for text in texts]
    for line, text, time in zip(cells.lines, texts, times, strict=True):
        if time is not None or not (text or needed):
            continue
        what = f"{show_value(text)} is not a date with a time" if text else "the cell is empty"
        allowed = "write a real local date and time like 2007-02-14 06:00:05"
        if units.parse_date(text) is not None:
            what, allowed = f"{show_value(text)} has no time of day", "a log says when each call came"
        problems.append(cells.problem(line, column, what, allowed))
        if len(problems) > MOST_NOTED:
            break
    return times


def _contradictions(
    cells: Columns, line: int, of_call: tuple[datetime | None, ...], zone: ZoneInfo | None
) -> Iterator[Problem]:
    """Times of one call that do not follow each other: when it came, was answered and ended."""
    known = zip((START, "answered_at", END), of_call, strict=True)
    times = [(column, time) for column, time in known if time is not None]
    for (_earlier, before), (column, after) in pairwise(times):
        if not 0 <= (after - before).total_seconds() <= LONGEST_S:
            first, then = (units.format_timestamp(local_time(time, zone)) for time in (before, after))
            what = f"{then} is not within a day after {first}"
            yield cells.problem(line, column, what, "a call is answered after it came, and ends later")


def durations_of(cells: Columns, column: str, unit: str, problems: list[Problem]) -> list[float]:
    """Seconds of a column, NaN where a cell is empty."""
    texts = [text.strip() for text in cells.of(column)]
    if not texts:
        return [math.nan] * len(cells.lines)
    plain = [text if re.fullmatch(r"[\d.,' ]+", text) else "" for text in texts]
    numbers, wrong = numbers_of(replace(cells, columns={**cells.columns, column: plain}), column)
    problems += wrong
    minutes = unit == "mm:ss" or any(
        match and int(match[1] or 0) > 24 for match in map(_MINUTES.fullmatch, texts)
    )
    found = []
    for line, text, number in zip(cells.lines, texts, numbers, strict=True):
        seconds = _seconds(text, number, unit, minutes) if text else math.nan
        if (seconds is None or not (math.isnan(seconds) or 0 <= seconds <= LONGEST_S)) and not isinstance(
            number, TwoReadings
        ):
            problems.append(cells.problem(line, column, *_complaint(text, seconds)))
        found.append(math.nan if seconds is None else seconds)
        if len(problems) > MOST_NOTED:
            found += [math.nan] * (len(texts) - len(found))
            break
    return found


def _seconds(text: str, number: float | TwoReadings | None, unit: str, minutes: bool) -> float | None:
    if isinstance(number, TwoReadings):
        return None
    if number is not None:
        return number * (60.0 if unit == "min" else 1.0)
    if (match := _MINUTES.fullmatch(text)) is not None and (minutes or not match[1]):
        return float(match[1] or 0) * 60.0 + float(match[2])
    return units.parse_duration(text)


def _complaint(text: str, seconds: float | None) -> tuple[str, str]:
    """What is wrong with a duration, and how to write it."""
    if seconds is not None:
        return f"{show_value(text)} is no duration of a call", "from 0 to a day"
    if _MINUTES.fullmatch(text) and len(both := duration_readings(text)) > 1:
        what = f"{show_value(text)} can be read as {' or as '.join(both)}"
        return what, "write 0:04:15, or (mm:ss) into the heading; no row says which is meant"
    return f"{show_value(text)} is not a duration", "write seconds, 0:04:15 or 4 min 15 s"


def _words_on_units(cells: Columns, in_units: Mapping[str, str]) -> list[str]:
    """Where numbers are taken for seconds and no heading says so."""
    bare = [
        name
        for name in DURATIONS
        if name not in in_units and any(re.fullmatch(r"[\d.,]+", text.strip()) for text in cells.of(name))
    ]
    return [f"plain numbers under {' and '.join(bare)} are taken for seconds"] if bare else []


def heading_and_unit(heading: str) -> tuple[str, str | None]:
    """A heading without blanks and unit, and the unit that it says: `s`, `min`, `mm:ss`, or "" for hours."""
    match = _UNIT.fullmatch(heading)
    unit = _UNITS.get((match[2] or match[3] or match[4]).lower()) if match is not None else None
    return plain_name(match[1] if match is not None and unit is not None else heading), unit


def _named(rows: SideRows) -> tuple[list[str], dict[str, str]]:
    """The headings by the names used here, and the units that they say."""
    header, in_units = [], dict[str, str]()
    names_calls = bool(names_of(CALL, rows.headings))
    for heading in rows.headings:
        short, unit = heading_and_unit(heading)
        names = [name for name, others in DURATIONS.items() if short in others]
        if short == _AVERAGE_TALK and names_calls:
            names = ["talk"]
        if names and unit is not None:
            in_units[names[0]] = unit
        names += [name for name, others in WORDS.items() if plain_name(heading) in others]
        if plain_name(heading) in ANSWERED_AT:
            names.append("answered_at")
        header.append(names[0] if names else heading)
    return header, in_units


def _tells_calls(header: Sequence[str]) -> bool:
    return bool({*DURATIONS, *WORDS, "answered_at"}.intersection(header)) and _has_times(header)


def _has_averages_only(rows: SideRows, header: Sequence[str]) -> bool:
    """An `AHT` beside nothing else that a log has is the average of an interval."""
    telling = {*DURATIONS, *WORDS, "answered_at", CALL}
    told = [
        heading_and_unit(heading)[0]
        for heading, name in zip(rows.headings, header, strict=True)
        if name in telling
    ]
    return told == ["aht"] and not names_of(CALL, header)


def _has_times_only(header: Sequence[str]) -> bool:
    """Nothing but when calls came, in which queue, and what they are called; other numbers may be those of a report."""
    when = time_columns(header, lambda: header)
    known = {header[place] for place in when if place >= 0}
    known.update(*(names_of(column, header) for column in ("queue", CALL)))
    return when.first >= 0 and known.issuperset(header)


def _has_times(header: Sequence[str]) -> bool:
    return time_columns(header, lambda: header).first >= 0


def _has_log(headings: list[str]) -> bool:
    """Whether a row may be the one with headings."""
    return _has_times(headings) and len(Counter(headings)) == len(headings)
