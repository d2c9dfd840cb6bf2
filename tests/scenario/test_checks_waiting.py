"""What can be wrong with callbacks and announcements: the key is named, what is allowed, what was probably meant."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from engine.stories import PLAIN, read
from momentsim.errors import ScenarioError

BAD: list[tuple[dict[str, Any], str]] = [
    ({"callbacks": {"questions": {}}}, "waiting.callbacks.questions: there is no queue 'questions'"),
    ({"callbacks": {"all": {"tries": 0}}}, "waiting.callbacks.all.tries"),
    ({"callbacks": {"all": {"promise": "0 s"}}}, "waiting.callbacks.all.promise"),
    (
        {"announcements": {"all": {"tells": "nothing"}}},
        "waiting.announcements.all.tells: nothing is told here",
    ),
    (
        {"announcements": {"all": {"band": "90 s"}}},
        "waiting.announcements.all.band: 90 s are no whole minutes",
    ),
    (
        {"announcements": {"all": {"message": {"answers": {"questoin": 0.5}}}}},
        "waiting.announcements.all.message.answers.questoin: there is no moment 'questoin'",
    ),
]


@pytest.mark.parametrize(("waiting", "message"), BAD)
def test_what_cannot_be_is_refused_with_its_place(waiting: dict[str, Any], message: str) -> None:
    made = copy.deepcopy(PLAIN)
    made["waiting"] = {**made.get("waiting", {}), **waiting}
    with pytest.raises(ScenarioError) as caught:
        read(made)
    assert message in str(caught.value)


def test_a_queue_without_anybody_who_could_call_is_refused() -> None:
    made = copy.deepcopy(PLAIN)
    made["waiting"] = {**made.get("waiting", {}), "callbacks": {"all": {}}}
    for group in made["workforce"]["groups"].values():
        group.clear()
        group["heads"] = 0
    with pytest.raises(ScenarioError) as caught:
        read(made)
    assert "waiting.callbacks.all: no agent of the queue 'question' could call anybody back" in str(
        caught.value
    )


def test_an_offer_of_one_queue_stands_in_place_of_that_of_all() -> None:
    made = copy.deepcopy(PLAIN)
    made["waiting"] = {
        **made.get("waiting", {}),
        "callbacks": {"all": {"acceptance": 0.1}, "question": {"wait_above": "3 min"}},
    }
    offers = read(made).scenario.waiting.callbacks
    assert offers["question"].acceptance == 0.375 and offers["question"].wait_above == 180
