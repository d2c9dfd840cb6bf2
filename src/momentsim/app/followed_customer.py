"""One customer to follow: who it is, and how it goes, in a sentence or two."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from momentsim.contract.plan import MINUTE, SECOND, Names
from momentsim.engine.state.codes import MomentStage
from momentsim.engine.steered_run import ANGER_BANDS, SteeredRun
from momentsim.runs import glance

_PLACES = {
    MomentStage.QUEUED: "waiting",
    MomentStage.TALKING: "talking to an agent",
    MomentStage.SELF_SERVICE: "in self-service",
    MomentStage.PROMISED: "waiting for what was promised",
    MomentStage.MESSAGE: "has left a message",
    MomentStage.CALLED_AGAIN_LATER: "will be called back",
    MomentStage.HELPED_LATER: "calls no more, looks for help elsewhere",
}


class FollowedCustomer(NamedTuple):
    """Who is followed, and what was said last."""

    serial: int
    slot: int
    words: str
    mood: int
    """Band of anger, 0 calm .. 3 furious."""
    is_over: bool = False


def pick(steered: SteeredRun, names: Names, start: datetime) -> FollowedCustomer | None:
    """Somebody with many calls and no help yet; None when nobody is in need."""
    serial = glance.one_to_follow(steered)
    found = glance.follow(steered, serial) if serial >= 0 else None
    return None if found is None else _face(found, steered, names, start)


def follow_on(face: FollowedCustomer, steered: SteeredRun, names: Names, start: datetime) -> FollowedCustomer:
    """How it goes with somebody who is followed."""
    if face.is_over:
        return face
    found = glance.follow(steered, face.serial)
    if found is not None:
        return _face(found, steered, names, start)
    helped = glance.was_helped(steered, face.slot, face.serial)
    end = {True: "Helped at last.", False: "Gave up, without help.", None: "Gone."}[helped]
    who, _, _ = face.words.partition(". ")
    return face._replace(words=f"{who}. {end}", is_over=True)


def _face(
    found: glance.FollowedMoment, steered: SteeredRun, names: Names, start: datetime
) -> FollowedCustomer:
    who = f"Customer {found.customer:,}, {names.segments[found.segment]}"
    began = start + timedelta(seconds=found.began // SECOND)
    what = names.crises[found.crisis] if found.crisis >= 0 else names.reasons[found.reason]
    since = f"{what.replace('_', ' ')} since {began:%a %H:%M}"
    mood = sum(found.anger >= limit for limit in ANGER_BANDS)
    return FollowedCustomer(found.serial, found.slot, f"{who}. {since}. {_where(found, steered.time)}.", mood)


def _where(found: glance.FollowedMoment, now: int) -> str:
    if found.stage == MomentStage.QUEUED:
        minutes = (now - found.queued) // MINUTE
        return f"{_ordinal(found.calls)} call, waiting {minutes} min"
    place = _PLACES.get(MomentStage(found.stage), "")
    if not found.calls:
        return place or "has not called yet"
    calls = "once" if found.calls == 1 else f"{found.calls} times"
    return f"Called {calls}, {place or 'will call again'}"


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
