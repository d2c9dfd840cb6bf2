"""Warnings that only results can give: triggers that never acted, or acted at their first chance everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import MINUTE, LeverAction, Table, Why
from momentsim.prepare.calendar import of_seconds
from momentsim.scenario.sections.lever_conditions import read_condition

if TYPE_CHECKING:
    from momentsim.runs.result import Result


def lever_warnings(result: Result) -> Iterator[str]:
    """One text for each trigger that tells nothing apart; none for a replay, in which triggers do not act.

    What is pulled in the run-out comes too late to count.
    """
    if result.steering.pulls is not None or not result.pulled:
        return
    scenario = result.loaded.scenario
    for name, lever in scenario.levers.items():
        if lever.when is None:
            continue
        number = result.names.levers.index(name)
        first = {
            replication: min(
                rows["time"][_by_trigger(rows, number, of_seconds(scenario.horizon))], default=None
            )
            for replication, rows in result.pulled.items()
        }
        acted = [time for time in first.values() if time is not None]
        if not acted:
            yield f"levers.{name}.when: it pulled in 0 of {len(first)} replications"
        hold = of_seconds(read_condition(lever.when).hold_s)
        if len(acted) == len(first) and max(acted) < hold + 2 * MINUTE:
            yield f"levers.{name}.when: it pulled at once in all {len(first)} replications"


def _by_trigger(rows: Table, lever: int, horizon: int) -> npt.NDArray[np.bool_]:
    pulled = (rows["lever"] == lever) & (rows["action"] == LeverAction.PULL)
    return np.asarray(pulled & (rows["why"] == Why.TRIGGER) & (rows["time"] < horizon), np.bool_)
