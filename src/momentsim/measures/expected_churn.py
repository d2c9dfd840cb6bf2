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
from momentsim.contract.plan import DAY
from momentsim.rules.loyalty import fade, hazard_integral


@compiled
def add_changes(
    customers: npt.NDArray[np.void],
    segments: npt.NDArray[np.void],
    effects: npt.NDArray[np.void],
    sums: npt.NDArray[np.void],
    horizon: float,
    outlook: float,
    brand: float,
) -> None:
    """Add what changed for each customer (trace.CUSTOMER) to the row of its segment in `sums` (people.PEOPLE).

    With what happened against a life without contacts up to the end of the `horizon`. Classes of NPS and wallets are
    those at that end, where everybody is displaced by `brand` (SD) besides; staying and leaving are expectations. Until
    the date of the `outlook` both lives go on among the usual contacts. Times are microseconds.
    """
    slope = effects[0]["churn_slope"]
    half_life = effects[0]["displacement_half_life_d"] * DAY
    mending = effects[0]["grievance_half_life_d"] * DAY
    relaxing = effects[0]["wallet_half_life_d"] * DAY
    for number in range(len(customers)):
        row = customers[number]
        segment = segments[row["segment"]]
        changed = sums[row["segment"]]
        norm, touched = row["norm"], float(row["touched"])
        start = row["attitude_at_start"]
        calm = horizon - float(max(row["joined"], 0))
        elapsed = (
            horizon - touched
        )  # below 0 for whoever was touched in the run-out: then back to the horizon's end
        attitude = relaxed(row["attitude"], segment["attitude_rest"], elapsed, half_life)
        if row["churned"] >= 0:  # as an expectation they live on among the usual contacts
            attitude = row["attitude"]
            at_horizon = row["hazard"] + segment["usual_hazard"] * math.exp(-slope * norm) * elapsed
            y, grievance = 0.0, segment["grievance"]
        else:
            y = relaxed(row["behaviour"], segment["behaviour_rest"], elapsed, half_life)
            grievance = fade(row["grievance"], elapsed, mending)
            at_horizon = row["hazard"]
            if elapsed < 0.0:
                at_horizon -= quiet_hazard(segment, effects, norm, y, grievance, -elapsed)
            else:
                at_horizon += quiet_hazard(
                    segment, effects, norm, row["behaviour"], row["grievance"], elapsed
                )
        y_start = effects[0]["kappa"] * start
        at_horizon_quiet = quiet_hazard(segment, effects, norm, y_start, segment["grievance"], calm)
        stay, stay_quiet = math.exp(-max(at_horizon, 0.0)), math.exp(-at_horizon_quiet)
        stay_long = stay * math.exp(-usual_hazard(segment, effects, norm, y, grievance, outlook - horizon))
        y_quiet = relaxed(y_start, segment["behaviour_rest"], calm, half_life)
        left_open = fade(segment["grievance"], calm, mending)
        leaves = usual_hazard(segment, effects, norm, y_quiet, left_open, outlook - horizon)
        stay_long_quiet = stay_quiet * math.exp(-leaves)

        changed["touched"] += 1.0
        quiet = relaxed(start, segment["attitude_rest"], calm, half_life)
        changed["class_change"] += nps_class(segment, norm + attitude + brand)
        changed["class_change"] -= nps_class(segment, norm + quiet + brand)
        changed["stayers_change"] += stay - stay_quiet
        changed["leavers_change"] += (stay - stay_long) - (stay_quiet - stay_long_quiet)
        changed["lost_change"] += stay_long_quiet - stay_long
        rest = segment["wallet_rest"]
        wallet = relaxed(row["wallet_target"], rest, elapsed, relaxing)
        changed["wallet_change"] += row["value"] * (wallet - relaxed(1.0, rest, calm, relaxing))


@compiled
def quiet_shares(
    segment: npt.NDArray[np.void],
    effects: npt.NDArray[np.void],
    starts: npt.NDArray[np.float64],
    leans: npt.NDArray[np.float64],
    nodes: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    calm: float,
    longer: float,
    shares: npt.NDArray[np.float64],
) -> None:
    """Write into `shares` who stays for `calm` without contacts, and who leaves within `longer` after that.

    Those live among the usual contacts. Mean over norms, by nodes and weights, and over equally likely attitudes at
    the start, to which the norm adds `leans`. `segment` is one row. (A function that returns two numbers could not be
    called without the compiler.)
    """
    about = segment[0]
    stays, leaves = 0.0, 0.0
    half_life = effects[0]["displacement_half_life_d"] * DAY
    left_open = fade(about["grievance"], calm, effects[0]["grievance_half_life_d"] * DAY)
    for node in range(len(nodes)):
        for part in range(len(starts)):
            y = effects[0]["kappa"] * (starts[part] + leans[node])
            stay = math.exp(-quiet_hazard(about, effects, nodes[node], y, about["grievance"], calm))
            then = relaxed(y, about["behaviour_rest"], calm, half_life)
            leave = -math.expm1(-usual_hazard(about, effects, nodes[node], then, left_open, longer))
            stays += weights[node] * stay / len(starts)
            leaves += weights[node] * stay * leave / len(starts)
    shares[0] = stays
    shares[1] = leaves


@compiled_inside
def quiet_hazard(
    segment: Any, effects: Any, norm: float, y: float, grievance: float, duration: float
) -> float:
    """Hazard integrated over `duration` without contacts, from behaviour y and a grievance on."""
    slope = effects[0]["churn_slope"]
    half_life = effects[0]["displacement_half_life_d"] * DAY
    ratio = half_life / (effects[0]["grievance_half_life_d"] * DAY)
    rest = segment["behaviour_rest"]
    rate = segment["hazard"] * math.exp(-slope * (norm + rest))
    harm = effects[0]["churn_per_grievance"] * grievance
    left = fade(1.0, duration, half_life)
    return float(hazard_integral(rate, y - rest, slope, half_life, duration, left, harm, ratio))


@compiled_inside
def usual_hazard(
    segment: Any, effects: Any, norm: float, y: float, grievance: float, duration: float
) -> float:
    """The same among the usual contacts of the reference: behaviour fades to 0, the grievance to the usual one."""
    slope = effects[0]["churn_slope"]
    half_life = effects[0]["displacement_half_life_d"] * DAY
    ratio = half_life / (effects[0]["grievance_half_life_d"] * DAY)
    rate = segment["usual_hazard"] * math.exp(-slope * norm)
    per = effects[0]["churn_per_grievance"]
    harm = per * (grievance - segment["grievance"]) / (1.0 + per * segment["grievance"])
    left = fade(1.0, duration, half_life)
    return float(hazard_integral(rate, y, slope, half_life, duration, left, harm, ratio))


@compiled_inside
def relaxed(value: float, rest: float, elapsed: float, half_life: float) -> float:
    """What goes to its rest, after `elapsed`; before, if that is below 0."""
    return rest + fade(value - rest, elapsed, half_life)


@compiled_inside
def nps_class(segment: Any, attitude: float) -> float:
    """1 promoter, -1 detractor, 0 neither, by the segment's own cuts."""
    if attitude > segment["promoter_above"]:
        return 1.0
    if attitude < segment["detractor_below"]:
        return -1.0
    return 0.0
