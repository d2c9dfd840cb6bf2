"""How far customers are valued, lowered: pay dates and what each counts, usual prices, what a newcomer is worth."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import MONTH, OUTLOOK, PRICED_NORMS, USUAL_PRICE, YEAR, Table
from momentsim.prepare.customers import leans_of, norm_nodes
from momentsim.prepare.reference import Reference
from momentsim.rules.outlook import fill_newcomers, fill_usual_prices
from momentsim.scenario.quantities import FIRST_MONTHS, MOST_MONTHS, months_of
from momentsim.scenario.types import Economics, Segment

FloatArray = npt.NDArray[np.float64]

HALF_YEAR: Final = 6 * MONTH
START_PARTS: Final = 8
"""Parts of the law of attitudes that newcomers start from."""


class PayDates(NamedTuple):
    """Fixed calendar dates on which margins are earned."""

    times: npt.NDArray[np.int64]
    weights: FloatArray
    """(1 + discount rate)^-t, t in years from the scenario's start."""
    about: Table
    """OUTLOOK, one row."""


def pay_dates_of(economics: Economics, start: int, horizon: int) -> PayDates:
    """Monthly dates from the start to twelve months after the horizon, then half-yearly ones, as far as is counted."""
    monthly = np.arange(start + MONTH, horizon + FIRST_MONTHS * MONTH + 1, MONTH, dtype=np.int64)
    months = months_of(economics.outlook)
    further = ((months or MOST_MONTHS) - FIRST_MONTHS) // 6
    times = np.concatenate([monthly, monthly[-1] + HALF_YEAR * np.arange(1, further + 1, dtype=np.int64)])
    about = np.zeros(1, OUTLOOK)
    about["monthly"], about["endless"] = len(monthly), months is None
    about["growth"] = (1.0 + economics.discount_rate) ** (MONTH / YEAR)
    return PayDates(times, (1.0 + economics.discount_rate) ** (-(times - start) / YEAR), about)


def usual_prices(
    reasons: list[str],
    segments: Table,
    effects: Table,
    reference: Reference,
    paid: PayDates,
    window: tuple[int, int],
) -> Table:
    """What the usual contact of each reason costs, by segment, month of the window (start, end) and norm."""
    start, end = window
    months = (end - start) // MONTH + 2
    prices = np.zeros((len(reasons), len(segments), months, PRICED_NORMS), USUAL_PRICE)
    found = [reference.of(name) for name in reasons]
    jumps = np.array(
        [(one.usual_behaviour, one.usual_grievance, one.usual_wallet) for one in found], np.float64
    )
    fill_usual_prices(
        prices, segments, jumps.reshape(-1, 3), np.linspace(-4.0, 4.0, PRICED_NORMS),
        effects, paid.about, paid.times, paid.weights, float(start), np.zeros(3),
    )  # fmt: skip
    return prices


def newcomer_values(
    named: dict[str, Segment], segments: Table, effects: Table, reference: Reference, paid: PayDates,
    joining: npt.NDArray[np.int64],
) -> FloatArray:  # fmt: skip
    """[dates x segments]: expected worth of an average customer who joins on each date; 0 where nobody joins.

    Mean over n ~ N(0, 1) and over attitudes at the start of margin/12 x spend(n) x worth in margins.
    """
    nodes, weights = norm_nodes()
    row = {name: float(effects[name][0]) for name in effects.dtype.names or ()}
    spending = weights * np.exp(row["spend_slope"] * nodes - 0.5 * row["spend_slope"] ** 2)
    values = np.zeros((len(joining), len(segments)))
    for column, name in enumerate(named):
        if segments["joining"][column] <= 0.0:
            continue
        bond = reference.segment(name)
        law = np.array(bond.attitude_law or (0.0,))
        places = (np.arange(START_PARTS) + 0.5) / START_PARTS
        parts = np.interp(places, np.linspace(0.0, 1.0, len(law)), law)
        starts = row["kappa"] * (leans_of(nodes, row, bond)[:, None] + parts)
        worth = np.zeros(len(joining))
        fill_newcomers(
            worth, segments[column : column + 1], nodes, spending, starts,
            effects, paid.about, paid.times, paid.weights, joining, np.zeros(3),
        )  # fmt: skip
        values[:, column] = segments["margin"][column] / 12.0 * worth
    return values
