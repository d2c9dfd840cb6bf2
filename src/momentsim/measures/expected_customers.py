"""Customers in expectation: who would stay, who leaves, and what experience changed, per segment.

Without contacts within the horizon a customer's bond goes to its rest; expected churn is then one integral over
the norm n ~ N(0, 1) (Gauss-Hermite) and over attitudes at the start, from the start or from joining on. Every touched
customer adds the difference between the life they had and the same life without contacts (MODEL 1). After the horizon
both go on among the usual contacts of the reference operation. Survival is an expectation, exp(-integrated hazard),
not the draw of who really left: a week's real churn is nearly 0 and noisy.
"""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import DAY, Plan, Table, floats

FloatArray = npt.NDArray[np.float64]

PEOPLE = floats(
    "touched",  # customers touched
    "joined",  # customers won within the horizon
    "class_change",  # sum over all of NPS class at the end - at the start; a class is -1, 0, 1
    "stayers_quiet",  # expected customers at the horizon's end, had there been no contacts
    "leavers_quiet",  # of these, expected to leave within 12 months after it
    "stayers_usual",  # expected customers at the horizon's end, with the usual contacts of the reference
    "leavers_usual",  # of these, expected to leave within 12 months after it
    "stayers_change",  # with what happened - without, touched customers
    "leavers_change",
    "lost_change",  # expected lost within 12 months after it, with - without, touched customers
    "wallet_change",  # sum of yearly margin x (wallet factor gone to - 1)
    "rest_churn",  # what rest between contacts gave within the horizon, by margins at the usual wallet
    "rest_wallet",  # and by what wallets bring beyond
    "rest_12m",  # both as far as they are earned within 12 months after the horizon
)
"""By segment."""

RESTS = {"rest_churn": "churn", "rest_wallet": "wallet", "rest_12m": "within_12m"}
"""Field of PEOPLE -> that of trace.RESTED."""

ROUNDING = 1e-9
"""Money: what differences of worths of tens of thousands of customers leave where nothing moves is less, and so is
what is left of the value of who has all but left."""

NODES = 60
"""Nodes of the quadrature over the norm: exact to about 1e-12 for churn slopes up to 1."""


def people_totals(plan: Plan, customers: Table, joined: Table, rested: Table) -> Table:
    """PEOPLE row of every segment; `joined` are rows of trace.JOINED, `rested` those of trace.RESTED."""
    from momentsim.measures.expected_churn import (
        add_changes,  # the compiler is loaded only where it is needed
    )

    table = np.zeros(len(plan.segments), PEOPLE)
    horizon, year_after = _dates(plan)
    segments = _segments(plan)
    add_changes(
        np.ascontiguousarray(customers),
        segments,
        plan.effects,
        table,
        float(horizon),
        float(year_after),
        float(brand_at_end(plan)),
    )
    table["joined"] = np.bincount(joined["segment"], minlength=len(table))
    for number, row in enumerate(table):
        there = _quiet(plan, segments, number, np.array([float(horizon)]))[0]
        since = (horizon - joined["time"][joined["segment"] == number]).astype(np.float64)
        won = _quiet_joined(plan, segments, number, since, float(horizon))
        totals = segments["customers"][number] * there + won.sum(axis=0)
        row["stayers_quiet"], row["leavers_quiet"] = totals[:2]
        _add_usual(plan, segments, number, since, row)
        row["class_change"] += totals[2]
        row["wallet_change"] += segments["margin"][number] * totals[3]
        mine = joined[joined["segment"] == number]
        untouched = mine["time"][~np.isin(mine["customer"], customers["customer"])]
        first = segments["customers"][number] - rested["known"][number]
        untold = _untouched_rest(plan, segments, number, int(first), untouched)
        for (name, known), amount in zip(RESTS.items(), untold, strict=True):
            total = rested[known][number] + amount
            row[name] = total if abs(total) > ROUNDING else 0.0
    _within_what_can_be(table, plan.segments["customers"] + table["joined"])
    return table


def _segments(plan: Plan) -> Table:
    """The segments; without grievances where these are switched off."""
    segments = plan.segments.copy()
    segments["grievance"] *= float(plan.settings["grievances_on"][0] != 0)
    return segments


def _within_what_can_be(table: Table, everybody: FloatArray) -> None:
    """Let nobody stay who is not there, and nobody leave who has not stayed.

    What was lived through is added to an average over all norms, and one customer's change may be larger than
    the average: of a few customers, fewer than none would leave. The nearest number that can be is then nearer
    the truth, which can be. Numbers that can be are left as they are, to the last bit.
    """
    _bound_sum(table, "stayers", everybody)
    _bound_sum(table, "leavers", table["stayers_quiet"] + table["stayers_change"])


