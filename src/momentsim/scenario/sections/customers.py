"""Section `customers`: who may call, in segments that share value and loyalty."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, model_validator

from momentsim.scenario.quantities import Duration, Money, Name, Ratio, Share
from momentsim.scenario.sections.base import MANY, NonNegative, Positive, Section, StandardDeviations
from momentsim.scenario.written import refuse

_YEAR_S: Final = 365.25 * 86400.0


def _one_share(value: object) -> object:
    """How likely customers leave hangs on how they feel, not on how long they have been customers."""
    if isinstance(value, list | tuple | Mapping):
        allowed = (
            "write the share of those who are customers at the start that leaves, like monthly_churn: 2 %"
        )
        raise refuse(
            "a table of churn by months or tenure is not taken", f"{allowed}; or a segment for each row"
        )
    return value


Churn = Annotated[Share, BeforeValidator(_one_share)]


class Segment(Section):
    """A group of customers that share value and baseline loyalty."""

    customers: Annotated[int, Field(ge=1, le=100_000_000)] = Field(description="How many customers.")
    yearly_margin: Money = Field(description="Margin that an average customer brings in a year.")
    value_cv: Ratio = Field(1.0, description="Spread of margins between customers (lognormal CV).")
    yearly_churn: Churn | None = Field(
        0.12, description="Share that leaves within twelve months at baseline; or write monthly_churn."
    )
    monthly_churn: Churn | None = Field(
        None,
        description="Instead of yearly_churn: share that leaves within the first month (a twelfth of a year).",
    )
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

    @model_validator(mode="before")
    @classmethod
    def _one_churn(cls, data: Any) -> Any:
        """A month's share stands in place of the usual share of a year."""
        if isinstance(data, Mapping) and data.get("monthly_churn") is not None:
            return {"yearly_churn": None, **data}
        return data

    @property
    def observed_churn(self) -> tuple[float, int]:
        """Share that leaves at baseline, and within how many months."""
        if self.monthly_churn is not None:
            return self.monthly_churn, 1
        return self.yearly_churn or 0.0, 12


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
