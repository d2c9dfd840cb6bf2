"""A difference from the baseline as figures show it: its interval, and whether that leaves out 0."""

from __future__ import annotations

import math
from typing import NamedTuple

from momentsim.measures.catalogue.measure import Better
from momentsim.report.verdicts import Verdict, decide


class Change(NamedTuple):
    """A difference from the baseline with the interval that holds for all variants together; NaN is blank."""

    value: float
    low: float
    high: float
    unit: str

    def verdict(self, better: Better = "neither") -> Verdict:
        """What may be said of it."""
        return decide(self.low, self.high, better)

    def negated(self) -> Change:
        """The same with its sign turned."""
        return Change(-self.value, -self.high, -self.low, self.unit)


def finite(numbers: list[float]) -> list[float]:
    """Those that are numbers."""
    return [number for number in numbers if math.isfinite(number)]
