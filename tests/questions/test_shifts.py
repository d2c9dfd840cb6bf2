"""Shift plans: against brute force and a known optimum, within the rules, and there and back as CSV."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.stories import PLAIN, differences, read
from engine.test_fields import Path as KeyPath
from engine.test_fields import leaves, put
from momentsim.errors import MomentsimError
from momentsim.questions.shifts.cover import cover
from momentsim.questions.shifts.cover_model import SlotCosts, model_of
from momentsim.questions.shifts.patterns import week_of
from momentsim.questions.shifts.requirement import Requirement, requirement_of
from momentsim.questions.shifts.roster import cover_table, days_text, heads_at_work, templates_of
from momentsim.questions.shifts.shift_plan import ShiftPlan, ask, plan
from momentsim.scenario import LoadedScenario
from momentsim.scenario.types import BreakRule, Scenario, ShiftKind, ShiftRules
from momentsim.units import parse_time_of_day

H = 3600
MONDAY = datetime(2024, 1, 8)
LUNCH = BreakRule(earliest=2 * H, latest=3 * H, length=H)


def required(heads: list[float], available: float = 1.0, start: datetime = MONDAY) -> Requirement:
    """An hourly requirement from a Monday on."""
    starts = tuple(start + timedelta(hours=hour) for hour in range(len(heads)))
    return Requirement(starts, np.array(heads, float), H, available, "a test")


def solved(
    requirement: Requirement, rules: ShiftRules, shortage: float = math.inf
) -> tuple[float, pd.DataFrame]:
    """Objective at a price of 1 for a paid hour, and the cover."""
    week = week_of(requirement, rules)
    slot_h = week.slot_s / H
    answer = cover(model_of(week, rules, SlotCosts(slot_h, shortage * slot_h)), seconds=20, gap=1e-6)
    assert answer is not None
    return answer.objective, cover_table(requirement, week, templates_of(week, answer))


def brute_force(need: list[int], options: list[tuple[float, list[int]]], shortage: float, most: int) -> float:
    """The least cost over all numbers of heads up to `most` for each (cost, slots at work)."""
    heads = np.array(list(product(range(most + 1), repeat=len(options))))
    works = np.array([[float(slot in slots) for slot in range(len(need))] for _, slots in options])
    missing = np.maximum(np.array(need) - heads @ works, 0).sum(axis=1)
    price = np.where(missing > 0, shortage, 0.0) * np.maximum(missing, 1e-9)
    return float((heads @ np.array([cost for cost, _ in options]) + price).min())


@pytest.mark.parametrize("shortage", [math.inf, 5.0, 1.5])
@pytest.mark.parametrize("need", [[2, 1, 3, 1, 2], [0, 2, 2, 1, 1], [1, 3, 1, 3, 1]])
def test_a_day_with_breaks_against_brute_force(need: list[int], shortage: float) -> None:
    """Shifts of 4 h with an hour's break in the third hour or none allowed elsewhere, and of 2 h without."""
    pause = BreakRule(earliest=H, latest=2 * H, length=H, paid=False)
    kinds = {"long": ShiftKind(length=4 * H, breaks=(pause,)), "short": ShiftKind(length=2 * H)}
    rules = ShiftRules(kinds=kinds, earliest_start=8 * H, latest_end=13 * H, start_every=H, break_every=H)
    day = [0.0] * 8 + [float(number) for number in need]
    options = [
        (3.0, [start + step for step in range(4) if step != off]) for start in (0, 1) for off in (1, 2)
    ]
    options += [(2.0, [start, start + 1]) for start in range(4)]
    found, table = solved(required(day), rules, shortage)
    assert found == pytest.approx(brute_force(need, options, shortage, 3), abs=1e-6)
    if math.isinf(shortage):
        assert (table["under"] == 0).all()


