"""The wait that customers find normal: the mean that each reason has under the reference operation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from momentsim.contract.plan import MINUTE, Table, Tells
from momentsim.contract.trace import legs_of
from momentsim.prepare.reference import Reference
from momentsim.rules.experience import perceived_wait

if TYPE_CHECKING:
    from momentsim.prepare.blueprint import Blueprint

_ON_LINE = ("wait_answered", "wait_abandoned")
_FOR_CALLBACK = ("wait_called_back", "wait_not_called")


@dataclass(frozen=True, slots=True)
class UsualWaits:
    """Mean perceived waits in minutes, of all attempts that stood in a queue or met an agent."""

    reasons: dict[str, float] = field(default_factory=dict)
    of_all: float = 0.0
    """For reasons without such attempts."""

    def of(self, reason: str) -> float:
        """The usual wait of one reason."""
        return self.reasons.get(reason, self.of_all)

    def put_into(self, reference: Reference) -> Reference:
        """The same reference with these waits."""
        reasons = {
            name: replace(known, expected_wait=self.of(name)) for name, known in reference.reasons.items()
        }
        fallback = replace(reference.fallback, expected_wait=self.of_all)
        return replace(reference, reasons=reasons, fallback=fallback)


def attempts_of(intervals: Table) -> Table:
    """Legs that stood in a queue or met an agent, by kind; of INTERVAL rows [intervals, legs]."""
    names = ("answered", "abandoned", "not_called")
    return np.asarray(np.sum([intervals[name].sum(axis=0) for name in names], axis=0))


def measure_usual_waits(blueprint: Blueprint, intervals: Sequence[Table]) -> UsualWaits:
    """Usual waits from the INTERVAL rows of each replication of a pilot of `blueprint`; 0 where nobody called."""
    effects, reasons = blueprint.effects[0], blueprint.reasons
    told = _is_told(blueprint)
    waits, attempts = np.zeros(len(reasons)), np.zeros(len(reasons))
    legs = legs_of(reasons, blueprint.queues.diverts)
    calls = legs["message"] == 0
    reason_of = legs["reason"][calls]
    for table in intervals:
        rows = table[:, calls]
        on_line, called_back = np.zeros(len(reasons)), np.zeros(len(reasons))
        np.add.at(on_line, reason_of, _minutes(rows, _ON_LINE))
        np.add.at(called_back, reason_of, _minutes(rows, _FOR_CALLBACK))
        for number, stakes in enumerate(reasons["stakes"]):
            waits[number] += _felt(effects, on_line[number], stakes, told[number])
            waits[number] += effects["wait_callback"] * _felt(effects, called_back[number], stakes, True)
        np.add.at(attempts, reason_of, attempts_of(rows))
    by_reason = {
        name: float(waits[number] / attempts[number])
        for number, name in enumerate(blueprint.names.reasons)
        if attempts[number] > 0
    }
    return UsualWaits(by_reason, float(waits.sum() / max(attempts.sum(), 1.0)))


def _minutes(rows: Table, names: tuple[str, str]) -> Table:
    first, second = names
    return np.asarray((rows[first] + rows[second]).sum(axis=0) / MINUTE)


def _felt(effects: np.void, minutes: float, stakes: float, told: bool) -> float:
    informed = float(effects["wait_informed"]) if told else 0.0
    return perceived_wait(float(minutes), float(stakes), float(effects["wait_urgent"]), informed)


def _is_told(blueprint: Blueprint) -> Table:
    """By reason, whether callers on the line are told how long it takes or where they stand."""
    rows = blueprint.queues.announcements
    queues = rows["queue"][(rows["in_force"] == 1) & (rows["tells"] != Tells.NOTHING)]
    everywhere = blueprint.settings["announce_wait"][0] == 1
    return np.asarray(np.isin(blueprint.reasons["queue"], queues) | everywhere)
