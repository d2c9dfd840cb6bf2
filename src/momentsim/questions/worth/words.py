"""What a variant is worth, in words: customers and money with intervals, and where it is worth nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from momentsim.questions.worth.months import break_even_words
from momentsim.questions.worth.worth import BENEFIT, COST, KEPT, VALUE
from momentsim.report.numbers import capitalise, join_words
from momentsim.report.verdicts import NOT_VARIED, change_words, customers_words


def paragraph(table: pd.DataFrame, months: pd.DataFrame, variant: str, currency: str) -> tuple[str, ...]:
    """Four sentences to read out: the answer, and when it pays for itself with what that rests on."""
    basis = f"{break_even_words(months, variant)}; {NOT_VARIED} (`compare` with --worlds 64 does)."
    return (*answer_words(table, variant, currency), basis)


def answer_words(table: pd.DataFrame, variant: str, currency: str) -> tuple[str, ...]:
    """What it is worth as things stand, the verdict, and under which conditions that is otherwise."""
    first, *others = table.to_dict(orient="records")
    if not math.isfinite(first[f"{VALUE}_low"]):
        return (f"{variant}: one replication tells nothing about how sure this is.",)
    return _sums(first, variant, currency), _verdict(first["finding"]), *_elsewhere(first, others)


def _elsewhere(first: Mapping[Any, Any], others: Sequence[Mapping[Any, Any]]) -> tuple[str, ...]:
    """One sentence about the other conditions: where it is worth nothing, where it does harm, where it pays."""
    parts = []
    for found, words in (
        ("nothing", "for customers it is worth nothing (or too little to tell)"),
        ("harms", "it does harm"),
        ("pays", "it pays" if first["finding"] != "pays" else "it still pays"),
    ):
        where = [str(row["sentence"]) for row in others if row["finding"] == found]
        if where:
            parts.append(f"{words} {join_words(where)}")
    return (f"{capitalise('; '.join(parts))}.",) if parts else ()


def _sums(row: Mapping[Any, Any], variant: str, currency: str) -> str:
    """Customers, value, cost and net benefit as things stand."""
    kept = customers_words(row[f"{KEPT}_low"], row[f"{KEPT}_high"])
    value, cost, net = (
        change_words(row[f"{name}_low"], row[f"{name}_high"], currency, words, "the same")
        for name, words in (
            (VALUE, ("more", "less")),
            (COST, ("more", "less")),
            (BENEFIT, ("higher", "lower")),
        )
    )
    return (
        f"With {variant} {kept}; what customers are worth is {value}, the cost {cost}: net benefit is {net}."
    )


def _verdict(finding: str) -> str:
    return {
        "pays": "It pays.",
        "gains value, costs more": "Customers gain, but it costs more than it brings.",
        "gains value, may not pay": "Customers gain; whether it pays can't be told.",
        "gains value, loses customers": "It gains value from those who stay, and customers leave over it.",
        "keeps customers, value can't be told": "More customers stay; whether value moves can't be told.",
        "nothing": "For customers it is worth nothing, or too little to tell.",
        "harms": "It does harm.",
    }[finding]
