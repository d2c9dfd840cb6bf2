"""What a measure is: one definition, shared by tables, figures, reference page and code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from momentsim.measures.facts import FACTS, SCOPES, terms

Better = Literal["up", "down", "neither"]
MeasureKind = Literal["count", "mean", "ratio of sums", "quantile", "money"]
Section = Literal["Service", "Loyalty", "People", "Money", "Crisis", "Run-out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure: its name in files, its meaning, its formula, and how to read it."""

    name: str
    title: str
    meaning: str
    top: str
    bottom: str = ""
    factor: float = 1.0
    unit: str
    better: Better
    section: Section
    headline: bool = True
    always: bool = True
    """Is it shown on screen where it is 0 throughout?"""
    signed: bool = False
    """Can it be below 0?"""
    quantile: float | None = None
    """Probability of a quantile of the waits of answered attempts."""

    @property
    def kind(self) -> MeasureKind:
        """How it is estimated."""
        if self.quantile is not None:
            return "quantile"
        if self.bottom:
            return "ratio of sums"
        if self.unit == "money":
            return "money"
        return "count" if self.unit not in ("h", "points") else "mean"

    @property
    def scopes(self) -> tuple[str, ...]:
        """Scopes in which all its facts exist."""
        used = [FACTS[name].scopes for _, name in (*terms(self.top), *terms(self.bottom))]
        return tuple(scope for scope in SCOPES if all(scope in scopes for scopes in used))

    @property
    def numerator(self) -> str:
        """What is counted or summed, in words."""
        return in_words(self.top)

    @property
    def denominator(self) -> str:
        """What it is divided by, in words."""
        if self.quantile is not None:
            return "waits of all answered attempts, pooled over replications"
        return in_words(self.bottom) if self.bottom else "replications"

    @property
    def interval(self) -> str:
        """Which interval a contact, second or moment counts in."""
        return FACTS[terms(self.top)[0][1]].counted

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest value that it can take; intervals are cut there."""
        if self.name in ("nps", "nps_surveyed"):
            return (-100.0, 100.0)
        if self.signed:
            return (-float("inf"), float("inf"))
        return (0.0, 1.0 if self.unit == "share" else float("inf"))


def in_words(formula: str) -> str:
    """A formula in words: `answered + contained` as "attempts answered ... + attempts solved ..."."""
    return " ".join(
        ("- " if sign < 0 else "+ " if index else "") + FACTS[name].words
        for index, (sign, name) in enumerate(terms(formula))
    )