def _bound_sum(table: Table, who: str, most: FloatArray) -> None:
    """Change `<who>_change` so that with `<who>_quiet` it lies within 0..most."""
    quiet, change = table[f"{who}_quiet"], table[f"{who}_change"]
    total = quiet + change
    change[total < 0.0] = -quiet[total < 0.0]
    change[total > most] = (most - quiet)[total > most]


@lru_cache(maxsize=1)
def _nodes() -> tuple[FloatArray, FloatArray]:
    """Nodes and weights over the standard normal law."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return nodes, weights / weights.sum()


FINE_PARTS = 512
EVEN_NORMS = 4001
PARTS = 16
"""Equal parts of the law of attitudes at the start that stand for it."""
GRID = 33
"""Times since joining between which shares are interpolated."""
REST_GRID = 9
"""The same of what rest gives, which grows nearly in proportion to time."""


def _starts(plan: Plan, number: int, parts: int = PARTS) -> FloatArray:
    """Attitudes at the start beside what norms make of them, equally likely."""
    if plan.attitude_laws.size == 0 or not plan.settings["memory_on"][0]:
        return np.zeros(1)
    law = plan.attitude_laws[number]
    pieces = np.interp(np.linspace(0.0, 1.0, 8 * parts + 1), np.linspace(0.0, 1.0, len(law)), law)
    return np.asarray((0.5 * (pieces[1:] + pieces[:-1])).reshape(parts, 8).mean(axis=1))


def _quiet(plan: Plan, segments: Table, number: int, durations: FloatArray) -> FloatArray:
    """Of a customer without contacts for so long up to the horizon's end, one row for each duration.

    Share that stays, share that leaves within 12 months after it, change of class, and change of the wallet.
    """
    from momentsim.measures.expected_churn import quiet_shares

    nodes, weights = _nodes()
    about, effects = segments[number : number + 1], plan.effects
    starts, leans = _starts(plan, number), _leans(plan, about[0], nodes)
    horizon, year_after = _dates(plan)
    rows = []
    shares = np.zeros(2)
    for duration in durations:
        quiet_shares(
            about,
            effects,
            starts,
            leans,
            nodes,
            weights,
            float(duration),
            float(year_after - horizon),
            shares,
        )
        left = 2.0 ** (-duration / DAY / float(effects["wallet_half_life_d"][0]))
        wallet = (float(about["wallet_rest"][0]) - 1.0) * (1.0 - left)
        rows.append((*shares, _class_change(plan, about[0], number, duration), wallet))
    return np.array(rows, np.float64)


def _untouched_rest(
    plan: Plan, segments: Table, number: int, first: int, joined: npt.NDArray[np.int64]
) -> FloatArray:
    """What rest gave to customers without contacts, `first` from the start and others since they `joined`: RESTS."""
    if not plan.settings["memory_on"][0] or (first == 0 and not len(joined)):
        return np.zeros(len(RESTS))
    horizon = float(_dates(plan)[0])
    begins = np.linspace(0.0, horizon, REST_GRID)[:-1] if len(joined) else np.zeros(1)
    rests = np.array([_rest_since(plan, segments[number : number + 1], number, begin) for begin in begins])
    total = first * rests[0]
    if len(joined):
        grid, table = np.append(begins, horizon), np.vstack([rests, np.zeros(len(RESTS))])
        total += [float(np.interp(joined, grid, column).sum()) for column in table.T]
    return np.asarray(total)


def _rest_since(plan: Plan, about: Table, number: int, begin: float) -> FloatArray:
    """What rest gives to one customer without contacts from then to the horizon's end, on average: RESTS."""
    from momentsim.measures.expected_churn import quiet_rest

    nodes, weights = _nodes()
    spend = float(plan.effects["spend_slope"][0])
    spending = weights * np.exp(spend * nodes - 0.5 * spend * spend)
    dates = plan.pay_dates - int(plan.settings["warm_up"][0])
    sums = np.zeros(len(RESTS))
    quiet_rest(
        about, plan.effects, plan.outlook, dates, plan.pay_weights, _starts(plan, number),
        _leans(plan, about[0], nodes), nodes, spending, begin, float(_dates(plan)[0]), sums,
    )  # fmt: skip
    return sums * float(about["margin"][0]) / 12.0


def _leans(plan: Plan, segment: np.void, norms: FloatArray) -> FloatArray:
    """Mean attitudes at the start of customers of these norms."""
    if segment["promise_lean"] == 0.0 == segment["product_lean"] or not plan.settings["memory_on"][0]:
        return np.zeros(len(norms))
    from momentsim.rules.grievances import lean_of  # the compiler is loaded only where it is needed

    effects = plan.effects[0]
    leans = (float(segment["promise_lean"]), float(segment["product_lean"]))
    weights = (float(effects["amplify_promise"]), float(effects["buffer_product"]))
    return np.array([lean_of(float(norm), *leans, *weights) for norm in norms])


