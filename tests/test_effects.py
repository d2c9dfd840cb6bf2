"""Nothing that is read may be without effect: every parameter and switch, moved over its range, changes a trace.

Each entry names a shipped scenario, and where it needs it the settings that turn the feature on. Runs are cut
to a few hours; experiences are scored against the neutral reference, except where the reference itself is what
a parameter moves.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest

from engine.stories import AIRLINE, QUICKSTART, cut, differences
from momentsim.contract.plan import HOUR
from momentsim.contract.trace import Trace
from momentsim.engine.clock_compiled import Status
from momentsim.engine.simulate import ReplicationRun
from momentsim.prepare import Blueprint, Loaded, Operation, Reference, lower, prepare
from momentsim.runs.reference import reference_for
from momentsim.scenario import load
from momentsim.scenario.evidence import registry
from momentsim.scenario.sections.settings import SWITCHES


class Where(NamedTuple):
    """A shipped scenario, a variant of it, and settings, in which something has an effect."""

    scenario: str = "quickstart"
    variant: str | None = None
    settings: tuple[str, ...] = ()
    practice: tuple[str, float] | None = None
    """How groups work, as a programme may set it: a field of the engine's table and its value."""


def quick(*settings: str) -> Where:
    return Where(settings=settings)


def storm(variant: str | None = None, *settings: str) -> Where:
    return Where("airline_ice_storm", variant, settings)


BUSY = quick("workforce.groups.team.heads=6")
UNSOLVED = quick(
    "moments.question.reconnect=90 %",
    "moments.question.reconnect_delay={distribution: exponential, mean: 20 min}",
)
SELF_SERVICE = quick(
    "moments.question.self_service.adoption=60 %", "moments.question.self_service.context_passed=50 %"
)
STAKES = quick("moments.question.stakes=80 %", "moments.question.builder=on")
ADAPTING = quick("behaviour.expectations=on", "customers.segments.everyone.customers=50")
GRIEVED = quick("behaviour.grievances=on", "customers.segments.everyone.customers=50")
WORD_OF_MOUTH = quick("behaviour.word_of_mouth=on", "customers.segments.everyone.acquired_per_year=40 %")
BRAND = storm(None, "crises.ice_storm.brand_shock=0.5")
WON = storm(
    None,
    "crises.ice_storm.brand_shock=0.5",
    *(f"customers.segments.{name}.acquired_per_year=90 %" for name in ("leisure", "business")),
)
HARD = quick("moments.question.complexity_sd=1")
HURRIED = quick(
    "workforce.groups.team.incentives={handling_time: 90 %, resolution: 5 %, customer_voice: 5 %}"
)
UNEVEN = quick("workforce.groups.team.knowledge_sd=1", "moments.question.stakes=80 %")
DECISIONS = quick("moments.question.beyond_authority=40 %", "workforce.groups.team.authority=30 USD")

TOLD = quick("waiting.announcements.all.tells=wait", "workforce.groups.team.heads=6")
MATCHED = quick("workforce.groups.team.matches=[everyone]")

NOTICED = (
    "moments.question.resolution=40 %",
    "recovery={survey: on, complaints: on, listening: 100 %, speech_analytics: {sensitivity: 60 %, specificity: 90 %},"
    " team: {people: 9, handling_time: {mean: 20 min}, start: '00:00', end: '24:00', cost_per_hour: 40 USD/h},"
    " compensation: 10 USD, gift: 5 USD}",
)
MONTHS = (
    "horizon=60 d", "interval=1 d", "demand.volumes.question.per_day=100", "workforce.groups.team.heads=3",
    "customers.segments.everyone.customers=4000",
)  # fmt: skip
"""Few contacts with each customer, over longer than what is remembered of the last one."""
RECOVERY = quick(*NOTICED)
PROMISES = quick(
    "moments.question.promise={within: 2 h, kept: 50 %, repeat_failure: 50 %, repeat_after: {mean: 2 h}}"
)
SELLING = ("moments.question.selling={pressure: 80 %, margin: 10 USD, acceptance: 50 %}",)
TWO_DAYS = ("workforce.groups.team.careers={yearly_exits: 50 %}", "horizon=2 d")
CAREERS = quick(*TWO_DAYS)
AUTONOMOUS = quick(*TWO_DAYS, "workforce.groups.team.autonomy=90 %")

