"""How customers judge a moment that is over: remembered, felt, told, asked about; and what it is worth."""

from __future__ import annotations

import math

import numpy as np

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import Failure
from momentsim.contract.trace import MomentClass
from momentsim.draws import Purpose, uniform
from momentsim.engine.customers import (
    bond,
    detection,
    expectations,
    gifts,
    grievances,
    outlook,
    survey,
    word_of_mouth,
)
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules import experience, loyalty

_CLEARLY = 0.02
"""SD by which a moment moves attitude clearly."""


@compiled_inside
def raw_experience(w: World, slot: int) -> float:
    """Remembered experience minus what it cost in effort; SD, before centring."""
    case = tables.cases(w, slot)
    effects = tables.effects(w)
    mean = case["total"] / max(case["episodes"], 1)
    kept = experience.peak_end_memory(
        case["best"], case["worst"], case["end"], mean,
        effects["peak_weight"], effects["end_weight"], effects["mean_weight"],
    )  # fmt: skip
    effort = min(case["effort"], 5.0)
    return float(kept - effects["effort_weight"] * (effort - 1.0))


@compiled_inside
def fall_from_expectation(w: World, slot: int) -> float:
    """By how much d is lower for those who are used to more than the industry gives: in a crisis only (MODEL 3).

    In the calm people measure by what they are used to, the reference. Failures of relation and promise count; those of
    a product are buffered by a strong relation instead (E2.13.2).
    """
    case = tables.cases(w, slot)
    if case["crisis"] < 0 and case["jammed"] == 0:
        return 0.0
    if tables.reasons(w, case["reason"])["failure"] == Failure.PRODUCT:
        return 0.0
    return float(tables.segments(w, case["segment"])["expectation"])


@compiled_inside
def label_of(w: World, reason: int, disconfirmation: float) -> int:
    """Delight or let-down: beyond the reference operation's 80th or 20th percentile."""
    about = tables.reasons(w, reason)
    if disconfirmation > about["delight_above"]:
        return MomentClass.DELIGHT
    if disconfirmation < about["let_down_below"]:
        return MomentClass.LET_DOWN
    return MomentClass.NEUTRAL


@compiled_inside
def wallet_event(w: World, case_key: np.uint64, stakes: float, label: int) -> int:
    """1 deepened, -1 cut back, 0 none: own draw, likely only in moments of truth (E2.13.1)."""
    effects = tables.effects(w)
    floor = effects["wallet_stakes_floor"]
    weight = max(stakes - floor, 0.0) / (1.0 - floor)
    if label == MomentClass.NEUTRAL or weight <= 0.0:
        return 0
    share = effects["wallet_up"] if label == MomentClass.DELIGHT else effects["wallet_down"]
    if uniform(tables.settings(w)["key"], case_key, Purpose.WALLET, 0) >= share * effects["kappa"] * weight:
        return 0
    return 1 if label == MomentClass.DELIGHT else -1


@compiled_inside
def log_wallet(w: World, event: int) -> float:
    """Change of the logarithm of the wallet target by a wallet event: +g or -2g."""
    if event == 0:
        return 0.0
    effects = tables.effects(w)
    size = loyalty.wallet_size(
        effects["wallet_up"], effects["wallet_down"], effects["kappa"],
        math.log(1.0 + effects["wallet_gap"]), effects["wallet_causal_share"],
    )  # fmt: skip
    return float(size if event > 0 else -2.0 * size)


@compiled_inside
def attitude_jump(w: World, reason: int, stakes: float, disconfirmation: float) -> float:
    """Jump of attitude in SD: stakes x k_L x U x gain."""
    effects = tables.effects(w)
    moved = loyalty.response(disconfirmation, effects["loss_aversion"], effects["gain_exponent"])
    if moved > 0.0 and tables.reasons(w, reason)["builder"] == 0:
        moved *= effects["routine_gain"]
    return float(stakes * effects["loyalty_step"] * moved)


