"""What staffing is to reach: a service level, a limit of abandonment, or the most net benefit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from momentsim import units
from momentsim.errors import MomentsimError
from momentsim.measures.statistics import Estimate, by_unit, estimate
from momentsim.measures.summary import facts_of
from momentsim.measures.sums import Sample

Kind: TypeAlias = Literal["service_level", "abandoned", "value"]

ALLOWED: Final = (
    'write a service level like 80/20 (80 % answered within 20 s), "abandoned < 3 %", or value (staff until one '
    "more agent-hour costs as much as it saves)"
)
CUSTOMARY: Final = (0.8, 20.0)
"""80 % within 20 s: what the value goal is held beside."""
MOST_THRESHOLD_S: Final = 86_400.0
_ABANDONED = re.compile(r"abandoned\s*(<=|<)\s*(.+)")


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal; `share` is the least service level or the most abandoned, `threshold_s` the service level's."""

    kind: Kind
    share: float = CUSTOMARY[0]
    threshold_s: float = CUSTOMARY[1]

    def __str__(self) -> str:
        if self.kind == "value":
            return "value"
        if self.kind == "abandoned":
            return f"abandoned < {_percent(self.share)} %"
        return f"{_percent(self.share)}/{units.format_number(self.threshold_s)}"

    @property
    def measure(self) -> str:
        """The measure that is held against it; of the value goal, the one printed beside."""
        return "abandoned_share" if self.kind == "abandoned" else "service_level"

    def surplus(self, estimated: Estimate) -> Estimate:
        """By how much the measure is better than the goal; above 0 where it is met."""
        if self.kind == "abandoned":
            return Estimate(self.share - estimated.value, -estimated.influence)
        return Estimate(estimated.value - self.share, estimated.influence)


def goal_of(text: str) -> Goal:
    """The goal as written; raises MomentsimError with what is allowed."""
    written = text.strip()
    if written.lower() == "value":
        return Goal("value")
    if match := _ABANDONED.fullmatch(written.lower()):
        share = units.parse_share(match[2])
        if share is None:
            raise _refusal(text, f"'{match[2]}' is no share, {_meant_share(match[2])}")
        return Goal("abandoned", _inside(text, share))
    if "/" in written:
        return _service_level(text, written)
    raise _refusal(text, "this is no goal")


def _service_level(text: str, written: str) -> Goal:
    halves = [units.parse_quantity(half) for half in written.split("/")]
    numbers = [half[0] for half in halves if half is not None and half[1] in ("", "%", "s")]
    if len(halves) != 2 or len(numbers) != 2:
        raise _refusal(text, "this is no service level")
    percent, threshold_s = numbers
    if not 0 <= threshold_s <= MOST_THRESHOLD_S:
        raise _refusal(text, f"{units.format_number(threshold_s)} s is outside 0..86400 s")
    return Goal("service_level", _inside(text, percent / 100), threshold_s)


def _inside(text: str, share: float) -> float:
    if not 0 < share < 1:
        raise _refusal(text, f"{_percent(share)} % is not between 0 and 100 %")
    return share


def _refusal(text: str, what: str) -> MomentsimError:
    return MomentsimError(f"goal '{text}': {what}, {ALLOWED}")


def _meant_share(text: str) -> str:
    quantity = units.parse_quantity(text)
    return "write it like 3 %" if quantity is None or quantity[1] else f"did you mean '{text.strip()} %'?"


def _percent(share: float) -> str:
    return units.format_number(float(f"{share * 100:.10g}"))


def goal_estimate(goal: Goal, sample: Sample, skills: tuple[int, ...]) -> Estimate:
    """The goal's measure over these skills (places) together and the whole horizon: one item."""
    columns = facts_of(sample, "skill")
    top, bottom = ("abandoned", "offered") if goal.kind == "abandoned" else ("service_met", "service_base")
    pooled = [columns[name][:, list(skills)].sum(axis=1, keepdims=True) for name in (top, bottom)]
    return by_unit(estimate(np.asarray(pooled[0]), np.asarray(pooled[1])), sample.members)
