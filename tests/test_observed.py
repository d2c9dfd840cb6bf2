"""What was observed comes out again: handling times and shares solved of a file are those of its reference operation.

Passes of the tests have replications of their own, agents spread evenly as in the pilot, and no luck in their means, so
these move by 0.17 % (handling times) and 0.11 points (solved) from seed to seed; limits are five of that and more.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

import momentsim as ms
from momentsim.engine.simulate import simulate
from momentsim.errors import ScenarioError
from momentsim.prepare import Reference, contact_rates, lower, observe, prepare
from momentsim.prepare.calibration import Observation
from momentsim.runs import reference, reference_store
from momentsim.runs.observed_words import UNSEEN, left_unexplained, observed_words
from momentsim.runs.reference import Pilot, kept_reference_for, reference_for
from momentsim.scenario import LoadedScenario, load

pytestmark = pytest.mark.slow

DESK = """\
name: desk
start: "2024-01-08 00:00"
horizon: 1 d
customers: {segments: {everyone: {customers: 100000, yearly_margin: 150 USD}}}
moments:
  question:
    {handling_time: {mean: 300 s, cv: 0.8}, resolution: 70 %, stakes: 60 %, complexity_sd: 1,
     self_service: {adoption: 30 %}}
  decision: {handling_time: {mean: 100 s, cv: 0.8}, wrap_up: {mean: 20 s}, resolution: 90 %, beyond_authority: 20 %}
demand: {volumes: {question: {per_day: 6000, profile: flat}, decision: {per_day: 4000, profile: flat}}}
workforce:
  groups:
    team:
      {heads: 34, knowledge_sd: 0.5, tenure_mean: 90 d,
       incentives: {handling_time: 60 %, resolution: 20 %, customer_voice: 20 %}}
variants:
  slowdown: {behaviour: {load_mode: slowdown}}
  fewer: {workforce: {groups: {team: {heads: 27}}}}
  slowdown_fewer: {behaviour: {load_mode: slowdown}, workforce: {groups: {team: {heads: 27}}}}
"""
TEXTBOOK = """\
name: erlang_a
start: "2024-01-01 00:00"
horizon: 1 d
moments: {call: {handling_time: {distribution: exponential, mean: 5 min}}}
demand: {volumes: {call: {per_day: 2400, profile: flat}}}
workforce: {groups: {team: {heads: 9}}}
waiting: {patience: {distribution: exponential, mean: 5 min}}
behaviour: off
"""
WRITTEN_OUT = (
    "moments.call.resolution=100 %",
    "waiting.redial={first: 0 %, further: 0 %}",
    "workforce.groups.team.speed_sd=0",
    "workforce.groups.team.skill_sd=0",
    "customers={segments: {everyone: {customers: 1, yearly_margin: 0 USD, yearly_churn: 0 %}}}",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("desk") / "desk.yaml"
    path.write_text(DESK, "utf-8")
    return path


@cache
def at(path: Path, variant: str | None = None, *overrides: str) -> LoadedScenario:
    return load(path, variant=variant, overrides=overrides)


def reference_of(loaded: LoadedScenario, base: LoadedScenario) -> Reference:
    return reference_for(loaded, base, clock="compiled", on_progress=lambda share: True)


def seen(loaded: LoadedScenario, base: LoadedScenario, replications: int = 32) -> Observation:
    """What replications of a scenario show that are none of the pilot's."""
    blueprint = lower(loaded, reference_of(loaded, base))
    traces = [simulate(prepare(blueprint, number, evenly=True)) for number in range(1, replications + 1)]
    return observe(blueprint, [trace.intervals for trace in traces])


@pytest.mark.parametrize("heads", [40, 34, 27])
@pytest.mark.parametrize("load_mode", ["speedup", "slowdown"])
def test_what_was_written_comes_out(desk: Path, load_mode: str, heads: int) -> None:
    """Without calibration: 341 and 122 s, 66 and 88 % at 34 heads; 368 and 132 s at 27 that slow down."""
    written = at(desk, None, f"behaviour.load_mode={load_mode}", f"workforce.groups.team.heads={heads}")
    found = seen(written, written)
    assert np.all(np.abs(found.talks[:2] - 1.0) < 0.01)
    assert np.all(np.abs(found.solved[:2] - found.written[:2]) < 0.006)
    known = reference_of(written, written)
    assert all(
        abs(each.talk_left) < 0.01 and abs(each.resolution_left) < 0.005 for each in known.reasons.values()
    )
    assert not list(left_unexplained(written, known))


def test_without_calibration_it_does_not(desk: Path) -> None:
    raw = at(desk, None, "behaviour.calibration=off")
    found = seen(raw, raw)
    assert np.all(found.talks[:2] > 1.1)
    assert np.all(found.solved[:2] < found.written[:2] - 0.01)


def test_a_run_shows_what_was_written(tmp_path: Path) -> None:
    """Handling time with wrap-up, and the share solved once answered; six standard errors of the run's own.

    These are small where agents are of one speed and few are new.
    """
    path = tmp_path / "alike.yaml"
    path.write_text(DESK.replace("tenure_mean: 90 d", "speed_sd: 0"), "utf-8")
    summary = ms.run(path, replications=24, workers=1).summary
    values = summary[summary["scope"] == "reason"].set_index(["measure", "item"])["value"]
    assert values["handle_mean_s", "question"] == pytest.approx(300.0, rel=0.02)
    assert values["handle_mean_s", "decision"] == pytest.approx(120.0, rel=0.02)
    assert values["resolved_answered_share", "question"] == pytest.approx(0.70, abs=0.015)
    assert values["resolved_answered_share", "decision"] == pytest.approx(0.90, abs=0.015)