@pytest.mark.parametrize(
    "need",
    [[5, 5, 5, 5, 5, 5, 5], [17, 13, 15, 19, 14, 16, 11], [3, 3, 3, 3, 12, 3, 3], [8, 8, 8, 8, 8, 0, 0]],
)
def test_five_of_seven_days_in_a_row(need: list[int]) -> None:
    """Any 5 of 7 days: max(ceil(sum/5), largest day) agents, the bound that any plan must keep, is reached."""
    rules = ShiftRules(kinds={"day": ShiftKind(length=24 / 3 * H)}, earliest_start=8 * H, latest_end=16 * H)
    hours = [float(heads) if 8 <= hour < 16 else 0.0 for heads in need for hour in range(24)]
    found, _ = solved(required(hours), rules)
    assert found == pytest.approx(40.0 * max(math.ceil(sum(need) / 5), max(need)))


def test_days_off_together_need_no_fewer_agents() -> None:
    """The textbook instance of five consecutive days (17, 13, 15, 19, 14, 16, 11) needs 23 agents."""
    kinds = {"day": ShiftKind(length=8 * H)}
    rules = ShiftRules(kinds=kinds, earliest_start=8 * H, latest_end=16 * H, days_off_together=True)
    need = [17, 13, 15, 19, 14, 16, 11]
    hours = [float(heads) if 8 <= hour < 16 else 0.0 for heads in need for hour in range(24)]
    found, _ = solved(required(hours), rules)
    assert found == pytest.approx(40.0 * 23)


RULES: dict[str, Any] = {
    "earliest_start": "08:00", "latest_end": "18:00", "start_every": "1 h", "break_every": "30 min",
    "kinds": {
        "full": {
            "length": "6 h",
            "breaks": [
                {"earliest": "2 h", "latest": "3 h", "length": "30 min"},
                {"earliest": "4 h", "latest": "5 h", "length": "30 min", "paid": "off"},
            ],
        },
        "part": {"length": "3 h", "most_share": "60 %"},
    },
}  # fmt: skip
DAY = [0, 0, 3, 6, 9, 7, 6, 8, 5, 2]


def story(hours: float = 168, rules: dict[str, Any] | None = None, **group: Any) -> LoadedScenario:
    team = {"heads": 3, "shift_rules": RULES if rules is None else rules, **group}
    return read(
        {**PLAIN, "horizon": f"{hours} h", "interval": "30 min", "workforce": {"groups": {"team": team}}}
    )


def demand(loaded: LoadedScenario, day: list[int] | None = None) -> pd.DataFrame:
    """Heads in the hours from 08:00 on, fewer at weekends."""
    profile = DAY if day is None else day
    starts = requirement_of(loaded, "team").starts
    heads = [
        profile[start.hour - 8] // (2 if start.weekday() > 4 else 1)
        if 0 <= start.hour - 8 < len(profile)
        else 0
        for start in starts
    ]
    return pd.DataFrame({"interval_start": starts, "heads": heads})


def planned(loaded: LoadedScenario, *, hard: bool = True, seconds: float = 6.0) -> ShiftPlan:
    return plan(ask(loaded, "team", demand(loaded), hard=hard, seconds=seconds))


@cache
def weekly() -> ShiftPlan:
    return planned(story())


def hours_of(row: dict[Any, Any]) -> str:
    """Length of a shift that does not go over midnight."""
    start, end = (parse_time_of_day(str(row[name])) or 0 for name in ("start", "end"))
    return f"{(end - start) / H} h"


def spans_of(cell: str, start: int) -> list[tuple[float, float]]:
    """Breaks of a cell as hours after the start of the shift, (begin, end)."""
    found = []
    for part in cell.split():
        begin, end = (parse_time_of_day(text) or 0 for text in part.split("-"))
        found.append(((begin - start) / H, (end - start) / H))
    return found


