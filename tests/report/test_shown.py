"""Answers show themselves in a few lines."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from momentsim.measures.catalogue import BY_NAME
from momentsim.measures.display import (
    KEY_MEASURES,
    MOST_COLUMNS,
    MOST_ROWS,
    Short,
    ShownAnswer,
    key_rows,
    number_text,
)


class Answer(ShownAnswer):
    def short(self) -> Short:
        wide = {f"column_{number}": np.arange(500) / 7 for number in range(30)}
        return Short("a < b", pd.DataFrame({"name": ["<x>"] * 500, **wide}), ".table")


def test_a_large_answer_is_short() -> None:
    lines = repr(Answer()).splitlines()
    assert len(lines) == MOST_ROWS + 3
    assert f"column_{MOST_COLUMNS - 2}" in lines[1] and f"column_{MOST_COLUMNS - 1}" not in lines[1]
    page = Answer()._repr_html_()
    assert len(page) < 10_000 and page.count("<tr") == MOST_ROWS + 1
    assert "a &lt; b" in page and "&lt;x&gt;" in page


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (math.nan, ""), (1_371_234.5, "1,371,234"), (0.0786249, "0.07862"), (-39.6149, "-39.61")],
)
def test_numbers(value: float, text: str) -> None:
    assert number_text(value) == text


def test_key_measures_are_measures_and_shares_are_percent() -> None:
    assert set(KEY_MEASURES) <= set(BY_NAME)
    table = pd.DataFrame(
        {
            "measure": ["cost_total", "service_level", "service_level", "nps"],
            "scope": ["all", "all", "skill", "all"],
            "value": [100.0, 0.8, 0.7, math.nan],
            "low": [90.0, 0.75, 0.6, math.nan],
            "unit": ["USD", "share", "share", "points"],
        }
    )
    shown = key_rows(table, ("value", "low"))
    assert shown["measure"].tolist() == ["service_level", "cost_total"]
    assert shown["value"].tolist() == [80.0, 100.0] and shown["unit"].tolist() == ["%", "USD"]
