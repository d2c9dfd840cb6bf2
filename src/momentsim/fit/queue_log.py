"""The `queue_log` of Asterisk: one line an event, bars between the fields.

    1762156824|1762156824.1|support|NONE|ENTERQUEUE||5550100|1
    1762156843|1762156824.1|support|PJSIP/201|CONNECT|19|1762156824.2|3
    1762157212|1762156824.1|support|PJSIP/201|COMPLETECALLER|19|369|1

Time, call, queue, agent, event and what belongs to it, as its manual says (docs.asterisk.org, "Queue Logs"). Times are
seconds since 1970 and so say no local time: `zone` does. A call that goes on to another queue is a call of each.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from momentsim import units
from momentsim.errors import Problem, ScenarioError
from momentsim.fit.calls import Calls, Ending, in_order
from momentsim.scenario.files.columns import MOST_NOTED, raise_if_any
from momentsim.scenario.files.side_rows import text_of
from momentsim.scenario.written import show_value

LEFT_AFTER: Final[Mapping[str, tuple[Ending, int]]] = {
    "ABANDON": (Ending.ABANDONED, 2),
    "EXITWITHTIMEOUT": (Ending.LEFT, 2),
    "EXITEMPTY": (Ending.LEFT, 2),
    "EXITWITHKEY": (Ending.LEFT, 3),
}
"""Events that end a wait without a talk, and which of their data is the wait in seconds."""
TALK_ENDS: Final[Mapping[str, tuple[int, int]]] = {
    "COMPLETECALLER": (0, 1),
    "COMPLETEAGENT": (0, 1),
    "TRANSFER": (2, 3),
    "BLINDTRANSFER": (2, 3),
    "ATTENDEDTRANSFER": (-3, -2),  # what was transferred to stands before them, in one field or two
}
"""Events that end a talk, and which of their data are the wait and the talk in seconds."""
NO_CALL: Final = frozenset(
    (
        *(
            "QUEUESTART",
            "CONFIGRELOAD",
            "ADDMEMBER",
            "REMOVEMEMBER",
            "PAUSE",
            "UNPAUSE",
            "PAUSEALL",
            "UNPAUSEALL",
        ),
        *(
            "PAUSEREASON",
            "RINGNOANSWER",
            "RINGCANCELED",
            "DID",
            "INFO",
            "PENALTY",
            "MEMBERPENALTY",
            "AGENTLOGIN",
        ),
        *("AGENTLOGOFF", "AGENTCALLBACKLOGIN", "AGENTCALLBACKLOGOFF", "SYSCOMPAT"),
    )
)
"""Events that change no call."""
_LINE: Final = re.compile(
    r"(\d{9,10}(?:\.\d+)?|\d{4}-\d\d-\d\d[ T][\d:.]+)\|[^|]*\|[^|]*\|[^|]*\|[A-Z]+(\||$)", re.ASCII
)


@dataclass(slots=True)
class _Call:
    """What is known of a call in a queue so far."""

    start: datetime
    ending: Ending = Ending.UNKNOWN
    wait: float = math.nan
    talk: float = math.nan


@dataclass(slots=True)
class _LogReading:
    """Calls read so far, and what was passed over."""

    calls: dict[str, list[_Call]] = field(default_factory=dict)
    open: dict[tuple[str, str], _Call] = field(default_factory=dict)
    begun_before: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)


def is_queue_log(path: Path) -> bool:
    """Whether the first line is one of a queue_log; of workbooks nothing is read."""
    if path.suffix.lower() in (".xlsx", ".xlsm") or "#" in path.name:
        return False
    first = next((line for line in text_of(path, str(path)).splitlines() if line.strip()), "")
    return _LINE.match(first) is not None


def read_queue_log(path: Path, *, zone: ZoneInfo | None = None) -> dict[str, Calls]:
    """Calls by queue. `zone` is that of the centre, like that of Berlin, and is needed where times are seconds.

    Raises ScenarioError with every line that cannot be read.
    """
    name = str(path)
    lines = text_of(path, name).splitlines()
    if zone is None:
        _check_zone_is_known(name, lines)
    reading, problems = _LogReading(), list[Problem]()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        fields = line.split("|")
        time = _time(fields[0], zone)
        if len(fields) < 5 or time is None:
            what = (
                f"{show_value(fields[0])} is not a time"
                if time is None
                else f"{len(fields)} fields in this line"
            )
            allowed = "a line is time|call|queue|agent|event|..., the time in seconds since 1970"
            problems.append(Problem(name, number, 1, "time" if time is None else "", what, allowed))
        else:
            problems += _take(reading, time, fields, Problem(name, number, 1, "", ""))
        if len(problems) > MOST_NOTED:
            break
    raise_if_any(problems, name)
    if not reading.calls:
        raise ScenarioError(
            [Problem(name, 0, 0, "", "no call enters a queue in this log", "ENTERQUEUE begins one")]
        )
    return {queue: _calls_of(calls, queue, reading) for queue, calls in reading.calls.items()}


def _take(reading: _LogReading, time: datetime, fields: list[str], place: Problem) -> list[Problem]:
    """Books an event; says what is wrong with its data."""
    _time_field, call_id, queue, _agent, event, *data = (text.strip() for text in fields)
    known = (call_id, queue)
    if event == "ENTERQUEUE":
        reading.open[known] = call = _Call(time)
        reading.calls.setdefault(queue, []).append(call)
        return []
    if event in NO_CALL:
        return []
    if event not in LEFT_AFTER and event not in TALK_ENDS and event not in ("CONNECT", "AGENTDUMP"):
        reading.unknown[event] += 1
        return []
    found = reading.open.get(known)
    if found is None:
        reading.begun_before[queue] += 1
        return []
    wanted = (
        {"CONNECT": (0,), "AGENTDUMP": ()}.get(event) or TALK_ENDS.get(event) or LEFT_AFTER.get(event, ())[1:]
    )
    seconds = [_seconds(data[index] if -len(data) <= index < len(data) else "") for index in wanted]
    if None in seconds:
        what = f"{event} with {show_value('|'.join(data))} does not say how long"
        allowed = f"it has {'a wait' if len(wanted) == 1 else 'a wait and a talk'} in seconds"
        return [Problem(place.file, place.line, place.column, event, what, allowed)]
    durations = [float(duration or 0.0) for duration in seconds]
    if event in LEFT_AFTER:
        found.ending, found.wait = LEFT_AFTER[event][0], durations[0]
    else:
        found.ending = Ending.SERVED
        found.wait = durations[0] if durations else found.wait
        found.talk = durations[1] if len(durations) > 1 else found.talk
    if event != "CONNECT":
        del reading.open[known]
    return []


def _calls_of(calls: list[_Call], queue: str, reading: _LogReading) -> Calls:
    """The calls of a queue whose end is known, and notes on the others."""
    notes = []
    if reading.begun_before[queue]:
        notes.append(
            f"{reading.begun_before[queue]} events of calls that came before the log begins: left out"
        )
    if unended := sum(call.ending is Ending.UNKNOWN for call in calls):
        notes.append(
            f"of {unended} calls the log does not say how their wait ended: counted, not used for laws"
        )
    if reading.unknown:
        notes.append(
            f"events passed over: {', '.join(f'{name} ({n})' for name, n in reading.unknown.items())}"[:200]
        )
    return in_order(
        [call.start for call in calls],
        [call.ending for call in calls],
        [call.wait for call in calls],
        [call.talk for call in calls],
        [math.nan] * len(calls),
        notes,
    )


def _check_zone_is_known(name: str, lines: list[str]) -> None:
    """Times in seconds say no local time where no zone is named."""
    first = next((line.split("|")[0].strip() for line in lines if line.strip()), "")
    if re.fullmatch(r"\d{9,10}(\.\d+)?", first) is None:
        return
    of_greenwich = datetime(1970, 1, 1) + timedelta(seconds=float(first))
    what = f"times are seconds since 1970: {first} is {units.format_timestamp(of_greenwich)} in Greenwich"
    allowed = "say the centre's time zone: --zone Europe/Berlin, or --zone UTC"
    raise ScenarioError([Problem(name, 1, 1, "time", what, allowed)])


def _time(text: str, local: ZoneInfo | None) -> datetime | None:
    """Local time of seconds since 1970, or of a date with a time as written."""
    text = text.strip()
    seconds = _seconds(text)
    if seconds is None:
        return units.parse_timestamp(text)
    if local is None or not 1e8 <= seconds < 1e10:
        return None
    return datetime.fromtimestamp(seconds, local).replace(tzinfo=None)


def _seconds(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII) else None
