"""Rows of the engine's own tables: open moments, customers, agents, queues, and the event list."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from momentsim.plan import record

BANDS = 4
"""Bands of the score that orders contacts within one priority."""


class Stage(IntEnum):
    """Where an open moment stands."""

    FREE = 0
    AWAY = 1
    SELF_SERVICE = 2
    QUEUED = 3
    TALKING = 4


class Duty(IntEnum):
    """What an agent does."""

    OFFLINE = 0
    IDLE = 1
    TALKING = 2
    WRAPPING = 3
    PAUSED = 4
    AT_THE_DOOR = 5
    """Wants to log in, but the system limit is reached."""


class Away(IntEnum):
    """Why an agent whom the roster wants is not there."""

    PRESENT = 0
    ABSENT = 1
    """Unpaid, like the next."""
    VACANT = 2
    """The agent has left and the seat is not filled yet."""
    TRAINING = 3
    """Paid, off the phones."""


CASE = record(
    ("serial", np.int64),
    ("key", np.uint64),
    ("customer", np.int64),
    ("known", np.int64),  # row in the table of customers, -1 when customers are not tracked
    ("segment", np.int64),
    ("reason", np.int64),
    ("kind", np.int64),
    ("crisis", np.int64),
    ("stage", np.int64),
    ("stamp", np.int64),  # raised whenever timers of before no longer count
    ("attempt", np.int64),
    ("leg", np.int64),
    ("contacts", np.int64),
    ("failures", np.int64),
    ("contact", np.int64),  # serial number of the current attempt
    ("interval", np.int64),  # of its arrival
    ("queue", np.int64),
    ("place", np.int64),  # of its list in the queue: level x lanes + lane
    ("following", np.int64),  # neighbours in the queue
    ("previous", np.int64),
    ("agent", np.int64),
    ("began", np.int64),
    ("arrived", np.int64),
    ("queued", np.int64),
    ("answered", np.int64),
    ("talk", np.int64),
    ("gave_up", np.int64),
    ("noticed", np.int64),
    ("web_lever", np.int64),  # lever of the web rebooking tried, -1 for none
    ("web_attempt", np.int64),
    ("stakes", np.float64),
    ("complexity", np.float64),
    ("context_s", np.float64),  # seconds added to the talk by a failed self-service
    ("anger_before", np.float64),
    ("peak", np.float64),
    ("end", np.float64),
    ("total", np.float64),
    ("episodes", np.int64),
    ("effort", np.float64),
    ("harm", np.float64),  # value, booked when the event hit
    ("attitude_before", np.float64),
    ("behaviour_before", np.float64),
)

KNOWN = record(
    ("customer", np.int64),
    ("key", np.uint64),
    ("segment", np.int64),
    ("touched", np.int64),
    ("churned", np.int64),
    ("moments", np.int64),
    ("norm", np.float64),
    ("value", np.float64),
    ("lifetime", np.float64),  # integrated hazard at which this customer leaves
    ("x", np.float64),
    ("y", np.float64),
    ("anger", np.float64),
    ("anger_at", np.int64),  # when it had that level
    ("rate", np.float64),  # churn hazard at y = 0, per microsecond
    ("pay", np.float64),  # margin of one pay date at wallet 1
    ("wallet", np.float64),
    ("wallet_target", np.float64),
    ("hazard", np.float64),
    ("harm_x", np.float64),
    ("harm_y", np.float64),
)

WORKER = record(
    ("duty", np.int64),
    ("case", np.int64),
    ("since", np.int64),
    ("idle_order", np.int64),
    ("idle_before", np.int64),  # neighbours in the list of idle agents
    ("idle_after", np.int64),
    ("place", np.int64),  # in the heap of idle agents where they are chosen by rank, -1 when not idle
    ("rostered", np.int64),
    ("on_break", np.int64),
    ("called", np.int64),
    ("next_at_door", np.int64),
    ("shift_ended", np.int64),  # time, while a contact is finished after the shift
    ("away", np.int64),  # Away
    ("away_since", np.int64),  # from when the present absence on rostered time is not yet booked
    ("unpaid", np.int64),  # rostered time missed without pay, within the horizon
    ("absent", np.int64),  # part of it: days missed
    ("trained", np.int64),  # rostered time in training, likewise
    ("contacts", np.int64),
    ("fatigue", np.float64),
    ("occupancy", np.float64),  # moving average
    (
        "emotional_intelligence",
        np.float64,
    ),  # z-score now; these three start as the plan's and may change by day
    ("skill", np.float64),
    ("pace", np.float64),  # multiplies handling time
    ("choice_rank", np.int64),  # rank by emotional intelligence, 0 highest
    ("incumbent", np.int64),  # how many had the seat before this agent
    ("joined", np.int64),  # when the agent got the job; mostly before the run
    ("lived", np.int64),  # until when the career is settled
    ("filled_from", np.int64),  # when a vacant seat is filled, -1: not vacant
    ("next_away", np.int64),  # Away, from the end of the present shift on; -1: no change
    ("exits", np.int64),  # from this seat
    ("vacant", np.int64),  # time that the seat was vacant, by the calendar
    ("own_pace", np.float64),  # of the experienced
    ("inexperience", np.float64),  # 1 a complete novice, 0 experienced; only in groups with careers
    ("strain", np.float64),  # surface acts since the career was settled
    ("worked", np.float64),  # hours on contacts or ready for them, likewise
    ("strain_before", np.float64),  # surface acts of before, within the horizon
    ("wear", np.float64),  # burnout before it is bounded, SD
    ("burnout", np.float64),  # SD
    ("exit_hazard", np.float64),  # integrated, of this agent
    ("talk", np.int64),
    ("wrap", np.int64),
    ("idle", np.int64),
    ("paused", np.int64),
    ("offline", np.int64),
    ("overtime", np.int64),
)

CREW = record(
    ("idle", np.int64),
    ("idle_first", np.int64),  # the one idle longest
    ("idle_last", np.int64),
    ("on_duty", np.int64),
    ("busy", np.int64),
    ("since", np.int64),
    ("first_queue", np.int64),  # rows of `serves_by_group`
    ("last_queue", np.int64),  # excluded
)

PRACTICE = record(
    ("script", np.float64),
    ("autonomy", np.float64),
    ("handling_time_weight", np.float64),  # of incentives as practised, 0..1
    ("customer_voice_weight", np.float64),
    ("incentive_gap", np.float64),  # between incentives declared and practised, 0..1
    ("engagement_shift", np.float64),  # SD, by programmes
    ("absence_odds", np.float64),  # factor on the odds to miss a day
    ("exit_factor", np.float64),  # on the hazard of quitting
    ("hire_empathy", np.float64),  # added to the emotional intelligence of those who are hired, SD
    ("learning_gap", np.float64),
    ("learning_tau_months", np.float64),
    ("engagement", np.float64),  # SD, what comes of all this
)
"""How a group works today; starts as the plan's group and may change by day."""

