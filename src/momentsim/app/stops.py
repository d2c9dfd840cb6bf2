"""Times at which a room pauses by itself: what the facilitator set, and a first choice from the scenario."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from momentsim.contract.plan import HOUR, SECOND
from momentsim.scenario.sections.crises import Storm, StormDay
from momentsim.scenario.types import Scenario

HORIZON_ENDS: Final = "The days of the story are over"
MOST_STOPS: Final = 50
_MOST_BY_DEFAULT: Final = 5
_MORNING_S: Final = 8 * 3600
_NOON_S: Final = 12 * 3600
_EVENING_S: Final = 18 * 3600


class Stop(NamedTuple):
    """A time at which the room pauses, microseconds since the start, and what is to be decided there."""

    time: int
    label: str


def default_stops(scenario: Scenario) -> list[Stop]:
    """At most five times to decide something.

    Of a crisis: the evening before, its first announcement, when the front line is left without instructions, the
    next morning, and the third day's noon. Without one: the morning of the second, third, ... part of the story.
    """
    stops = _of_crisis(scenario) or _of_calm(scenario)
    inside = {stop.time: stop for stop in stops if HOUR <= stop.time < scenario.horizon * SECOND}
    return sorted(inside.values())[:_MOST_BY_DEFAULT]


class FailedDay(NamedTuple):
    """A day of a crisis on which something fails: midnight, first and last announcement, and what is written."""

    midnight: datetime
    begins: datetime
    ends: datetime
    day: StormDay


def failed_days(storm: Storm) -> list[FailedDay]:
    """Of one crisis, in their order."""
    found = []
    for written, day in storm.days.items():
        midnight = datetime.fromisoformat(written)
        begins, ends = (
            midnight + timedelta(seconds=second) for second in (day.announced_from, day.announced_until)
        )
        if day.failed:
            found.append(FailedDay(midnight, begins, ends, day))
    return sorted(found, key=lambda each: each.begins)


def _of_crisis(scenario: Scenario) -> list[Stop]:
    days = [day for storm in scenario.crises.values() for day in failed_days(storm)]
    if not days:
        return []
    midnight, begins, *_ = min(days, key=lambda day: day.begins)
    blackouts = [spell.start for storm in scenario.crises.values() for spell in storm.blackouts]
    helpless = (min(blackouts), "Nobody knows what to say") if blackouts else None
    wanted = [
        (midnight - timedelta(seconds=24 * 3600 - _EVENING_S), "The evening before"),
        (begins, "The first announcement"),
        helpless or (begins + timedelta(hours=7), "Hours later"),
        (midnight + timedelta(days=1, seconds=_MORNING_S), "The next morning"),
        (midnight + timedelta(days=2, seconds=_NOON_S), "The third day, noon"),
    ]
    return [_stop(scenario, at, label) for at, label in wanted]


def _of_calm(scenario: Scenario) -> list[Stop]:
    days = scenario.horizon / 86_400.0
    if days < 2.0:
        hours = scenario.horizon / 3600.0
        noon = scenario.start.replace(hour=0, minute=0, second=0, microsecond=0)
        wanted = [(noon + timedelta(hours=hour), f"{hour:02d}:00") for hour in (9, 12, 15) if hours > 6]
        return [_stop(scenario, at, label) for at, label in wanted]
    midnight = scenario.start.replace(hour=0, minute=0, second=0, microsecond=0)
    parts = [max(int(days * number / 5), number) for number in range(1, 5)]
    return [
        _stop(scenario, midnight + timedelta(days=day, seconds=_MORNING_S), f"Morning of day {day + 1}")
        for day in dict.fromkeys(parts)
    ]


def _stop(scenario: Scenario, at: datetime, label: str) -> Stop:
    return Stop(round((at - scenario.start) / timedelta(microseconds=1)), label)
