"""Erlang B, C and A: long-run figures of plain centres against the exact formulas.

Every replication starts empty, so its first intervals are left out: `WARM_UP` is many times the time in which
such a centre forgets its start. Only `warm_up` leaves nothing out: there the scenario opens after a warm-up.
Contacts count in the interval of their arrival; who came before the horizon's end is served to the end in the
run-out, and first come first served makes later arrivals irrelevant. So what is left of a bias is far below the
width of the intervals.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from momentsim.theory.erlang import QueueFigures, erlang_a, erlang_b, erlang_c
from momentsim.validation.proof import Proof, SampledEstimate, prove_estimate
from momentsim.validation.simulation import SimulatedSample, load_text, sample
from momentsim.validation.texts import PLAIN

WARM_UP: Final = 12
"""Intervals of half an hour left out at the start."""
AT_ONCE_S: Final = 1.0 / 16.0
"""Waits below this fall into the first bin of the histogram of waits and count as none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainCentre:
    """A plain centre, and how long it is simulated."""

    name: str
    per_hour: int
    handling_s: int
    agents: int
    patience_s: float = math.inf
    lines: int | None = None
    days: int
    replications: int
    seed: int

    @property
    def text(self) -> str:
        """The scenario file."""
        patient = math.isinf(self.patience_s)
        law = "never" if patient else f"exponential, mean: {self.patience_s:g} s"
        return PLAIN.format(
            name=self.name,
            days=self.days,
            seed=self.seed,
            handling_s=self.handling_s,
            per_day=24 * self.per_hour,
            agents=self.agents,
            patience=f"{{distribution: {law}}}",
            lines="null" if self.lines is None else self.lines,
        )

    def exact(self, threshold_s: float = 20.0) -> QueueFigures:
        """What theory says."""
        if math.isinf(self.patience_s) and self.lines is None:
            return erlang_c(self.per_hour, self.handling_s, self.agents, threshold_s)
        return erlang_a(
            self.per_hour, self.handling_s, self.agents, self.patience_s, threshold_s, lines=self.lines
        )


class PlainFigure(NamedTuple):
    """A figure that theory and simulation both know."""

    unit: str
    exact: Callable[[PlainCentre], float]
    found: Callable[[SimulatedSample, Mapping[str, SampledEstimate]], SampledEstimate]


def blocking_by_erlang_b(centre: PlainCentre) -> float:
    """Erlang's first formula; all lines are agents, so nobody waits."""
    return erlang_b(centre.per_hour * centre.handling_s / 3600.0, centre.agents)


def share_waiting(made: SimulatedSample, _: Mapping[str, SampledEstimate]) -> SampledEstimate:
    """Share of answered attempts that waited, over the whole run (histograms know no intervals)."""
    counts = np.stack([digest.waits[:, 0, :].sum(axis=0) for digest in made.digests]).astype(np.float64)
    return made.ratio(counts[:, 1:].sum(axis=1), counts.sum(axis=1))


def occupancy(made: SimulatedSample, _: Mapping[str, SampledEstimate]) -> SampledEstimate:
    """Busy time over time on duty, by the clock."""
    staff = [digest.staff for digest in made.digests]
    busy, on_duty = (
        np.array([float(one[name].sum(dtype=np.float64)) for one in staff]) for name in ("busy", "on_duty")
    )
    return made.ratio(busy, on_duty)


def queue_mean(made: SimulatedSample, _: Mapping[str, SampledEstimate]) -> SampledEstimate:
    """Contacts waiting, averaged over the time of the intervals."""
    waiting = np.array([float(one.queues["waiting"].sum(dtype=np.float64)) for one in made.digests])
    time = np.array([len(one.queues) * made.scenario.interval for one in made.digests])
    return made.ratio(waiting, time)


def measure(name: str) -> Callable[[SimulatedSample, Mapping[str, SampledEstimate]], SampledEstimate]:
    """A measure of the summary."""
    return lambda _, measures: measures[name]


