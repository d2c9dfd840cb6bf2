"""What heads are planned for: a service level, `80/20`, or a limit such as `abandoned < 3 %` or `wait < 30 s`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from momentsim import units
from momentsim.errors import MomentsimError
from momentsim.scenario.sections.service_goal import meant_percent, read_halves
from momentsim.scenario.written import refuse, show_value

GoalKind: TypeAlias = Literal["service_level", "abandoned", "wait", "busy", "occupancy", "value"]

LIMITS: Final = (
    '"abandoned < 3 %", "wait < 30 s" (the mean of those answered), "busy < 1 %" (who find all lines taken), '
    '"occupancy < 85 %" (of time on duty)'
)
ALLOWED: Final = (
    f"write a service level like 80/20 (80 % answered within 20 s), {LIMITS}, each also for one queue or group "
    '("sales: 80/20"), or value (staff until one more agent-hour costs as much as it saves)'
)
IN_FILES: Final = (
    f'write a service level like "80/20" (80 % answered within 20 s), {LIMITS}, or a list of them'
)
CUSTOMARY: Final = (0.8, 20.0)
"""80 % within 20 s: what the value goal is held beside."""
MOST_THRESHOLD_S: Final = 86_400.0
SHARES: Final[dict[str, GoalKind]] = {
    "abandoned": "abandoned",
    "busy": "busy",
    "blocked": "busy",
    "occupancy": "occupancy",
}
"""Words for goals that are the most of a share."""
_SHARE = re.compile(rf"({'|'.join(SHARES)})\s*(<=|<|>=|>)\s*(.+)")
_WAIT = re.compile(r"(?:(?:mean|average)\s+)?(?:wait|asa)\s*(<=|<|>=|>)\s*(.+)")


class GoalError(MomentsimError):
    """A text that is no goal; `what` is wrong with it."""

    def __init__(self, text: str, what: str) -> None:
        super().__init__(f"goal '{text}': {what}, {ALLOWED}")
        self.what = f"'{text}': {what}"


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal.

    `share` is the least service level, or the most abandoned, busy or occupied; `threshold_s` the service level's, or
    the longest mean wait of those answered. `scope` names the queue or group that it is for; without, it is for all
    contacts of the groups that are staffed, together.
    """

    kind: GoalKind
    share: float = CUSTOMARY[0]
    threshold_s: float = CUSTOMARY[1]
    scope: str | None = None

    @property
    def is_limit(self) -> bool:
        """Whether less is better."""
        return self.kind in ("abandoned", "wait", "busy", "occupancy")

    @property
    def wanted(self) -> float:
        """What its measure is to be: a share, or seconds."""
        return self.threshold_s if self.kind == "wait" else self.share

    @property
    def column(self) -> str:
        """How the columns of its measure in tables of one goal begin."""
        return self.kind if self.is_limit else "service_level"

    @property
    def is_in_erlang_c(self) -> bool:
        """Whether it means something where nobody hangs up and lines have no end."""
        return self.kind not in ("abandoned", "busy")

    @property
    def measure(self) -> str:
        """What is measured and of whom: two goals of one measure are one too many."""
        of = f"the service level within {units.format_number(self.threshold_s)} s"
        name = of if self.kind == "service_level" else MEASURES.get(self.kind, self.kind)
        return name if self.scope is None else f"{name} of {self.scope}"

    def __str__(self) -> str:
        return self._text() if self.scope is None else f"{self.scope}: {self._text()}"

    def _text(self) -> str:
        if self.kind == "value":
            return "value"
        if self.kind == "wait":
            return f"wait < {units.format_number(self.threshold_s)} s"
        if self.is_limit:
            return f"{self.kind} < {_percent(self.share)} %"
        return f"{_percent(self.share)}/{units.format_number(self.threshold_s)}"


MEASURES: Final[dict[str, str]] = {
    "abandoned": "the share who hang up",
    "wait": "the mean wait",
    "busy": "the share who hear busy",
    "occupancy": "the occupancy",
}


