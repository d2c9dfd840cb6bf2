"""Headings of side files, by the names that exports use, and when their rows start and end by the columns that say so.

A column of starts says it alone, or a date and a time of day beside it do; a time of day may be a span, as in
`09:00-09:30`. A date alone is a whole day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from momentsim import units

START: Final = "interval_start"
END: Final = "interval_end"
"""A column that says how long rows last, where a file has it."""
DAY_NUMBER: Final = "day_number"
"""A column that counts rows of one day each; it says no date."""
CALL: Final = "call"
"""Names of calls, which tell a log with one row a call from a report."""
OTHER_NAMES: Final = {
    START: (
        *("datetime", "timestamp", "startdatetime", "zeitraum", "beginn"),
        *("intervalstart", "startinterval", "intervalstarttime", "periodstart"),
        *("date/time", "dateandtime", "callstart", "callstarttime", "arrival", "arrivaltime", "arrived"),
    ),
    END: (
        *("intervalend", "endinterval", "intervalendtime", "periodend", "endtime", "ende", "bis"),
        *("end", "callend", "callendtime", "endedat"),
    ),
    DAY_NUMBER: ("index", "day", "dayno", "no", "no.", "nr", "nr.", "#", "unnamed:0"),
    CALL: ("callid", "contactid", "conversationid", "uniqueid", "ucid", "interactionid"),
    "queue": ("queuename", "csqname", "skill", "skillname", "split", "split/skill", "lob", "campaign"),
    "offered": (
        *("calls", "contacts", "volume", "anrufe", "appels", "llamadas", "offer"),
        *("callsoffered", "contactsoffered", "offeredcalls", "offeredcontacts", "angeboteneanrufe"),
        *("callspresented", "contactspresented", "callsreceived", "totalinboundcalls"),
        *("incomingcalls", "inboundcalls", "callsinbound", "inboundcontacts", "contactsqueued"),
    ),
}
"""Headers that are read as a column where a file does not use its own name; large letters, blanks and _ do not matter.

Of exports only what is offered counts: Avaya's `ACD Calls` and all that is handled are those that were answered.
"""
DATE_NAMES: Final = ("date", "startdate", "datum", "fecha", "calldate")
"""Headers of dates: where no column says when rows start, together with the time beside it, else for whole days."""
TIME_NAMES: Final = ("time", "starttime", "timeofday", "uhrzeit", "zeit", "heure", "hora", "von", "calltime")
"""Headers of times of day; without dates beside them they may hold both."""
SPAN_NAMES: Final = ("interval", "intervall", "timeinterval", "zeitintervall", "halfhour")
"""Headers that stand for times of day where none of the others does."""

_TIME: Final = r"\d{1,2}:\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?"
_SPAN: Final = re.compile(
    rf"(.*?)({_TIME})\s*(?:[-\u2013\u2014]|\bto\b|\bbis\b)\s*({_TIME})", re.ASCII | re.IGNORECASE
)
_MIDNIGHT: Final = re.compile(r"[ T]00:00(:00)?$")
_HOUR_WITH_LETTER: Final = re.compile(r"(?<=\d)\s?h\s?(?=\d\d\b)", re.IGNORECASE)
_HOURS_AND_MINUTES: Final = re.compile(r"(\d{1,2})(\d{2})", re.ASCII)


class TimeColumns(NamedTuple):
    """Where it stands when rows start and end; -1 for what a file does not have."""

    date: int
    start: int
    """A time of day beside the date, or a whole time where there is no date."""
    end: int

    @property
    def first(self) -> int:
        """The column that is named where something is wrong with a start; -1 where nothing says when rows start."""
        return self.start if self.date < 0 else self.date

    def times(self, row: Sequence[str]) -> tuple[str, str]:
        """Start and end of a row, as texts; the end is empty where the row does not say it."""
        start = _plain_time(row[self.start]) if self.start >= 0 else ""
        end = _plain_time(row[self.end]) if self.end >= 0 else ""
        span = _SPAN.fullmatch(start)
        if span is not None:
            start, end = f"{span[1]}{span[2]}", f"{span[1]}{span[3]}"
        if self.date < 0:
            return start, end
        date = _MIDNIGHT.sub("", row[self.date].strip())
        if self.start < 0:
            return date, end
        return f"{date} {_with_colon(start)}", _end_on(date, end)


NO_TIMES: Final = TimeColumns(-1, -1, -1)


def names_of(column: str, header: Sequence[str]) -> list[str]:
    """The headings that mean this column: its own name, else others."""
    own = [cell for cell in header if cell == column]
    return own or [
        cell for cell in header if plain_name(cell) in (plain_name(column), *OTHER_NAMES.get(column, ()))
    ]


def plain_name(header: str) -> str:
    """A heading without what does not matter."""
    return re.sub(r"[\s_]", "", header).lower()


def time_columns(header: Sequence[str], top: Callable[[], Sequence[str]]) -> TimeColumns:
    """Where a file with this header says when its rows start and end; `top` gives the first of them.

    Dates count where no column has whole times: none is named so, or what is named so holds times of day.
    """
    names = [plain_name(cell) for cell in header]
    starts, ends = (_places_of(names_of(column, header), header) for column in (START, END))
    dates = [place for place, name in enumerate(names) if name in DATE_NAMES]
    times = [place for place, name in enumerate(names) if name in TIME_NAMES]
    times = times or [place for place, name in enumerate(names) if name in SPAN_NAMES]
    end = ends[0] if len(ends) == 1 else -1
    if len(starts) == 1 and len(dates) == 1 and _is_time_of_day(top()[starts[0]]):
        return TimeColumns(dates[0], starts[0], end)
    if len(starts) == 1 and len(ends) < 2:
        return TimeColumns(-1, starts[0], end)
    if starts or len(dates) > 1 or len(times) > 1 or len(ends) > 1:
        return NO_TIMES
    return TimeColumns((dates or [-1])[0], (times or [-1])[0], end)


def _places_of(names: Sequence[str], header: Sequence[str]) -> list[int]:
    return [place for place, cell in enumerate(header) if cell in names]


def _is_time_of_day(text: str) -> bool:
    return units.parse_time_of_day(_plain_time(text)) is not None


def _plain_time(text: str) -> str:
    """`09h30` and `9:30 Uhr` as others write them."""
    return _HOUR_WITH_LETTER.sub(":", re.sub(r"\s*uhr$", "", text.strip(), flags=re.IGNORECASE))


def _with_colon(time: str) -> str:
    """`0930` beside a date."""
    return _HOURS_AND_MINUTES.sub(r"\1:\2", time) if _HOURS_AND_MINUTES.fullmatch(time) else time


def _end_on(date: str, end: str) -> str:
    """The end of a row that starts on this date, where it is a time of day: a midnight is that after it."""
    end = _with_colon(end)
    second = units.parse_time_of_day(end)
    if second is None:
        return end
    return f"{date} {end if second else '24:00'}"
