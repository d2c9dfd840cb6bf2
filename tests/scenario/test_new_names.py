"""A name that a variant or `--set` gets wrong is an error with what was meant; only `new: on` adds things."""

from __future__ import annotations

from pathlib import Path

import pytest

from momentsim.scenario import load
from momentsim.scenario.files.layers import read_layers
from momentsim.scenario.files.new_names import is_new
from momentsim.scenario.files.variants import variants_of
from momentsim.scenario.files.yaml_reader import read_file
from momentsim.scenario.shipped import shipped_scenarios

from .scenario_fixtures import Loaded, Problems

ADDS = "a variant that adds one says 'new: on'"
SET = "only a variant that says 'new: on' adds one"


@pytest.mark.parametrize(
    ("override", "message"),
    [
        (
            "workforce.groups.frontlin.heads=20",
            "--set workforce.groups.frontlin.heads=20: workforce.groups.frontlin: there is no group 'frontlin' to "
            f"change, known: frontline, {SET}, did you mean 'frontline'?",
        ),
        (
            "workforce.groups.frontlin={heads: 20}",
            "--set workforce.groups.frontlin={heads: 20}: workforce.groups.frontlin: there is no group 'frontlin' "
            f"to change, known: frontline, {SET}, did you mean 'frontline'?",
        ),
        (
            "moments.qestion.resolution=80 %",
            "--set moments.qestion.resolution=80 %: moments.qestion: there is no moment 'qestion' to change, "
            f"known: question, {SET}, did you mean 'question'?",
        ),
        (
            "customers.segments.al.customers=5",
            "--set customers.segments.al.customers=5: customers.segments.al: there is no segment 'al' to change, "
            f"known: all, {SET}, did you mean 'all'?",
        ),
        (
            "demand.volumes.qestion.per_day=5",
            "--set demand.volumes.qestion.per_day=5: demand.volumes.qestion: there is no moment 'qestion' to change, "
            f"known: question, {SET}, did you mean 'question'?",
        ),
    ],
)
def test_a_slip_of_the_pen_hires_nobody(override: str, message: str, plain: str, problems: Problems) -> None:
    """`frontlin` was a second team, paid like the first."""
    assert problems(plain, overrides=(override,)) == [message]


def test_a_slip_of_the_pen_makes_no_kind_of_day(plain: str, problems: Problems) -> None:
    """`demand.day_kinds.hevy.share=0 %` was a kind of its own: the heavy days stayed, and nothing was said."""
    text = plain.replace(
        "demand:\n", "demand:\n  day_kinds: {heavy: {share: 50 %, factors: {question: 1.2}}}\n"
    )
    assert problems(text, overrides=("demand.day_kinds.hevy.share=0 %",)) == [
        "--set demand.day_kinds.hevy.share=0 %: demand.day_kinds.hevy: there is no kind of day 'hevy' to change, "
        f"known: heavy, {SET}, did you mean 'heavy'?"
    ]


VARIANT = """
variants:
  more: {{{new}workforce: {{groups: {{{name}: {{heads: 20}}}}}}}}
"""


def test_a_variant_says_when_it_adds(plain: str, loaded: Loaded, problems: Problems) -> None:
    typo = plain + VARIANT.format(new="", name="frontlin")
    [message] = problems(typo, variant="more")
    assert message.endswith(
        f"there is no group 'frontlin' to change, known: frontline, {ADDS}, did you mean 'frontline'?"
    )
    assert loaded(typo).scenario.workforce.groups.keys() == {"frontline"}
    added = loaded(plain + VARIANT.format(new="new: on, ", name="second"), variant="more")
    assert added.scenario.workforce.groups.keys() == {"frontline", "second"}
    changed = loaded(plain + VARIANT.format(new="", name="frontline"), variant="more")
    assert changed.scenario.workforce.groups["frontline"].heads == 20


def test_what_one_variant_adds_another_may_change(plain: str, loaded: Loaded, problems: Problems) -> None:
    text = plain + VARIANT.format(new="new: on, ", name="second")
    text += "  dear: {workforce: {groups: {second: {cost_per_hour: 99 USD/h}}}}\n"
    groups = loaded(text, variant="more+dear").scenario.workforce.groups
    assert groups["second"].cost_per_hour == 99
    assert "there is no group 'second' to change" in problems(text, variant="dear")[0]


def test_where_there_is_nothing_yet_nothing_can_be_mistaken(plain: str, loaded: Loaded) -> None:
    text = plain + "variants: {train: {programmes: {a: {kind: empowerment, autonomy: 70 %}}}}\n"
    assert "a" in loaded(text, variant="train").scenario.programmes


def test_a_volume_may_be_the_first_of_a_moment(plain: str, loaded: Loaded) -> None:
    text = plain.replace("demand:", "  other: {handling_time: {mean: 1 min}}\ndemand:", 1)
    made = loaded(text, overrides=("demand.volumes.other.per_day=5",))
    assert made.scenario.demand.volumes["other"].per_day == 5


def test_new_is_on_or_off(plain: str, problems: Problems) -> None:
    text = plain + VARIANT.format(new="new: maybe, ", name="second")
    assert problems(text)[0].endswith("variants.more.new: 'maybe' is not on or off, write on or off")


SHIPPED = [shipped.path for shipped in shipped_scenarios()]


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_variants_of_shipped_scenarios_say_so(path: Path) -> None:
    overlays = variants_of(read_file(path, layer="scenario", problems=[]))
    base = load(path).scenario
    for name in read_layers(path).variants:
        made = load(path, variant=name).scenario
        pairs = (
            (base.programmes, made.programmes),
            (base.workforce.groups, made.workforce.groups),
            (base.moments, made.moments),
            (base.customers.segments, made.customers.segments),
            (base.crises, made.crises),
        )
        assert is_new(overlays[name]) == any(after.keys() - before.keys() for before, after in pairs), name
