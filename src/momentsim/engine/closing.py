"""How a moment ends: the experience is remembered, loyalty moves, the survey asks, the books are closed."""

from __future__ import annotations

import math

import numpy as np

from momentsim.compiled import compiled_apart, compiled_inside
from momentsim.draws import Purpose, uniform
from momentsim.engine import books, customers, detection, tables
from momentsim.engine.records import Stage
from momentsim.engine.tables import World
from momentsim.rules import bond, experience
from momentsim.trace import MomentClass

_WALLET = int(Purpose.WALLET)
_SURVEY = int(Purpose.SURVEY)
_LET_DOWN = int(MomentClass.LET_DOWN)
_NEUTRAL = int(MomentClass.NEUTRAL)
_DELIGHT = int(MomentClass.DELIGHT)
_FREE = int(Stage.FREE)
_NPS_STEPS = 2.0 / 7.0


@compiled_inside
def raw_experience(w: World, slot: int) -> float:
    """Remembered experience minus what was expected and what it cost in effort; SD, before centring."""
    case = tables.cases(w, slot)
    effects = tables.effects(w)
    mean = case["total"] / max(case["episodes"], 1)
    kept = experience.remembered(
        case["peak"], case["end"], mean, effects["peak_weight"], effects["end_weight"], effects["mean_weight"]
    )
    effort = min(case["effort"], 5.0)
    expected = tables.segments(w, case["segment"])["expectation"]
    return float(kept - expected - effects["effort_weight"] * (effort - 1.0))


@compiled_inside
def label_of(w: World, reason: int, disconfirmation: float) -> int:
    """Delight or let-down: beyond the reference operation's 80th or 20th percentile."""
    about = tables.reasons(w, reason)
    if disconfirmation > about["delight_above"]:
        return _DELIGHT
    if disconfirmation < about["let_down_below"]:
        return _LET_DOWN
    return _NEUTRAL


@compiled_inside
def wallet_event(w: World, case_key: np.uint64, stakes: float, label: int) -> int:
    """1 deepened, -1 cut back, 0 none: own draw, likely only in moments of truth (E2.13.1)."""
    effects = tables.effects(w)
    floor = effects["wallet_stakes_floor"]
    weight = max(stakes - floor, 0.0) / (1.0 - floor)
    if label == _NEUTRAL or weight <= 0.0:
        return 0
    share = effects["wallet_up"] if label == _DELIGHT else effects["wallet_down"]
    if uniform(tables.settings(w)["key"], case_key, _WALLET, 0) >= share * effects["kappa"] * weight:
        return 0
    return 1 if label == _DELIGHT else -1


@compiled_inside
def log_wallet(w: World, event: int) -> float:
    """Change of the logarithm of the wallet target by a wallet event: +g or -2g."""
    if event == 0:
        return 0.0
    effects = tables.effects(w)
    size = bond.wallet_size(
        effects["wallet_up"], effects["wallet_down"], effects["kappa"],
        math.log(1.0 + effects["wallet_gap"]), effects["wallet_causal_share"],
    )  # fmt: skip
    return float(size if event > 0 else -2.0 * size)


@compiled_inside
def attitude_jump(w: World, reason: int, stakes: float, disconfirmation: float) -> float:
    """Jump of attitude in SD: stakes x k_L x U x gain."""
    effects = tables.effects(w)
    moved = bond.response(disconfirmation, effects["loss_aversion"], effects["gain_exponent"])
    if moved > 0.0 and tables.reasons(w, reason)["builder"] == 0:
        moved *= effects["routine_gain"]
    return float(stakes * effects["loyalty_step"] * moved)


@compiled_inside
def nps_answer(score: float, detractor_below: float, promoter_above: float) -> int:
    """Answer 0..10: detractor 0-6, passive 7-8, promoter 9-10; within a class by distance from its cut."""
    if score < detractor_below:
        return max(0, 6 - int((detractor_below - score) / _NPS_STEPS))
    if score <= promoter_above:
        middle = 0.5 * (detractor_below + promoter_above)
        return 7 if score < middle else 8
    return 9 if score - promoter_above < 0.5 else 10


@compiled_apart
def survey(w: World, slot: int, disconfirmation: float) -> int:
    """Ask, count, and return the NPS answer, -1 for no answer. The score mixes the bond and this moment.

    The moment is judged against the usual one of the reference operation, so that there the survey agrees
    with the bond on average (response aside).
    """
    case = tables.cases(w, slot)
    effects = tables.effects(w)
    known = tables.known(w, case["known"])
    weight = effects["survey_correlation"]
    mood = known["norm"] + known["x"]
    judged = disconfirmation - tables.reasons(w, case["reason"])["usual"]
    score = weight * mood + math.sqrt(1.0 - weight * weight) * judged
    tally = tables.tally(w, case["reason"], case["segment"], case["kind"])
    tally["asked"] += 1
    share = experience.survey_probability(
        effects["survey_response"], effects["survey_response_extreme"], score
    )
    if uniform(tables.settings(w)["key"], case["key"], _SURVEY, 0) >= share:
        return -1
    segment = tables.segments(w, case["segment"])
    answer = nps_answer(score, segment["detractor_below"], segment["promoter_above"])
    tally["surveyed"] += 1
    tally["surveyed_promoters"] += int(answer >= 9)
    tally["surveyed_detractors"] += int(answer <= 6)
    tally["csat_top"] += int(judged > effects["csat_cut"])
    return answer


