"""Rows of the engine's own tables: open moments, customers, agents, queues, and the event list; codes: `codes`."""

from __future__ import annotations

import numpy as np

from momentsim.contract.plan import record

EVENTS_AHEAD = 8
"""For so many events at a time it is made sure that every table has room."""

BANDS = 4
"""Bands of the score that orders contacts within one priority."""

# Rows of what is open or touched often are whole lines of the processor's cache: 64 bytes, each headed by a comment
# below. Fields that are used together share a line, since a year's customers and open moments fit into no cache.

CASE = record(
    # who and what, and where it stands: looked at by every event
    ("serial", np.int64),
    ("key", np.uint64),
    ("customer", np.int32),
    ("customer_row", np.int32),  # row in the table of customers, -1 when customers are not tracked
    ("segment", np.int32),
    ("reason", np.int32),
    ("kind", np.int8),
    ("stage", np.int8),
    ("announced", np.int16),  # minutes of wait told to this attempt; -1: the place in the queue; 0: nothing
    ("crisis", np.int32),
    ("stamp", np.int32),  # raised whenever timers of before no longer count
    ("attempt", np.int16),  # at most 1,000
    ("callback_row", np.int16),  # of the offer taken, where `callback` is not 0
    ("contacts", np.int32),
    ("escalated", np.int8),  # 1: this attempt was passed on by an agent
    ("message", np.int8),  # 1: this leg is a message, or the call back
    ("elsewhere", np.int16),  # Elsewhere
    ("began", np.int64),
    # the call
    ("arrived", np.int64),
    ("queued", np.int64),
    ("answered", np.int64),
    ("talk", np.int64),
    ("agent", np.int32),
    ("queue", np.int32),
    ("waiting_list", np.int32),  # of its list in the queue: level x lanes + lane
    ("interval", np.int32),  # of its arrival
    ("following", np.int32),  # neighbours in the queue
    ("previous", np.int32),
    ("leg", np.int16),
    ("callback", np.int8),  # 0: none taken by this attempt; else 1 more than tries made
    ("promise", np.int8),  # CallbackPromise
    ("failures", np.int32),
    # the need
    ("contact", np.int64),  # serial number of the current attempt
    ("stakes", np.float64),
    ("complexity", np.float64),
    ("context_s", np.float64),  # seconds added to the talk by a failed self-service
    ("anger_before", np.float64),
    ("effort", np.float64),
    ("claim", np.int32),  # row of the compensation that is owed for it, -1 for none
    ("talks", np.int16),  # at most two for each of 1,000 attempts
    ("offer_attempt", np.int16),  # the attempt that took the offer of self-service, 0 for none
    ("fate", np.int8),  # Fate of the talk in progress
    ("stakes_detected", np.int8),  # 1: the detector takes it for a moment of truth
    ("repeats", np.int8),  # 1: away until the same thing fails again
    ("gave_up", np.int8),  # 1: left self-service with nothing, and has not come back
    ("unmet", np.int8),  # 1: the last episode said that the need was not met
    ("noticed", np.int8),
    ("jammed", np.int8),  # 1: has met a queue that a crisis jams
    ("hit", np.int8),  # 1: a crisis has hit this customer, and the last line counts
    # what is remembered, written only where the centre is `remembering`, as the rest
    ("best", np.float64),  # episode, 0 if none was above 0
    ("worst", np.float64),  # likewise, below 0
    ("end", np.float64),
    ("total", np.float64),
    ("harm", np.float64),  # value, booked when the event hit
    ("sold", np.float64),  # margin
    ("episodes", np.int32),
    ("gift", np.int32),  # row of the programme whose gift the moment brings, -1 for none
    ("offer_size", np.int32),  # row of `lever_sizes` of the offer that was taken
    ("label", np.int32),
    # what came of it
    ("raw", np.float64),
    ("disconfirmation", np.float64),
    ("booked", np.float64),  # value
    ("attitude_moved", np.float64),  # what the moment did to attitude and behaviour when it ended
    ("behaviour_moved", np.float64),
    ("behaviour_before", np.float64),
    ("attitude_before", np.float64),
    ("wallet_event", np.int16),
    ("answer", np.int16),  # to the survey, -1 for none
    ("detected", np.int16),  # Detected
    ("judged", np.int16),  # the fields from `raw` to `behaviour_moved` say how, when it has ended
    # the grievance, and a customer who was hit by a crisis (the fields of the event are written for those only)
    ("grievance_share", np.float64),  # of the whole grievance that this moment can leave: opened so far
    ("event_attitude", np.float64),  # what the event did to attitude, behaviour and grievance
    ("event_behaviour", np.float64),
    ("event_grievance", np.float64),
    ("attitude_back", np.float64),  # shares that compensation has given back already; 0 before it is paid
    ("behaviour_back", np.float64),
    ("grievance_back", np.float64),
    ("grievance_moved", np.float64),  # what the handling did to the grievance; of every judged moment
)

