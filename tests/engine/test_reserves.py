"""Called reserves are sent home: at a time, or once their queues have been short for long enough after the storm."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from engine import books_check
from engine.stories import RICH, differences, ready
from momentsim.contract.plan import HOUR
from momentsim.contract.trace import Trace
from momentsim.engine import simulate

CALLED = "crises.storm.reserves.more"
INTERVAL_H = 0.5
LAST_ANNOUNCED_H = 12.0
"""End of the announcements of the only day with failures, in a story that begins at midnight."""


def story(**levers: Any) -> dict[str, Any]:
    """The rich story, begun at midnight, whose reserves are there within minutes and on duty all day."""
    made = copy.deepcopy(RICH)
    made |= {"start": "2024-01-08 00:00", "horizon": "30 h", "interval": "30 min"}
    call = {
        "group": "called",
        "at": "2024-01-08 10:00",
        "delay": {"distribution": "constant", "mean": "6 min"},
    }
    made["crises"]["storm"]["reserves"]["more"] = {**call, "show_up": "100 %", **levers}
    return made


def told(**levers: Any) -> Trace:
    """The trace, the same on both clocks."""
    prepared = ready(story(**levers))
    compiled, simpy = (simulate(prepared, log=True, clock=clock) for clock in ("compiled", "simpy"))
    assert differences(compiled, simpy) == []
    books_check.audit(prepared, compiled)
    return compiled


def hours_on_duty(trace: Trace) -> npt.NDArray[np.float64]:
    """Agent-hours of the reserves on duty by interval."""
    return np.asarray(trace.staff["on_duty"][:, -1] / HOUR, np.float64)


def released_at(trace: Trace) -> float:
    """Hour from which no reserve works any more."""
    return float((np.flatnonzero(hours_on_duty(trace))[-1] + 1) * INTERVAL_H)


def test_without_an_end_they_stay() -> None:
    on_duty = hours_on_duty(told())
    assert (on_duty[:20] == 0).all() and (on_duty[21:60] > 0).all()


def test_until_a_time() -> None:
    """Whoever talks then finishes the contact, within the hour."""
    on_duty = hours_on_duty(told(until="2024-01-08 16:00"))
    assert (on_duty[21:32] > 0).all()
    assert (on_duty[34:] == 0).all()
    assert on_duty[:32].tolist() == hours_on_duty(told())[:32].tolist()


def test_whoever_is_still_on_the_way_does_not_come() -> None:
    late = {"distribution": "constant", "mean": "3 h"}
    assert hours_on_duty(told(delay=late))[27:60].any()
    assert not hours_on_duty(told(delay=late, until="2024-01-08 12:00")).any()


def test_short_counts_from_the_last_announcement() -> None:
    """With any queue short, so many hours after the last announcement and not before, short or not."""
    for hours in (1, 3):
        trace = told(until_short_for=f"{hours} h", short_queue=1_000_000)
        on_duty = hours_on_duty(trace)
        end = round((LAST_ANNOUNCED_H + hours) / INTERVAL_H)
        assert (on_duty[21:end] > 0).all()
        assert (on_duty[end + 3 :] == 0).all()


@pytest.mark.slow
def test_a_longer_queue_keeps_them() -> None:
    """More waiting before a queue counts as long, and they go earlier; a longer spell, later."""
    short = [released_at(told(until_short_for="3 h", short_queue=number)) for number in (0, 1_000)]
    assert short[0] > short[1]
    spells = [released_at(told(until_short_for=f"{hours} h", short_queue=1_000)) for hours in (2, 6)]
    assert spells[1] == pytest.approx(spells[0] + 4, abs=1.0)


def test_a_spell_is_broken_by_a_long_interval() -> None:
    """Sent home at the first interval end at which the last intervals were all short, and at no other."""
    trace = told(until_short_for="2 h", short_queue=1)
    waited = trace.queue_time.sum(axis=1) / (INTERVAL_H * HOUR)
    spell = 0
    for number, mean in enumerate(waited):
        spell = spell + 1 if mean <= 1 and number * INTERVAL_H >= LAST_ANNOUNCED_H else 0
        if spell * INTERVAL_H >= 2:
            break
    assert spell * INTERVAL_H == 2
    assert released_at(trace) == pytest.approx((number + 1) * INTERVAL_H, abs=1.0)
