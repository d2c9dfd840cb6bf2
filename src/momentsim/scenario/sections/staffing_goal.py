"""What heads are planned for: a service level, `80/20`, or a limit: `abandoned < 3 %`, `wait < 30 s` on average."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from momentsim import units
from momentsim.errors import MomentsimError
from momentsim.scenario.sections.service_goal import meant_percent, read_halves
from momentsim.scenario.written import refuse, show_value

Kind: TypeAlias = Literal["service_level", "abandoned", "wait", "value"]

ALLOWED: Final = (
    'write a service level like 80/20 (80 % answered within 20 s), "abandoned < 3 %", "wait < 30 s" (the mean of '
    "those answered), or value (staff until one more agent-hour costs as much as it saves)"
)
IN_FILES: Final = (
    'write a service level like "80/20" (80 % answered within 20 s), "abandoned < 3 %", or "wait < 30 s"'
)
CUSTOMARY: Final = (0.8, 20.0)
"""80 % within 20 s: what the value goal is held beside."""
MOST_THRESHOLD_S: Final = 86_400.0
_ABANDONED = re.compile(r"abandoned\s*(<=|<)\s*(.+)")
_WAIT = re.compile(r"(?:(?:mean|average)\s+)?wait\s*(?:<=|<)\s*(.+)|(?:asa)\s*(?:<=|<)\s*(.+)")


class GoalError(MomentsimError):
    """A text that is no goal; `what` is wrong with it."""

    def __init__(self, text: str, what: str) -> None:
        super().__init__(f"goal '{text}': {what}, {ALLOWED}")
        self.what = f"'{text}': {what}"


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal.

    `share` is the least service level or the most abandoned, `threshold_s` the service level's, or the longest mean
    wait of those answered.
    """

    kind: Kind
    share: float = CUSTOMARY[0]
    threshold_s: float = CUSTOMARY[1]

    @property
    def is_limit(self) -> bool:
        """Whether less is better."""
        return self.kind in ("abandoned", "wait")

    @property
    def wanted(self) -> float:
        """What its measure is to be: a share, or seconds."""
        return self.threshold_s if self.kind == "wait" else self.share

    def __str__(self) -> str:
        if self.kind == "value":
            return "value"
        if self.kind == "abandoned":
            return f"abandoned < {_percent(self.share)} %"
        if self.kind == "wait":
            return f"wait < {units.format_number(self.threshold_s)} s"
        return f"{_percent(self.share)}/{units.format_number(self.threshold_s)}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _planned_goal,
            serialization=core_schema.plain_serializer_function_ser_schema(str, when_used="json"),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "examples": ["80/20", "abandoned < 3 %", "wait < 30 s"]}


def _planned_goal(value: object) -> Goal:
    """A goal of heads in a file: formulas know no value goal."""
    if isinstance(value, Goal):
        return value
    try:
        goal = goal_of(value) if isinstance(value, str) else None
    except GoalError as error:
        raise refuse(error.what, IN_FILES) from None
    if goal is None or goal.kind == "value":
        raise refuse(f"{show_value(value)} is no goal that heads can be planned for", IN_FILES)
    return goal


def goal_of(text: str) -> Goal:
    """The goal as written; raises MomentsimError with what is allowed."""
    written = text.strip()
    if written.lower() == "value":
        return Goal("value")
    if match := _ABANDONED.fullmatch(written.lower()):
        share = units.parse_share(match[2])
        if share is None:
            raise GoalError(text, f"'{match[2]}' is no share, {_meant_share(match[2])}")
        return Goal("abandoned", _inside(text, share))
    if match := _WAIT.fullmatch(written.lower()):
        return _longest_wait(text, match[1] or match[2])
    if "/" in written:
        return _service_level(text, written)
    raise GoalError(text, "this is no goal")


def _longest_wait(text: str, longest: str) -> Goal:
    seconds = units.parse_duration(longest)
    if seconds is None:
        raise GoalError(text, f"'{longest}' is no duration, write it like 30 s")
    if not 0 < seconds <= MOST_THRESHOLD_S:
        raise GoalError(text, f"{units.format_number(seconds)} s is outside 0..86400 s")
    return Goal("wait", threshold_s=seconds)


def _service_level(text: str, written: str) -> Goal:
    halves = read_halves(written)
    if halves is None:
        raise GoalError(text, "this is no service level")
    percent, threshold_s = halves
    if meant := meant_percent(written, percent, threshold_s):
        raise GoalError(text, f"a goal under 1 %, {meant}")
    if not 0 <= threshold_s <= MOST_THRESHOLD_S:
        raise GoalError(text, f"{units.format_number(threshold_s)} s is outside 0..86400 s")
    return Goal("service_level", _inside(text, percent / 100), threshold_s)


def _inside(text: str, share: float) -> float:
    if not 0 < share < 1:
        raise GoalError(text, f"{_percent(share)} % is not between 0 and 100 %")
    return share


def _meant_share(text: str) -> str:
    quantity = units.parse_quantity(text)
    return "write it like 3 %" if quantity is None or quantity[1] else f"did you mean '{text.strip()} %'?"


def _percent(share: float) -> str:
    return units.format_number(float(f"{share * 100:.10g}"))