CUSTOMER_STATE = record(
    # moves on by itself, brought up to date at every touch
    ("touched", np.int64),
    ("hazard", np.float64),
    ("lifetime", np.float64),  # integrated hazard at which this customer leaves
    ("churned", np.int64),
    ("rate", np.float64),  # churn hazard at rest and without a grievance, per microsecond
    ("attitude", np.float64),
    ("behaviour", np.float64),
    ("moments", np.int64),
    # what happened has moved this
    ("wallet", np.float64),
    ("wallet_target", np.float64),
    ("grievance", np.float64),  # at `touched`
    ("anger", np.float64),
    ("anger_at", np.int64),  # when it had that level
    ("norm", np.float64),
    # asked when a moment ends
    ("pay", np.float64),  # margin of one pay date at wallet 1
    ("expectation", np.float64),
    ("sore_until", np.int64),  # an open let-down keeps this customer from buying until then
    ("value", np.float64),
    ("apologised", np.int64),  # when the last apology was made
    ("customer", np.int64),
    ("segment", np.int64),
    ("wallet_at", np.int64),  # when the wallet and its target had those values
)
"""All fields are words of 8 bytes (the trace copies them so)."""

WALLET_DATE = record(
    ("lagged", np.float64),  # what is left on a pay date of a gap between wallet and 1 at the start
    ("shown", np.float64),  # what shows in the wallet then of such a gap of its target
    ("resting", np.float64),  # what shows in the wallet of the gap of its rest, nothing having moved it
)
WALLET_DAY = record(
    (
        "wallet",
        np.float64,
    ),  # gap at the start, over that of the rest, which fades as that of a wallet at rest since
    ("target", np.float64),  # the same of its target
)
"""A wallet that nothing has moved goes to its rest until some day, and to 1 from then on, among the usual contacts."""

BOOKING = record(("churn", np.float64), ("wallet", np.float64), ("within_12m", np.float64))
"""What changes of one bond that happen together are worth; last the part within 12 months after the horizon."""

JOINING = record(
    ("since", np.int64),  # to which time the joining intensity is integrated
    ("due", np.float64),  # the integral
    ("next", np.float64),  # at which the next prospect joins
    ("told", np.float64),  # joins by word of mouth not yet added
    ("joined", np.int64),
    ("untracked", np.int64),
    ("paid", np.float64),
    ("value", np.float64),
)
"""How a segment wins customers."""

REPAIR = record(
    ("score", np.float64),  # the highest goes first
    ("noticed", np.int64),
    ("serial", np.int64),
    ("stage", np.int32),  # RepairStage
    ("following", np.int32),  # next free row
    ("customer_row", np.int32),
    ("reason", np.int32),
    ("segment", np.int32),
    ("kind", np.int32),
    ("key", np.uint64),  # of the moment
    ("row", np.int64),  # of the moment in the log, counted from the first one written; -1 without a log
    ("ended", np.int64),  # the moment
    ("let_down", np.int64),  # 0: a false alarm
    ("complains_at", np.int64),  # when the customer would complain; NEVER for one who keeps silent
    ("stakes", np.float64),
    ("price", np.float64),  # of what failed
    ("attitude_harm", np.float64),  # what event and handling did, as left at the moment's end; 0 or below
    ("behaviour_harm", np.float64),
    ("grievance", np.float64),  # likewise, 0 or above
    ("claim", np.int32),  # row of the compensation that is owed for the moment, -1 for none
    ("claim_serial", np.int64),
)
"""A case of the recovery team."""

