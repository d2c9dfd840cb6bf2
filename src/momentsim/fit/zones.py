"""The centre's time zone, for exports with times of another place: its name, and when it sets its clocks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from momentsim.errors import MomentsimError
from momentsim.scenario.files.columns import LOCAL_TIMES

ADD_ZONE: Final = f"say the centre's time zone: --zone Europe/Berlin, or {LOCAL_TIMES}"
"""What is advised where times are those of Greenwich."""


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name, like `Europe/Berlin`; raises MomentsimError where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise MomentsimError(f"zone: '{name}' is no time zone, write one like Europe/Berlin or UTC") from None


def dates_of_clock_changes(zone: ZoneInfo, first: date, last: date) -> list[date]:
    """Dates from the first to the last that have more or fewer than 24 hours."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 2)]
    offsets = [datetime(day.year, day.month, day.day, tzinfo=zone).utcoffset() for day in days]
    return [day for day, (now, then) in zip(days, pairwise(offsets), strict=False) if now != then]
