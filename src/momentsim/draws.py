"""Every random number of the simulator: a pure function of (seed, replication, purpose, owner, occasion).

The generator is SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators") used
by position: each owner has a sequence of its own, which starts at a hash of (seed, replication) and owner, and
the place in it is (purpose, occasion). Any place is found at once, so there is no state: policies, worker
counts, clocks and the presence of other customers can never shift a draw.

A key may be mirrored: every uniform draw u is then 1 - u. All laws are drawn by inversion, so a long call becomes a
short one and a busy day a quiet one, each with exactly its own law (antithetic variates; Hammersley and Morton
1956). What is a hash and not a law stays: see `Purpose`.
"""

from __future__ import annotations

import hashlib
import math
from enum import IntEnum
from typing import Final, TypeAlias

import numpy as np

from momentsim.compiler.decorators import COMPILING, compiled, compiled_apart, compiled_inside


class Purpose(IntEnum):
    """What a draw decides. Numbers are never reused; order has no meaning.

    Under a mirrored key all purposes are mirrored but two: OWNER, which is the name of a thing and belongs to no
    replication, and CUSTOMER, a consistent hash in which no number is high or low. SEGMENT is mirrored: each
    segment's time in the race is drawn by inversion. The time of a demand point within its interval is mirrored
    with its height; measured against leaving it as it is, that changes nothing.
    """

    OWNER = 0  # makes the key of an owned thing from its cause and ordinal
    DEMAND_POINT = 1  # height (first) and time within the interval (second) of a demand point
    SEGMENT = 2  # segment of a moment's customer
    CUSTOMER = 3  # customer within the segment
    NORM = 4  # a customer's disposition n
    VALUE = 5  # a customer's value relative to the segment
    LIFETIME = 6  # exponential threshold of a customer's integrated churn hazard
    COMPLEXITY = 7  # how hard this moment is
    PATIENCE = 8  # how long this attempt would wait
    TALK = 9  # talk time of this attempt
    WRAP_UP = 10  # after-call work of this attempt
    QUALITY = 11  # how well this encounter went, beyond what agent and load explain
    RESOLUTION = 12  # whether this attempt solves it
    RECONNECT = 13  # whether an unsolved moment comes back
    RECONNECT_DELAY = 14
    REDIAL = 15  # whether a failed attempt is repeated
    REDIAL_DELAY = 16
    BALK = 17  # whether an announced wait turns the caller away
    SELF_SERVICE = 18  # whether the moment starts in self-service
    SELF_SERVICE_SUCCESS = 19
    SELF_SERVICE_TIME = 20
    BREAK_OUT = 21  # whether a failure goes on to a person
    CONTEXT = 22  # whether the context reaches the agent
    SILENT_RETURN = 23  # whether one who gave up silently contacts again
    SILENT_RETURN_DELAY = 24
    WALLET = 25  # whether a moment of truth changes the wallet
    SURVEY = 26  # whether the customer answers
    SELF_SERVICE_OFFER = 27  # whether an affected customer takes the offer to help themselves
    NOTICE_REACH = 29
    NOTICE_EFFECT = 30  # whether a notice prevents or induces the contact
    SHOW_UP = 31  # whether a called reserve agent comes
    CALL_OUT_DELAY = 32
    DAY_FACTOR = 33
    PERIOD_FACTOR = 34
    AGENT_EMPATHY = 35  # emotional intelligence of an agent
    AGENT_SKILL = 36
    AGENT_SPEED = 37
    AGENT_TENURE = 38
    ABSENCE = 39  # whether an agent misses a day
    SHRINKAGE = 40  # which rostered hours are lost
    STORM_CALLS = 41  # whether an affected or unaffected party calls
    STORM_TIME = 42  # announcement of the failure that hits a party
    STORM_DELAY = 43  # from announcement to first contact
    PREVENTION = 44  # whether root-cause removal removes this moment
    STORM_EXTRA = 45  # demand of status calls: height and time
    REPLAY_TIME = 46  # place of a replayed contact within its interval
    STORM_AHEAD = 47  # whether a party is told ahead of the failure that hits it (pre-cancellation)
    STAKES_DETECTION = 85  # whether the detector takes this moment for one of truth
    GIFT = 63  # whether a moment brings the customer a gift (occasion: number of the programme)
    EXPECTATION = 67  # what a customer has come to expect before the start, beyond the industry
    JOINING = 68  # joining intensity between one customer won and the next; owned by the one who joins
    EXIT = 56  # exponential threshold of an agent's integrated hazard of quitting
    VACANCY = 57  # whether a seat is vacant when the run begins, and for how much longer
    RENEWAL_GAP = 49  # time from one moment of a renewal process to the next; of the first, since equilibrium
    AGENT_KNOWLEDGE = 50  # how much an agent knows beyond the others
    DOUBT = 51  # whether a customer doubts the answer of one who knows little, and asks again (first); when (second)
    GAMING = 52  # whether, and after which part, an agent under pressure for short calls cuts a talk short
    TEAM_EFFECT = 53  # what a team is like
    SITE_EFFECT = 54  # what a site is like
    AUTHORITY = 55  # whether a need asks for a decision (first), and whether it goes beyond the agent's limit (second)
    SPEECH_ALARM = 75  # whether speech analytics marks a moment
    COMPLAINT = 76  # whether a customer who was let down complains
    PUBLIC_POST = 77  # whether a customer who was let down posts it in public
    POST_FOUND = 78  # whether that post is found
    RECOVERY_TIME = 79  # how long the recovery team works on a case
    PROMISE = 80  # whether what was promised is done in time
    FAILURE_REPEAT = 81  # whether what was repaired fails again
    FAILURE_REPEAT_DELAY = 82
    OFFER = 83  # whether an agent makes an offer in a talk
    SALE = 84  # whether the customer takes it
    CLOSED = 110  # what a caller does who finds the queue closed, or is cut off when it closes
    CLOSED_DELAY = 111  # from the next opening to the next call
    DEEP_ACTING = 96  # whether an agent feels with the customer of an emotional talk or puts on a face
    LEVER_WORKS = 113  # whether a pull of a lever works (occasion: number of the pull)
    OVERTIME = 114  # whether an agent stays longer (occasion: minute of the shift's end)
    REFUND = 112  # whether a customer hit by a crisis takes the money back
    FORECAST = 131  # error of a day's forecast (owner: the forecast); rounding of heads that follow it
    DIVERTED = 140  # what a caller does who is diverted from a queue
    DIVERTED_DELAY = 141  # until the next call
    HOME_SITE = 143  # whether an attempt goes to the home site first
    VOICEMAIL = 142  # whether a caller who is diverted leaves a message
    MESSAGE = 132  # what a caller does on the message before the queue
    CALLBACK = 133  # whether a caller takes the callback that is offered
    CALLBACK_TRY = 134  # whether a try to call back is answered (occasion: attempt and try)
    HELPED_ELSEWHERE = 144  # whether one hit by a crisis can find help elsewhere
    HELPED_ELSEWHERE_DELAY = 145  # until then (occasion: try)
    HELP_IS_BLIND = 146  # whether who would help there has no instructions, in a jam (occasion: try)
    DAY_KIND = 147  # which kind of day a date is
    ATTITUDE = 120  # what experience had done to a customer's attitude before the start


