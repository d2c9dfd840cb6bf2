"""The trace: what one replication gave, as flat tables. The engine writes it, measures read it.

Times are int64 microseconds since the scenario's start, also where a warm-up comes before it; -1 means "did not
happen". Row numbers refer to the plan's tables; `momentsim.plan.Names` has their names.

Nothing of the warm-up is in it: attempts count when they arrived after it, moments when they began after it.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.plan import Table, record


class Outcome(IntEnum):
    """How an attempt ended. Every attempt ends in exactly one of these."""

    ANSWERED = 0
    TRANSFERRED = 1
    """This leg went on to another one: today from self-service to a person."""
    ABANDONED = 2
    BLOCKED = 3
    BALKED = 4
    CONTAINED = 5
    """Solved in self-service."""
    GAVE_UP = 6
    """Left self-service with nothing, without asking for a person."""
    CALLED_BACK = 7
    OPEN = 8
    """Not over at the end of the run-out."""


class Channel(IntEnum):
    """Where an attempt was made."""

    VOICE = 0
    SELF_SERVICE = 1
    CHAT = 2
    MAIL = 3
    CALLBACK = 4


class MomentClass(IntEnum):
    """What a moment left behind."""

    LET_DOWN = 0
    NEUTRAL = 1
    DELIGHT = 2


CONTACT = record(
    ("contact", np.int64),  # serial number of the attempt
    ("moment", np.int64),  # serial number of the moment
    ("customer", np.int64),
    ("attempt", np.int32),  # 1 is the first
    ("leg", np.int32),  # 1 is the first
    ("segment", np.int16),
    ("reason", np.int16),
    ("queue", np.int16),  # -1 in self-service
    ("group", np.int16),  # -1: no agent
    ("agent", np.int32),  # -1: no agent
    ("channel", np.int8),
    ("outcome", np.int8),
    ("resolved", np.int8),  # 1, 0
    ("kind", np.int8),  # MomentKind
    ("arrived", np.int64),
    ("queued", np.int64),  # -1: never stood in a queue or met an agent
    ("answered", np.int64),  # -1
    ("ended", np.int64),  # end of the customer's part: talk ends, hangs up, hears busy
    ("talk", np.int64),  # microseconds
    ("hold", np.int64),
    ("wrap", np.int64),
    ("anger_before", np.float32),
    ("anger_after", np.float32),
    ("quality", np.float64),  # nan without an encounter
)

MOMENT_ROW = record(
    ("moment", np.int64),
    ("customer", np.int64),
    ("reason", np.int16),
    ("segment", np.int16),
    ("kind", np.int8),
    ("resolved", np.int8),
    ("label", np.int8),  # MomentClass
    ("wallet_event", np.int8),  # 1 deepened, -1 cut back, 0 none
    ("surveyed", np.int8),
    ("nps_answer", np.int8),  # -1 not asked or no answer; 0..10
    ("contacts", np.int32),
    ("open", np.int8),  # 1: still open at the end of the run-out
    ("began", np.int64),
    ("ended", np.int64),
    ("stakes", np.float32),
    ("effort", np.float32),
    ("experience", np.float64),  # remembered - expectation - effort, before centring
    ("disconfirmation", np.float64),  # d
    ("attitude_before", np.float64),  # n + x
    ("attitude_after", np.float64),
    ("behaviour_before", np.float64),  # n + y
    ("behaviour_after", np.float64),
    ("value_change", np.float64),  # booked to the ledger at the end of the moment
    ("harm", np.float64),  # booked when the event itself hit
)

CUSTOMER = record(
    ("customer", np.int64),
    ("segment", np.int64),
    ("norm", np.float64),
    ("value", np.float64),  # yearly margin at baseline
    ("x", np.float64),
    ("y", np.float64),
    ("anger", np.float64),
    ("wallet", np.float64),  # factor shown now
    ("wallet_target", np.float64),  # factor it goes to
    ("hazard", np.float64),  # integrated churn hazard so far
    ("churned", np.int64),  # time of the first moment after leaving, -1: not noticed
    ("moments", np.int64),
    ("touched", np.int64),  # time of the last touch, to which x, y, wallet and hazard refer
    ("harm_x", np.float64),  # harm of the last crisis event still unrepaired
    ("harm_y", np.float64),
)
"""Customers that were touched; the others are as they were. All states are carried to the end of the run-out."""

AGENT_ROW = record(
    ("agent", np.int64),
    ("group", np.int64),
    ("emotional_intelligence", np.float64),
    ("skill", np.float64),
    ("contacts", np.int64),
    ("talk", np.int64),  # microseconds within the horizon, as all below; they add up to the horizon
    ("wrap", np.int64),
    ("idle", np.int64),
    ("paused", np.int64),  # on a break
    ("offline", np.int64),
    ("overtime", np.int64),  # part of talk and wrap after the shift's end
    ("unpaid", np.int64),  # part of offline: rostered time missed without pay
    ("trained", np.int64),  # part of offline: rostered and paid time in training
    ("absent", np.int64),  # part of unpaid: days missed; in groups with careers, as all below but strain
    ("vacant", np.int64),  # time that the seat was vacant, by the calendar
    ("exits", np.int64),  # from this seat
    ("incumbent", np.int64),  # how many had the seat before the present agent
    ("tenure", np.int64),  # of that agent at the horizon's end; -1: the seat is vacant
    ("strain", np.float64),  # surface acts, those that overload counts for included
    ("burnout", np.float64),  # SD at the horizon's end
    ("engagement", np.float64),  # SD, likewise
    ("exit_hazard", np.float64),  # integrated hazard of quitting of the present agent
    ("fatigue", np.float64),  # at the horizon's end
)

INTERVAL = record(
    ("offered", np.int64),  # attempts by arrival: every one that reached the phone
    ("answered", np.int64),
    ("abandoned", np.int64),
    ("abandoned_short", np.int64),  # within short_abandon
    ("abandoned_in_threshold", np.int64),
    ("blocked", np.int64),
    ("balked", np.int64),
    ("answered_in_threshold", np.int64),
    ("contained", np.int64),
    ("gave_up", np.int64),
    ("broke_out", np.int64),
    ("open", np.int64),
    ("wait_answered", np.int64),  # microseconds
    ("wait_abandoned", np.int64),
    ("talk", np.int64),
    ("wrap", np.int64),
    ("self_service_time", np.int64),
    ("resolved", np.int64),
)
"""Counts by (interval of arrival, reason). Shape (intervals incl. run-out, reasons)."""

STAFF_INTERVAL = record(
    ("on_duty", np.int64),  # agent-microseconds: logged in and not on a break
    ("busy", np.int64),  # agent-microseconds talking or in wrap-up
)
"""By (interval, group)."""

MOMENT_TALLY = record(
    ("moments", np.int64),
    ("resolved", np.int64),
    ("resolved_first", np.int64),  # solved, with one contact
    ("no_contact", np.int64),  # solved by a notice or closed without any contact
    ("open", np.int64),
    ("unserved", np.int64),  # in need and unresolved or open at the end of the run-out
    ("contacts", np.int64),
    ("effort", np.float64),
    ("delight", np.int64),
    ("let_down", np.int64),
    ("jump_sum", np.float64),  # sum of jumps of x
    ("asked", np.int64),
    ("surveyed", np.int64),
    ("surveyed_promoters", np.int64),
    ("surveyed_detractors", np.int64),
    ("csat_top", np.int64),
    ("deepened", np.int64),
    ("cut_back", np.int64),
    ("vanished", np.int64),  # customer had churned before
    ("false_contained", np.int64),  # ended by a silent give-up in self-service
    ("time_to_resolution", np.int64),  # microseconds, resolved moments
    ("created", np.float64),  # ledger: value by jumps up
    ("destroyed_by_operation", np.float64),  # by the event itself
    ("destroyed_by_handling", np.float64),  # by jumps down
    ("won_back", np.float64),  # by recovery
    ("compensation", np.float64),  # cost
    ("notices", np.int64),  # messages sent
)
"""By (reason, segment, MomentKind)."""

WAIT_BINS: Final = 512
"""Bins of wait: bin b holds waits below `wait_bin_edges()[b + 1]`; the last one holds the rest."""

LEVER_ROW = record(("time", np.int64), ("lever", np.int64), ("effective", np.int64))


class Trace(NamedTuple):
    """What one replication gave."""

    contacts: Table  # CONTACT, empty unless logged; ordered by the end of the attempt
    moments: Table  # MOMENT_ROW, likewise
    customers: Table  # CUSTOMER
    agents: Table  # AGENT_ROW
    levers: Table  # LEVER_ROW
    intervals: Table  # INTERVAL [intervals, reasons]
    staff: Table  # STAFF_INTERVAL [intervals, groups]
    queue_time: npt.NDArray[np.int64]  # [intervals, queues] contact-microseconds waiting
    tallies: Table  # MOMENT_TALLY [reasons, segments, kinds]
    waits: npt.NDArray[np.int64]  # [reasons, 2 (answered, abandoned), WAIT_BINS]
    lost: npt.NDArray[np.int64]  # [segments] customers who left before the horizon's end, touched or not
    ended: int  # microseconds, at least the horizon: when the last moment was over; with the run-out if one stayed open
    events: int  # events told


def wait_bin_edges() -> npt.NDArray[np.float64]:
    """Lower edges of the wait bins in seconds: 0, then 1/16 s growing by 2.5 % a bin (to about 4 h)."""
    return np.concatenate([[0.0], 0.0625 * 1.025 ** np.arange(WAIT_BINS)])
