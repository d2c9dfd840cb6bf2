"""Section `levers`: what a scenario can do while it runs, each with lead time, price, sizes and an end.

A kind is a class below `_Lever`, listed in `Lever`, with a class of sizes below `_Size`; what its fields mean to the
engine stands in `prepare/levers.py`, what it does in `engine/levers/effects.py`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from momentsim.scenario.laws.law import Law
from momentsim.scenario.quantities import Duration, Money, MoneyPerHour, Name, Share
from momentsim.scenario.sections.base import Section
from momentsim.scenario.sections.lever_conditions import ConditionText
from momentsim.scenario.sections.lever_time import LeverEnd, LeverTime

MOST_SIZES = 20
MOST_PULLS = 1000
Text = Annotated[str, Field(min_length=1, max_length=500)]


class Price(Section):
    """What a lever costs; a line `levers` of the ledger."""

    once: Money = Field(0, description="For each pull, whether it works or not.")
    per_hour: MoneyPerHour = Field(0, description="For each hour in which it is in force.")
    per_use: Money = Field(0, description="For each use; the kind says what that is.")


class _Size(Section):
    """What every size may say in place of the lever itself."""

    lead_time: Duration | None = Field(None, description="From the pull to the effect, in this size.")
    success: Share | None = Field(None, description="Share of pulls that work, in this size.")
    price: Price | None = Field(None, description="What this size costs.")
    says: Text | None = Field(None, description="The sentence of this size.")


class _Lever(Section):
    """What every kind of lever has."""

    at: LeverTime = Field("never", description="When the plan pulls it.")
    when: ConditionText | None = Field(
        None, description="Pulled once this holds; looked at each minute from the scenario's start on."
    )
    until: LeverEnd = Field("never", description="When it is undone: a time, or a duration after its effect.")
    undo_when: ConditionText | None = Field(None, description="Undone once this holds.")
    at_most: Annotated[int, Field(ge=1, le=MOST_PULLS)] = Field(1, description="Pulls in one run.")
    again_after: Duration = Field(60, ge=60, description="From one pull to the next, at least.")
    lead_time: Duration = Field(0, description="From the pull to the effect.")
    success: Share = Field(1.0, description="Share of pulls that work; one draw for each pull.")
    price: Price = Field(Price(), description="What it costs.")
    size: Name | None = Field(
        None, description="The size that plan and trigger pull; the first when left out."
    )
    says: Text | None = Field(
        None, description="What is said before it is pulled; made from its fields when left out."
    )


class CallInSize(_Size):
    """A size of `call_in`."""

    show_up: Share | None = Field(None, description="Share of those called who come, in this size.")


class CallIn(_Lever):
    """A reserve group is called in; undone, it is sent home. A use is a contact that it serves."""

    kind: Literal["call_in"] = Field(description="What sort of lever it is.")
    group: Name = Field(description="A group of the workforce with `reserve: on`.")
    delay: Law = Field(Law(median=3 * 3600, sigma=0.4), description="Time until a called agent is ready.")
    show_up: Share = Field(0.8, description="Share of those called who come.")
    sizes: dict[Name, CallInSize] = Field({}, max_length=MOST_SIZES, description="Named sizes.")


class ExtraLinesSize(_Size):
    """A size of `extra_lines`."""

    lines: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        None, description="Lines opened in this size."
    )


class ExtraLines(_Lever):
    """More lines are opened, so that fewer callers hear busy; undone, they are closed as they get free."""

    kind: Literal["extra_lines"] = Field(description="What sort of lever it is.")
    lines: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        description="Lines opened beyond `waiting.lines`."
    )
    sizes: dict[Name, ExtraLinesSize] = Field({}, max_length=MOST_SIZES, description="Named sizes.")


Lever = Annotated[CallIn | ExtraLines, Field(discriminator="kind")]
"""One lever of any kind."""


def sizes_of(lever: Lever) -> dict[str, Lever]:
    """A lever as it is in each of its sizes, by name; one without a name where it has none."""
    if not lever.sizes:
        return {"": lever}
    return {name: lever.model_copy(update=_written(size)) for name, size in lever.sizes.items()}


def usual_size(lever: Lever) -> int:
    """Number of the size that plan and trigger pull."""
    names = list(lever.sizes)
    return names.index(lever.size) if lever.size is not None and lever.size in names else 0


def _written(size: _Size) -> dict[str, Any]:
    return {name: getattr(size, name) for name in size.model_fields_set}
