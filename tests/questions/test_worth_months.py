"""The return month by month adds up to net benefit, and break-even is said only where the intervals say it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from measures.synthetic import make_sample
from momentsim.measures.facts import Sample
from momentsim.measures.months import days_by_month, net_by_month
from momentsim.measures.statistics import FloatArray
from momentsim.measures.summary import estimate_by_name
from momentsim.questions.worth.months import COLUMNS, break_even, break_even_words, month_table
from momentsim.report.verdicts import decide


def in_months(sample: Sample, months: int, horizon_d: float) -> Sample:
    """The same over so many months, with value booked in some of them."""
    scenario = sample.scenario.model_copy(update={"horizon": horizon_d * 86400.0})
    random = np.random.default_rng(5)
    digests = tuple(each._replace(value_by_month=random.normal(0, 1e4, months)) for each in sample.digests)
    return Sample(scenario, sample.names, digests)


def months_of(limits: list[tuple[float, float]]) -> pd.DataFrame:
    low, high = np.array(limits, float).T
    words = [str(decide(*pair, "up")) for pair in limits]
    return pd.DataFrame({"so_far_low": low, "so_far_high": high, "verdict": words})


def test_months_add_up_to_net_benefit_and_cost() -> None:
    sample = in_months(make_sample(4), 3, 75)
    value, cost = net_by_month(sample)
    totals = estimate_by_name(("net_benefit", "cost_total"), sample)
    assert cost.value.sum() == pytest.approx(totals["cost_total"].value[0], rel=1e-9)
    assert value.value.sum() - cost.value.sum() == pytest.approx(totals["net_benefit"].value[0], rel=1e-9)
    own: FloatArray = (value.influence - cost.influence).sum(axis=1)
    assert own == pytest.approx(totals["net_benefit"].influence[:, 0], rel=1e-6, abs=1e-3)
    assert days_by_month(sample).sum() == pytest.approx(1.0)


def test_the_last_month_has_the_difference_of_net_benefit() -> None:
    without, with_it = (in_months(make_sample(4, relief=relief), 3, 75) for relief in (0.0, 0.6))
    table = month_table(without, with_it)
    assert list(table.columns) == list(COLUMNS) and list(table["month"]) == [1, 2, 3]
    ends = [estimate_by_name(("net_benefit",), each)["net_benefit"].value[0] for each in (without, with_it)]
    assert table["so_far"].iloc[-1] == pytest.approx(ends[1] - ends[0], rel=1e-9)
    assert table["net"].cumsum().to_numpy() == pytest.approx(table["so_far"].to_numpy())


@pytest.mark.parametrize(
    ("limits", "earliest", "latest", "words"),
    [
        ([(-9, -5), (-2, 3), (1, 4)], 2, 3, "from month 2 on at the earliest, 3 at the latest"),
        ([(-9, -5), (1, 3), (1, 4)], 2, 2, "has paid for itself from month 2 on"),
        ([(1, 2), (1, 3)], 1, 1, "from month 1 on"),
        ([(-9, -5), (-3, -1)], None, None, "does not pay for itself within these 2 months"),
        ([(1, 2), (-3, -1)], None, None, "does not pay for itself"),
        ([(-9, -5), (-3, 1)], 2, None, "Whether it pays for itself within these 2 months can't be told"),
        ([(float("nan"), float("nan"))], 1, None, "One replication tells nothing"),
        ([(0, 0), (0, 0)], 1, None, "neither brings nor costs anything"),
    ],
)
def test_break_even(
    limits: list[tuple[float, float]], earliest: int | None, latest: int | None, words: str
) -> None:
    table = months_of(limits)
    assert break_even(table) == (earliest, latest)
    assert words in break_even_words(table, "it")
