"""Looks up values in the summary table."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from momentsim.measures.summary import Tabular
from momentsim.report.numbers import BLANK, WORD_DIGITS, span, with_unit


class Reading(NamedTuple):
    """One measure's value with its interval, as in the summary; NaN is blank."""

    value: float
    low: float
    high: float
    unit: str

    @property
    def is_known(self) -> bool:
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

    def people(self) -> str:
        """A count in a sentence: whole, with its interval in brackets if that says more; `about 2`, `less than one`."""
        if round(self.value) == 0 and self.value > 0:
            return "less than one"
        value, low, high = (round(each) if math.isfinite(each) else None for each in self[:3])
        if value is None:
            return BLANK
        rough = "about " if value < 100 and not float(self.value).is_integer() else ""
        bracket = "" if low is None or high is None or low == high else f" ({low:,} to {high:,})"
        return f"{rough}{value:,}{bracket}"

    def _durations(self) -> str:
        if not math.isfinite(self.half_width):
            return ""
        return f"{with_unit(self.low, 's')} to {with_unit(self.high, 's')}"


TEXT = ("case", "scope", "item", "unit")
"""Columns of text."""


def whole(table: Tabular) -> dict[str, dict[str, Any]]:
    """Rows of scope `all` by measure: every other column by name, numbers as such, blanks as NaN."""
    names = [str(name) for name in table if name != "measure"]
    rows = zip(table["measure"], table["scope"], *(table[name] for name in names), strict=True)
    return {
        str(measure): {
            name: value if name in TEXT else _number(value) for name, value in zip(names, values, strict=True)
        }
        for measure, scope, *values in rows
        if scope == "all"
    }


def _number(value: Any) -> float:
    """A table read back from JSON has None for a blank."""
    return math.nan if value is None else float(value)


def replications_of(table: Tabular) -> int:
    """How many replications a table was made from; 0 if it is empty."""
    return int(max(table["replications"], default=0))


class Readings:
    """Measures of one summary for all customers together, by name."""

    def __init__(self, summary: Tabular) -> None:
        self._rows = {
            name: Reading(row["value"], row["low"], row["high"], str(row["unit"]))
            for name, row in whole(summary).items()
        }
        self.replications = replications_of(summary)

    def __getitem__(self, name: str) -> Reading:
        return self._rows[name]
