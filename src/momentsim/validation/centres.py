"""Centres with several kinds of contacts, any laws, priorities and redials, as scenario files; and their figures.

What one formula describes each, held against it by the cases of `priorities`, `general_laws` and `markov`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from momentsim.validation.proof import Proof, SampledEstimate, prove_estimate
from momentsim.validation.queueing import WARM_UP, occupancy, queue_mean
from momentsim.validation.simulation import SimulatedSample, load_text, sample

ROOM: Final = """\
name: {name}
start: "2024-01-01 00:00"
horizon: {days} d
seed: {seed}
customers: {{segments: {{everyone: {{customers: 1000, yearly_margin: 0 USD}}}}}}
moments: {{{moments}}}
demand: {{volumes: {{{volumes}}}}}
workforce: {{groups: {{team: {{heads: {agents}, speed_sd: 0}}}}}}
waiting: {{{waiting}, service_level: 80/20}}
behaviour: {behaviour}
"""
"""One group of equal agents for all kinds of contacts, which come as Poisson streams."""
NO_REDIALS: Final = "redial: {first: 0 %, further: 0 %}"
REPLICATIONS: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One kind of contact."""

    name: str = "call"
    per_hour: int
    handling: str
    """The law of the handling time, as in a scenario file."""
    priority: int = 5
    head_start_s: int = 0
    patience: str = "{distribution: never}"

    @property
    def moment(self) -> str:
        """Its line in `moments`."""
        return (
            f"{self.name}: {{handling_time: {self.handling}, patience: {self.patience}, resolution: 100 %, "
            f"priority: {self.priority}, head_start: {self.head_start_s} s}}"
        )

    @property
    def volume(self) -> str:
        """Its line in `demand.volumes`."""
        return f"{self.name}: {{per_day: {24 * self.per_hour}, profile: flat}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedCentre:
    """A centre, and how long it is simulated."""

    name: str
    streams: tuple[Stream, ...]
    agents: int
    lines: int | None = None
    waiting: str = NO_REDIALS
    """Further keys of `waiting`."""
    behaviour: str = "off"
    days: int
    replications: int = REPLICATIONS
    seed: int

    @property
    def text(self) -> str:
        """The scenario file."""
        return ROOM.format(
            name=self.name,
            days=self.days,
            seed=self.seed,
            moments=", ".join(stream.moment for stream in self.streams),
            volumes=", ".join(stream.volume for stream in self.streams),
            agents=self.agents,
            waiting=f"{self.waiting}, lines: {'null' if self.lines is None else self.lines}",
            behaviour=self.behaviour,
        )

    def sample(self) -> SimulatedSample:
        """Its replications, without the hours that still remember the empty start, and without the last ones:
        with priorities, who comes late in the horizon waits less because nobody comes after it."""
        return sample(load_text(self.text), self.replications, warm_up=WARM_UP, cool_down=WARM_UP)


class Expected(NamedTuple):
    """A figure with its exact value, and where the simulated one is found."""

    figure: str
    unit: str
    exact: float
    found: Callable[[SimulatedSample], SampledEstimate]


def compare_with_theory(room: SimulatedCentre, expected: Iterable[Expected]) -> list[Proof]:
    """Simulate a room and compare its figures."""
    return compare_sample(room.name, room.sample(), expected)


def compare_sample(case: str, made: SimulatedSample, expected: Iterable[Expected]) -> list[Proof]:
    """Compare figures of a sample."""
    return [prove_estimate(case, each.figure, each.unit, each.exact, each.found(made)) for each in expected]


def measure(
    name: str, reason: str | None = None, *, skill: str | None = None
) -> Callable[[SimulatedSample], SampledEstimate]:
    """A measure of the summary, of the whole centre, of one kind of contact or of one queue."""
    return lambda made: made.measures(reason, skill=skill)[name]


def busy(made: SimulatedSample) -> SampledEstimate:
    """Occupancy by the clock."""
    return occupancy(made, {})


def waiting(made: SimulatedSample) -> SampledEstimate:
    """Mean queue by the clock."""
    return queue_mean(made, {})


def attempts_per_hour(made: SimulatedSample) -> SampledEstimate:
    """Attempts by hour of arrival, redials included."""
    counts = np.array([float(one.queues["offered"].sum(dtype=np.float64)) for one in made.digests])
    hours = len(made.digests[0].queues) * made.scenario.interval / 3600.0
    return made.ratio(counts, np.full(len(counts), hours))
