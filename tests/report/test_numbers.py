"""Numbers and intervals as people read them, and the words explained below a table."""

from __future__ import annotations

import math

import pytest

from momentsim.report import drawing
from momentsim.report.bars import _text
from momentsim.report.drawing import Bar
from momentsim.report.figure_waits import _labels
from momentsim.report.glossary import GLOSSARY, explained
from momentsim.report.numbers import span
from momentsim.report.verdicts import amounts


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (22e3, 153e3, "USD", "22 k to 153 k"),
        (-1.2e6, -0.4e6, "USD", "-1.20 M to -0.40 M"),
        (0.0, 153e3, "USD", "0 to 153 k"),
        (-60e3, 153e3, "USD", "-60 k to 153 k"),
        (3.2e9, 4.1e9, "USD", "3.20 bn to 4.10 bn"),
        (220.0, 4_100.0, "USD", "220 to 4,100"),
        (22_000.0, 153_000.0, "customers", "22,000 to 153,000"),
        (0.389, 0.398, "share", "38.90 to 39.80"),
        (float("nan"), 1.0, "USD", ""),
    ],
)
def test_each_end_of_an_interval_says_its_size(low: float, high: float, unit: str, text: str) -> None:
    assert span(low, high, unit) == text


def test_amounts_apart_from_nothing_say_it_too() -> None:
    assert amounts(-153e3, -22e3, "USD") == ("22 k", "153 k")


def test_a_line_explains_the_words_of_a_table_and_no_others() -> None:
    assert (
        explained(["heads to roster, team", "Mon 8 Jan"]) == "Heads to roster: before absence and shrinkage."
    )
    assert explained(["contacts per moment", "busy", "business"]).startswith(
        "Moment: one need of one customer"
    )
    assert explained(["net benefit, USD", "customers kept"]) == (
        "Customers kept: fewer of them leave for what they lived through. "
        "Net benefit: change of customer value, less total cost."
    )
    assert explained(["condition", "momentum"]) == ""
    assert all(word == word.lower() and not GLOSSARY[word].endswith(".") for word in GLOSSARY)


@pytest.mark.parametrize(
    ("edges", "labels"),
    [
        (
            [0.0, 20.0, 40.0, 60.0, 80.0],
            ["up to 20 s", "20 to 40 s", "40 to 60 s", "60 to 80 s", "over 80 s"],
        ),
        ([0.0, 30.0, 60.0, 90.0], ["up to 0.5 min", "0.5 to 1 min", "1 to 1.5 min", "over 1.5 min"]),
        ([0.0, 1800.0, 3600.0], ["up to 0.5 h", "0.5 to 1 h", "over 1 h"]),
    ],
)
def test_classes_of_waits_have_one_unit_and_short_limits(edges: list[float], labels: list[str]) -> None:
    assert _labels(edges) == labels


@pytest.mark.parametrize(
    ("ticks", "decimals"),
    [
        ([-17.5, -15.0, -12.5], 1),
        ([0.0, 0.25, 0.5], 2),
        ([-18e6, -12e6], 0),
        ([0.0, 0.1, 0.2, 0.1 + 0.2], 1),
        ([], 0),
    ],
)
def test_ticks_have_the_decimals_they_need(ticks: list[float], decimals: int) -> None:
    assert drawing.tick_decimals(ticks) == decimals


@pytest.mark.parametrize(
    ("value", "suffix", "text"),
    [
        (-8.057e6, " M", "-8.06 M"),
        (-341e3, " M", "-341 k"),
        (-306.0, " k", "-306"),
        (-3_380.0, " k", "-3.38 k"),
        (0.0, " M", "0"),
        (-34.0, "", "-34"),
    ],
)
def test_amounts_beside_bars_are_read_at_once(value: float, suffix: str, text: str) -> None:
    assert _text(Bar("", value, math.nan, math.nan, ""), suffix) == text