class Goals(tuple[Goal, ...]):
    """Goals that hold together; written as one goal or as a list."""

    __slots__ = ()

    def __str__(self) -> str:
        return goals_text(self)

    @property
    def are_in_erlang_c(self) -> bool:
        """Whether Erlang C knows all of them."""
        return all(goal.is_in_erlang_c for goal in self)

    def written(self) -> str | list[str]:
        """As in a file."""
        return str(self[0]) if len(self) == 1 else [str(goal) for goal in self]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _planned_goals,
            serialization=core_schema.plain_serializer_function_ser_schema(cls.written, when_used="json"),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        one = {"type": "string", "examples": ["80/20", "abandoned < 3 %", "wait < 30 s"]}
        return {"anyOf": [one, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}


def goals_text(goals: Sequence[Goal]) -> str:
    """`80/20 and abandoned < 5 %`."""
    texts = [str(goal) for goal in goals]
    return " and ".join(filter(None, [", ".join(texts[:-1]), texts[-1]]))


def _planned_goals(value: object) -> Goals:
    """Goals of heads in a file."""
    if isinstance(value, Goals):
        return value
    written = value if isinstance(value, list | tuple) else (value,)
    if not written:
        raise refuse("an empty list of goals", IN_FILES)
    goals, problems = [], []
    for each in written:
        try:
            goals.append(_planned_goal(each))
        except PydanticCustomError as error:
            problems.append(error)
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise refuse("; ".join(str((each.context or {})["what"]) for each in problems), IN_FILES)
    if clashing := clashes(goals):
        raise refuse("; ".join(clashing), "write one of them")
    return Goals(goals)


def _planned_goal(value: object) -> Goal:
    """A goal of heads in a file: formulas know no value goal, and no queue of several that are planned together."""
    if isinstance(value, Goal):
        return value
    try:
        goal = goal_of(value) if isinstance(value, str) else None
    except GoalError as error:
        raise refuse(error.what, IN_FILES) from None
    if goal is None or goal.kind == "value":
        raise refuse(f"{show_value(value)} is no goal that heads can be planned for", IN_FILES)
    if goal.scope is not None:
        what = f"'{value}': formulas plan for all queues of a group together"
        raise refuse(
            what, f'write "{goal._text()}" for the group; momentsim staff --goal knows goals of one queue'
        )
    return goal


def clashes(goals: Sequence[Goal]) -> list[str]:
    """What is wrong with goals beside each other."""
    problems = []
    for position, goal in enumerate(goals):
        before = next((other for other in goals[:position] if other.measure == goal.measure), None)
        if before is not None:
            told = f"'{before}' twice" if before == goal else f"'{before}' and '{goal}'"
            problems.append(f"{told}: one goal for {goal.measure} is enough")
    if len(goals) > 1 and any(goal.kind == "value" for goal in goals):
        problems.append("'value' is a goal by itself, it weighs service against cost")
    return problems


def goals_of(texts: Sequence[str]) -> Goals:
    """The goals as written; raises MomentsimError with all that is wrong."""
    goals, problems = [], []
    for text in texts:
        try:
            goals.append(goal_of(text))
        except GoalError as error:
            problems.append(error.what)
    if problems:
        raise MomentsimError(f"goal {'; goal '.join(problems)}, {ALLOWED}")
    if not goals:
        raise MomentsimError(f"no goal, {ALLOWED}")
    if found := clashes(goals):
        raise MomentsimError(f"goals: {'; '.join(found)}")
    return Goals(goals)


def goal_of(text: str) -> Goal:
    """The goal as written; raises MomentsimError with what is allowed."""
    scope, colon, rest = text.partition(":")
    if not colon:
        return _of_all(text, text.strip())
    goal = _of_all(text, rest.strip())
    if not scope.strip():
        raise GoalError(text, "there is no name before the colon")
    if goal.kind == "value":
        raise GoalError(text, "value is of the whole operation, no queue has its own")
    return replace(goal, scope=scope.strip())


def _of_all(text: str, written: str) -> Goal:
    if written.lower() == "value":
        return Goal("value")
    if match := _SHARE.fullmatch(written.lower()):
        _check_direction(text, match[1], match[2], match[3])
        share = units.parse_share(match[3])
        if share is None:
            raise GoalError(text, f"'{match[3]}' is no share, {_meant_share(match[3])}")
        return Goal(SHARES[match[1]], _inside(text, share))
    if match := _WAIT.fullmatch(written.lower()):
        _check_direction(text, "wait", match[1], match[2])
        return _longest_wait(text, match[2])
    if "/" in written:
        return _service_level(text, written)
    raise GoalError(text, "this is no goal")


def _check_direction(text: str, measure: str, sign: str, limit: str) -> None:
    """More people lower it, so that only the most can be asked for."""
    if sign.startswith(">"):
        what = f"this is no goal for people, who lower it: did you mean '{measure} < {limit}'?"
        raise GoalError(text, what)


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