FIGURES: Final[dict[str, PlainFigure]] = {
    "blocked share": PlainFigure("share", blocking_by_erlang_b, measure("blocked_share")),
    "busy share": PlainFigure("share", lambda centre: centre.exact().blocked_share, measure("blocked_share")),
    "waiting probability": PlainFigure(
        "share", lambda centre: 1.0 - centre.exact(AT_ONCE_S).service_level_share, share_waiting
    ),
    "abandoned share": PlainFigure(
        "share", lambda centre: centre.exact().abandoned_share, measure("abandoned_share")
    ),
    "mean wait, all": PlainFigure(
        "s",
        lambda centre: centre.exact().wait_mean_s / (1.0 - centre.exact().blocked_share),
        measure("wait_all_mean_s"),
    ),
    "mean wait, answered": PlainFigure(
        "s", lambda centre: centre.exact().answered_wait_mean_s, measure("wait_mean_s")
    ),
    "service level": PlainFigure(
        "share", lambda centre: centre.exact().service_level_share, measure("service_level")
    ),
    "occupancy": PlainFigure("share", lambda centre: centre.exact().occupancy, occupancy),
    "mean queue": PlainFigure("contacts", lambda centre: centre.exact().queue_mean, queue_mean),
}
"""Service level: answered within 20 s / offered."""


WAITS: Final = (
    "abandoned share",
    "mean wait, all",
    "mean wait, answered",
    "service level",
    "occupancy",
    "mean queue",
)
ERLANG_B: Final = PlainCentre(
    name="erlang_b",
    per_hour=300,
    handling_s=180,
    agents=18,
    lines=18,
    days=10,
    replications=32,
    seed=11,
)
ERLANG_C: Final = PlainCentre(
    name="erlang_c",
    per_hour=60,
    handling_s=60,
    agents=2,
    days=100,
    replications=32,
    seed=12,
)
ERLANG_A_SMALL: Final = PlainCentre(
    name="erlang_a_small",
    per_hour=100,
    handling_s=300,
    agents=9,
    patience_s=300,
    days=45,
    replications=32,
    seed=13,
)
ERLANG_A_LARGE: Final = PlainCentre(
    name="erlang_a_large",
    per_hour=1100,
    handling_s=360,
    agents=100,
    patience_s=300,
    days=12,
    replications=32,
    seed=14,
)
ERLANG_A_OVERLOADED: Final = PlainCentre(
    name="erlang_a_overloaded",
    per_hour=600,
    handling_s=300,
    agents=30,
    patience_s=240,
    days=4,
    replications=32,
    seed=15,
)
ERLANG_A_LINES: Final = PlainCentre(
    name="erlang_a_lines",
    per_hour=100,
    handling_s=300,
    agents=8,
    patience_s=300,
    lines=11,
    days=14,
    replications=32,
    seed=16,
)
CENTRES: Final[dict[PlainCentre, tuple[str, ...]]] = {
    ERLANG_A_LARGE: WAITS,
    ERLANG_C: ("waiting probability", "mean wait, all", "service level", "occupancy", "mean queue"),
    ERLANG_A_SMALL: WAITS,
    ERLANG_B: ("blocked share", "occupancy"),
    ERLANG_A_OVERLOADED: WAITS,
    ERLANG_A_LINES: ("busy share", *WAITS),
}
"""Centres with the figures compared. Lengths are chosen so that intervals are narrow enough, not wider."""

WARMED_UP: Final = PlainCentre(
    name="warm_up",
    per_hour=600,
    handling_s=300,
    agents=30,
    patience_s=240,
    days=1,
    replications=1024,
    seed=17,
)
OPENING: Final = ("horizon=90 min", "opening.warm_up=2 h")
"""So short a run would be biased if it started empty; 2 h are 24 handling times."""


def warm_up_proofs() -> list[Proof]:
    """Short runs of a centre that opens after a warm-up, whole: they are stationary from the first interval on."""
    made = sample(load_text(WARMED_UP.text, overrides=OPENING), WARMED_UP.replications)
    return compare_figures(WARMED_UP, WAITS, made)


def centre_proofs(centre: PlainCentre) -> list[Proof]:
    """Simulate a centre and compare its figures."""
    made = sample(load_text(centre.text), centre.replications, warm_up=WARM_UP)
    return compare_figures(centre, CENTRES[centre], made)


def compare_figures(centre: PlainCentre, names: tuple[str, ...], made: SimulatedSample) -> list[Proof]:
    """These figures of a centre against theory."""
    measures = made.measures()
    proofs = []
    for name in names:
        figure = FIGURES[name]
        found = figure.found(made, measures)
        proofs.append(prove_estimate(centre.name, name, figure.unit, figure.exact(centre), found))
    return proofs
