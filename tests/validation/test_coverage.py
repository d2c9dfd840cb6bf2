"""Small experiments: their truth, how intervals are counted, and that a few of them run."""

from __future__ import annotations

import numpy as np
import pytest

from momentsim.measures.statistics import estimate
from momentsim.validation import coverage
from momentsim.validation.simulation import load_text


def test_the_truth_is_that_of_the_scenario() -> None:
    scenario = load_text(coverage.text_of(9)).scenario
    assert scenario.horizon == 3600 * coverage.HOURS
    assert scenario.demand.volumes["call"].per_day == 24 * coverage.PER_HOUR
    fewer, more = (coverage.truth_of(agents) for agents in coverage.STAFFING)
    assert more.abandoned_share < fewer.abandoned_share
    assert 0 < fewer.wait_probability < 1


def test_intervals_are_counted_when_they_hold_the_truth() -> None:
    made = [estimate(np.array([[0.1], [0.2], [0.3]]))]
    assert coverage.count_covering(made, 0.2, (0.0, 1.0)) == 1
    assert coverage.count_covering(made, 0.0, (0.0, 1.0)) == 1
    assert coverage.count_covering(made, 0.5, (0.0, 1.0)) == 0


@pytest.mark.slow
def test_a_few_experiments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six are far too few to prove anything, and the proofs say so; the estimates are near the truth."""
    monkeypatch.setattr(coverage, "EXPERIMENTS", 6)
    made = coverage.experiments()
    truth = coverage.truth_of(coverage.STAFFING[0])
    values = [one.fewer["abandoned_share"].value[0] for one in made]
    assert len(set(values)) == 6
    assert np.mean(values) == pytest.approx(truth.abandoned_share, abs=0.05)
    changed = coverage.paired_differences(made, "abandoned_share")
    assert np.mean([one.value[0] for one in changed]) < 0
    assert (
        coverage.squares(changed).sum()
        < coverage.squares([one.fewer["abandoned_share"] for one in made]).sum()
    )
