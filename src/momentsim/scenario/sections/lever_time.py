"""When a lever is pulled, and when it is undone: a local date and time, a duration, or never."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from momentsim import units
from momentsim.scenario.readings import timestamp_readings
from momentsim.scenario.written import Unit, is_bare, is_number, refuse, show_value
from momentsim.suggestions import suggestion

NEVER = "never"


def _lever_time(value: object) -> object:
    if isinstance(value, datetime) and value.tzinfo is None:
        return value
    if isinstance(value, str) and value.strip().lower() == NEVER:
        return NEVER
    moment = units.parse_timestamp(value.strip()) if isinstance(value, str) else None
    if moment is None:
        raise refuse(
            f"{show_value(value)} is not a date with a time",
            'write a real local date and time like "2007-02-14 06:00", or never',
            suggestion(timestamp_readings(value)) if isinstance(value, str) else "",
        )
    return moment


def _lever_end(value: object) -> object:
    """The same, or seconds after the effect."""
    if is_number(value) and not is_bare(value):
        return value
    if isinstance(value, str) and (duration_s := units.parse_duration(value)) is not None:
        if duration_s < 1.0:
            raise refuse(f"{show_value(value)} is too short", "at least 1 s after the lever has taken effect")
        return duration_s
    if is_bare(value):
        raise refuse(f"{value} has no unit", "write a duration like '6 h', a date with a time, or never")
    return _lever_time(value)


def _text(value: datetime | str) -> str:
    return value if isinstance(value, str) else units.format_timestamp(value)


def _end_text(value: datetime | float | str) -> str:
    return units.format_duration(value) if isinstance(value, float | int) else _text(value)


_PATTERN = r"^([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?|never)$"

LeverTime = Annotated[
    datetime | Literal["never"],
    BeforeValidator(_lever_time),
    PlainSerializer(_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": _PATTERN, "examples": ["2007-02-14 06:00", "never"]}),
    Unit("local date and time, or never"),
]
"""Local date and time without daylight saving; or never."""

LeverEnd = Annotated[
    datetime | float | Literal["never"],
    BeforeValidator(_lever_end),
    PlainSerializer(_end_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "examples": ["2007-02-15 06:00", "8 h", "never"]}),
    Unit("local date and time, duration, or never"),
]
"""The same, or seconds after the lever has taken effect."""