CLAIM = record(
    ("serial", np.int64),  # of the moment; -1: free
    ("began", np.int64),  # the moment
    ("at", np.int64),  # the time to which the next three refer
    ("attitude_harm", np.float64),  # of event and handling, as left; 0 or below
    ("behaviour_harm", np.float64),
    ("grievance", np.float64),  # 0 or above
    ("stakes", np.float64),
    ("slot", np.int32),  # of the moment while it is open
    ("customer_row", np.int32),
    ("lever", np.int32),
    ("reason", np.int32),
    ("segment", np.int32),
    ("kind", np.int32),
    ("called", np.int32),  # 1: the customer has made contact, as far as the moment is over
    ("helped", np.int32),  # 1: the need was met, likewise
    ("repair", np.int32),  # case of the recovery team for the same moment, -1 for none
    ("repair_serial", np.int64),
    ("following", np.int32),  # next free row
)
"""Compensation that is owed to a customer whom a crisis has hit."""

CLAIMS_BOOK = record(("free", np.int64), ("open", np.int64))
"""The first free row of the claims, and how many are open."""

WAITING = record(
    ("score", np.float64),
    ("noticed", np.int64),
    ("serial", np.int64),
    ("row", np.int64),  # of the case
)
"""Its entry in the heap of those that wait: what orders them stands together there."""

DESK = record(
    ("free_people", np.int64),
    ("waiting", np.int64),  # cases in the heap
    ("opens_at", np.int64),  # when it is told to open next; -1: it is not waiting for that
    ("free_repair", np.int64),
    ("open", np.int64),  # cases
    ("serial", np.int64),
    ("rows_given", np.int64),  # rows of moments that have been handed over
)
"""The recovery team."""

AGENT_STATE = record(
    # on duty or not
    ("duty", np.int32),
    ("case", np.int32),
    ("group", np.int32),  # the plan's
    ("rostered", np.int32),
    ("on_break", np.int32),
    ("called", np.int32),
    ("away", np.int32),  # Away
    ("heap_row", np.int32),  # in the heap of idle agents where they are chosen by a key, -1 when not in it
    ("idle_before", np.int32),  # neighbours in the list of idle agents
    ("idle_after", np.int32),
    ("idle_order", np.int64),
    ("since", np.int64),
    ("shift_ended", np.int64),  # time, while a contact is finished after the shift or in an unpaid break
    # time, and how this agent works
    ("talk", np.int64),
    ("wrap", np.int64),
    ("idle", np.int64),
    ("training_pace", np.float64),  # multiplies pace
    # these three and `knowledge` start as the plan's and may change by day
    ("pace", np.float64),  # multiplies handling time
    ("skill", np.float64),
    ("emotional_intelligence", np.float64),  # z-score now, without the gain
    ("empathy_gain", np.float64),  # SD, added to emotional intelligence
    # what came of the contacts
    ("contacts", np.int64),
    ("moments", np.int32),  # that this agent ended
    ("resolved", np.int32),
    ("delight", np.int32),
    ("let_down", np.int32),
    ("inexperience", np.float64),  # 1 a complete novice, 0 experienced; only in groups with careers
    ("burnout", np.float64),  # SD
    ("quality", np.float64),  # sum over the contacts
    ("knowledge", np.float64),
    ("choice_key", np.float64),  # by which they are chosen, the lowest first; set when they become idle
    # tiredness
    ("worked", np.float64),  # hours on contacts or ready for them, since the career was settled
    ("strain", np.float64),  # surface acts, likewise
    ("fatigue", np.float64),
    ("occupancy", np.float64),  # moving average
    ("paused", np.int64),
    ("offline", np.int64),
    # what changes by shift or by day
    ("next_at_door", np.int32),
    ("training", np.int32),  # row of the programme whose course is attended on this date, -1 for none
    ("course_stamp", np.int32),  # tells a stale timer from a live one
    ("incumbent", np.int32),  # how many had the seat before this agent
    ("stays_until", np.int64),  # end of overtime that a lever asked for, -1 for none
    ("next_away", np.int32),  # Away, from the end of the present shift on; -1: no change
    ("exits", np.int32),  # from this seat
    ("overtime", np.int64),
    ("away_since", np.int64),  # from when the present absence on rostered time is not yet booked
    ("unpaid", np.int64),  # rostered time missed without pay, within the horizon
    ("absent", np.int64),  # part of it: days missed
    ("trained", np.int64),  # rostered time in training, likewise
    ("course_today", np.int64),  # rostered time of the course still due on this date
    ("course_since", np.int64),  # since when the agent sits in it, -1 when not
    ("joined", np.int64),  # when the agent got the job; mostly before the run
    ("lived", np.int64),  # until when the career is settled
    ("filled_from", np.int64),  # when a vacant seat is filled, -1: not vacant
    ("vacant", np.int64),  # time that the seat was vacant, by the calendar
    ("own_pace", np.float64),  # of the experienced
    ("strain_before", np.float64),  # surface acts of before, within the horizon
    ("wear", np.float64),  # burnout before it is bounded, SD
    ("exit_hazard", np.float64),  # integrated, of this agent
    ("relief", np.float64),  # surface acts spared by the autonomy of a bundle, since the career was settled
    ("spared", np.float64),  # wear that it has spared, SD
    ("called_by", np.int64),  # lever of section `levers` that has called this reserve, -1 for none
    ("in_breaks", np.int64),  # part of overtime in unpaid breaks
)

