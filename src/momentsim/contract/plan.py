"""The plan: everything the engine is told about one replication, as tables of arrays.

A plan is made once from a scenario and never changed. Times are int64 microseconds since the scenario's
start, or since the beginning of its warm-up where it has one; shares 0..1, latent scores in SD, money in the
scenario's currency. Names stay outside: a row number is an index into the names of `Names`. What codes mean stands in
`contract/codes.py`, the fields of the tables in `contract/records.py`; everybody imports them from here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from momentsim.contract.codes import (
    DAY,
    HOUR,
    LONGEST,
    MINUTE,
    MONTH,
    NEVER,
    SCALE_MEAN,
    SCALE_SD,
    SECOND,
    YEAR,
    AgentChoice,
    AimKind,
    Comparator,
    ContactOrder,
    Failure,
    Family,
    LeverAction,
    LeverKind,
    MomentKind,
    PracticeField,
    RecoveryOrder,
    RosterAction,
    Tells,
    Watched,
    Whom,
    Why,
)
from momentsim.contract.records import (
    AGENT,
    AIM,
    ANNOUNCEMENT,
    BLACKOUT,
    CALLBACK,
    CRISIS,
    DATE,
    DIVERT,
    GROUP,
    HOURS,
    LAW,
    LEVER,
    LEVER_ACTION,
    MOMENT,
    OPEN_SPAN,
    OUTLOOK,
    PRICED_NORMS,
    PROGRAMME,
    REASON,
    RECOVERY,
    ROSTER,
    SEGMENT,
    SERVES,
    SITE,
    TRIGGER,
    USUAL_PRICE,
    floats,
    record,
)
from momentsim.draws import KEY

__all__ = [
    "AGENT",
    "AIM",
    "ANNOUNCEMENT",
    "BLACKOUT",
    "CALLBACK",
    "CRISIS",
    "DATE",
    "DAY",
    "DIVERT",
    "EFFECTS",
    "GROUP",
    "HOUR",
    "HOURS",
    "LAW",
    "LEVER",
    "LEVER_ACTION",
    "LONGEST",
    "MINUTE",
    "MOMENT",
    "MONTH",
    "NEVER",
    "NO_RECOVERY",
    "OPEN_SPAN",
    "OUTLOOK",
    "PRICED_NORMS",
    "PROGRAMME",
    "REASON",
    "RECOVERY",
    "ROSTER",
    "SCALE_MEAN",
    "SCALE_SD",
    "SECOND",
    "SEGMENT",
    "SERVES",
    "SETTINGS",
    "SITE",
    "TRIGGER",
    "USUAL_PRICE",
    "YEAR",
    "AgentChoice",
    "AimKind",
    "Comparator",
    "ContactOrder",
    "DayOfMoments",
    "Failure",
    "Family",
    "LeverAction",
    "LeverKind",
    "MomentKind",
    "Names",
    "Plan",
    "PracticeField",
    "Prepared",
    "RecoveryOrder",
    "RosterAction",
    "Table",
    "TeamName",
    "Tells",
    "Watched",
    "Whom",
    "Why",
    "floats",
    "record",
]  # fmt: skip

Table: TypeAlias = npt.NDArray[Any]  # a structured array; its dtype is named beside each field below

SETTINGS = record(
    ("key", KEY),  # of all draws of this replication
    ("warm_up", np.int64),  # when the scenario starts: whole intervals; nothing before counts, 0: no warm-up
    ("horizon", np.int64),  # its end
    ("run_out", np.int64),  # longest time after the horizon
    ("interval", np.int64),
    ("year_after", np.int64),  # horizon + 12 months, to which churn is counted
    ("lines", np.int64),  # NEVER: unlimited
    ("login_cap", np.int64),
    ("agent_choice", np.int64),
    ("contact_order", np.int64),
    (
        "heart_above",
        np.float64,
    ),  # emotional intelligence (z) from which on agents are kept for moments of truth
    ("stakes_above", np.float64),  # from these stakes on a moment is one of truth
    ("sensitivity", np.float64),  # share of moments of truth that the detector finds
    ("specificity", np.float64),  # share of the others that it leaves alone
    ("detector_on", np.int64),  # 1 when routing asks the detector
    ("has_matches", np.int64),  # 1 when some group is matched to some segment
    ("announce_wait", np.int64),
    ("announced_handling", np.int64),  # microseconds the announcement reckons with; 0: the moving mean
    ("redial_first", np.float64),
    ("redial_further", np.float64),
    ("redial_law", np.int64),
    ("service_threshold", np.int64),
    ("short_abandon", np.int64),
    ("has_overflow", np.int64),  # 1 when some SERVES.after > 0
    ("has_talk_factors", np.int64),  # 1 when some SERVES.talk_factor is not 1
    ("anger_on", np.int64),  # switches of behaviour, 0 or 1
    ("fatigue_on", np.int64),
    ("load_on", np.int64),
    ("emotional_intelligence_on", np.int64),
    ("emotional_labour_on", np.int64),
    ("scripting_on", np.int64),
    ("memory_on", np.int64),
    ("crisis_multipliers_on", np.int64),
    ("feedback_on", np.int64),
    ("incentives_on", np.int64),
    ("knowledge_on", np.int64),
    ("matching_on", np.int64),
    ("expectations_on", np.int64),
    ("grievances_on", np.int64),
    ("buffering_on", np.int64),
    ("brand_on", np.int64),
    ("word_of_mouth_on", np.int64),
    ("outside_anchor", np.float64),  # SD per microsecond by which everybody's expectation rises
    ("selling_on", np.int64),
    ("learning_on", np.int64),
    ("burnout_on", np.int64),
    ("engagement_on", np.int64),
    ("load_sign", np.float64),  # +1 speeds up under load, -1 slows down
    ("home_sites", np.float64),  # share of attempts that go to the customer's home site first
    ("score_only", np.int64),  # 1 in the reference pilot: experiences are scored, nothing moves
)

EFFECTS = floats(
    # anger
    "anger_per_minute", "anger_wait_cap", "anger_per_failed_attempt", "anger_after_self_service",
    "anger_half_life_h", "anger_handling", "anger_calming",
    # fatigue and load
    "fatigue_per_anger", "fatigue_recovery_per_minute", "fatigue_per_occupancy_hour", "occupancy_threshold",
    "fatigue_quality", "fatigue_slowing", "load_gain", "load_centre", "load_steepness", "overwork_slowing",
    "load_memory_h",
    # the encounter
    "ei_at_stakes", "ei_at_routine", "ei_with_skill", "deep_acting_base", "deep_acting_ei", "deep_acting_autonomy",
    "deep_acting_stress", "deep_acting_gain", "surface_acting_harm", "script_at_stakes", "script_speed",
    "script_alike", "quality_noise", "pressure_quality", "matched_quality",
    "resolution_per_skill", "resolution_per_complexity", "complexity_handling",
    # incentives
    "usual_handling_time_weight", "usual_resolution_weight", "incentive_speed", "incentive_haste",
    "incentive_resolution", "incentive_voice", "gaming",
    # knowledge and authority
    "knowledge_quality", "resolution_per_knowledge", "doubt", "doubt_delay_min", "anger_per_inconsistency",
    "authority_scale", "goodwill_share", "handover_s", "anger_per_transfer", "effort_transfer",
    # experience
    "wait_size", "wait_scale_min", "busy_wait_min", "wait_urgent", "wait_informed",
    "outcome_score", "self_service_success_score",
    "self_service_failure_score", "peak_weight", "end_weight", "mean_weight", "effort_weight", "effort_repeat",
    "effort_channel_switch", "effort_repeat_information",
    # loyalty
    "loss_aversion", "gain_exponent", "loyalty_step", "routine_gain", "kappa", "displacement_bound",
    "displacement_half_life_d", "churn_slope", "spend_slope", "wallet_up", "wallet_down", "wallet_gap",
    "wallet_causal_share", "wallet_lag_d", "wallet_half_life_d", "wallet_stakes_floor",
    # customers over time
    "expectation_up", "expectation_down", "grievance_solved", "grievance_unsolved", "grievance_half_life_d",
    "grievance_amplify", "churn_per_grievance", "buffer_product", "amplify_promise", "brand_permanent",
    "brand_half_life_d",
    # word of mouth and acquisition
    "tell_good", "tell_bad", "reach_good", "reach_bad", "listener_prospect", "prior_purchase", "purchase_up",
    "purchase_down", "brand_acquisition",
    # survey
    "survey_response", "survey_response_extreme", "survey_correlation", "csat_cut",
    # waiting and self-service
    "balk_strength", "told_before", "told_after", "told_talk_s", "told_talk_most_min", "wait_callback",
    "context_saved_s", "context_lost_s", "silent_return", "silent_return_delay_h",
    # crisis levers
    "notice_floor", "notice_scale_h", "notice_prevented", "notice_induced", "notice_satisfaction",
    "compensation_redeemed", "compensation_cost", "cash_redeemed", "cash_cost", "compensation_restores",
    "apology_restores", "failed_price", "generosity_scale", "justice_of_money", "grievance_closes",
    # programmes
    "gift_step",
    # noticing and making good
    "complaint_minor", "complaint_serious", "complaint_stakes", "public_post",
    "survey_lag_h", "speech_lag_h", "complaint_lag_h", "listening_lag_h",
    "recovery_half_life_d", "recovery_paradox", "apology_alone", "apology_again_harm", "apology_memory_d",
    "gift_restores",
    # promises and selling
    "promise_kept_score", "promise_broken_score", "anger_broken_promise", "failure_repeat_score",
    "offer_harm", "offer_calm", "offer_attitude", "offer_blocked_d",
    # careers
    "learning_gap", "learning_tau_months", "strain_per_overload_hour", "burnout_per_surface_act",
    "burnout_recovery", "wellbeing_bound", "burnout_absence", "burnout_exit",
    "engagement_exit", "engagement_handling_time", "engagement_customer_voice", "engagement_incentive_gap",
    "engagement_autonomy", "exit_factor_first", "exit_factor_year", "exit_factor_later", "novice_resolution",
)  # fmt: skip
"""Evidence parameters, by the names of the registry (`momentsim evidence`)."""


NO_RECOVERY: Final = np.zeros(1, RECOVERY)
"""Nothing is looked for, nothing is made good."""


class Plan(NamedTuple):
    """What the engine gets for one replication: arrays only."""

    settings: Table  # SETTINGS, one row
    effects: Table  # EFFECTS, one row
    reasons: Table  # REASON
    segments: Table  # SEGMENT
    groups: Table  # GROUP
    serves_by_group: Table  # SERVES
    serves_by_queue: Table  # SERVES
    agents: Table  # AGENT
    matches: npt.NDArray[np.int64]  # [groups, segments] 1 where the group is matched to the segment
    roster: Table  # ROSTER
    laws: Table  # LAW
    samples: npt.NDArray[np.float64]  # empirical laws: sorted microseconds; gamma laws: tables of quantiles
    crises: Table  # CRISIS
    blackouts: Table  # BLACKOUT
    levers: Table  # LEVER
    dates: Table  # DATE
    pay_dates: npt.NDArray[np.int64]  # margin is earned at these times, see OUTLOOK
    expectation_law: npt.NDArray[
        np.float64
    ]  # quantiles of expectations at the start, evenly spaced; empty: all 0
    newcomers: npt.NDArray[
        np.float64
    ]  # [dates x segments] expected value to the outlook of one who joins then
    queues: int
    programmes: Table = np.zeros(0, PROGRAMME)
    aims: Table = np.zeros(0, AIM)
    recovery: Table = NO_RECOVERY  # RECOVERY, one row
    attitude_laws: npt.NDArray[np.float64] = np.zeros((0, 0))
    """[segments x quantiles] of attitudes at the start, evenly spaced; empty: all 0."""
    pay_weights: npt.NDArray[np.float64] = np.zeros(0)  # what a margin of each date counts, discounted
    outlook: Table = np.zeros(1, OUTLOOK)  # one row
    usual_prices: Table = np.zeros((0, 0, 0, 0), USUAL_PRICE)
    """[reasons x segments x months from the start x norms] USUAL_PRICE"""
    hours: Table = np.zeros(0, HOURS)
    open_spans: Table = np.zeros(0, OPEN_SPAN)
    diverts: Table = np.zeros(0, DIVERT)
    lever_sizes: Table = np.zeros(0, LEVER)
    lever_actions: Table = np.zeros(0, LEVER_ACTION)
    triggers: Table = np.zeros(0, TRIGGER)
    sites: Table = np.zeros(0, SITE)
    """None where no attempt goes to a home site first."""
    callbacks: Table = np.zeros(0, CALLBACK)
    announcements: Table = np.zeros(0, ANNOUNCEMENT)
    informed: npt.NDArray[np.float64] = np.zeros((0, 0))
    """[announcements x reasons] share of callers whose only question the message answers."""


class TeamName(NamedTuple):
    """A team of agents, or a whole group that has none."""

    group: str
    team: int  # 1 is the first; 0: the group has no teams
    site: str  # empty: none named


class Names(NamedTuple):
    """What the row numbers of a plan are called; for measures and reports."""

    reasons: tuple[str, ...]
    owners: tuple[str, ...]  # of each reason
    segments: tuple[str, ...]
    queues: tuple[str, ...]
    groups: tuple[str, ...]
    crises: tuple[str, ...]
    levers: tuple[str, ...]
    teams: tuple[TeamName, ...] = ()
    programmes: tuple[str, ...] = ()
    lever_sizes: tuple[tuple[str, ...], ...] = ()
    """Of each lever the names of its sizes; one without a name where it has no sizes."""
    sites: tuple[str, ...] = ()


DayOfMoments: TypeAlias = Callable[[int], Table]
"""Demand comes in chunks: day number (0 first) -> MOMENT rows of that day, sorted by `began`."""


class Prepared(NamedTuple):
    """A plan with its demand and its names: all that one replication needs."""

    plan: Plan
    moments_of_day: DayOfMoments
    days: int  # chunks of demand: days of warm-up and horizon, the last one perhaps cut
    names: Names
    paid_hours: npt.NDArray[np.float64]  # per group: rostered gross hours within the horizon (0 for reserves)
