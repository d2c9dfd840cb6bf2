"""Little's law, exact: the books of the queue against the waits in the log, to the microsecond.

For every interval [a, b) and queue, the engine adds up (number waiting) x (time) while it runs. Seen from the
contacts, the same area is the sum over all attempts of the time between a and b in which they waited: from
joining the queue until answered, hung up, or, if still waiting, the end of the run. Summed over all intervals
both are the sum of all waits: of the books for contacts that are over, of the log for those still open. The
identity holds without any statistics, so not a microsecond may be missing, also for contacts that wait across
the end of an interval.

After a warm-up the area counts everybody who waits, by the clock, while waits are counted of attempts that arrive
after it. So the area is then the sum of the waits counted and of what those who came before still wait from the
start on. Their rows are in no log; they are taken from the log of the same plan without the word that its first
hours are a warm-up. With behaviour off both tell the same story.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import SECOND, Prepared, Table
from momentsim.contract.trace import Outcome, Trace
from momentsim.engine import simulate
from momentsim.validation.simulation import Run, load_text, run_logged
from momentsim.validation.texts import CUT_SHORT, FULL, WARM_UP
from momentsim.validation.verdict import Proof, prove_equal

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
    booked = run.trace.queue_time
    equal = int(np.sum(areas(run.trace.contacts, run) == booked))
    waits = waits_of(run.trace) / SECOND
    return [
        prove_equal(case, "intervals x queues with equal time waited", "cells", booked.size, equal),
        prove_equal(case, "sum of waits = area under the queue", "s", waits, booked.sum() / SECOND),
    ]


def areas(contacts: Table, run: Run, start: int = 0) -> WholeArray:
    """Microseconds waited by these contacts: [intervals from `start` on, queues], as many as the run has."""
    intervals, queues = run.trace.queue_time.shape
    edges = start + np.arange(intervals + 1, dtype=np.int64) * int(run.prepared.plan.settings["interval"][0])
    contacts = contacts[contacts["queued"] >= 0]
    by_queue = [waiting_time(contacts[contacts["queue"] == queue], edges) for queue in range(queues)]
    return np.stack(by_queue, axis=1)


def waits_of(trace: Trace) -> int:
    """Microseconds waited by all contacts that count: of the books for those over, of the log for those open."""
    books, contacts = trace.intervals, trace.contacts
    still = contacts[(contacts["queued"] >= 0) & (contacts["outcome"] == Outcome.OPEN)]
    left = np.where(still["answered"] >= 0, still["answered"], still["ended"])
    return int(books["wait_answered"].sum() + books["wait_abandoned"].sum() + (left - still["queued"]).sum())


def full_little_proofs() -> list[Proof]:
    """Little's law where waits cross intervals, queues are shared and callers hang up or still wait."""
    whole = run_logged(load_text(FULL))
    cut = run_logged(load_text(FULL, overrides=CUT_SHORT))
    return [
        *little_proofs("littles_law", whole),
        *little_proofs("littles_law: cut short", cut),
        *warm_up_proofs("littles_law: warm-up"),
    ]


def warm_up_proofs(case: str) -> list[Proof]:
    """Interval by interval from the start on, and all in all, where some wait since the warm-up."""
    run = run_logged(load_text(FULL, overrides=(*WARM_UP, "behaviour=off")))
    booked, start = run.trace.queue_time, int(run.prepared.plan.settings["warm_up"][0])
    everybody = simulate(count_all_hours(run.prepared), log=True).contacts
    equal = int(np.sum(areas(everybody, run, start) == booked))
    before = areas(everybody[everybody["arrived"] < start], run, start)
    waits = (waits_of(run.trace) + before.sum()) / SECOND
    return [
        prove_equal(case, "intervals x queues with equal time waited", "cells", booked.size, equal),
        prove_equal(case, "sum of waits, and of those before = area", "s", waits, booked.sum() / SECOND),
    ]


def count_all_hours(prepared: Prepared) -> Prepared:
    """The same replication in which the hours before the start are hours like others."""
    settings = prepared.plan.settings.copy()
    settings["warm_up"] = 0
    return prepared._replace(plan=prepared.plan._replace(settings=settings))
