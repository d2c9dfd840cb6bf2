"""Section `opening`: the state in which a scenario starts. Left out, it starts empty."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from momentsim.scenario.quantities import Duration, Name
from momentsim.scenario.sections.base import Section

Backlog = Annotated[int, Field(ge=0, le=1_000_000)]


class Opening(Section):
    """How the first instant finds the centre: empty, with contacts already there, or after a warm-up."""

    backlog: dict[Name, Backlog] = Field(
        {},
        description="Contacts there at the start, by moment: free agents on duty take them at once (calls in "
        "progress), the others wait, in random order. Patience and waits count from the start.",
    )
    warm_up: Duration = Field(
        0.0,
        ge=0,
        le=366 * 86400,
        description="The centre works so long before `start`, in whole intervals, so that the start finds it as it "
        "usually is; nothing of the warm-up is counted.",
    )
