"""How groups work before anything happens, and the tables with which programmes change it by day."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import Plan, PracticeField, Table
from momentsim.engine.state import records
from momentsim.engine.state.tables import Tables

_FACTORS: Final = ("matching", "pace_factor", "absence_odds", "exit_factor")
_WEIGHTS: Final = (
    PracticeField.HANDLING_TIME_WEIGHT,
    PracticeField.RESOLUTION_WEIGHT,
    PracticeField.CUSTOMER_VOICE_WEIGHT,
)


def new_practices(plan: Plan) -> Table:
    """How each group works without programmes: as the plan says, else neutral."""
    practices = np.zeros(len(plan.groups), records.PRACTICE)
    for name in practices.dtype.names or ():
        practices[name] = float(name in _FACTORS)
        for says in (plan.effects, plan.groups):
            if name in (says.dtype.names or ()):
                practices[name] = says[name]
    practices["autonomy_apart"] = practices["autonomy"]
    return practices


def add_programmes(world: Tables, plan: Plan) -> None:
    """The practices field by field, what they are without programmes, aims at them, and nothing trained yet."""
    values = world["practices"].view(np.float64)
    rows = plan.programmes
    progress = np.zeros(len(rows), records.PROGRESS)
    trains = rows[rows["hours"] > 0]
    courses = np.zeros(int(plan.groups["agents"][trains["group"]].sum()), records.COURSE)
    courses["completed"] = -1
    for row in trains:
        agents = int(plan.groups["agents"][row["group"]])
        courses["left"][row["first_course"] : row["first_course"] + agents] = row["hours"]
    world.put(
        practice_values=values,
        usual_values=values.copy(),
        aims=place_aims(plan, world["practices"]),
        progress=progress,
        courses=courses,
    )


def place_aims(plan: Plan, practices: Table) -> Table:
    """The plan's aims with the place of each field among the values of all groups, and targets after habit.

    Where old habits stay, a target is practised only so far, and the gap of incentives is the distance between
    the weights declared and those practised (half the sum of differences, 0..1).
    """
    aims = plan.aims.copy()
    names = list(practices.dtype.names or ())
    columns = np.array([names.index(field.name.lower()) for field in PracticeField])
    for target_field, aim in enumerate(aims):
        if aim["field"] == PracticeField.INCENTIVE_GAP:
            aim["value"] = aim["habit"] * distance_to_target(plan.aims, target_field, practices)
        elif aim["habit"] > 0.0:
            old = float(practices[aim["group"]][PracticeField(aim["field"]).name.lower()])
            aim["value"] = old + (1.0 - aim["habit"]) * (aim["value"] - old)
    aims["field"] = aims["group"] * len(names) + columns[aims["field"]]
    return aims


def distance_to_target(aims: Table, field: int, practices: Table) -> float:
    """Half the sum of differences between the usual weights of incentives and a programme's."""
    own = aims[(aims["row"] == aims["row"][field]) & (aims["group"] == aims["group"][field])]
    usual = practices[aims["group"][field]]
    differences: npt.NDArray[np.float64] = np.array(
        [
            own["value"][own["field"] == weight][0] - usual[PracticeField(weight).name.lower()]
            for weight in _WEIGHTS
        ]
    )
    return float(0.5 * np.abs(differences).sum())
