"""Teams beside each other: what the agents of each did, and how far the best and the worst lie apart.

A moment belongs to the agent who ended it, at the end of the last talk; moments that ended without one (hung up,
solved in self-service, told by a notice) belong to nobody. Who is in a team and what the team is like is drawn
anew in every replication, so teams are compared within one, and the distances averaged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import Names
from momentsim.measures.digest import Digest
from momentsim.measures.summary import Tabular
from momentsim.scenario.types import Scenario

if TYPE_CHECKING:
    import pandas as pd

FloatArray = npt.NDArray[np.float64]

SHARES: Final = {"delight_share": "delight", "let_down_share": "let_down", "resolved_share": "resolved"}
"""Column -> sum over the team's agents; each is a share of the moments that they ended."""
GRID: Final = np.linspace(-9.0, 9.0, 1801)


class Spread(NamedTuple):
    """Best and worst of teams that do the same work, means over replications."""

    groups: tuple[str, ...]
    column: str
    best: float
    worst: float
    by_chance: float
    """Distance of best and worst that luck alone would give teams that are exactly alike."""


def teams_table(scenario: Scenario, names: Names, digests: Sequence[Digest]) -> pd.DataFrame:
    """One row per replication and team; a group without teams is one team with a blank number."""
    import pandas as pd

    columns = team_columns(scenario, names, digests)
    numbers = columns["team"]
    return pd.DataFrame({**columns, "team": pd.arrays.IntegerArray(numbers, numbers == 0)})


def team_columns(scenario: Scenario, names: Names, digests: Sequence[Digest]) -> dict[str, Any]:
    """The columns of that table; here 0 is the number of a team without one."""
    every = np.concatenate([digest.teams[: len(names.teams)] for digest in digests])
    repeat = len(digests)
    moments = every["moments"]
    shares = {column: _ratio(every[name], moments) for column, name in SHARES.items()}
    if not scenario.behaviour.memory:
        for column in ("delight_share", "let_down_share"):
            shares[column] = np.full(len(every), np.nan)  # nothing is remembered, so nothing is labelled
    quality = _ratio(every["quality"], every["contacts"])
    return {
        "replication": np.repeat(np.arange(1, repeat + 1, dtype=np.int32), len(names.teams)),
        "group": [team.group for team in names.teams] * repeat,
        "team": np.array([team.team for team in names.teams] * repeat, np.int32),
        "site": [team.site for team in names.teams] * repeat,
        **{name: every[name].astype(np.int64) for name in ("agents", "contacts", "moments")},
        **shares,
        "quality_mean": quality if scenario.behaviour.memory else np.full(len(every), np.nan),
    }


def _ratio(top: FloatArray, bottom: FloatArray) -> FloatArray:
    """A share, blank where there is nothing to share."""
    return np.where(bottom > 0, top / np.where(bottom > 0, bottom, 1.0), np.nan)


def peers(scenario: Scenario) -> list[tuple[str, ...]]:
    """Groups that do the same work, by the skills they serve."""
    groups: dict[tuple[str, ...] | None, list[str]] = {}
    for name, group in scenario.workforce.groups.items():
        groups.setdefault(group.skills, []).append(name)
    return [tuple(names) for names in groups.values()]


def spreads(scenario: Scenario, teams: Tabular) -> Iterator[Spread]:
    """Best and worst of each set of comparable teams; sets of one team have none, and blanks are left out."""
    replication = np.asarray(teams["replication"])
    moments = np.asarray(teams["moments"], np.float64)
    for groups in peers(scenario):
        part = np.array([group in groups for group in teams["group"]], np.bool_) & (moments > 0)
        for column in SHARES:
            shares = np.asarray(teams[column], np.float64)
            known = part & ~np.isnan(shares)
            sets = [known & (replication == number) for number in np.unique(replication[known])]
            spreads_there = [
                _extremes(shares[each], moments[each], column) for each in sets if np.count_nonzero(each) > 1
            ]
            if spreads_there:
                best, worst, chance = np.mean(np.array(spreads_there), axis=0)
                yield Spread(groups, column, float(best), float(worst), float(chance))


def _extremes(shares: FloatArray, moments: FloatArray, column: str) -> tuple[float, float, float]:
    pooled = float(np.sum(shares * moments) / np.sum(moments))
    ends = float(shares.max()), float(shares.min())
    best, worst = ends[::-1] if column == "let_down_share" else ends
    return best, worst, range_by_chance(pooled, moments)


def range_by_chance(share: float, moments: FloatArray) -> float:
    """Expected distance of the largest and the smallest of shares of so many moments, all with the same chance.

    Normal approximation of the binomial law: the integral over x of 1 - prod F_i(x) - prod(1 - F_i(x)).
    """
    deviations = np.sqrt(share * (1.0 - share) / moments)
    widest = float(deviations.max())
    if widest <= 0.0:
        return 0.0
    below = normal_law(GRID[:, None] * widest / deviations[None, :])
    outside = 1.0 - below.prod(axis=1) - (1.0 - below).prod(axis=1)
    return float(outside.sum() * (GRID[1] - GRID[0]) * widest)  # it is 0 at both ends


def normal_law(points: FloatArray) -> FloatArray:
    """Distribution function of the standard normal law."""
    from scipy.special import ndtr

    return np.asarray(ndtr(points), np.float64)
