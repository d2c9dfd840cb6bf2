"""Rosters: periods, midnights, breaks, merges, files, absence, shrinkage, and the hours that are paid."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from prepared_scenarios import MONDAY, prepared, scenario

from momentsim.contract.plan import DAY, HOUR, MINUTE, Prepared, RosterAction, Table
from momentsim.scenario.types import Break, Group, HeadsPeriod, Run, Shift, Workforce

H = 3600
NO_RUN_OUT = Run(run_out=0.0)
END, BREAK_ENDS, START, BREAK_STARTS = (int(action) for action in list(RosterAction)[:4])
UNPAID_STARTS, UNPAID_ENDS = int(RosterAction.UNPAID_STARTS), int(RosterAction.UNPAID_ENDS)


def with_group(
    days: float = 1.0, run: Run = NO_RUN_OUT, tables: dict[str, Any] | None = None, **group: Any
) -> Prepared:
    groups = Workforce(groups={"team": Group(**group)})
    return prepared(scenario(workforce=groups, horizon=days * 86400, run=run), 0, tables)


def events(made: Prepared) -> list[tuple[float, int, int]]:
    """(hour, agent, action)"""
    return [(int(row["time"]) / HOUR, int(row["agent"]), int(row["action"])) for row in made.plan.roster]


def on_duty(roster: Table, hour: float) -> int:
    """Agents at work, breaks excluded, just after an hour."""
    before = roster[roster["time"] <= hour * HOUR]
    ups = np.isin(before["action"], (START, BREAK_ENDS)).sum()
    return int(ups - np.isin(before["action"], (BREAK_STARTS, END)).sum())


def test_a_number_of_heads_is_on_duty_all_the_time() -> None:
    made = with_group(days=3.0, heads=2, run=Run(run_out=86400.0))
    assert events(made) == [(0, 0, START), (0, 1, START)]
    assert made.paid_hours.tolist() == [2 * 72]


def test_periods_merge_where_an_agent_simply_goes_on() -> None:
    periods = (
        HeadsPeriod(start=8 * H, end=12 * H, heads=1),
        HeadsPeriod(start=12 * H, end=18 * H, heads=2),
        HeadsPeriod(start=18 * H, end=20 * H, heads=1),
    )
    made = with_group(heads=periods)
    assert events(made) == [(8, 0, START), (12, 1, START), (18, 1, END), (20, 0, END)]
    assert made.paid_hours.tolist() == [4 + 12 + 2]


def test_two_periods_across_midnight_are_one_stretch_of_duty() -> None:
    periods = (HeadsPeriod(start=22 * H, end=24 * H, heads=1), HeadsPeriod(start=0, end=6 * H, heads=1))
    made = with_group(days=2.0, heads=periods)
    assert events(made) == [(0, 0, START), (6, 0, END), (22, 0, START), (30, 0, END), (46, 0, START)]
    assert made.paid_hours.tolist() == [16]


def test_periods_only_on_their_weekdays() -> None:
    periods = (HeadsPeriod(start=8 * H, end=9 * H, heads=1, days=("tue", "sun")),)
    assert [hour for hour, _, _ in events(with_group(days=7.0, heads=periods))] == [32, 33, 152, 153]


def test_a_scenario_that_starts_within_a_period() -> None:
    group = Group(heads=(HeadsPeriod(start=8 * H, end=20 * H, heads=3),))
    made = scenario(
        start=MONDAY + timedelta(hours=10),
        horizon=86400.0,
        run=NO_RUN_OUT,
        workforce=Workforce(groups={"team": group}),
    )
    day = prepared(made)
    assert events(day)[:6] == [
        (0, 0, START),
        (0, 1, START),
        (0, 2, START),
        (10, 0, END),
        (10, 1, END),
        (10, 2, END),
    ]
    assert day.paid_hours.tolist() == [36]


def test_shifts_with_breaks() -> None:
    pauses = (Break(after=2 * H, length=0.25 * H), Break(after=4 * H, length=0.5 * H))
    made = with_group(shifts={"early": Shift(start=8 * H, length=8 * H, heads=1, breaks=pauses)})
    assert events(made) == [
        (8, 0, START), (10, 0, BREAK_STARTS), (10.25, 0, BREAK_ENDS),
        (12, 0, BREAK_STARTS), (12.5, 0, BREAK_ENDS), (16, 0, END),
    ]  # fmt: skip
    assert made.paid_hours.tolist() == [8]


def test_breaks_at_the_ends_of_a_shift_make_it_shorter() -> None:
    pauses = (Break(after=0.0, length=0.5 * H), Break(after=7 * H, length=1 * H))
    made = with_group(shifts={"early": Shift(start=8 * H, length=8 * H, heads=1, breaks=pauses)})
    assert events(made) == [(8.5, 0, START), (15, 0, END)]
    assert made.paid_hours.tolist() == [8]


def test_breaks_that_touch_are_one() -> None:
    pauses = (Break(after=2 * H, length=0.5 * H), Break(after=2.5 * H, length=0.5 * H))
    made = with_group(shifts={"early": Shift(start=8 * H, length=4 * H, heads=1, breaks=pauses)})
    assert events(made) == [(8, 0, START), (10, 0, BREAK_STARTS), (11, 0, BREAK_ENDS), (12, 0, END)]


def test_a_night_shift_runs_over_midnight_and_is_there_at_the_start() -> None:
    pauses = (Break(after=1 * H, length=0.5 * H), Break(after=4 * H, length=0.5 * H))
    made = with_group(shifts={"night": Shift(start=22 * H, length=8 * H, heads=1, breaks=pauses)})
    assert events(made) == [
        (0, 0, START), (2, 0, BREAK_STARTS), (2.5, 0, BREAK_ENDS), (6, 0, END),
        (22, 0, START), (23, 0, BREAK_STARTS), (23.5, 0, BREAK_ENDS),
    ]  # fmt: skip
    assert made.paid_hours.tolist() == [8]


def test_patterns_go_on_into_the_run_out_but_are_paid_within_the_horizon() -> None:
    shift = Shift(start=8 * H, length=8 * H, heads=2, days=("mon", "tue"))
    made = with_group(shifts={"early": shift}, run=Run(run_out=86400.0))
    assert [hour for hour, agent, _ in events(made) if agent == 0] == [8, 16, 32, 40]
    assert made.paid_hours.tolist() == [16]


def test_one_agent_for_each_head_of_each_shift() -> None:
    shifts = {
        "early": Shift(start=8 * H, length=8 * H, heads=2),
        "late": Shift(start=16 * H, length=8 * H, heads=3),
    }
    made = with_group(shifts=shifts)
    assert made.plan.groups["agents"].tolist() == [5]
    assert [agent for hour, agent, _ in events(made) if hour == 16] == [0, 1, 2, 3, 4]
    more = shifts | {"early": Shift(start=8 * H, length=8 * H, heads=3)}
    keys, new_keys = made.plan.agents["key"].tolist(), with_group(shifts=more).plan.agents["key"].tolist()
    assert new_keys[:2] + new_keys[3:] == keys


def file_of(counts: list[int]) -> dict[str, Any]:
    """Heads by the hour."""
    return {
        "heads.csv (team)": tuple(
            (MONDAY + timedelta(hours=index), count) for index, count in enumerate(counts)
        )
    }


def heads_from_file(days: int, counts: list[int], run_out_d: float) -> Table:
    made = scenario(
        horizon=days * 86400.0,
        interval=3600.0,
        run=Run(run_out=run_out_d * 86400),
        workforce=Workforce(groups={"team": Group(heads_file="heads.csv")}),
    )
    return prepared(made, 0, file_of(counts)).plan.roster


def test_a_file_is_continued_by_its_last_day() -> None:
    counts = [0] * 24 + [0] * 8 + [3] * 10 + [1] * 6
    roster = heads_from_file(2, counts, 2.0)
    assert [on_duty(roster, hour) for hour in (3, 24 + 3, 24 + 9, 24 + 20)] == [0, 0, 3, 1]
    assert [on_duty(roster, hour) for hour in (48 + 3, 48 + 9, 48 + 20, 72 + 9)] == [0, 3, 1, 3]


def test_a_file_of_weeks_is_continued_by_its_last_week() -> None:
    counts = [day for day in (9, 1, 2, 3, 4, 5, 6, 7) for _ in range(24)]
    roster = heads_from_file(8, counts, 7.0)
    assert [on_duty(roster, 24 * day + 12) for day in range(15)] == [
        9,
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        1,
        2,
        3,
        4,
        5,
        6,
        7,
    ]


def test_a_file_shorter_than_a_day_holds_its_last_row() -> None:
    made = scenario(
        horizon=7200.0, interval=3600.0, workforce=Workforce(groups={"team": Group(heads_file="heads.csv")})
    )
    roster = prepared(made, 0, file_of([1, 4])).plan.roster
    assert [on_duty(roster, hour) for hour in (0.5, 1.5, 30)] == [1, 4, 4]


def test_shrinkage_of_heads_rounds_by_chance_and_is_paid() -> None:
    made = with_group(days=400.0, heads=7, shrinkage=0.3)
    counts = np.array([on_duty(made.plan.roster, 24 * day + 1) for day in range(400)])
    assert set(counts) == {4, 5}
    assert abs(counts.mean() - 4.9) < 6 * 0.3 / 20
    assert made.paid_hours.tolist() == [7 * 24 * 400]


def test_shrinkage_and_absence_of_shifts() -> None:
    shifts = {"early": Shift(start=8 * H, length=8 * H, heads=50)}
    lost = with_group(days=100.0, shifts=shifts, shrinkage=0.3)
    absent = with_group(days=100.0, shifts=shifts, absence=0.1)
    for made, share in ((lost, 0.3), (absent, 0.1)):
        came = (made.plan.roster["action"] == START).sum()
        assert abs(came - 5000 * (1 - share)) < 6 * np.sqrt(5000 * share * (1 - share))
    assert lost.paid_hours.tolist() == [8 * 5000]
    assert absent.paid_hours.tolist() == [8 * (absent.plan.roster["action"] == START).sum()]


def test_absence_of_heads_lasts_from_midnight_to_midnight_and_is_not_paid() -> None:
    made = with_group(days=200.0, heads=20, absence=0.1)
    roster = made.plan.roster
    assert np.all(roster["time"] % DAY == 0)
    hours = [on_duty(roster, 24 * day + 1) for day in range(200)]
    assert abs(np.mean(hours) - 18) < 6 * np.sqrt(20 * 0.09 / 200)
    assert made.paid_hours.tolist() == [24 * sum(hours)]


def test_one_head_more_leaves_the_others_absences_alone() -> None:
    few, many = (with_group(days=100.0, heads=heads, absence=0.2).plan.roster for heads in (5, 6))
    assert many[many["agent"] < 5].tobytes() == few.tobytes()


def test_replications_differ_only_by_chance() -> None:
    sure = scenario()
    assert prepared(sure, 0).plan.roster.tobytes() == prepared(sure, 1).plan.roster.tobytes()
    chancy = scenario(workforce=Workforce(groups={"team": Group(heads=5, absence=0.5)}))
    assert prepared(chancy, 0).plan.roster.tobytes() != prepared(chancy, 1).plan.roster.tobytes()


def test_events_are_in_order_and_every_agent_alternates() -> None:
    pause = Break(after=4 * H, length=0.5 * H)
    shifts = {
        "day": Shift(start=8 * H, length=8 * H, heads=4, breaks=(pause,)),
        "night": Shift(start=20 * H, length=10 * H, heads=3),
    }
    periods = (HeadsPeriod(start=7 * H, end=19 * H, heads=9),)
    groups = {"a": Group(heads=periods, absence=0.2, shrinkage=0.2), "b": Group(shifts=shifts, absence=0.2)}
    made = prepared(scenario(workforce=Workforce(groups=groups)))
    roster = made.plan.roster
    order = np.lexsort((roster["action"], roster["agent"], roster["time"]))
    assert np.array_equal(order, np.arange(len(roster)))
    assert made.plan.groups["first_agent"].tolist() == [0, 9]
    leave = {BREAK_STARTS, END}
    following = {START: leave, BREAK_STARTS: {BREAK_ENDS}, BREAK_ENDS: leave, END: {START}}
    for agent in set(roster["agent"]):
        own = roster[roster["agent"] == agent]
        assert np.all(np.diff(own["time"]) > 0)
        actions = own["action"].tolist()
        assert actions[0] == START
        assert all(after in following[before] for before, after in pairwise(actions))


def test_reserves_are_rostered_but_not_paid() -> None:
    groups = {"team": Group(heads=1), "home": Group(heads=3, reserve=True)}
    made = prepared(scenario(workforce=Workforce(groups=groups), horizon=86400.0))
    assert made.plan.groups["reserve"].tolist() == [0, 1]
    assert made.paid_hours.tolist() == [24, 0]
    assert [agent for _, agent, action in events(made) if action == START] == [0, 1, 2, 3]


def test_minutes_are_exact() -> None:
    made = with_group(shifts={"odd": Shift(start=8 * H + 7 * 60, length=7 * H + 60, heads=1)})
    assert made.plan.roster["time"].tolist() == [8 * HOUR + 7 * MINUTE, 15 * HOUR + 8 * MINUTE]
    assert made.paid_hours.tolist() == pytest.approx([7 + 1 / 60])


def test_unpaid_breaks_are_off_the_paid_hours() -> None:
    """As far as they lie within the horizon; who is on duty when does not change."""
    pauses = (Break(after=2 * H, length=0.25 * H), Break(after=4 * H, length=0.5 * H, paid=False))
    paid = with_group(shifts={"early": Shift(start=6 * H, length=8 * H, heads=3, breaks=pauses[:1])})
    unpaid = with_group(shifts={"early": Shift(start=6 * H, length=8 * H, heads=3, breaks=pauses)})
    assert paid.paid_hours.tolist() == [24.0]
    assert unpaid.paid_hours.tolist() == [22.5]
    cut = with_group(
        days=10.25 / 24, shifts={"early": Shift(start=6 * H, length=8 * H, heads=3, breaks=pauses)}
    )
    assert cut.paid_hours.tolist() == [3 * 4.0]


def test_unpaid_time_is_told_within_the_shift() -> None:
    """Unpaid breaks that touch are one stretch; a paid one beside them is not in it, and one at the end is no break."""
    pauses = (
        Break(after=1 * H, length=0.25 * H),
        Break(after=1.25 * H, length=0.25 * H, paid=False),
        Break(after=1.5 * H, length=0.5 * H, paid=False),
        Break(after=3.5 * H, length=0.5 * H, paid=False),
    )
    made = with_group(shifts={"early": Shift(start=6 * H, length=4 * H, heads=1, breaks=pauses)})
    assert [(hour, action) for hour, _, action in events(made)] == [
        (6, START), (7, BREAK_STARTS), (7.25, UNPAID_STARTS), (8, BREAK_ENDS), (8, UNPAID_ENDS), (9.5, END),
    ]  # fmt: skip
