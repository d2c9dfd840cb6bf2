"""What a variant is worth, in words: customers and money with intervals, and where it is worth nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from momentsim.questions.compare.words import apart, outward
from momentsim.questions.worth.worth import BENEFIT, COST, KEPT, VALUE


def answer_words(table: pd.DataFrame, variant: str, currency: str) -> tuple[str, ...]:
    """The answer as things stand, then where it is worth nothing and where it would pay."""
    first, *others = table.to_dict(orient="records")
    if not math.isfinite(first[f"{VALUE}_low"]):
        return (f"{variant}: one replication tells nothing about how sure this is.",)
    sentences = [
        f"{variant} moves value by {_change(first, VALUE, currency)}, keeps {_change(first, KEPT, 'customers')} "
        f"customers and costs {_change(first, COST, currency)}: a net benefit of "
        f"{_change(first, BENEFIT, currency)}. {_verdict(first['finding'])}"
    ]
    for finding, words in (
        (("nothing",), "For customers it is worth nothing (or too little to tell)"),
        (("harms",), "It does harm"),
        (("pays",), "It pays" if first["finding"] != "pays" else "It still pays"),
    ):
        where = [str(row["sentence"]) for row in others if row["finding"] in finding]
        if where:
            sentences.append(f"{words} {join_words(where)}.")
    return tuple(sentences)


def _change(row: Mapping[Any, Any], name: str, unit: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    named = "" if unit == "customers" else f" {unit}"
    if low == high == 0:
        return f"0{named}"
    if low > 0 or high < 0:
        least, most = outward(low, high, unit)
        return f"{least} to {most}{named}"
    fewer, more = apart(low, high, unit)
    return f"-{fewer} to +{more}{named}"


def _verdict(finding: str) -> str:
    return {
        "pays": "It pays.",
        "gains value, costs more": "Customers gain, but it costs more than it brings.",
        "gains value, may not pay": "Customers gain; whether it pays can't be told.",
        "keeps customers, value can't be told": "It keeps customers; whether value moves can't be told.",
        "nothing": "For customers it is worth nothing, or too little to tell.",
        "harms": "It does harm.",
    }[finding]


def join_words(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
