"""The loyalty ledger: value created, destroyed by the event and by its handling, won back, and the net."""

from __future__ import annotations

import math
from typing import NamedTuple

from matplotlib.figure import Figure

from momentsim.measures.outlook_words import outlook_words
from momentsim.report import drawing
from momentsim.report.bars import horizontal
from momentsim.report.drawing import Bar, Drawable
from momentsim.report.numbers import plain, with_unit
from momentsim.report.summary_reading import Reading, Readings
from momentsim.report.verdicts import Verdict, decide

LINES = (
    ("value_created", "created by\ngood moments", 1.0, drawing.GREEN),
    ("value_destroyed_by_operation", "destroyed by\nthe event itself", -1.0, drawing.ORANGE),
    ("value_destroyed_by_handling", "destroyed by\nhow it was handled", -1.0, drawing.VERMILLION),
    ("value_won_back", "won back\nby recovery", 1.0, drawing.SKY),
    ("value_usual_price", "usual price\nof contacts", -1.0, drawing.ORANGE),
    ("value_rest", "given back\nby rest", 1.0, drawing.GREEN),
    ("value_sold", "sold\nin talks", 1.0, drawing.BLUE),
    ("value_net", "net", 1.0, drawing.GREY),
)


class Ledger(NamedTuple):
    """Bars, and what is said about them."""

    bars: list[Bar]
    finding: str
    currency: str


def data(result: Drawable) -> Ledger:
    """Bars from the summary; lines of 0 and those without meaning are left out."""
    read = Readings(result.summary)
    return Ledger(bars_of(read), finding_of(read), result.loaded.scenario.currency)


def bars_of(read: Readings) -> list[Bar]:
    """The lines as bars, those of 0 left out."""
    bars = [signed_bar(read[name], label, sign, colour) for name, label, sign, colour in LINES]
    return [bar for bar in bars if abs(bar.value) > 0 or bar.label == "net"]


def signed_bar(reading: Reading, label: str, sign: float, colour: str) -> Bar:
    """A reading as a bar; a loss points left."""
    low, high = sorted((sign * reading.low, sign * reading.high))
    return Bar(label, sign * reading.value, low, high, colour)


def finding_of(read: Readings) -> str:
    """What the ledger says, and no more than its intervals allow."""
    created, handling = read["value_created"], read["value_destroyed_by_handling"]
    operation, net = read["value_destroyed_by_operation"], read["value_net"]
    if created.value == handling.value == 0:
        return "No customer value was moved"
    if operation.value > 0 and handling.value > 0:
        if operation.low <= handling.high and handling.low <= operation.high:
            return "The event and its handling may have destroyed equally much customer value"
        if handling.value >= operation.value:
            times = _times(handling, operation)
            return f"The handling destroyed {times} times as much customer value as the event itself"
        return (
            f"The event destroyed {_times(operation, handling)} times as much customer value as its handling"
        )
    if decide(net.low, net.high) is Verdict.UNSURE:
        return "Customers' experience made no clear difference to future margin"
    verb = "gained" if net.value >= 0 else "lost"
    return (
        f"Customers' experience {verb} {with_unit(abs(net.value), net.unit, net.half_width)} of future margin"
    )


def _times(larger: Reading, smaller: Reading) -> str:
    """How many times as much, between what both intervals allow at the same time."""
    if not (math.isfinite(larger.low) and smaller.low > 0):
        return f"about {plain(larger.value / smaller.value, 1)}"
    least, most = plain(larger.low / smaller.high, 1), plain(larger.high / smaller.low, 1)
    return least if least == most else f"{least} to {most}"


def draw(result: Drawable) -> Figure:
    """The figure."""
    ledger = data(result)
    figure, (axis,) = drawing.panels((1,))
    scenario = result.loaded.scenario
    subtitle = f"expected margin {outlook_words(scenario)}, {drawing.replications_text(result)}"
    drawing.title(figure, ledger.finding, f"{scenario.name}: {subtitle}")
    horizontal(axis, ledger.bars, ledger.currency)
    return figure
