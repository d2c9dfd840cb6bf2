"""Words claim no more than the interval beside them, and one file decides for all of them."""

from __future__ import annotations

import ast
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import momentsim
import momentsim as ms
from momentsim.measures.statistics import difference, estimate, interval
from momentsim.questions.compare.words import price_words, sentence
from momentsim.questions.sweep.words import phrase
from momentsim.questions.worth.figures import finding as worth_title
from momentsim.questions.worth.words import answer_words
from momentsim.questions.worth.worth import BENEFIT, COST, KEPT, VALUE
from momentsim.questions.worth.worth import finding as worth_finding
from momentsim.report.changes import Change
from momentsim.report.forest import _style
from momentsim.report.verdicts import (
    Verdict,
    change_words,
    customers_words,
    decide,
    is_alone,
    outward,
    signed_words,
)

TRIALS = 400
WORDS_OF_CERTAINTY = re.compile(r"\b(clearly|surely|certainly|beats?|beaten)\b", re.IGNORECASE)
SPEAKERS = ("questions", "report", "cli", "api")
"""Rooms whose texts people read."""
DECIDER = "report/verdicts.py"


def pairs(count: int = TRIALS) -> list[tuple[float, float]]:
    """Intervals of random paired samples, of no difference, small ones and large ones; some are exactly 0."""
    random = np.random.default_rng(17)
    found = [(0.0, 0.0)]
    for trial in range(count):
        size = 10.0 ** random.uniform(-1, 6)
        before = random.normal(0.0, size, 8)
        after = before + random.normal((trial % 5 - 2) * 0.4 * size, 0.3 * size, 8)
        limits = interval(difference(estimate(before[:, None]), estimate(after[:, None])))
        found.append((float(limits.low[0]), float(limits.high[0])))
    return found


def direction(low: float, high: float) -> int:
    """What may be said: 1 above 0, -1 below, 0 nothing."""
    return 1 if low > 0 else -1 if high < 0 else 0


def claimed(text: str, up: str, down: str) -> int:
    """What a text says: a direction where it names one without the other."""
    says = [bool(re.search(rf"\b{word}\b", text)) for word in (up, down)]
    return int(says[0]) - int(says[1])


@pytest.mark.parametrize(
    ("low", "high", "better", "word"),
    [
        (1.0, 2.0, "up", Verdict.BETTER),
        (1.0, 2.0, "down", Verdict.WORSE),
        (-2.0, -1.0, "up", Verdict.WORSE),
        (-2.0, -1.0, "down", Verdict.BETTER),
        (-2.0, -1.0, "neither", Verdict.LOWER),
        (1.0, 2.0, "neither", Verdict.HIGHER),
        (-1.0, 2.0, "up", Verdict.UNSURE),
        (0.0, 2.0, "up", Verdict.UNSURE),
        (0.0, 0.0, "up", Verdict.SAME),
        (math.nan, math.nan, "up", Verdict.UNKNOWN),
        (-math.inf, math.inf, "down", Verdict.UNSURE),
    ],
)
def test_one_function_decides(low: float, high: float, better: Any, word: Verdict) -> None:
    assert decide(low, high, better) is word
    assert word.is_clear == (direction(low, high) != 0)


def test_words_of_size_name_a_direction_only_where_the_interval_does() -> None:
    seen = set()
    for low, high in pairs():
        expected = direction(low, high)
        seen.add(expected)
        assert (
            claimed(change_words(low, high, "USD", ("more", "less"), "the same"), "more", "less") == expected
        )
        assert claimed(customers_words(low, high), "more", "fewer") == expected
        signs = signed_words(low, high, "USD")
        assert claimed(signs.replace("+", "up ").replace("-", "down "), "up", "down") == expected
        assert bool(_style(Change((low + high) / 2, low, high, "USD"), 1)[2] != "white") == (expected != 0)
    assert seen == {-1, 0, 1}


def test_ends_are_never_narrower_than_what_was_found() -> None:
    for low, high in pairs():
        ends = [_amount(end) for end in outward(low, high, "USD")]
        slack = 1e-9 * max(abs(low), abs(high), 1.0)
        assert ends[0] <= low + slack and ends[1] >= high - slack
        people = [_amount(end) for end in outward(low, high, "customers")]
        assert people[0] <= low + slack and people[1] >= high - slack


def _amount(text: str) -> float:
    number, _, suffix = text.partition(" ")
    return float(number.replace(",", "")) * {"": 1.0, "k": 1e3, "M": 1e6, "bn": 1e9}[suffix]


