"""The records of a plan: the fields of each of its tables, with their units."""

from __future__ import annotations

from typing import Any, Final

import numpy as np


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
    ("escalated_talk_law", np.int64),  # these three once an agent has passed the need on
    ("escalated_wrap_law", np.int64),
    ("escalated_patience_law", np.int64),
    (
        "talk_factor",
        np.float64,
    ),  # by which talks are shortened or drawn out, so that the reference has the law's mean
    ("complexity_sd", np.float64),
    ("resolution", np.float64),
    ("resolution_shift", np.float64),  # logit, likewise for the share solved at the first answered contact
    ("reconnect", np.float64),
    ("reconnect_law", np.int64),
    ("price", np.float64),  # of what fails; 0: not written
    ("expected_wait", np.float64),  # perceived minutes, the mean of the reference unless written
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
    ("grievance", np.float64),  # mean open grievance at the reference: the usual one
    ("promise_lean", np.float64),  # what broken promises take from attitudes at the reference, SD
    ("product_lean", np.float64),  # what product failures take
    ("attitude_rest", np.float64),  # where attitude goes without contacts, SD
    ("behaviour_rest", np.float64),  # where behaviour does
    ("wallet_rest", np.float64),  # where wallets go without wallet events
    ("margin", np.float64),  # yearly
    ("value_sigma", np.float64),  # of the lognormal value draw (mean 1)
    ("hazard", np.float64),  # h0 per microsecond, solved under the reference operation
    ("usual_hazard", np.float64),  # the same among usual contacts, at displacement 0 and the usual grievance
    ("observed_hazard", np.float64),  # the same of all under the reference operation, at norm 0
    ("observed_spread", np.float64),  # relative variance of what bonds multiply it by there
    ("usual_over_rest", np.float64),  # the usual hazard over that at rest and without a grievance
    ("detractor_below", np.float64),  # cuts of n + x
    ("promoter_above", np.float64),
    ("patience_factor", np.float64),
    ("expectation", np.float64),
    ("promise_within", np.int64),  # 0: as the reason says
    ("promise_kept", np.float64),
    ("promise_kept_own", np.int64),  # 1: `promise_kept` is this segment's own
)

SITE = record(("until", np.float64))
"""Customers whose place (`momentsim.rules.sites`) lies below this and not below the row before are at home here."""

OUTLOOK = record(
    ("monthly", np.int64),  # so many pay dates come monthly, to 12 months after the horizon; then half-yearly
    ("growth", np.float64),  # of discounted money in a month: (1 + discount rate)^(1/12)
    ("endless", np.int64),  # 1: half-yearly margins go on for ever behind the last date
)
"""How far margins are counted.

A half-yearly date stands for six monthly margins, whose survival is carried back from it at the customer's usual
hazard: so without displacements the sum is that of monthly margins.
"""

PRICED_NORMS: Final = 33
"""Norms from -4 to 4 SD at which usual prices are known."""
USUAL_PRICE = floats("churn", "wallet", "within_12m")
"""What the usual contact of a reason changes a customer's worth by, over survival x the margin of one pay date."""

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
    ("usual_script", np.float64),  # at which handling times were observed
    ("usual_handling_time_weight", np.float64),
    ("usual_customer_voice_weight", np.float64),
    ("site", np.int64),  # row of SITE where the group works, -1: none
)

SERVES = record(
    ("queue", np.int64),
    ("group", np.int64),
    ("rank", np.int64),  # the group's order of preference among its queues, 0 first; all 0: no preference
    ("turn", np.int64),  # of groups with idle agents those of the lowest turn take a contact; all 0: alike
    ("after", np.int64),  # microseconds a contact must have waited before this group may take it
    ("talk_factor", np.float64),  # how much longer than a usual group this one talks
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
    ("price", np.float64),  # of what failed; 0: the reason's
    ("anger", np.float64),
    ("refund", np.float64),  # paid back to a customer who asks for the money
    ("refund_unmet", np.float64),  # share who do, if nobody helped
    ("refund_met", np.float64),  # and if they were helped
    ("told_ahead", np.float64),  # pre-cancellation: share of the affected, by the draw STORM_AHEAD
    ("hours_ahead", np.float64),  # by how much they learn earlier
    ("begins", np.int64),  # first announcement of a failure; NEVER without one
    ("brand_shock", np.float64),  # SD by which the brand falls then
    ("elsewhere", np.float64),  # share of the affected who can find help elsewhere
    ("elsewhere_law", np.int64),  # from the event until then
    ("hub_dependence", np.float64),  # by how much that fails while the centre is jammed, 0..1
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
    ("crisis", np.int64),  # whose lever it is, or against which it works; -1 for none
    ("at", np.int64),  # when the plan pulls it first; NEVER: only triggers, playbooks and hands do
    ("group", np.int64),  # reserves, overtime: which group; -1 otherwise
    ("law", np.int64),  # reserves: call-out delay
    (
        "share",
        np.float64,
    ),  # reserves: show-up; web: adoption; notice: reach; overtime: who agrees; compensation: unused, 1
    ("strength", np.float64),  # web: success at average complexity; notice: clarity
    ("hours_ahead", np.float64),  # notice
    ("amount", np.float64),  # compensation: face value; web: one-off cost
    ("delay", np.int64),  # compensation: from the disruption to the customer; overtime: longest stay
    ("apology", np.int64),
    ("cash", np.int64),  # compensation: 1: in money, 0: by voucher
    ("whom", np.int64),  # compensation: Whom
    ("until", np.int64),  # reserves of a crisis: when they are sent home at the latest; 0: never
    ("short_for", np.int64),  # these: sent home once the queue has been short for so long; 0: not for that
    ("short_queue", np.float64),  # how many may wait on the average of an interval that counts as short
    ("short_from", np.int64),  # from when on intervals count
    ("reason", np.int64),  # priority, pause_offers: of which reason; -1: of all
    (
        "number",
        np.int64,
    ),  # extra_lines: lines; login_cap: agents, may be below 0; priority: the level; callback, announcement: its row
    ("usual", np.int64),  # priority: the reason's own
    ("programme", np.int64),  # start_programme: its number in the file; -1 otherwise
    ("key", np.uint64),  # owner of its draws
    ("first_size", np.int64),  # its rows of `lever_sizes`
    ("sizes", np.int64),  # how many
    ("size", np.int64),  # the one that plan and trigger pull, 0 the first
    ("lead_time", np.int64),  # from the pull to the effect
    ("success", np.float64),  # share of pulls that work
    ("at_most", np.int64),  # pulls
    ("again_after", np.int64),  # from one pull to the next
    ("lasts", np.int64),  # from the effect until it is undone; 0: nothing of that sort undoes it
    ("once", np.float64),  # price of a pull, money
    ("per_hour", np.float64),  # while it is in force
    ("per_use", np.float64),
)
"""Levers: of crises first, crisis by crisis, then those of section `levers`.

`lever_sizes` has the same record for each size that a lever can be pulled in, lever by lever.
"""

