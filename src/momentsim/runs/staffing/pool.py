"""Who is staffed: groups that share skills make a pool, and the goal holds for the contacts of that pool.

Groups that share a skill, directly or through others, are planned as one: their contacts, handling times and
patience are pooled, and the heads that the pool needs are divided among its groups as they share the work now.
Groups that are not to be staffed stay as they are, and their heads are taken off the need.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from momentsim.errors import MomentsimError
from momentsim.prepare.blueprint import Blueprint
from momentsim.runs.staffing.written_heads import written_heads
from momentsim.scenario import LoadedScenario
from momentsim.scenario.types import Group
from momentsim.suggestions import did_you_mean

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pool:
    """Groups staffed together, whose contacts they take, and who works beside them."""

    groups: tuple[str, ...]
    skills: tuple[int, ...]
    """Places of the skills in the names of the scenario's queues."""
    skill_names: tuple[str, ...]
    beside: FloatArray
    """Heads at work (net) of the pool's other groups, by interval."""
    weights: FloatArray
    """By interval and staffed group: how the groups share the heads now, each row sums to 1."""
    kept: FloatArray
    """Share of rostered heads who are at work, by staffed group: (1 - shrinkage) x (1 - absence)."""

    @property
    def kept_of_one_group(self) -> float:
        """Share of rostered heads at work; 1 for several groups, whose heads at work are divided whole."""
        return float(self.kept[0]) if len(self.groups) == 1 else 1.0

    def divide(self, heads: FloatArray | IntArray) -> FloatArray:
        """Heads of the pool divided among its groups, (intervals, groups).

        By highest averages (Webster, Sainte-Lague): one head more in all is one head more in one group.
        """
        shares = np.zeros(self.weights.shape, np.float64)
        rows = np.arange(len(heads))
        if len(self.groups) == 1:
            return heads[:, None].astype(np.float64)
        for given in range(int(heads.max(initial=0))):
            wanting = rows[heads > given]
            quotient = self.weights[wanting] / (2 * shares[wanting] + 1)
            shares[wanting, quotient.argmax(axis=1)] += 1
        return shares

    def roster_heads(self, heads: FloatArray | IntArray) -> IntArray:
        """Heads to roster so that so many (intervals, groups) are at work on average: net / kept, rounded up."""
        return np.ceil(heads / self.kept - 1e-9).astype(np.int64)

    def at_work(self, rostered: IntArray) -> FloatArray:
        """Heads who are at work on average (intervals, groups) of so many rostered."""
        return rostered * self.kept

    def roster_need(self, need: FloatArray) -> IntArray:
        """Heads to roster by interval for a need between whole numbers: rounded up once, over all groups."""
        return np.ceil(need / (self.weights @ self.kept) - 1e-9).astype(np.int64)


def pool_of(loaded: LoadedScenario, blueprint: Blueprint, wanted: Sequence[str]) -> Pool:
    """The pool of the groups wanted, or of all that are no reserves; raises MomentsimError where there is none."""
    groups = loaded.scenario.workforce.groups
    names = _names(groups, wanted)
    places = [list(groups).index(name) for name in names]
    pools = pool_numbers(loaded, blueprint)
    numbers = [pools[place] for place in places]
    if len(set(numbers)) > 1:
        raise MomentsimError(_several(names, numbers))
    return _make_pool(loaded, blueprint, places, _present(loaded, blueprint)[:, places])


def planned_pools(
    loaded: LoadedScenario, blueprint: Blueprint, wanted: Sequence[str], load: FloatArray
) -> list[Pool]:
    """Pools of the groups wanted, in the order of the scenario, where nobody knows yet how they share the work.

    Rule: the load of a queue, erlangs (intervals, queues), falls in equal parts to the groups wanted that serve it.
    """
    places = [list(loaded.scenario.workforce.groups).index(name) for name in wanted]
    serves, pools = serves_of(blueprint), pool_numbers(loaded, blueprint)
    sharing = np.maximum(serves[:, places].sum(axis=1), 1)
    parts = load @ (serves / sharing[:, None])
    together: dict[int, list[int]] = {}
    for place in places:
        together.setdefault(pools[place], []).append(place)
    return [_make_pool(loaded, blueprint, mine, parts[:, mine]) for mine in together.values()]


