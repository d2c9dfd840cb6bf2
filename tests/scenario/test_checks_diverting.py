"""What can be wrong with `divert`: the key is named, what is allowed, and what was probably meant."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from engine.stories import PLAIN, read
from momentsim.errors import ScenarioError

BAD: list[tuple[dict[str, Any], str]] = [
    ({"questions": {"after": "3 min"}}, "divert.questions: there is no queue 'questions'"),
    ({"question": {"call_again": 0.5}}, "divert.question: it does not say who is diverted, write 'after'"),
    ({"question": {"closed": True}}, "divert.question.closed: no queue of this rule ever closes"),
    ({"question": {"after": "0 s"}}, "divert.question.after"),
    ({"question": {"most_waiting": 0}}, "divert.question.most_waiting"),
    (
        {"all": {"after": "3 min", "call_again": 0.7, "self_service": 0.4}},
        "divert.all.self_service: call_again and self_service add up to 110 %",
    ),
    (
        {"all": {"after": "3 min", "self_service": 0.2}},
        "divert.all.self_service: the moment 'question' of this queue has no self-service to go to",
    ),
]


@pytest.mark.parametrize(("divert", "message"), BAD)
def test_a_rule_that_cannot_be_is_refused_with_its_place(divert: dict[str, Any], message: str) -> None:
    made = copy.deepcopy(PLAIN)
    made["divert"] = divert
    with pytest.raises(ScenarioError) as caught:
        read(made)
    assert message in str(caught.value)


def test_a_rule_of_one_queue_stands_in_place_of_that_of_all() -> None:
    made = copy.deepcopy(PLAIN)
    made["divert"] = {"all": {"after": "3 min"}, "question": {"most_waiting": 5}}
    diverts = read(made).scenario.divert
    assert diverts["question"].after is None and diverts["all"].after == 180