def test_what_fewer_people_do_is_not_calibrated_away(desk: Path) -> None:
    """A variant keeps the factors of the base: where load slows people down, fewer of them take longer."""
    base = at(desk)
    for variants, sign in (((None, "fewer"), -1.0), (("slowdown", "slowdown_fewer"), 1.0)):
        before, after = (seen(at(desk, variant), base) for variant in variants)
        assert sign * (after.talks[-1] / before.talks[-1] - 1.0) > 0.01
        usual, fewer = (reference_of(at(desk, variant), base) for variant in variants)
        assert usual == fewer


def test_comparisons_keep_their_sign(desk: Path) -> None:
    """Calibration moves both sides: fewer people wait longer, lose more callers and cost less with it and without."""
    for calibration in ("on", "off"):
        answer = ms.compare(
            desk, ["fewer"], replications=4, workers=1, overrides=[f"behaviour.calibration={calibration}"]
        )
        table = answer.table
        of_all = table[table["scope"] == "all"].set_index("measure")["difference"]
        assert of_all["wait_mean_s"] > 0 and of_all["abandoned_share"] > 0 and of_all["cost_total"] < 0


def test_both_clocks_observe_the_same(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "ENOUGH_MOMENTS", 300)
    monkeypatch.setattr(reference, "ENOUGH_TO_BEGIN", 100)
    short = at(
        desk, None, "horizon=2 h", "demand.volumes.question.per_day=1500", "workforce.groups.team.heads=10"
    )
    rates = contact_rates(short)
    one, other = (
        reference._pilot(Pilot(reference.shorten(short, 86_400.0), clock, lambda share: True), rates, 0)
        for clock in ("compiled", "simpy")
    )
    assert one == other
    assert one.of("question").talk_factor != 1.0


def test_explain_says_how_it_comes_out(desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference_store, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(reference, "_cache", {})
    loaded = at(desk)
    assert kept_reference_for(loaded, loaded) is None
    assert observed_words(loaded, loaded, "moments.question.resolution") == UNSEEN
    known = reference_of(loaded, loaded)
    talk = observed_words(loaded, loaded, "moments.question.handling_time.mean")
    assert f"{known.of('question').talk_factor:.3f}" in talk and "(calibrated)" in talk
    assert "70 % is written" in observed_words(loaded, loaded, "moments.question.resolution")
    assert observed_words(loaded, loaded, "moments.question.stakes") == ""
    raw = at(desk, None, "behaviour.calibration=off")
    assert observed_words(raw, raw, "moments.question.resolution") == ""


def test_what_cannot_have_been_observed_is_told(desk: Path) -> None:
    """Where agents cut talks short and customers doubt what the others say, nobody solves 99.5 % at once."""
    hurried = at(
        desk,
        None,
        "moments.question={resolution: 99.5 %, stakes: 100 %}",
        "workforce.groups.team.incentives={handling_time: 100 %, resolution: 0 %, customer_voice: 0 %}",
        "workforce.groups.team.knowledge_sd=2",
    )
    told = list(left_unexplained(hurried, reference_of(hurried, hurried)))
    assert any("moments.question.resolution" in words for words in told)


def test_off_is_the_textbook(tmp_path: Path) -> None:
    """Erlang A needs no further key; what stands in the file still holds, and a single switch brings no people back."""
    path = tmp_path / "erlang.yaml"
    path.write_text(TEXTBOOK, "utf-8")
    bare, whole = load(path), load(path, overrides=WRITTEN_OUT)
    assert bare.scenario == whole.scenario
    neutral = Reference.neutral(("call",))
    assert reference_of(bare, bare) == neutral
    effects = lower(bare, neutral).effects[0]
    assert effects["context_saved_s"] == effects["context_lost_s"] == effects["handover_s"] == 0.0
    held = load(path, overrides=["moments.call.resolution=70 %", "behaviour.parameters.handover_s=40"])
    assert held.scenario.moments["call"].resolution == 0.70
    assert lower(held, neutral).effects[0]["handover_s"] == 40.0
    loaded_only = load(
        path, overrides=["customers.segments.all={customers: 9, yearly_margin: 1 USD}", "behaviour.load=on"]
    )
    assert loaded_only.scenario.moments["call"].resolution == 1.0
    with pytest.raises(ScenarioError, match="customers"):
        load(path, overrides=["behaviour.memory=on"])
    with pytest.raises(ScenarioError, match="customers"):
        load(path, overrides=["demand.volumes.call={per_customer_year: 3}"])


def test_the_bare_textbook_is_erlang_a(tmp_path: Path) -> None:
    """100 calls an hour, 9 agents: 10.2 % hang up, 83 % busy; 40 days (share: within 0.2 points)."""
    path = tmp_path / "erlang.yaml"
    path.write_text(TEXTBOOK, "utf-8")
    summary = ms.run(load(path), replications=40, workers=1).summary
    values = summary[summary["scope"] == "all"].set_index("measure")["value"]
    assert abs(values["abandoned_share"] - 0.102) < 0.012
    assert values["handle_mean_s"] == pytest.approx(300.0, rel=0.02)
    assert values["resolved_answered_share"] == 1.0
    assert values["contacts_per_moment"] == 1.0
