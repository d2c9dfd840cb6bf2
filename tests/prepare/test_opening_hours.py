"""Opening hours lowered: one table of times, in order, on the engine's time line."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from engine.stories import PLAIN, RICH, ready
from momentsim.contract.plan import DAY, HOUR, NEVER


def spans(made: dict[str, Any], *overrides: str, queue: int = 0) -> list[tuple[float, float]]:
    """Hours since the engine began at which a queue opens and closes."""
    plan = ready(made, *overrides).plan
    row = plan.hours[queue]
    rows = plan.open_spans[row["first_span"] : row["last_span"]]
    return [(float(row["opens"]) / HOUR, float(row["closes"]) / HOUR) for row in rows]


def with_hours(**hours: Any) -> dict[str, Any]:
    made = copy.deepcopy(PLAIN)
    made["opening_hours"] = {"question": hours}
    made["run"] = {"run_out": "1 d"}
    return made


def test_without_the_key_there_is_no_table() -> None:
    plan = ready(PLAIN).plan
    assert len(plan.hours) == len(plan.open_spans) == 0


def test_weekdays_holidays_and_dates_reach_to_the_end_of_the_run_out() -> None:
    made = with_hours(
        weekly=[{"start": "08:00", "end": "18:00", "days": ["mon", "tue", "wed", "sat"]}],
        holidays=["2024-01-09"],
        dates={"2024-01-10": [{"start": "09:30", "end": "12:00"}]},
    )
    assert spans(made, "horizon=3 d") == [(8, 18), (57.5, 60)]
    assert spans(made, "horizon=4 d", "run.run_out=2 d") == [(8, 18), (57.5, 60), (128, 138)]


def test_hours_over_midnight_are_one_opening() -> None:
    made = with_hours(weekly=[{"start": "00:00", "end": "02:00"}, {"start": "20:00", "end": "24:00"}])
    assert spans(made) == [(0, 2), (20, 26), (44, 48)]
    assert len(spans(with_hours(weekly=[{"start": "00:00", "end": "24:00"}]))) == 1


def test_times_count_from_the_beginning_of_the_warm_up() -> None:
    made = with_hours(weekly=[{"start": "08:00", "end": "18:00"}])
    assert spans(made, "opening.warm_up=30 h")[1:3] == [(14, 24), (38, 48)]


def test_a_queue_without_hours_is_always_open_beside_one_that_has_some() -> None:
    always = 'opening_hours.care.weekly=[{start: "08:00", end: "18:00"}]'
    names = ready(RICH, always).names.queues
    plan = ready(RICH, always).plan
    other = plan.hours[names.index("sales")]
    row = plan.open_spans[other["first_span"]]
    assert other["last_span"] - other["first_span"] == 1 and row["closes"] == NEVER and row["opens"] <= -DAY
    assert plan.hours["call_again"][names.index("care")] == 0.8
    ends = np.array([row["last_span"] for row in plan.hours])
    assert ends.max() == len(plan.open_spans)
