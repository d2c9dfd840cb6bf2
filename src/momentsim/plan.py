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
MONTH: Final = 36525 * DAY // 1200
"""A twelfth of 365.25 days."""
YEAR: Final = 12 * MONTH
SCALE_MEAN: Final = 100.0
SCALE_SD: Final = 15.0
"""Usual scale of tests of emotional intelligence, on which z-scores are read and written."""
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


class PracticeField(IntEnum):
    """What programmes may move in how a group works; each name, in lower case, is one of the engine's fields."""

    SCRIPT = 0
    AUTONOMY = 1
    AUTHORITY = 2
    ONE_VOICE = 3
    HANDLING_TIME_WEIGHT = 4
    RESOLUTION_WEIGHT = 5
    CUSTOMER_VOICE_WEIGHT = 6
    INCENTIVE_GAP = 7
    LEARNING_TAU_MONTHS = 8
    LEARNING_GAP = 9
    PACE_FACTOR = 10
    ABSENCE_ODDS = 11
    EXIT_FACTOR = 12
    RESOLUTION_SHIFT = 13
    QUALITY_SHIFT = 14
    ENGAGEMENT_SHIFT = 15
    HIRE_EMPATHY = 16


class AimKind(IntEnum):
    """How a programme of strength s moves a value v towards its own t."""

    MIXED = 0
    """v + s (t - v); with several programmes, see `momentsim.rules.programmes.mixed`."""
    FACTOR = 1
    """v t^s"""
    SHIFT = 2
    """v + s t"""


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


class Failure(IntEnum):
    """What fails when a moment of a reason goes wrong."""

    NONE = 0
    PRODUCT = 1
    """Strong relations forgive it more easily."""
    PROMISE = 2
    """Strong relations take it harder."""


class AgentChoice(IntEnum):
    """Which idle agent takes a contact."""

    LONGEST_IDLE = 0
    HIGHEST_EMOTIONAL_INTELLIGENCE = 1
    MOST_SKILLED = 2
    LEAST_OCCUPIED = 3
    HEART = 4
    """Detected moments of truth to the most empathetic, who are kept free for them."""


class ContactOrder(IntEnum):
    """Which waiting contact of one priority goes first: by band (four) of a score, then first come."""

    FIRST_COME = 0
    STAKES = 1
    VALUE = 2
    ANGER = 3
    DETECTED = 4
    """What the detector takes for a moment of truth; `STAKES` knows the truth."""


class RecoveryOrder(IntEnum):
    """Which waiting case the recovery team takes next; ties by the time of noticing."""

    FIRST_COME = 0
    STAKES = 1
    VALUE = 2


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
    ("beyond_authority", np.float64),  # share of needs that ask for a decision the front line may not take
    ("escalation_queue", np.int64),  # where they wait for a colleague who may
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
    ("adapts_from", np.float64),  # d above which expectations rise: their mean step is 0 at the reference
    ("delight_share", np.float64),  # of moments at the reference
    ("let_down_share", np.float64),
    ("failure", np.int64),  # Failure
    ("promise_within", np.int64),  # from the talk that solves it to the due date; 0: nothing is promised
    ("promise_kept", np.float64),
    ("failure_repeat", np.float64),  # share of kept promises after which the same thing fails again
    ("failure_repeat_law", np.int64),
    ("offer_pressure", np.float64),  # share of talks in which an offer is made; 0: nothing is sold
    ("offer_margin", np.float64),  # money per sale
    ("offer_acceptance", np.float64),  # after real help, at an attitude as at the start
    ("offer_after_help", np.int64),  # 1: offers are made after real help only
)

SEGMENT = record(
    ("key", np.uint64),  # owner of its customers: a hash of its name
    ("first_customer", np.int64),  # customers of a segment are numbered in one run, prospects after them
    ("customers", np.int64),  # at the start
    ("prospects", np.int64),  # who may become customers; 0: nobody joins
    ("first_prospect", np.int64),  # row in the table of prospects
    ("joining", np.float64),  # customers won per microsecond, before brand and word of mouth
    ("grievance", np.float64),  # mean open grievance at the reference
    ("margin", np.float64),  # yearly
    ("value_sigma", np.float64),  # of the lognormal value draw (mean 1)
    ("hazard", np.float64),  # h0 per microsecond, solved under the reference operation
    ("detractor_below", np.float64),  # cuts of n + x
    ("promoter_above", np.float64),
    ("patience_factor", np.float64),
    ("expectation", np.float64),
    ("promise_within", np.int64),  # 0: as the reason says
    ("promise_kept", np.float64),
    ("promise_kept_own", np.int64),  # 1: `promise_kept` is this segment's own
)

