"""What the figures of a comparison read from its tables: differences of scope `all`, variants in their order."""

from __future__ import annotations

from momentsim.questions.compare.compare import Comparison
from momentsim.report.changes import Change
from momentsim.report.tables import MeasureRow, rows_of


class Differences:
    """All differences of a comparison, by variant and measure."""

    def __init__(self, comparison: Comparison) -> None:
        table = comparison.table
        self._rows: dict[str, dict[str, MeasureRow]] = {
            name: rows_of(table[table["case"] == name]) for name in comparison.variants
        }

    def of(self, variant: str, measure: str) -> Change:
        """One difference."""
        row = self._rows[variant][measure]
        numbers = row.numbers
        return Change(numbers["difference"], numbers["low_all"], numbers["high_all"], row.unit)


def best_variants(comparison: Comparison, most: int) -> list[str]:
    """The variants with the highest net benefit, highest first."""
    ranked = [str(name) for name in comparison.ranking["case"] if name != comparison.baseline_name]
    return ranked[:most]


def left_out_words(comparison: Comparison, shown: int) -> str:
    """`; 6 of 13 variants, those with the highest net benefit`, or nothing."""
    number = len(comparison.variants)
    return f"; {shown} of {number} variants, those with the highest net benefit" if shown < number else ""


def pairs_text(comparison: Comparison) -> str:
    """`20 paired replications, 95 % intervals that hold for all variants together`."""
    if comparison.pairs < 2:
        return "one replication, no intervals"
    together = " that hold for all variants together" if len(comparison.variants) > 1 else ""
    return f"{comparison.pairs} paired replications, 95 % intervals{together}"
