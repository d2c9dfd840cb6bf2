"""What an hour of waiting costs, in words that claim no more than the intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import pandas as pd

from momentsim.measures.catalogue import BY_NAME
from momentsim.questions.curve.curve import BENEFIT, UNSERVED
from momentsim.report.numbers import capitalise, join_words
from momentsim.report.verdicts import Verdict, amounts, change_words, decide
from momentsim.units import SECONDS_PER_HOUR, format_number

MOST_NAMED: Final = 4
"""Times that a sentence names; more are counted."""


def finding(table: pd.DataFrame, lever: str, currency: str) -> str:
    """The answer as a title: what an hour of waiting costs on average, from the first time to the last."""
    last = table.iloc[-1]
    if len(table) == 1:
        return _against_never(last, lever, currency)
    hours = (last["pulled_s"] - table["pulled_s"].iloc[0]) / SECONDS_PER_HOUR
    low, high = last[f"{BENEFIT}_first_low"] / hours, last[f"{BENEFIT}_first_high"] / hours
    verdict = decide(low, high, "up")
    if verdict is Verdict.UNKNOWN:
        return f"{lever}: one replication tells nothing about how sure this is"
    if verdict is Verdict.SAME:
        return f"When {lever} is pulled makes no difference"
    if verdict is Verdict.UNSURE:
        return f"Whether waiting to pull {lever} costs anything can't be told"
    least, most = amounts(low, high, currency)
    size = least if least == most else f"{least} to {most}"
    if verdict is Verdict.WORSE:
        return f"Each hour of waiting to pull {lever} costs {size} {currency}"
    return f"Each hour of waiting to pull {lever} saves {size} {currency}"


def _against_never(row: Mapping[Any, Any] | pd.Series[Any], lever: str, currency: str) -> str:
    low, high = row[f"{BENEFIT}_never_low"], row[f"{BENEFIT}_never_high"]
    if not math.isfinite(low):
        return f"{lever}: one replication tells nothing about how sure this is"
    changed = change_words(low, high, currency, ("higher", "lower"), "the same")
    return f"{lever} pulled at {when(row['pulled_at'])}: net benefit is {changed}"


def answer_words(table: pd.DataFrame, lever: str, currency: str) -> tuple[str, ...]:
    """The finding, where pulling still helps, and what waiting does to people who are never helped."""
    first, last = table.iloc[0], table.iloc[-1]
    if not math.isfinite(last[f"{BENEFIT}_never_low"]):
        return (f"{finding(table, lever, currency)}.",)
    is_clear = decide(last[f"{BENEFIT}_first_low"], last[f"{BENEFIT}_first_high"]).is_clear
    said = [f"{finding(table, lever, currency)}{_span(first, last) if is_clear else ''}."]
    said.append(f"{_where_it_helps(table)}.")
    if len(table) > 1 and math.isfinite(last[f"{UNSERVED}_first_low"]):
        low, high = last[f"{UNSERVED}_first_low"], last[f"{UNSERVED}_first_high"]
        if decide(low, high) is not Verdict.SAME:
            changed = change_words(low, high, "customers", ("more", "fewer"), "")
            said.append(f"From the first time to the last, {changed} people are never helped.")
    return tuple(said)


def _span(first: Mapping[Any, Any] | pd.Series[Any], last: Mapping[Any, Any] | pd.Series[Any]) -> str:
    return f", on the average between {when(first['pulled_at'])} and {when(last['pulled_at'])}"


def _where_it_helps(table: pd.DataFrame) -> str:
    """At which times net benefit is clearly above or below that of never pulling."""
    verdicts = verdicts_of(table, BENEFIT)
    parts = []
    for verdict, words in (
        (Verdict.BETTER, "net benefit is higher than if it is never pulled"),
        (Verdict.WORSE, "net benefit is lower than if it is never pulled"),
        (Verdict.UNSURE, "it can't be told apart from never"),
        (Verdict.SAME, "it does the same as never"),
    ):
        where = [
            when(date) for date, found in zip(table["pulled_at"], verdicts, strict=True) if found is verdict
        ]
        if len(where) == len(table):
            return f"Pulled at any of these times, {words}" if len(table) > 1 else f"Pulled then, {words}"
        if where:
            times = join_words(where) if len(where) <= MOST_NAMED else f"{len(where)} of {len(table)} times"
            parts.append(f"pulled at {times}, {words}")
    return capitalise("; ".join(parts))


def verdicts_of(table: pd.DataFrame, measure: str) -> list[Verdict]:
    """What may be said of a measure at each time against never."""
    better = BY_NAME[measure].better
    ends = zip(table[f"{measure}_never_low"], table[f"{measure}_never_high"], strict=True)
    return [decide(low, high, better) for low, high in ends]


def when(date: datetime) -> str:
    """`Wed 14 Feb 06:00`."""
    return f"{date:%a} {date.day} {date:%b %H:%M}"


def hours_words(seconds: float) -> str:
    """`48 h`."""
    return f"{format_number(seconds / SECONDS_PER_HOUR)} h"
