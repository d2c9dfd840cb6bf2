"""The catalogue of measures: one definition each, by section.

`top` and `bottom` are formulas over facts (`measures/facts.py`). A measure without `bottom` is the mean of its
`top` over replications; with `bottom` it is a ratio of sums pooled over replications, never a mean of ratios.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from momentsim.measures.catalogue.crisis import CRISIS
from momentsim.measures.catalogue.loyalty import LOYALTY
from momentsim.measures.catalogue.measure import Measure
from momentsim.measures.catalogue.money import MONEY
from momentsim.measures.catalogue.people import PEOPLE
from momentsim.measures.catalogue.run_out import RUN_OUT
from momentsim.measures.catalogue.service import SERVICE
from momentsim.suggestions import did_you_mean

__all__ = ["BY_NAME", "MEASURES", "Measure", "find_measure", "unknown_measures"]

MEASURES: Final[tuple[Measure, ...]] = (*SERVICE, *LOYALTY, *PEOPLE, *MONEY, *CRISIS, *RUN_OUT)
"""Every measure, in the order of the tables."""

BY_NAME: Final = {measure.name: measure for measure in MEASURES}


def unknown_measures(names: Iterable[str]) -> list[str]:
    """What is to be said of each name that is no measure's."""
    wrong = []
    for name in names:
        try:
            find_measure(name)
        except KeyError as error:
            wrong.append(str(error.args[0]))
    return wrong


def find_measure(name: str) -> Measure:
    """Measure of this name; KeyError names the nearest ones."""
    if name in BY_NAME:
        return BY_NAME[name]
    meant = did_you_mean(name, BY_NAME, most=3, quoted=False)
    raise KeyError(", ".join(filter(None, (f"no measure '{name}'", meant))))