WHERE_PARAMETERS: dict[str, Where] = {
    "anger_per_minute": BUSY,
    "anger_wait_cap": quick("workforce.groups.team.heads=2", "waiting.patience={distribution: constant, mean: 40 min}"),
    "anger_per_failed_attempt": BUSY,
    "anger_after_self_service": SELF_SERVICE,
    "anger_half_life_h": quick("workforce.groups.team.heads=6", "waiting.redial.first=90 %"),
    "anger_handling": BUSY,
    "anger_calming": quick("workforce.groups.team.heads=6", "moments.question.stakes=80 %"),
    "fatigue_per_anger": BUSY,
    "fatigue_recovery_per_minute": quick("workforce.groups.team.heads=8"),
    "fatigue_per_occupancy_hour": BUSY,
    "occupancy_threshold": BUSY,
    "fatigue_quality": BUSY,
    "fatigue_slowing": BUSY,
    "load_gain": quick(),
    "load_centre": quick(),
    "load_steepness": quick(),
    "overwork_slowing": BUSY,
    "load_memory_h": BUSY,
    "ei_at_stakes": STAKES,
    "ei_at_routine": quick(),
    "ei_with_skill": quick(),
    "deep_acting_gain": quick(),
    "surface_acting_harm": quick(),
    "script_at_stakes": STAKES,
    "script_speed": quick("workforce.groups.team.script=100 %"),
    "script_alike": UNEVEN,
    "quality_noise": quick(),
    "pressure_quality": BUSY,
    "matched_quality": MATCHED,
    "resolution_per_skill": quick(),
    "resolution_per_complexity": HARD,
    "complexity_handling": HARD,
    "usual_handling_time_weight": HURRIED,
    "usual_resolution_weight": HURRIED,
    "incentive_speed": HURRIED,
    "incentive_haste": HURRIED,
    "incentive_resolution": HURRIED,
    "incentive_voice": HURRIED,
    "gaming": HURRIED,
    "knowledge_quality": UNEVEN,
    "resolution_per_knowledge": UNEVEN,
    "doubt": UNEVEN,
    "doubt_delay_min": UNEVEN,
    "anger_per_inconsistency": UNEVEN,
    "authority_scale": DECISIONS,
    "goodwill_share": DECISIONS,
    "handover_s": DECISIONS,
    "anger_per_transfer": DECISIONS,
    "effort_transfer": DECISIONS,
    "wait_size": BUSY,
    "wait_scale_min": BUSY,
    "busy_wait_min": quick("waiting.lines=9", "waiting.redial.first=50 %"),
    "wait_urgent": BUSY,
    "wait_callback": quick("workforce.groups.team.heads=6", "divert.question={after: 1 min, voicemail: {left: 100 %}}"),
    "wait_informed": quick("waiting.announce_wait=on", "workforce.groups.team.heads=6"),
    "outcome_score": quick(),
    "self_service_success_score": SELF_SERVICE,
    "self_service_failure_score": SELF_SERVICE,
    "peak_weight": quick(),
    "end_weight": quick(),
    "mean_weight": quick(),
    "effort_weight": UNSOLVED,
    "effort_repeat": UNSOLVED,
    "effort_channel_switch": SELF_SERVICE,
    "effort_repeat_information": SELF_SERVICE,
    "delight_quantile": quick(),
    "let_down_quantile": quick(),
    "loss_aversion": quick(),
    "gain_exponent": STAKES,
    "loyalty_step": quick(),
    "routine_gain": quick(),
    "kappa": quick(),
    "displacement_bound": quick(
        "moments.question.stakes=100 %", "moments.question.builder=on", "customers.segments.everyone.customers=5",
        "workforce.groups.team.heads=4",
    ),
    "displacement_half_life_d": quick(),
    "churn_slope": quick(),
    "spend_slope": quick(),
    "wallet_up": STAKES,
    "wallet_down": STAKES,
    "wallet_gap": STAKES,
    "wallet_causal_share": STAKES,
    "wallet_lag_d": STAKES,
    "wallet_half_life_d": STAKES,
    "wallet_stakes_floor": STAKES,
    "expectation_up": ADAPTING,
    "expectation_down": ADAPTING,
    "grievance_solved": storm(None, "behaviour.grievances=on"),
    "grievance_unsolved": GRIEVED,
    "grievance_half_life_d": GRIEVED,
    "grievance_amplify": GRIEVED,
    "churn_per_grievance": GRIEVED,
    "buffer_product": quick("moments.question.failure=product"),
    "amplify_promise": quick("moments.question.failure=promise"),
    "brand_permanent": WON,
    "brand_half_life_d": WON,
    "brand_acquisition": WON,
    "tell_good": WORD_OF_MOUTH,
    "tell_bad": WORD_OF_MOUTH,
    "reach_good": WORD_OF_MOUTH,
    "reach_bad": WORD_OF_MOUTH,
    "listener_prospect": WORD_OF_MOUTH,
    "prior_purchase": WORD_OF_MOUTH,
    "purchase_up": WORD_OF_MOUTH,
    "purchase_down": WORD_OF_MOUTH,
    "survey_response": quick(),
    "survey_response_extreme": quick(),
    "survey_correlation": quick(),
    "csat_cut": quick(),
    "balk_strength": quick("waiting.announce_wait=on", "workforce.groups.team.heads=6"),
    "told_before": TOLD,
    "told_after": TOLD,
    "told_talk_s": TOLD,
    "told_talk_most_min": quick(
        "waiting.announcements.all.tells=wait", "waiting.announced_handling_time=1 min",
        "waiting.patience={distribution: never, mean: null}", "workforce.groups.team.heads=5",
    ),
    "context_saved_s": SELF_SERVICE,
    "context_lost_s": SELF_SERVICE,
    "silent_return": SELF_SERVICE,
    "silent_return_delay_h": SELF_SERVICE,
    "notice_floor": storm("notice"),
    "notice_scale_h": storm("notice"),
    "notice_prevented": storm("notice"),
    "notice_induced": storm("notice"),
    "notice_satisfaction": storm("notice"),
    "compensation_redeemed": storm("compensation"),
    "compensation_cost": storm("compensation"),
    "cash_redeemed": storm("compensation", "crises.ice_storm.compensation.form=cash"),
    "cash_cost": storm("compensation", "crises.ice_storm.compensation.form=cash"),
    "failed_price": storm("compensation", "crises.ice_storm.price=null"),
    "generosity_scale": storm("compensation"),
    "justice_of_money": storm("compensation", "behaviour.grievances=on"),
    "grievance_closes": storm("compensation", "behaviour.grievances=on"),
    "compensation_restores": storm("compensation"),
    "apology_restores": storm("compensation"),
    "gift_step": quick("programmes={wow: {kind: wow_budget, budget_per_month: 9000 USD, gift: 5 USD, adoption: 0 s}}"),
    "complaint_minor": RECOVERY,
    "complaint_serious": RECOVERY,
    "complaint_stakes": RECOVERY,
    "public_post": RECOVERY,
    "survey_lag_h": RECOVERY,
    "speech_lag_h": RECOVERY,
    "complaint_lag_h": RECOVERY,
    "listening_lag_h": RECOVERY,
    "recovery_half_life_d": RECOVERY,
    "recovery_paradox": RECOVERY,
    "apology_alone": RECOVERY,
    "gift_restores": RECOVERY,
    "apology_again_harm": quick(*NOTICED, "customers.segments.everyone.customers=50"),
    "apology_memory_d": quick(*NOTICED, *MONTHS),
    "promise_kept_score": PROMISES,
    "promise_broken_score": PROMISES,
    "anger_broken_promise": PROMISES,
    "failure_repeat_score": PROMISES,
    "offer_harm": quick(*SELLING),
    "offer_calm": quick(*SELLING, "workforce.groups.team.heads=6"),
    "offer_attitude": quick(
        *SELLING,
        "customers.segments.everyone.customers=50",
        "moments.question.stakes=90 %",
        "moments.question.builder=on",
    ),
    "offer_blocked_d": quick(*SELLING, *MONTHS),
    "learning_gap": quick(),
    "learning_tau_months": quick(),
    "deep_acting_base": quick(),
    "deep_acting_ei": quick(),
    "deep_acting_autonomy": quick(),
    "deep_acting_stress": BUSY,
    "strain_per_overload_hour": BUSY,
    "burnout_per_surface_act": CAREERS,
    "burnout_recovery": CAREERS,
    "wellbeing_bound": CAREERS,
    "burnout_absence": quick(
        TWO_DAYS[0], "horizon=8 d", "workforce.groups.team.absence=30 %", "demand.volumes.question.per_day=1200"
    ),
    "burnout_exit": CAREERS,
    "engagement_exit": AUTONOMOUS,
    "engagement_handling_time": Where(settings=TWO_DAYS, practice=("handling_time_weight", 0.9)),
    "engagement_customer_voice": Where(settings=TWO_DAYS, practice=("customer_voice_weight", 0.9)),
    "engagement_incentive_gap": Where(settings=TWO_DAYS, practice=("incentive_gap", 0.5)),
    "engagement_autonomy": AUTONOMOUS,
    "exit_factor_first": quick(*TWO_DAYS, "workforce.groups.team.tenure_mean=60 d"),
    "exit_factor_year": CAREERS,
    "exit_factor_later": CAREERS,
    "novice_resolution": quick(*TWO_DAYS, "workforce.groups.team.tenure_mean=60 d"),
}  # fmt: skip

