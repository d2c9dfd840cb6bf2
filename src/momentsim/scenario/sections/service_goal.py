"""Service goals, written `80/20`: 80 % answered within 20 seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from momentsim import units
from momentsim.scenario.written import refuse, show_value

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
        return {"type": "string", "pattern": rf"^{_NUMBER} ?/ ?{_NUMBER}$", "examples": ["80/20"]}


def _service_goal(value: object) -> ServiceGoal:
    if isinstance(value, ServiceGoal):
        return value
    halves = [units.parse_quantity(half) for half in value.split("/")] if isinstance(value, str) else []
    numbers = [half[0] for half in halves if half is not None and not half[1]]
    if len(halves) != 2 or len(numbers) != 2:
        raise refuse(
            f"{show_value(value)} is not a service goal", "write it like '80/20' (80 % answered within 20 s)"
        )
    percent, threshold_s = numbers
    if not (0 < percent <= 100 and 0 <= threshold_s <= _MAX_THRESHOLD_S):
        raise refuse(
            f"{show_value(value)} is outside the range",
            "the share is above 0 and at most 100, the seconds are 0 to 86400",
        )
    return ServiceGoal(percent / 100, threshold_s)
