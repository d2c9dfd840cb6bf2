"""A scenario may open after a warm-up: it finds the centre at work, and nothing of before is counted."""

from __future__ import annotations

import copy
import csv
from collections.abc import Generator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import books_check
from engine.stories import PLAIN, RICH, all_moments, differences, read, ready
from momentsim.contract.plan import HOUR, NEVER, SECOND, LeverAction, Prepared, Table, Why
from momentsim.contract.trace import INTERVAL, MOMENT_TALLY, Trace
from momentsim.engine import LiveRun, simulate
from momentsim.prepare import Reference, lower, prepare, reference_operation
from momentsim.runs.lever_file import EVERY, Act, LeverFile
from momentsim.runs.run import run
from momentsim.runs.settings import RunSettings
from momentsim.scenario import LoadedScenario, load
from momentsim.validation.little import count_all_hours
from momentsim.validation.simulation import Rows

WARM_UP = 10 * HOUR
OPENING = {"opening": {"warm_up": "10 h"}}
STEADY: dict[str, Any] = {
    **PLAIN,
    **OPENING,
    "moments": {"question": {**PLAIN["moments"]["question"], "resolution": "70 %"}},
    "behaviour": "off",
    "waiting": {"lines": 9, "redial": {"first": "50 %", "further": "50 %"}},
}
"""Nothing that is counted changes what happens in it."""
SECONDS = ("talk", "wrap", "idle", "paused", "offline", "overtime")


def told(prepared: Prepared) -> Trace:
    """The trace of both clocks, audited."""
    compiled, simpy = (simulate(prepared, log=True, clock=clock) for clock in ("compiled", "simpy"))
    assert differences(compiled, simpy) == []
    books_check.audit(prepared, compiled)
    return compiled


@pytest.mark.parametrize("story", [PLAIN, STEADY, RICH], ids=["plain", "steady", "rich"])
@pytest.mark.parametrize("warm_up", ["30 min", "31 h"])
def test_both_clocks_tell_it_alike_and_it_adds_up(story: dict[str, Any], warm_up: str) -> None:
    told(ready({**story, "opening": {"warm_up": warm_up}}))


def test_no_warm_up_is_as_before() -> None:
    none = told(ready({**RICH, "opening": {"warm_up": "0 s"}}))
    assert differences(none, told(ready(RICH))) == []


def shifted(rows: Table, *names: str) -> Table:
    """Rows with times since the start of the scenario instead of its warm-up."""
    rows = rows.copy()
    for name in names:
        rows[name][rows[name] >= 0] -= WARM_UP
    return rows


def test_it_is_the_same_story_of_which_the_beginning_is_not_told() -> None:
    """Against the same plan with everything counted: what is left is cut out of it, to the last bit."""
    prepared = ready(STEADY)
    counted, whole = told(prepared), told(count_all_hours(prepared))
    first = WARM_UP // int(prepared.plan.settings["interval"][0])
    for name in ("intervals", "staff", "queue_time"):
        assert np.array_equal(getattr(counted, name), getattr(whole, name)[first:]), name
    contacts = whole.contacts[whole.contacts["arrived"] >= WARM_UP]
    assert np.array_equal(counted.contacts["contact"], contacts["contact"])
    times = shifted(contacts, "arrived", "queued", "answered", "ended")
    for name in ("arrived", "queued", "answered", "ended", "agent", "outcome", "attempt"):
        assert np.array_equal(counted.contacts[name], times[name]), name
    moments = whole.moments[whole.moments["began"] >= WARM_UP]
    for name in ("moment", "began", "ended", "contacts"):
        assert np.array_equal(counted.moments[name], shifted(moments, "began", "ended")[name]), name
    assert len(contacts) > len(moments) > 0
    later = ~np.isin(counted.contacts["moment"], counted.moments["moment"])
    assert later.any(), "who called before the start calls again after it"
    assert counted.ended == whole.ended - WARM_UP


def test_agents_seconds_are_those_after_the_start() -> None:
    """All counted, less what a run that ends where the warm-up ends has counted."""
    prepared = ready(STEADY)
    whole = count_all_hours(prepared)
    settings = whole.plan.settings.copy()
    settings["run_out"] += settings["horizon"] - WARM_UP
    settings["horizon"] = WARM_UP
    before = simulate(whole._replace(plan=whole.plan._replace(settings=settings))).agents
    counted: Rows = simulate(prepared).agents
    everything: Rows = simulate(whole).agents
    for name in SECONDS:
        assert np.array_equal(counted[name], everything[name] - before[name]), name
    assert before["talk"].min() > 0


def test_a_warm_up_does_not_shift_the_draws_of_the_demand_after_it() -> None:
    story = {**RICH, "demand": {"day_factor_cv": "10 %", "volumes": RICH["demand"]["volumes"]}}
    plain, warm = all_moments(ready(story)), all_moments(ready({**story, **OPENING}))
    after = warm[warm["began"] >= WARM_UP]
    assert len(after) == len(plain) < len(warm)
    assert np.array_equal(after["key"], plain["key"]) and np.array_equal(after["customer"], plain["customer"])
    assert np.array_equal(after["began"] - WARM_UP, plain["began"])
    calls = plain["first_contact"] < NEVER
    assert np.array_equal(after["first_contact"][calls] - WARM_UP, plain["first_contact"][calls])