@compiled_inside
def count_moment(w: World, slot: int, now: int, resolved: int, still_open: int) -> None:
    """Close the operational books of a moment."""
    case = tables.cases(w, slot)
    tally = tables.tally(w, case["reason"], case["segment"], case["kind"])
    tally["moments"] += 1
    tally["contacts"] += case["contacts"]
    tally["effort"] += min(case["effort"], 5.0)
    tally["open"] += still_open
    if case["contacts"] == 0:
        tally["no_contact"] += 1
    tally["false_contained"] += case["gave_up"]
    if resolved:
        tally["resolved"] += 1
        tally["resolved_first"] += int(case["contacts"] == 1)
        tally["time_to_resolution"] += now - case["began"]
    elif case["contacts"] > 0:  # who never turned to the centre was served elsewhere, if at all
        tally["unserved"] += 1


@compiled_apart
def judge(w: World, slot: int, now: int, resolved: int, still_open: int) -> None:
    """Remember, label, move loyalty, book value, ask; then write the row."""
    case = tables.cases(w, slot)
    raw = raw_experience(w, slot)
    reason = tables.reasons(w, case["reason"])
    disconfirmation = (raw - reason["centre"]) / reason["spread"]
    row = case["known"]
    tally = tables.tally(w, case["reason"], case["segment"], case["kind"])
    label = _LET_DOWN if still_open else label_of(w, case["reason"], disconfirmation)
    event = 0
    value = 0.0
    answer = -1
    found = 0
    if tables.settings(w)["score_only"] == 0:
        customers.bring_up_to_date(w, row, now)
        case["moved_x"] = -tables.known(w, row)["x"]
        case["moved_y"] = -tables.known(w, row)["y"]
        jump = attitude_jump(w, case["reason"], case["stakes"], disconfirmation)
        event = wallet_event(w, case["key"], case["stakes"], label)
        value = customers.move(w, row, now, jump, log_wallet(w, event))
        tally["jump_sum"] += jump
        if value > 0.0:
            tally["created"] += value
        else:
            tally["destroyed_by_handling"] += value
        tally["deepened"] += int(event > 0)
        tally["cut_back"] += int(event < 0)
        answer = survey(w, slot, disconfirmation)
        case["moved_x"] += tables.known(w, row)["x"]
        case["moved_y"] += tables.known(w, row)["y"]
        found = detection.looked_at(w, slot, now, label, answer)
    tally["delight"] += int(label == _DELIGHT)
    tally["let_down"] += int(label == _LET_DOWN)
    write_moment(w, slot, now, resolved, still_open)
    if tables.centre(w)["logging"]:
        written = tables.moment_rows(w, tables.centre(w)["moment_rows"] - 1)
        known = tables.known(w, row)
        written["label"] = label
        written["detected"] = found
        written["wallet_event"] = event
        written["surveyed"] = int(answer >= 0)
        written["nps_answer"] = answer
        written["experience"] = raw
        written["disconfirmation"] = disconfirmation
        written["attitude_after"] = known["norm"] + known["x"]
        written["behaviour_after"] = known["norm"] + known["y"]
        written["value_change"] = value


@compiled_inside
def write_moment(w: World, slot: int, now: int, resolved: int, still_open: int) -> None:
    """Write the operational part of a moment's row; every field gets a value."""
    centre = tables.centre(w)
    if centre["logging"] == 0:
        return
    case = tables.cases(w, slot)
    row = tables.moment_rows(w, centre["moment_rows"])
    centre["moment_rows"] += 1
    row["moment"] = case["serial"]
    row["customer"] = case["customer"]
    row["reason"] = case["reason"]
    row["segment"] = case["segment"]
    row["kind"] = case["kind"]
    row["resolved"] = resolved
    row["label"] = _NEUTRAL
    row["wallet_event"] = 0
    row["surveyed"] = 0
    row["nps_answer"] = -1
    row["contacts"] = case["contacts"]
    row["open"] = still_open
    row["detected"] = 0
    row["recovered"] = 0
    row["began"] = case["began"] - tables.settings(w)["warm_up"]
    row["ended"] = now - tables.settings(w)["warm_up"]
    row["stakes"] = case["stakes"]
    row["effort"] = min(case["effort"], 5.0)
    row["experience"] = math.nan
    row["disconfirmation"] = math.nan
    row["attitude_before"] = case["attitude_before"]
    row["attitude_after"] = case["attitude_before"]
    row["behaviour_before"] = case["behaviour_before"]
    row["behaviour_after"] = case["behaviour_before"]
    row["value_change"] = 0.0
    row["harm"] = case["harm"]
    row["sold"] = case["sold"]


@compiled_apart
def moment_ends(w: World, slot: int, now: int, resolved: int, still_open: int) -> None:
    """A moment is over: close its books and free its row. One of the warm-up leaves no trace with its customer."""
    case = tables.cases(w, slot)
    if books.counts_as_moment(w, slot):
        count_moment(w, slot, now, resolved, still_open)
        if tables.settings(w)["memory_on"] and case["episodes"] > 0:
            judge(w, slot, now, resolved, still_open)
        else:
            write_moment(w, slot, now, resolved, still_open)
    centre = tables.centre(w)
    case["stage"] = _FREE
    case["serial"] = -1
    case["following"] = centre["free_case"]
    centre["free_case"] = slot
    centre["open"] -= 1
    centre["last_closed"] = now
