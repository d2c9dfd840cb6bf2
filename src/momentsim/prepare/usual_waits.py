"""The wait that customers find normal: the mean that each reason has under the reference operation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from momentsim.contract.plan import MINUTE, Table
from momentsim.contract.trace import legs_of
from momentsim.prepare.reference import Reference
from momentsim.rules.experience import perceived_wait

if TYPE_CHECKING:
    from momentsim.prepare.blueprint import Blueprint


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
    return np.asarray((intervals["answered"] + intervals["abandoned"]).sum(axis=0))


def measure_usual_waits(blueprint: Blueprint, intervals: Sequence[Table]) -> UsualWaits:
    """Usual waits from the INTERVAL rows of each replication of a pilot of `blueprint`; 0 where nobody called."""
    effects = blueprint.effects[0]
    informed = float(effects["wait_informed"]) if blueprint.settings["announce_wait"][0] else 0.0
    waits, attempts = np.zeros(len(blueprint.reasons)), np.zeros(len(blueprint.reasons))
    legs = legs_of(blueprint.reasons, blueprint.diverts)
    calls = legs["message"] == 0
    reason_of = legs["reason"][calls]
    for table in intervals:
        rows = table[:, calls]
        minutes = np.zeros(len(waits))
        np.add.at(minutes, reason_of, (rows["wait_answered"] + rows["wait_abandoned"]).sum(axis=0) / MINUTE)
        waits += [
            perceived_wait(float(each), float(stakes), float(effects["wait_urgent"]), informed)
            for each, stakes in zip(minutes, blueprint.reasons["stakes"], strict=True)
        ]
        np.add.at(attempts, reason_of, attempts_of(rows))
    reasons = {
        name: float(waits[number] / attempts[number])
        for number, name in enumerate(blueprint.names.reasons)
        if attempts[number] > 0
    }
    return UsualWaits(reasons, float(waits.sum() / max(attempts.sum(), 1.0)))
