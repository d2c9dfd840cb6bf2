"""What all sections of a scenario share: the frozen base type and the plain numbers with their ranges."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from momentsim.scenario.written import Unit

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ALL_DAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
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