_SHIFT: Final = np.uint64(32)
_LOW: Final = np.uint64(0xFFFFFFFF)
_SECOND: Final = np.uint64(1 << 63)
_STEP: Final = np.uint64(0x9E3779B97F4A7C15)
_MULTIPLIER_1: Final = np.uint64(0xBF58476D1CE4E5B9)
_MULTIPLIER_2: Final = np.uint64(0x94D049BB133111EB)
_RIGHT_30: Final = np.uint64(30)
_RIGHT_27: Final = np.uint64(27)
_RIGHT_31: Final = np.uint64(31)
_TO_52_BITS: Final = np.uint64(12)
_UNIT: Final = 2.0**-52
_WORD: Final = 2**64
_NOT_MIRRORED: Final = np.uint64(0)
_MIRRORED: Final = np.uint64(2**64 - 1)

KEY: Final = np.dtype(
    [
        ("word", np.uint64),  # hash of seed and replication
        ("mirror", np.uint64),  # all bits set: draws are mirrored; else 0
    ],
    align=True,
)
"""Key of all draws of one replication."""
Key: TypeAlias = np.void
"""One row of `KEY`."""

if COMPILING:

    @compiled_inside
    def plus(one: np.uint64, other: np.uint64) -> np.uint64:
        """Sum modulo 2^64."""
        return one + other

    @compiled_inside
    def times(one: np.uint64, other: np.uint64) -> np.uint64:
        """Product modulo 2^64."""
        return one * other

