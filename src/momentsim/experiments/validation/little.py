"""Little's law, exact: the books of the queue against the waits in the log, to the microsecond.

For every interval [a, b) and queue, the engine adds up (number waiting) x (time) while it runs. Seen from the
contacts, the same area is the sum over all attempts of the time between a and b in which they waited: from
joining the queue until answered, hung up, or, if still waiting, the end of the run. Summed over all intervals
both are the sum of all waits: of the books for contacts that are over, of the log for those still open. The
identity holds without any statistics, so not a microsecond may be missing, also for contacts that wait across
the end of an interval.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from momentsim.experiments.validation.simulation import Run, loaded_from, logged
from momentsim.experiments.validation.texts import CUT_SHORT, FULL
from momentsim.experiments.validation.verdict import Proof, counted
from momentsim.plan import SECOND, Table
from momentsim.trace import Outcome

WholeArray = npt.NDArray[np.int64]


def waiting_time(contacts: Table, edges: WholeArray) -> WholeArray:
    """Microseconds waited between neighbouring edges by all of these contacts together."""
    queued = contacts["queued"]
    left = np.where(contacts["answered"] >= 0, contacts["answered"], contacts["ended"])
    until = [np.clip(edge - queued, 0, left - queued).sum() for edge in edges]
    total = np.array(until, np.int64)
    return np.asarray(total[1:] - total[:-1], np.int64)


def little_proofs(case: str, run: Run) -> list[Proof]:
    """Interval by interval, and all in all."""
    contacts = run.trace.contacts[run.trace.contacts["queued"] >= 0]
    booked = run.trace.queue_time
    interval = int(run.prepared.plan.settings["interval"][0])
    edges = np.arange(len(booked) + 1, dtype=np.int64) * interval
    by_queue = [waiting_time(contacts[contacts["queue"] == queue], edges) for queue in range(booked.shape[1])]
    equal = int(np.sum(np.stack(by_queue, axis=1) == booked))
    books = run.trace.intervals
    still = contacts[(contacts["outcome"] == Outcome.OPEN) & (contacts["answered"] < 0)]
    waits = books["wait_answered"].sum() + books["wait_abandoned"].sum()
    talking = contacts[(contacts["outcome"] == Outcome.OPEN) & (contacts["answered"] >= 0)]
    waits += (still["ended"] - still["queued"]).sum() + (talking["answered"] - talking["queued"]).sum()
    return [
        counted(case, "intervals x queues with equal time waited", "cells", booked.size, equal),
        counted(case, "sum of waits = area under the queue", "s", waits / SECOND, booked.sum() / SECOND),
    ]


def full_little_proofs() -> list[Proof]:
    """Little's law where waits cross intervals, queues are shared and callers hang up or still wait."""
    whole = logged(loaded_from(FULL))
    cut = logged(loaded_from(FULL, overrides=CUT_SHORT))
    return [*little_proofs("littles_law", whole), *little_proofs("littles_law: cut short", cut)]
