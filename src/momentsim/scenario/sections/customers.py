"""Section `customers`: who may call, in segments that share value and loyalty."""

from __future__ import annotations

import math
from typing import Annotated, Final

from pydantic import Field

from momentsim.scenario.quantities import Duration, Money, Name, Ratio, Share
from momentsim.scenario.sections.base import MANY, NonNegative, Positive, Section, StandardDeviations

_YEAR_S: Final = 365.25 * 86400.0


class Segment(Section):
    """A group of customers that share value and baseline loyalty."""

    customers: Annotated[int, Field(ge=1, le=100_000_000)] = Field(description="How many customers.")
    yearly_margin: Money = Field(description="Margin that an average customer brings in a year.")
    value_cv: Ratio = Field(1.0, description="Spread of margins between customers (lognormal CV).")
    yearly_churn: Share = Field(0.12, description="Share that leaves within twelve months at baseline.")
    promoters: Share = Field(0.45, description="Share of promoters at baseline.")
    detractors: Share = Field(0.18, description="Share of detractors at baseline.")
    expectation: StandardDeviations = Field(
        0.0, ge=-3, le=3, description="What they expect above the industry, in SD."
    )
    patience_factor: Positive = Field(1.0, ge=0.001, le=1000, description="Multiplies patience.")
    contact_weight: NonNegative = Field(1.0, description="Contacts per customer relative to other segments.")
    acquired_per_year: Share = Field(
        0.0, description="Customers won in a year, as a share of those at the start."
    )
    acquisition_cost: Money = Field(
        0, description="What winning one costs; those who come by word of mouth cost nothing."
    )
    promise_kept: Share | None = Field(
        None, description="Paid tier: share of promises kept to them; as the moment says when left out."
    )
    promise_within: Duration | None = Field(
        None, gt=0, description="Paid tier: from the talk to the due date; as the moment says when left out."
    )
    tier_price: Money = Field(0, description="What each of them pays a year for that service.")


class Customers(Section):
    """Who may call."""

    outside_anchor: StandardDeviations = Field(
        0.0,
        ge=-1,
        le=1,
        description="By how much a year all expectations rise because of what people see elsewhere, in SD.",
    )
    segments: dict[Name, Segment] = Field(min_length=1, max_length=MANY, description="Segments by name.")


def prospects_of(segment: Segment, horizon_s: float) -> int:
    """How many may join: twice what the firm's own efforts win within the horizon, and a hundred."""
    if segment.acquired_per_year == 0.0:
        return 0
    return 100 + math.ceil(2.0 * segment.acquired_per_year * segment.customers * horizon_s / _YEAR_S)