@compiled_inside
def clear_judgement(w: World, slot: int) -> None:
    """What is said of a moment before anybody has judged it, or where nobody does."""
    case = tables.cases(w, slot)
    case["judged"] = 0
    case["raw"] = math.nan
    case["disconfirmation"] = math.nan
    case["label"] = MomentClass.NEUTRAL
    case["wallet_event"] = 0
    case["answer"] = -1
    case["detected"] = 0
    case["booked"] = 0.0


@compiled_apart
def judge(w: World, slot: int, now: int, resolved: int, still_open: int) -> None:
    """Remember and label; and unless experiences are only scored, live with it."""
    case = tables.cases(w, slot)
    reason = tables.reasons(w, case["reason"])
    case["judged"] = 1
    case["raw"] = raw_experience(w, slot)
    case["disconfirmation"] = (case["raw"] - reason["centre"]) / reason["spread"]
    scored_only = tables.settings(w)["score_only"]
    if scored_only == 0:
        case["disconfirmation"] -= expectations.current_expectation(w, case["customer_row"], now)
        case["disconfirmation"] -= fall_from_expectation(w, slot)
    case["label"] = (
        MomentClass.LET_DOWN if still_open else label_of(w, case["reason"], case["disconfirmation"])
    )
    if scored_only == 0:
        book_value(w, slot, now, resolved)
        expectations.adapt_expectation(w, slot, case["disconfirmation"])
        word_of_mouth.spread_word(w, slot, case["label"], now)
        case["answer"] = survey.ask_customer(w, slot, case["disconfirmation"], now)
        person = tables.customers(w, case["customer_row"])
        case["attitude_moved"] += person["attitude"]
        case["behaviour_moved"] += person["behaviour"]
        case["detected"] = detection.detect_let_down(w, slot, now, case["label"], case["answer"])


@compiled_inside
def book_value(w: World, slot: int, now: int, resolved: int) -> None:
    """Attitude, behaviour, wallet and grievance move, also by a gift; the value of all that is booked to the moment."""
    case = tables.cases(w, slot)
    row = case["customer_row"]
    bond.bring_up_to_date(w, row, now)
    case["attitude_moved"] = -tables.customers(w, row)["attitude"]
    case["behaviour_moved"] = -tables.customers(w, row)["behaviour"]
    jump = attitude_jump(w, case["reason"], case["stakes"], case["disconfirmation"])
    if jump < 0.0:
        jump *= grievances.loss_weight(w, slot)
    event = wallet_event(w, case["key"], case["stakes"], case["label"])
    grievance = grievances.after_judgement(w, slot, case["label"], resolved)
    case["grievance_moved"] = grievance - tables.customers(w, row)["grievance"]
    outlook.open_booking(w)
    bond.move_bond(w, row, now, jump, log_wallet(w, event), grievance)
    gifts.give_gift(w, slot, now)
    case["booked"] = tables.booking(w)["churn"] + tables.booking(w)["wallet"]
    tell_against_usual(w, slot, now)
    tally = tables.tally(w, case["reason"], case["segment"], case["kind"])
    tally["jump_sum"] += jump
    tally["lowering"] += int(jump < 0.0)
    tally["raising"] += int(jump > 0.0)
    tally["lowering_clearly"] += int(jump < -_CLEARLY)
    tally["raising_clearly"] += int(jump > _CLEARLY)
    tally["deepened"] += int(event > 0)
    tally["cut_back"] += int(event < 0)
    case["wallet_event"] = event


@compiled_inside
def tell_against_usual(w: World, slot: int, now: int) -> None:
    """What a moment is worth is created or destroyed against the usual contact of its reason, which has its price."""
    case = tables.cases(w, slot)
    booking = tables.booking(w)
    churn, wallet, _ = outlook.usual_change(w, case["customer_row"], case["reason"], now)
    beyond = booking["churn"] + booking["wallet"] - churn - wallet
    tally = tables.tally(w, case["reason"], case["segment"], case["kind"])
    tally["usual_price"] += churn + wallet
    tally["usual_wallet"] += wallet
    tally["booked_12m"] += booking["within_12m"]
    if beyond > 0.0:
        tally["created"] += beyond
        tally["created_wallet"] += booking["wallet"] - wallet
    else:
        tally["destroyed_by_handling"] += beyond
        tally["handling_wallet"] += booking["wallet"] - wallet
