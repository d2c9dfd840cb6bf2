"""What intervals of value and net benefit are called."""

from __future__ import annotations

import pandas as pd
import pytest

from momentsim.questions.worth.words import answer_words
from momentsim.questions.worth.worth import BENEFIT, COLUMNS, VALUE, finding


def row(value: tuple[float, float], benefit: tuple[float, float], **more: object) -> dict[str, object]:
    """A row of the table with these intervals; every other one is 0."""
    found: dict[str, object] = {f"{name}_{end}": 0.0 for name in COLUMNS for end in ("low", "high")}
    found |= {f"{VALUE}_low": value[0], f"{VALUE}_high": value[1]}
    found |= {f"{BENEFIT}_low": benefit[0], f"{BENEFIT}_high": benefit[1]}
    return found | more


@pytest.mark.parametrize(
    ("value", "benefit", "called"),
    [
        ((1, 2), (1, 2), "pays"),
        ((1, 2), (-1, 2), "gains value, may not pay"),
        ((1, 2), (-2, -1), "gains value, costs more"),
        ((-1, 2), (1, 2), "nothing"),
        ((0, 0), (-2, -1), "nothing"),
        ((-2, -1), (-2, -1), "harms"),
        ((float("nan"), float("nan")), (float("nan"), float("nan")), "nothing"),
    ],
)
def test_findings(value: tuple[float, float], benefit: tuple[float, float], called: str) -> None:
    assert finding(row(value, benefit)) == called


def test_customers_lost_are_harm_where_value_is_unclear() -> None:
    assert finding(row((-1, 2), (-1, 2), customers_kept_low=-2.0, customers_kept_high=-0.1)) == "harms"


def test_value_from_those_who_stay_is_no_gain_for_customers_who_leave() -> None:
    lost = {"customers_kept_low": -2.0, "customers_kept_high": -0.1}
    assert finding(row((1, 2), (1, 2), **lost)) == "gains value, loses customers"


def test_customers_kept_are_not_nothing() -> None:
    assert (
        finding(row((-1, 2), (-1, 2), customers_kept_low=0.1, customers_kept_high=0.2))
        == "keeps customers, value can't be told"
    )


def test_the_answer_lists_where_it_is_worth_nothing() -> None:
    rows = [
        row((1000, 2000), (500, 900), sentence="as things stand"),
        row((-1, 2), (-2, 3), sentence="where talks follow a script"),
        row((0, 0), (0, 0), sentence="where nothing is at stake"),
        row((10, 20), (5, 9), sentence="under pressure"),
    ]
    table = pd.DataFrame([each | {"finding": finding(each)} for each in rows])
    answer = " ".join(answer_words(table, "training", "USD"))
    assert "net benefit is 500 to 900 USD higher. It pays." in answer
    assert (
        "worth nothing (or too little to tell) where talks follow a script and where nothing is at stake;"
        in answer
    )
    assert "; it still pays under pressure." in answer


def test_one_replication_says_nothing() -> None:
    nan = float("nan")
    table = pd.DataFrame([row((nan, nan), (nan, nan), sentence="", finding="nothing")])
    assert "one replication" in answer_words(table, "training", "USD")[0]
