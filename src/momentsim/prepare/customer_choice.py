"""Which customer has a moment: consistent hashing, compiled.

The segment is chosen by an exponential race (weighted rendezvous hashing): each segment draws an exponential
time with its own weight as rate, the earliest wins. One customer more, in any segment, moves moments only
towards that segment, and the order of segments does not matter.

Within the segment a customer is chosen by a jump consistent hash (Lamping and Veach 2014, "A fast, minimal
memory, consistent hash algorithm"), run backwards in blocks between powers of two: with N customers every
moment has a uniform one of 0..N-1, and when N grows by one, a share 1/(N+1) of the moments moves, all of them
to the new customer. Run forwards, customer v takes a moment over from the customers before it with
probability 1/(v+1). For a full block [2^k, 2^(k+1)) that leaves the moment in the block with probability 1/2,
then at a uniform place; and before v took it over, it was at a uniform place below v. So one draw says for
all full blocks at once whether the block took the moment over (one bit a block), and where it is then; only
the block that N cuts may need further draws. About 1.2 draws on average, whatever N.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from momentsim.compiler.accessors import bit_finder
from momentsim.compiler.decorators import compiled
from momentsim.contract.plan import Table, record
from momentsim.draws import Key, Purpose, bits_pair, hash_draw, name_key, uniform
from momentsim.scenario.sections.customers import prospects_of
from momentsim.scenario.types import Segment

_WORD: Final = np.uint64(32)
_LAST_31: Final = np.uint64(2**31 - 1)
_PRIME: Final = 2**31 - 1
highest_bit: Final = bit_finder()

SHARE = record(
    ("occasion", np.int64),  # 32 bits of the hash of the segment's name
    ("weight", np.float64),  # customers x contacts per customer relative to other segments
    ("first_customer", np.int64),
    ("customers", np.int64),
    ("blocks", np.int64),  # a bit for each block between powers of two that has a customer
)
"""One row per segment: how moments are shared out."""


def share_rows(segments: dict[str, Segment], horizon_s: float = 0.0, *, at_start: bool = False) -> Table:
    """SHARE rows of the segments that have contacts, or of all if none has.

    With prospects for so long a horizon, or only `at_start`, which leaves places for them in the numbering.
    """
    rows = np.zeros(len(segments), SHARE)
    first = 0
    for row, (name, segment) in zip(rows, segments.items(), strict=True):
        row["occasion"] = int(name_key("segment", name)) & 0xFFFFFFFF
        prospects = prospects_of(segment, horizon_s)
        customers = segment.customers + (0 if at_start else prospects)
        row["weight"] = customers * segment.contact_weight
        row["first_customer"], row["customers"] = first, customers
        row["blocks"] = (1 << (customers - 1).bit_length()) - 1
        first += segment.customers + prospects
    return rows[rows["weight"] > 0] if np.any(rows["weight"] > 0) else rows


@compiled
def choose_segment(key: Key, moment: np.uint64, shares: npt.NDArray[np.void]) -> int:
    """Row of the segment that wins the exponential race for this moment."""
    if len(shares) == 1:
        return 0
    best, earliest = 0, math.inf
    for row in range(len(shares)):
        weight = max(shares[row]["weight"], 1e-300)
        time = -math.log(uniform(key, moment, Purpose.SEGMENT, shares[row]["occasion"])) / weight
        if time < earliest:
            best, earliest = row, time
    return best


@compiled
def choose_customer(key: Key, moment: np.uint64, customers: int, blocks: int) -> int:
    """Number 0..customers-1 of the one who has this moment; `customers` <= 2^31, `blocks` as in `SHARE`."""
    first, second = bits_pair(key, moment, Purpose.CUSTOMER, 0)
    takes = int(first & _LAST_31) & blocks  # bit k: does block k take the moment over?
    start, stride = int((first >> _WORD) & _LAST_31), int(second & _LAST_31)
    while takes > 0:
        low = 1 << highest_bit(takes)
        # Places in any two blocks are independent: start + low*stride modulo the prime 2^31 - 1.
        position = start + low * stride
        position = (position & _PRIME) + (position >> 31)
        chosen = low + ((position - _PRIME if position >= _PRIME else position) & (low - 1))
        step = low
        while chosen >= customers:  # only in the block that the number of customers cuts
            step += 1  # below 2*low, as `found` falls: no two blocks share an occasion
            chosen = int(hash_draw(key, moment, Purpose.CUSTOMER, step) * chosen)
        if chosen >= low:
            return chosen
        takes &= low - 1
    return 0


@compiled
def choose_share(key: Key, moment: np.uint64, shares: npt.NDArray[np.void]) -> int:
    """Number of the customer, over all segments, who has this moment."""
    share = shares[choose_segment(key, moment, shares)]
    return int(share["first_customer"] + choose_customer(key, moment, share["customers"], share["blocks"]))