else:  # numpy would warn of every overflow

    def plus(one: np.uint64, other: np.uint64) -> np.uint64:
        """Sum modulo 2^64."""
        return np.uint64((int(one) + int(other)) % _WORD)

    def times(one: np.uint64, other: np.uint64) -> np.uint64:
        """Product modulo 2^64."""
        return np.uint64(int(one) * int(other) % _WORD)


@compiled_inside
def mix_bits(word: np.uint64) -> np.uint64:
    """A bijection of 64 bits in which every bit of the input moves every bit of the result (Stafford's mix 13)."""
    word = times(word ^ (word >> _RIGHT_30), _MULTIPLIER_1)
    word = times(word ^ (word >> _RIGHT_27), _MULTIPLIER_2)
    return word ^ (word >> _RIGHT_31)


@compiled_inside
def stream(word: np.uint64, owner: np.uint64) -> np.uint64:
    """Where the sequence of an owner under the word of a key starts."""
    return mix_bits(plus(word, owner))


@compiled_inside
def at(start: np.uint64, place: np.uint64) -> np.uint64:
    """Number `place` (0 first) of the SplitMix64 sequence that starts at `start`."""
    return mix_bits(plus(start, times(plus(place, np.uint64(1)), _STEP)))


@compiled_inside
def place_of(purpose: int, occasion: int) -> np.uint64:
    """Place of a draw in its owner's sequence."""
    return (np.uint64(purpose) << _SHIFT) | (np.uint64(occasion) & _LOW)


@compiled
def bits(key: Key, owner: np.uint64, purpose: int, occasion: int) -> np.uint64:
    """64 random bits of one draw, the same under a mirrored key."""
    return at(stream(key["word"], owner), place_of(purpose, occasion))


@compiled_inside
def bits_pair(key: Key, owner: np.uint64, purpose: int, occasion: int) -> tuple[np.uint64, np.uint64]:
    """Twice 64 random bits, the same under a mirrored key; the first equals `bits` of the same name."""
    return bits_pair_at(stream(key["word"], owner), purpose, occasion)


@compiled_inside
def bits_pair_at(start: np.uint64, purpose: int, occasion: int) -> tuple[np.uint64, np.uint64]:
    """The same of an owner whose sequence starts at `start`."""
    place = place_of(purpose, occasion)
    return at(start, place), at(start, place | _SECOND)


@compiled_inside
def unit(word: np.uint64) -> float:
    """Number in (0, 1) of 64 random bits: 52 of them and a half, so never 0 or 1.

    All bits turned over make 1 minus it, exactly: (2^52 - 1 - n + 0.5) / 2^52 = 1 - (n + 0.5) / 2^52.
    """
    return (float(np.int64(word >> _TO_52_BITS)) + 0.5) * _UNIT


@compiled
def uniform(key: Key, owner: np.uint64, purpose: int, occasion: int) -> float:
    """One draw u in (0, 1), or 1 - u under a mirrored key."""
    return unit(bits(key, owner, purpose, occasion) ^ key["mirror"])


@compiled
def uniform_pair(key: Key, owner: np.uint64, purpose: int, occasion: int) -> tuple[float, float]:
    """Two independent draws in (0, 1) at the price of one; the first equals `uniform` of the same name."""
    return pair_at(key, stream(key["word"], owner), purpose, occasion)


