"""Service goals, written `80/20`: 80 % answered within 20 seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from momentsim import units
from momentsim.scenario.written import refuse, show_value
from momentsim.suggestions import suggestion

_NUMBER = r"[0-9]+(\.[0-9]+)?"
_MAX_THRESHOLD_S = units.SECONDS_PER_DAY


@dataclass(frozen=True, slots=True)
class ServiceGoal:
    """A service goal: this share (0..1) answered within this many seconds; written `80/20`."""

    share: float
    threshold_s: float

    def __str__(self) -> str:
        percent = float(f"{self.share * 100:.10g}")
        return f"{units.format_number(percent)}/{units.format_number(self.threshold_s)}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _service_goal,
            serialization=core_schema.plain_serializer_function_ser_schema(str, when_used="json"),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "pattern": rf"^{_NUMBER} ?%? ?/ ?{_NUMBER} ?s?$", "examples": ["80/20"]}


def read_halves(text: str) -> tuple[float, float] | None:
    """Percent and seconds of `80/20`, `80 %/20 s` or `80 percent / 0.5 min`; None for anything else."""
    share, slash, threshold = text.partition("/")
    percent, time = units.parse_quantity(share), units.parse_quantity(threshold)
    if not slash or percent is None or time is None or percent[1] not in ("", *units.PERCENT):
        return None
    seconds = units.parse_duration(threshold) if time[1] else time[0]
    return None if seconds is None else (percent[0], seconds)


def meant_percent(text: str, percent: float, threshold_s: float) -> str:
    """`did you mean '80/20'?` where a share of at most 1 was written without its unit; else nothing."""
    if percent >= 1 or percent <= 0 or any(unit in text for unit in units.PERCENT):
        return ""
    return suggestion([f"{units.format_number(percent * 100)}/{units.format_number(threshold_s)}"])


def _meant(text: str) -> str:
    """The goal in `80 % in 20 s` or `80-20`; nothing where there are not two numbers."""
    numbers = [number.rstrip(".") for number in re.findall(r"\d+(?:\.\d+)?", text)]
    return suggestion(["/".join(numbers)]) if len(numbers) == 2 and 1 <= float(numbers[0]) <= 100 else ""


def _service_goal(value: object) -> ServiceGoal:
    if isinstance(value, ServiceGoal):
        return value
    halves = read_halves(value) if isinstance(value, str) else None
    if halves is None:
        raise refuse(
            f"{show_value(value)} is not a service goal",
            "write it like '80/20' (80 % answered within 20 s)",
            _meant(str(value)),
        )
    percent, threshold_s = halves
    if meant := meant_percent(str(value), percent, threshold_s):
        raise refuse(f"{show_value(value)} is a goal under 1 %", "write the share in percent", meant)
    if not (0 < percent <= 100 and 0 <= threshold_s <= _MAX_THRESHOLD_S):
        raise refuse(
            f"{show_value(value)} is outside the range",
            "the share is above 0 and at most 100, the seconds are 0 to 86400",
        )
    return ServiceGoal(percent / 100, threshold_s)
