"""A day with a surge, against Kolmogorov's equations solved beside it: M(t)/M/n(t)+M, interval by interval.

Shifts start and end inside the surge and off the edges of the intervals. A shift that ends with a call in
progress ends after that call; until then its agent counts as busy. Every day is the same, and long before the
next one the last caller has hung up, so a replication of many days is a mean of many independent days.

The equations take agents as alike when a shift ends. They are once all agents have been busy at the same time
since the last start: from then on who finishes first is pure chance. `never_all_busy` is the probability that
this has not happened, by the same equations with that state absorbing; it bounds what the assumption can shift.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from momentsim.theory.transient import Stretch, TransientFigures, generator, transient_figures
from momentsim.validation.proof import Proof, prove_estimate
from momentsim.validation.simulation import FloatArray, SimulatedSample, load_text, sample
from momentsim.validation.texts import SURGE

CASE: Final = "surge"
HANDLING_S: Final = 300.0
PATIENCE_S: Final = 300.0
INTERVAL_S: Final = 1800.0
DAYS: Final = 110
REPLICATIONS: Final = 32
SHIFTS: Final = {"early": (480, 640, 7), "middle": (480, 740, 8), "late": (610, 810, 6)}
"""Begin and end in minutes after midnight, and agents."""
CALLS_PER_HOUR: Final = {480: 160.0, 570: 400.0, 690: 160.0, 720: 60.0, 810: 0.0}
"""From these minutes on."""


class IntervalFigure(NamedTuple):
    """A figure of one interval: total over total, from expected sums and from the digests."""

    name: str
    unit: str
    top: str
    """Field of TransientFigures."""
    bottom: str
    """Field of TransientFigures; empty for the length of the interval."""
    minutes: tuple[int, ...]
    """Beginnings of the intervals in which it is compared."""


RISE, START, END, PEAK, SMALL = 570, 600, 630, 660, 720
FIGURES: Final = (
    IntervalFigure("mean queue", "contacts", "waiting_s", "", (START, END, PEAK)),
    IntervalFigure("busy agents", "agents", "busy_s", "", (RISE, START, END, PEAK, SMALL)),
    IntervalFigure("answered per day", "contacts", "answered", "days", (RISE, START, END, PEAK)),
    IntervalFigure("abandoned share", "share", "abandoned", "offered", (RISE, START, END, PEAK, SMALL)),
    IntervalFigure("mean wait, answered", "s", "answered_wait_s", "answered", (START, END, PEAK)),
)
"""A shift starts in the interval START and ends in END, inside the surge; another ends in SMALL, after it."""


def surge_text() -> str:
    """The scenario file."""
    begins = sorted(CALLS_PER_HOUR)
    halves = [
        0.5 * CALLS_PER_HOUR[max([begin for begin in begins if begin <= minute], default=810)]
        for minute in range(0, 1440, 30)
    ]
    shifts = "".join(
        f'\n        {name}: {{start: "{begin // 60:02}:{begin % 60:02}", length: {end - begin} min, '
        f"heads: {heads}}}"
        for name, (begin, end, heads) in SHIFTS.items()
    )
    return SURGE.format(
        days=DAYS,
        per_day=f"{sum(halves):g}",
        profile=", ".join(f"{half:g}" for half in halves),
        handling_s=f"{HANDLING_S:g}",
        patience_s=f"{PATIENCE_S:g}",
        shifts=shifts,
    )


def stretches() -> list[Stretch]:
    """The same day for the equations, seconds after midnight."""
    stretches_there, rate = [], 0.0
    shifts = SHIFTS.values()
    for minute in sorted({*CALLS_PER_HOUR, *(time for shift in shifts for time in shift[:2])}):
        rate = CALLS_PER_HOUR.get(minute, rate)
        starting = sum(heads for begin, _, heads in shifts if begin == minute)
        ending = sum(heads for _, end, heads in shifts if end == minute)
        stretch = Stretch(begin_s=60.0 * minute, arrivals_per_hour=rate, starting=starting, ending=ending)
        stretches_there.append(stretch)
    return stretches_there


@lru_cache(maxsize=1)
def expected_sums() -> TransientFigures:
    """Expected sums by half hour from the first shift to long after the last one."""
    edges = np.arange(60.0 * RISE - 3 * INTERVAL_S, 17 * 3600.0, INTERVAL_S)
    return transient_figures(stretches(), edges.tolist(), handling_s=HANDLING_S, patience_s=PATIENCE_S)


def never_all_busy(start_s: float, end_s: float) -> float:
    """Probability that from one time of the surge to another some agent is always idle, at most.

    It counts from the worst case, an empty centre at the start, with all agents who are there by then.
    """
    from scipy.linalg import expm

    agents = sum(heads for begin, end, heads in SHIFTS.values() if 60 * begin <= start_s < 60 * end)
    rate = max(CALLS_PER_HOUR.values()) / 3600.0
    idle = generator(agents + 1, rate, agents, 1.0 / HANDLING_S, 1.0 / PATIENCE_S)[:-1, :-1]
    return float(expm(idle * (end_s - start_s))[0].sum())


def by_interval(made: SimulatedSample, values: list[FloatArray], minute: int) -> FloatArray:
    """Sum over all days of one half hour of the day, by replication."""
    row = round(minute * 60.0 / INTERVAL_S)
    daily = round(86_400.0 / INTERVAL_S)
    return np.array([float(one.astype(np.float64)[row::daily].sum()) for one in values])


def found_sums(made: SimulatedSample, field: str, minute: int) -> FloatArray:
    """What `field` of TransientFigures is in the digests; and the days, and the time, of a half hour."""
    if field in ("days", ""):
        return np.full(len(made.digests), DAYS * (INTERVAL_S if field == "" else 1.0))
    if field == "busy_s":
        return by_interval(made, [one.staff["busy"].sum(axis=1) for one in made.digests], minute)
    column = {"waiting_s": "waiting", "answered_wait_s": "wait_answered"}.get(field, field)
    return by_interval(made, [one.queues[column].sum(axis=1) for one in made.digests], minute)


def exact_ratio(figure: IntervalFigure, minute: int) -> float:
    """What the equations say."""
    row = round((60.0 * minute - (60.0 * RISE - 3 * INTERVAL_S)) / INTERVAL_S)
    figures = vars_of(expected_sums())
    bottom = {"": INTERVAL_S, "days": 1.0}.get(figure.bottom)
    return float(figures[figure.top][row] / (figures[figure.bottom][row] if bottom is None else bottom))


def vars_of(figures: TransientFigures) -> dict[str, FloatArray]:
    """Fields by name."""
    return {name: getattr(figures, name) for name in TransientFigures.__slots__}


def surge_proofs() -> list[Proof]:
    """Simulate many such days and compare interval by interval."""
    made = sample(load_text(surge_text()), REPLICATIONS)
    proofs = []
    for figure in FIGURES:
        for minute in figure.minutes:
            estimated = made.ratio(
                found_sums(made, figure.top, minute), found_sums(made, figure.bottom, minute)
            )
            name = f"{figure.name}, {minute // 60:02}:{minute % 60:02}"
            proofs.append(prove_estimate(CASE, name, figure.unit, exact_ratio(figure, minute), estimated))
    return proofs
