"""Storms: customers hit by failures, and others who ask because of them.

Failed services x their customers / party size give the affected parties of a day; each is one moment that
begins when its failure is announced. The first contact follows after a delay whose clock runs with the
normalised intraday weight of the reason: fast by day, hardly at night, so what would fall into the night
comes next morning (E2.2.1: `h(t - t_announce)` times intraday weight). A party that will not call at all
contacts NEVER. Pre-cancellation tells a share of the parties so many hours earlier: their moment begins then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from momentsim.compiler.decorators import compiled
from momentsim.contract.plan import DAY, LONGEST, MOMENT, NEVER, MomentKind, Table, record
from momentsim.draws import Key, Purpose, child, name_key, uniform
from momentsim.prepare.calendar import Calendar, of_seconds, ordinal
from momentsim.prepare.customer_choice import choose_share
from momentsim.prepare.demand import profile_weights
from momentsim.prepare.laws import quantiles
from momentsim.scenario.types import Scenario, Storm

STORM_DAY = record(
    ("day", np.int64),  # ordinal of the date
    ("affected", np.int64),  # parties
    ("others", np.int64),  # unaffected parties who may ask; 0 below the threshold
    ("announced_from", np.int64),  # engine time
    ("announced_until", np.int64),
    ("told_ahead", np.float64),  # share of the affected who learn earlier
    ("ahead", np.int64),  # by how much, microseconds
    ("affected_key", np.uint64),
    ("others_key", np.uint64),
)


@dataclass(frozen=True, slots=True)
class StormDemand:
    """One storm, lowered."""

    crisis: int
    reason: int
    status_reason: int
    call_share: float
    status_share: float
    delay_law: int
    days: Table  # STORM_DAY
    clock: DayClock
    """Intraday weight of the reason of the affected."""
    status_clock: DayClock


@dataclass(frozen=True, slots=True)
class DayClock:
    """Time that runs with the intraday weight: fast in busy hours, slow in quiet ones, 24 h a day in all."""

    edges: npt.NDArray[np.float64]
    """Times of day at which the weight changes, microseconds, 0 to DAY."""
    passed: npt.NDArray[np.float64]
    """Weighted time passed since midnight at each edge, 0 to DAY."""

    def weigh(self, times: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Weighted time of wall-clock times, both counted from a midnight."""
        days, rest = np.divmod(times, DAY)
        return np.asarray(days * DAY + np.interp(rest, self.edges, self.passed))

    def wall(self, weighted: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Wall-clock times of weighted ones; where the weight is 0, the end of that spell."""
        days, rest = np.divmod(weighted, DAY)
        piece = np.searchsorted(self.passed, rest, side="right") - 1
        piece = np.minimum(piece, len(self.edges) - 2)
        speed = np.diff(self.passed) / np.diff(self.edges)
        gone = (rest - self.passed[piece]) / np.maximum(speed[piece], 1e-12)
        return np.asarray(days * DAY + np.minimum(self.edges[piece] + gone, self.edges[piece + 1]))


def day_clock(weights: npt.NDArray[np.float64]) -> DayClock:
    """The clock of relative rates over the day."""
    cumulated = np.concatenate([[0.0], np.cumsum(weights)])
    return DayClock(np.linspace(0.0, DAY, len(weights) + 1), cumulated / cumulated[-1] * DAY)


def round_to_whole(amounts: Sequence[float]) -> list[int]:
    """Whole numbers by largest remainder: the total is the rounded total, no part is off by 1 or more."""
    parts = [int(amount) for amount in amounts]
    missing = round(sum(amounts)) - sum(parts)
    order = sorted(
        range(len(amounts)),
        key=lambda amount_index: (parts[amount_index] - amounts[amount_index], amount_index),
    )
    for amount_index in order[: max(missing, 0)]:
        parts[amount_index] += 1
    return parts


def affected_parties(storm: Storm) -> dict[str, int]:
    """Parties hit by date; the total is failed services x customers / party size, rounded once."""
    per_service = storm.customers_per_service / storm.party_size
    return dict(
        zip(
            storm.days,
            round_to_whole([day.failed * per_service for day in storm.days.values()]),
            strict=True,
        )
    )


def asking_parties(storm: Storm) -> dict[str, int]:
    """Parties not hit who may ask, by date; none on days with few failures."""
    per_service = storm.customers_per_service / storm.party_size
    asked = [day.failed > storm.status_threshold for day in storm.days.values()]
    running = [max(day.scheduled - day.failed, 0) for day in storm.days.values()]
    return dict(
        zip(
            storm.days,
            round_to_whole([on * left * per_service for on, left in zip(asked, running, strict=True)]),
            strict=True,
        )
    )


def lower_storms(
    scenario: Scenario, calendar: Calendar, delay_laws: Mapping[str, int]
) -> tuple[StormDemand, ...]:
    """All storms of a scenario; `delay_laws` are the rows of their laws of first contact."""
    reasons = {name: row for row, name in enumerate(scenario.moments)}
    volumes = scenario.demand.volumes
    storms = []
    for crisis, (name, storm) in enumerate(scenario.crises.items()):
        status = storm.status_moment
        storms.append(
            StormDemand(
                crisis=crisis,
                reason=reasons[storm.moment],
                status_reason=-1 if status is None else reasons[status],
                call_share=storm.call_share,
                status_share=storm.status_share,
                delay_law=delay_laws[name],
                days=_storm_days(name, storm, calendar),
                clock=day_clock(profile_weights(volumes.get(storm.moment))),
                status_clock=day_clock(profile_weights(volumes.get(status or ""))),
            )
        )
    return tuple(storms)


def _storm_days(name: str, storm: Storm, calendar: Calendar) -> Table:
    rows = np.zeros(len(storm.days), STORM_DAY)
    affected, others = affected_parties(storm), asking_parties(storm)
    for row, (written, day) in zip(rows, storm.days.items(), strict=True):
        midnight = calendar.midnight(ordinal(written))
        row["day"], row["affected"] = ordinal(written), affected[written]
        row["others"] = others[written] if storm.status_moment is not None else 0
        row["announced_from"] = midnight + of_seconds(day.announced_from)
        row["announced_until"] = midnight + of_seconds(day.announced_until)
        if storm.pre_cancel is not None:
            row["told_ahead"], row["ahead"] = (
                storm.pre_cancel.share,
                of_seconds(storm.pre_cancel.hours_ahead),
            )
        row["affected_key"] = child(name_key("storm", name, "affected"), ordinal(written))
        row["others_key"] = child(name_key("storm", name, "others"), ordinal(written))
    return rows


@compiled
def fill_affected(
    key: Key,
    day: np.void,
    shares: npt.NDArray[np.void],
    call_share: float,
    out: npt.NDArray[np.void],
    delays: npt.NDArray[np.float64],
) -> None:
    """Moments of the affected of one day, and draws of their delays, 2 for those who will not call."""
    spell = day["announced_until"] - day["announced_from"]
    for party in range(day["affected"]):
        moment = child(day["affected_key"], party)
        row = out[party]
        row["key"] = moment
        row["customer"] = choose_share(key, moment, shares)
        row["began"] = day["announced_from"] + int(uniform(key, moment, Purpose.STORM_TIME, 0) * spell)
        if uniform(key, moment, Purpose.STORM_AHEAD, 0) < day["told_ahead"]:
            row["began"] -= day["ahead"]
        delays[party] = (
            uniform(key, moment, Purpose.STORM_DELAY, 0)
            if uniform(key, moment, Purpose.STORM_CALLS, 0) < call_share
            else 2.0
        )


@compiled
def fill_others(
    key: Key,
    day: np.void,
    shares: npt.NDArray[np.void],
    status_share: float,
    out: npt.NDArray[np.void],
    places: npt.NDArray[np.float64],
) -> int:
    """Moments of those who ask though not hit, and the draw of the time of day of each; returns how many."""
    count = 0
    for party in range(day["others"]):
        moment = child(day["others_key"], party)
        if uniform(key, moment, Purpose.STORM_CALLS, 0) < status_share:
            row = out[count]
            row["key"] = moment
            row["customer"] = choose_share(key, moment, shares)
            places[count] = uniform(key, moment, Purpose.STORM_EXTRA, 0)
            count += 1
    return count


@dataclass(frozen=True, slots=True)
class StormMoments:
    """Makes the moments of storms of one replication."""

    key: Key
    shares: Table
    laws: Table
    samples: npt.NDArray[np.float64]
    calendar: Calendar

    def of(self, storm: StormDemand, begin: int, end: int) -> list[Table]:
        """Unsorted moments of one storm that began in begin..end, in parts."""
        parts = []
        for day in storm.days:
            over = self.calendar.midnight(int(day["day"])) + DAY
            if day["announced_from"] - day["ahead"] < end and begin < over:
                parts += [self._affected_moments(storm, day), self._moments_of_others(storm, day)]
        return [inside(part, begin, end) for part in parts]

    def _affected_moments(self, storm: StormDemand, day: np.void) -> Table:
        moments = np.zeros(int(day["affected"]), MOMENT)
        moments["reason"], moments["crisis"] = storm.reason, storm.crisis
        moments["kind"] = MomentKind.AFFECTED
        delays = np.empty(len(moments))
        fill_affected(self.key, day, self.shares, storm.call_share, moments, delays)
        calls = delays < 2.0
        moments["first_contact"] = NEVER
        moments["first_contact"][calls] = self._contacts(storm, moments["began"][calls], delays[calls])
        return moments

    def _contacts(
        self, storm: StormDemand, began: npt.NDArray[np.int64], delays: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.int64]:
        """Times of first contact: the delay runs on the clock of the intraday weight."""
        quantiles(self.laws, self.samples, storm.delay_law, delays)
        midnight = self.calendar.midnight(self.calendar.day_of(0))
        since = began - midnight
        ends = np.isfinite(delays)
        times = np.full(len(delays), NEVER, np.int64)
        spans = np.minimum(delays[ends], LONGEST)
        due = storm.clock.wall(storm.clock.weigh(since[ends].astype(np.float64)) + spans)
        times[ends] = np.maximum(np.rint(due).astype(np.int64), since[ends]) + midnight
        return times

    def _moments_of_others(self, storm: StormDemand, day: np.void) -> Table:
        moments = np.zeros(int(day["others"]), MOMENT)
        places = np.empty(len(moments))
        asking = int(fill_others(self.key, day, self.shares, storm.status_share, moments, places))
        moments, places = moments[:asking], places[:asking]
        moments["reason"], moments["crisis"] = storm.status_reason, storm.crisis
        moments["kind"] = MomentKind.STATUS
        midnight = self.calendar.midnight(int(day["day"]))
        times = storm.status_clock.wall(places * DAY).astype(np.int64)
        moments["began"] = midnight + np.minimum(times, DAY - 1)
        moments["first_contact"] = moments["began"]
        return moments


def inside(moments: Table, begin: int, end: int) -> Table:
    """Those that began in begin..end: mostly all of them, and then no copy."""
    wanted = (moments["began"] >= begin) & (moments["began"] < end)
    return moments if wanted.all() else moments[wanted]
