"""Checks of customers over time: keys that only work together with others."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from momentsim.scenario.evidence.registry import complaint_about
from momentsim.scenario.expected_rest import PLAUSIBLE_REST, contacts_a_year, expected_rest
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


def warn_high_rest(scenario: Scenario) -> Iterator[Finding]:
    """What contacts cost is given back between them; where that is much, contacts and customers do not fit."""
    parameters = scenario.behaviour.parameters
    if any(complaint_about(name, value) for name, value in parameters.items()):
        return  # an error says so
    contacts = contacts_a_year(scenario)
    for name, rest in expected_rest(scenario).items():
        if abs(rest) > PLAUSIBLE_REST:
            yearly = sum(contacts[name].values())
            yield Finding(
                ("customers", "segments", name, "customers"),
                f"with {yearly:.3g} contacts a year each, customers would rest about {rest:.1f} SD above the mean "
                "without any",
                f"plausible is up to {PLAUSIBLE_REST:g} SD",
                "write more customers, or fewer moments",
            )


Check = Callable[[Scenario], Iterator[Finding]]
WARNINGS: tuple[Check, ...] = (
    warn_anchor_without_expectations,
    warn_cost_without_acquisition,
    warn_high_rest,
)
