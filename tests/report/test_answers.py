"""Words and figures of every kind of answer, as a notebook asks for them."""

from __future__ import annotations

from pathlib import Path

import pytest

import momentsim as ms
from momentsim.errors import MomentsimError
from momentsim.report.figures import FIGURES
from momentsim.runs.result import Result

pytestmark = pytest.mark.slow

QUICKSTART = Path(__file__).parents[2] / "scenarios" / "quickstart.yaml"
SHORT = {"horizon": "3 h"}


@pytest.fixture(scope="module")
def result() -> Result:
    return ms.run(ms.load(QUICKSTART, overrides=SHORT), replications=2)


def test_a_run_has_words_and_figures(result: Result) -> None:
    assert "were answered within 20 s" in ms.words(result)
    for name in FIGURES:
        picture = ms.plot(result, name)
        assert picture._repr_png_().startswith(b"\x89PNG")  # type: ignore[attr-defined]  # what a notebook asks for


def test_an_unknown_figure_or_answer_is_named(result: Result) -> None:
    with pytest.raises(MomentsimError, match="figure: 'pie' is not known, allowed: week_at_a_glance, waits"):
        ms.plot(result, "pie")
    with pytest.raises(MomentsimError, match="'int' is no answer, allowed: Result"):
        ms.words(3)  # type: ignore[arg-type]  # no answer


def test_overrides_hold_for_every_case_of_a_comparison(tmp_path: Path) -> None:
    path = tmp_path / "two.yaml"
    variants = "\nvariants:\n  more: {workforce: {groups: {team: {heads: 14}}}}\n"
    path.write_text(QUICKSTART.read_text("utf-8") + variants, "utf-8")
    made = ms.compare(path, overrides={"horizon": "2 h"}, replications=3)
    assert {case.loaded.scenario.horizon for case in made.cases.values()} == {7200.0}
    assert ms.words(made).startswith("more is worse than base: ")
    assert ms.plot(made) is not None


def test_sweeps_and_staffings_have_words_and_figures() -> None:
    heads = "workforce.groups.team.heads"
    swept = ms.sweep(QUICKSTART, {heads: [9, 10]}, overrides=SHORT, replications=3)
    assert "heads" in ms.words(swept)
    assert ms.plot(swept, "curves") is not None
    staffing = ms.staff(QUICKSTART, "80/20", overrides=SHORT, replications=6)
    assert "80/20" in ms.words(staffing)
    for name in ("requirement", "search"):
        assert ms.plot(staffing, name) is not None
    rules = {"workforce.groups.team.shift_rules": "{kinds: {short: {length: 3 h}}, start_every: 30 min}"}
    scenario = ms.load(QUICKSTART, overrides=SHORT | rules)
    plan = ms.shifts(scenario, "team", staffing.requirement, seconds=5)
    assert "cover team" in ms.words(plan)
    assert ms.plot(plan) is not None


def test_worlds_are_told_and_drawn(tmp_path: Path) -> None:
    path = tmp_path / "two.yaml"
    variants = "\nvariants:\n  more: {workforce: {groups: {team: {heads: 14}}}}\n"
    path.write_text(QUICKSTART.read_text("utf-8") + variants, "utf-8")
    made = ms.compare(path, overrides=iter(["horizon=2 h"]), replications=4, worlds=8)
    assert "plausible worlds" in ms.words(made)
    assert made.worlds is not None
    costs = [pairs[pairs["measure"] == "cost_total"] for pairs in (made.observations, made.worlds.pairs)]
    at_home, abroad = (pairs.loc[pairs["case"] == "base", "value"].mean() for pairs in costs)
    assert abroad == pytest.approx(at_home, rel=0.5), "the horizon is that of the comparison in every world"
    assert ms.plot(made, "worlds") is not None