@pytest.mark.slow
def test_hard_plans_cover_everything_within_the_rules() -> None:
    made = weekly()
    assert (made.cover["under"] == 0).all()
    assert (made.cover["on_duty"] >= made.cover["required"] - 1e-9).all()
    for row in made.shifts.to_dict(orient="records"):
        start, end = (parse_time_of_day(str(row[name])) or 0 for name in ("start", "end"))
        assert 8 * H <= start < end <= 18 * H
        assert start % H == 0
        assert len(str(row["days"]).split()) == 5
        if end - start == 6 * H:
            (paid,), (unpaid,) = (spans_of(str(row[name]), start) for name in ("breaks", "unpaid_breaks"))
            assert 2.0 <= paid[0] <= 3.0 and paid[1] - paid[0] == 0.5
            assert 4.0 <= unpaid[0] <= 5.0 and unpaid[1] - unpaid[0] == 0.5
        else:
            assert end - start == 3 * H
            assert row["breaks"] == row["unpaid_breaks"] == ""
    part = made.shifts[made.shifts["shift"].str.startswith("part")]["heads"].sum()
    assert part <= 0.6 * made.shifts["heads"].sum()


@pytest.mark.slow
def test_tables_add_up() -> None:
    made = weekly()
    assert made.agents == made.shifts["heads"].sum()
    by_row = made.shifts["heads"] * made.shifts["days"].str.count(r"\w+")
    assert made.week[["mon", "tue", "wed", "thu", "fri", "sat", "sun"]].to_numpy().sum() == by_row.sum()
    length = np.where(made.shifts["unpaid_breaks"] == "", 3.0, 5.5)
    assert made.paid_hours == pytest.approx(float((by_row * length).sum()))
    assert made.cost == pytest.approx(36.0 * made.paid_hours)
    balance = made.cover["on_duty"] - made.cover["required"] - made.cover["over"] + made.cover["under"]
    assert np.abs(balance).max() < 1e-5


@pytest.mark.slow
def test_the_bound_is_honest() -> None:
    """Paid hours are at least those of the net heads required, and the gap told is at least the real one."""
    made = weekly()
    needed = float(made.cover["required"].sum() / 2)
    assert needed <= made.paid_hours
    assert 0 <= made.gap < 0.2


def test_there_and_back_runs_the_same(tmp_path: Path) -> None:
    """The shifts as a CSV and as keys of the scenario tell the same story, event by event."""
    from momentsim.engine import simulate
    from momentsim.prepare import Reference, lower, prepare
    from momentsim.runs.files import write_csv
    from momentsim.scenario import load, resolved_text

    made = planned(story(30))
    write_csv(made.shifts, tmp_path / "shifts.csv")
    (tmp_path / "base.yaml").write_text(resolved_text(story(30)), "utf-8")
    layer = "extends: base.yaml\nworkforce: {groups: {team: {heads: null, shifts_file: shifts.csv}}}\n"
    (tmp_path / "csv.yaml").write_text(layer, "utf-8")
    from_csv = load(tmp_path / "csv.yaml")
    (tmp_path / "keys.yaml").write_text(resolved_text(from_csv), "utf-8")
    assert "shifts_file" not in (tmp_path / "keys.yaml").read_text("utf-8")
    told = []
    for name in ("csv", "keys"):
        loaded = load(tmp_path / f"{name}.yaml")
        made_ready = prepare(lower(loaded, Reference.neutral(tuple(loaded.scenario.moments))), 1)
        assert made_ready.paid_hours.sum() > 0
        told.append(simulate(made_ready, log=True))
    assert differences(*told) == []


