"""Programmes in the story: how groups work on given dates, who is in training, what is left of it, and gifts."""

from __future__ import annotations

import copy
import json
import math
from datetime import datetime
from typing import Any

import numpy as np
import pytest

from engine.stories import PLAIN, RICH, differences, read, ready
from engine.test_clocks import both
from momentsim.contract.plan import DAY, HOUR, Prepared
from momentsim.contract.trace import Trace
from momentsim.engine import ReplicationRun, simulate
from momentsim.prepare import reference_operation
from momentsim.scenario import load

EMPATHY = {"kind": "empathy_training", "hours": "5 h", "hours_per_day": "2 h", "adoption": "0 s"}
SHIFTS = {"shifts": {"day": {"start": "09:00", "length": "8 h", "heads": 4}}}
NIGHTS = {"shifts": {"night": {"start": "22:00", "length": "8 h", "heads": 4}}}


def plain(*, horizon: str = "5 d", team: Any = None, **programmes: Any) -> dict[str, Any]:
    story = copy.deepcopy(PLAIN) | {"horizon": horizon, "programmes": programmes}
    story["demand"]["volumes"]["question"]["per_day"] = 100
    if team is not None:
        story["workforce"]["groups"]["team"] = team
    return story


def at(prepared: Prepared, time: int) -> ReplicationRun:
    run = ReplicationRun(prepared)
    run.advance(until=time)
    return run