WHERE_SWITCHES: dict[str, Where] = {
    "selling": quick(*SELLING),
    "anger": BUSY,
    "fatigue": BUSY,
    "load": quick(),
    "learning": quick(),
    "emotional_intelligence": quick(),
    "emotional_labour": quick(),
    "scripting": STAKES,
    "memory": quick(),
    "crisis_multipliers": storm(),
    "feedback": quick(
        "customers.segments.everyone.customers=50", "customers.segments.everyone.yearly_churn=99 %", "horizon=3 d"
    ),
    "incentives": HURRIED,
    "knowledge": UNEVEN,
    "teams": quick("workforce.groups.team.teams={count: 3, spread: 0.4}"),
    "matching": MATCHED,
    "expectations": ADAPTING,
    "grievances": GRIEVED,
    "buffering": quick("moments.question.failure=promise"),
    "brand": BRAND,
    "word_of_mouth": WORD_OF_MOUTH,
    "burnout": CAREERS,
    "engagement": AUTONOMOUS,
    "calibration": quick(),
}  # fmt: skip

OF_THE_REFERENCE = {"delight_quantile", "let_down_quantile", "calibration"}
"""They place the labels on the experiences of the reference operation, or calibrate it, so that one has to be run."""

STORM_START, STORM_HOURS = "2007-02-14 09:00", 2.0
QUICK_HOURS = 5.0


