"""What is at stake in a moment, and what the centre believes about it."""

from __future__ import annotations

import numpy as np

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.draws import Purpose, uniform
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules import stakes_detector


@compiled_inside
def is_moment_of_truth(w: World, stakes: float) -> int:
    """1 for a moment of truth: stakes of the threshold or more."""
    return int(stakes >= tables.settings(w)["stakes_above"])


@compiled_inside
def detect(w: World, key: np.uint64, stakes: float) -> int:
    """1 when the detector takes a moment for one of truth, by the moment's own draw; 0 where none is in use."""
    settings = tables.settings(w)
    if settings["detector_on"] == 0:
        return 0
    share = stakes_detector.detection_probability(
        stakes, settings["stakes_above"], settings["sensitivity"], settings["specificity"]
    )
    return int(uniform(settings["key"], key, Purpose.STAKES_DETECTION, 0) < share)


@compiled_apart
def count_stakes_detection(w: World, slot: int) -> None:
    """Count what the detector said of a moment that is over against the truth."""
    case = tables.cases(w, slot)
    tally = tables.tally(w, case["reason"], case["segment"], case["kind"])
    if is_moment_of_truth(w, case["stakes"]):
        tally["at_stakes"] += 1
        tally["at_stakes_detected"] += case["stakes_detected"]
    else:
        tally["stakes_false_alarms"] += case["stakes_detected"]
