"""Section `demand`: how many moments of each reason, and when."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from momentsim.scenario.base import MANY, NonNegative, Section, SideFile, Weekday
from momentsim.scenario.quantities import Name, Share, Switch


def _profile_form(value: Any) -> str:
    """Which form of a profile is meant: a list of weights, or a name."""
    return "weights" if isinstance(value, tuple | list) else "named"


Profile = Annotated[
    Annotated[tuple[NonNegative, ...], Tag("weights")]
    | Annotated[Literal["flat", "business_day"], Tag("named")],
    Discriminator(_profile_form),
]


class Volume(Section):
    """How many moments of one reason, and when. Give one of `per_day`, `per_customer_year`, `file`."""

    per_day: NonNegative | None = Field(None, description="Mean moments on an average weekday.")
    per_customer_year: NonNegative | None = Field(None, description="Moments per customer and year.")
    file: SideFile | None = Field(None, description="CSV with interval_start and offered.")
    replay: Switch = Field(False, description="With a file: exactly these counts, not their mean.")
    weekdays: dict[Weekday, NonNegative] = Field({}, description="Factor per weekday; 1 where left out.")
    profile: Profile = Field(
        "business_day",
        description="Relative rate over the day: 24, 48 or 96 weights, or flat, or business_day.",
    )
    preventable: Share = Field(
        0.0, description="Share removed by root-cause removal (nested: 20 % within 40 %)."
    )


class Demand(Section):
    """Routine demand."""

    volumes: dict[Name, Volume] = Field(max_length=MANY, description="Volume by moment.")
    day_factor_cv: Share = Field(0.0, le=0.5, description="CV of the gamma day factor common to all reasons.")
    period_factor_cv: Share = Field(0.0, le=0.5, description="CV of the half-hourly factor.")
    period_factor_correlation: Share = Field(
        0.6, description="Correlation of neighbouring half hours (log scale)."
    )
