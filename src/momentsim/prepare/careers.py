"""Careers lowered: the hazard of quitting behind a yearly share, seats that are vacant at first, what is usual."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from momentsim.compiler.decorators import compiled
from momentsim.contract.plan import MONTH, SCALE_MEAN, SCALE_SD, YEAR, Table
from momentsim.draws import Key, Purpose, uniform
from momentsim.prepare.calendar import of_seconds
from momentsim.scenario.evidence import registry
from momentsim.scenario.types import Group


def mean_exit_factor(tenure_mean_months: float, values: Mapping[str, float]) -> float:
    """Mean of the tenure factor over exponential tenures."""
    over = [math.exp(-months / max(tenure_mean_months, 1e-9)) for months in (3.0, 12.0)]
    return (
        values["exit_factor_first"] * (1.0 - over[0])
        + values["exit_factor_year"] * (over[0] - over[1])
        + values["exit_factor_later"] * over[1]
    )


def exit_hazard(group: Group, values: Mapping[str, float]) -> float:
    """Hazard per month at tenure factor 1 under which the group's agents leave at the rate `yearly_exits`.

    The rate is exits in a year over agents there, as centres report it, at the tenures of the start.
    """
    if group.careers is None:
        return 0.0
    tenure = of_seconds(group.tenure_mean) / MONTH
    return group.careers.yearly_exits / 12.0 / mean_exit_factor(tenure, values)


def vacant_share(group: Group) -> float:
    """Share of seats that are vacant in the long run: rate x lag / (1 + rate x lag)."""
    if group.careers is None:
        return 0.0
    missing = group.careers.yearly_exits * of_seconds(group.careers.hiring_lag) / YEAR
    return missing / (1.0 + missing)


@compiled
def empty_seats(
    key: Key, owners: npt.NDArray[np.uint64], share: float, lag: float, until: npt.NDArray[np.int64]
) -> None:
    """Into `until`, for each vacant seat until when it is: microseconds from the beginning.

    As in a centre that has run for long: a share of the seats, each with a part of the lag still to go.
    """
    for seat in range(len(owners)):
        draw = uniform(key, owners[seat], Purpose.VACANCY, 0)
        if draw < share:
            until[seat] = int(draw / share * lag) + 1


def fill_group(row: np.void, group: Group, values: Mapping[str, float], usual_strain: float) -> None:
    """The fields of a GROUP row that careers are about."""
    row["careers"], row["by_shift"] = group.careers is not None, group.shifts is not None
    row["absence"], row["shrinkage"] = group.absence, group.shrinkage
    row["exit_hazard"] = exit_hazard(group, values)
    row["hiring_lag"] = 0 if group.careers is None else of_seconds(group.careers.hiring_lag)
    row["empathy_mean"] = (group.emotional_intelligence_mean - SCALE_MEAN) / SCALE_SD
    row["empathy_sd"] = group.emotional_intelligence_sd / SCALE_SD
    row["skill_mean"], row["skill_sd"] = group.skill_mean, group.skill_sd
    row["speed_sd"] = group.speed_sd
    row["usual_strain"] = usual_strain
    row["usual_autonomy"] = registry.get("workforce.groups.*.autonomy").value


def fill_seats(rows: Table, key: Key, group: Group) -> None:
    """When vacant seats of a group's AGENT rows are filled."""
    share = vacant_share(group)
    if group.careers is not None and share > 0.0:
        lag = float(of_seconds(group.careers.hiring_lag))
        until = np.zeros(len(rows), np.int64)
        empty_seats(key, rows["key"].copy(), share, lag, until)
        rows["vacant_until"] = until
