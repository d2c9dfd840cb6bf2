"""Nothing is lost and nothing is counted twice: the books, the log and the agents' time add up exactly.

The books (counts by interval, tallies of moments, histograms of waits, agents' seconds) are kept for every run;
the log only when asked for. Here one logged run is counted again from its log.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from momentsim.contract.trace import (
    WAIT_BINS,
    Channel,
    MomentClass,
    Outcome,
    Trace,
    legs_of,
    wait_bin_edges,
    whole_moments,
)
from momentsim.validation.proof import Proof, prove_equal
from momentsim.validation.simulation import Rows, SimulatedRun, load_text, run_logged
from momentsim.validation.texts import CUT_SHORT, DIVERTS, FULL, OPEN_HOURS, WARM_UP

WholeArray = npt.NDArray[np.int64]

ENDS = (
    "answered", "abandoned", "blocked", "balked", "disconnected", "diverted", "not_reached", "not_called", "open",
)  # fmt: skip
"""How what is offered to a queue ends."""


def conservation_proofs() -> list[Proof]:
    """All identities of a logged run in which nearly everything happens: whole, cut short, and after a warm-up."""
    whole = run_logged(load_text(FULL))
    cut = run_logged(load_text(FULL, overrides=CUT_SHORT))
    warm = run_logged(load_text(FULL, overrides=WARM_UP))
    hours = run_logged(load_text(FULL, overrides=OPEN_HOURS))
    diverts = run_logged(load_text(FULL, overrides=(*OPEN_HOURS, *DIVERTS)))
    return [
        *identities("conservation", whole),
        *identities("conservation: cut short", cut),
        *identities("conservation: warm-up", warm),
        passed_on_proof("conservation", whole),
        passed_on_proof("conservation: cut short", cut),
        *identities("conservation: opening hours", hours),
        passed_on_proof("conservation: opening hours", hours),
        closed_proof("conservation: opening hours", hours),
        *identities("conservation: diverted", diverts),
        passed_on_proof("conservation: diverted", diverts),
        closed_proof("conservation: diverted", diverts),
        messages_proof("conservation: diverted", diverts),
    ]


def identities(case: str, run: SimulatedRun) -> list[Proof]:
    """All identities of one logged run."""
    return [
        outcome_proof(case, run.trace),
        offered_proof(case, run),
        agents_proof(case, run),
        staff_proof(case, run),
        intervals_proof(case, run),
        waits_proof(case, run),
        tallies_proof(case, run.trace),
        contacts_proof(case, run.trace),
        attempts_proof(case, run),
    ]


def outcome_proof(case: str, trace: Trace) -> Proof:
    """Every attempt has one leg that ends it; other legs went on to the next one, or left a message as the next."""
    rows: Rows = trace.contacts
    place = leg_places(rows)
    left = np.isin(place + 1, place[rows["channel"] == Channel.CALLBACK])
    goes_on = (rows["outcome"] == Outcome.TRANSFERRED) | ((rows["outcome"] == Outcome.DIVERTED) & left)
    final = rows["contact"][~goes_on]
    attempts, times = np.unique(final, return_counts=True)
    every = len(np.unique(rows["contact"]))
    alone = int(np.sum(times == 1)) if len(attempts) == every else len(attempts)
    return prove_equal(case, "attempts with exactly one final outcome", "attempts", every, alone)


def offered_proof(case: str, run: SimulatedRun) -> Proof:
    """offered = the sum of its outcomes, open among them, in every interval, for every reason in every queue."""
    books = by_reason_and_queue(run, run.trace.intervals)
    parts = sum(books[name] for name in ENDS)
    equal = int(np.count_nonzero(parts == books["offered"]))
    return prove_equal(case, "intervals x queues: offered = sum of outcomes", "cells", books.size, equal)


def by_reason_and_queue(run: SimulatedRun, books: Rows) -> Rows:
    """Sums of INTERVAL rows [intervals, legs] by reason and queue: [intervals, reasons x queues]."""
    plan = run.prepared.plan
    legs: Rows = legs_of(plan.reasons, plan.diverts)
    whole: Rows = np.zeros((len(books), len(plan.reasons) * plan.queues), books.dtype)
    places = (legs["reason"] * plan.queues + legs["queue"]).tolist()
    for name in books.dtype.names or ():
        for leg, place in enumerate(places):
            whole[name][:, place] += books[name][:, leg]
    return whole


def passed_on_proof(case: str, run: SimulatedRun) -> Proof:
    """Whoever is passed on by one queue is offered to the next: without a warm-up, not one more and not one less."""
    plan = run.prepared.plan
    books, legs = run.trace.intervals, legs_of(plan.reasons, plan.diverts)
    later = books[:, (legs["passed_on"] == 1) & (legs["message"] == 0)]
    passed_on, arrived = int(books["transferred"].sum()), by_telephone(later)
    return prove_equal(case, "passed on by a queue = offered to the next", "legs", passed_on, arrived)


def messages_proof(case: str, run: SimulatedRun) -> Proof:
    """Every message follows a leg that was diverted, and is called back once or still waits."""
    plan, rows = run.prepared.plan, run.trace.contacts
    legs = legs_of(plan.reasons, plan.diverts)
    books = run.trace.intervals[:, legs["message"] == 1]
    place = leg_places(rows)
    left, diverted = place[rows["channel"] == Channel.CALLBACK], place[rows["outcome"] == Outcome.DIVERTED]
    ended = int(books["answered"].sum() + books["open"].sum())
    follow = int(np.isin(left - 1, diverted).sum())
    return prove_equal(
        case, "messages that follow a diverted leg and end once", "messages", len(left), min(ended, follow)
    )


def leg_places(rows: Rows) -> WholeArray:
    """A number for each leg, one more for the next leg of its attempt; no attempt has more legs than 5."""
    return np.asarray(rows["contact"] * 8 + rows["leg"])


def by_telephone(books: Rows) -> int:
    """Legs that turned to a queue, open or closed."""
    return int(sum(books[name].sum() for name in ("offered", "closed", "diverted_closed")))


def closed_proof(case: str, run: SimulatedRun) -> Proof:
    """Attempts = offered + closed or diverted then, self-service and legs passed on apart; and no leg is lost."""
    books, first = run.trace.intervals, len(run.prepared.plan.reasons)
    own = books[:, :first]
    by_phone = by_telephone(own)
    alone = int(own["contained"].sum() + own["gave_up"].sum())
    rows = run.trace.contacts
    alone += int(np.sum((rows["queue"] < 0) & (rows["outcome"] == Outcome.OPEN)))
    attempts = int(np.sum(rows["leg"] == 1))
    return prove_equal(
        case, "attempts = offered + closed + self-service", "attempts", attempts, by_phone + alone
    )


def agents_proof(case: str, run: SimulatedRun) -> Proof:
    """Talk, wrap-up, idle, break and offline time of every agent fill the horizon, also after a warm-up."""
    settings, agents = run.prepared.plan.settings[0], run.trace.agents
    total = sum(agents[name] for name in ("talk", "wrap", "idle", "paused", "offline"))
    full = int(np.sum(total == settings["horizon"] - settings["warm_up"]))
    return prove_equal(case, "agents whose seconds fill the horizon", "agents", len(agents), full)


def staff_proof(case: str, run: SimulatedRun) -> Proof:
    """Busy time and time on duty by interval are the agents' own seconds, group by group."""
    settings = run.prepared.plan.settings[0]
    horizon = int(settings["horizon"] - settings["warm_up"])
    within = run.trace.staff[: horizon // int(settings["interval"])]
    agents = run.trace.agents
    equal = 0
    for group in range(within.shape[1]):
        own = agents[agents["group"] == group]
        busy = int(own["talk"].sum() + own["wrap"].sum())
        equal += int(within["busy"][:, group].sum() == busy)
        equal += int(within["on_duty"][:, group].sum() == busy + own["idle"].sum())
    return prove_equal(case, "groups: interval books = agents' seconds", "sums", 2 * within.shape[1], equal)


def intervals_proof(case: str, run: SimulatedRun) -> Proof:
    """Every count and sum by interval of arrival, reason and queue, again from the log."""
    plan = run.prepared.plan
    books = by_reason_and_queue(run, run.trace.intervals)
    interval = int(plan.settings["interval"][0])
    cells = equal = 0
    for name, again in recount(run.trace.contacts, books.shape, interval, plan.reasons["queue"]):
        cells += books.size
        equal += int(np.sum(books[name] == again))
    return prove_equal(case, "interval counts equal to the log", "cells", cells, equal)


def recount(
    rows: Rows, shape: tuple[int, ...], interval: int, first_queue: WholeArray
) -> Iterator[tuple[str, WholeArray]]:
    """Fields of the interval books by reason and queue, from the rows of the log.

    A leg counts in its own queue and by its own arrival; one in self-service in the first queue of its reason.
    """
    queues = shape[1] // len(first_queue)
    voice = rows["queue"] >= 0
    queue = np.where(voice, rows["queue"], first_queue[rows["reason"]])
    begun = np.where(rows["queued"] >= 0, rows["queued"], rows["arrived"])
    cell = begun // interval * shape[1] + rows["reason"] * queues + queue
    outcome = rows["outcome"]
    passed_on = outcome == Outcome.TRANSFERRED
    called_back, abandoned = rows["channel"] == Channel.CALLBACK_OFFER, outcome == Outcome.ABANDONED
    answered = np.isin(outcome, (Outcome.ANSWERED, Outcome.CALLED_BACK)) | (passed_on & voice)
    on_line, reached, never = answered & ~called_back, answered & called_back, outcome == Outcome.NOT_CALLED
    wait = np.where(answered, rows["answered"], rows["ended"]) - rows["queued"]

    def total(which: npt.NDArray[np.bool_], value: WholeArray | None = None) -> WholeArray:
        sums = np.zeros(shape[0] * shape[1], np.int64)
        np.add.at(sums, cell[which], 1 if value is None else value[which])
        return sums.reshape(shape)

    diverted = outcome == Outcome.DIVERTED
    diverted_closed = diverted & (rows["queued"] < 0)
    yield "offered", total(voice & ~np.isin(outcome, (Outcome.CLOSED, Outcome.INFORMED)) & ~diverted_closed)
    yield "diverted", total(diverted & ~diverted_closed)
    yield "wait_diverted", total(diverted & ~diverted_closed, rows["ended"] - rows["queued"])
    yield "diverted_closed", total(diverted_closed)
    yield "informed", total(outcome == Outcome.INFORMED)
    yield "callbacks", total(called_back)
    yield "called_back", total(reached)
    yield "not_reached", total(outcome == Outcome.NOT_REACHED)
    yield "not_called", total(never)
    yield "wait_called_back", total(reached, wait)
    yield "wait_not_called", total(never, rows["ended"] - rows["queued"])
    yield "closed", total(outcome == Outcome.CLOSED)
    yield "disconnected", total(outcome == Outcome.DISCONNECTED)
    yield "wait_disconnected", total(outcome == Outcome.DISCONNECTED, rows["ended"] - rows["queued"])
    yield "answered", total(answered)
    yield "abandoned", total(abandoned)
    yield "blocked", total(outcome == Outcome.BLOCKED)
    yield "balked", total(outcome == Outcome.BALKED)
    yield "open", total(voice & (outcome == Outcome.OPEN))
    yield "contained", total(outcome == Outcome.CONTAINED)
    yield "gave_up", total(outcome == Outcome.GAVE_UP)
    yield "broke_out", total(passed_on & ~voice)
    yield "transferred", total(passed_on & voice)
    yield "wait_answered", total(on_line, wait)
    yield "wait_abandoned", total(abandoned, wait)
    yield "talk", total(answered, rows["talk"])
    yield "wrap", total(answered, rows["wrap"])
    yield "resolved", total(answered & (rows["resolved"] == 1))


def waits_proof(case: str, run: SimulatedRun) -> Proof:
    """The histograms of waits of the horizon by reason and queue, again from the log."""
    plan, rows = run.prepared.plan, run.trace.contacts
    queues = plan.queues
    legs: Rows = legs_of(plan.reasons, plan.diverts)
    rows = rows[rows["arrived"] < plan.settings["horizon"][0] - plan.settings["warm_up"][0]]
    edges = wait_bin_edges()[:WAIT_BINS] * 1e6
    books = np.zeros((len(plan.reasons) * queues, 2, WAIT_BINS), np.int64)
    np.add.at(books, legs["reason"] * queues + legs["queue"], run.trace.waits)
    again = np.zeros_like(books)
    on_line = (rows["answered"] >= 0) & (rows["channel"] != Channel.CALLBACK_OFFER)
    ends = ((0, on_line, "answered"), (1, rows["outcome"] == Outcome.ABANDONED, "ended"))
    for end, which, time in ends:
        own = rows[which & (rows["outcome"] != Outcome.OPEN)]
        bins = np.searchsorted(edges, own[time] - own["queued"], side="right") - 1
        np.add.at(again, (own["reason"].astype(np.int64) * queues + own["queue"], end, bins), 1)
    equal = int(np.count_nonzero(again == books))
    return prove_equal(case, "bins of the histograms of waits", "bins", books.size, equal)


def tallies_proof(case: str, trace: Trace) -> Proof:
    """Tallies of moments by reason, segment and kind, again from the log of moments."""
    rows: Rows = whole_moments(trace.moments)
    books: Rows = trace.tallies
    place = (rows["reason"], rows["segment"], rows["kind"])
    values: dict[str, Any] = {
        "moments": 1,
        "resolved": rows["resolved"] == 1,
        "resolved_first": (rows["resolved"] == 1) & (rows["contacts"] == 1),
        "no_contact": rows["contacts"] == 0,
        "open": rows["open"],
        "contacts": rows["contacts"],
        "delight": rows["label"] == MomentClass.DELIGHT,
        "let_down": rows["label"] == MomentClass.LET_DOWN,
        "surveyed": rows["surveyed"],
        "deepened": rows["wallet_event"] == 1,
        "cut_back": rows["wallet_event"] == -1,
        "time_to_resolution": np.where(rows["resolved"] == 1, rows["ended"] - rows["began"], 0),
    }
    equal = 0
    for name, value in values.items():
        again = np.zeros(books.shape, np.int64)
        np.add.at(again, place, value)
        equal += int(np.count_nonzero(again == books[name]))
    return prove_equal(case, "tallies of moments equal to the log", "cells", len(values) * books.size, equal)


def contacts_proof(case: str, trace: Trace) -> Proof:
    """Contacts of all moments are the attempts in the log of contacts; attempts of moments of a warm-up apart."""
    own = np.isin(trace.contacts["moment"], trace.moments["moment"])
    attempts = len(np.unique(trace.contacts["contact"][own]))
    return prove_equal(
        case, "attempts in both logs", "attempts", attempts, int(trace.moments["contacts"].sum())
    )


def attempts_proof(case: str, run: SimulatedRun) -> Proof:
    """Attempts made within the horizon and after it, by reason and segment, again from first legs in the log."""
    settings, rows, books = run.prepared.plan.settings[0], run.trace.contacts, run.trace.tallies
    first = rows[rows["leg"] == 1]
    within = first["arrived"] < settings["horizon"] - settings["warm_up"]
    equal = 0
    for name, which in (("attempts", within), ("attempts_after", ~within)):
        again = np.zeros(books.shape[:2], np.int64)
        np.add.at(again, (first["reason"][which], first["segment"][which]), 1)
        equal += int(np.count_nonzero(again == books[name].sum(axis=2)))
    cells = 2 * books.shape[0] * books.shape[1]
    return prove_equal(case, "attempts of horizon and run-out equal to the log", "cells", cells, equal)
