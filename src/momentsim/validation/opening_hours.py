"""A desk that closes at night while callers go on dialling: Kolmogorov's equations from every opening to the last call.

Callers come at one rate round the clock, and give up for good when they find it closed. So a day is: an empty desk at
the opening, a constant rate, at the closing none; who waits then is served by agents who finish the queue before they
go home, or is cut off: as many as wait on average at that instant. Found closed is a share of time, exactly.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from momentsim.theory.transient import Stretch, TransientFigures, transient_figures
from momentsim.validation.proof import Proof, prove_estimate
from momentsim.validation.simulation import FloatArray, SimulatedSample, load_text, sample
from momentsim.validation.texts import DESK

CASE: Final = "opening_hours"
HANDLING_S: Final = 360.0
PATIENCE_S: Final = 300.0
PER_HOUR: Final = 60.0
AGENTS: Final = 7
OPENS_S, CLOSES_S, DAY_S = 8 * 3600.0, 18 * 3600.0, 86_400.0
DAYS: Final = 110
REPLICATIONS: Final = 40


def desk(at_closing: str) -> SimulatedSample:
    """Replications of the desk."""
    text = DESK.format(
        days=DAYS, per_hour=PER_HOUR, handling_s=HANDLING_S, patience_s=PATIENCE_S, agents=AGENTS,
        at_closing=at_closing,
    )  # fmt: skip
    return sample(load_text(text), REPLICATIONS)


def expected_day() -> TransientFigures:
    """Expected sums of the time from opening to closing, of its last second, and of what follows."""
    stretches = [
        Stretch(begin_s=OPENS_S, arrivals_per_hour=PER_HOUR, starting=AGENTS),
        Stretch(begin_s=CLOSES_S, arrivals_per_hour=0.0),
    ]
    edges = [OPENS_S, CLOSES_S - 1.0, CLOSES_S, CLOSES_S + 2 * 3600.0]
    return transient_figures(stretches, edges, handling_s=HANDLING_S, patience_s=PATIENCE_S)


def sums(made: SimulatedSample, field: str) -> FloatArray:
    """A count of all queues and intervals, by replication."""
    return np.array([float(digest.queues[field].astype(np.float64).sum()) for digest in made.digests])


def waited_after_closing(made: SimulatedSample) -> FloatArray:
    """Contact-seconds waited outside the hours, by the clock, by replication."""
    totals = []
    for digest in made.digests:
        waiting = digest.queues["waiting"].astype(np.float64).sum(axis=1)
        at = np.arange(len(waiting)) * made.scenario.interval % DAY_S
        totals.append(float(waiting[(at < OPENS_S) | (at >= CLOSES_S)].sum()))
    return np.array(totals)


def opening_hours_proofs() -> list[Proof]:
    """The desk that serves who waits at closing, and the one that cuts them off."""
    day = expected_day()
    serves, cuts_off = desk("serve"), desk("disconnect")
    offered = sums(serves, "offered")
    open_share = (CLOSES_S - OPENS_S) / DAY_S
    figures = (
        ("found it closed", "share", 1.0 - open_share, serves.ratio(
            sums(serves, "closed"), offered + sums(serves, "closed"))),
        ("abandoned share", "share", float(day.abandoned.sum() / day.offered.sum()), serves.ratio(
            sums(serves, "abandoned"), offered)),
        ("mean wait, answered", "s", float(day.answered_wait_s.sum() / day.answered.sum()), serves.ratio(
            sums(serves, "wait_answered"), sums(serves, "answered"))),
        ("waited after closing", "share", float(day.waiting_s[2] / day.waiting_s.sum()), serves.ratio(
            waited_after_closing(serves), sums(serves, "waiting"))),
        ("cut off at closing", "share", float(day.waiting_s[1] / day.offered.sum()), cuts_off.ratio(
            sums(cuts_off, "disconnected"), sums(cuts_off, "offered"))),
    )  # fmt: skip
    return [prove_estimate(CASE, name, unit, exact, found) for name, unit, exact, found in figures]
