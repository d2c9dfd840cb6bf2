"""A time to recover that the end of the run cut short is no value: the words say more than."""

from __future__ import annotations

import numpy as np

from measures.synthetic import NAMES, make_prepared, make_trace, scenario
from momentsim import measures
from momentsim.measures.digest import digest
from momentsim.report.run_words import headline
from momentsim.scenario.types import Run
from momentsim.units import SECONDS_PER_HOUR


def words(jammed_hours: range) -> str:
    """The sentence about the crisis, for a run of 96 hours that jams in these."""
    trace = make_trace(0)
    intervals = np.zeros_like(trace.intervals)
    intervals["offered"][:192, 0] = 10
    for hour in jammed_hours:
        intervals["abandoned"][2 * hour : 2 * hour + 2, 0] = 4
    one = digest(make_prepared(), trace._replace(intervals=intervals))
    made = scenario().model_copy(update={"run": Run(run_out=0.0)})
    assert made.horizon == 96 * SECONDS_PER_HOUR
    table = measures.summary(made, NAMES, (one,))
    return headline(made, table)[0]


def test_a_jam_that_is_over_has_a_length() -> None:
    assert "and was clear for good 23 hours after the first failure." in words(range(30, 53))


def test_a_jam_that_outlasts_the_run_has_none() -> None:
    assert "and had not recovered when the run ended, over" in words(range(30, 96))