def _class_change(plan: Plan, segment: np.void, number: int, duration: float) -> float:
    """Mean change of the class of NPS after so long without contacts, by rest and brand, over all customers."""
    left = 2.0 ** (-duration / DAY / float(plan.effects["displacement_half_life_d"][0]))
    moved = float(segment["attitude_rest"]) * (1.0 - left) + brand_at_end(plan)
    norms = _even_norms()
    leans = _leans(plan, segment, norms)
    starts = _starts(plan, number, FINE_PARTS)
    return _mean_class(segment, norms + left * leans, left * starts + moved) - _mean_class(
        segment, norms + leans, starts
    )


def _mean_class(segment: np.void, scores: FloatArray, displacements: FloatArray) -> float:
    """Mean class of NPS of scores, each displaced by all of these sorted displacements."""
    places = (np.arange(len(displacements)) + 0.5) / len(displacements)
    above = 1.0 - _share_below(float(segment["promoter_above"]) - scores, displacements, places)
    return above - _share_below(float(segment["detractor_below"]) - scores, displacements, places)


def _share_below(cuts: FloatArray, displacements: FloatArray, places: FloatArray) -> float:
    """Mean share of displacements that lie below cuts; places between them are interpolated."""
    if np.ptp(displacements) == 0.0:
        return float(np.mean(cuts > displacements[0]))
    return float(np.interp(cuts, displacements, places, left=0.0, right=1.0).mean())


@lru_cache(maxsize=1)
def _even_norms() -> FloatArray:
    """Norms, equally likely."""
    law = NormalDist()
    return np.array([law.inv_cdf((place + 0.5) / EVEN_NORMS) for place in range(EVEN_NORMS)])


def _quiet_joined(plan: Plan, segments: Table, number: int, since: FloatArray, horizon: float) -> FloatArray:
    """The same for each customer who joined so long before the horizon's end."""
    if not len(since):
        return np.zeros((0, 4))
    grid = np.linspace(0.0, horizon, GRID)
    table = _quiet(plan, segments, number, grid)
    return np.stack([np.interp(since, grid, column) for column in table.T], axis=1)


def _add_usual(plan: Plan, segments: Table, number: int, since: FloatArray, row: np.void) -> None:
    """Write into a row of PEOPLE who stays and leaves among the usual contacts of the reference operation.

    Those of the start, and those who joined so long before the horizon's end.
    """
    horizon = float(_dates(plan)[0])
    shares = segments["customers"][number] * _usual(plan, segments, number, horizon)
    if len(since):
        grid = np.linspace(0.0, horizon, GRID)
        table = np.stack([_usual(plan, segments, number, duration) for duration in grid])
        shares = shares + [np.interp(since, grid, column).sum() for column in table.T]
    row["stayers_usual"], row["leavers_usual"] = shares


def _usual(plan: Plan, segments: Table, number: int, duration: float) -> FloatArray:
    """Shares that stay so long to the horizon's end among the usual contacts, and leave within 12 months after it.

    Up to the horizon's end customers leave as they were observed to (`prepare.customers.yearly_churn`), and what their
    bonds are like then is what it is like at the start.
    """
    from momentsim.measures.expected_churn import quiet_shares

    nodes, weights = _nodes()
    about, effects, shares = segments[number : number + 1], plan.effects, np.zeros(2)
    starts, leans = _starts(plan, number), _leans(plan, about[0], nodes)
    bonds = nodes + float(effects["kappa"][0]) * leans
    rates = float(about["observed_hazard"][0]) * duration * np.exp(-float(effects["churn_slope"][0]) * bonds)
    spread = float(about["observed_spread"][0])
    stay = np.exp(-rates if spread == 0.0 else -np.log1p(spread * rates) / spread)
    horizon, year_after = _dates(plan)
    quiet_shares(
        about, effects, starts, leans, nodes, weights * stay, 0.0, float(year_after - horizon), shares
    )
    return shares


def brand_at_end(plan: Plan) -> float:
    """Brand at the horizon's end, SD: the crises' shocks as far as they have not faded."""
    shocks = plan.crises[plan.crises["brand_shock"] > 0.0] if plan.settings["brand_on"][0] else ()
    if not len(shocks):
        return 0.0
    from momentsim.rules.brand import brand_after  # the compiler is loaded only where it is needed

    effects, horizon = plan.effects[0], int(plan.settings["horizon"][0])
    life, permanent = float(effects["brand_half_life_d"]) * DAY, float(effects["brand_permanent"])
    return sum(
        brand_after(float(crisis["brand_shock"]), float(horizon - crisis["begins"]), life, permanent)
        for crisis in shocks
    )


def _dates(plan: Plan) -> tuple[int, int]:
    """End of the horizon and 12 months after it, microseconds since the scenario's start."""
    settings = plan.settings[0]
    start = int(settings["warm_up"])
    return int(settings["horizon"]) - start, int(settings["year_after"]) - start
