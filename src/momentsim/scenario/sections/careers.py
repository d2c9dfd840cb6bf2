"""Key `careers` of a group: its agents as people who wear out, leave, and are replaced by novices."""

from __future__ import annotations

from pydantic import Field

from momentsim.scenario.quantities import Duration, Money, Share
from momentsim.scenario.sections.base import Section


class Careers(Section):
    """How agents of a group stay, wear out and leave over weeks and years. Left out, they are the same for ever."""

    yearly_exits: Share = Field(
        0.0,
        description="Exits in a year per agent there, with the tenures that the group starts with, "
        "at usual burnout and engagement.",
    )
    hiring_lag: Duration = Field(
        6 * 7 * 86400, le=2 * 31557600, description="How long a seat stays vacant after an exit."
    )
    replacement_cost: Money = Field(12_000.0, description="Recruiting and training of one replacement.")