LEVER_ACTION = record(
    ("time", np.int64),
    ("lever", np.int64),
    ("action", np.int64),  # LeverAction
    ("size", np.int64),
    ("why", np.int64),  # Why
)
"""What is known beforehand to be done to levers."""

TRIGGER = record(
    ("lever", np.int64),
    ("action", np.int64),  # LeverAction: PULL or UNDO
    ("watched", np.int64),  # Watched
    ("place", np.int64),  # queue or group; -1: all
    ("comparison", np.int64),  # Comparator
    ("threshold", np.float64),  # count, microseconds or share
    ("hold", np.int64),  # for so long the comparison must hold without a break
    ("span", np.int64),  # looks over which is counted; for the two that count
    ("lag", np.int64),  # looks from a let-down to the complaint about it; 0 where complaints are not watched
    ("first_past", np.int64),  # first of its span + lag + 1 rows of what was counted at looks before
)
"""Conditions under which levers are pulled or undone, looked at each minute."""

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
    ("hires", np.int64),  # 1: it chooses who is hired
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

HOURS = record(
    ("first_span", np.int64),  # rows of OPEN_SPAN
    ("last_span", np.int64),  # excluded
    ("disconnects", np.int64),  # 1: who waits at closing is cut off, 0: is still served
    ("message", np.int64),  # 1: callers are told when it opens; the rest is for these
    ("call_again", np.float64),  # share who call again after the next opening
    ("delay_law", np.int64),  # from that opening to the call
    ("self_service", np.float64),  # share who try self-service instead
)
"""When queues are open, one row per queue; no rows: all are always open."""

OPEN_SPAN = record(
    ("opens", np.int64),
    ("closes", np.int64),  # excluded; NEVER: open for good
)
"""Times at which a queue is open; sorted by queue and time, apart from each other."""

DIVERT = record(
    ("after", np.int64),  # whoever has waited so long is diverted; NEVER: nobody
    ("most_waiting", np.int64),  # whoever finds so many waiting; NEVER: nobody
    ("when_closed", np.int64),  # 1: whoever finds the queue closed
    ("call_again", np.float64),  # share of them who call again
    ("delay_law", np.int64),  # until then
    ("self_service", np.float64),  # share who try self-service instead
    (
        "leaves_message",
        np.float64,
    ),  # share who leave a message; 0: there is no voicemail; the rest is for the others
    ("message_queue", np.int64),  # in which it waits
)
"""When callers are diverted from a queue, one row per queue; no rows: never."""
CALLBACK = record(
    ("queue", np.int64),
    ("in_force", np.int64),  # 1: from the start
    ("wait_above", np.int64),  # offered where the expected wait is longer, microseconds; NEVER: not for that
    ("waiting_above", np.int64),  # or where more wait already; NEVER: not for that
    ("acceptance", np.float64),  # share of those who are offered one
    ("quiet", np.int64),  # 1: called when nobody waits on the line, 0: keeps the place in the queue
    ("promise", np.int64),  # time told from the offer; 0: of the expected wait
    ("margin", np.float64),  # then that many times the expected wait, in whole bands
    ("tries", np.int64),
    ("no_answer", np.float64),  # share of tries
    ("ring", np.int64),  # agent's time of a try that nobody answers
    ("again_after", np.int64),  # from its end to the next try
    ("uses", np.int64),  # callbacks taken so far; counted by the engine
)
"""Callback offers, one row each; at most one of a queue is in force."""

ANNOUNCEMENT = record(
    ("queue", np.int64),
    ("in_force", np.int64),  # 1: from the start
    ("tells", np.int64),  # Tells
    ("band_min", np.int64),  # the wait is told in whole bands, minutes
    ("status_informed", np.float64),  # share of status calls whose question the message answers
    ("lost", np.float64),  # share of those it does not answer who hang up on it
    ("uses", np.int64),  # callers who were told something so far; counted by the engine
)
"""What callers of a queue are told, likewise. `informed` of the plan has the shares by reason."""

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
    ("cash", np.int64),  # 1: in money, 0: by voucher
    ("gift", np.float64),  # value per recovered customer
)
"""How bad moments are noticed and made good; one row."""
