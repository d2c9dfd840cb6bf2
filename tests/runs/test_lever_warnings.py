"""Triggers that tell nothing apart are told with the results: those that never pulled, or at once everywhere."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from engine.stories import PLAIN, read
from momentsim.contract.plan import HOUR, LeverAction, Why
from momentsim.runs.lever_file import EVERY, Act, LeverFile
from momentsim.runs.lever_warnings import lever_warnings
from momentsim.runs.run import run
from momentsim.runs.settings import RunSettings
from momentsim.runs.steering import UNSTEERED, Steering


def warned(when: str, steering: Steering = UNSTEERED) -> list[str]:
    """What two replications of a small centre leave to say of a lever with this trigger."""
    made = copy.deepcopy(PLAIN) | {"horizon": "6 h", "waiting": {"lines": 8}}
    made["levers"] = {"more": {"kind": "extra_lines", "lines": 4, "when": when}}
    loaded = read(made)
    result = run(loaded, loaded, RunSettings(replications=2, workers=1), steering=steering)
    return list(lever_warnings(result))


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("queue > 7 for 3 h", ["levers.more.when: it pulled in 0 of 2 replications"]),
        (
            "complaints > 0",
            [  # they come two days after what caused them, in the run-out
                "levers.more.when: it pulled in 0 of 2 replications"
            ],
        ),
        ("queue < 8 for 10 min", ["levers.more.when: it pulled at once in all 2 replications"]),
        ("queue > 2", []),
    ],
)
def test_a_trigger_that_tells_nothing_apart_is_told(when: str, words: list[str]) -> None:
    assert warned(when) == words


def test_of_a_replay_nothing_is_said() -> None:
    """There the file decides, and triggers do not look."""
    acts = {EVERY: [Act(HOUR, 0, LeverAction.PULL, 0, Why.HAND)]}
    levers = LeverFile(Path("levers.csv"), "", acts, ends_alone=True)
    assert warned("queue > 7 for 3 h", Steering(pulls=levers)) == []
