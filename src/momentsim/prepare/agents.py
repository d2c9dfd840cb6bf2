"""Individual agents: emotional intelligence, skill, speed and tenure, each by the agent's own keyed draws."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

from momentsim.compiler.decorators import compiled
from momentsim.contract.plan import AGENT, MONTH, SCALE_MEAN, SCALE_SD, Table
from momentsim.draws import Key, Purpose, exponential, name_key, normal, uniform
from momentsim.prepare.calendar import of_seconds
from momentsim.prepare.careers import fill_seats
from momentsim.scenario.types import Group

STANDARD_NORMAL: Final = NormalDist()
STANDARD_PURPOSES: Final = (
    Purpose.AGENT_EMPATHY,
    Purpose.AGENT_SKILL,
    Purpose.AGENT_SPEED,
    Purpose.AGENT_TENURE,
    Purpose.AGENT_KNOWLEDGE,
)
"""What the columns of `standard_draws` are for."""


def agent_names(name: str, group: Group, heads: int) -> tuple[tuple[str | int, ...], ...]:
    """What owns the draws of each agent of a group: group and ordinal, with shifts also the shift.

    So one head more in a shift, or one shift more, leaves all other agents as they were.
    """
    if group.shifts is None:
        return tuple((name, ordinal) for ordinal in range(heads))
    return tuple(
        (name, title, ordinal) for title, shift in group.shifts.items() for ordinal in range(shift.heads)
    )


def agent_keys(names: Sequence[tuple[str | int, ...]]) -> npt.NDArray[np.uint64]:
    """Keys of agents by their names."""
    return np.array([name_key("agent", *parts) for parts in names], np.uint64)


@compiled
def standard_draws(key: Key, owners: npt.NDArray[np.uint64], out: npt.NDArray[np.float64]) -> None:
    """For each agent: scores of empathy, skill, speed (normal), tenure (exponential, mean 1), knowledge (normal)."""
    for agent in range(len(owners)):
        out[agent, 0] = normal(key, owners[agent], Purpose.AGENT_EMPATHY, 0)
        out[agent, 1] = normal(key, owners[agent], Purpose.AGENT_SKILL, 0)
        out[agent, 2] = normal(key, owners[agent], Purpose.AGENT_SPEED, 0)
        out[agent, 3] = exponential(key, owners[agent], Purpose.AGENT_TENURE, 0)
        out[agent, 4] = normal(key, owners[agent], Purpose.AGENT_KNOWLEDGE, 0)


@compiled
def places_in_strips(key: Key, owners: npt.NDArray[np.uint64], out: npt.NDArray[np.float64]) -> None:
    """For each agent and column of `standard_draws`: where in its strip (0..1) it stands when spread evenly."""
    for agent in range(len(owners)):
        out[agent, 0] = uniform(key, owners[agent], Purpose.AGENT_EMPATHY, 1)
        out[agent, 1] = uniform(key, owners[agent], Purpose.AGENT_SKILL, 1)
        out[agent, 2] = uniform(key, owners[agent], Purpose.AGENT_SPEED, 1)
        out[agent, 3] = uniform(key, owners[agent], Purpose.AGENT_TENURE, 1)
        out[agent, 4] = uniform(key, owners[agent], Purpose.AGENT_KNOWLEDGE, 1)


def spread_evenly(
    key: Key, owners: npt.NDArray[np.uint64], draws: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Draws in the same order of agents, but one in each of equal strips of their laws; where, is a draw of its own.

    For the pilot: so a few agents have nearly the mean and the spread of all who could have been drawn.
    """
    even, places = np.empty(draws.shape), np.empty(draws.shape)
    places_in_strips(key, owners, places)
    for column, purpose in enumerate(STANDARD_PURPOSES):
        ranks = np.empty(len(draws))
        ranks[np.argsort(draws[:, column], kind="stable")] = np.arange(len(draws))
        shares = (ranks + places[:, column]) / len(draws)
        shares = np.clip(shares, 1e-12, 1.0 - 1e-12)
        if purpose == Purpose.AGENT_TENURE:
            even[:, column] = -np.log1p(-shares)
        else:
            even[:, column] = [STANDARD_NORMAL.inv_cdf(share) for share in shares.tolist()]
    return even


def learning_pace(
    tenure_months: npt.NDArray[np.float64], gap: float, tau_months: float
) -> npt.NDArray[np.float64]:
    """Factor on handling times: speed is 1 - gap*exp(-tenure/tau), 1 for the experienced (E2.11.6)."""
    return 1.0 / (1.0 - gap * np.exp(-tenure_months / tau_months))


def agent_rows(
    key: Key,
    groups: Sequence[Group],
    owners: Sequence[npt.NDArray[np.uint64]],
    learning: tuple[float, float] | None,
    *,
    evenly: bool = False,
) -> Table:
    """AGENT rows of all groups, group by group; `learning` is (gap, tau in months), None when switched off.

    `evenly` spreads the agents of each group over what they are drawn from (see `spread_evenly`).

    `pace` multiplies handling times: exp(sd*N - sd^2/2), mean 1 between agents, times the factor of learning.
    An experienced agent of average speed has 1: a group with novices is slower than its handling times say.
    """
    rows = np.zeros(sum(len(keys) for keys in owners), AGENT)
    first = 0
    for number, (group, keys) in enumerate(zip(groups, owners, strict=True)):
        part = rows[first : first + len(keys)]
        part["group"], part["key"] = number, keys
        draws = np.empty((len(keys), 5))
        standard_draws(key, keys, draws)
        if evenly:
            draws = spread_evenly(key, keys, draws)
        _draw_individuals(part, draws, group, learning)
        fill_seats(part, key, group)
        first += len(keys)
    return rows


def heart_threshold(agents: Table, share: float) -> float:
    """Emotional intelligence (z) from which on agents are kept for moments of truth: that of the last of the share.

    Agents of all groups count, called reserves too. It is that of the centre as it starts: who is above may change.
    """
    kept = round(share * len(agents))
    return float(np.sort(agents["emotional_intelligence"])[len(agents) - kept]) if kept else np.inf


def _draw_individuals(
    rows: Table, draws: npt.NDArray[np.float64], group: Group, learning: tuple[float, float] | None
) -> None:
    points = group.emotional_intelligence_mean + group.emotional_intelligence_sd * draws[:, 0]
    rows["emotional_intelligence"] = (points - SCALE_MEAN) / SCALE_SD
    rows["skill"] = group.skill_mean + group.skill_sd * draws[:, 1]
    rows["knowledge"] = group.knowledge_sd * draws[:, 4]
    rows["own_pace"] = np.exp(group.speed_sd * draws[:, 2] - 0.5 * group.speed_sd**2)
    rows["pace"] = rows["own_pace"]
    rows["tenure"] = draws[:, 3] * of_seconds(group.tenure_mean)
    if learning is not None:
        tenure_months = draws[:, 3] * (of_seconds(group.tenure_mean) / MONTH)
        rows["pace"] *= learning_pace(tenure_months, *learning)
