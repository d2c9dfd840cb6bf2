"""Checks of the levers that customers feel: they name what exists, and there is something for them to act on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.findings import Finding
from momentsim.scenario.sections.levers import (
    OfferSelfService,
    PayCompensation,
    RaiseAuthority,
    SpeakWithOneVoice,
)
from momentsim.scenario.sections.operation_checks import known_names
from momentsim.scenario.types import Scenario


def check_names(scenario: Scenario) -> Iterator[Finding]:
    """Crises, moments and groups of levers exist; groups that are called in have a check of their own."""
    kinds = {"crisis": tuple(scenario.crises), "moment": tuple(scenario.moments)}
    for name, lever in scenario.levers.items():
        for key, known in kinds.items():
            written = getattr(lever, key, None)
            if isinstance(written, str) and written not in known:
                yield Finding(("levers", name, key), *known_names(written, known, key))
        if isinstance(lever, RaiseAuthority | SpeakWithOneVoice) and lever.group is not None:
            groups = scenario.workforce.groups
            if lever.group not in groups:
                yield Finding(("levers", name, "group"), *known_names(lever.group, groups, "group"))


def check_offers(scenario: Scenario) -> Iterator[Finding]:
    """An offer to help themselves is for those hit by a crisis or for those with a need."""
    for name, lever in scenario.levers.items():
        if not isinstance(lever, OfferSelfService):
            continue
        if lever.crisis is None and lever.moment is None:
            yield Finding(("levers", name), "nobody is offered anything", "write 'crisis' or 'moment'")
        elif lever.crisis is not None and lever.moment is not None:
            what = "a crisis and a moment are named"
            yield Finding(
                ("levers", name, "moment"), what, "write one of them, and a second lever for the other"
            )


def check_compensation(scenario: Scenario) -> Iterator[Finding]:
    """A crisis is compensated by one lever, once: what is owed to a customer is one amount."""
    paid = {
        name: f"crises.{name}.compensation"
        for name, storm in scenario.crises.items()
        if storm.compensation is not None
    }
    for name, lever in scenario.levers.items():
        if not isinstance(lever, PayCompensation):
            continue
        path: KeyPath = ("levers", name)
        if lever.crisis in paid:
            what = f"'{lever.crisis}' is compensated by '{paid[lever.crisis]}' already"
            yield Finding((*path, "crisis"), what, "one lever for each crisis; it may have several sizes")
        if lever.at_most > 1:
            yield Finding((*path, "at_most"), "compensation is promised once", "write at_most: 1, or nothing")
        paid.setdefault(lever.crisis, name)


def check_something_to_decide(scenario: Scenario) -> Iterator[Finding]:
    """A higher limit changes nothing where no need asks for a decision."""
    asked = any(moment.beyond_authority > 0.0 for moment in scenario.moments.values())
    for name, lever in scenario.levers.items():
        if isinstance(lever, RaiseAuthority) and not asked:
            what = "no need asks for a decision, so nobody would use it"
            yield Finding(("levers", name), what, "write moments.*.beyond_authority, like 20 %")


def check_something_to_say(scenario: Scenario) -> Iterator[Finding]:
    """One voice takes away differences in knowledge, or a blackout: there is one of the two."""
    groups = scenario.workforce.groups
    for name, lever in scenario.levers.items():
        if not isinstance(lever, SpeakWithOneVoice):
            continue
        of_crisis = (
            [storm for key, storm in scenario.crises.items() if lever.crisis in (None, key)]
            if scenario.crises
            else []
        )
        told = [group for key, group in groups.items() if lever.group in (None, key)]
        if any(storm.blackouts for storm in of_crisis) or any(group.knowledge_sd > 0.0 for group in told):
            continue
        what = "agents know the same and there is no blackout, so nothing would change"
        yield Finding(("levers", name), what, "write workforce.groups.*.knowledge_sd or crises.*.blackouts")


Check = Callable[[Scenario], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    check_names,
    check_offers,
    check_compensation,
    check_something_to_decide,
    check_something_to_say,
)
