"""What all sections of a scenario share: the frozen base type and the plain numbers with their ranges."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from momentsim import units
from momentsim.scenario.written import Unit, refuse, show_value
from momentsim.suggestions import near_words, suggestion

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ALL_DAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS_ALLOWED: Final = "write days like mon, a list of them, or mon-fri"


def weekdays_of(written: str) -> tuple[Weekday, ...] | None:
    """Weekdays of `Wednesday`, `mon-fri` or `weekend`; None where it names none."""
    days = units.parse_weekdays(written)
    return None if days is None else tuple(ALL_DAYS[day] for day in days)


def meant_weekday(written: str) -> str:
    """`did you mean 'wed'?` for a misspelt day, or nothing."""
    named = {name: name[:3] for name in units.WEEKDAYS} | {day: day for day in ALL_DAYS}
    return suggestion([named[name] for name in near_words(written, named, most=1)])


def _weekdays(value: object) -> object:
    """Days one by one from a text, or from a list of texts each of which may name several."""
    items = value if isinstance(value, tuple | list) else (value,)
    days: list[str] = []
    for item in items:
        named = weekdays_of(item) if isinstance(item, str) else None
        if named is None:
            meant = meant_weekday(item) if isinstance(item, str) else ""
            raise refuse(f"{show_value(item)} is no weekday", DAYS_ALLOWED, meant)
        days += named
    return tuple(days)


_DAY_NAMES: Final = {"anyOf": [{"enum": list(ALL_DAYS)}, {"type": "string"}]}
Weekdays = Annotated[
    tuple[Weekday, ...],
    BeforeValidator(_weekdays),
    WithJsonSchema(
        {
            "anyOf": [{"type": "array", "items": _DAY_NAMES}, {"type": "string"}],
            "examples": ["mon-fri", ["mon", "wed"]],
        }
    ),
]
"""Weekdays; written `mon-fri`, or as a list of days and spans of days."""
Positive = Annotated[float, Field(gt=0, le=1e9)]
NonNegative = Annotated[float, Field(ge=0, le=1e9)]
Count = Annotated[int, Field(ge=0, le=100_000_000)]
StandardDeviations = Annotated[float, Unit("SD")]
FEW, MANY = 100, 1000
"""Most items of a mapping or list that a planner writes by hand; more would only make checks slow."""
SideFile = Annotated[str, Field(min_length=1, max_length=500), Unit("file name")]


class Section(BaseModel):
    """Base of every section: frozen, unknown keys refused, defaults checked like written values."""

    # the whole scenario is built at its first use, and its sections not each for itself before
    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, strict=True, defer_build=True
    )