def only_before(folder: Path, opening: str) -> LoadedScenario:
    """Thirty callers in each half hour of the warm-up, and nobody from the start on."""
    start = datetime(2024, 1, 8, 9)
    with (folder / "calls.csv").open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(["interval_start", "offered"])
        for index in range(-8, 8):
            at = start + timedelta(minutes=30 * index)
            rows.writerow([f"{at:%Y-%m-%d %H:%M}", 30 if index < 0 else 0])
    (folder / "story.yaml").write_text(
        f"""
name: before
start: "2024-01-08 09:00"
horizon: 4 h
{opening}
customers: {{segments: {{everyone: {{customers: 500, yearly_margin: 100 USD, yearly_churn: 95 %}}}}}}
moments: {{question: {{stakes: 90 %, builder: on, handling_time: {{mean: 20 min}}}}}}
demand: {{volumes: {{question: {{file: calls.csv, replay: on, sparse: on}}}}}}
workforce: {{groups: {{team: {{heads: 3, cost_per_hour: 30 USD/h}}}}}}
waiting: {{redial: {{first: 0 %, further: 0 %}}}}
""",
        encoding="utf-8",
    )
    return load(folder / "story.yaml", overrides=["moments.question.reconnect=0 %"])


def test_nothing_of_the_warm_up_is_in_any_table(tmp_path: Path) -> None:
    """Everybody comes before the start, and nobody after it: the tables know of nobody, but agents are at work."""
    loaded = only_before(tmp_path, "opening: {warm_up: 4 h}")
    result = run(loaded, loaded, RunSettings(replications=3, workers=1, log="all"))
    table = result.intervals[result.intervals["skill"] == "all"].reset_index(drop=True)
    assert table["interval_start"][0] == np.datetime64("2024-01-08T09:00:00")
    assert (table[["offered", "answered", "abandoned", "blocked", "balked"]] == 0).all(axis=None)
    assert table["queue_mean"][0] > 0 and table["occupancy"][0] > 0, "those who came before are served"
    trace = result.traces[1]
    for name in INTERVAL.names or ():
        assert not trace.intervals[name].any(), name
    for name in MOMENT_TALLY.names or ():
        assert not trace.tallies[name].any(), name
    assert not trace.waits.any() and len(trace.contacts) == len(trace.moments) == len(trace.customers) == 0
    assert not trace.agents["contacts"].any() and trace.agents["talk"].sum() > 0
    assert np.all(sum(trace.agents[name] for name in SECONDS[:5]) == 4 * HOUR)
    ledger = result.ledger
    assert list(ledger["line"]) == ["paid_hours: team"] and np.isclose(ledger["amount"].sum(), -3 * 4 * 30.0)
    whole = result.summary[result.summary["scope"] == "all"].set_index("measure")["value"]
    assert whole["customers_lost_expected"] == 0 and whole["net_benefit"] == -360.0


def test_customers_begin_at_the_start(tmp_path: Path) -> None:
    """Who leaves within the horizon is the same as where nobody ever called, though hours passed before."""
    warm = ready_from(only_before(tmp_path, "opening: {warm_up: 4 h}"))
    calm = ready_from(only_before(tmp_path, ""))
    for prepared in (warm, calm):  # else hardly anybody leaves in four hours
        prepared.plan.segments["hazard"] *= 200.0
    lost = simulate(warm).lost
    assert np.array_equal(lost, simulate(calm).lost) and 5 < lost.sum() < 495


def ready_from(loaded: LoadedScenario) -> Prepared:
    return prepare(lower(loaded, Reference.neutral(("question",))), 1)


def test_hours_are_paid_from_the_start_on() -> None:
    for story in (PLAIN, RICH):
        assert np.array_equal(ready({**story, **OPENING}).paid_hours, ready(story).paid_hours)


def test_levers_pulled_by_hand_replay_at_the_same_local_times() -> None:
    """A playbook wakes at the scenario's start, and its times are those of the scenario."""
    story = copy.deepcopy({**RICH, **OPENING})
    storm = story["crises"]["storm"]
    for lever in (
        storm["reserves"]["more"],
        storm["self_service_offer"],
        storm["notice"],
        storm["compensation"],
    ):
        lever["at"] = "never"
    seen: list[int | None] = []

    def watch(live: LiveRun) -> Generator[Any, Any, None]:
        seen.append(live.now)
        yield live.pause(9 * HOUR)
        for lever in range(4):
            live.pull(lever)
        yield live.pause(SECOND)
        seen.extend([live.now, live.pulled_at(0)])
        while live.waiting() == 0:
            yield live.pause(SECOND)
        assert 0 <= live.longest_wait() <= live.now

    prepared = ready(story)
    watched = simulate(prepared, log=True, clock="simpy", watch=watch)
    assert seen == [0, 9 * HOUR + SECOND, 9 * HOUR]
    assert np.all(watched.levers["time"] == 9 * HOUR) and np.all(watched.levers["effective"] == 9 * HOUR + 1)
    acts = [
        Act(int(row["time"]), int(row["lever"]), LeverAction.PULL, 0, Why.PLAYBOOK) for row in watched.levers
    ]
    again = LeverFile(Path("levers.csv"), "", {EVERY: acts}).with_levers(prepared, 1)
    assert differences(watched, told(again)) == []


def test_the_reference_operation_opens_empty() -> None:
    loaded = read({**PLAIN, **OPENING})
    assert reference_operation(loaded, loaded).scenario.opening.warm_up == 0