def test_tables_are_complete() -> None:
    """A new parameter or switch must be given its scenario."""
    assert set(WHERE_PARAMETERS) == set(registry.BEHAVIOURAL)
    assert set(WHERE_SWITCHES) == set(SWITCHES)


@cache
def at(where: Where) -> Loaded:
    """The scenario, cut short."""
    if where.scenario == "airline_ice_storm":
        loaded = load(AIRLINE, variant=where.variant, overrides=(*where.settings, "waiting.lines=300"))
        return fewer_customers(cut(loaded, STORM_START, STORM_HOURS))
    loaded = load(QUICKSTART, variant=where.variant, overrides=where.settings)
    long = any(setting.startswith("horizon") for setting in where.settings)
    return loaded if long else cut(loaded, "2024-01-08 00:00", QUICK_HOURS)


def fewer_customers(loaded: Operation) -> Operation:
    """A twentieth of the customers, services and calls: the same storm in a smaller airline, for a quick test."""
    scenario = loaded.scenario
    customers = scenario.customers.model_copy(
        update={"segments": {
            name: segment.model_copy(update={"customers": segment.customers // 20})
            for name, segment in scenario.customers.segments.items()
        }}
    )  # fmt: skip
    crises = {
        name: crisis.model_copy(update={"customers_per_service": crisis.customers_per_service / 20})
        for name, crisis in scenario.crises.items()
    }
    volumes = {
        name: volume.model_copy(update={"per_day": (volume.per_day or 0) / 20})
        for name, volume in scenario.demand.volumes.items()
    }
    demand = scenario.demand.model_copy(update={"volumes": volumes})
    update = {"customers": customers, "crises": crises, "demand": demand}
    return loaded._replace(scenario=scenario.model_copy(update=update))


def with_behaviour(loaded: Loaded, **changes: Any) -> Operation:
    """The same scenario with another section `behaviour`."""
    behaviour = loaded.scenario.behaviour.model_copy(update=changes)
    scenario = loaded.scenario.model_copy(update={"behaviour": behaviour})
    return Operation(scenario, loaded.tables, loaded.samples)


def told(
    loaded: Loaded, reference: Reference | None = None, practice: tuple[str, float] | None = None
) -> Trace:
    """The logged trace of one replication."""
    blueprint = lower(loaded, reference or Reference.neutral(tuple(loaded.scenario.moments)))
    run = ReplicationRun(prepare(with_run_out(blueprint), 1), log=True)
    if practice is not None:
        run.world["practices"][practice[0]] = practice[1]
    assert run.advance() == Status.DONE
    return run.trace()


def with_run_out(blueprint: Blueprint) -> Blueprint:
    """At most two days of run-out: enough for silent returns, compensation and reconnects."""
    settings = blueprint.settings.copy()
    settings["run_out"] = 48 * HOUR
    return replace(blueprint, settings=settings)


def changed_rows(one: Trace, other: Trace) -> set[str]:
    """Tables of the trace in which some row differs."""
    tables = {name.split(".")[0].split(":")[0] for name in differences(one, other)}
    return tables & {"contacts", "moments", "customers", "agents", "tallies", "acquisition"}


def reference_if_needed(name: str, loaded: Loaded) -> Reference | None:
    """The reference of what is about it."""
    if name not in OF_THE_REFERENCE:
        return None
    return reference_for(loaded, loaded, clock="compiled", on_progress=lambda share: True)


@pytest.mark.parametrize("name", registry.BEHAVIOURAL)
def test_parameter_has_an_effect(name: str) -> None:
    loaded, parameter = at(WHERE_PARAMETERS[name]), registry.BEHAVIOURAL[name]
    traces = []
    for value in (parameter.low, parameter.high):
        moved = with_behaviour(loaded, parameters={name: value})
        traces.append(told(moved, reference_if_needed(name, moved), WHERE_PARAMETERS[name].practice))
    assert changed_rows(*traces), f"{name} from {parameter.low} to {parameter.high} changes nothing"
    assert np.all(np.isfinite(traces[1].tallies["created"]))


@pytest.mark.parametrize("name", SWITCHES)
def test_switch_has_an_effect(name: str) -> None:
    loaded = at(WHERE_SWITCHES[name])
    states = [with_behaviour(loaded, **{name: state}) for state in (True, False)]
    on, off = (told(state, reference_if_needed(name, state)) for state in states)
    assert changed_rows(on, off), f"behaviour.{name} changes nothing"


def test_load_mode_has_an_effect() -> None:
    loaded = at(quick())
    assert changed_rows(*(told(with_behaviour(loaded, load_mode=mode)) for mode in ("speedup", "slowdown")))


@pytest.mark.parametrize("where", [quick(), storm()], ids=["quickstart", "airline"])
def test_behaviour_off_is_every_switch_off(where: Where) -> None:
    path = QUICKSTART if where.scenario == "quickstart" else AIRLINE
    one_word = load(path, overrides=["behaviour=off"]).scenario.behaviour
    assert not any(getattr(one_word, name) for name in SWITCHES)
    assert one_word.textbook
    each = with_behaviour(at(where), textbook=True, **dict.fromkeys(SWITCHES, False))
    assert each.scenario.behaviour == one_word
