"""Demand points, compiled: moments of the day from strips under the rate, and their order in time.

A strip is an interval of one reason. Under its rate lies a unit-rate Poisson process of points (height,
time), read in order of height: more volume only adds moments, less only takes some away.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from momentsim.compiler.decorators import compiled, compiled_inside
from momentsim.contract.plan import MOMENT, MomentKind, Table, record
from momentsim.draws import Key, Purpose, child, pair_at, stream, uniform
from momentsim.prepare.customer_choice import choose_share

_FAR: Final = 500.0
"""Height over which a product stands for e^-height: far from the smallest number there is."""
CROWD: Final = 64
"""Moments in one bucket above which sorting changes to a method that crowds cannot slow down."""

PLACE_BITS: Final = 26
LAST_PLACE: Final = (1 << PLACE_BITS) - 1
"""A moment's place among those of a day, written behind its time of day in microseconds, of 37 bits."""

STRIP = record(
    ("start", np.int64),
    ("length", np.int64),
    ("expected", np.float64),  # mean count, or exact count when replayed
    ("reason_key", np.uint64),
    ("day", np.int64),  # ordinal of the date in which it starts
    ("second", np.int64),  # second of that day at which it starts
    ("preventable", np.float64),
    ("reason", np.int32),
    ("replay", np.int32),
)
"""One interval of one reason."""


@compiled
def strip_owner(strip: np.void) -> np.uint64:
    """Key of the interval that owns the points: by reason, date and time of day."""
    return child(child(strip["reason_key"], strip["day"]), strip["second"])


@compiled
def is_prevented(key: Key, moment: np.uint64, strip: np.void) -> bool:
    """Whether root-cause removal takes this moment out."""
    share = strip["preventable"]
    return bool(share > 0.0 and uniform(key, moment, Purpose.PREVENTION, 0) < share)


@compiled
def write_moment(row: np.void, began: int, moment: np.uint64, strip: np.void) -> None:
    """All of an ordinary moment but its customer."""
    row["began"] = began
    row["first_contact"] = began
    row["key"] = moment
    row["reason"] = strip["reason"]
    row["kind"] = MomentKind.ORDINARY
    row["crisis"] = -1


@compiled_inside
def lowest_product(above: float) -> float:
    """How small the product of all 1 - u gets before the rate, or the reach of a product, is left behind."""
    return math.exp(-min(above, _FAR))


@compiled_inside
def rate_above(above: float, product: float) -> float:
    """How much of a rate of `above` lies over the height that a product has reached; below 0 where none does."""
    return above + math.log(product) if above > _FAR else -1.0


@compiled
def fill_strips(
    key: Key,
    strips: npt.NDArray[np.void],
    shares: npt.NDArray[np.void],
    begin: int,
    end: int,
    out: npt.NDArray[np.void],
) -> int:
    """Moments of all strips that began in begin..end (end excluded) into `out`; returns how many.

    A result of len(out) + 1 says that there was no room for all. Heights grow by -ln(1 - u) from point to point;
    instead of their sum, the product of all 1 - u is compared with e^-rate.
    """
    count = 0
    for number in range(len(strips)):
        strip = strips[number]
        owner = strip_owner(strip)
        start = stream(key["word"], owner)
        above = strip["expected"]  # of the rate, over the height at which `left` was last 1
        left = 1.0
        lowest = lowest_product(above)
        ordinal = 0
        while True:
            if strip["replay"]:
                if ordinal + 0.5 > above:
                    break
                share = uniform(key, owner, Purpose.REPLAY_TIME, ordinal)
            else:
                gap, share = pair_at(key, start, Purpose.DEMAND_POINT, ordinal)
                left *= 1.0 - gap
                if left < lowest:
                    above = rate_above(above, left)
                    if above < 0.0:
                        break
                    left, lowest = 1.0, lowest_product(above)
            began = strip["start"] + int(share * strip["length"])
            moment = child(owner, ordinal)
            ordinal += 1
            if began < begin or began >= end:
                continue
            if is_prevented(key, moment, strip):
                continue
            if count == len(out):
                return count + 1
            write_moment(out[count], began, moment, strip)
            out[count]["customer"] = choose_share(key, moment, shares)
            count += 1
    return count


@compiled
def scatter(
    moments: npt.NDArray[np.void],
    begin: int,
    end: int,
    heads: npt.NDArray[np.int32],
    order: npt.NDArray[np.int64],
) -> int:
    """Bucket sort by `began`, best with two buckets a moment. Returns the size of the fullest bucket.

    What is sorted are numbers, `began` before the place of the moment among `moments`: these are quick to move.
    `heads` has one entry more than there are buckets and must be zero. Where the fullest bucket has more than
    `CROWD` moments, `order` is left in the order of buckets only.
    """
    buckets = len(heads) - 1
    scale = float(buckets) / float(end - begin)
    for number in range(len(moments)):
        heads[int(float(moments[number]["began"] - begin) * scale) + 1] += 1
    fullest = 0
    for bucket in range(buckets):
        fullest = max(fullest, heads[bucket + 1])
        heads[bucket + 1] += heads[bucket]
    for number in range(len(moments)):
        later = moments[number]["began"] - begin
        bucket = int(float(later) * scale)
        order[heads[bucket]] = later << PLACE_BITS | number
        heads[bucket] += 1
    if fullest <= CROWD:
        insertion_sort(order)
    return int(fullest)


@compiled
def insertion_sort(order: npt.NDArray[np.int64]) -> None:
    """Sort numbers that are nearly in order, in place."""
    for number in range(1, len(order)):
        value = order[number]
        position = number
        while position > 0 and order[position - 1] > value:
            order[position] = order[position - 1]
            position -= 1
        order[position] = value


@compiled
def gather(
    moments: npt.NDArray[np.void],
    order: npt.NDArray[np.int64],
    out: npt.NDArray[np.void],
    spare: npt.NDArray[np.void],
) -> None:
    """Write the moments in order; those of the same instant by key. `spare` has room for one."""
    for number in range(len(order)):
        out[number] = moments[order[number] & LAST_PLACE]
        position = number
        while (
            position > 0
            and out[position - 1]["began"] == out[position]["began"]
            and out[position - 1]["key"] > out[position]["key"]
        ):
            spare[0] = out[position]
            out[position] = out[position - 1]
            out[position - 1] = spare[0]
            position -= 1


def in_order(moments: Table, begin: int, end: int) -> Table:
    """The moments of begin..end, at most a day of them, sorted by (began, key)."""
    if len(moments) < 2:
        return moments
    heads = np.zeros(2 * len(moments) + 2, np.int32)
    order = np.empty(len(moments), np.int64)
    fullest = scatter(moments, begin, end, heads, order)
    if fullest > CROWD or len(moments) > LAST_PLACE:
        return moments[np.lexsort((moments["key"], moments["began"]))]
    out = np.empty_like(moments)
    gather(moments, order, out, np.empty_like(moments[:1]))
    return out


def moments_of_strips(key: Key, strips: Table, shares: Table, begin: int, end: int) -> Table:
    """Unsorted MOMENT rows that the strips give in begin..end."""
    mean = float(strips["expected"].sum())
    room = int(mean + 6.0 * math.sqrt(mean) + 16)
    while True:
        out = np.empty(room, MOMENT)
        count = int(fill_strips(key, strips, shares, begin, end, out))
        if count <= room:
            return out[:count]
        room *= 2
