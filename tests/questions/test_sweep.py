"""Sweeps from Python: tables, pairing, slopes, what is kept when stopped, and what is said."""

from __future__ import annotations

import signal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import momentsim as ms
from momentsim.measures.statistics import t_quantile
from momentsim.questions.sweep.ask import SweepRequest, answer, ask
from momentsim.questions.sweep.axes import SweptFile
from momentsim.questions.sweep.figures.gallery import draw_all
from momentsim.questions.sweep.store import Swept, find_sweep, write_sweep
from momentsim.questions.sweep.words import sentences, short_names
from momentsim.runs.progress import Progress
from momentsim.runs.settings import RunSettings

pytestmark = pytest.mark.slow

HEADS = "workforce.groups.team.heads"
PATIENCE = "waiting.patience.mean"
TEXT = """\
name: small
start: "2024-01-08 08:00"
horizon: 2 h
customers:
  segments:
    everyone: {customers: 500, yearly_margin: 100 USD}
moments:
  question: {handling_time: {mean: 5 min}, stakes: 50 %}
demand:
  volumes:
    question: {per_day: 960, profile: flat}
workforce:
  groups:
    team: {heads: 4}
waiting: {patience: {distribution: exponential, mean: 4 min}}
variants:
  more: {workforce: {groups: {team: {heads: 6}}}}
run: {replications: 4}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("sweep") / "small.yaml"
    place.write_text(TEXT, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def line(file: Path) -> Swept:
    return ms.sweep(file, [f"{HEADS}=3..6:1"], measures=["service_level", "cost_total", "net_benefit"])


@pytest.fixture(scope="module")
def plane(file: Path) -> Swept:
    vary = {HEADS: [4, 5], PATIENCE: ["2 min", "4 min"]}
    return ms.sweep(file, vary, measures=["abandoned_share"], replications=3)


def test_the_table_is_tidy(line: Swept) -> None:
    assert line.table.columns[:3].tolist() == ["point", HEADS, "measure"]
    assert len(line.table) == 4 * 3
    assert line.points[HEADS].tolist() == [3, 4, 5, 6]
    assert line.points["as_written"].tolist() == [False, True, False, False]
    here = line.table[line.table["point"] == 2]
    assert (here[["difference", "difference_low_all", "difference_high_all"]] == 0).all(axis=None)
    level = line.of("service_level")
    assert level["value"].is_monotonic_increasing
    assert (level["low"] <= level["value"]).all()
    assert set(level["unit"]) == {"share"}


def test_points_are_those_of_plain_runs(file: Path, line: Swept) -> None:
    run = ms.run(ms.load(file, overrides={HEADS: 6}), log="none").summary
    alone = run[(run["measure"] == "service_level") & (run["scope"] == "all")]
    level = line.of("service_level")
    (value,) = level.loc[level[HEADS] == 6, "value"]
    assert value == alone["value"].item()


def test_differences_and_slopes_are_paired_and_can_be_made_again(line: Swept) -> None:
    """From pairs.csv alone: the paired t interval of a step, corrected for all steps of a measure."""
    pairs = line.pairs[line.pairs["measure"] == "service_level"].pivot(
        index="replication", columns="point", values="value"
    )
    steps = line.slopes[line.slopes["measure"] == "service_level"]
    assert steps["from"].tolist() == ["3", "4", "5"]
    assert steps["local"].tolist() == [False, True, False]
    change = pairs[3] - pairs[2]
    half = t_quantile(4, 1 - 0.05 / 3) * change.std(ddof=1) / 2
    row = steps.iloc[1]
    assert row["slope"] == pytest.approx(change.mean())
    assert (row["low_all"], row["high_all"]) == pytest.approx((change.mean() - half, change.mean() + half))
    level = line.of("service_level")
    against = level[level["point"] == 3].iloc[0]
    assert against["difference"] == pytest.approx(change.mean())


def test_a_cost_that_is_nothing_but_heads_has_the_elasticity_one(file: Path) -> None:
    swept = ms.sweep(file, {HEADS: [4, 5]}, measures=["cost_staff"], replications=3)
    (row,) = swept.slopes.to_dict(orient="records")
    assert row["elasticity"] == pytest.approx(1.0, abs=0.01)
    assert row["slope"] == pytest.approx(2 * 36.0, rel=0.05)
    assert row["per"] == "1"


def test_the_file_as_written_is_run_where_no_point_is_just_that(file: Path) -> None:
    swept = ms.sweep(file, {HEADS: [5, 6]}, measures=["service_level"], replications=2)
    assert swept.about["as_written_point"] == 0
    assert swept.table["point"].tolist() == [0, 1, 2]
    assert swept.table[HEADS].tolist() == [4, 5, 6]
    variants = ms.sweep(file, {"variant": ["base", "more"]}, measures=["service_level"], replications=2)
    assert variants.about["as_written_point"] == 1
    assert variants.of("service_level")["value"].iloc[1] == swept.of("service_level")["value"].iloc[2]
    assert len(variants.slopes) == 0


def test_two_keys_have_slopes_at_the_file_and_exact_indices(plane: Swept) -> None:
    assert len(plane.points) == 4
    ends = plane.slopes[["key", "from", "to", "at", "per"]].to_numpy().tolist()
    assert ends == [
        [HEADS, "4", "5", f"{PATIENCE} = 4 min", "1"],
        [PATIENCE, "2 min", "4 min", f"{HEADS} = 4", "1 min"],
    ]
    total = plane.sensitivity[plane.sensitivity["index"] == "total"].set_index("key")["value"]
    assert total[HEADS] > total[PATIENCE]


@pytest.mark.parametrize("design", ["latin", "sobol"])
def test_designs_have_mean_slopes_and_sensitivities(file: Path, design: str) -> None:
    size = 10 if design == "latin" else 4
    vary = [f"{HEADS}=3..6", f"{PATIENCE}=2 min..6 min"]
    swept = ms.sweep(file, vary, design=design, points=size, measures=["abandoned_share"], replications=2)  # type: ignore[arg-type]  # a word of a parameter
    assert swept.about["design_points"] == (10 if design == "latin" else 16)
    assert swept.points["times"].sum() == swept.about["design_points"]
    slope = swept.slopes.set_index("key")["slope"]
    assert slope[HEADS] < 0
    wanted = (
        {"rank coefficient", "R2", "sampling noise"}
        if design == "latin"
        else {"first order", "total", "sampling noise"}
    )
    assert set(swept.sensitivity["index"]) == wanted
    assert any("rounded to whole ones" in text for text in swept.sentences)


def test_workers_and_batches_do_not_matter(file: Path, line: Swept) -> None:
    again = ms.sweep(
        file, {HEADS: [3, 4, 5, 6]}, measures=["service_level", "cost_total", "net_benefit"], workers=7
    )
    pd.testing.assert_frame_equal(again.table, line.table, check_exact=True)


class StopsAt(Progress):
    """Presses Ctrl-C once so much is done."""

    def __init__(self, share: float) -> None:
        self.limit, self.stages, self.told = share, [""], [0.0]

    def stage(self, name: str) -> None:
        self.stages.append(name)
        self.told.append(0.0)

    def share(self, done: float) -> None:
        assert done >= self.told[-1]
        self.told.append(done)
        if self.stages[-1].startswith("simulating") and done >= self.limit:
            self.limit = 2.0
            signal.raise_signal(signal.SIGINT)


def stopped(file: Path, share: float) -> tuple[StopsAt, Swept]:
    swept_file = SweptFile(ms.load(file))
    settings = RunSettings(replications=10, log="none", workers=1)
    asked = ask(swept_file, SweepRequest([f"{HEADS}=3..6:1"], measures=["net_benefit"]), settings)
    progress = StopsAt(share)
    return progress, answer(asked, settings, sentences, progress=progress)


def test_ctrl_c_keeps_finished_points(file: Path) -> None:
    progress, found = stopped(file, 0.6)
    assert found.about["interrupted"] is True
    assert found.about["complete"] is False
    assert 1 <= found.about["finished"] < 4
    assert len(found.points) == found.about["finished"]
    assert set(found.table["replications"]) == {10}
    assert sum(stage.startswith("simulating") for stage in progress.stages) == 1
    with pytest.raises(KeyboardInterrupt, match="nothing is kept"):
        stopped(file, 0.01)


def test_a_folder_holds_everything(file: Path, tmp_path: Path) -> None:
    swept_file = SweptFile(ms.load(file))
    settings = RunSettings(replications=3, log="none", workers=2)
    wish = SweepRequest(
        [f"{HEADS}=3..5:1", "behaviour.fatigue=on,off"], measures=["service_level", "net_benefit"]
    )
    asked = ask(swept_file, wish, settings)
    fresh = answer(asked, settings, sentences)
    write_sweep(fresh, tmp_path / "here", draw=draw_all)
    found = find_sweep(tmp_path / "here", asked.identity)
    assert found is not None
    for name in ("points", "table", "slopes", "sensitivity", "pairs"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(fresh, name), check_exact=True)
    assert sentences(found) == fresh.sentences == found.sentences
    assert find_sweep(tmp_path / "here", "another") is None
    pictures = {path.name for path in (tmp_path / "here" / "figures").iterdir()}
    assert pictures == {"heat_service_level.png", "heat_net_benefit.png", "sensitivity.png"}
    other = ask(swept_file, SweepRequest([f"{HEADS}=3..6:1"]), settings)
    assert other.identity != asked.identity


EFFECTS = {"effects.png", "sensitivity.png"}


@pytest.mark.parametrize(
    ("vary", "design", "pictures"),
    [
        ([f"{HEADS}=3,5"], "grid", {"curves.png"}),
        (["routing.order=first_come,stakes"], "grid", {"curves.png"}),
        ([f"{HEADS}=3,4", f"{PATIENCE}=2 min,3 min", "behaviour.load=on,off"], "grid", EFFECTS),
        ([f"{HEADS}=3..5", f"{PATIENCE}=2 min..3 min"], "latin", EFFECTS),
    ],
)  # fmt: skip
def test_figures_for_any_number_of_keys(
    file: Path, tmp_path: Path, vary: list[str], design: str, pictures: set[str]
) -> None:
    points = 6 if design == "latin" else None
    found = ms.sweep(file, vary, design=design, points=points, replications=2)  # type: ignore[arg-type]  # a word of a parameter
    draw_all(tmp_path, found)
    assert {path.name for path in tmp_path.iterdir()} == pictures


def test_one_replication_says_nothing(file: Path, tmp_path: Path) -> None:
    found = ms.sweep(file, [f"{HEADS}=3,5"], replications=1)
    assert found.sentences == ["One replication tells nothing about how sure this is."]
    assert np.isnan(found.table["low"]).all()
    draw_all(tmp_path, found)


def test_names_are_as_short_as_they_can_be() -> None:
    names = short_names([HEADS, "workforce.groups.other.heads", "economics.overtime_factor", "seed"])
    assert list(names.values()) == ["team.heads", "other.heads", "economics.overtime_factor", "seed"]
    assert short_names(["a.x.heads", "b.x.heads"])["a.x.heads"] == "a.x.heads"