def noon(prepared: Prepared, day: int) -> Any:
    """How the first group works at noon of a day."""
    return at(prepared, day * DAY + DAY // 2).world["practices"][0]


TEAMS = {"kind": "expert_teams", "lead_time": "1 d", "adoption": "2 d", "end": "2024-01-12 00:00"}


def test_groups_work_as_written_at_noon_of_each_date() -> None:
    """Strength 0, 0, 1/2, 1, then over: the last date's midnight is the end."""
    prepared = ready(
        plain(teams=TEAMS, script={"kind": "script_change", "script": "10 %", "adoption": "4 d"})
    )
    shift = math.log(0.8 / 0.2) - math.log(0.7 / 0.3)
    for day, strength in enumerate((0.0, 0.0, 0.5, 1.0, 0.0)):
        found = noon(prepared, day)
        assert found["autonomy"] == pytest.approx(0.5 + 0.3 * strength)
        assert found["pace_factor"] == pytest.approx(1.1**strength)
        assert found["resolution_shift"] == pytest.approx(shift * strength)
        assert found["absence_odds"] == pytest.approx(0.76**strength)
        assert found["exit_factor"] == pytest.approx(0.52**strength)
        assert found["script"] == pytest.approx(0.5 - 0.4 * day / 4)
        assert found["quality_shift"] == 0.0


def test_every_kind_moves_what_it_says() -> None:
    now = {"adoption": "0 s"}
    weights = {"handling_time": "10 %", "resolution": "30 %", "customer_voice": "60 %"}
    kinds: dict[str, Any] = {
        "hiring": {"kind": "empathy_hiring", **now},
        "assist": {"kind": "ai_assist", **now},
        "pay": {"kind": "incentive_change", "managers_too": False, **weights, **now},
        "free": {"kind": "empowerment", "autonomy": "90 %", "authority": "40 USD", **now},
        "pledge": {"kind": "service_pledges", **now},
        "home": {"kind": "home_working", "availability": "0 %", **now},
    }
    found = noon(ready(plain(horizon="1 d", **kinds)), 0)
    assert found["hire_empathy"] == pytest.approx(0.5)
    assert found["learning_tau_months"] == pytest.approx(0.9)
    assert found["learning_gap"] == pytest.approx(0.15)
    novices = 1 - math.exp(-3 / 24)
    assert found["exit_factor"] == pytest.approx((1 - 0.4 * novices) * 0.5)
    # managers as before: half way from the usual weights; the gap is half the distance
    assert found["handling_time_weight"] == pytest.approx(0.30)
    assert found["customer_voice_weight"] == pytest.approx(0.45)
    assert found["incentive_gap"] == pytest.approx(0.5 * 0.5 * (0.4 + 0.1 + 0.3))
    assert (found["autonomy"], found["authority"]) == (pytest.approx(0.9), pytest.approx(40))
    assert (found["one_voice"], found["quality_shift"]) == (pytest.approx(0.5), pytest.approx(0.1))
    assert found["engagement_shift"] == pytest.approx(0.2)
    assert found["pace_factor"] == pytest.approx(1 / 1.04)


def test_programmes_of_other_groups_leave_a_group_alone() -> None:
    story = plain(horizon="1 d", teams={"kind": "expert_teams", "adoption": "0 s", "groups": ["team"]})
    story["workforce"]["groups"]["others"] = {"heads": 1}
    practices = at(ready(story), DAY // 2).world["practices"]
    assert practices["autonomy"].tolist() == pytest.approx([0.8, 0.5])


@pytest.mark.parametrize(
    "team", [{"heads": 4}, SHIFTS, NIGHTS], ids=["round the clock", "shifts", "night shifts"]
)
def test_agents_sit_in_courses_exactly_their_hours_and_are_paid(team: dict[str, Any]) -> None:
    agents = (trained := simulate(ready(plain(team=team, ei=EMPATHY)))).agents
    assert agents["trained"].tolist() == [5 * HOUR] * 4
    assert agents["unpaid"].tolist() == [0] * 4
    assert trained.programmes["trained"].tolist() == [4]
    rostered = 5 * DAY if "heads" in team else 40 * HOUR
    on_duty = sum(agents[name] for name in ("talk", "wrap", "idle", "paused")) - agents["overtime"]
    both_ways = on_duty + agents["trained"] - rostered  # a contact in progress is finished before the course
    assert np.all((both_ways >= 0) & (both_ways <= 3 * trained_longest(team)))
    everything = np.sum([agents[name] for name in ("talk", "wrap", "idle", "paused", "offline")], axis=0)
    assert everything.tolist() == [5 * DAY] * 4


def trained_longest(team: dict[str, Any]) -> int:
    """The longest contact without training."""
    return int(simulate(ready(plain(team=team)), log=True).contacts["talk"].max())


def test_no_day_has_more_than_its_hours_and_the_first_hours_go_to_the_course() -> None:
    prepared = ready(plain(team=SHIFTS, ei=EMPATHY))
    for day in range(4):
        for hour, away in ((9.5, day < 3), (10.5, day < 2), (11.5, False)):
            workers = at(prepared, day * DAY + round(hour * HOUR)).world["agent_state"]
            assert (workers["away"] == 3).tolist() == [away] * 4, (day, hour)


def test_agents_take_turns() -> None:
    prepared = ready(plain(team={"heads": 4}, ei=EMPATHY | {"adoption": "4 d", "hours": "2 h"}))
    for day in range(4):
        left = at(prepared, day * DAY + 12 * HOUR).world["courses"]["left"]
        assert (left == 0).tolist() == [agent <= day for agent in range(4)]


def test_the_gain_comes_the_day_after_and_halves_with_its_half_life() -> None:
    ei = EMPATHY | {"hours": "2 h", "decay_half_life": "2 d"}
    prepared = ready(plain(team={"heads": 1}, ei=ei))
    gains = [
        float(at(prepared, day * DAY + DAY // 2).world["agent_state"]["empathy_gain"][0]) for day in range(5)
    ]
    assert gains[0] == 0.0
    assert gains[1] == pytest.approx(0.45 * 2 ** (-22 / 48))  # the course ended at 02:00
    assert gains[3] == pytest.approx(gains[1] / 2)


def test_skill_rubs_off_on_those_not_yet_trained() -> None:
    skill = {"kind": "skill_training", "hours": "2 h", "adoption": "20 d", "decay_half_life": "100 years"}
    workers = at(ready(plain(team={"heads": 4}, skill=skill)), 2 * DAY).world["agent_state"]
    assert workers["training_pace"].tolist() == pytest.approx([1 / 1.1] + [1 / (1 + 0.05 / 3)] * 3, rel=1e-4)


def test_training_costs_hours_where_it_has_no_effect() -> None:
    off = ("behaviour.emotional_intelligence=off", "behaviour.learning=off")
    skill = {"kind": "skill_training", "hours": "2 h", "adoption": "0 s"}
    prepared = ready(plain(team={"heads": 2}, ei=EMPATHY, skill=skill), *off)
    run = at(prepared, 4 * DAY + DAY // 2)
    assert run.world["agent_state"]["trained"].tolist() == [7 * HOUR] * 2
    assert run.world["agent_state"]["training_pace"].tolist() == [1.0] * 2
    plain_course = ready(plain(team={"heads": 2}, ei=EMPATHY), *off)
    without_gain = ready(plain(team={"heads": 2}, ei=EMPATHY | {"gain": 0}), *off)
    one, other = (simulate(each, log=True).contacts["quality"] for each in (plain_course, without_gain))
    assert np.array_equal(one, other, equal_nan=True)


def test_a_programme_that_never_gets_strong_changes_nothing() -> None:
    late = {"lead_time": "100 d"}
    kinds: dict[str, Any] = {
        "ei": EMPATHY | late,
        "skill": {"kind": "skill_training", **late},
        "teams": {"kind": "expert_teams", **late},
        "home": {"kind": "home_working", **late},
        "wow": {"kind": "wow_budget", "budget_per_month": "9000 USD", "gift": "5 USD", **late},
    }
    with_them, without = (simulate(ready(plain(**some)), log=True) for some in (kinds, {}))
    assert [name for name in differences(with_them, without) if not name.startswith("programmes")] == []


WOW = {"kind": "wow_budget", "budget_per_month": "3000 USD", "gift": "5 USD", "adoption": "0 s"}


def gifted(**changes: Any) -> Trace:
    return simulate(ready(plain(horizon="5 d", wow=WOW | changes)), log=True)


def test_gifts_move_attitude_and_behaviour_and_spend_about_the_budget() -> None:
    """3,000 dollars buy 600 gifts a month for 3,044 moments. In five days 500 moments: 99 +- 9 if all get there."""
    with_gifts, without = gifted(), simulate(ready(plain(horizon="5 d")), log=True)
    assert (
        45 < with_gifts.programmes["gifts"][0] < 153
    )  # six standard deviations of a Poisson count: below 1e-6
    assert with_gifts.tallies["created"].sum() > without.tallies["created"].sum()
    assert with_gifts.customers["behaviour"].sum() > without.customers["behaviour"].sum()


def test_letters_move_attitude_only() -> None:
    letters, without = gifted(words_only=True), simulate(ready(plain(horizon="5 d")), log=True)
    assert letters.customers["attitude"].sum() > without.customers["attitude"].sum()
    assert np.array_equal(letters.customers["behaviour"], without.customers["behaviour"])
    assert letters.tallies["created"].sum() == without.tallies["created"].sum()


def test_a_budget_is_never_exceeded() -> None:
    assert gifted(budget_per_month="15 USD").programmes["gifts"][0] <= 3
    assert gifted(budget_per_month="500 USD", gift="400 USD").programmes["gifts"][0] <= 1


def everything() -> dict[str, Any]:
    """The rich story with programmes of all kinds; nights, breaks, a login limit and called reserves included."""
    story = copy.deepcopy(RICH)
    story["workforce"]["groups"]["sales"]["shrinkage"] = "20 %"
    soon = {"adoption": "20 h"}
    story["programmes"] = {
        "ei": EMPATHY | soon | {"groups": ["sales", "called"]},
        "skill": {"kind": "skill_training", "hours": "3 h", "hours_per_day": "90 min", **soon},
        "teams": {"kind": "expert_teams", "groups": ["care"], "end": "2024-01-09 00:00", **soon},
        "pledge": {"kind": "service_pledges", "adoption": "20 h", "decay_half_life": "1 d"},
        "home": {"kind": "home_working", "groups": ["sales"], **soon},
        "wow": WOW | {"groups": ["sales", "care"], "gift": "1 USD"},
        "script": {"kind": "script_change", "script": "0 %", "start": "2024-01-08 12:00", **soon},
    }
    return story


@pytest.mark.parametrize("opening", ["5 h", "0 s"])
def test_clocks_agree_with_programmes_of_all_kinds(opening: str) -> None:
    trace = both(ready(everything(), f"opening.warm_up={opening}"))
    assert trace.agents["trained"].sum() > 0
    assert trace.programmes["gifts"].sum() > 0


def test_working_from_home_makes_more_heads_available() -> None:
    team = {"heads": 10, "shrinkage": "30 %"}
    home = {"kind": "home_working", "speed": "0 %", "adoption": "0 s"}
    present = [
        float(simulate(ready(plain(horizon="5 d", team=team, **some))).agents["offline"].sum())
        for some in ({}, {"home": home})
    ]
    rostered = 10 * 5 * DAY
    assert present[0] / rostered == pytest.approx(0.3, abs=0.02)  # heads are whole: 7 of 10
    assert present[1] / rostered == pytest.approx(1 - 0.7 * 1.09, abs=0.03)


def test_variants_merge_programmes_by_name(tmp_path: Any) -> None:
    story = plain(ei=EMPATHY)
    story["variants"] = {
        "longer": {"programmes": {"ei": {"hours": "8 h"}}},
        "both": {"new": True, "programmes": {"teams": {"kind": "expert_teams"}}},
    }
    path = tmp_path / "story.yaml"
    path.write_text(json.dumps(story), "utf-8")
    longer, two = (load(path, variant=name).scenario.programmes for name in ("longer", "both"))
    assert (longer["ei"].hours, longer["ei"].hours_per_day) == (8 * 3600, 2 * 3600)  # type: ignore[union-attr]  # a training
    assert list(two) == ["ei", "teams"]


def test_the_reference_operation_has_no_programmes() -> None:
    loaded = read(plain(ei=EMPATHY))
    assert reference_operation(loaded, loaded).scenario.programmes == {}


def test_start_is_a_timestamp_like_any_other() -> None:
    story = plain(ei=EMPATHY | {"start": "2024-01-10 00:00"})
    assert read(story).scenario.programmes["ei"].start == datetime(2024, 1, 10)
    assert ready(story).plan.programmes["begins"].tolist() == [2 * DAY]
