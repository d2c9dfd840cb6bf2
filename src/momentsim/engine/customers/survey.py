"""The survey after a contact: who answers, and the NPS and CSAT answers that they give."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.draws import Purpose, uniform
from momentsim.engine.customers import brand
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules import experience

_NPS_STEPS = 2.0 / 7.0
"""What one answer more or less takes of a score, SD, within a class."""


@compiled_inside
def nps_answer(score: float, detractor_below: float, promoter_above: float) -> int:
    """Answer 0..10: detractor 0-6, passive 7-8, promoter 9-10; within a class by distance from its cut."""
    if score < detractor_below:
        return 6 - int(min((detractor_below - score) / _NPS_STEPS, 6.0))
    if score <= promoter_above:
        middle = 0.5 * (detractor_below + promoter_above)
        return 7 if score < middle else 8
    return 9 if score - promoter_above < 0.5 else 10


@compiled_apart
def ask_customer(w: World, slot: int, disconfirmation: float, now: int) -> int:
    """Ask, count, and return the NPS answer, -1 for no answer. The score mixes the bond and this moment.

    The moment is judged against the usual one of the reference operation, so that there the survey agrees
    with the bond on average (response aside).
    """
    case = tables.cases(w, slot)
    effects = tables.effects(w)
    person = tables.customers(w, case["customer_row"])
    weight = effects["survey_correlation"]
    mood = person["norm"] + person["attitude"] + brand.brand_level(w, now)
    judged = disconfirmation - tables.reasons(w, case["reason"])["usual"]
    score = weight * mood + math.sqrt(1.0 - weight * weight) * judged
    tally = tables.tally(w, case["reason"], case["segment"], case["kind"])
    tally["asked"] += 1
    share = experience.survey_probability(
        effects["survey_response"], effects["survey_response_extreme"], score
    )
    if uniform(tables.settings(w)["key"], case["key"], Purpose.SURVEY, 0) >= share:
        return -1
    segment = tables.segments(w, case["segment"])
    answer = nps_answer(score, segment["detractor_below"], segment["promoter_above"])
    tally["surveyed"] += 1
    tally["surveyed_promoters"] += int(answer >= 9)
    tally["surveyed_detractors"] += int(answer <= 6)
    tally["csat_top"] += int(judged > effects["csat_cut"])
    return answer
