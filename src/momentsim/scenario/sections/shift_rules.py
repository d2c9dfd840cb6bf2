"""Section `workforce.groups.*.shift_rules`: which shifts are allowed. Read by `momentsim shifts` only."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from momentsim.scenario.quantities import Duration, MoneyPerHour, Name, Share, Switch, TimeOfDay
from momentsim.scenario.sections.base import ALL_DAYS, FEW, Count, Section, Weekdays
from momentsim.units import SECONDS_PER_DAY

MOST_BREAKS = 10


class BreakRule(Section):
    """A break that every shift of a kind has, and the window in which it may begin."""

    earliest: Duration = Field(gt=0, description="It begins so long after the start of the shift, or later.")
    latest: Duration = Field(
        gt=0, description="It begins so long after the start of the shift at the latest."
    )
    length: Duration = Field(gt=0, description="How long it lasts.")
    paid: Switch = Field(True, description="Whether its time is paid.")


class ShiftKind(Section):
    """A kind of shift: full time, part time."""

    length: Duration = Field(gt=0, le=57600, description="From start to end, breaks included.")
    breaks: tuple[BreakRule, ...] = Field(
        (), max_length=MOST_BREAKS, description="Breaks in the order of the shift."
    )
    days_per_week: Annotated[int, Field(ge=1, le=7)] = Field(
        5, description="Days that one agent works in a week, with the same start each day."
    )
    most_share: Share = Field(1.0, description="At most this share of the agents have shifts of this kind.")


class ShiftRules(Section):
    """Which shifts are allowed; `momentsim shifts` makes shifts of them, a run does not read them."""

    kinds: dict[Name, ShiftKind] = Field(min_length=1, max_length=FEW, description="Kinds of shifts by name.")
    earliest_start: TimeOfDay = Field(0, description="No shift starts before this time of day.")
    latest_end: TimeOfDay = Field(
        SECONDS_PER_DAY,
        description="No shift ends after this time of day; at or before earliest_start it is on the next day.",
    )
    start_every: Duration = Field(
        1800, ge=300, le=SECONDS_PER_DAY, description="Step of start times, from earliest_start on."
    )
    break_every: Duration = Field(
        900, ge=300, le=SECONDS_PER_DAY, description="Step in which a break may begin within its window."
    )
    days: Weekdays = Field(ALL_DAYS, description="Weekdays on which shifts start.")
    days_off_together: Switch = Field(False, description="An agent's days off follow one another.")
    most_heads: Count | None = Field(None, description="Agents there are; no limit when left out.")
    most_per_start: Count | None = Field(
        None, description="Agents who can start at the same time of a day; no limit when left out."
    )
    least_per_shift: Annotated[int, Field(ge=1, le=10_000)] = Field(
        1, description="A shift (kind and start) that is used has at least so many agents in a week."
    )
    shortage_cost: MoneyPerHour | None = Field(
        None,
        description="What it counts that a head is missing for an hour; ten times cost_per_hour when left out.",
    )

    @property
    def window_s(self) -> int:
        """Seconds from the earliest start to the latest end."""
        return (self.latest_end - self.earliest_start - 1) % SECONDS_PER_DAY + 1
