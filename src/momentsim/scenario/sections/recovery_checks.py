"""Checks of recovery, promises and paid tiers: hours exist, and nothing is made good that nobody notices."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from momentsim import units
from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.findings import Finding
from momentsim.scenario.types import Scenario

_TEAM: KeyPath = ("recovery", "team")


def check_team_hours(scenario: Scenario) -> Iterator[Finding]:
    """The recovery team works on some day for some time."""
    team = scenario.recovery.team if scenario.recovery else None
    if team is None:
        return
    if team.start >= team.end:
        span = f"{units.format_time_of_day(team.start)} to {units.format_time_of_day(team.end)}"
        yield Finding((*_TEAM, "end"), f"{span} does not run forwards", 'hours end at "24:00" at the latest')
    if not team.days:
        yield Finding((*_TEAM, "days"), "the list is empty", "leave 'days' out for every day")
    if len(set(team.days)) < len(team.days):
        yield Finding((*_TEAM, "days"), "a weekday is listed twice", "list each day once")


def check_paid_tier(scenario: Scenario) -> Iterator[Finding]:
    """A segment has promises of its own only where some moment makes one."""
    if any(moment.promise for moment in scenario.moments.values()):
        return
    for name, segment in scenario.customers.segments.items():
        for key in ("promise_kept", "promise_within"):
            if getattr(segment, key) is not None:
                path: KeyPath = ("customers", "segments", name, key)
                yield Finding(path, "no moment makes a promise", "give some moment a 'promise'")


def warn_nothing_is_noticed(scenario: Scenario) -> Iterator[Finding]:
    """A team that hears of nothing only costs."""
    recovery = scenario.recovery
    if recovery is None:
        return
    ways = (recovery.survey, recovery.speech_analytics, recovery.complaints, recovery.listening)
    if not any(ways):
        what = "no bad moment is ever noticed"
        yield Finding(("recovery",), what, "switch on survey, speech_analytics, complaints or listening")
    elif not scenario.behaviour.memory:
        what = "memory is off, so no moment is a let-down and nothing is noticed"
        yield Finding(("recovery",), what, "see behaviour.memory")
    if recovery.team is None and (recovery.compensation or recovery.gift):
        yield Finding(("recovery",), "there is no team, so nobody pays anything back", "give it a 'team'")


def warn_promises_beyond_the_run(scenario: Scenario) -> Iterator[Finding]:
    """A promise that falls due after the run-out leaves every moment near the end open."""
    segments = scenario.customers.segments.values()
    for name, moment in scenario.moments.items():
        if moment.promise is None:
            continue
        longest = max(segment.promise_within or moment.promise.within for segment in segments)
        if longest > scenario.run.run_out:
            what = f"falls due {units.format_duration(longest)} after the talk"
            advice = f"the run-out is {units.format_duration(scenario.run.run_out)}: those of the last days stay open"
            yield Finding(("moments", name, "promise", "within"), what, advice)


Check = Callable[[Scenario], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (check_team_hours, check_paid_tier)
WARNINGS: tuple[Check, ...] = (warn_nothing_is_noticed, warn_promises_beyond_the_run)
