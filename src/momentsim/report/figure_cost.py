"""Cost against value: what service cost, line by line, beside what it did to customer value."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from momentsim.report import drawing
from momentsim.report.bars import horizontal
from momentsim.report.drawing import Bar, Drawable
from momentsim.report.figure_ledger import signed_bar
from momentsim.report.numbers import with_unit
from momentsim.report.summary_reading import Reading, Readings
from momentsim.report.verdicts import Verdict, decide

COST_LINES = (
    (("paid_hours",), "paid hours"),
    (("overtime",), "overtime"),
    (("reserves",), "reserves"),
    (("telephony",), "telephony"),
    (("self_service", "self_service_offer"), "self-service"),
    (("notices",), "notices"),
    (("compensation",), "compensation"),
    (("refunds",), "refunds"),
)
"""Lines of the ledger that make one bar."""

SMALL = 0.004
"""Cost lines below this share of all cost are put together as `other cost`."""


class CostAndValue(NamedTuple):
    """Bars, and what is said about them."""

    bars: list[Bar]
    finding: str
    currency: str


def data(result: Drawable) -> CostAndValue:
    """Cost lines from the ledger, totals from the summary."""
    read = Readings(result.summary)
    total, value, net = read["cost_total"], read["value_net"], read["net_benefit"]
    bars = [
        *_cost_bars(result.ledger, total.value),
        signed_bar(total, "cost, total", -1.0, drawing.BLUE),
        signed_bar(
            value, "customer value, net", 1.0, drawing.GREEN if value.value >= 0 else drawing.VERMILLION
        ),
        signed_bar(net, "value less cost", 1.0, drawing.GREY),
    ]
    return CostAndValue(bars, _finding(total.value, value, total.unit), total.unit)


def _cost_bars(ledger: pd.DataFrame, total: float) -> list[Bar]:
    line = ledger["line"].astype(str).str.split(":").str[0]
    amounts = {label: float(ledger.loc[line.isin(lines), "amount"].sum()) for lines, label in COST_LINES}
    large = {label: amount for label, amount in amounts.items() if -amount >= SMALL * total > 0}
    other = sum(amounts.values()) - sum(large.values())
    if -other > 1e-9 * total:
        large["other cost"] = other
    return [Bar(label, amount, math.nan, math.nan, drawing.SKY) for label, amount in large.items()]


def _finding(cost: float, value: Reading, currency: str) -> str:
    if cost <= 0:
        return "Service cost nothing"
    verdict = decide(value.low, value.high)
    if value.value == 0 or verdict is Verdict.UNSURE:
        moved = "did not move" if value.value == 0 else "made no clear move"
        return f"Service cost {with_unit(cost, currency)}; customer value {moved}"
    verb = "gained" if value.value > 0 else "lost"
    moved = with_unit(abs(value.value), currency, value.half_width)
    return f"Service cost {with_unit(cost, currency)}; {moved} of customer value was {verb}"


def draw(result: Drawable) -> Figure:
    """The figure."""
    both = data(result)
    figure, (axis,) = drawing.panels((1,))
    subtitle = "losses to the left, gains to the right"
    text = f"{result.loaded.scenario.name}: {subtitle}; {drawing.replications_text(result)}"
    drawing.title(figure, both.finding, text)
    horizontal(axis, both.bars, both.currency)
    return figure
