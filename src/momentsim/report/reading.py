"""Looks up values in the summary table."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from momentsim.report.numbers import WORD_DIGITS, span, with_unit


class Reading(NamedTuple):
    """One measure's value with its interval, as in the summary; NaN is blank."""

    value: float
    low: float
    high: float
    unit: str

    @property
    def known(self) -> bool:
        """Has it a value?"""
        return math.isfinite(self.value)

    @property
    def half_width(self) -> float:
        """Half the interval; NaN without one."""
        return (self.high - self.low) / 2

    def text(self) -> str:
        """Value with unit."""
        return with_unit(self.value, self.unit, self.half_width)

    def full(self) -> str:
        """Value with unit and interval in brackets."""
        bracket = span(self.low, self.high, self.unit, WORD_DIGITS) if self.unit != "s" else self._durations()
        return f"{self.text()} ({bracket})" if bracket else self.text()

    def _durations(self) -> str:
        if not math.isfinite(self.half_width):
            return ""
        return f"{with_unit(self.low, 's')} to {with_unit(self.high, 's')}"


class Readings:
    """Measures of one summary for all customers together, by name."""

    def __init__(self, summary: pd.DataFrame) -> None:
        rows = summary[summary["scope"] == "all"]
        numbers = [pd.to_numeric(rows[name], errors="coerce") for name in ("value", "low", "high")]
        self._rows = {
            str(name): Reading(float(value), float(low), float(high), str(unit))
            for name, value, low, high, unit in zip(rows["measure"], *numbers, rows["unit"], strict=True)
        }
        self.replications = int(summary["replications"].max()) if len(summary) else 0

    def __getitem__(self, name: str) -> Reading:
        return self._rows[name]
