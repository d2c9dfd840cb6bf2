"""Parts of a group of agents: what its incentives weigh, and its teams."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from momentsim.scenario.quantities import Share
from momentsim.scenario.sections.base import Section, StandardDeviations


class Incentives(Section):
    """What agents are judged by; the three weights add up to 100 %."""

    handling_time: Share = Field(description="Weight on short calls.")
    resolution: Share = Field(description="Weight on needs solved.")
    customer_voice: Share = Field(description="Weight on what customers say.")

    @property
    def weights(self) -> tuple[float, float, float]:
        """The three weights."""
        return self.handling_time, self.resolution, self.customer_voice


class Teams(Section):
    """How a group is divided; agents are dealt to teams in turn."""

    count: Annotated[int, Field(ge=1, le=10_000)] = Field(description="Number of teams; none without agents.")
    spread: StandardDeviations = Field(
        ge=0, le=2, description="Spread of quality between teams, whoever is in them."
    )
