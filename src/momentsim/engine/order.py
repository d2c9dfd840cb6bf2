"""Which event goes first when several fall on the same microsecond: the one table that both clocks use.

The full order of events is (time, kind, owner, stamp), but of one time and kind what was posted while the story went on
goes before what was known beforehand. Kinds go in the order of their numbers.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

import numpy as np

from momentsim.contract.plan import LeverAction, Why, record


class EventKind(IntEnum):
    """Kinds of events, first to last within one microsecond; the owner of each stands behind it."""

    INTERVAL_ENDS = 0  # interval: books close before anything of the new interval happens
    HORIZON_ENDS = 1  # centre
    DAY_BEGINS = 2  # date: what changes by day is settled before anybody works in it
    WRAP_UP_ENDS = 3  # agent: capacity is freed before it is asked for
    TALK_ENDS = 4  # moment
    LEVER_ACTS = 5  # lever
    ROSTER_CHANGES = 6  # agent: who ends a call at the shift's end has gone before the next call comes
    RESERVE_REPORTS = 7  # agent
    SELF_SERVICE_ENDS = 8  # moment
    PATIENCE_ENDS = 9  # moment: an agent freed at this very instant still reaches the caller
    OVERFLOW_DUE = 10  # moment
    MOMENT_BEGINS = 11  # moment
    CONTACT_DUE = 12  # moment: first contacts that come later, redials, reconnects
    COMPENSATION_DUE = 13  # moment: what is owed for it reaches the customer
    COURSE_ENDS = 14  # agent: for today, or for good
    PROMISE_DUE = 15  # moment
    RECOVERY_ENDS = 16  # case: who made it good is free before the next case is handed out
    RECOVERY_OPENS = 17  # recovery team
    RECOVERY_DUE = 18  # case: noticed, and the agreed delay is over
    QUEUE_CLOSES = 19  # moment: who still waits then is cut off
    DIVERT_DUE = 20  # moment: who has waited so long is sent away
    LEVERS_LOOKED_AT = 21  # look: triggers see an instant when everything else of it has happened
    MESSAGE_DUE = 22  # moment: its queue opens again, and the message still waits
    CALLBACK_LATE = 23  # moment: the time told for a callback is over
    CALLBACK_AGAIN = 24  # moment: the next try is due
    HELP_ELSEWHERE_DUE = 25  # moment: others than the centre may help now


EVENT: Final = record(
    ("time", np.int64),
    ("owner", np.int64),  # serial number of the moment, or number of agent, lever, interval, customer
    ("kind", np.int32),
    ("slot", np.int32),  # row of the moment in the table of open moments, where the owner is a moment
    ("stamp", np.int64),  # tells a stale timer from a live one
)
"""An event to come. A timer is never removed: one whose moment has moved on is told and does nothing."""

ACTIONS: Final = len(LeverAction)
WHYS: Final = len(Why)
SIZES: Final = 64
"""Most sizes of a lever."""


def lever_stamp(action: Any, why: Any, size: Any) -> Any:
    """The stamp of an event of kind LEVER_ACTS that may come at any time: what is done, why, and in which size.

    Whole numbers, or arrays of them. Events that belong to one pull only add its number, from 1 on, times
    ACTIONS x WHYS x SIZES.
    """
    return action + ACTIONS * (why + WHYS * size)