def test_sentences_of_a_comparison_claim_what_their_intervals_do() -> None:
    found = pairs()
    for (gained_low, gained_high), (cost_low, cost_high) in zip(found, found[::-1], strict=True):
        row = {
            "gain": "customers kept", "gained_low": gained_low, "gained_high": gained_high, "cost_low": cost_low,
            "cost_high": cost_high, "price": 1234.5, "price_low": 1200.0, "price_high": 1300.0, "price_blank": "",
        }  # fmt: skip
        gain, cost = sentence(row, "USD").split(", at ")
        assert claimed(gain, "more", "fewer") == direction(gained_low, gained_high)
        assert claimed(cost, "more", "less") == direction(cost_low, cost_high)
        price = price_words(row, "USD")
        kept, dearer = direction(gained_low, gained_high) > 0, direction(cost_low, cost_high)
        assert price.startswith("A customer kept costs about 1,200 USD if") == (kept and dearer > 0)
        assert (price == "It keeps customers and costs less.") == (kept and dearer < 0)


def test_phrases_of_a_sweep_claim_what_their_intervals_do() -> None:
    for low, high in pairs():
        row = {"measure": "net_benefit", "low_all": low, "high_all": high, "unit": "USD"}
        assert claimed(phrase(row), "rises", "falls") == direction(low, high)
        lost = {"measure": "customers_lost_expected", "low_all": low, "high_all": high, "unit": "customers"}
        assert claimed(phrase(lost), "fewer", "more") == direction(low, high)


@pytest.mark.slow
def test_what_a_variant_is_worth_claims_what_its_intervals_do() -> None:
    found = pairs()
    for index in range(0, len(found) - 3, 2):
        row: dict[str, Any] = {"condition": "as written", "sentence": "as things stand", "replications": 8}
        for name, (low, high) in zip((KEPT, VALUE, COST, BENEFIT), found[index : index + 4], strict=True):
            row |= {name: (low + high) / 2, f"{name}_low": low, f"{name}_high": high}
        row["finding"] = worth_finding(row)
        table = pd.DataFrame([row])
        words, title = " ".join(answer_words(table, "it", "USD")), worth_title(table, "it", "USD")
        kept, value, net = (
            direction(row[f"{name}_low"], row[f"{name}_high"]) for name in (KEPT, VALUE, BENEFIT)
        )
        assert not ("It pays" in words or "it pays" in title.split(";")[0]) or (
            net > 0 and value > 0 and kept >= 0
        )
        assert "does harm" not in title or min(kept, value) < 0
        assert "helps customers" not in title or (value > 0 and kept >= 0)
        assert "More customers stay" not in title or kept > 0
        assert not ("gains value" in title and "loses" not in title) or value > 0


def test_alone_on_a_front_needs_that_all_others_together_are_unlikely() -> None:
    assert is_alone([0.02, 0.02])
    assert not is_alone([0.02, 0.02, 0.02])
    assert not is_alone([math.nan])


@pytest.mark.slow
def test_no_other_file_says_more_than_it_can_know() -> None:
    """Words of certainty stand in one file; docstrings and comments are free."""
    home = Path(momentsim.__file__).parent
    found = [
        f"{path.relative_to(home)}:{line}: {text!r}"
        for room in SPEAKERS
        for path in sorted((home / room).rglob("*.py"))
        if path.relative_to(home).as_posix() != DECIDER
        for line, text in _texts(ast.parse(path.read_text("utf-8")))
        if WORDS_OF_CERTAINTY.search(text)
    ]
    assert not found, "\n".join(found)


def _texts(tree: ast.AST) -> list[tuple[int, str]]:
    """Strings of a file but docstrings, with their lines."""
    free = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in free
    ]


ONE_MINUTE = """name: one_minute
start: "2026-03-02 00:00"
horizon: 1 d
behaviour: off
moments: {call: {handling_time: {distribution: constant, mean: 5 min}}}
demand: {volumes: {call: {per_hour: 120}}}
opening_hours: {call: {weekly: [{start: "12:00", end: "12:30"}], closed: {call_again: 0 %}}}
workforce: {groups: {team: {heads: [{start: "12:00", end: "12:30", heads: 1}]}}}
waiting: {callbacks: {call: {acceptance: 100 %}}}
"""


def test_a_callback_that_never_came_is_told_beside_the_service_level(tmp_path: Path) -> None:
    """60 calls come in half an hour to one agent, who serves six of 5 min each; nearly all of the rest never hear.

    Callbacks are in no service level, so it was said of all calls that hardly any were lost and 100 % answered in time.
    """
    (tmp_path / "one_minute.yaml").write_text(ONE_MINUTE, "utf-8")
    told = ms.words(ms.run(tmp_path / "one_minute.yaml", replications=4))
    assert "Of those who stayed on the line 100 % (100 to 100) were answered within 20 s" in told
    share = re.search(r"took a callback, of which ([\d.]+) % were reached and ([\d.]+) % never called", told)
    assert share is not None
    reached, never = map(float, share.groups())
    # Poisson counts of 60: four half hours have 240 in all, 131 to 349 at 7 SD, and of each 1 + 5 or 6 are served
    assert reached < 100 * 24 / (131 - 4)
    assert never > 100 - 100 * 28 / (131 - 4)
