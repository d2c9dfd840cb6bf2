"""Checks of section `levers`: each mistake is told with its place, what is allowed, and what was probably meant."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from engine.stories import PLAIN, read
from momentsim.errors import ScenarioError
from momentsim.scenario.sections.lever_conditions import read_condition, write_condition

CALL: dict[str, Any] = {"kind": "call_in", "group": "called"}
LINES: dict[str, Any] = {"kind": "extra_lines", "lines": 3}
LIMITED: dict[str, Any] = {"waiting": {"lines": 10}}


def story(lever: dict[str, Any], **sections: Any) -> dict[str, Any]:
    """The plain story with a reserve and one lever."""
    made = copy.deepcopy(PLAIN) | sections
    made["workforce"]["groups"]["called"] = {"heads": 2, "reserve": True}
    return made | {"levers": {"it": lever}}


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "no_such_group": (CALL | {"group": "caled"}, "levers.it.group: there is no reserve group 'caled', known"),
    "no_reserve": (CALL | {"group": "team"}, "levers.it.group: the group 'team' is not a reserve"),
    "no_such_queue": (CALL | {"when": "queue(qestion) > 3"}, "levers.it.when: there is no queue 'qestion'"),
    "no_such_word": (CALL | {"when": "quue > 3"}, "'quue' is nothing that can be watched"),
    "no_condition": (CALL | {"when": "often"}, "levers.it.when: 'often' is not a condition"),
    "no_count": (CALL | {"when": "queue > 3 min"}, "'3 min' is not a count"),
    "no_share": (CALL | {"when": "abandoned > 20"}, "'20' is not a share"),
    "no_duration": (CALL | {"when": "longest_wait > 20"}, "'20' is not a duration"),
    "over_now": (CALL | {"when": "queue > 3 over 1 h"}, "'over' asks for a count"),
    "same_threshold": (CALL | {"when": "queue > 3", "undo_when": "queue < 3"}, "with no threshold of its own"),
    "overlap": (CALL | {"when": "queue > 3", "undo_when": "queue < 9"}, "levers.it.undo_when: this condition, with no"),
    "same_way": (CALL | {"when": "queue > 3", "undo_when": "queue > 9"}, "points the same way"),
    "no_such_size": (LINES | {"sizes": {"half": {"lines": 1}}, "size": "haf"}, "there is no size 'haf', known: half"),
    "size_without_price": (
        LINES | {"price": {"once": "5 USD"}, "sizes": {"half": {"lines": 1}}},
        "levers.it.sizes.half: the size 'half' has no price",
    ),
    "too_often": (CALL | {"again_after": "10 s"}, "again_after"),
    "no_login_cap": ({"kind": "login_cap", "agents": 2}, "there is no limit of agents logged in"),
    "reserve_stays": ({"kind": "overtime", "group": "called"}, "is a reserve, which stays until it is sent home"),
    "no_moment": ({"kind": "priority", "moment": "questio", "level": 1}, "there is no moment 'questio'"),
    "no_offers": ({"kind": "pause_offers"}, "no offers are made in any moment"),
    "no_programme": ({"kind": "start_programme", "programme": "x"}, "there is no programme 'x'"),
    "outside": (CALL | {"at": "2024-02-08 00:00"}, "levers.it.at: 2024-02-08 00:00 is outside the horizon"),
    "key_like_its_kind": (
        {"kind": "announcement", "queue": "question", "until": "soon", "announcement": {"tells": "wait"}},
        "levers.it.until: 'soon' is not a date with a time",
    ),
    "ends_before": (CALL | {"at": "2024-01-08 06:00", "until": "2024-01-08 05:00"}, "is not after the pull"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_told(name: str) -> None:
    lever, words = MISTAKES[name]
    with pytest.raises(ScenarioError) as caught:
        read(story(lever, **LIMITED))
    assert words in str(caught.value)


def test_lines_without_a_limit() -> None:
    with pytest.raises(ScenarioError, match="there is no limit of lines"):
        read(story(LINES))


def test_a_group_is_called_by_one_lever() -> None:
    made = story(CALL)
    made["levers"]["other"] = CALL
    with pytest.raises(ScenarioError, match="'called' is already called by 'it'"):
        read(made)


@pytest.mark.parametrize(
    ("when", "words"),
    [("queue > 40", "never holds"), ("queue >= 0", "always holds"), ("abandoned > 100 %", "never holds")],
)
def test_what_can_never_hold_is_told(when: str, words: str) -> None:
    warnings = read(story(CALL | {"when": when}, **LIMITED)).warnings
    assert any("levers.it.when" in str(warning) and words in str(warning) for warning in warnings)


@pytest.mark.parametrize(
    "text",
    ["queue(care) > 80 for 5 min", "longest_wait >= 10 min", "abandoned(care) > 20 % over 1 h for 5 min",
     "complaints <= 50 over 2 h", "on_duty(team) < 5"],
)  # fmt: skip
def test_conditions_are_read_as_they_are_written(text: str) -> None:
    assert write_condition(read_condition(text)) == text
