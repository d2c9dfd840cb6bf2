"""Checks of callback offers and announcements: queues and moments exist, somebody hears them and somebody can call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.findings import Finding
from momentsim.scenario.sections.opening_hours import EVERY_QUEUE
from momentsim.scenario.sections.opening_hours_checks import queues_in
from momentsim.scenario.sections.operation_checks import known_names
from momentsim.scenario.types import Announcement, Group, Scenario


def check_offered_queues(scenario: Scenario) -> Iterator[Finding]:
    """Callbacks and announcements are for queues that exist and that callers reach first.

    Who is passed on stays on the line: nothing is offered or told there.
    """
    queues = queues_in(scenario)
    for section, named in _offers_of(scenario).items():
        for name in named:
            path: KeyPath = ("waiting", section, name)
            if name != EVERY_QUEUE and name not in queues:
                yield Finding(path, *known_names(name, (*queues, EVERY_QUEUE), "queue"))
            elif name != EVERY_QUEUE and not moments_of_queue(scenario, name):
                what = f"no moment reaches the queue '{name}' first; who is passed on stays on the line"
                yield Finding(path, what, "leave it out, or name a moment's own skill")


def check_callers_back(scenario: Scenario) -> Iterator[Finding]:
    """Somebody who is not only a reserve serves every queue with a callback offer."""
    queues = queues_in(scenario)
    for name in scenario.waiting.callbacks:
        for queue in queues if name == EVERY_QUEUE else (name,):
            if queue in queues and moments_of_queue(scenario, queue) and not callers_of(scenario, queue):
                path: KeyPath = ("waiting", "callbacks", name)
                what = f"no agent of the queue '{queue}' could call anybody back"
                yield Finding(path, what, "give a group with heads this skill, or leave the offer out")


def check_messages(scenario: Scenario) -> Iterator[Finding]:
    """A message answers moments that exist and that hear it; an announcement says something."""
    for name, told in scenario.waiting.announcements.items():
        yield from findings_of_announcement(scenario, name, told, ("waiting", "announcements", name))


def findings_of_announcement(
    scenario: Scenario, name: str, told: Announcement, path: KeyPath
) -> Iterator[Finding]:
    """What is wrong with one announcement, of a queue or of all."""
    queues = queues_in(scenario)
    if told.tells == "nothing" and told.message is None:
        yield Finding((*path, "tells"), "nothing is told here", "tell the wait, or write a message")
    if told.tells == "wait" and told.band % 60:
        yield Finding((*path, "band"), f"{told.band:g} s are no whole minutes", "write 5 min, for instance")
    for moment in {} if told.message is None else told.message.answers:
        key: KeyPath = (*path, "message", "answers", moment)
        if moment not in scenario.moments:
            yield Finding(key, *known_names(moment, scenario.moments, "moment"))
        elif name != EVERY_QUEUE and name in queues and moment not in moments_of_queue(scenario, name):
            here = ", ".join(moments_of_queue(scenario, name))
            yield Finding(key, f"callers of '{moment}' do not reach the queue '{name}'", f"here are {here}")


def moments_of_queue(scenario: Scenario, queue: str) -> tuple[str, ...]:
    """Moments whose callers reach this queue first."""
    queues = queues_in(scenario)
    return tuple(name for name, moment in scenario.moments.items() if (moment.skill or queues[0]) == queue)


def _offers_of(scenario: Scenario) -> dict[str, Mapping[str, object]]:
    return {"callbacks": scenario.waiting.callbacks, "announcements": scenario.waiting.announcements}


def callers_of(scenario: Scenario, queue: str) -> list[Group]:
    """Groups that serve a queue in usual times and have somebody, as far as the file says."""
    return [
        group
        for group in scenario.workforce.groups.values()
        if queue in (group.skills or (queue,)) and not group.reserve and group.heads != 0
    ]


Check = Callable[[Scenario], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (check_offered_queues, check_callers_back, check_messages)