@pytest.mark.slow
def test_a_run_pays_and_staffs_what_the_plan_says() -> None:
    """Paid hours and heads on duty of the lowered roster are those of the plan (a week without chance)."""
    from momentsim.contract.plan import HOUR, RosterAction
    from momentsim.prepare import Reference, lower, prepare

    made = weekly()
    groups = {
        str(row["shift"]): {
            "start": row["start"], "length": hours_of(row),
            "heads": int(row["heads"]), "days": str(row["days"]).split(),
            "breaks": [
                {"after": f"{begin} h", "length": f"{end - begin} h", "paid": paid}
                for name, paid in (("breaks", True), ("unpaid_breaks", False))
                for begin, end in spans_of(str(row[name]), parse_time_of_day(str(row["start"])) or 0)
            ],
        }
        for row in made.shifts.to_dict(orient="records")
    }  # fmt: skip
    loaded = story(168, heads=None, shifts=groups)
    ready = prepare(lower(loaded, Reference.neutral(tuple(loaded.scenario.moments))), 0)
    assert ready.paid_hours.tolist() == [pytest.approx(made.paid_hours)]
    of_pay = (int(RosterAction.UNPAID_STARTS), int(RosterAction.UNPAID_ENDS))
    roster = ready.plan.roster[~np.isin(ready.plan.roster["action"], of_pay)]
    ups = np.isin(roster["action"], (int(RosterAction.START), int(RosterAction.BREAK_ENDS)))
    for hour in (10.25, 12.75, 36.5, 5 * 24 + 13.0):
        before = roster["time"] <= hour * HOUR
        on = int(ups[before].sum() - (~ups[before]).sum())
        row = made.cover[made.cover["interval_start"] <= MONDAY + timedelta(hours=hour)].iloc[-1]
        assert on == pytest.approx(row["on_duty"])


def test_shrinkage_and_absence_need_more_on_the_roster() -> None:
    """80 % are there: 8 net heads need 10 rostered; absent hours are not paid, shrinkage is."""
    kinds = {"day": {"length": "8 h"}}
    rules = {"kinds": kinds, "earliest_start": "08:00", "latest_end": "16:00"}
    loaded = story(24, rules, shrinkage="10 %", absence="20 %", heads=1)
    given = demand(loaded, [7] * 8)
    made = plan(ask(loaded, "team", given, hard=True))
    assert made.agents == 10
    assert made.cover["on_duty"].max() == pytest.approx(7.2)
    assert made.cost == pytest.approx(10 * 8 * 36 * 0.8)
    own = story(
        24, rules, shrinkage="10 %", absence="20 %", heads=[{"start": "08:00", "end": "16:00", "heads": 5}]
    )
    assert plan(ask(own, "team", hard=True)).agents == 5  # its own heads are rostered ones


@pytest.mark.slow
def test_limits_are_kept_and_shortage_told() -> None:
    rules = {**RULES, "most_heads": 8, "most_per_start": 3, "least_per_shift": 2}
    made = planned(story(rules=rules), hard=False)
    assert made.agents <= 8
    assert (
        made.week[["mon", "tue", "wed", "thu", "fri"]].groupby(made.week["start"]).sum().to_numpy().max() <= 3
    )
    by_shift = made.shifts["heads"].groupby([made.shifts["start"], made.shifts["end"]]).sum()
    assert by_shift.min() >= 2
    assert made.cover["under"].sum() > 0
    with pytest.raises(
        MomentsimError, match=r"allow no plan without shortage .* the nearest leaves .* head-hours short"
    ):
        planned(story(rules=rules), hard=True, seconds=3)


def test_what_no_shift_reaches_is_named() -> None:
    rules = {**RULES, "earliest_start": "11:00"}
    made = planned(story(24, rules), hard=False)
    assert made.out_of_reach == ("Mon 10:00-11:00",)
    with pytest.raises(MomentsimError, match=r"no allowed shift of 'team' reaches Mon "):
        planned(story(24, rules), hard=True)


def test_nights_go_over_midnight_and_sunday() -> None:
    kinds = {"night": {"length": "8 h", "days_per_week": 7}}
    rules = {"kinds": kinds, "earliest_start": "22:00", "latest_end": "06:00"}
    loaded = story(rules=rules)
    starts = requirement_of(loaded, "team").starts
    heads = [2 if start.hour < 6 or start.hour >= 22 else 0 for start in starts]
    made = plan(ask(loaded, "team", pd.DataFrame({"interval_start": starts, "heads": heads}), hard=True))
    assert made.agents == 2
    assert made.shifts[["start", "end"]].to_numpy().tolist() == [["22:00", "06:00"]]
    assert (made.cover["over"] == 0).all()


