"""The plausible worlds on the terminal: two uncertainties side by side, and the assumptions that matter."""

from __future__ import annotations

import math
from typing import Any, Final

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from momentsim.questions.compare.verdicts import BENEFIT, COST, LEVEL, LOST, VALUE
from momentsim.questions.worlds.findings import KEPT, QUANTILE_COLUMNS, Worlds
from momentsim.questions.worlds.words import (
    flip_words,
    information_words,
    named_assumptions,
    share_words,
    spread_row,
    value_words,
)
from momentsim.report.numbers import WORD_DIGITS, decimals_for, plain, span
from momentsim.report.terminal import new_table, print_notes, print_table, print_words

MOST_ASSUMPTIONS: Final = 6
SHOWN: Final = {KEPT: "customers kept", VALUE: "value, net", COST: "cost, total", BENEFIT: "net benefit"}
WITHOUT_MEMORY: Final = {LEVEL: "service level, points", COST: "cost, total"}


def print_worlds(
    console: Console,
    worlds: Worlds,
    differences: pd.DataFrame,
    *,
    baseline: str,
    currency: str,
    full: bool = False,
) -> None:
    """Per variant the share of worlds and what flips it, in full beside the spread of worlds; what to measure next."""
    about = worlds.about
    print_words(console, "Plausible worlds", "bold")
    made = f"{about['finished']} worlds of {about['assumptions']} assumptions (assumptions.csv lists them)"
    print_words(console, f"{made}, {about['replications']} replications in each.", "dim")
    if not len(worlds.spread):
        console.print()
        return
    for case in dict.fromkeys(worlds.spread["case"]):
        if full:
            print_table(console, _distributions(worlds, differences, str(case), currency))
        text = Text(f"  {case}: ", style="bold")
        measure = BENEFIT if _is_loyal(worlds, str(case)) else LEVEL
        said = "" if full else f"{share_words(worlds, str(case), measure)}; "
        text.append(said + flip_words(worlds, str(case), baseline), style="not bold")
        print_words(console, text)
        named = named_assumptions(worlds, str(case))
        if full and named is not None and len(named):
            print_table(console, _assumptions(named.head(MOST_ASSUMPTIONS), currency))
        if full:
            console.print()
    print_words(console, information_words(worlds, currency))
    print_notes(console, NOTES if full else NOTES[-1:])


NOTES: Final = (
    "Sampling: 95 % interval at the registered values. Worlds: 5 % to 95 % of them, sampling noise taken out.",
    "Better, worse: worlds whose own 95 % interval leaves out 0; sampling noise leaves the rest undecided.",
    "Shares of worlds in sentences are limits that hold with 95 %, rounded down; see decision 17.",
)


def _distributions(worlds: Worlds, differences: pd.DataFrame, case: str, currency: str) -> Table:
    """A row per measure of one variant."""
    columns = "sampling", "worlds", "median", "better", "worse", "undecided"
    table = new_table(f"{case}, difference", *columns)
    for measure, title in (SHOWN if _is_loyal(worlds, case) else WITHOUT_MEMORY).items():
        row = spread_row(worlds, case, measure)
        unit = {KEPT: "customers", LEVEL: "share"}.get(measure, currency)
        low, high = row[QUANTILE_COLUMNS[0]], row[QUANTILE_COLUMNS[-1]]
        named = title if unit != currency else f"{title}, {currency}"
        ends = span(low, high, unit, WORD_DIGITS) if high > low else "no spread"
        middle = span_middle(row["q50"], high - low, unit)
        counts = (f"{row[name]:.0f}" for name in ("better", "worse", "undecided"))
        table.add_row(f"  {named}", _sampling(differences, case, measure, unit), ends, middle, *counts)
    return table


def _is_loyal(worlds: Worlds, case: str) -> bool:
    """Whether customers are kept or lost in any world."""
    kept = spread_row(worlds, case, KEPT)
    return bool(kept["same"] < kept["worlds"])


def _sampling(differences: pd.DataFrame, case: str, measure: str, unit: str) -> str:
    """The interval at the registered values that holds for all variants together."""
    name = LOST if measure == KEPT else measure
    chosen = (
        (differences["case"] == case) & (differences["measure"] == name) & (differences["scope"] == "all")
    )
    row = differences[chosen].iloc[0]
    low, high = float(row["low_all"]), float(row["high_all"])
    return span(*((-high, -low) if measure == KEPT else (low, high)), unit, WORD_DIGITS)


def span_middle(value: float, width: float, unit: str) -> str:
    """A number with as many digits as the ends of its range."""
    size = 100.0 if unit == "share" else 1.0
    return (
        span(value, value, unit, WORD_DIGITS).split(" to ")[-1] if width <= 0 else _short(size * value, width)
    )


def _short(value: float, width: float) -> str:
    if abs(value) >= 1e5:
        return f"{value / 1e6:.2f} M" if abs(value) >= 1e6 else f"{value / 1e3:.0f} k"
    return plain(value, 0 if abs(value) >= 10 else decimals_for(value, width / 2, WORD_DIGITS))


def _assumptions(named: pd.DataFrame, currency: str) -> Table:
    """The assumptions that move the net benefit of one variant."""
    ends_title = f"mean net benefit at its ends, {currency}"
    table = new_table("  what matters", "plausible", "tag", ends_title, "worth knowing", left=("tag",))
    for row in named.to_dict(orient="records"):
        unit = str(row["unit"])
        ends = (value_words(row["low"], unit), value_words(row["high"], unit))
        known = float(row["evppi"])
        table.add_row(
            f"  {row['parameter']}", " to ".join(ends), str(row["tag"]),
            f"{_money(row['at_low'])} to {_money(row['at_high'])}", _money(known) if known > 0 else "0",
        )  # fmt: skip
    return table


def _money(value: Any) -> str:
    """An amount to two digits, long ones in thousands or millions."""
    number = float(value)
    return "" if math.isnan(number) else _short(float(f"{number:.2g}"), abs(number) / 10 or 1.0)