GROUP = record(
    ("first_agent", np.int64),
    ("agents", np.int64),
    ("autonomy", np.float64),
    ("script", np.float64),
    ("reserve", np.int64),  # 1: only on duty once called
    ("authority", np.float64),  # money an agent may spend on a decision
    ("one_voice", np.float64),  # share of the differences in knowledge that common instructions take away
    ("handling_time_weight", np.float64),  # what team leaders really look at; the three add up to 1
    ("resolution_weight", np.float64),
    ("customer_voice_weight", np.float64),
    ("incentive_gap", np.float64),  # 0..1, between what is declared and what is practised
    ("careers", np.int64),  # 1: agents wear out, miss days, leave and are replaced; the rest is for these
    ("by_shift", np.int64),  # 1: rostered by shifts, 0: by heads on duty
    ("absence", np.float64),  # probability to miss a day at usual burnout
    ("shrinkage", np.float64),  # share of paid hours that is not in the roster
    ("exit_hazard", np.float64),  # per month at tenure factor 1, usual burnout and engagement
    ("hiring_lag", np.int64),  # microseconds
    ("empathy_mean", np.float64),  # of emotional intelligence, z-score; these six draw whoever is hired
    ("empathy_sd", np.float64),
    ("skill_mean", np.float64),
    ("skill_sd", np.float64),
    ("speed_sd", np.float64),
    ("knowledge_sd", np.float64),
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
    ("knowledge", np.float64),  # SD, 0 the average agent
    ("team", np.int64),  # index into the teams of `Names`
    ("team_quality", np.float64),  # what team and site add to quality, SD
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
    ("begins", np.int64),  # first announcement of a failure; NEVER without one
    ("brand_shock", np.float64),  # SD by which the brand falls then
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

PROGRAMME = record(
    ("programme", np.int64),  # its number in the file
    ("group", np.int64),
    ("first", np.int64),  # first row of the same programme
    ("begins", np.int64),  # end of its lead time
    ("adoption", np.int64),
    ("s_curve", np.int64),  # 1: adopted along an S-curve, 0: in a straight line
    ("ends", np.int64),  # NEVER: stays
    ("half_life", np.int64),  # of the strength after the end, or of an agent's gain after a course; 0: none
    ("hours", np.int64),  # of a course, microseconds; 0: no training
    ("hours_per_day", np.int64),
    ("empathy", np.float64),  # SD gained by a course
    ("speed", np.float64),  # share gained by a course
    ("spill_over", np.float64),  # share gained by an untrained agent when all peers are trained
    ("first_course", np.int64),  # courses are numbered: programme by programme, agents of its group in order
    ("gift", np.float64),  # cost of one; 0: no gifts
    ("gift_share", np.float64),  # of moments that bring one at full strength
    ("budget", np.float64),  # for gifts, per month
    ("words_only", np.int64),
)
"""One row per (programme, group), sorted so."""

AIM = record(
    ("row", np.int64),  # of PROGRAMME
    ("group", np.int64),
    ("field", np.int64),  # PracticeField
    ("kind", np.int64),  # AimKind
    ("value", np.float64),  # what the field goes to, its factor or its shift, at full strength
    (
        "habit",
        np.float64,
    ),  # share of the old value that stays even then; of the incentive gap: of all weights
)
"""What a programme moves in how a group works; sorted by group, field, row."""

DATE = record(
    ("begins", np.int64),  # its midnight, or the start of the run for the first one
    ("ordinal", np.int64),  # proleptic ordinal of the date
    ("weekday", np.int64),  # 0 Monday
)
"""Every date that the horizon and the run-out touch."""

RECOVERY = record(
    ("on", np.int64),  # 1: bad moments are looked for
    ("survey", np.int64),  # which ways are open, 0 or 1
    ("speech", np.int64),
    ("complaints", np.int64),
    ("sensitivity", np.float64),  # of speech analytics
    ("specificity", np.float64),
    ("listening", np.float64),  # share of public posts found
    ("people", np.int64),  # 0: nobody works on what was noticed
    ("law", np.int64),  # time per case
    ("midnight", np.int64),  # some midnight at or before time 0
    ("weekday", np.int64),  # of the date that begins there, 0 Monday
    ("days", np.int64),  # bit d set: works on weekday d
    ("opens", np.int64),  # time of day, microseconds
    ("closes", np.int64),
    ("order", np.int64),  # RecoveryOrder
    ("delay", np.int64),  # from noticing to the earliest start
    ("give_up_after", np.int64),  # from noticing; older cases are dropped
    ("apology", np.int64),
    ("compensation", np.float64),  # face value per recovered customer
    ("gift", np.float64),  # value per recovered customer
)
"""How bad moments are noticed and made good; one row."""

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
    ("anger_on", np.int64),  # switches of behaviour, 0 or 1
    ("fatigue_on", np.int64),
    ("load_on", np.int64),
    ("emotional_intelligence_on", np.int64),
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
    "ei_at_stakes", "ei_at_routine", "ei_with_skill", "quality_noise", "pressure_quality", "matched_quality",
    "resolution_per_skill", "resolution_per_complexity", "complexity_handling",
    # incentives
    "usual_handling_time_weight", "usual_resolution_weight", "incentive_speed", "incentive_haste",
    "incentive_resolution", "incentive_voice", "gaming",
    # knowledge and authority
    "knowledge_quality", "resolution_per_knowledge", "doubt", "doubt_delay_min", "anger_per_inconsistency",
    "authority_scale", "goodwill_share", "handover_s", "anger_per_transfer", "effort_transfer",
    # experience
    "wait_per_minute", "wait_floor", "outcome_score", "blocked_score", "self_service_success_score",
    "self_service_failure_score", "peak_weight", "end_weight", "mean_weight", "effort_weight", "effort_repeat",
    "effort_channel_switch", "effort_repeat_information",
    # loyalty
    "loss_aversion", "gain_exponent", "loyalty_step", "routine_gain", "kappa", "displacement_bound",
    "displacement_half_life_d", "churn_slope", "spend_slope", "wallet_up", "wallet_down", "wallet_gap",
    "wallet_causal_share", "wallet_lag_d", "wallet_stakes_floor",
    # customers over time
    "expectation_up", "expectation_down", "grievance_solved", "grievance_unsolved", "grievance_half_life_d",
    "grievance_amplify", "buffer_product", "amplify_promise", "brand_permanent", "brand_half_life_d",
    # word of mouth and acquisition
    "tell_good", "tell_bad", "reach_good", "reach_bad", "listener_prospect", "prior_purchase", "purchase_up",
    "purchase_down", "brand_acquisition",
    # survey
    "survey_response", "survey_response_extreme", "survey_correlation", "csat_cut",
    # waiting and self-service
    "balk_strength", "context_saved_s", "context_lost_s", "silent_return", "silent_return_delay_h",
    # crisis levers
    "notice_floor", "notice_scale_h", "notice_prevented", "notice_induced", "notice_satisfaction",
    "compensation_redeemed", "compensation_cost", "compensation_restores", "apology_restores",
    # programmes
    "gift_step",
    # noticing and making good
    "complaint_minor", "complaint_serious", "complaint_stakes", "public_post",
    "survey_lag_h", "speech_lag_h", "complaint_lag_h", "listening_lag_h",
    "recovery_half_life_d", "recovery_paradox", "apology_alone", "apology_again_harm", "apology_memory_d",
    "compensation_scale", "gift_restores",
    # promises and selling
    "promise_kept_score", "promise_broken_score", "anger_broken_promise", "failure_repeat_score",
    "offer_harm", "offer_calm", "offer_attitude", "offer_blocked_d",
    # careers
    "learning_gap", "learning_tau_months", "hostile_calm", "deep_acting_base", "deep_acting_ei",
    "deep_acting_autonomy", "deep_acting_stress", "strain_per_overload_hour", "burnout_per_surface_act",
    "burnout_recovery", "wellbeing_bound", "burnout_quality", "burnout_absence", "burnout_exit",
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
    pay_dates: npt.NDArray[np.int64]  # margin is earned at these times (monthly) up to the outlook
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


DayOfMoments: TypeAlias = Callable[[int], Table]
"""Demand comes in chunks: day number (0 first) -> MOMENT rows of that day, sorted by `began`."""


class Prepared(NamedTuple):
    """A plan with its demand and its names: all that one replication needs."""

    plan: Plan
    moments_of_day: DayOfMoments
    days: int  # chunks of demand: days of warm-up and horizon, the last one perhaps cut
    names: Names
    paid_hours: npt.NDArray[np.float64]  # per group: rostered gross hours within the horizon (0 for reserves)
