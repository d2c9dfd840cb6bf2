"""The words of a plan: units of time, and what its codes mean."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from momentsim.units import LONGEST_DURATION_S, TICKS_PER_SECOND

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
LONGEST: Final = LONGEST_DURATION_S * TICKS_PER_SECOND
"""The longest duration that a law gives, where all are cut. Only NEVER is longer."""


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
    OVERTIME_ENDS = 4
    """Not of the roster: of a lever that asked the agent to stay."""
    UNPAID_STARTS = 5
    """A break that is not paid has begun, or a part of one."""
    UNPAID_ENDS = 6


class LeverKind(IntEnum):
    """What a lever does."""

    RESERVES = 0
    SELF_SERVICE_OFFER = 1
    NOTICE = 2
    COMPENSATION = 3
    OVERTIME = 4
    EXTRA_LINES = 5
    LOGIN_CAP = 6
    PRIORITY = 7
    PAUSE_OFFERS = 8
    START_PROGRAMME = 9
    GOODWILL_AUTHORITY = 20
    ONE_VOICE = 21
    PRE_CANCELLATION = 22
    CALLBACK = 30
    ANNOUNCEMENT = 31


class Whom(IntEnum):
    """Whom compensation is for; each name, in lower case, is the word in a scenario."""

    ALL = 0
    """All whom the crisis has hit."""
    CALLED = 1
    """Those of them who have called by the time it comes."""
    UNHELPED = 2
    """Those whom nobody has helped by then."""


class LeverAction(IntEnum):
    """What is done to a lever, and last what its lead time does."""

    PULL = 0
    UNDO = 1
    TAKE_EFFECT = 2


class Why(IntEnum):
    """Who pulls a lever or undoes it; each name, in lower case, is the word in `levers.csv`."""

    PLAN = 0
    """The scenario, or a file of pulls that does not say why."""
    TRIGGER = 1
    PLAYBOOK = 2
    HAND = 3


class Watched(IntEnum):
    """What the trigger of a lever looks at; each name, in lower case, is the word in a condition."""

    QUEUE = 0
    """Contacts waiting."""
    LONGEST_WAIT = 1
    """Of those who wait now, microseconds."""
    ABANDONED = 2
    """Share of those whose wait ended within the span."""
    COMPLAINTS = 3
    """That came within the span."""
    ON_DUTY = 4
    """Agents logged in and not on a break."""


class Comparator(IntEnum):
    """How a trigger compares what it looks at with its threshold."""

    ABOVE = 0
    BELOW = 1
    AT_LEAST = 2
    AT_MOST = 3


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
    AUTONOMY_APART = 17


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


class Tells(IntEnum):
    """What a caller who has to wait is told."""

    NOTHING = 0
    WAIT = 1
    """The expected wait, in bands."""
    PLACE = 2
    """The place in the queue."""


class RecoveryOrder(IntEnum):
    """Which waiting case the recovery team takes next; ties by the time of noticing."""

    FIRST_COME = 0
    STAKES = 1
    VALUE = 2
