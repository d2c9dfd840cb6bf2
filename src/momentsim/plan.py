"""The plan: everything the engine is told about one replication, as tables of arrays.

A plan is made once from a scenario and never changed. Times are int64 microseconds since the scenario's
start, or since the beginning of its warm-up where it has one; shares 0..1, latent scores in SD, money in the
scenario's currency. Names stay outside: a row number is an index into the names of `Names`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from momentsim.draws import KEY

Table: TypeAlias = npt.NDArray[Any]  # a structured array; its dtype is named beside each field below

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
NEVER: Final = 2**62
"""A time after every other."""


class MomentKind(IntEnum):
    """Why a moment exists."""

    ORDINARY = 0
    AFFECTED = 1
    """A customer hit by a crisis."""
    STATUS = 2
    """A customer not hit who asks because of the crisis."""


class RosterAction(IntEnum):
    """What the roster tells an agent; at one instant in this order, so that touching shifts go on."""

    END = 0
    BREAK_ENDS = 1
    START = 2
    BREAK_STARTS = 3


class LeverKind(IntEnum):
    """What a crisis lever does."""

    RESERVES = 0
    WEB_REBOOKING = 1
    NOTICE = 2
    COMPENSATION = 3


class Family(IntEnum):
    """Family of a law of durations."""

    NEVER = 0
    CONSTANT = 1
    EXPONENTIAL = 2
    LOGNORMAL = 3
    MIXTURE = 4
    EMPIRICAL = 5
    WEIBULL = 6
    UNIFORM = 7
    GAMMA = 8
    """Erlang too."""


class AgentChoice(IntEnum):
    """Which idle agent takes a contact."""

    LONGEST_IDLE = 0
    HIGHEST_EMOTIONAL_INTELLIGENCE = 1


class ContactOrder(IntEnum):
    """Which waiting contact of one priority goes first: by band (four) of a score, then first come."""

    FIRST_COME = 0
    STAKES = 1
    VALUE = 2
    ANGER = 3


def record(*fields: tuple[str, Any]) -> np.dtype[Any]:
    """An aligned record type, so that compiled code reads each field with one load."""
    return np.dtype(list(fields), align=True)


def floats(*names: str) -> np.dtype[Any]:
    """A record of float64 fields."""
    return record(*[(name, np.float64) for name in names])


MOMENT = record(
    ("began", np.int64),  # when the need arises
    ("first_contact", np.int64),  # when the customer first makes contact; NEVER: does not (airport desk)
    ("key", np.uint64),  # owner of all its draws
    ("customer", np.int32),
    ("reason", np.int16),
    ("kind", np.int8),  # MomentKind
    ("crisis", np.int8),  # index of the crisis, -1 for none
)
"""One need of one customer; sorted by `began`."""

REASON = record(
    ("queue", np.int64),
    ("priority", np.int64),  # 0 first .. 8
    ("head_start", np.int64),  # microseconds; within one priority the earliest (queued - head start) is first
    ("stakes", np.float64),
    ("builder", np.int64),
    ("talk_law", np.int64),  # index into laws, as all `_law` fields; -1: none
    ("wrap_law", np.int64),
    ("patience_law", np.int64),
    ("complexity_sd", np.float64),
    ("resolution", np.float64),
    ("reconnect", np.float64),
    ("reconnect_law", np.int64),
    ("expected_wait", np.float64),  # minutes
    ("adoption", np.float64),  # self-service
    ("success_simple", np.float64),
    ("success_at_stakes", np.float64),
    ("complexity_slope", np.float64),
    ("break_out", np.float64),
    ("context_passed", np.float64),
    ("self_service_law", np.int64),
    ("centre", np.float64),  # reference: raw experience at which the mean jump is 0
    ("spread", np.float64),  # reference: SD of raw experience
    ("delight_above", np.float64),  # disconfirmation d at the reference's 80th percentile
    ("let_down_below", np.float64),  # at its 20th
    ("usual", np.float64),  # mean d at the reference, from which surveys judge
)

SEGMENT = record(
    ("key", np.uint64),  # owner of its customers: a hash of its name
    ("first_customer", np.int64),  # customers of a segment are numbered in one run
    ("customers", np.int64),
    ("margin", np.float64),  # yearly
    ("value_sigma", np.float64),  # of the lognormal value draw (mean 1)
    ("hazard", np.float64),  # h0 per microsecond, solved under the reference operation
    ("detractor_below", np.float64),  # cuts of n + x
    ("promoter_above", np.float64),
    ("patience_factor", np.float64),
    ("expectation", np.float64),
)

GROUP = record(
    ("first_agent", np.int64),
    ("agents", np.int64),
    ("autonomy", np.float64),
    ("script", np.float64),
    ("reserve", np.int64),  # 1: only on duty once called
    ("careers", np.int64),  # 1: agents wear out, miss days, leave and are replaced; the rest is for these
    ("by_shift", np.int64),  # 1: rostered by shifts, 0: by heads on duty
    ("absence", np.float64),  # probability to miss a day at usual burnout
    ("shrinkage", np.float64),  # share of paid hours that is not in the roster
    ("exit_hazard", np.float64),  # per month at tenure factor 1, usual burnout and engagement
    ("hiring_lag", np.int64),  # microseconds
    ("empathy_mean", np.float64),  # of emotional intelligence, z-score; these five draw whoever is hired
    ("empathy_sd", np.float64),
    ("skill_mean", np.float64),
    ("skill_sd", np.float64),
    ("speed_sd", np.float64),
    ("usual_strain", np.float64),  # surface acts per hour worked under the reference operation
    ("usual_autonomy", np.float64),  # what engagement is judged against
    ("usual_handling_time_weight", np.float64),
    ("usual_customer_voice_weight", np.float64),
)

SERVES = record(
    ("queue", np.int64),
    ("group", np.int64),
    ("rank", np.int64),  # the group's order of preference among its queues, 0 first; all 0: no preference
    ("after", np.int64),  # microseconds a contact must have waited before this group may take it
)
"""One row per (group, queue) served. Kept twice: sorted by group and rank, and sorted by queue and after."""

AGENT = record(
    ("group", np.int64),
    ("key", np.uint64),
    ("emotional_intelligence", np.float64),  # z-score
    ("skill", np.float64),  # SD
    ("pace", np.float64),  # multiplies handling time (own speed x learning)
    ("choice_rank", np.int64),  # rank by emotional intelligence, 0 highest (ties by number)
    ("own_pace", np.float64),  # pace of the experienced
    ("tenure", np.int64),  # microseconds in the job when the run begins
    ("vacant_until", np.int64),  # the seat is vacant when the run begins and filled then; 0: not vacant
)

ROSTER = record(("time", np.int64), ("agent", np.int32), ("action", np.int32))
"""Sorted by time, agent, action."""

LAW = record(
    ("family", np.int64),
    ("a", np.float64),  # mean, value, scale or lowest, microseconds; lognormal: mu of ln microseconds
    ("b", np.float64),  # lognormal: sigma; weibull: 1 / shape; uniform: highest - lowest
    ("first", np.int64),  # mixture: first part's row in laws; empirical, gamma: first sample in samples
    ("count", np.int64),  # mixture: parts; empirical: samples; gamma: steps of its table
    ("weight", np.float64),  # of this row as a part of a mixture
    ("mean", np.float64),  # microseconds (inf for never)
)

CRISIS = record(
    ("patience_factor", np.float64),
    ("resolution_factor", np.float64),
    ("redial_first", np.float64),
    ("redial_further", np.float64),
    ("redial_law", np.int64),
    ("reconnect", np.float64),  # -1: the reason's own
    ("reconnect_law", np.int64),  # -1: the reason's own
    ("stakes", np.float64),  # of the affected; -1: the reason's own
    ("severity", np.float64),
    ("anger", np.float64),
    ("told_ahead", np.float64),  # pre-cancellation: share of the affected, by the draw STORM_AHEAD
    ("hours_ahead", np.float64),  # by how much they learn earlier
)

BLACKOUT = record(
    ("crisis", np.int64),
    ("start", np.int64),
    ("end", np.int64),
    ("resolution_factor", np.float64),
    ("handling_factor", np.float64),
)

LEVER = record(
    ("kind", np.int64),  # LeverKind
    ("crisis", np.int64),
    ("at", np.int64),  # when the plan pulls it; NEVER: only a hand or a playbook does
    ("group", np.int64),  # reserves: which group; -1 otherwise
    ("law", np.int64),  # reserves: call-out delay
    ("share", np.float64),  # reserves: show-up; web: adoption; notice: reach; compensation: unused, 1
    ("strength", np.float64),  # web: success at average complexity; notice: clarity
    ("hours_ahead", np.float64),  # notice
    ("amount", np.float64),  # compensation: face value; web: one-off cost
    ("delay", np.int64),  # compensation: from the disruption to the customer
    ("apology", np.int64),
)

DATE = record(
    ("begins", np.int64),  # its midnight, or the start of the run for the first one
    ("ordinal", np.int64),  # proleptic ordinal of the date
    ("weekday", np.int64),  # 0 Monday
)
"""Every date that the horizon and the run-out touch."""

SETTINGS = record(
    ("key", KEY),  # of all draws of this replication
    ("warm_up", np.int64),  # when the scenario starts: whole intervals; nothing before counts, 0: no warm-up
    ("horizon", np.int64),  # its end
    ("run_out", np.int64),  # longest time after the horizon
    ("interval", np.int64),
    ("outlook", np.int64),  # fixed date to which value is counted: horizon + 12 months
    ("lines", np.int64),  # NEVER: unlimited
    ("login_cap", np.int64),
    ("agent_choice", np.int64),
    ("contact_order", np.int64),
    ("announce_wait", np.int64),
    ("announced_handling", np.int64),  # microseconds the announcement reckons with; 0: the moving mean
    ("redial_first", np.float64),
    ("redial_further", np.float64),
    ("redial_law", np.int64),
    ("service_threshold", np.int64),
    ("short_abandon", np.int64),
    ("has_overflow", np.int64),  # 1 when some SERVES.after > 0
    ("anger_on", np.int64),  # switches of behaviour, 0 or 1
    ("fatigue_on", np.int64),
    ("load_on", np.int64),
    ("emotional_intelligence_on", np.int64),
    ("memory_on", np.int64),
    ("crisis_multipliers_on", np.int64),
    ("feedback_on", np.int64),
    ("learning_on", np.int64),
    ("burnout_on", np.int64),
    ("engagement_on", np.int64),
    ("load_sign", np.float64),  # +1 speeds up under load, -1 slows down
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
    "ei_at_stakes", "ei_at_routine", "ei_with_skill", "quality_noise", "pressure_quality",
    "resolution_per_skill", "resolution_per_complexity", "complexity_handling",
    # experience
    "wait_per_minute", "wait_floor", "outcome_score", "blocked_score", "self_service_success_score",
    "self_service_failure_score", "peak_weight", "end_weight", "mean_weight", "effort_weight", "effort_repeat",
    "effort_channel_switch", "effort_repeat_information",
    # loyalty
    "loss_aversion", "gain_exponent", "loyalty_step", "routine_gain", "kappa", "displacement_bound",
    "displacement_half_life_d", "churn_slope", "spend_slope", "wallet_up", "wallet_down", "wallet_gap",
    "wallet_causal_share", "wallet_lag_d", "wallet_stakes_floor",
    # survey
    "survey_response", "survey_response_extreme", "survey_correlation", "csat_cut",
    # waiting and self-service
    "balk_strength", "context_saved_s", "context_lost_s", "silent_return", "silent_return_delay_h",
    # crisis levers
    "notice_floor", "notice_scale_h", "notice_prevented", "notice_induced", "notice_satisfaction",
    "compensation_redeemed", "compensation_cost", "compensation_restores", "apology_restores",
    # careers
    "learning_gap", "learning_tau_months", "hostile_calm", "deep_acting_base", "deep_acting_ei",
    "deep_acting_autonomy", "deep_acting_stress", "strain_per_overload_hour", "burnout_per_surface_act",
    "burnout_recovery", "wellbeing_bound", "burnout_quality", "burnout_absence", "burnout_exit",
    "engagement_exit", "engagement_handling_time", "engagement_customer_voice", "engagement_incentive_gap",
    "engagement_autonomy", "exit_factor_first", "exit_factor_year", "exit_factor_later", "novice_resolution",
)  # fmt: skip
"""Evidence parameters, by the names of the registry (`momentsim evidence`)."""


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
    roster: Table  # ROSTER
    laws: Table  # LAW
    samples: npt.NDArray[np.float64]  # empirical laws: sorted microseconds; gamma laws: tables of quantiles
    crises: Table  # CRISIS
    blackouts: Table  # BLACKOUT
    levers: Table  # LEVER
    dates: Table  # DATE
    pay_dates: npt.NDArray[np.int64]  # margin is earned at these times (monthly) up to the outlook
    queues: int


class Names(NamedTuple):
    """What the row numbers of a plan are called; for measures and reports."""

    reasons: tuple[str, ...]
    owners: tuple[str, ...]  # of each reason
    segments: tuple[str, ...]
    queues: tuple[str, ...]
    groups: tuple[str, ...]
    crises: tuple[str, ...]
    levers: tuple[str, ...]


DayOfMoments: TypeAlias = Callable[[int], Table]
"""Demand comes in chunks: day number (0 first) -> MOMENT rows of that day, sorted by `began`."""


class Prepared(NamedTuple):
    """A plan with its demand and its names: all that one replication needs."""

    plan: Plan
    moments_of_day: DayOfMoments
    days: int  # chunks of demand: days of warm-up and horizon, the last one perhaps cut
    names: Names
    paid_hours: npt.NDArray[np.float64]  # per group: rostered gross hours within the horizon (0 for reserves)
