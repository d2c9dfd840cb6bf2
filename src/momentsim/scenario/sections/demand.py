"""Section `demand`: how many moments of each reason, and when."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from momentsim.scenario.laws.law import Law
from momentsim.scenario.quantities import Duration, Name, Share, Switch, TimeOfDay
from momentsim.scenario.sections.base import (
    ALL_DAYS,
    FEW,
    MANY,
    NonNegative,
    Section,
    SideFile,
    Weekday,
    Weekdays,
)


def _profile_form(value: Any) -> str:
    """Which form of a profile is meant: a list of weights, or a name."""
    return "weights" if isinstance(value, tuple | list) else "named"


Profile = Annotated[
    Annotated[tuple[NonNegative, ...], Tag("weights")]
    | Annotated[Literal["flat", "business_day"], Tag("named")],
    Discriminator(_profile_form),
]


PROFILE_KEYS = ("profile", "weekday_profiles")
"""Keys that spread moments over a day."""


def queue_table(file: str, queue: str) -> str:
    """Name of the counts of one queue of a file."""
    return f"{file} ({queue})"


def heads_table(file: str, group: str) -> str:
    """Name of the heads of one group in a file, which may have those of others too."""
    return queue_table(file, group)


class RatePeriod(Section):
    """A constant rate between two times of day; outside all periods nobody comes."""

    start: TimeOfDay = Field(description="From this time of day, exactly.")
    end: TimeOfDay = Field(description='Until this time of day, at most "24:00".')
    per_hour: NonNegative = Field(description="Mean moments an hour.")
    days: Weekdays = Field(ALL_DAYS, description="Weekdays on which it holds.")


class Volume(Section):
    """How many moments of one reason, and when.

    Give one of `per_day`, `per_customer_year`, `per_hour`, `rates`, `file`, or an `interarrival` law with its
    mean.
    """

    per_day: NonNegative | None = Field(None, description="Mean moments on an average weekday.")
    per_customer_year: NonNegative | None = Field(None, description="Moments per customer and year.")
    per_hour: NonNegative | None = Field(None, description="Mean moments an hour, the same all day.")
    rates: tuple[RatePeriod, ...] | None = Field(
        None, max_length=MANY, description="Constant rates between times of day, with steps at any time."
    )
    file: SideFile | None = Field(
        None,
        description="CSV (may be packed, .gz) or sheet (`calls.xlsx#May`) with interval_start and offered.",
    )
    row: Duration | None = Field(
        None,
        gt=0,
        description="With a file: how long a row lasts, where its steps do not prove it. What comes in longer rows "
        "than the interval is spread by `profile` and `weekdays`.",
    )
    queue: str | None = Field(
        None, max_length=200, description="With a file that has a column `queue`: whose rows are meant."
    )
    replay: Switch = Field(False, description="With a file: exactly these counts, not their mean.")
    sparse: Switch = Field(
        False,
        description="With a file: nobody comes where it has no row; rows outside warm-up and horizon are left out.",
    )
    weekdays: dict[Weekday, NonNegative] = Field({}, description="Factor per weekday; 1 where left out.")
    profile: Profile = Field(
        "business_day",
        description="Relative rate over the day: 24, 48, 96 or 288 weights, or flat, or business_day.",
    )
    weekday_profiles: dict[Weekday, Profile] = Field(
        {}, description="Profiles of single weekdays, instead of `profile`."
    )
    interarrival: Law | None = Field(
        None,
        description="Renewal process: law of the times between moments. Without it they come at random (Poisson). "
        "Beside another key that says how many, it has no mean of its own: only its shape counts.",
    )
    preventable: Share = Field(
        0.0, description="Share removed by root-cause removal (nested: 20 % within 40 %)."
    )

    @property
    def table(self) -> str:
        """The name under which the counts of its file are known; empty without a file."""
        if self.file is None:
            return ""
        return self.file if self.queue is None else queue_table(self.file, self.queue)


SHARES_TOLERANCE = 1e-9
"""Up to which shares that add up to 1 may miss it."""


class DayKind(Section):
    """Days on which there is more of some moments and less of others, all at once."""

    share: Share = Field(description="Share of dates that are of this kind, each by a draw of its own.")
    factors: dict[Name, Annotated[NonNegative, Field(le=20)]] = Field(
        {}, max_length=MANY, description="By moment: what its volume is multiplied by; 1 where left out."
    )


class Demand(Section):
    """Routine demand."""

    volumes: dict[Name, Volume] = Field(max_length=MANY, description="Volume by moment.")
    day_kinds: dict[Name, DayKind] = Field(
        {},
        max_length=FEW,
        description="Kinds of days by name. All other dates are usual ones, on which volumes are as written.",
    )
    day_factor_cv: Share = Field(0.0, le=0.5, description="CV of the gamma day factor common to all reasons.")
    day_factor_correlation: Share = Field(
        0.0,
        le=0.99,
        description="Correlation of the day factors of neighbouring dates (normal scale): how long busy days last.",
    )
    period_factor_cv: Share = Field(0.0, le=0.5, description="CV of the half-hourly factor.")
    period_factor_correlation: Share = Field(
        0.6, description="Correlation of neighbouring half hours (log scale)."
    )


AMOUNT_KEYS = ("per_day", "per_customer_year", "per_hour", "rates", "file")
"""Keys that say how many moments there are; an `interarrival` law alone does so too."""


def amounts(volume: Volume) -> list[str]:
    """The keys of a volume that say how many moments there are."""
    return [key for key in AMOUNT_KEYS if getattr(volume, key) is not None]


def mean_factors(demand: Demand) -> dict[str, float]:
    """By moment that some kind of day names: the mean over all dates of what its volume is multiplied by."""
    kinds = demand.day_kinds.values()
    usual = max(1.0 - sum(kind.share for kind in kinds), 0.0)
    names = dict.fromkeys(name for kind in kinds for name in kind.factors)
    return {name: usual + sum(kind.share * kind.factors.get(name, 1.0) for kind in kinds) for name in names}


def kind_variation(demand: Demand) -> float:
    """Squared coefficient of variation that kinds of days give to the moment that they move most."""
    largest, kinds = 0.0, demand.day_kinds.values()
    for name, mean in mean_factors(demand).items():
        squares = sum(kind.share * (kind.factors.get(name, 1.0) ** 2 - 1.0) for kind in kinds)
        if mean > 0.0:
            largest = max(largest, (1.0 + squares) / mean**2 - 1.0)
    return largest


DAYS_PER_YEAR = 365.25


def daily_mean(volume: Volume, customers: int) -> float:
    """Mean moments on a weekday with factor 1, by the keys that name one number for all days."""
    of_customers = (volume.per_customer_year or 0.0) * customers / DAYS_PER_YEAR
    return (volume.per_day or 0.0) + of_customers + (volume.per_hour or 0.0) * 24


SCALE_KEYS = ("mean", "median", "scale", "low", "high", "quantile")
"""Keys of a law that say how long something takes, so that an interarrival law says how many come."""


def has_scale(law: Law) -> bool:
    """Does a law say how long something takes, and not only its shape?"""
    return any(getattr(law, key) is not None for key in (*SCALE_KEYS, "parts", "file"))


def scale_law(law: Law) -> Law:
    """An interarrival law as it can be checked and drawn: with a mean of an hour where it has no scale."""
    return law if has_scale(law) else law.model_copy(update={"mean": 3600.0})
