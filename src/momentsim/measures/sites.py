"""Sites beside each other: what becomes of the customers who are at home at each.

A customer is at home where `momentsim.rules.sites` says, whoever answers; so a site's figures are those of its
customers, not of its agents. What a site is like is drawn anew in every replication: sites are compared within one,
best beside worst, and the distances averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import Names, Plan, Table, floats
from momentsim.contract.trace import RESTED
from momentsim.measures.statistics import by_unit, clip, estimate, interval

if TYPE_CHECKING:
    import pandas as pd

FloatArray = npt.NDArray[np.float64]

SITES = floats(
    "customers",  # of the start and won, at home there
    "stayers",  # expected at the horizon's end
    "faithful",  # expected 12 months after it
    "margin",  # yearly, of all of them at wallet 1, money
    "wallet_change",  # of it, by wallets
    "kept",  # yearly margin expected 12 months after the horizon
)
"""By site."""

MEASURES: Final = {
    "customers": ("customers", "", "customers"),
    "retention": ("stayers", "customers", "share"),
    "retention_12m": ("faithful", "customers", "share"),
    "wallet": ("margin + wallet_change", "margin", "of the usual"),
    "value_per_customer": ("kept", "customers", "money"),
}
"""Measure -> numerator, denominator, unit."""


def site_of(plan: Plan, customers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Row of the site at which each customer is at home, as `engine.contact.routing.home_of` finds it."""
    from momentsim.rules.sites import TURN  # the compiler is loaded only where it is needed

    turned = (customers + 0.5) * TURN
    places = turned - np.floor(turned)
    rows = np.searchsorted(plan.sites["until"], places, side="right")
    return np.asarray(np.minimum(rows, len(plan.sites) - 1), np.int64)


def site_totals(plan: Plan, customers: Table, joined: Table) -> Table:
    """SITES row of every site: the books of segments (`people_totals`), each segment cut by site."""
    from momentsim.measures.expected_customers import people_totals

    sites, totals = len(plan.sites), np.zeros(len(plan.sites), SITES)
    if sites == 0:
        return totals
    parts = np.repeat(plan.segments, sites)
    for number, about in enumerate(plan.segments):
        first = int(about["first_customer"])
        own = site_of(plan, np.arange(first, first + int(about["customers"])))
        parts["customers"][number * sites : (number + 1) * sites] = np.bincount(own, minlength=sites)
    laws = np.repeat(plan.attitude_laws, sites, axis=0) if plan.attitude_laws.size else plan.attitude_laws
    people = people_totals(
        plan._replace(segments=parts, attitude_laws=laws),
        _cut(plan, customers),
        _cut(plan, joined),
        np.zeros(len(parts), RESTED),
    )
    everybody = parts["customers"] + people["joined"]
    stayers = people["stayers_quiet"] + people["stayers_change"]
    faithful = stayers - people["leavers_quiet"] - people["leavers_change"]
    margin = parts["margin"]
    share = np.divide(faithful, everybody, out=np.zeros(len(parts)), where=everybody > 0)
    values = {
        "customers": everybody,
        "stayers": stayers,
        "faithful": faithful,
        "margin": margin * everybody,
        "wallet_change": people["wallet_change"],
        "kept": share * (margin * everybody + people["wallet_change"]),
    }
    for name, by_part in values.items():
        totals[name] = by_part.reshape(len(plan.segments), sites).sum(axis=0)
    return totals


def _cut(plan: Plan, rows: Table) -> Table:
    """Rows of customers whose segment is that of the segment and site."""
    cut = rows.copy()
    cut["segment"] = rows["segment"] * len(plan.sites) + site_of(plan, rows["customer"])
    return cut


def site_columns(names: Names, totals: Sequence[Table], members: int) -> dict[str, list[Any]]:
    """Columns of sites.csv, from the totals of each replication.

    A row for each site and measure; then best less worst, within each replication.
    """
    columns: dict[str, list[Any]] = {name: [] for name in ("site", "measure", "value", "low", "high", "unit")}
    tables = np.stack(totals)
    if tables.shape[1] == 0:
        return columns
    for measure, (top, bottom, unit) in MEASURES.items():
        over = sum((tables[name] for name in top.split(" + ")), np.zeros(tables.shape))
        below = tables[bottom] if bottom else np.ones(tables.shape)
        ratios = np.divide(over, below, out=np.full(tables.shape, np.nan), where=below > 0)
        for site, name in enumerate(names.sites):
            _add_row(columns, name, measure, ratios[:, site], members, unit)
        if bottom:
            _add_row(columns, "best - worst", measure, np.ptp(ratios, axis=1), members, unit)
    return columns


def _add_row(
    columns: dict[str, list[Any]], site: str, measure: str, values: FloatArray, members: int, unit: str
) -> None:
    found = by_unit(estimate(values[:, None]), members)
    limits = clip(interval(found), (0.0, float("inf")))
    row = (site, measure, float(found.value[0]), float(limits.low[0]), float(limits.high[0]), unit)
    for name, value in zip(columns, row, strict=True):
        columns[name].append(value)


def sites_table(names: Names, totals: Sequence[Table], members: int) -> pd.DataFrame:
    """The same as a data frame."""
    import pandas as pd

    return pd.DataFrame(site_columns(names, totals, members))
