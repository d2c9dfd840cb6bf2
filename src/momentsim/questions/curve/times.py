"""When a lever is pulled: times as people write them, within the run."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

from momentsim import units
from momentsim.errors import MomentsimError
from momentsim.scenario.types import Scenario

MOST_TIMES: Final = 100
_EXAMPLE: Final = "write one like 48h, a date like 2007-02-14 06:00, or a range like 48h..120h:12h"


def read_times(written: Sequence[str], scenario: Scenario) -> list[int]:
    """Microseconds since the start, ascending, of texts like `48h..120h:12h`, `60 h` or `2007-02-14 06:00`.

    Raises MomentsimError for what is no time, lies outside the horizon, or is too much.
    """
    parts = [part.strip() for text in written for part in text.split(",")]
    if not any(parts):
        raise MomentsimError(f"--at: no time is given, {_EXAMPLE}")
    times = {units.ticks(second) for part in parts for second in _seconds(part, scenario)}
    if len(times) > MOST_TIMES:
        raise MomentsimError(f"--at: more than {MOST_TIMES} times, take a longer step")
    return sorted(times)


def _seconds(part: str, scenario: Scenario) -> Iterator[float]:
    """Seconds since the start of one time or of a range."""
    first, dots, rest = part.partition("..")
    if not dots:
        yield _second(part, scenario)
        return
    last, colon, step_text = rest.rpartition(":")
    step = units.parse_duration(step_text) if colon else None
    if step is None or not step > 0:
        raise MomentsimError(f"--at: '{part}' has no step, write the range like 48h..120h:12h")
    begin, end = _second(first, scenario), _second(last, scenario)
    if begin > end:
        raise MomentsimError(f"--at: '{part}' ends before it begins")
    steps = math.floor((end - begin) / step + 1e-9)
    yield from (begin + number * step for number in range(min(steps, MOST_TIMES) + 1))


def _second(text: str, scenario: Scenario) -> float:
    date = units.parse_timestamp(text.strip())
    second = units.parse_duration(text.strip()) if date is None else (date - scenario.start).total_seconds()
    if second is None:
        raise MomentsimError(f"--at: '{text.strip()}' is not a time, {_EXAMPLE}")
    if not 0 <= second <= scenario.horizon:
        end = units.format_timestamp(units.horizon_end(scenario.start, scenario.horizon))
        within = f"{units.format_timestamp(scenario.start)} .. {end}"
        raise MomentsimError(f"--at: '{text.strip()}' is outside the horizon, {within}")
    return second
