"""Section `divert`: when callers are sent away from a queue, and what they do then. Left out: nobody is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import Field

from momentsim.scenario.laws.law import Law
from momentsim.scenario.quantities import Duration, Share, Switch
from momentsim.scenario.sections.base import Section
from momentsim.scenario.sections.opening_hours import EVERY_QUEUE

MOST_CALLERS: Final = 10_000_000


class Divert(Section):
    """When one queue sends its callers away to a message, and what they do then."""

    after: Annotated[Duration, Field(gt=0)] | None = Field(
        None, description="Whoever has waited so long is diverted; left out: nobody for that."
    )
    most_waiting: Annotated[int, Field(ge=1, le=MOST_CALLERS)] | None = Field(
        None,
        description="Whoever finds so many waiting in this queue is diverted at once; left out: nobody for that.",
    )
    closed: Switch = Field(
        False,
        description="Whoever finds the queue closed is diverted, in place of `opening_hours.*.closed`.",
    )
    call_again: Share = Field(
        0.5, description="Share of those diverted who call again; where it is closed, after the next opening."
    )
    delay: Law = Field(
        Law(median=3600, sigma=1.0), description="Time until then, from the diverting or from that opening."
    )
    self_service: Share = Field(
        0.0,
        description="Share of them who try self-service at once instead, as an attempt of its own; the rest give up.",
    )


def divert_of(diverts: Mapping[str, Divert], queue: str) -> Divert | None:
    """When a queue diverts: by its own rule, or that of all; None: never."""
    return diverts.get(queue, diverts.get(EVERY_QUEUE))
