"""What queues offer and tell, as rows for the engine: one for each queue with callbacks or an announcement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import ANNOUNCEMENT, CALLBACK, MINUTE, NEVER, Table, Tells
from momentsim.prepare.calendar import of_seconds
from momentsim.prepare.reasons import queue_names
from momentsim.scenario.sections.levers import AnnouncementLever, Callback, sizes_of
from momentsim.scenario.sections.opening_hours import EVERY_QUEUE
from momentsim.scenario.types import Announcement, CallbackOffer, Scenario

Told = TypeVar("Told")
TELLS = {"nothing": Tells.NOTHING, "wait": Tells.WAIT, "place": Tells.PLACE}


def callback_rows(scenario: Scenario) -> Table:
    """CALLBACK rows of queues that offer callbacks by themselves, then those of levers."""
    offers = _callbacks(scenario)
    rows = np.zeros(len(offers), CALLBACK)
    for row, (queue, offer, in_force) in zip(rows, offers, strict=True):
        row["queue"], row["in_force"] = queue, in_force
        fill_callback(row, offer)
    return rows


def fill_callback(row: np.void, offer: CallbackOffer) -> None:
    """The rules of an offer; with no rule it is made to everybody who would have to wait."""
    always = offer.wait_above is None and offer.waiting_above is None
    row["wait_above"] = -1 if always else NEVER if offer.wait_above is None else of_seconds(offer.wait_above)
    row["waiting_above"] = NEVER if offer.waiting_above is None else offer.waiting_above
    row["quiet"] = offer.called == "when_quiet"
    row["promise"], row["margin"] = of_seconds(offer.promise or 0.0), offer.promise_margin
    row["ring"], row["again_after"] = of_seconds(offer.ring), of_seconds(offer.again_after)
    for field in ("acceptance", "tries", "no_answer"):
        row[field] = getattr(offer, field)


def announcement_rows(scenario: Scenario) -> Table:
    """ANNOUNCEMENT rows, likewise."""
    told = _announcements(scenario)
    rows = np.zeros(len(told), ANNOUNCEMENT)
    for row, (queue, announcement, in_force) in zip(rows, told, strict=True):
        row["queue"], row["in_force"] = queue, in_force
        row["tells"] = TELLS[announcement.tells]
        row["band_min"] = of_seconds(announcement.band) // MINUTE
        if announcement.message is not None:
            row["status_informed"] = announcement.message.status_calls
            row["lost"] = announcement.message.lost
    return rows


def informed_shares(scenario: Scenario) -> npt.NDArray[np.float64]:
    """[ANNOUNCEMENT rows x moments] share of callers whose only question the message answers."""
    told = _announcements(scenario)
    shares = [[_answered(announcement, name) for name in scenario.moments] for _, announcement, _ in told]
    return np.array(shares, np.float64).reshape(len(told), len(scenario.moments))


def row_of_callback(scenario: Scenario, lever: Callback) -> int:
    """Row of what a lever offers in one size; equal offers of levers share the first."""
    return _callbacks(scenario).index((queue_names(scenario).index(lever.queue), lever.offer, 0))


def row_of_announcement(scenario: Scenario, lever: AnnouncementLever) -> int:
    """Row of what a lever tells in one size, likewise."""
    wanted = (queue_names(scenario).index(lever.queue), lever.announcement, 0)
    return _announcements(scenario).index(wanted)


def _answered(announcement: Announcement, moment: str) -> float:
    return 0.0 if announcement.message is None else announcement.message.answers.get(moment, 0.0)


def _callbacks(scenario: Scenario) -> list[tuple[int, CallbackOffer, int]]:
    queues = queue_names(scenario)
    own = _by_queue(scenario.waiting.callbacks, queues)
    return own + [
        (queues.index(size.queue), size.offer, 0)
        for lever in scenario.levers.values()
        for size in sizes_of(lever).values()
        if isinstance(size, Callback)
    ]


def _announcements(scenario: Scenario) -> list[tuple[int, Announcement, int]]:
    queues = queue_names(scenario)
    own = _by_queue(scenario.waiting.announcements, queues)
    return own + [
        (queues.index(size.queue), size.announcement, 0)
        for lever in scenario.levers.values()
        for size in sizes_of(lever).values()
        if isinstance(size, AnnouncementLever)
    ]


def _by_queue(named: Mapping[str, Told], queues: tuple[str, ...]) -> list[tuple[int, Told, int]]:
    """What each queue has of its own, or what all have; in force from the start."""
    found = [(number, named.get(queue, named.get(EVERY_QUEUE))) for number, queue in enumerate(queues)]
    return [(number, each, 1) for number, each in found if each is not None]