@compiled_inside
def pair_at(key: Key, start: np.uint64, purpose: int, occasion: int) -> tuple[float, float]:
    """The same where many are drawn for one owner, whose sequence starts at `start`."""
    first, second = bits_pair_at(start, purpose, occasion)
    return unit(first ^ key["mirror"]), unit(second ^ key["mirror"])


@compiled
def hash_draw(key: Key, owner: np.uint64, purpose: int, occasion: int) -> float:
    """One draw in (0, 1), the same under a mirrored key: for choices by hash."""
    return unit(bits(key, owner, purpose, occasion))


@compiled
def exponential(key: Key, owner: np.uint64, purpose: int, occasion: int) -> float:
    """One draw of the exponential law with mean 1, by inversion (increasing in the uniform draw)."""
    return -math.log(1.0 - uniform(key, owner, purpose, occasion))


@compiled_apart
def normal_quantile(p: float) -> float:
    """Quantile of the standard normal law; relative error about 1e-16 (Wichura 1988, AS 241 PPND16)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return (
            q
            * (((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r + 6.7265770927008700853e4) * r
                + 4.5921953931549871457e4) * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3) * r
                + 1.3314166789178437745e2) * r + 3.3871328727963666080e0)
            / (((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r + 3.9307895800092710610e4) * r
                + 2.1213794301586595867e4) * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2) * r
                + 4.2313330701600911252e1) * r + 1.0)
        )  # fmt: skip
    r = math.sqrt(-math.log(p if q < 0.0 else 1.0 - p))
    if r <= 5.0:
        r -= 1.6
        z = (
            (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r + 2.41780725177450611770e-1) * r
                + 1.27045825245236838258e0) * r + 3.64784832476320460504e0) * r + 5.76949722146069140550e0) * r
                + 4.63033784615654529590e0) * r + 1.42343711074968357734e0)
            / (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r + 1.51986665636164571966e-2) * r
                + 1.48103976427480074590e-1) * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0) * r
                + 2.05319162663775882187e0) * r + 1.0)
        )  # fmt: skip
    else:
        r -= 5.0
        z = (
            (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.24266094738807843860e-3) * r
                + 2.65321895265761230930e-2) * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0) * r
                + 5.46378491116411436990e0) * r + 6.65790464350110377720e0)
            / (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r + 1.84631831751005468180e-5) * r
                + 7.86869131145613259100e-4) * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
                + 5.99832206555887937690e-1) * r + 1.0)
        )  # fmt: skip
    return -z if q < 0.0 else z


@compiled
def normal(key: Key, owner: np.uint64, purpose: int, occasion: int) -> float:
    """One standard normal draw, by inversion."""
    return normal_quantile(uniform(key, owner, purpose, occasion))


@compiled
def child(owner: np.uint64, ordinal: int) -> np.uint64:
    """Key of the `ordinal`-th thing (0..2^32-1) that `owner` owns."""
    return at(stream(np.uint64(0), owner), place_of(Purpose.OWNER, ordinal))


def name_key(*names: str | int) -> np.uint64:
    """Key of a named owner: a hash of its names, so neither row numbers nor the order of a file matter."""
    text = "\x1f".join(str(name) for name in names)
    return np.uint64(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little"))


def key_of(word: int | np.uint64, *, mirrored: bool = False) -> Key:
    """The key with this word."""
    keys = np.zeros(1, KEY)
    keys["word"], keys["mirror"] = word, _MIRRORED if mirrored else _NOT_MIRRORED
    made: Key = keys[0]
    return made


NO_KEY: Final = key_of(0)
"""For what must have a key although chance has no part in it."""


def replication_key(seed: int, replication: int, *, antithetic: bool = False) -> Key:
    """Key of all draws of one replication (1 is the first) of one seed.

    Antithetic replications 2k - 1 and 2k are a pair: the even one has the key of the odd one, mirrored.
    """
    mirrored = antithetic and replication % 2 == 0
    return key_of(name_key("replication", seed, replication - int(mirrored)), mirrored=mirrored)
