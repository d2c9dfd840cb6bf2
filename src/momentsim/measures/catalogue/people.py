"""Measures of those who answer."""

from __future__ import annotations

from typing import Final

from momentsim.measures.catalogue.measure import Measure

PEOPLE: Final = (
    Measure(name="exits", title="agents who quit", meaning="Exits of agents in groups with careers; blank without.",
            top="exits", unit="agents", better="down", section="People"),
    Measure(name="exits_yearly_share", title="exits a year",
            meaning="Exits in a year over agents there; may exceed 1.",
            top="exits", bottom="seat_years - vacant_years", unit="per year", better="down", section="People"),
    Measure(name="vacant_share", title="vacant seats", meaning="Share of time that seats were vacant.",
            top="vacant_years", bottom="seat_years", unit="share", better="down", section="People"),
    Measure(name="absent_share", title="absent", meaning="Share of rostered time missed by absence.",
            top="absent_s", bottom="filled_rostered_s", unit="share", better="down", section="People"),
    Measure(name="burnout_mean", title="burnout", meaning="Mean burnout of agents at the horizon's end.",
            top="burnout_sum", bottom="filled_seats", unit="SD", better="down", section="People", signed=True),
    Measure(name="engagement_mean", title="engagement", meaning="Mean engagement of agents at the horizon's end.",
            top="engagement_sum", bottom="filled_seats", unit="SD", better="up", section="People", signed=True),
    Measure(name="tenure_mean_months", title="tenure",
            meaning="Mean time in the job of agents at the horizon's end.",
            top="tenure_sum_months", bottom="filled_seats", unit="months", better="neither", section="People"),
)  # fmt: skip
