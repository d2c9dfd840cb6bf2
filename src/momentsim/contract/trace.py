"""The trace: what one replication gave, as flat tables. The engine writes it, measures read it.

Times are int64 microseconds since the scenario's start, also where a warm-up comes before it; -1 means "did not
happen". Row numbers refer to the plan's tables; `momentsim.contract.plan.Names` has their names.

Nothing of the warm-up is in it: legs count when they arrived after it, moments when they began after it. A leg arrives
when it reaches its queue (or self-service), so a contact that is passed on arrives anew.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import Table, record


class Outcome(IntEnum):
    """How an attempt ended. Every attempt ends in exactly one of these."""

    ANSWERED = 0
    TRANSFERRED = 1
    """This leg went on to another one: from self-service to a person, or from an agent to a colleague."""
    ABANDONED = 2
    BLOCKED = 3
    BALKED = 4
    CONTAINED = 5
    """Solved in self-service."""
    GAVE_UP = 6
    """Left self-service with nothing, without asking for a person."""
    CALLED_BACK = 7
    """Took a callback, and answered it."""
    OPEN = 8
    """Not over at the end of the run-out."""
    CLOSED = 9
    """Reached a queue outside its opening hours: not offered to it."""
    DISCONNECTED = 10
    """Waited when the queue closed, and was cut off."""
    DIVERTED = 11
    """Sent away from its queue: waited too long, found too many waiting, or found it closed."""
    INFORMED = 12
    """Hung up on the message before the queue, which answered the only question: not offered to it."""
    NOT_REACHED = 13
    """Took a callback and answered none of its tries."""
    NOT_CALLED = 14
    """Took a callback and was never called: the queue closed."""


class Channel(IntEnum):
    """Where an attempt was made."""

    VOICE = 0
    SELF_SERVICE = 1
    CHAT = 2
    MAIL = 3
    CALLBACK = 4
    CALLBACK_OFFER = 5
    """Took a callback instead of waiting on the line."""


class MomentClass(IntEnum):
    """What a moment left behind."""

    LET_DOWN = 0
    NEUTRAL = 1
    DELIGHT = 2


class Detected(IntEnum):
    """By which way a moment was marked as bad, the first of them."""

    NONE = 0
    SURVEY = 1
    SPEECH = 2
    COMPLAINT = 3
    LISTENING = 4


CONTACT = record(
    ("contact", np.int64),  # serial number of the attempt
    ("moment", np.int64),  # serial number of the moment
    ("arrived", np.int64),  # of this leg: dialled, reached the phone from self-service, or passed on
    ("queued", np.int64),  # -1: never stood in a queue or met an agent
    ("answered", np.int64),  # -1
    ("ended", np.int64),  # end of the customer's part: talk ends, hangs up, hears busy
    ("talk", np.int64),  # microseconds
    ("wrap", np.int64),
    ("quality", np.float64),  # nan without an encounter
    ("anger_before", np.float32),
    ("anger_after", np.float32),
    ("customer", np.int32),
    ("agent", np.int32),  # -1: no agent
    ("attempt", np.int16),  # 1 is the first; no need has more than 1,000
    ("segment", np.int16),
    ("reason", np.int16),
    ("queue", np.int16),  # -1 in self-service
    ("group", np.int16),  # -1: no agent
    ("leg", np.int8),  # 1 is the first
    ("channel", np.int8),
    ("outcome", np.int8),
    ("resolved", np.int8),  # 1, 0
)
"""One row per leg of an attempt. A log takes more memory than all else, so its rows are kept short."""

_FACTS = (
    ("moment", np.int64),
    ("began", np.int64),
    ("ended", np.int64),
    ("customer", np.int32),
    ("contacts", np.int32),
    ("stakes", np.float32),
    ("effort", np.float32),
    ("reason", np.int16),
    ("segment", np.int16),
    ("kind", np.int8),
    ("resolved", np.int8),  # 1, 0; 2: met, but not by the centre
    ("open", np.int8),  # 1: still open at the end of the run-out
    ("stakes_detected", np.int8),  # 1: the detector took it for a moment of truth
)
_LEFT_BEHIND = (
    ("label", np.int8),  # MomentClass
    ("wallet_event", np.int8),  # 1 deepened, -1 cut back, 0 none
    ("surveyed", np.int8),
    ("nps_answer", np.int8),  # -1 not asked or no answer; 0..10
    ("detected", np.int8),  # Detected
    ("recovered", np.int8),  # 1: the recovery team has made it good
    ("experience", np.float64),  # remembered - effort, before centring; nan: nothing felt
    ("disconfirmation", np.float64),  # d; likewise
    ("attitude_before", np.float64),  # n + x
    ("attitude_after", np.float64),
    ("behaviour_before", np.float64),  # n + y
    ("behaviour_after", np.float64),
    ("value_change", np.float64),  # booked to the ledger at the end of the moment
    ("harm", np.float64),  # booked when the event itself hit
    ("sold", np.float64),  # margin of what was sold in its talks
)
MOMENT_ROW = record(*_FACTS, *_LEFT_BEHIND)
MOMENT_FACTS = record(*_FACTS)
"""The first part of MOMENT_ROW: all there is to say where moments leave nothing behind (see `whole_moments`)."""

CUSTOMER = record(
    ("customer", np.int64),
    ("segment", np.int64),
    ("norm", np.float64),
    ("value", np.float64),  # yearly margin at baseline
    ("attitude", np.float64),
    ("behaviour", np.float64),
    ("anger", np.float64),
    ("wallet", np.float64),  # factor shown now
    ("wallet_target", np.float64),  # factor it goes to
    ("hazard", np.float64),  # integrated churn hazard so far
    ("churned", np.int64),  # time of the first moment after leaving, -1: not noticed
    ("moments", np.int64),
    ("touched", np.int64),  # time of the last touch, to which x, y, wallet and hazard refer
    ("expectation", np.float64),  # by which experience has raised what this customer expects, SD
    ("grievance", np.float64),  # open grievance
    ("joined", np.int64),  # -1: a customer from the start
    ("attitude_at_start", np.float64),  # displacement on becoming a customer, SD
)
"""Customers that were touched; the others are as they were. States are those of `touched`."""

AGENT_ROW = record(
    ("agent", np.int64),
    ("group", np.int64),
    ("emotional_intelligence", np.float64),
    ("skill", np.float64),
    ("team", np.int64),  # index into the teams of `Names`
    ("contacts", np.int64),
    ("quality", np.float64),  # sum over these contacts, SD; 0 where nothing is remembered
    ("moments", np.int64),  # moments that this agent ended, as the next three; of the whole run
    ("resolved", np.int64),
    ("delight", np.int64),
    ("let_down", np.int64),
    ("talk", np.int64),  # microseconds within the horizon, as all below; they add up to the horizon
    ("wrap", np.int64),
    ("idle", np.int64),
    ("paused", np.int64),  # on a break
    ("offline", np.int64),
    ("overtime", np.int64),  # part of talk and wrap beyond paid time; and of idle where asked to stay
    ("in_breaks", np.int64),  # part of overtime: in unpaid breaks
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
    ("empathy_gain", np.float64),  # SD of emotional intelligence that training has left, at the end
)

LEG = record(
    ("reason", np.int64),
    ("queue", np.int64),
    ("passed_on", np.int64),  # 1: by an agent, to a colleague who may decide
    ("message", np.int64),  # 1: a message that waits for a call back
)
"""A kind of legs: those of a reason that wait in a queue."""


def legs_of(reasons: Table, diverts: Table) -> Table:
    """LEG rows of a plan: every reason in its own queue, in their order; those passed on, in their next queue.

    Then the messages of both, where callers leave some.
    """
    own = np.zeros(len(reasons), LEG)
    own["reason"], own["queue"] = np.arange(len(reasons)), reasons["queue"]
    later = own[reasons["beyond_authority"] > 0.0]
    later["queue"], later["passed_on"] = reasons["escalation_queue"][later["reason"]], 1
    legs = np.concatenate([own, later])
    if not len(diverts):
        return legs
    messages = legs[diverts["leaves_message"][legs["queue"]] > 0.0]
    messages["queue"], messages["message"] = diverts["message_queue"][messages["queue"]], 1
    return np.concatenate([legs, messages])


def leg_rows_of(legs: Table, reasons: int) -> npt.NDArray[np.int64]:
    """Row of `legs_of` by reason, passed on or not, message or not: [reasons x 2 x 2]; that of its reason for none."""
    rows = np.repeat(np.arange(reasons), 4).reshape(reasons, 2, 2)
    rows[legs["reason"], legs["passed_on"], legs["message"]] = np.arange(len(legs))
    return rows


INTERVAL = record(
    ("offered", np.int64),  # legs that reached the phone while the queue was open
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
    ("wait_answered", np.float64),  # microseconds
    ("wait_abandoned", np.float64),
    ("talk", np.float64),
    ("wrap", np.float64),
    ("self_service_time", np.float64),
    ("resolved", np.int64),
    ("transferred", np.int64),  # of the answered: passed on to a colleague who may decide
    ("doubted", np.int64),  # of the answered: solved in the agent's eyes, but the customer asks again
    ("answered_at_stakes", np.int64),  # of moments of truth
    ("empathy", np.float64),  # emotional intelligence (z) of the agents, summed over answered attempts
    ("empathy_at_stakes", np.float64),  # the same of moments of truth
    ("autonomy", np.float64),  # of the agents' groups, summed over answered attempts, as the next
    ("script", np.float64),
    ("acts", np.int64),  # of the answered: with an emotional demand
    ("deep", np.int64),  # of these: met by deep acting
    ("quality", np.float64),  # SD, summed over answered attempts; 0 where nothing is remembered
    ("closed", np.int64),  # legs that found their queue closed; not among the offered
    ("disconnected", np.int64),  # of the offered: waited when the queue closed
    ("wait_disconnected", np.float64),
    ("first_answers", np.int64),  # of the answered: the first of their moment, not passed on
    ("first_solved", np.int64),  # of these: solved
    ("talk_luck", np.float64),  # microseconds by which talks last longer than expected by their own draw
    ("solved_luck", np.float64),  # first answers solved beyond expectation because of their own draw
    ("diverted", np.int64),  # of the offered: waited too long, or found too many waiting
    ("wait_diverted", np.float64),
    ("answered_at_home", np.int64),  # of the answered: by an agent of the customer's home site
    ("diverted_closed", np.int64),  # legs diverted since their queue was closed; neither offered nor `closed`
    ("informed", np.int64),  # legs that the message before the queue answered; not among the offered
    ("callback_offers", np.int64),  # of the offered: were offered a callback
    ("callbacks", np.int64),  # of these, took it
    ("called_back", np.int64),  # of these, answered it; they are among the answered
    ("callbacks_kept", np.int64),  # called within the time told, answered or not
    ("not_reached", np.int64),  # answered none of the tries
    ("not_called", np.int64),  # never called
    ("wait_called_back", np.float64),  # microseconds, from the offer to the answered call
    ("wait_not_called", np.float64),
    ("rings", np.float64),  # agents' microseconds of tries that nobody answered
)
"""Counts by (interval of arrival of the leg, leg), so by the queue it waited in. Shape (intervals incl. run-out, legs).

