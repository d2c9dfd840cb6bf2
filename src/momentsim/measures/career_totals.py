"""Careers of agents, summed by group: exits, vacant seats, days missed, burnout, engagement and tenure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import MONTH, SECOND, YEAR, Plan, Table, floats

CAREERS = floats(
    "exits",
    "seat_years",
    "vacant_years",
    "filled_rostered_s",  # rostered time of filled seats
    "absent_s",
    "filled_seats",  # at the horizon's end, as all below
    "burnout_sum",  # SD
    "engagement_sum",  # SD
    "tenure_sum_months",
)
"""By group, within the horizon; all 0 in groups without careers."""


def career_totals(plan: Plan, agents: Table) -> Table:
    """CAREERS row of every group, from AGENT_ROW rows."""
    table = np.zeros(len(plan.groups), CAREERS)
    rows = agents[plan.groups["careers"][agents["group"]] == 1]
    settings = plan.settings[0]
    horizon = int(settings["horizon"] - settings["warm_up"])
    there = rows["tenure"] >= 0
    on_duty = (
        rows["talk"] + rows["wrap"] + rows["idle"] + rows["paused"] - rows["overtime"] + rows["in_breaks"]
    )
    values: dict[str, npt.NDArray[np.float64]] = {
        "exits": rows["exits"],
        "seat_years": np.full(len(rows), horizon / YEAR),
        "vacant_years": rows["vacant"] / YEAR,
        "filled_rostered_s": (on_duty + rows["trained"] + rows["absent"]) / SECOND,
        "absent_s": rows["absent"] / SECOND,
        "filled_seats": there,
        "burnout_sum": np.where(there, rows["burnout"], 0.0),
        "engagement_sum": np.where(there, rows["engagement"], 0.0),
        "tenure_sum_months": np.where(there, rows["tenure"], 0) / MONTH,
    }
    for name, amounts in values.items():
        table[name] = np.bincount(rows["group"], amounts, minlength=len(table))
    return table
