"""Messages about routing and matched groups: where, what was found, what is allowed, what was meant."""

from __future__ import annotations

import pytest

from .scenario_fixtures import Loaded, Problems

CASES = [
    (
        "heads: 14",
        "heads: 14, matches: [al]",
        "workforce.groups.frontline.matches[0]: there is no segment 'al', known: all, did you mean 'all'?",
    ),
    (
        "heads: 14",
        "heads: 14, matches: [all, all]",
        "workforce.groups.frontline.matches[1]: 'all' is listed twice, list each segment once",
    ),
    (
        "behaviour: off",
        "routing: {agent_choice: hart}",
        "routing.agent_choice: 'hart' is not a choice here, choose one of longest_idle, "
        "highest_emotional_intelligence, most_skilled, least_occupied, heart, did you mean 'heart'?",
    ),
    (
        "behaviour: off",
        "routing: {detector: {sensitivity: 120 %}}",
        "routing.detector.sensitivity: '120 %' is outside 0..100 %, write a share from 0 % to 100 %",
    ),
    (
        "behaviour: off",
        "routing: {detector: {sensitvity: 80 %}}",
        "routing.detector.sensitvity: unknown key, allowed here: sensitivity, specificity, stakes_above, "
        "did you mean 'sensitivity'?",
    ),
]


@pytest.mark.parametrize(("found", "written", "message"), CASES, ids=[case[1][:60] for case in CASES])
def test_message(found: str, written: str, message: str, plain: str, problems: Problems) -> None:
    (line,) = problems(plain.replace(found, written, 1))
    assert message in line


def test_a_matched_group_and_heart_routing_are_fine(plain: str, loaded: Loaded) -> None:
    text = plain.replace("heads: 14", "heads: 14, matches: [all]", 1)
    routing = loaded(text, overrides=("routing.agent_choice=heart",)).scenario.routing
    assert (routing.detector.sensitivity, routing.detector.specificity) == (0.8, 0.9)
