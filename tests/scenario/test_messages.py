"""Every message of the types as a planner reads it: place, key, what was found, is allowed, was meant."""

from __future__ import annotations

import pytest

from momentsim.errors import Problem, ScenarioError

from .message_cases import CASES
from .scenario_fixtures import Loaded, Problems


@pytest.mark.parametrize(("found", "written", "message"), CASES, ids=[case[1] for case in CASES])
def test_message(found: str, written: str, message: str, plain: str, problems: Problems) -> None:
    assert found in plain
    lines = [
        line
        for line in problems(plain.replace(found, written))
        if message.split(": ")[0] in line or message in line
    ]
    assert any(line == message or line.endswith(": " + message) for line in lines), lines


def test_missing_sections_are_all_named(problems: Problems) -> None:
    assert problems("name: x\nhorizon: 1 d\n") == [
        "x.yaml:1:1: customers: this key is missing, it is needed (Who may call)",
        "x.yaml:1:1: demand: this key is missing, it is needed (How many moments, and when)",
        "x.yaml:1:1: moments: this key is missing, it is needed (Contact reasons by name)",
        "x.yaml:1:1: start: this key is missing, it is needed (First instant simulated, at a full interval)",
        "x.yaml:1:1: workforce: this key is missing, it is needed (Who answers)",
    ]


def test_an_empty_section_is_a_missing_one(plain: str, problems: Problems) -> None:
    emptied = plain.replace("  volumes:\n    question: {per_day: 900}\n", "")
    assert problems(emptied) == [
        "x.yaml:10:8: demand: this key is missing, it is needed (How many moments, and when)"
    ]


def test_everything_at_once_and_sorted(plain: str, problems: Problems) -> None:
    bad = (
        plain.replace("horizon: 12 h", "horizon: 12")
        .replace("heads: 14", "heads: 14, hed: 3")
        .replace("    question: {per", "    qestion: {per")
        .replace("mean: 4 min", "mean: 4 m")
    )
    assert [line.split(": ")[0] for line in problems(bad)] == ["x.yaml:3:10", "x.yaml:9:27", "x.yaml:15:28"]
    # with only small things wrong, the checks across keys still run
    small = bad.replace("horizon: 12\n", "horizon: 12 h\n")
    assert (
        "x.yaml:12:5: demand.volumes.qestion: there is no moment 'qestion', known: "
        "question, did you mean 'question'?" in problems(small)
    )


def test_problems_about_replaced_values_are_not_invented(plain: str, problems: Problems) -> None:
    assert len(problems(plain.replace("heads: 14", "heads: fourteen"))) == 1
    assert len(problems(plain.replace("mean: 4 min", "mean: 4 m"))) == 1
    assert len(problems(plain.replace("handling_time: {mean: 4 min, cv: 0.8}", "stakes: 10 %"))) == 1
    assert len(problems(plain.replace("  question:\n", "  9question:\n"))) == 1


@pytest.mark.parametrize(
    ("written", "value"),
    [("on", True), ("off", False), ("true", True), ("false", False), ("Off", False), ('"on"', True)],
)
def test_switches(written: str, value: bool, plain: str, loaded: Loaded) -> None:
    text = plain.replace("behaviour: off", f"behaviour: {{anger: {written}}}")
    behaviour = loaded(text).scenario.behaviour
    assert behaviour.anger is value
    assert behaviour.fatigue is True


def test_written_quantities_become_inner_numbers(plain: str, loaded: Loaded) -> None:
    text = plain.replace("behaviour: off", "waiting: {service_level: 90/10}\nrouting: {order: stakes}")
    scenario = loaded(text).scenario
    assert scenario.horizon == 43200.0
    assert scenario.moments["question"].handling_time.mean == 240.0
    assert scenario.customers.segments["all"].yearly_margin == 120.0
    assert (scenario.waiting.service_level.share, scenario.waiting.service_level.threshold_s) == (0.9, 10.0)
    assert type(scenario.workforce.groups["frontline"].heads) is int
    assert type(scenario.moments["question"].handling_time.cv) is float


def test_another_currency(plain: str, loaded: Loaded, problems: Problems) -> None:
    text = plain.replace("USD", "EUR") + "currency: EUR\n"
    assert loaded(text).resolved()["economics"]["telephony_per_minute"] == "0.02 EUR"
    assert "is not in EUR" in problems(plain + "currency: EUR\n")[0]


def test_many_problems_are_cut(plain: str, problems: Problems) -> None:
    lines = problems(plain + "".join(f"k{number}: 1\n" for number in range(5000)))
    assert len(lines) == 101
    assert lines[-1].endswith("and 4900 more problems")


def test_a_problem_is_printed_as_far_as_known() -> None:
    assert str(Problem("x.yaml", 3, 10, "horizon", "what", "allowed", "meant")) == (
        "x.yaml:3:10: horizon: what, allowed, meant"
    )
    assert str(Problem("x.yaml", 0, 0, "", "what")) == "x.yaml: what"
    error = ScenarioError([Problem("x.yaml", 9, 1, "b", "late"), Problem("x.yaml", 2, 1, "a", "early")])
    assert str(error) == "x.yaml:2:1: a: early\nx.yaml:9:1: b: late"