GROUP_STATE = record(
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
    ("autonomy_apart", np.float64),  # without what bundles give whose published effects contain what it does
    ("authority", np.float64),  # what agents may spend without approval
    ("one_voice", np.float64),  # 0..1, how alike they answer
    ("handling_time_weight", np.float64),  # weights of incentives, as practised
    ("resolution_weight", np.float64),
    ("customer_voice_weight", np.float64),
    ("incentive_gap", np.float64),  # 0..1, between what is declared and what is practised
    ("pace_factor", np.float64),  # multiplies handling time
    ("resolution_shift", np.float64),  # on the logit scale
    ("quality_shift", np.float64),  # SD
    ("absence_odds", np.float64),  # multiplies them
    ("exit_factor", np.float64),  # multiplies exits
    ("engagement_shift", np.float64),  # SD
    ("learning_tau_months", np.float64),
    ("learning_gap", np.float64),
    ("hire_empathy", np.float64),  # SD of new hires above the group
    ("matching", np.float64),  # how far the matching of segments is in force, 0..1
    ("engagement", np.float64),  # SD, what comes of all this
    ("engagement_apart", np.float64),  # SD, what would come of it at `autonomy_apart`
)
"""How a group works today; starts as the plan's group and may change by day. All fields are floats.

What the plan's group does not have starts neutral: factors at 1, the rest at 0.
"""

PROGRESS = record(
    ("strength", np.float64),  # of a programme in a group on this date
    ("treated", np.float64),  # sum over its agents of what their course has left, 1 each when fresh
    ("trained", np.int64),  # courses begun within the horizon
    ("gifts", np.int64),  # given within the horizon
    ("hired", np.float64),  # agents chosen by it within the horizon: each counts by its strength on that date
    ("spent", np.float64),  # on gifts in this month, by the first row of a programme for all of its groups
    ("month", np.int64),  # of the programme, from its first effect on
)

COURSE = record(
    ("left", np.int64),  # rostered time still to do, microseconds
    ("completed", np.int64),  # time, -1 for not
)
"""One agent's part in one training programme."""

