"""What was lived through, customer by customer, against the same life without it: a compiled loop.

A run leaves hundreds of thousands of touched customers, and each needs half a dozen exponentials; as whole
columns they would go through memory some thirty times.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from momentsim.compiler.decorators import compiled, compiled_inside
from momentsim.rules.loyalty import fade, hazard_integral


@compiled
def add_changes(
    customers: npt.NDArray[np.void],
    segments: npt.NDArray[np.void],
    sums: npt.NDArray[np.void],
    horizon: float,
    outlook: float,
    churn_slope: float,
    half_life: float,
    brand: float,
) -> None:
    """Add what changed for each customer (trace.CUSTOMER) to the row of its segment in `sums` (people.PEOPLE).

    Classes of NPS and wallets are those at the end of the `horizon`, where everybody is displaced by `brand` (SD)
    besides; staying and leaving are expectations, leaving by the date of the `outlook`. Times, and the half-life
    of displacements, are microseconds.
    """
    for number in range(len(customers)):
        row = customers[number]
        segment = segments[row["segment"]]
        changed = sums[row["segment"]]
        norm, y, touched = row["norm"], row["behaviour"], float(row["touched"])
        since = float(max(row["joined"], 0))
        rate = segment["hazard"] * math.exp(-churn_slope * norm)

        elapsed = max(horizon - touched, 0.0)
        left = fade(1.0, elapsed, half_life)
        at_horizon = row["hazard"] + hazard_integral(rate, y, churn_slope, half_life, elapsed, left, 0.0, 2.0)
        # Whoever is touched in the run-out has integrated too far; those days go back at displacement 0.
        at_horizon = max(at_horizon - rate * max(touched - horizon, 0.0), 0.0)
        stay, stay_quiet = math.exp(-at_horizon), math.exp(-rate * (horizon - since))

        longer = max(outlook - touched, 0.0)
        left_longer = fade(1.0, longer, half_life)
        at_outlook = row["hazard"] + hazard_integral(
            rate, y, churn_slope, half_life, longer, left_longer, 0.0, 2.0
        )
        stay_long, stay_long_quiet = math.exp(-at_outlook), math.exp(-rate * (outlook - since))

        changed["touched"] += 1.0
        attitude = norm + row["attitude"] * left + brand
        changed["class_change"] += nps_class(segment, attitude) - nps_class(segment, norm)
        changed["stayers_change"] += stay - stay_quiet
        changed["leavers_change"] += (stay - stay_long) - (stay_quiet - stay_long_quiet)
        changed["lost_change"] += stay_long_quiet - stay_long
        changed["wallet_change"] += row["value"] * (row["wallet_target"] - 1.0)


@compiled_inside
def nps_class(segment: Any, attitude: float) -> float:
    """1 promoter, -1 detractor, 0 neither, by the segment's own cuts."""
    if attitude > segment["promoter_above"]:
        return 1.0
    if attitude < segment["detractor_below"]:
        return -1.0
    return 0.0