def test_long_horizons_take_the_highest_week() -> None:
    requirement = required([1.0] * 168 + [3.0] + [1.0] * 167)
    week = requirement.week()
    assert week[0] == 3
    assert set(week[1:]) == {1}
    assert required([1.0] * 24).by_day


@settings(max_examples=settings().max_examples // 4, derandomize=True)
@given(st.lists(st.integers(0, 6), min_size=10, max_size=10), st.sampled_from([0.7, 1.0]))
def test_random_days(need: list[int], available: float) -> None:
    """Hard plans have nobody short; templates and matrices agree on who is at work; soft is never dearer."""
    kinds = {"long": ShiftKind(length=5 * H, breaks=(LUNCH,)), "short": ShiftKind(length=3 * H)}
    rules = ShiftRules(kinds=kinds, earliest_start=8 * H, latest_end=18 * H, start_every=H, break_every=H)
    requirement = required([0.0] * 8 + [float(number) for number in need], available)
    if not any(need):
        return
    hard, table = solved(requirement, rules)
    soft, _ = solved(requirement, rules, 4.0)
    assert table["under"].sum() == 0
    assert soft <= hard + 1e-6
    week = week_of(requirement, rules)
    answer = cover(model_of(week, rules, SlotCosts(1.0, math.inf)), seconds=20, gap=1e-6)
    assert answer is not None
    duty = heads_at_work(week, templates_of(week, answer))
    assert (duty >= np.nan_to_num(week.need) - 1e-9).all()
    assert (duty >= 0).all()


def test_names_of_days() -> None:
    assert days_text((0, 1, 2, 3, 4)) == "mon-fri"
    assert days_text((0, 1, 2, 5, 6)) == "sat-wed"
    assert days_text((0, 2, 4)) == "mon-wed-fri"
    assert days_text((3,)) == "thu"
    assert days_text(tuple(range(7))) == "mon-sun"


FULL_RULES = {
    **RULES, "days_off_together": "off", "most_heads": 40, "most_per_start": 12, "least_per_shift": 2,
    "shortage_cost": "60 USD/h",
}  # fmt: skip
CHANGED: dict[str, Any] = {
    "earliest_start": 10 * H, "latest_end": 16 * H, "start_every": 2.0 * H, "break_every": 0.75 * H,
    "days_off_together": True, "most_heads": 9, "most_per_start": 2, "least_per_shift": 5, "shortage_cost": 20.0,
    "length": 5.5 * H, "days_per_week": 4, "most_share": 0.05, "earliest": 2.5 * H, "latest": 2.5 * H, "paid": None,
}  # fmt: skip
"""Another allowed value of each key of the rules, as a change that the requirement of these tests must feel."""


@pytest.mark.parametrize("key", [*ShiftRules.model_fields, *ShiftKind.model_fields, *BreakRule.model_fields])
def test_every_rule_changes_the_plan(key: str) -> None:
    """No key of the rules is without effect: the programme that is solved is another one."""
    base = _full()
    path, value = _leaf(base.scenario, key)
    other = {"kinds": value, "breaks": ()}.get(key, CHANGED.get(key))
    if key == "days":
        other = ("mon", "tue", "wed", "thu", "fri")
    elif key == "kinds":
        other = {"full": value["full"]}
    elif key == "paid":
        other = not value
    elif path[-1] == "length" and "breaks" in path:
        other = H
    assert _programme(base.scenario) != _programme(put(base.scenario, path, other))


def _leaf(scenario: Scenario, key: str) -> tuple[KeyPath, Any]:
    rules = scenario.workforce.groups["team"].shift_rules
    assert rules is not None
    at: KeyPath = ("workforce", "groups", "team", "shift_rules")
    if key in ShiftRules.model_fields:
        return (*at, key), getattr(rules, key)
    full: KeyPath = (*at, "kinds", "full")
    if key in ShiftKind.model_fields:
        return (*full, key), getattr(rules.kinds["full"], key)
    return (*full, "breaks", 0, key), getattr(rules.kinds["full"].breaks[0], key)


@cache
def _full() -> LoadedScenario:
    return story(rules=FULL_RULES)


def _programme(scenario: Scenario) -> bytes:
    """Everything that is solved, and what is done with the answer, as bytes."""
    loaded = _full()
    rules = scenario.workforce.groups["team"].shift_rules
    assert rules is not None
    given = demand(loaded)
    heads = given["heads"].to_numpy(float)
    requirement = Requirement(tuple(given["interval_start"]), heads, 1800, 1.0, "a test")
    week = week_of(requirement, rules)
    model = model_of(week, rules, SlotCosts(1.0, rules.shortage_cost or 10.0))
    parts = [model.cost, model.upper, model.lower, model.whole]
    for rows, low, high in model.constraints:
        parts += [rows.toarray(), np.asarray(low), np.asarray(high)]
    return b"".join(np.ascontiguousarray(part, float).tobytes() for part in parts)


def test_rules_do_not_touch_a_run() -> None:
    """What only this command reads moves nobody."""
    from engine.test_fields import told

    with_rules = read({**PLAIN, "workforce": {"groups": {"team": {"heads": 3, "shift_rules": FULL_RULES}}}})
    assert any("shift_rules" in path for path, _ in leaves(with_rules.scenario))
    assert differences(told(with_rules.scenario), told(read(PLAIN).scenario)) == []


@pytest.mark.parametrize(
    ("group", "rules", "message"),
    [
        ("tem", RULES, r"there is no group 'tem', known: team, did you mean 'team'\?"),
        ("team", None, r"the group 'team' has no workforce\.groups\.team\.shift_rules"),
    ],
)
def test_bad_questions(group: str, rules: dict[str, Any] | None, message: str) -> None:
    team = {"heads": 3} if rules is None else {"heads": 3, "shift_rules": rules}
    loaded = read({**PLAIN, "workforce": {"groups": {"team": team}}})
    with pytest.raises(MomentsimError, match=message):
        ask(loaded, group)


def test_bad_requirements() -> None:
    loaded = story(24)
    good = demand(loaded)
    for table, message in (
        (good.drop(columns="heads"), "has no column heads"),
        (good.assign(heads=-1), "not numbers from 0 up"),
        (good.assign(interval_start="soon"), "no date with a time"),
        (good.iloc[:-1], "1 interval is missing, the first is 2024-01-08 23:30"),
        (good.assign(heads=0), "nobody is required in 'team' at any time"),
    ):
        with pytest.raises(MomentsimError, match=message):
            ask(loaded, "team", table)
    with pytest.raises(MomentsimError, match=r"has shifts already, give --requirement"):
        ask(story(24, heads=None, shifts={"a": {"start": "08:00", "length": "8 h", "heads": 2}}), "team")


def test_the_requirement_of_a_staffing_is_that_of_its_group(tmp_path: Path) -> None:
    """A table with several groups, as `staff` writes it, as a table and as a file."""
    loaded = story(24)
    good = demand(loaded)
    both = pd.concat([good.assign(group="team", offered_forecast=1.5), good.assign(group="other", heads=99)])
    both.to_csv(tmp_path / "requirement.csv", index=False, encoding="utf-8-sig")
    plain = requirement_of(loaded, "team", good)
    for given_requirement in (both, tmp_path / "requirement.csv"):
        found = requirement_of(loaded, "team", given_requirement)
        assert found.starts == plain.starts
        assert found.heads.tolist() == plain.heads.tolist()
    with pytest.raises(MomentsimError, match="no rows of the group 'team', it has: other"):
        requirement_of(loaded, "team", both[both["group"] == "other"])


def test_rules_that_allow_too_much_are_refused() -> None:
    kinds = {f"k{number}": {"length": f"{4 + number / 10} h"} for number in range(60)}
    rules = {"kinds": kinds, "start_every": "5 min", "latest_end": "00:00"}
    loaded = story(rules=rules)
    with pytest.raises(MomentsimError, match="too many to plan at once"):
        plan(ask(loaded, "team", demand(loaded)))
