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

from momentsim.contract.plan import SECOND, Names, Prepared, Table
from momentsim.contract.trace import Channel, Outcome, legs_of
from momentsim.engine import simulate
from momentsim.validation.proof import Proof, prove_equal
from momentsim.validation.simulation import SimulatedRun, load_text, run_logged
from momentsim.validation.texts import CUT_SHORT, FULL, WARM_UP

WholeArray = npt.NDArray[np.int64]


def waiting_time(contacts: Table, edges: WholeArray) -> WholeArray:
    """Microseconds waited between neighbouring edges by all of these contacts together."""
    queued = contacts["queued"]
    left = np.where(contacts["answered"] >= 0, contacts["answered"], contacts["ended"])
    until = [np.clip(edge - queued, 0, left - queued).sum() for edge in edges]
    total = np.array(until, np.int64)
    return np.asarray(total[1:] - total[:-1], np.int64)


def little_proofs(case: str, run: SimulatedRun) -> list[Proof]:
    """Interval by interval, and all in all."""
    booked = run.trace.queue_time
    equal = int(np.sum(areas(run.trace.contacts, run) == booked))
    return [
        prove_equal(case, "intervals x queues with equal time waited", "cells", booked.size, equal),
        *queue_proofs(case, "sum of waits = area", waits_of(run), booked.sum(axis=0), run.prepared.names),
    ]


def queue_proofs(case: str, figure: str, waits: WholeArray, area: WholeArray, names: Names) -> list[Proof]:
    """The sum of waits is the area under the queue, queue by queue."""
    return [
        prove_equal(case, f"{figure}, queue {name}", "s", waits[queue] / SECOND, area[queue] / SECOND)
        for queue, name in enumerate(names.queues)
    ]


def areas(contacts: Table, run: SimulatedRun, start: int = 0) -> WholeArray:
    """Microseconds waited by these contacts: [intervals from `start` on, queues], as many as the run has."""
    intervals, queues = run.trace.queue_time.shape
    edges = start + np.arange(intervals + 1, dtype=np.int64) * int(run.prepared.plan.settings["interval"][0])
    contacts = contacts[(contacts["queued"] >= 0) & (contacts["channel"] != Channel.CALLBACK)]
    by_queue = [waiting_time(contacts[contacts["queue"] == queue], edges) for queue in range(queues)]
    return np.stack(by_queue, axis=1)


def waits_of(run: SimulatedRun) -> WholeArray:
    """Microseconds waited in each queue by all legs that count: of the books for those over, of the log if open."""
    books, contacts, plan = run.trace.intervals, run.trace.contacts, run.prepared.plan
    waits = np.zeros(plan.queues, np.int64)
    ended = (
        "wait_answered", "wait_abandoned", "wait_disconnected", "wait_diverted", "wait_called_back",
        "wait_not_called",
    )  # fmt: skip
    over = np.sum([books[name].sum(axis=0) for name in ended], axis=0).astype(np.int64)
    legs = legs_of(plan.reasons, plan.diverts)
    np.add.at(waits, legs["queue"], np.where(legs["message"], 0, over))  # messages wait apart
    calls = (contacts["queued"] >= 0) & (contacts["channel"] != Channel.CALLBACK)
    still = contacts[calls & (contacts["outcome"] == Outcome.OPEN)]
    left = np.where(still["answered"] >= 0, still["answered"], still["ended"])
    np.add.at(waits, still["queue"], left - still["queued"])
    return waits


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
    waits, names = waits_of(run) + before.sum(axis=0), run.prepared.names
    return [
        prove_equal(case, "intervals x queues with equal time waited", "cells", booked.size, equal),
        *queue_proofs(case, "sum of waits, and of those before = area", waits, booked.sum(axis=0), names),
    ]


def count_all_hours(prepared: Prepared) -> Prepared:
    """The same replication in which the hours before the start are hours like others."""
    settings = prepared.plan.settings.copy()
    settings["warm_up"] = 0
    return prepared._replace(plan=prepared.plan._replace(settings=settings))
