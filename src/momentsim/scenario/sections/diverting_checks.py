"""Checks of `divert`: queues exist, each rule can apply, and what callers do then adds up."""

from __future__ import annotations

from collections.abc import Iterator

from momentsim import units
from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.findings import Finding
from momentsim.scenario.sections.diverting import divert_of
from momentsim.scenario.sections.opening_hours import EVERY_QUEUE, hours_of
from momentsim.scenario.sections.opening_hours_checks import queues_in
from momentsim.scenario.sections.operation_checks import known_names
from momentsim.scenario.types import Scenario


def check_queues(scenario: Scenario) -> Iterator[Finding]:
    """Rules are given for queues that exist."""
    queues = queues_in(scenario)
    for name in scenario.divert:
        if name != EVERY_QUEUE and name not in queues:
            yield Finding(("divert", name), *known_names(name, (*queues, EVERY_QUEUE), "queue"))


def check_rules(scenario: Scenario) -> Iterator[Finding]:
    """Each rule says when it applies, and can: a queue that never closes diverts nobody for that."""
    for name, divert in scenario.divert.items():
        path: KeyPath = ("divert", name)
        if divert.after is None and divert.most_waiting is None and not divert.closed:
            what = "it does not say who is diverted"
            yield Finding(path, what, "write 'after', 'most_waiting' or 'closed: on'")
        own = [queue for queue in queues_in(scenario) if divert_of(scenario.divert, queue) is divert]
        if divert.closed and not any(hours_of(scenario.opening_hours, queue) for queue in own):
            what = "no queue of this rule ever closes"
            yield Finding((*path, "closed"), what, "give it hours in 'opening_hours', or leave this out")


def check_what_they_do(scenario: Scenario) -> Iterator[Finding]:
    """Shares of what callers do are parts of one whole; self-service is there if they go to it."""
    for name, divert in scenario.divert.items():
        path: KeyPath = ("divert", name, "self_service")
        total = divert.call_again + divert.self_service
        if total > 1 + 1e-9:
            what = f"call_again and self_service add up to {units.format_share(round(total, 9))}"
            yield Finding(path, what, "together they are at most 100 %")
        if not divert.self_service:
            continue
        for moment_name, moment in scenario.moments.items():
            queue = moment.skill or queues_in(scenario)[0]
            if divert_of(scenario.divert, queue) is divert and moment.self_service is None:
                what = f"the moment '{moment_name}' of this queue has no self-service to go to"
                yield Finding(path, what, f"give it moments.{moment_name}.self_service, or leave this out")


def check_voicemail(scenario: Scenario) -> Iterator[Finding]:
    """Messages wait in a queue that exists and that somebody serves."""
    queues = queues_in(scenario)
    groups = scenario.workforce.groups.values()
    for name, divert in scenario.divert.items():
        queue = divert.voicemail and divert.voicemail.queue
        if not queue:
            continue
        path: KeyPath = ("divert", name, "voicemail", "queue")
        if queue not in queues:
            yield Finding(path, *known_names(queue, queues, "queue"))
        elif not any(queue in (group.skills or queues) for group in groups):
            yield Finding(
                path, f"nobody serves the queue '{queue}'", "its agents call back who leaves a message"
            )


CHECKS = (check_queues, check_rules, check_what_they_do, check_voicemail)
