"""What a customer is worth from now on who lives among the usual contacts of the reference.

Beyond now displacement, grievance and wallet fade to the usual, so nothing that a customer will live through is
foreseen but the usual. Worth is margins on pay dates times survival, discounted; what the wallet adds to or takes from
the usual one is told apart, so that both parts are functions of the state alone and whatever is booked as a
difference of worths adds up.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from momentsim.compiler.decorators import compiled, compiled_inside
from momentsim.contract.codes import DAY, MONTH
from momentsim.rules.loyalty import fade, hazard_integral, shown_of_target

CHURN: Final = 0
"""Where `add_worth` adds margins at the usual wallet."""
WALLET: Final = 1
"""Where it adds what the wallet brings beyond."""
WITHIN_12M: Final = 2
"""Where it adds both as far as they are earned within 12 months after the horizon."""

FloatArray = npt.NDArray[np.float64]


@compiled_inside
def harm_beyond_usual(per_grievance: float, grievance: float, usual: float) -> float:
    """By how much an open grievance raises the usual hazard, as a share of it; below 0 for less than the usual one."""
    return per_grievance * (grievance - usual) / (1.0 + per_grievance * usual)


@compiled_inside
def months_of_half_year(rate: float, growth: float) -> float:
    """How many margins of its last date a half-year holds: survival and discounting go back month by month.

    `rate` is the usual hazard per microsecond, `growth` that of discounted money in a month.
    """
    back = month_back(rate, growth)
    return ((((back + 1.0) * back + 1.0) * back + 1.0) * back + 1.0) * back + 1.0


@compiled_inside
def dates_behind(rate: float, growth: float) -> float:
    """How many half-yearly dates for ever after the last one are worth, in that one."""
    return 1.0 / (month_back(rate, growth) ** 6 - 1.0)


@compiled_inside
def month_back(rate: float, growth: float) -> float:
    """What a margin of a date is a month earlier, by survival and discounting.

    Of who leaves within days nothing is left at a date half a year away; the bound keeps powers of it finite.
    """
    return math.exp(min(rate * MONTH, 100.0)) * growth


@compiled_inside
def add_worth(
    sums: FloatArray,
    scale: float,
    effects: Any,
    outlook: Any,
    dates: npt.NDArray[np.int64],
    weights: FloatArray,
    now: float,
    rate: float,
    behaviour: float,
    harm: float,
    wallet: float,
    target: float,
) -> None:
    """Add `scale` x worth from now on, in margins of one pay date, to `sums` (`CHURN`, `WALLET`, `WITHIN_12M`).

    `rate` is the customer's usual hazard per microsecond; behaviour is the displacement, SD; harm comes from
    `harm_beyond_usual`; wallet and its target are factors. `effects` and `outlook` are rows of the plan. Sum over the
    dates after now of weight x wallet x exp(-hazard integrated), with `hazard_integral` of a bond that fades.
    """
    half_life = effects["displacement_half_life_d"] * DAY
    mending = effects["grievance_half_life_d"] * DAY
    lag = effects["wallet_lag_d"] * DAY
    relaxing = effects["wallet_half_life_d"] * DAY
    slope = effects["churn_slope"]
    months = months_of_half_year(rate, outlook["growth"])
    count = len(dates)
    for date in range(count):
        ahead = float(dates[date]) - now
        if ahead <= 0.0:
            continue
        left = fade(1.0, ahead, half_life)
        leaves = hazard_integral(rate, behaviour, slope, half_life, ahead, left, harm, half_life / mending)
        earned = scale * weights[date] * math.exp(-leaves)
        beyond = fade(wallet - 1.0, ahead, lag) + (target - 1.0) * shown_of_target(ahead, lag, relaxing)
        if date < outlook["monthly"]:
            sums[WITHIN_12M] += earned * (1.0 + beyond)
        else:
            earned *= months
        sums[CHURN] += earned
        sums[WALLET] += earned * beyond
        if date == count - 1 and outlook["endless"]:
            sums[CHURN] += earned * dates_behind(rate, outlook["growth"])


@compiled
def fill_usual_prices(
    prices: npt.NDArray[np.void],
    segments: npt.NDArray[np.void],
    jumps: FloatArray,
    norms: FloatArray,
    effects: npt.NDArray[np.void],
    outlook: npt.NDArray[np.void],
    dates: npt.NDArray[np.int64],
    weights: FloatArray,
    start: float,
    sums: FloatArray,
) -> None:
    """Write USUAL_PRICE by reason, segment, month from `start` and norm: worth after the usual jump - before it.

    `jumps` has a row for each reason: what the usual contact adds to behaviour (SD), to the grievance, and to the
    wallet's target (relative). Before it the customer is a usual one.
    `sums` is room for three numbers: code that reserves memory cannot be kept.
    """
    about = effects[0]
    per = about["churn_per_grievance"]
    for reason in range(prices.shape[0]):
        for segment in range(prices.shape[1]):
            for month in range(prices.shape[2]):
                now = start + month * float(MONTH)
                for number in range(prices.shape[3]):
                    usual = segments[segment]["grievance"]
                    rate = segments[segment]["usual_hazard"] * math.exp(-about["churn_slope"] * norms[number])
                    harm = harm_beyond_usual(per, usual + jumps[reason, 1], usual)
                    for place in range(len(sums)):
                        sums[place] = 0.0
                    add_worth(
                        sums, 1.0, about, outlook[0], dates, weights, now, rate,
                        jumps[reason, 0], harm, 1.0, 1.0 + jumps[reason, 2],
                    )  # fmt: skip
                    add_worth(sums, -1.0, about, outlook[0], dates, weights, now, rate, 0.0, 0.0, 1.0, 1.0)
                    prices[reason, segment, month, number]["churn"] = sums[CHURN]
                    prices[reason, segment, month, number]["wallet"] = sums[WALLET]
                    prices[reason, segment, month, number]["within_12m"] = sums[WITHIN_12M]


@compiled
def fill_newcomers(
    values: FloatArray,
    segment: npt.NDArray[np.void],
    norms: FloatArray,
    shares: FloatArray,
    starts: FloatArray,
    effects: npt.NDArray[np.void],
    outlook: npt.NDArray[np.void],
    dates: npt.NDArray[np.int64],
    weights: FloatArray,
    joining: npt.NDArray[np.int64],
    sums: FloatArray,
) -> None:
    """Write the mean worth, in margins of one pay date, of who joins at each time of `joining`.

    Mean over `norms` by their `shares`, which have spending in them; `starts` is behaviour at the start by norm and
    equally likely parts of its law. `segment` is one row, `sums` room for three numbers.
    """
    about = effects[0]
    for row in range(len(joining)):
        for place in range(len(sums)):
            sums[place] = 0.0
        for number in range(len(norms)):
            rate = segment[0]["usual_hazard"] * math.exp(-about["churn_slope"] * norms[number])
            for part in range(starts.shape[1]):
                add_worth(
                    sums, shares[number] / starts.shape[1], about, outlook[0], dates, weights,
                    float(joining[row]), rate, starts[number, part], 0.0, 1.0, 1.0,
                )  # fmt: skip
        values[row] = sums[CHURN] + sums[WALLET]
