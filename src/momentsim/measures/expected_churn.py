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
from momentsim.rules.loyalty import fade, hazard_integral, shown_of_target
from momentsim.rules.outlook import add_worth, harm_beyond_usual


@compiled
def add_changes(
    customers: npt.NDArray[np.void],
    segments: npt.NDArray[np.void],
    effects: npt.NDArray[np.void],
    sums: npt.NDArray[np.void],
    horizon: float,
    year_after: float,
    brand: float,
) -> None:
    """Add what changed for each customer (trace.CUSTOMER) to the row of its segment in `sums` (people.PEOPLE).

    With what happened against a life without contacts up to the end of the `horizon`. Classes of NPS and wallets are
    those at that end, where everybody is displaced by `brand` (SD) besides; staying and leaving are expectations. Until
    `year_after` both lives go on among the usual contacts. Times are microseconds.
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
        )  # below 0 for whoever was touched in the run-out, among the usual contacts
        attitude, y, grievance = row["attitude"], row["behaviour"], row["grievance"]
        if row["churned"] >= 0:  # as an expectation they live on among the usual contacts
            at_horizon = row["hazard"] + segment["usual_hazard"] * math.exp(-slope * norm) * elapsed
            y, grievance = 0.0, segment["grievance"]
        else:
            attitude, y = fade(attitude, elapsed, half_life), fade(y, elapsed, half_life)
            grievance = relaxed(grievance, segment["grievance"], elapsed, mending)
            at_horizon = row["hazard"] - usual_hazard(segment, effects, norm, y, grievance, -elapsed)
        y_start = effects[0]["kappa"] * start
        at_horizon_quiet = quiet_hazard(segment, effects, norm, y_start, segment["grievance"], calm)
        stay, stay_quiet = math.exp(-max(at_horizon, 0.0)), math.exp(-at_horizon_quiet)
        stay_long = stay * math.exp(-usual_hazard(segment, effects, norm, y, grievance, year_after - horizon))
        y_quiet = relaxed(y_start, segment["behaviour_rest"], calm, half_life)
        left_open = fade(segment["grievance"], calm, mending)
        leaves = usual_hazard(segment, effects, norm, y_quiet, left_open, year_after - horizon)
        stay_long_quiet = stay_quiet * math.exp(-leaves)

        changed["touched"] += 1.0
        quiet = relaxed(start, segment["attitude_rest"], calm, half_life)
        changed["class_change"] += nps_class(segment, norm + attitude + brand)
        changed["class_change"] -= nps_class(segment, norm + quiet + brand)
        changed["stayers_change"] += stay - stay_quiet
        changed["leavers_change"] += (stay - stay_long) - (stay_quiet - stay_long_quiet)
        changed["lost_change"] += stay_long_quiet - stay_long
        rest = segment["wallet_rest"]
        wallet = relaxed(row["wallet_target"], 1.0, elapsed, relaxing)
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


@compiled
def quiet_rest(
    segment: npt.NDArray[np.void],
    effects: npt.NDArray[np.void],
    outlook: npt.NDArray[np.void],
    dates: npt.NDArray[np.int64],
    date_weights: npt.NDArray[np.float64],
    starts: npt.NDArray[np.float64],
    leans: npt.NDArray[np.float64],
    nodes: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    begin: float,
    horizon: float,
    sums: npt.NDArray[np.float64],
) -> None:
    """Write into `sums` what rest gives to a customer without contacts from `begin` to `horizon`, in margins of a date.

    That is what is earned until then and the worth then, less the worth at the beginning: churn, wallet, and both
    within 12 months. Mean over norms, whose spending is in `weights`, and over attitudes at the start, as in
    `quiet_shares`. `dates` and times are microseconds since one time; segment, effects and outlook are one row.
    """
    about = segment[0]
    slope, calm = effects[0]["churn_slope"], horizon - begin
    half_life = effects[0]["displacement_half_life_d"] * DAY
    usual, rest, wallet_rest = about["grievance"], about["behaviour_rest"], about["wallet_rest"]
    left_open = fade(usual, calm, effects[0]["grievance_half_life_d"] * DAY)
    harm = harm_beyond_usual(effects[0]["churn_per_grievance"], left_open, usual)
    wallet = rested_wallet(wallet_rest, effects, calm)
    target = relaxed(1.0, wallet_rest, calm, effects[0]["wallet_half_life_d"] * DAY)
    sums[:] = 0.0
    for node in range(len(nodes)):
        rate = about["usual_hazard"] * math.exp(-slope * nodes[node])
        for part in range(len(starts)):
            y = effects[0]["kappa"] * (starts[part] + leans[node])
            share = weights[node] / len(starts)
            add_worth(
                sums, -share, effects[0], outlook[0], dates, date_weights, begin, rate, y, 0.0, 1.0, 1.0
            )
            for date in range(len(dates)):
                since = float(dates[date]) - begin
                if since <= 0.0 or since > calm:
                    continue
                stays = math.exp(-quiet_hazard(about, effects, nodes[node], y, usual, since))
                earned = share * stays * date_weights[date]
                beyond = rested_wallet(wallet_rest, effects, since) - 1.0
                sums[0] += earned
                sums[1] += earned * beyond
                sums[2] += earned * (1.0 + beyond)
            stays = math.exp(-quiet_hazard(about, effects, nodes[node], y, usual, calm))
            then = relaxed(y, rest, calm, half_life)
            add_worth(
                sums, share * stays, effects[0], outlook[0], dates, date_weights, horizon, rate, then, harm,
                wallet, target,
            )  # fmt: skip


@compiled_inside
def rested_wallet(rest: float, effects: Any, elapsed: float) -> float:
    """The wallet, 1 at first, after so long without a wallet event."""
    lag = effects[0]["wallet_lag_d"] * DAY
    gap = fade(1.0, elapsed, lag) + shown_of_target(elapsed, lag, effects[0]["wallet_half_life_d"] * DAY)
    return rest + (1.0 - rest) * gap


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
    harm = harm_beyond_usual(effects[0]["churn_per_grievance"], grievance, segment["grievance"])
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
