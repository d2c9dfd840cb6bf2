"""Section `divert`: when callers are sent away from a queue, and what they do then. Left out: nobody is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import Field

from momentsim.scenario.laws.law import Law
from momentsim.scenario.quantities import Duration, Name, Share, Switch
from momentsim.scenario.sections.base import Section
from momentsim.scenario.sections.opening_hours import EVERY_QUEUE

MOST_CALLERS: Final = 10_000_000


class Voicemail(Section):
    """Where those diverted may leave a message; they are called back while the queue is open and nobody waits there."""

    left: Share = Field(0.5, gt=0, description="Share of those diverted who leave a message.")
    queue: Name | None = Field(
        None,
        description="Queue whose agents call them back; the same when left out. Callers who wait go first.",
    )


class Divert(Section):
    """When one queue sends its callers away to a message or a voicemail, and what they do then."""

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
    voicemail: Voicemail | None = Field(
        None,
        description="They may leave a message; the next keys are for those who do not. Left out: they cannot.",
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
