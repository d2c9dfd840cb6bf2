"""Runs until they are precise enough, through the product."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import momentsim as ms
from momentsim.errors import MomentsimError, ScenarioError
from momentsim.runs.choices import FIRST_STAGE
from momentsim.runs.progress import Progress

QUICKSTART = Path(__file__).parents[2] / "scenarios" / "quickstart.yaml"
SHORT = {"horizon": "2 h", "demand.volumes.question.per_day": 2400}
ONE = ("service_level",)


def test_it_stops_when_precise_and_is_the_run_of_that_many_replications() -> None:
    loaded = ms.load(QUICKSTART, overrides=SHORT)
    result = ms.run(loaded, precision="3.5 %", measures=ONE, workers=3)
    count = len(result.digests)
    assert FIRST_STAGE < count < 200
    assert not result.interrupted
    assert all(reach.is_reached for reach in result.reaches)
    rows = result.summary.query("measure == 'service_level' and scope == 'all'")
    assert (rows["high"] - rows["low"]).item() / 2 <= 0.035
    fixed = ms.run(loaded, replications=count, workers=1)
    pd.testing.assert_frame_equal(result.summary, fixed.summary, check_exact=True)


def test_the_cap_comes_first_and_the_result_says_so() -> None:
    result = ms.run(
        ms.load(QUICKSTART, overrides=SHORT), precision=0.005, measures=ONE, max_replications=30, log="none"
    )
    (reach,) = result.reaches
    assert len(result.digests) == 30 and not result.interrupted
    assert not reach.is_reached and reach.needed > 30


@pytest.mark.slow
def test_keys_of_the_file_do_the_same() -> None:
    keys = {**SHORT, "run.precision": "10 %", "run.precision_measures": ["service_level", "cost_total"]}
    loaded = ms.load(QUICKSTART, overrides=keys)
    result = ms.run(loaded, log="none")
    assert [reach.measure for reach in result.reaches] == ["service_level", "cost_total"]
    assert len(ms.run(loaded, replications=2, log="none").digests) == 2
    assert "replications" not in loaded.resolved()["run"]


def test_contradictions_are_told() -> None:
    with pytest.raises(ScenarioError, match="there is a number of replications"):
        ms.load(QUICKSTART, overrides={"run.precision": "2 %", "run.replications": 20})
    with pytest.raises(ScenarioError, match="this goes with"):
        ms.load(QUICKSTART, overrides={"run.max_replications": 50})
    for arguments, words in (
        ({"precision": 0.02, "replications": 5}, "exclude each other"),
        ({"max_replications": 50}, "goes with precision"),
        ({"precision": 0.02, "max_replications": 10}, r"10 is outside 20\.\."),
    ):
        with pytest.raises(MomentsimError, match=words):
            ms.run(QUICKSTART, **arguments)
    unknown = ms.load(QUICKSTART, overrides={"run.precision": "2 %", "run.precision_measures": ["wait_mean"]})
    with pytest.raises(ScenarioError, match="did you mean 'wait_mean_s'"):
        ms.run(unknown)


def test_progress_never_goes_back_though_looks_are_added() -> None:
    class Seen(Progress):
        def __init__(self) -> None:
            self.shares: list[float] = []

        def share(self, done: float) -> None:
            self.shares.append(done)

        def stage(self, name: str) -> None:
            self.shares.clear()

    seen = Seen()
    ms.run(
        ms.load(QUICKSTART, overrides=SHORT),
        precision=0.04,
        measures=ONE,
        log="none",
        progress=seen,
        workers=1,
    )
    assert seen.shares == sorted(seen.shares)
    assert seen.shares[-1] == pytest.approx(1.0)
