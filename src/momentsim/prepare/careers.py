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


def exits_in_the_long_run(hazard: float, values: Mapping[str, float]) -> float:
    """Exits per seat and month of a group that has had this hazard (per month at tenure factor 1) for long.

    One over the mean time in the job, integrated over the steps of the tenure factor (E2.11.3).
    """
    stays, mean = 1.0, 0.0
    for name, months in (
        ("exit_factor_first", 3.0),
        ("exit_factor_year", 9.0),
        ("exit_factor_later", math.inf),
    ):
        rate = hazard * values[name]
        left = math.exp(-rate * months)
        mean += stays * (1.0 - left) / rate
        stays *= left
    return 1.0 / mean


def hazard_factor(total: float, group: Group, values: Mapping[str, float]) -> float:
    """Factor on the hazard of quitting under which a group's exits in the long run are `total` times the usual.

    Who leaves less often stays longer, and who has been there longer leaves less often still: that is a part of a
    published total, so the hazard falls by less. By bisection; `total` itself where nobody leaves.
    """
    hazard = exit_hazard(group, values)
    if hazard <= 0.0 or total <= 0.0:
        return total
    wanted = total * exits_in_the_long_run(hazard, values)
    low, high = min(total * total, total), max(total * total, 1.0, total)
    for _ in range(60):
        middle = math.sqrt(low * high)
        if exits_in_the_long_run(middle * hazard, values) < wanted:
            low = middle
        else:
            high = middle
    return math.sqrt(low * high)


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
    for name in ("autonomy", "script"):
        row[f"usual_{name}"] = registry.get(f"workforce.groups.*.{name}").value


def fill_seats(rows: Table, key: Key, group: Group) -> None:
    """When vacant seats of a group's AGENT rows are filled."""
    share = vacant_share(group)
    if group.careers is not None and share > 0.0:
        lag = float(of_seconds(group.careers.hiring_lag))
        until = np.zeros(len(rows), np.int64)
        empty_seats(key, rows["key"].copy(), share, lag, until)
        rows["vacant_until"] = until