NEUTRAL_PRACTICE = {"incentive_gap": 0.0, "engagement_shift": 0.0, "absence_odds": 1.0, "exit_factor": 1.0,
                    "hire_empathy": 0.0, "engagement": 0.0}  # fmt: skip
"""Where fields of `PRACTICE` start that neither the plan's group nor an effect says."""

LINE = record(
    ("waiting", np.int64),
    ("since", np.int64),
    ("first_server", np.int64),  # rows of `serves_by_queue`
    ("last_server", np.int64),  # excluded
)

CENTRE = record(
    ("now", np.int64),
    ("limit", np.int64),  # horizon + run-out: nothing is posted beyond
    ("interval", np.int64),  # the current one
    ("day", np.int64),  # row of today's date in the plan's dates
    ("moment_serial", np.int64),
    ("contact_serial", np.int64),
    ("idle_serial", np.int64),
    ("free_case", np.int64),
    ("open", np.int64),
    ("last_closed", np.int64),  # when the last moment was over
    ("known", np.int64),
    ("in_system", np.int64),  # lines in use
    ("logged_in", np.int64),
    ("on_duty", np.int64),  # logged in and not paused
    ("busy", np.int64),
    ("door_first", np.int64),
    ("door_last", np.int64),
    ("levels", np.int64),
    ("lanes", np.int64),  # of each level, one for each head start in use
    ("mean_handle", np.float64),  # moving mean of talk and wrap-up, microseconds
    ("posted", np.int64),  # events in the outbox
    ("contact_rows", np.int64),
    ("moment_rows", np.int64),
    ("lever_rows", np.int64),
    ("logging", np.int64),
    ("tracking", np.int64),  # customers are tracked
    ("in_horizon", np.int64),
    ("ranks_stale", np.int64),  # 1: somebody's emotional intelligence has changed since agents were ranked
    ("events", np.int64),
    ("agenda_next", np.int64),
    ("moment_next", np.int64),
)

PULLED = record(("effective", np.int64))

QUEUE_ENDS = record(("first", np.int32), ("last", np.int32))

WHEEL = record(
    ("shift", np.int64),  # a bucket is time >> shift
    ("bucket", np.int64),  # the current bucket, counted from time 0
    ("turn", np.int64),  # the current turn of the wheel
    ("front_size", np.int64),  # events of the current bucket, in the heap
    ("free", np.int64),  # first free row of the pool
    ("count", np.int64),  # events held
    ("in_wheel", np.int64),  # events in later buckets of this turn
)

PLACE = record(("row", np.int32))
WHOLE = record(("value", np.int64))
FLOAT = record(("value", np.float64))
FADING = record(("behaviour", np.float64), ("wallet_lag", np.float64))
