"""Groups of agents as rows for the engine, and the teams and sites in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import GROUP, SITE, Table, TeamName
from momentsim.draws import Key, Purpose, name_key, normal
from momentsim.prepare.careers import fill_group
from momentsim.prepare.reference import Reference
from momentsim.prepare.rosters import GroupRoster
from momentsim.scenario.types import Group, Scenario


@dataclass(frozen=True, slots=True)
class TeamAssignment:
    """Teams of all groups and who is in them, the same in every replication."""

    names: tuple[TeamName, ...]
    of_agent: npt.NDArray[np.int64]
    """Index of each agent's team."""
    team_spread: npt.NDArray[np.float64]
    """SD of quality, by team."""
    site_spread: float

    def effects(self, key: Key) -> npt.NDArray[np.float64]:
        """What team and site add to quality, by team: normal with mean 0, owned by their names."""
        effects = np.zeros(len(self.names))
        for team, (name, spread) in enumerate(zip(self.names, self.team_spread, strict=True)):
            if spread > 0.0:
                owner = name_key("team", name.group, name.team)
                effects[team] += spread * normal(key, owner, Purpose.TEAM_EFFECT.value, 0)
            if self.site_spread > 0.0 and name.site:
                effects[team] += self.site_spread * normal(
                    key, name_key("site", name.site), Purpose.SITE_EFFECT.value, 0
                )
        return effects


def group_rows(
    groups: Mapping[str, Group],
    rosters: Sequence[GroupRoster],
    values: Mapping[str, float],
    reference: Reference,
) -> Table:
    """GROUP rows; a group without incentives has the usual weights of the registry."""
    rows = np.zeros(len(rosters), GROUP)
    sites = site_names(groups)
    handling, resolution = values["usual_handling_time_weight"], values["usual_resolution_weight"]
    for row, (name, group), roster in zip(rows, groups.items(), rosters, strict=True):
        row["first_agent"], row["agents"] = roster.first_agent, len(roster.owners)
        row["site"] = sites.index(group.site) if group.site is not None else -1
        for field in ("autonomy", "script", "reserve", "authority", "one_voice", "knowledge_sd"):
            row[field] = getattr(group, field)
        weights = group.practised
        row["handling_time_weight"] = handling if weights is None else weights.handling_time
        row["resolution_weight"] = resolution if weights is None else weights.resolution
        voice = 1.0 - handling - resolution
        row["customer_voice_weight"] = voice if weights is None else weights.customer_voice
        row["incentive_gap"] = group.incentive_gap
        row["usual_handling_time_weight"], row["usual_customer_voice_weight"] = handling, voice
        fill_group(row, group, values, reference.strain_of(name))
    return rows


def site_names(groups: Mapping[str, Group]) -> tuple[str, ...]:
    """Sites in the order in which groups name them."""
    return tuple(dict.fromkeys(group.site for group in groups.values() if group.site is not None))


def site_rows(scenario: Scenario, rosters: Sequence[GroupRoster]) -> Table:
    """SITE rows: customers are dealt to sites in proportion to their agents; none where no attempt goes home first."""
    groups = scenario.workforce.groups
    names = site_names(groups)
    if scenario.workforce.home_sites == 0.0:
        return np.zeros(0, SITE)
    agents = np.zeros(len(names))
    for group, roster in zip(groups.values(), rosters, strict=True):
        if group.site is not None and not group.reserve:
            agents[names.index(group.site)] += len(roster.owners)
    rows = np.zeros(len(names), SITE)
    rows["until"] = np.cumsum(agents) / max(float(agents.sum()), 1.0)
    return rows


def assign_teams(scenario: Scenario, rosters: Sequence[GroupRoster]) -> TeamAssignment:
    """Deal agents to teams in turn by their ordinal (within their shift), so that one head more moves nobody."""
    names: list[TeamName] = []
    members: list[npt.NDArray[np.int64]] = []
    spreads: list[float] = []
    workforce = scenario.workforce
    for (name, group), roster in zip(workforce.groups.items(), rosters, strict=True):
        count = 1 if group.teams is None else group.teams.count
        numbers = [0] if group.teams is None else range(1, count + 1)
        members.append(len(names) + _ordinals(group, len(roster.owners)) % count)
        names += [TeamName(name, number, group.site or "") for number in numbers]
        spread = 0.0 if group.teams is None or not scenario.behaviour.teams else group.teams.spread
        spreads += [spread] * count
    sites = workforce.site_spread if scenario.behaviour.teams else 0.0
    return TeamAssignment(tuple(names), np.concatenate(members), np.array(spreads), sites)


def _ordinals(group: Group, heads: int) -> npt.NDArray[np.int64]:
    """Ordinal of each agent of a group, with shifts within the shift."""
    if group.shifts is None:
        return np.arange(heads, dtype=np.int64)
    return np.concatenate(
        [np.zeros(0, np.int64), *[np.arange(shift.heads, dtype=np.int64) for shift in group.shifts.values()]]
    )
