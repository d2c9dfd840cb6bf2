"""Checks of customers over time: keys that only work together with others."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from momentsim.scenario.findings import Finding
from momentsim.scenario.types import Scenario


def warn_anchor_without_expectations(scenario: Scenario) -> Iterator[Finding]:
    """The outside anchor moves expectations, which must be allowed to move."""
    behaviour = scenario.behaviour
    if scenario.customers.outside_anchor != 0.0 and not (behaviour.expectations and behaviour.memory):
        yield Finding(
            ("customers", "outside_anchor"),
            "it has no effect while expectations do not adapt",
            "write behaviour.expectations: on (and leave memory on)",
        )


def warn_cost_without_acquisition(scenario: Scenario) -> Iterator[Finding]:
    """A cost of acquisition is paid for customers won."""
    for name, segment in scenario.customers.segments.items():
        if segment.acquisition_cost > 0.0 and segment.acquired_per_year == 0.0:
            yield Finding(
                ("customers", "segments", name, "acquisition_cost"),
                "it is never paid, since nobody is won",
                f"write customers.segments.{name}.acquired_per_year, like 10 %",
            )


Check = Callable[[Scenario], Iterator[Finding]]
WARNINGS: tuple[Check, ...] = (warn_anchor_without_expectations, warn_cost_without_acquisition)
