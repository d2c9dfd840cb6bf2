"""A difference from the baseline as figures show it: its interval, and whether that leaves out 0."""

from __future__ import annotations

import math
from typing import NamedTuple


class Change(NamedTuple):
    """A difference from the baseline with the interval that holds for all variants together; NaN is blank."""

    value: float
    low: float
    high: float
    unit: str

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0

    def negated(self) -> Change:
        """The same with its sign turned."""
        return Change(-self.value, -self.high, -self.low, self.unit)


def finite(numbers: list[float]) -> list[float]:
    """Those that are numbers."""
    return [number for number in numbers if math.isfinite(number)]
