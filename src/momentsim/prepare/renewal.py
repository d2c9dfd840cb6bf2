"""Moments of a renewal process: times between them follow one law, in the time of the cumulated rate.

Let L(t) be the moments expected until t, day and period factors included. The moments lie where L reaches
S0, S0 + G1, S0 + G1 + G2, ... with independent gaps G of the given law scaled to mean 1. At a constant rate the
times between moments therefore follow exactly the given law, and where the rate changes time runs faster or
slower. S0 is drawn in equilibrium: at the scenario's start the process has been going on for ever.

A moment is owned by its ordinal since the start: another volume, another rate or another law leaves its
customer, needs and patience alone and moves only its time. One per cent more volume moves later moments forward
by up to 1 % of the time since the start, which no renewal process can avoid; prevention takes single moments out.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from momentsim.compiler.decorators import compiled
from momentsim.contract.plan import DAY, MOMENT, Table, record
from momentsim.draws import Key, Purpose, child, uniform, uniform_pair
from momentsim.prepare.busy_days import Factors
from momentsim.prepare.customer_choice import choose_share
from momentsim.prepare.demand import Renewal
from momentsim.prepare.demand_points import is_prevented, write_moment
from momentsim.prepare.laws import quantile, quantiles

_GRID: Final = 8192

CURSOR = record(
    ("owner", np.uint64),
    ("law", np.int64),
    ("mean", np.float64),  # of the law, microseconds
    ("ordinal", np.int64),  # of the next moment
    ("left", np.float64),  # expected moments between here and the next one
)
"""Where a renewal process stands."""


@compiled
def renew(
    key: Key,
    cursor: npt.NDArray[np.void],
    strips: npt.NDArray[np.void],
    laws: npt.NDArray[np.void],
    samples: npt.NDArray[np.float64],
    out: npt.NDArray[np.void],
) -> int:
    """Moments of the strips, in order of time, without customers; moves the cursor behind the last strip.

    A result of len(out) + 1 says that there was no room for all.
    """
    count = 0
    here = cursor[0]
    for number in range(len(strips)):
        strip = strips[number]
        expected = strip["expected"]
        left = here["left"]
        while left < expected:
            ordinal = here["ordinal"]
            moment = child(here["owner"], ordinal)
            began = strip["start"] + min(int(left / expected * strip["length"]), strip["length"] - 1)
            here["ordinal"] = ordinal + 1
            gap = uniform(key, here["owner"], Purpose.RENEWAL_GAP, ordinal + 1)
            left += quantile(laws, samples, here["law"], gap) / here["mean"]
            if is_prevented(key, moment, strip):
                continue
            if count == len(out):
                return count + 1
            write_moment(out[count], began, moment, strip)
            count += 1
        here["left"] = left - expected
    return count


@compiled
def give_customers(key: Key, shares: npt.NDArray[np.void], moments: npt.NDArray[np.void]) -> None:
    """Choose the customer of each moment, as for moments that come at random."""
    for number in range(len(moments)):
        moments[number]["customer"] = choose_share(key, moments[number]["key"], shares)


def first_gap(key: Key, owner: np.uint64, law: int, laws: Table, samples: Table) -> float:
    """Time from an instant of a process in equilibrium to its next moment, microseconds.

    The gap that covers the instant is drawn from the law weighted by length (inspection paradox) and the
    instant lies anywhere in it: P(next > t) = integral of (1 - F) beyond t, over the mean. The weighting is
    integrated on a grid of the law's uniform draw, fine in both tails; relative error about 1e-4.
    """
    covering, place = uniform_pair(key, owner, Purpose.RENEWAL_GAP.value, 0)
    tail = 1.0 - np.exp(-np.linspace(0.0, 34.0, _GRID))
    shares = np.unique(np.concatenate([np.linspace(0.0, 1.0, _GRID, endpoint=False), tail]))
    middles = 0.5 * (shares[1:] + shares[:-1])
    lengths = middles.copy()
    quantiles(laws, samples, law, lengths)
    weighted = np.concatenate([[0.0], np.cumsum(lengths * np.diff(shares))])
    share = np.array([np.interp(covering * weighted[-1], weighted, shares)])
    quantiles(laws, samples, law, share)
    return float(share[0]) * place


class RenewalMoments:
    """Moments of one renewal process in one replication; remembers where it stood when each day began."""

    def __init__(self, key: Key, renewal: Renewal, factors: Factors, plan_laws: tuple[Table, Table]) -> None:
        self._key, self._renewal, self._factors = key, renewal, factors
        self._laws, self._samples = plan_laws
        mean = float(self._laws[renewal.law]["mean"])
        first = first_gap(key, renewal.owner, renewal.law, *plan_laws) / mean
        self._cursors = [np.array([(renewal.owner, renewal.law, mean, 0, first)], CURSOR)]

    def of(self, day: int, end: int, shares: Table) -> Table:
        """Its moments from the beginning of day number `day` to `end`, in order of time."""
        for earlier in range(len(self._cursors) - 1, day):
            self._moments(earlier, (earlier + 1) * DAY)
        moments = self._moments(day, end)
        give_customers(self._key, shares, moments)
        return moments

    def _moments(self, day: int, end: int) -> Table:
        strips = clip_strips(self._renewal.rate.strips(day * DAY, end), self._factors, day * DAY, end)
        room = int(1.5 * float(strips["expected"].sum())) + 64
        while True:
            out = np.zeros(room, MOMENT)
            cursor = self._cursors[day].copy()
            count = int(renew(self._key, cursor, strips, self._laws, self._samples, out))
            if count <= room:
                break
            room *= 2
        if len(self._cursors) == day + 1 and end == (day + 1) * DAY:
            self._cursors.append(cursor)
        return out[:count]


def clip_strips(strips: Table, factors: Factors, begin: int, end: int) -> Table:
    """The parts of strips inside begin..end with factors applied."""
    factors.apply(strips)
    whole = strips["length"].copy()
    ends = np.minimum(strips["start"] + whole, end)
    strips["start"] = np.maximum(strips["start"], begin)
    strips["length"] = ends - strips["start"]
    strips["expected"] *= strips["length"] / whole
    return strips
