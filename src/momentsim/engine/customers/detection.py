"""Noticing bad moments: by the survey, in what was said, by a complaint, in what is posted, or never."""

from __future__ import annotations

from typing import Any

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import DAY, HOUR, NEVER
from momentsim.contract.trace import Detected, MomentClass
from momentsim.draws import Purpose, uniform
from momentsim.engine.customers import recovery
from momentsim.engine.levers import complaints
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules.recovery import complaint_probability

_HIGHEST_DETRACTOR = 6


@compiled_apart
def detect_let_down(w: World, slot: int, now: int, label: int, answer: int) -> int:
    """What a closed moment leaves open: a sore customer, and perhaps a case. Returns the way it was noticed.

    `answer` is the survey's, -1 for none. What is noticed after the end of the run is not noticed.
    """
    case = tables.cases(w, slot)
    tally = tables.tally(w, case["reason"], case["segment"], case["kind"])
    let_down = int(label == MomentClass.LET_DOWN)
    complains_at = NEVER
    if let_down:
        complains_at = time_of_complaint(w, slot, now)
        tally["complaints"] += int(complains_at < NEVER)
        if complains_at < NEVER:
            complaints.expect_complaints(w, complains_at, 1)
        tally["let_down_surveyed"] += int(0 <= answer <= _HIGHEST_DETRACTOR)
        sore = now + int(tables.effects(w)["offer_blocked_d"] * DAY)
        tables.customers(w, case["customer_row"])["sore_until"] = sore
    if tables.recovery(w)["on"] == 0:
        return Detected.NONE
    way, noticed = first_detection(w, slot, now, let_down, complains_at, answer)
    if way == Detected.NONE or noticed > tables.centre(w)["limit"]:
        return Detected.NONE
    count_let_down_detection(tally, way, let_down)
    if tables.recovery(w)["people"] > 0:
        recovery.case_opens(w, slot, now, noticed, let_down, complains_at)
    return way


@compiled_inside
def count_let_down_detection(tally: Any, way: int, let_down: int) -> None:
    """Let-downs count by the way they were noticed, everything else as a false alarm."""
    if let_down == 0:
        tally["false_alarms"] += 1
    elif way == Detected.SURVEY:
        tally["detected_survey"] += 1
    elif way == Detected.SPEECH:
        tally["detected_speech"] += 1
    elif way == Detected.COMPLAINT:
        tally["detected_complaint"] += 1
    else:
        tally["detected_listening"] += 1


@compiled_inside
def draw_for_moment(w: World, slot: int, purpose: int) -> float:
    """A uniform draw of a moment, made once."""
    return uniform(tables.settings(w)["key"], tables.cases(w, slot)["key"], purpose, 0)


@compiled_inside
def time_of_complaint(w: World, slot: int, now: int) -> int:
    """When this customer, let down, complains, followed up or not; NEVER for one who keeps silent.

    An own draw decides, and what is at stake. Whoever is made good before then has nothing left to complain about.
    """
    effects = tables.effects(w)
    share = complaint_probability(
        tables.cases(w, slot)["stakes"],
        effects["complaint_minor"],
        effects["complaint_serious"],
        effects["complaint_stakes"],
    )
    if draw_for_moment(w, slot, Purpose.COMPLAINT) >= share:
        return NEVER
    return now + int(effects["complaint_lag_h"] * HOUR)


@compiled_inside
def first_detection(
    w: World, slot: int, now: int, let_down: int, complains_at: int, answer: int
) -> tuple[int, int]:
    """The way that notices first, and when; each way has its own draw, whatever the others find."""
    about = tables.recovery(w)
    effects = tables.effects(w)
    case = tables.cases(w, slot)
    way = Detected.NONE
    noticed = NEVER
    if about["survey"] and 0 <= answer <= _HIGHEST_DETRACTOR:
        way = Detected.SURVEY
        noticed = now + int(effects["survey_lag_h"] * HOUR)
    if about["speech"] and case["talks"] > 0:
        share = about["sensitivity"] if let_down else 1.0 - about["specificity"]
        at = now + int(effects["speech_lag_h"] * HOUR)
        if draw_for_moment(w, slot, Purpose.SPEECH_ALARM) < share and at < noticed:
            way = Detected.SPEECH
            noticed = at
    if about["complaints"] and complains_at < noticed:
        way = Detected.COMPLAINT
        noticed = complains_at
    if about["listening"] > 0.0 and let_down:
        at = now + int(effects["listening_lag_h"] * HOUR)
        posts = draw_for_moment(w, slot, Purpose.PUBLIC_POST) < effects["public_post"]
        if posts and draw_for_moment(w, slot, Purpose.POST_FOUND) < about["listening"] and at < noticed:
            way = Detected.LISTENING
            noticed = at
    return way, noticed
