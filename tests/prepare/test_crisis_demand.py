"""Storms: exact totals, luck that stays with the party, first contacts by day, status calls on bad days."""

from __future__ import annotations

import numpy as np
import pytest
from prepared_scenarios import by_key, demand_of, moments_of, prepared, scenario, storm
from scipy.stats import chi2, kstest

from momentsim.contract.plan import DAY, HOUR, NEVER, MomentKind, Table
from momentsim.prepare import affected_parties, asking_parties
from momentsim.prepare.crisis_demand import day_clock, round_to_whole
from momentsim.prepare.demand import BUSINESS_DAY
from momentsim.scenario.types import Law, PreCancellation, Scenario, StormDay

QUIET = demand_of(per_day=0.0)
PARTIES = 119 / 1.7


def stormy(**changes: object) -> Scenario:
    return scenario(crises={"ice": storm(**changes)}, demand=QUIET)


def of_kind(made: Scenario, kind: MomentKind) -> Table:
    moments = moments_of(prepared(made))
    wanted: Table = moments[moments["kind"] == kind]
    return wanted


def test_largest_remainder() -> None:
    assert round_to_whole([1.4, 1.4, 1.4]) == [2, 1, 1]
    assert round_to_whole([0.5, 0.25, 0.25]) == [1, 0, 0]
    assert round_to_whole([3.0, 0.0]) == [3, 0]


def test_totals_are_exact() -> None:
    days = {f"2007-02-{day}": StormDay(scheduled=500, failed=failed) for day, failed in ((13, 91), (15, 7))}
    made = storm(days=days)
    assert sum(affected_parties(made).values()) == round(98 * PARTIES)
    moments = of_kind(stormy(days=days), MomentKind.AFFECTED)
    assert len(moments) == round(98 * PARTIES)
    counts = np.bincount(moments["began"] // DAY, minlength=7)
    assert counts.tolist() == [
        0,
        affected_parties(made)["2007-02-13"],
        0,
        affected_parties(made)["2007-02-15"],
        0,
        0,
        0,
    ]
    assert set(moments["crisis"]) == {0}


def test_announcements_are_even_and_most_parties_call() -> None:
    moments = of_kind(stormy(), MomentKind.AFFECTED)
    first = moments[moments["began"] < 2 * DAY]
    hours = (first["began"] - DAY) / HOUR
    assert kstest(hours, "uniform", args=(6, 12)).pvalue > 1e-7
    calls = moments["first_contact"] < NEVER
    assert abs(calls.mean() - 0.85) < 6 * np.sqrt(0.85 * 0.15 / len(moments))
    assert np.all(moments["first_contact"][calls] >= moments["began"][calls])


def test_first_contacts_avoid_the_night_and_keep_their_mean_delay_on_the_weighted_clock() -> None:
    moments = of_kind(
        stormy(first_contact_delay=Law(distribution="exponential", mean=15 * 3600.0)), MomentKind.AFFECTED
    )
    calls = moments[moments["first_contact"] < NEVER]
    hour = calls["first_contact"] % DAY // HOUR
    assert np.mean((hour >= 1) & (hour < 5)) < 0.04
    clock = day_clock(np.array(BUSINESS_DAY))
    began, contact = (clock.weigh(calls[name].astype(float)) for name in ("began", "first_contact"))
    assert kstest((contact - began) / HOUR, "expon", args=(0, 15)).pvalue > 1e-7


def test_a_party_keeps_its_luck_when_other_days_change() -> None:
    usual = by_key(of_kind(stormy(), MomentKind.AFFECTED))
    worse = {
        "2007-02-13": StormDay(scheduled=100, failed=60),
        "2007-02-14": StormDay(scheduled=100, failed=90),
        "2007-02-15": StormDay(scheduled=100, failed=5),
    }
    more = by_key(of_kind(stormy(days=worse), MomentKind.AFFECTED))
    assert set(usual) < set(more)
    assert all(more[key].tobytes() == row.tobytes() for key, row in usual.items())


def test_status_calls_only_on_bad_days_by_the_profile() -> None:
    made = storm()
    assert asking_parties(made) == {"2007-02-13": round(40 * PARTIES), "2007-02-14": 0}
    moments = of_kind(stormy(), MomentKind.STATUS)
    asked = asking_parties(made)["2007-02-13"]
    assert abs(len(moments) - 0.25 * asked) < 6 * np.sqrt(0.25 * 0.75 * asked)
    assert set(moments["began"] // DAY) == {1}
    assert np.array_equal(moments["began"], moments["first_contact"])
    seen = np.bincount((moments["began"] - DAY) // HOUR, minlength=24)
    expected = np.array(BUSINESS_DAY) / sum(BUSINESS_DAY) * len(moments)
    assert chi2.sf(np.sum((seen - expected) ** 2 / expected), 23) > 1e-7
    assert len(of_kind(stormy(status_moment=None), MomentKind.STATUS)) == 0


def test_announced_the_day_before_is_in_the_demand_of_that_day() -> None:
    """Chunks of a day hold what is announced in them: nothing is lost or doubled over midnight."""
    usual = by_key(of_kind(stormy(), MomentKind.AFFECTED))
    ahead = PreCancellation(share=0.8, hours_ahead=14 * 3600.0)
    moments = of_kind(stormy(pre_cancel=ahead), MomentKind.AFFECTED)
    moved = [int(usual[int(row["key"])]["began"] - row["began"]) for row in moments]
    assert len(moments) == len(usual)
    assert set(moved) == {0, 14 * HOUR}
    assert abs(np.mean(np.array(moved) > 0) - 0.8) < 6 * np.sqrt(0.16 / len(moments))
    assert 0 < np.sum(moments["began"] < DAY) < len(moments)


def test_storm_and_everyday_merge_in_order_of_time() -> None:
    calm = moments_of(prepared(scenario()))
    moments = moments_of(prepared(scenario(crises={"ice": storm()})))
    assert np.all(np.diff(moments["began"]) >= 0)
    assert moments[moments["kind"] == MomentKind.ORDINARY].tobytes() == calm.tobytes()
    assert len(set(moments["key"])) == len(moments)


def test_parties_that_never_call() -> None:
    moments = of_kind(stormy(first_contact_delay=Law(distribution="never")), MomentKind.AFFECTED)
    assert set(moments["first_contact"]) == {NEVER}


def test_the_weighted_clock_turns_back_exactly() -> None:
    for weights in (BUSINESS_DAY, (0.0, 0.0, 1.0, 3.0, 0.0, 2.0)):
        clock = day_clock(np.array(weights))
        weighted = np.linspace(0.0, 3 * DAY, 1001)
        assert clock.weigh(clock.wall(weighted)) == pytest.approx(weighted, abs=10.0)
        assert np.all(np.diff(clock.wall(weighted)) >= 0)