LINE = record(
    ("waiting", np.int64),
    ("since", np.int64),
    ("first_server", np.int64),  # rows of `serves_by_queue`
    ("last_server", np.int64),  # excluded
    ("from_crisis", np.int64),  # of those who wait: moments that a crisis has caused
    ("answered", np.int64),  # legs so far
    ("abandoned", np.int64),  # likewise
    ("first_message", np.int64),  # of those left for a call back, -1: none; they are not among those who wait
    ("last_message", np.int64),
    ("callback", np.int64),  # row of the callback offer in force, -1 for none
    ("announcement", np.int64),  # row of the announcement in force, -1 for none
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
    ("customers", np.int64),
    ("in_system", np.int64),  # lines in use
    ("messages", np.int64),  # left for a call back and not called yet, in all queues
    ("logged_in", np.int64),
    ("on_duty", np.int64),  # logged in and not paused
    ("busy", np.int64),
    ("door_first", np.int64),
    ("door_last", np.int64),
    ("levels", np.int64),
    ("quiet_level", np.int64),  # of those who are called back when nobody waits on the line; -1 for none
    ("has_offers", np.int64),  # 1: some queue has a callback offer or an announcement, or a lever brings one
    ("lanes", np.int64),  # of each level, one for each head start in use
    ("detected_lane", np.int64),  # the first lane of detected moments of truth; 0: none of their own
    ("mean_handle", np.float64),  # moving mean of talk and wrap-up, microseconds
    ("contact_rows", np.int64),
    ("moment_rows", np.int64),
    ("lever_rows", np.int64),
    ("overtime", np.int64),  # levers in force that ask for it
    ("offers_paused", np.int64),  # levers in force that pause offers
    ("jam", np.float64),  # moving share of attempts that fail; kept where help elsewhere hangs on it
    ("jam_counts", np.int64),  # 1: it is kept
    ("logging", np.int64),
    ("tracking", np.int64),  # customers are tracked
    ("remembering", np.int64),  # moments leave something behind, with customers or in the books
    ("scouting", np.int64),  # rows are fetched ahead, since they do not all fit into the processor's cache
    ("tiring", np.int64),  # occupancy and fatigue of agents are kept, since something asks for them
    ("in_horizon", np.int64),
    ("events", np.int64),
    ("agenda_next", np.int64),
    ("moment_next", np.int64),
)

PULLED = record(
    ("effective", np.int64),  # since when it is in force; NEVER: it is not
    ("released", np.int64),  # when it was undone, or called reserves sent home; NEVER until then
    ("short", np.int64),  # for how long the queue has been short now
    ("row", np.int64),  # of `lever_sizes`: the size in force, or pulled last
    ("waiting", np.int64),  # 1: pulled, and its lead time is not over
    ("last", np.int64),  # time of the last pull
    ("booked", np.int64),  # up to when its time in force is booked
    ("before", np.int64),  # of the uses counted so far, those that are booked
    ("counted", np.int64),  # uses so far of a kind that counts them here
    ("pulls", np.int64),  # these are what the trace shows, `trace.LEVER_USE`
    ("held", np.int64),
    ("uses", np.float64),
    ("spent", np.float64),
    ("began", np.int64),
)

WATCH = record(("since", np.int64))
"""Since when the condition of a trigger holds; NEVER: it does not."""

PAST = record(("part", np.int64), ("whole", np.int64))
"""What a trigger counted up to a look: abandoned and all whose wait ended; or complaints that are voiced at that look,
which may still come, and all voiced up to it."""

QUEUE_ENDS = record(("first", np.int32), ("last", np.int32))

WHEEL = record(
    ("shift", np.int64),  # a bucket is time >> shift
    ("bucket", np.int64),  # the current bucket, counted from time 0
    ("turn", np.int64),  # the current turn of the wheel
    ("front_size", np.int64),  # events of the current bucket, in the heap
    ("free", np.int64),  # first free row of the pool
    ("posted", np.int64),  # first row of those posted and not yet taken over, -1 for none
    ("most_posted", np.int64),  # while one event is told
    ("count", np.int64),  # events held, posted ones among them
    ("in_wheel", np.int64),  # events in later buckets of this turn
    ("scout", np.int64),  # row of the pool that the scout goes to next, -1 for none
    ("scouted", np.int64),  # the bucket it is in
)

HELD = record(
    ("time", np.int64),
    ("owner", np.int64),
    ("kind", np.int32),
    ("slot", np.int32),
    ("stamp", np.int32),
    ("following", np.int32),  # row of the next event in the same list, or of the next free one
)
"""An event in the event list: half a line of the cache."""

PLACE = record(("row", np.int32))
WHOLE = record(("value", np.int64))
FLOAT = record(("value", np.float64))
