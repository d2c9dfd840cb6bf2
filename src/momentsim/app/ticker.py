"""News in at most six words, made from two looks that follow each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from momentsim.app.frames import FrameContent
from momentsim.app.stops import failed_days
from momentsim.contract.plan import NEVER
from momentsim.engine import SteeredRun
from momentsim.runs import glance
from momentsim.scenario.types import Scenario

_DAY_S: Final = 86_400.0
_JAM_WAITING: Final = 20
"""So many must wait at least before anybody calls it a jam."""


class News(NamedTuple):
    """Something that happened, for the ticker."""

    time: int
    kind: str
    words: str


class TickerMemory(NamedTuple):
    """What the ticker remembers between two looks."""

    seen: FrameContent
    jammed: bool
    here: tuple[int, ...]
    """Called people who are here, by group."""
    effective: tuple[bool, ...]
    """By lever, whether it is in force."""
    was_full: bool


def remember(steered: SteeredRun, seen: FrameContent, before: TickerMemory | None = None) -> TickerMemory:
    """What the next look is compared with."""
    groups = glance.world_of(steered)["groups"]
    here = tuple(glance.people_here(steered, row) for row in range(len(groups)))
    effective = tuple((glance.world_of(steered)["pulled"]["effective"] < NEVER).tolist())
    was_jammed = before.jammed if before is not None else False
    was_full = (before.was_full if before is not None else False) or seen.blocked_per_hour > 0.0
    return TickerMemory(seen, _is_jam(seen, was_jammed), here, effective, was_full)


def news(before: TickerMemory, now: TickerMemory, titles: list[str], reserves: dict[int, int]) -> list[News]:
    """What happened between two looks; `reserves` is the size of each reserve group, by its row."""
    time = now.seen.time
    found = []
    if now.jammed and not before.jammed:
        found.append(News(time, "jam", "The queue jams"))
    if before.jammed and not now.jammed:
        found.append(News(time, "recovered", "The jam is over"))
    if now.was_full and not before.was_full:
        found.append(News(time, "lines_full", "Lines full for the first time"))
    for lever, (was, is_now) in enumerate(zip(before.effective, now.effective, strict=True)):
        if is_now != was:
            verb = "acts" if is_now else "has ended"
            found.append(
                News(time, "lever_acts" if is_now else "lever_ends", _short(f"{titles[lever]} {verb}"))
            )
    for group, people in reserves.items():
        for share, word in ((0.25, "A quarter"), (0.5, "Half")):
            if before.here[group] < share * people <= now.here[group]:
                found.append(News(time, "reserves", f"{word} of the reserves here"))
    return found


def happenings(scenario: Scenario) -> list[News]:
    """What everybody knows whatever they do: days, crises and times without instructions, in their order."""
    found = []
    midnight = scenario.start.replace(hour=0, minute=0, second=0, microsecond=0)
    for number in range(1, math.ceil(scenario.horizon / _DAY_S) + 1):
        date = midnight + timedelta(days=number)
        found.append(_at(scenario, date, "day", f"{date:%A} {date.day} {date:%B}"))
    for name, storm in scenario.crises.items():
        title = name.replace("_", " ").capitalize()
        days = failed_days(storm)
        found += [_at(scenario, each.begins, "crisis", f"{title} begins") for each in days[:1]]
        for *_, ends, day in days:
            found.append(_at(scenario, ends, "crisis", f"{day.failed:,} of {day.scheduled:,} failed today"))
        for spell in storm.blackouts:
            found.append(_at(scenario, spell.start, "blackout", "Nobody knows what to say"))
            found.append(_at(scenario, spell.end, "blackout", "The front line knows again"))
    return sorted(set(found))


def between(happened: Sequence[News], before: int, now: int) -> list[News]:
    """Those after one time up to and including another."""
    return [each for each in happened if before < each.time <= now]


def _at(scenario: Scenario, when: datetime, kind: str, words: str) -> News:
    return News(round((when - scenario.start) / timedelta(microseconds=1)), kind, _short(words))


def _is_jam(seen: FrameContent, was_jammed: bool) -> bool:
    """More wait than are on duty; it is over when a tenth of that do, so that it does not flicker."""
    waiting, on_duty = int(seen.waiting.sum()), int(seen.groups[:, 0].sum())
    if was_jammed:
        return waiting > max(on_duty * 0.1, 3)
    return waiting >= max(on_duty, _JAM_WAITING)


def _short(words: str) -> str:
    return " ".join(words.split()[:6])