Of a contact that is passed on, the first leg is answered and `transferred` in the first queue; the second is offered in
the second one when it gets there. Self-service stands before the reason's own queue, and counts by the
attempt's arrival.

Talks less their luck, and first answers solved less theirs, have the same means and little of the chance: so a pilot
tells means from few contacts.

Sums of times are floats: exact up to 285 years in all, and no number of callers who wait for months makes them
overflow, as it would whole numbers.
"""

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
    ("open", np.int64),  # not over at the end of the run-out
    (
        "unserved",
        np.int64,
    ),  # in need and unresolved: turned to the centre, or was hit by a crisis and never did
    ("unserved_uncalled", np.int64),  # of these, those who never did
    ("helped_elsewhere", np.int64),  # unresolved, but met by others than the centre: not among the unserved
    ("open_at_end", np.int64),  # not over at the horizon's end
    ("open_resolved", np.int64),  # of these, solved in the run-out
    ("attempts", np.int64),  # made within the horizon, whenever the moment began, as the next
    ("attempts_after", np.int64),  # made in the run-out
    ("contacts", np.int64),
    ("effort", np.float64),
    ("delight", np.int64),
    ("let_down", np.int64),
    ("jump_sum", np.float64),  # sum of jumps of x
    ("lowering", np.int64),  # moments that lowered attitude
    ("raising", np.int64),  # or raised it
    ("lowering_clearly", np.int64),  # by over 0.02 SD
    ("raising_clearly", np.int64),
    ("asked", np.int64),
    ("surveyed", np.int64),
    ("surveyed_promoters", np.int64),
    ("surveyed_detractors", np.int64),
    ("csat_top", np.int64),
    ("deepened", np.int64),
    ("cut_back", np.int64),
    ("vanished", np.int64),  # customer had churned before
    ("not_yet", np.int64),  # customer had not joined yet
    ("false_contained", np.int64),  # ended by a silent give-up in self-service
    ("time_to_resolution", np.float64),  # microseconds, resolved moments
    ("created", np.float64),  # ledger: value by moments that went better than the usual one; beyond its price
    ("destroyed_by_operation", np.float64),  # by the event itself
    ("destroyed_by_handling", np.float64),  # by moments that went worse than the usual one; beyond its price
    ("won_back", np.float64),  # by recovery
    (
        "usual_price",
        np.float64,
    ),  # what the moments that happened would have changed, had each been the usual one
    ("created_wallet", np.float64),  # the part of each that is a matter of wallets; the rest is one of churn
    ("operation_wallet", np.float64),
    ("handling_wallet", np.float64),
    ("won_back_wallet", np.float64),
    ("usual_wallet", np.float64),
    ("booked_12m", np.float64),  # the part of their sum that is earned within 12 months after the horizon
    ("compensation", np.float64),  # cost
    ("refunds", np.float64),  # cost: paid back for what failed in a crisis
    ("goodwill", np.float64),  # cost: what agents spent within their authority
    ("notices", np.int64),  # messages sent
    ("at_stakes", np.int64),  # moments of truth; counted where routing asks the detector, as are the next two
    ("at_stakes_detected", np.int64),  # of these, found by the detector
    ("stakes_false_alarms", np.int64),  # other moments that the detector took for moments of truth
    ("joins_told", np.float64),  # customers expected to join, or not to, because of what was told
    ("word_of_mouth", np.float64),  # what they are worth
    ("let_down_surveyed", np.int64),  # let-downs whose customer answered the survey as a detractor
    ("complaints", np.int64),  # let-downs whose customer complains, as nobody made it good before
    ("detected_survey", np.int64),  # let-downs by the way they were noticed
    ("detected_speech", np.int64),
    ("detected_complaint", np.int64),
    ("detected_listening", np.int64),
    ("false_alarms", np.int64),  # other moments that were marked as bad
    ("recovered", np.int64),
    ("given_up", np.int64),  # cases dropped as too old
    ("backlog", np.int64),  # cases noticed and not yet worked on at the horizon's end
    ("promises", np.int64),  # that fell due
    ("promises_kept", np.int64),
    ("failures_repeated", np.int64),
    ("offers", np.int64),
    ("pushy", np.int64),  # offers in the wrong moment
    ("sales", np.int64),
    ("sold", np.float64),  # margin
)
"""By (reason, segment, MomentKind)."""

JOINED = record(("customer", np.int64), ("segment", np.int64), ("time", np.int64))
"""Customers won within the horizon, in the order of segments and of joining."""

BOOKED: Final = (
    "created", "destroyed_by_operation", "destroyed_by_handling", "won_back", "usual_price", "word_of_mouth", "sold",
)  # fmt: skip
"""Fields of MOMENT_TALLY that are value booked to moments."""

ACQUISITION = record(
    ("joined", np.int64),
    ("untracked", np.int64),  # joined after the prospects had run out: counted, but without moments
    ("paid", np.float64),  # expected joins by the firm's own efforts, word of mouth apart
    ("value", np.float64),  # what they are expected to be worth
)
"""By segment."""

RESTED = record(
    (
        "known",
        np.int64,
    ),  # customers from the start of whom this tells; the others have had nothing to do with the centre
    ("churn", np.float64),
    ("wallet", np.float64),
    ("within_12m", np.float64),  # the part of both that is earned within 12 months after the horizon
)
"""By segment: what known customers gained within the horizon while nothing happened, against the usual life."""

WAIT_BINS: Final = 880
"""Bins of wait: bin b holds waits below `wait_bin_edges()[b + 1]`; the last one begins beyond the longest run."""
FIRST_STEP_BIT: Final = 15
STEP_BITS: Final = 6
"""See `wait_steps`: a step is at most 1/64 of its wait long, a bin 2.5 %."""

PROGRAMME_ROW = record(
    ("programme", np.int64),
    ("group", np.int64),
    ("trained", np.int64),  # agents whose course began within the horizon
    ("gifts", np.int64),  # given within the horizon
    ("hired", np.float64),  # agents chosen by it within the horizon: each counts by its strength on that date
)
"""One row per (programme, group)."""

LEVER_ROW = record(
    ("time", np.int64),
    ("lever", np.int64),
    ("effective", np.int64),  # NEVER for a pull that does not work
    ("action", np.int64),  # LeverAction: PULL or UNDO
    ("size", np.int64),
    ("why", np.int64),  # Why
)
"""What was done to a lever."""

LEVER_USE = record(
    ("pulls", np.int64),  # that did something or failed
    ("held", np.int64),  # microseconds in force within the horizon
    ("uses", np.float64),  # within the horizon; what a use is, each kind says
    ("spent", np.float64),  # money, within the horizon
    ("began", np.int64),  # when it took effect last, -1 for never
)
"""What came of a lever in the whole run, one row each."""


class Trace(NamedTuple):
    """What one replication gave."""

    contacts: Table  # CONTACT, empty unless logged; ordered by the end of the attempt
    moments: Table  # MOMENT_ROW, likewise; MOMENT_FACTS where moments leave nothing behind
    customers: Table  # CUSTOMER
    agents: Table  # AGENT_ROW
    levers: Table  # LEVER_ROW
    programmes: Table  # PROGRAMME_ROW
    intervals: Table  # INTERVAL [intervals, legs], see `legs_of`
    staff: Table  # STAFF_INTERVAL [intervals, groups]
    queue_time: npt.NDArray[np.int64]  # [intervals, queues] contact-microseconds waiting
    tallies: Table  # MOMENT_TALLY [reasons, segments, kinds]
    booked: npt.NDArray[
        np.float64
    ]  # [dates] value booked to moments until each date began, money: see `BOOKED`
    waits: npt.NDArray[
        np.int64
    ]  # [legs, 2 (answered, abandoned), WAIT_BINS], of legs that arrived within the horizon
    lost: npt.NDArray[np.int64]  # [segments] customers who left before the horizon's end, touched or not
    joined: Table  # JOINED
    acquisition: Table  # ACQUISITION [segments]
    rested: Table  # RESTED [segments]
    ended: int  # microseconds, at least the horizon: when the last moment was over; with the run-out if one stayed open
    events: int  # events told
    lever_use: Table = np.zeros(0, LEVER_USE)  # LEVER_USE [levers]


def whole_moments(rows: Table) -> Table:
    """MOMENT_ROW rows, also of MOMENT_FACTS: nobody felt anything, was asked, won or lost."""
    if rows.dtype == MOMENT_ROW:
        return rows
    whole = np.zeros(len(rows), MOMENT_ROW)
    for name, _ in _FACTS:
        whole[name] = rows[name]
    whole["label"], whole["nps_answer"] = MomentClass.NEUTRAL, -1
    whole["experience"] = whole["disconfirmation"] = np.nan
    return whole


def wait_bin_edges() -> npt.NDArray[np.float64]:
    """Lower edges of the wait bins in seconds: 0, then 1/16 s growing by 2.5 % a bin (to 5 years: no run is longer)."""
    return np.concatenate([[0.0], 0.0625 * 1.025 ** np.arange(WAIT_BINS)])


def wait_steps() -> npt.NDArray[np.int32]:
    """The bin in which each step of waits begins: a way to a wait's bin without a logarithm.

    From 2^`FIRST_STEP_BIT` microseconds on, each power of two is cut into 2^`STEP_BITS` equal steps; the last step
    has no end.
    """
    edges = wait_bin_edges()[:WAIT_BINS] * 1e6
    powers = np.arange(FIRST_STEP_BIT, math.ceil(math.log2(edges[-1])) + 1)
    begins = np.ldexp(1.0 + np.arange(1 << STEP_BITS) / (1 << STEP_BITS), powers[:, None]).ravel()
    return (np.searchsorted(edges, begins, side="right") - 1).astype(np.int32)
