"""Checks of how people are led: incentives, teams, and decisions beyond the front line."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from momentsim import units
from momentsim.scenario.files.nodes import KeyPath
from momentsim.scenario.findings import Finding
from momentsim.scenario.sections.operation_checks import known_names
from momentsim.scenario.sections.size_checks import heads_of
from momentsim.scenario.types import Group, Scenario

_ROUNDING = 1e-6


def check_incentives(scenario: Scenario) -> Iterator[Finding]:
    """Weights add up to 100 %; practised ones differ from declared ones that are there."""
    for name, group in scenario.workforce.groups.items():
        for key in ("incentives", "incentives_practised"):
            weights = getattr(group, key)
            if weights is not None and abs(sum(weights.weights) - 1.0) > _ROUNDING:
                total = units.format_share(round(sum(weights.weights), 9))
                path: KeyPath = ("workforce", "groups", name, key)
                yield Finding(path, f"the three weights add up to {total}", "together they are 100 %")
        if group.incentives_practised is not None and group.incentives is None:
            path = ("workforce", "groups", name, "incentives_practised")
            what = "nothing is declared that practice could differ from"
            yield Finding(path, what, "write 'incentives' for what agents follow")


def check_teams(scenario: Scenario) -> Iterator[Finding]:
    """Every team has a member; a group of nobody may be one team. Heads of a file are known once it is read, and those
    of a goal once they are planned."""
    for name, group in scenario.workforce.groups.items():
        if group.teams is None or group.heads_file is not None or group.planned is not None:
            continue
        heads = dealt(group)
        if group.teams.count > max(heads, 1):
            what = f"{group.teams.count} teams of {heads} agents: some teams would have no members"
            of_shifts = " (each shift deals its own agents to the teams)" if group.shifts else ""
            yield Finding(
                ("workforce", "groups", name, "teams", "count"), what, f"at most {heads}{of_shifts}"
            )


def dealt(group: Group) -> int:
    """Agents who are dealt to teams in one turn: those of the largest shift, or all of the group."""
    if group.shifts:
        return max(shift.heads for shift in group.shifts.values())
    return heads_of(group)


def check_sites(scenario: Scenario) -> Iterator[Finding]:
    """Sites that differ have names."""
    workforce = scenario.workforce
    if workforce.site_spread > 0 and all(group.site is None for group in workforce.groups.values()):
        yield Finding(("workforce", "site_spread"), "no group names a site", "give groups a 'site'")


def check_home_sites(scenario: Scenario) -> Iterator[Finding]:
    """Customers are at home at one of several sites with agents of their own."""
    workforce = scenario.workforce
    sites = {
        group.site for group in workforce.groups.values() if group.site is not None and not group.reserve
    }
    if workforce.home_sites > 0 and len(sites) < 2:
        what = f"there {'is one site' if sites else 'are no sites'} to be at home at"
        yield Finding(("workforce", "home_sites"), what, "give groups of agents two or more sites by name")


def check_escalation(scenario: Scenario) -> Iterator[Finding]:
    """Needs are passed on to a skill that somebody serves, and not to their own without saying so."""
    served = {skill for group in scenario.workforce.groups.values() for skill in group.skills or ()}
    everything = any(group.skills is None for group in scenario.workforce.groups.values())
    for name, moment in scenario.moments.items():
        skill = moment.escalates_to
        if skill is None:
            continue
        path: KeyPath = ("moments", name, "escalates_to")
        if skill not in served and not everything:
            yield Finding(path, *known_names(skill, sorted(served), "group that serves the skill"))
        if moment.skill is None:
            what = f"needs are passed on to '{skill}', but this moment has no skill of its own"
            yield Finding(path, what, f"write moments.{name}.skill")


CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    check_incentives,
    check_teams,
    check_sites,
    check_home_sites,
    check_escalation,
)