def _make_pool(
    loaded: LoadedScenario, blueprint: Blueprint, places: Sequence[int], parts: FloatArray
) -> Pool:
    """The pool of the groups at these places, which share heads as `parts` (intervals, groups) say."""
    groups = list(loaded.scenario.workforce.groups.items())
    serves, pools = serves_of(blueprint), pool_numbers(loaded, blueprint)
    beside = [
        number
        for number, (_, group) in enumerate(groups)
        if pools[number] == pools[places[0]] and number not in places and not group.reserve
    ]
    skills = tuple(np.flatnonzero(serves[:, places].any(axis=1)).tolist())
    return Pool(
        tuple(groups[place][0] for place in places),
        skills,
        tuple(blueprint.names.queues[skill] for skill in skills),
        _present(loaded, blueprint)[:, beside].sum(axis=1),
        _weights(parts),
        np.array([_share_kept(groups[place][1]) for place in places]),
    )


def _present(loaded: LoadedScenario, blueprint: Blueprint) -> FloatArray:
    """Heads at work on average as written, (intervals, groups)."""
    groups = loaded.scenario.workforce.groups.values()
    kept: FloatArray = np.array([_share_kept(group) for group in groups])
    return written_heads(blueprint) * kept


def pool_numbers(loaded: LoadedScenario, blueprint: Blueprint) -> list[int]:
    """Pool number of each group; reserves join nobody."""
    reserve = np.array([group.reserve for group in loaded.scenario.workforce.groups.values()])
    return _connect(serves_of(blueprint) & ~reserve)


def _names(groups: dict[str, Group], wanted: Sequence[str]) -> tuple[str, ...]:
    """Groups to staff, in the order of the scenario."""
    problems = []
    for name in wanted:
        if name not in groups:
            meant = did_you_mean(name, groups)
            problems.append(
                f"group '{name}': there is no such group, allowed: {', '.join(groups)}"
                + (f", {meant}" if meant else "")
            )
        elif groups[name].reserve:
            problems.append(
                f"group '{name}': it is a reserve, on duty only once a crisis has called it; staff another group"
            )
    if problems:
        raise MomentsimError("; ".join(problems))
    chosen = [name for name in groups if (name in wanted if wanted else not groups[name].reserve)]
    if not chosen:
        raise MomentsimError("every group is a reserve: there is no group whose heads could be planned")
    return tuple(chosen)


def _several(names: Sequence[str], pools: Sequence[int]) -> str:
    """Groups that share no skills need a goal of their own."""
    apart = [
        [name for name, own in zip(names, pools, strict=True) if own == pool] for pool in sorted(set(pools))
    ]
    listed = "; ".join(" ".join(f"--group {name}" for name in part) for part in apart)
    return (
        f"these groups share no skill and are staffed apart, choose one of: {listed}; or say for each goal of which "
        'queue it is, like "sales: 80/20"'
    )


def serves_of(blueprint: Blueprint) -> npt.NDArray[np.bool_]:
    """(queues, groups): who serves what."""
    table = np.zeros((len(blueprint.names.queues), len(blueprint.names.groups)), np.bool_)
    rows = blueprint.serves_by_group
    table[rows["queue"], rows["group"]] = True
    return table


def _connect(serves: npt.NDArray[np.bool_]) -> list[int]:
    """Pool number of each group: groups that share a skill, directly or through others, have the same."""
    pools = list(range(serves.shape[1]))
    for row in serves:
        members = {pools[group] for group in np.flatnonzero(row)}
        pools = [min(members) if pool in members else pool for pool in pools]
    return pools


def _share_kept(group: Group) -> float:
    return (1.0 - group.shrinkage) * (1.0 - group.absence)


def _weights(present: FloatArray) -> FloatArray:
    """How groups share the heads of an interval; as over the whole horizon where nobody is rostered."""
    overall = present.sum(axis=0)
    overall = (
        overall / overall.sum() if overall.sum() > 0 else np.full(present.shape[1], 1.0 / present.shape[1])
    )
    total = present.sum(axis=1, keepdims=True)
    return np.where(total > 0, present / np.where(total > 0, total, 1.0), overall)
