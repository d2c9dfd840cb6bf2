"""When a lever is pulled: a local date and time, or `never` for one that only a playbook pulls."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from momentsim import units
from momentsim.scenario.readings import timestamp_readings
from momentsim.scenario.written import Unit, refuse, show_value
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


def _text(value: datetime | str) -> str:
    return value if isinstance(value, str) else units.format_timestamp(value)


_PATTERN = r"^([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?|never)$"

LeverTime = Annotated[
    datetime | Literal["never"],
    BeforeValidator(_lever_time),
    PlainSerializer(_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": _PATTERN, "examples": ["2007-02-14 06:00", "never"]}),
    Unit("local date and time, or never"),
]
"""Local date and time without daylight saving; or never."""
